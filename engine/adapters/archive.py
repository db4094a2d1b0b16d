"""The one file of a backup: a tar that begins with its manifest and ends with the manifest's hash.

Members: `manifest.json`, the database (`database.sqlite3.gz` or `database.pgdump`), the file store
(`files/<2>/<64>`, named by hash), the folder of signing keys (`keys/…`), `END`. Nothing of an
archive is believed: names are matched against these patterns and paths are made here, sizes and
hashes are those of the manifest, and anything else is refused.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from engine.domain.errors import Misuse, StorageRefused
from engine.domain.messages import Message, say

MANIFEST, END = "manifest.json", "END"
SQLITE, POSTGRESQL = "database.sqlite3.gz", "database.pgdump"
DATABASES = {"sqlite": SQLITE, "postgresql": POSTGRESQL}

FORMAT = 1

_STORED = re.compile(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_KEY = re.compile(r"keys(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){1,4}")
_HASH = re.compile(r"[0-9a-f]{64}")

_CHUNK = 2**20
_LONGEST_MANIFEST = 2**30

#: Told now and then: bytes done, bytes in all.
Progress = Callable[[int, int], None]


class ArchiveDamaged(Misuse):
    """An archive that is not whole, or none of ours; `member` says where."""

    def __init__(self, member: str, message: Message) -> None:
        self.member = member
        super().__init__(message)


@dataclass(frozen=True)
class Member:
    """A file of the archive: bytes and hash as it lies there."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds and where it comes from."""

    product: str  # version of the program
    revision: str  # of the database's tables
    database: str  # sqlite | postgresql
    server: str  # its version
    made_at: str  # ISO, UTC
    database_size: int  # bytes, unpacked
    members: tuple[Member, ...]  # database first
    missing: tuple[str, ...] = ()  # files that the database names, and the store did not have
    format: int = FORMAT

    @property
    def files(self) -> int:
        return sum(1 for member in self.members if member.name.startswith("files/"))

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members)

    def text(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Source:
    """A member to be written, and where its bytes are."""

    member: Member
    path: Path


# --- writing --------------------------------------------------------------------------------------


def write(target: Path, manifest: Manifest, sources: Sequence[Source], tell: Progress) -> None:
    """Writes the archive aside, for its owner's eyes alone, and renames it once it is durable.

    Raises StorageRefused; ArchiveDamaged when a file of the store is not what its name says. Then
    nothing is left.
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _new(aside) as out:
            _fill(out, manifest, sources, tell)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(target)
        _make_durable(target.parent)
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        aside.unlink(missing_ok=True)


def _fill(out: IO[bytes], manifest: Manifest, sources: Sequence[Source], tell: Progress) -> None:
    text, done = manifest.text(), 0
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, MANIFEST, io.BytesIO(text), len(text))
        for source in sources:
            member = source.member
            with source.path.open("rb") as content:
                hashing = _Hashing(content)
                _add(archive, member.name, hashing, member.size)
            if hashing.hexdigest() != member.sha256:
                raise ArchiveDamaged(member.name, _damaged_source(source.path))
            done += member.size
            tell(done, manifest.size)
        _add(archive, END, io.BytesIO(sha256(text).hexdigest().encode()), 64)


def _add(archive: tarfile.TarFile, name: str, content: Any, size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    archive.addfile(info, content)


class _Hashing:
    """A file that hashes what is read of it."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._digest = sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self._digest.update(piece)
        return piece

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def stored_files(folder: Path) -> Iterator[Source]:
    """Every file of a file store, in order; what lies there under another name is none of it."""
    for path in sorted(folder.glob("??/" + "?" * 64)):
        name = f"files/{path.parent.name}/{path.name}"
        if _STORED.fullmatch(name) and path.is_file():
            yield Source(Member(name, path.stat().st_size, path.name), path)


def key_files(folder: Path) -> Iterator[Source]:
    """The files of the folder of signing keys, hashed."""
    for path in sorted(folder.rglob("*")):
        name = "keys/" + path.relative_to(folder).as_posix()
        if _KEY.fullmatch(name) and path.is_file() and not path.is_symlink():
            yield hashed(name, path)


def hashed(name: str, path: Path) -> Source:
    """A file as a member."""
    with path.open("rb") as content:
        hashing = _Hashing(content)
        while hashing.read(_CHUNK):
            pass
    return Source(Member(name, path.stat().st_size, hashing.hexdigest()), path)


def pack(source: Path, target: Path) -> None:
    """Packs a file with gzip: a database is mostly text."""
    with source.open("rb") as plain, gzip.open(target, "wb", compresslevel=4) as packed:
        while piece := plain.read(_CHUNK):
            packed.write(piece)


def unpack(source: Path, target: Path, size: int) -> None:
    """Unpacks, never more than it was. Raises ArchiveDamaged."""
    done = 0
    try:
        with gzip.open(source, "rb") as packed, _new(target) as plain:
            while piece := packed.read(_CHUNK):
                done += len(piece)
                if done > size:
                    break
                plain.write(piece)
            plain.flush()
            os.fsync(plain.fileno())
    except (EOFError, gzip.BadGzipFile) as error:
        raise _broken(source.name) from error
    if done != size:
        raise _broken(source.name)


# --- reading --------------------------------------------------------------------------------------


@dataclass
class Reading:
    """An archive whose manifest was read; its members follow one by one, once."""

    manifest: Manifest
    _stream: IO[bytes]
    _archive: tarfile.TarFile
    _wanted: dict[str, Member] = field(default_factory=dict)
    _digest: str = ""

    def each(self, take: Callable[[Member, IO[bytes]], None], tell: Progress) -> None:
        """Hands every member to `take`, which reads it to its end, and proves all of them.

        Raises ArchiveDamaged, naming the first member that is not what the manifest says.
        """
        done = 0
        for info in self._infos():
            if info.name == END:
                self._prove_end(info)
                return
            member = self._wanted.pop(info.name, None)
            if member is None or not info.isreg() or info.size != member.size:
                raise _broken(info.name)
            content = self._archive.extractfile(info)
            if content is None:
                raise _broken(info.name)
            hashing = _Hashing(content)
            with _naming(info.name):
                take(member, hashing)  # type: ignore[arg-type]
                while hashing.read(_CHUNK):
                    pass
            if hashing.hexdigest() != member.sha256:
                raise _broken(info.name)
            done += member.size
            tell(done, self.manifest.size)
        raise _broken(next(iter(self._wanted), END))

    def _infos(self) -> Iterator[tarfile.TarInfo]:
        while True:
            with _naming(next(iter(self._wanted), END)):
                info = self._archive.next()
            if info is None:
                return
            yield info

    def _prove_end(self, info: tarfile.TarInfo) -> None:
        content = self._archive.extractfile(info) if info.isreg() and info.size == 64 else None
        if content is None or content.read().decode("ascii", "replace") != self._digest:
            raise _broken(MANIFEST)
        if self._wanted:
            raise _broken(next(iter(self._wanted)))


@contextmanager
def opened(path: Path) -> Iterator[Reading]:
    """The archive at `path`. Raises StorageRefused, ArchiveDamaged."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise _refused(path, error) from error
    with stream:
        try:
            archive = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115  closed with the stream
            info = archive.next()
        except (tarfile.TarError, OSError) as error:
            raise _none_of_ours(path) from error
        if info is None or info.name != MANIFEST or not info.isreg():
            raise _none_of_ours(path)
        if info.size > _LONGEST_MANIFEST:
            raise _broken(MANIFEST)
        content = archive.extractfile(info)
        with _naming(MANIFEST):
            text = content.read() if content else b""
        manifest = _manifest(text)
        yield Reading(
            manifest,
            stream,
            archive,
            {member.name: member for member in manifest.members},
            sha256(text).hexdigest(),
        )


def _manifest(text: bytes) -> Manifest:
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ArchiveDamaged(
                MANIFEST,
                say(
                    "Tệp sao lưu có khuôn dạng %(found)s mà chương trình này không đọc được (chỉ "
                    "đọc %(known)s). Hãy dùng bản chương trình đã tạo ra nó hoặc bản mới hơn.",
                    found=document["format"],
                    known=FORMAT,
                ),
            )
        members = tuple(_member(one) for one in document.pop("members"))
        manifest = Manifest(
            **{**document, "members": members, "missing": tuple(document["missing"])}
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(MANIFEST) from error
    names = [member.name for member in members]
    wanted = DATABASES.get(manifest.database)
    if len(set(names)) != len(names) or wanted not in names:
        raise _broken(MANIFEST)
    if any(name in names for name in DATABASES.values() if name != wanted):
        raise _broken(MANIFEST)
    return manifest


def _member(document: Mapping[str, Any]) -> Member:
    member = Member(str(document["name"]), int(document["size"]), str(document["sha256"]))
    stored = _STORED.fullmatch(member.name)
    known = member.name in DATABASES.values() or stored or _KEY.fullmatch(member.name)
    if not known or member.size < 0 or not _HASH.fullmatch(member.sha256):
        raise _broken(member.name)
    if stored and stored[2] != member.sha256:
        raise _broken(member.name)
    return member


@contextmanager
def _naming(member: str) -> Iterator[None]:
    """What the tar cannot read is told by the member that was to come."""
    try:
        yield
    except (tarfile.TarError, EOFError) as error:
        raise _broken(member) from error


def save(content: IO[bytes], target: Path) -> None:
    """Writes a member to a new file of its own, for its owner alone, durably."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _new(target) as out:
        while piece := content.read(_CHUNK):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _new(path: Path) -> IO[bytes]:
    """A file that was not there, for its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _make_durable(folder: Path) -> None:
    """The rename itself reaches the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _broken(member: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        member,
        say(
            "Tệp sao lưu bị hỏng ở “%(member)s”. Chưa có gì được khôi phục; hãy dùng bản sao lưu "
            "khác.",
            member=member[:200],
        ),
    )


def _none_of_ours(path: Path) -> ArchiveDamaged:
    return ArchiveDamaged(
        MANIFEST, say("“%(path)s” không phải là tệp sao lưu của Quy Trình.", path=path)
    )


def _damaged_source(path: Path) -> Message:
    return say(
        "Tệp “%(path)s” trong kho tệp đã bị hỏng: nội dung không còn đúng như tên băm của nó. Chưa "
        "sao lưu; hãy lấy lại tệp này từ bản sao lưu cũ rồi chạy lại.",
        path=path,
    )


def _refused(path: Path, error: OSError) -> StorageRefused:
    return StorageRefused(
        say(
            "Không đọc hoặc ghi được “%(path)s”: %(why)s.",
            path=path,
            why=error.strerror or str(error),
        )
    )
