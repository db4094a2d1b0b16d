"""Brings a backup back: into an empty installation, or in the place of one that is kept aside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, inspect, select
from sqlalchemy.exc import DatabaseError

from engine.adapters import archive
from engine.adapters.archive import Manifest, Progress
from engine.domain.clock import local
from engine.domain.errors import DatabaseAway, Misuse, StorageRefused
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.persistence import dumping, migrating
from engine.persistence.database import answering, make_engine
from engine.persistence.tables import CaseRow, HeartbeatRow, SignInRow, UserRow
from engine.services import backing_up, journalling
from engine.services.act import Application

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

#: What SQLite keeps beside a file that was not closed.
_BESIDE = ("-wal", "-shm")


@dataclass(frozen=True)
class Restored:
    """What came of a restore."""

    manifest: Manifest
    before: str  # revision of the database in the archive
    after: str  # and now
    aside: tuple[str, ...]  # where what was there before is kept


@dataclass
class _Places:
    """Where things lie while a restore goes on, each on the disk of what it will be."""

    app: Application
    stamp: str
    staged: dict[str, Path] = field(default_factory=dict)
    moved: list[tuple[Path, Path]] = field(default_factory=list)  # (from, to)
    schema: str = ""  # the old tables of PostgreSQL

    def __post_init__(self) -> None:
        for name, live in self.live.items():
            self.staged[name] = live.with_name(f"{live.name}.restoring-{self.stamp}")
        if self.app.database.dialect.name != "sqlite":
            self.staged["database"] = self.app.settings.data_dir / f"db.restoring-{self.stamp}"

    @property
    def live(self) -> dict[str, Path]:
        places = {
            "files": self.app.settings.files_dir,
            "keys": self.app.settings.keys_dir,
        }
        if self.app.database.dialect.name == "sqlite":
            places["database"] = Path(str(self.app.database.url.database))
        return places

    def kept(self, live: Path) -> Path:
        return live.with_name(f"{live.name}.before-restore-{self.stamp}")


def occupied(app: Application) -> bool:
    """Whether there is something here that a restore would take the place of: people or dossiers.

    Asking does not create an embedded database.
    """
    database = app.database
    path = Path(str(database.url.database))
    if database.dialect.name == "sqlite" and (not path.exists() or not path.stat().st_size):
        return False
    try:
        with answering(database), database.connect() as connection:
            tables = set(inspect(connection).get_table_names())
            return any(
                connection.execute(select(row.id).limit(1)).first() is not None
                for row in (UserRow, CaseRow)
                if row.__tablename__ in tables
            )
    except (DatabaseAway, DatabaseError):
        if database.dialect.name == "sqlite":
            return True  # a broken one: it is kept aside like any other
        raise


def restore(app: Application, path: Path, tell: Progress, force: bool = False) -> Restored:
    """Everything of a backup, its tables brought to what this program expects.

    The archive is read whole and its database proved before anything here is touched. What was here
    is moved aside, never deleted; when something fails, it is moved back. Sign-ins of the backup
    end: keys that were revoked since shall not come to life again.
    Raises ArchiveDamaged, Misuse (another kind of database, somebody at work, not empty),
    DatabaseNewer, Unavailable.
    """
    with archive.opened(path) as reading:
        manifest = reading.manifest
        _fits(app, manifest)
        if occupied(app) and not force:
            raise Misuse(
                say(
                    "Nơi này đã có người dùng hoặc hồ sơ. Chỉ khôi phục vào chỗ trống; nếu thật sự "
                    "muốn thay, hãy thêm --force: dữ liệu đang có sẽ được giữ riêng, không bị xóa."
                )
            )
        _nobody_at_work(app)
        places = _Places(app, f"{local(app.clock.now()):%Y%m%d-%H%M%S}")
        with _staging(places):
            _stage(reading, places, tell)
            database = backing_up.look(manifest, places.staged["database"])
            places.staged["database"] = database
            if app.database.dialect.name == "sqlite":
                before, after = _embedded(app, places, manifest, path.name)
            else:
                before, after = _on_server(app, places, manifest, path.name)
    aside = [str(kept) for _, kept in places.moved]
    return Restored(
        manifest, before, after, tuple([*aside, places.schema] if places.schema else aside)
    )


def _fits(app: Application, manifest: Manifest) -> None:
    kind = app.database.dialect.name
    if manifest.database != kind:
        raise Misuse(
            say(
                "Bản sao lưu này của %(theirs)s, còn nơi này dùng %(ours)s. Hãy đặt "
                "QUYTRINH_DATABASE_URL về cùng loại với bản sao lưu.",
                theirs=KINDS[manifest.database],
                ours=KINDS[kind],
            )
        )
    migrating.refuse_newer(manifest.revision)


def _nobody_at_work(app: Application) -> None:
    """Raises Misuse while a server, a worker or anybody else has the database open."""
    if app.database.dialect.name != "sqlite":
        dumping.alone(app.database)
    elif Path(str(app.database.url.database)).exists():
        dumping.let_go(app.database)


def _stage(reading: archive.Reading, places: _Places, tell: Progress) -> None:
    """Unpacks everything beside its place. Paths are made here, from names already proved."""

    def take(member: archive.Member, content: object) -> None:
        room, _, rest = member.name.partition("/")
        target = places.staged[room] / rest if rest else places.staged["database"]
        archive.save(content, target)  # type: ignore[arg-type]

    reading.each(take, tell)


@contextmanager
def _staging(places: _Places) -> Iterator[None]:
    """Afterwards nothing half unpacked is left, however it ends."""
    staged = list(places.staged.values())
    try:
        yield
    except OSError as error:
        raise StorageRefused(
            say(
                "Không đọc hoặc ghi được “%(path)s”: %(why)s.",
                path=error.filename or places.app.settings.data_dir,
                why=error.strerror or str(error),
            )
        ) from error
    finally:
        for path in {*staged, *places.staged.values()}:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            for name in (path.name, *(path.name + end for end in _BESIDE)):
                path.with_name(name).unlink(missing_ok=True)


# --- into place -----------------------------------------------------------------------------------


def _embedded(app: Application, places: _Places, manifest: Manifest, name: str) -> tuple[str, str]:
    """The copy is migrated where it was unpacked; then all of it takes its place by renaming."""
    copied = make_engine(f"sqlite:///{places.staged['database']}")
    try:
        before, after = migrating.upgrade(copied)
        _finish(replace(app, database=copied), manifest, name)
        dumping.let_go(copied)
    finally:
        copied.dispose()
    _nobody_at_work(app)
    with _moving_back(places):
        _swap(places)
    return before or "", after


def _on_server(app: Application, places: _Places, manifest: Manifest, name: str) -> tuple[str, str]:
    _nobody_at_work(app)
    if not dumping.schema_is_empty(app.database):
        places.schema = f"before_restore_{places.stamp.replace('-', '_')}"
        dumping.put_schema_aside(app.database, places.schema)
    try:
        dumping.restore_postgresql(app.database, places.staged["database"])
        before, after = migrating.upgrade(app.database)
        _finish(app, manifest, name)
        with _moving_back(places):
            _swap(places)
    except BaseException:
        app.database.dispose()
        if places.schema:
            dumping.take_schema_back(app.database, places.schema)
        else:
            dumping.clear_schema(app.database)
        raise
    return before or "", after


def _finish(restored: Application, manifest: Manifest, name: str) -> None:
    """What the restored database must no longer say, and the line that it came back."""
    made_at = datetime.fromisoformat(manifest.made_at)
    with restored.act(None) as act:
        act.session.execute(delete(SignInRow))
        act.session.execute(delete(HeartbeatRow))
        journalling.note(
            act,
            Journalled.RESTORED,
            file=name,
            at=f"{local(made_at):%d/%m/%Y %H:%M}",
            revision=manifest.revision,
        )


def _swap(places: _Places) -> None:
    """What is there goes aside, what was unpacked takes its place."""
    for room, live in places.live.items():
        if live.is_dir() and not any(live.iterdir()):
            live.rmdir()
        for here in (live, *(live.with_name(live.name + end) for end in _BESIDE)):
            if here.exists():
                kept = places.kept(here)
                here.rename(kept)
                places.moved.append((here, kept))
        staged = places.staged[room]
        if staged.exists():
            live.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            staged.rename(live)


@contextmanager
def _moving_back(places: _Places) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for live, kept in reversed(places.moved):
            if live.exists():
                live.rename(live.with_name(f"{live.name}.restoring-{places.stamp}"))
            kept.rename(live)
        places.moved.clear()
        raise
