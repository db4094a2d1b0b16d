"""Keeps uploaded files under their hash in a folder of their own, outside the web root."""

from __future__ import annotations

import logging
from hashlib import sha256
from pathlib import Path, PurePath

from engine.adapters.contents import TYPES, TYPES_IN_WORDS, refusal, sniff
from engine.adapters.whole_files import write_whole
from engine.domain.errors import Infected, Misuse, NotFound, StorageRefused
from engine.domain.messages import say
from engine.domain.states import ScanState
from engine.ports import Scanner, StoredFile, UploadedFile

_NAME_LENGTH = 255

log = logging.getLogger(__name__)


class FolderFileStore:
    """Implements ports.FileStore; several processes may share the folder.

    A file is never overwritten: its name is the hash of its content. That a file was scanned is
    noted in a folder beside, so that nothing is scanned twice and nothing goes unscanned that was
    kept before there was a scanner.
    """

    def __init__(self, folder: Path, max_bytes: int, scanner: Scanner | None = None) -> None:
        self._folder = folder
        self._scanned = folder.parent / "scanned"
        self._max_bytes = max_bytes
        self._scanner = scanner

    def check(self, upload: UploadedFile) -> None:
        """Raises what `keep` would, and keeps nothing."""
        if upload.kept is None:
            self._checked(upload)

    def keep(self, upload: UploadedFile) -> StoredFile:
        """Stores, sniffs and scans; raises Misuse for a refused size or type. Idempotent.

        Raises StorageRefused when the folder cannot be written, ScannerDown where a scanner is
        set and does not answer: nothing is kept unscanned then.

        The type comes from the content: the name and what the browser says are not believed.
        """
        if upload.kept is not None:
            return upload.kept
        checked = self._checked(upload)
        try:
            _write(self._path(checked.sha256), upload.content)
        except OSError as error:
            raise _refused(self._folder, error) from error
        return checked

    def scan_of(self, digest: str) -> str:
        return ScanState.CLEAN if _mark(self._scanned, digest).exists() else ScanState.NONE

    def _checked(self, upload: UploadedFile) -> StoredFile:
        name, size = _safe_name(upload.filename), len(upload.content)
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
        refused = refusal(name, upload.content)
        if refused is not None:
            raise Misuse(refused)
        digest = sha256(upload.content).hexdigest()
        self._scan(name, digest, upload.content)
        media_type = sniff(upload.content) or ""
        return StoredFile(digest, name, size, media_type, self.scan_of(digest))

    def _scan(self, name: str, digest: str, content: bytes) -> None:
        mark = _mark(self._scanned, digest)
        if self._scanner is None or mark.exists():
            return
        infection = self._scanner.infection(content)
        if infection is not None:
            log.warning("refused an infected file: %s, %s", digest, infection)
            raise Infected(name, infection)
        try:
            mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark.touch(mode=0o600)
        except OSError as error:
            raise _refused(self._scanned, error) from error

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


def _mark(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def _write(path: Path, content: bytes) -> None:
    """Files go by the hash of what is in them: one that is there already is the same."""
    if not path.exists():
        write_whole(path, content)


def _refused(folder: Path, error: OSError) -> StorageRefused:
    return StorageRefused(
        say(
            "Không đọc hoặc ghi được kho tệp “%(path)s”: %(why)s.",
            path=folder,
            why=error.strerror or str(error),
        )
    )


def _safe_name(filename: str) -> str:
    """The last part of the name as uploaded, without what has no business in a name."""
    last = PurePath(filename.replace("\\", "/")).name
    printable = "".join(c for c in last if c.isprintable()).strip()
    return printable[-_NAME_LENGTH:] or "tep"


__all__ = ("TYPES", "TYPES_IN_WORDS", "FolderFileStore", "sniff")
