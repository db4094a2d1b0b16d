"""Backs the whole installation up into one file: database, file store, signing keys."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from engine.adapters import archive
from engine.adapters.archive import Manifest, Progress, Source
from engine.domain.errors import Misuse, StorageRefused
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.persistence import dumping, migrating
from engine.persistence.tables import ProgressRow
from engine.services import journalling, measuring, readiness
from engine.services.act import Application


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds."""

    path: Path
    manifest: Manifest
    size: int  # bytes of the file


def back_up(app: Application, target: Path, tell: Progress, force: bool = False) -> BackedUp:
    """One archive of everything but the settings (secret key, passwords of servers).

    People go on working meanwhile; a database not yet upgraded is backed up as it is. The database
    is copied first, at one moment; files are never changed nor taken away, so that whatever its
    rows name is found afterwards. Files that were missing before stay so and are named in the
    manifest. Raises Misuse, Unavailable; then no file is left, and one that was there stays.
    """
    if target.exists() and not force:
        raise Misuse(
            say(
                "“%(path)s” đã có. Hãy đặt tên khác, hoặc thêm --force để ghi đè.",
                path=target,
            )
        )
    if not readiness.has_database(app):
        raise Misuse(say("Chưa có cơ sở dữ liệu nào để sao lưu ở đây."))
    if target.is_dir():
        raise Misuse(say("“%(path)s” là một thư mục. Hãy ghi tên tệp.", path=target))
    now = app.clock.now()
    with _beside(target) as folder:
        database, size, copied = _database(app, folder)
        files = list(archive.stored_files(app.settings.files_dir))
        keys = list(archive.key_files(app.settings.keys_dir))
        there = {source.member.sha256 for source in files}
        sources = [database, *files, *keys]
        manifest = Manifest(
            product=version("quytrinh"),
            revision=copied.revision,
            database=app.database.dialect.name,
            server=copied.server,
            made_at=now.isoformat(),
            database_size=size,
            members=tuple(source.member for source in sources),
            missing=tuple(sorted(copied.references - there)),
        )
        archive.write(target, manifest, sources, tell)
    if copied.revision == migrating.head():  # an older journal is not ours to write
        with app.act(None) as act:
            act.session.merge(ProgressRow(name=measuring.BACKED_UP, at=now))
            journalling.note(
                act, Journalled.BACKED_UP, file=target.name, missing=len(manifest.missing)
            )
    return BackedUp(target, manifest, target.stat().st_size)


def _database(app: Application, folder: Path) -> tuple[Source, int, dumping.Copied]:
    """The copied database as a member, its size unpacked, and what it holds."""
    kind = app.database.dialect.name
    plain, name = folder / "database", archive.DATABASES[kind]
    copied = dumping.copy(app.database, plain)
    size, member = plain.stat().st_size, plain
    if kind == "sqlite":
        member = folder / "packed"
        archive.pack(plain, member)
        plain.unlink()
    return archive.hashed(name, member), size, copied


def verify(path: Path, tell: Progress) -> Manifest:
    """Reads an archive to its end: every member whole, every file that its database names there.

    (But for those that were missing when it was made: `manifest.missing`.) The database is unpacked
    and looked at. Raises ArchiveDamaged, Misuse, Unavailable.
    """
    with archive.opened(path) as reading, tempfile.TemporaryDirectory() as scratch:
        manifest = reading.manifest
        database = Path(scratch) / "database"

        def take(member: archive.Member, content: object) -> None:
            if member.name in archive.DATABASES.values():
                archive.save(content, database)  # type: ignore[arg-type]

        reading.each(take, tell)
        look(manifest, database)
    return manifest


def look(manifest: Manifest, database: Path) -> Path:
    """The database of an archive, unpacked and found sound; its path.

    Raises ArchiveDamaged, Misuse.
    """
    if manifest.database == "postgresql":
        dumping.readable(database)
        return database
    plain = database.with_name(f"{database.name}.plain")
    archive.unpack(database, plain, manifest.database_size)
    database.unlink()
    try:
        found = dumping.look_at_file(plain)
    except StorageRefused as error:
        raise archive.ArchiveDamaged(archive.SQLITE, error.message) from error
    there = {m.sha256 for m in manifest.members if m.name.startswith("files/")}
    lost = found.references - there - set(manifest.missing)
    if lost or found.revision != manifest.revision:
        raise archive.ArchiveDamaged(
            archive.SQLITE,
            say(
                "Cơ sở dữ liệu trong tệp sao lưu không khớp với phần còn lại: thiếu %(number)s tệp "
                "mà nó nhắc đến.",
                number=len(lost),
            ),
        )
    return plain


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder for copies under way, on the disk that the backup is written to."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".quytrinh-") as folder:
            yield Path(folder)
    except OSError as error:
        raise StorageRefused(
            say(
                "Không đọc hoặc ghi được “%(path)s”: %(why)s.",
                path=error.filename or target,
                why=error.strerror or str(error),
            )
        ) from error
