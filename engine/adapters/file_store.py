"""Keeps uploaded files under their hash in a folder of their own, outside the web root."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePath
from types import MappingProxyType
from zipfile import BadZipFile, ZipFile

import puremagic

from engine.domain.errors import Misuse, NotFound, StorageRefused
from engine.domain.messages import say
from engine.ports import StoredFile, UploadedFile

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Media types that are accepted, by what puremagic calls the content.
TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".pdf": "application/pdf",
        ".jpg": "image/jpeg",
        ".png": "image/png",
        ".webp": "image/webp",
        ".heic": "image/heic",
        ".docx": _WORD,
        ".xlsx": _SHEET,
    }
)

#: What people read when a type is refused.
TYPES_IN_WORDS = "PDF, JPG, PNG, WEBP, HEIC, DOCX, XLSX"

_NAME_LENGTH = 255


class FolderFileStore:
    """Implements ports.FileStore; several processes may share the folder.

    A file is never overwritten: its name is the hash of its content.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def keep(self, upload: UploadedFile) -> StoredFile:
        """Stores and sniffs; raises Misuse for a refused size or type. Idempotent.

        Raises StorageRefused when the folder cannot be written.

        The type comes from the content: the name and what the browser says are not believed.
        """
        name = _safe_name(upload.filename)
        size = len(upload.content)
        if size == 0:
            raise Misuse(say("Tệp “%(name)s” rỗng.", name=name))
        if size > self._max_bytes:
            raise Misuse(
                say(
                    "Tệp “%(name)s” quá lớn, tối đa %(limit)s MB.",
                    name=name,
                    limit=self._max_bytes // 2**20,
                )
            )
        media_type = sniff(upload.content)
        if media_type is None:
            raise Misuse(
                say(
                    "Tệp “%(name)s” không thuộc loại được nhận (%(types)s).",
                    name=name,
                    types=TYPES_IN_WORDS,
                )
            )
        digest = sha256(upload.content).hexdigest()
        try:
            self._write(self._path(digest), upload.content)
        except OSError as error:
            raise _refused(self._folder, error) from error
        return StoredFile(digest, name, size, media_type)

    def read(self, digest: str) -> bytes:
        """Raises NotFound."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise NotFound()
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            raise NotFound() from None
        except OSError as error:
            raise _refused(self._folder, error) from error

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all: written aside, made durable, then renamed."""
        if path.exists():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as aside:
            try:
                aside.write(content)
                aside.flush()
                os.fsync(aside.fileno())
                Path(aside.name).replace(path)
            except BaseException:
                Path(aside.name).unlink(missing_ok=True)
                raise


def _refused(folder: Path, error: OSError) -> StorageRefused:
    return StorageRefused(
        say(
            "Không đọc hoặc ghi được kho tệp “%(path)s”: %(why)s.",
            path=folder,
            why=error.strerror or str(error),
        )
    )


def sniff(content: bytes) -> str | None:
    """The media type that the content shows; None when it is none of those accepted."""
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    try:
        kind = puremagic.from_string(content)
    except (puremagic.PureError, ValueError):
        return None
    return TYPES.get({".jpeg": ".jpg", ".jfif": ".jpg", ".heif": ".heic"}.get(kind, kind))


def _office_type(content: bytes) -> str | None:
    """Word and Excel files are zip archives; what is inside tells which. Macros are refused."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, NotImplementedError, ValueError):
        return None
    if "[Content_Types].xml" not in names or any(n.endswith("vbaProject.bin") for n in names):
        return None
    if "word/document.xml" in names:
        return _WORD
    return _SHEET if "xl/workbook.xml" in names else None


def _safe_name(filename: str) -> str:
    """The last part of the name as uploaded, without what has no business in a name."""
    last = PurePath(filename.replace("\\", "/")).name
    printable = "".join(c for c in last if c.isprintable()).strip()
    return printable[-_NAME_LENGTH:] or "tep"
