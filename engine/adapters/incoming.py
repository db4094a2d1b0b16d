"""Keeps the pieces of files on their way in, outside the web root, one writer at a time."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.domain.errors import NotFound, StorageRefused, UploadBusy
from engine.domain.messages import say

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class FolderPartial:
    """Implements ports.Partial: a file that grows, locked while this lives."""

    def __init__(self, number: int) -> None:
        self._number = number

    def cut(self, size: int) -> None:
        os.ftruncate(self._number, size)
        os.lseek(self._number, size, os.SEEK_SET)

    def add(self, piece: bytes) -> None:
        left = memoryview(piece)
        while left:
            left = left[os.write(self._number, left) :]

    def settle(self) -> None:
        os.fsync(self._number)

    def size(self) -> int:
        return os.fstat(self._number).st_size

    def read(self) -> bytes:
        with os.fdopen(os.dup(self._number), "rb") as whole:
            whole.seek(0)
            return whole.read()


class IncomingFolder:
    """Implements ports.Incoming; several processes of one machine may share the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def taken(self, key: str) -> Iterator[FolderPartial]:
        """The file, empty where it is new, for one writer. Raises UploadBusy, StorageRefused.

        The lock goes with the process that holds it, however that ends.
        """
        with self._storage():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = os.open(self._path(key), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                _lock(number)
                yield FolderPartial(number)
            finally:
                os.close(number)

    def drop(self, key: str) -> None:
        with self._storage():
            self._path(key).unlink(missing_ok=True)

    def keys(self) -> frozenset[str]:
        """Of all files that are here."""
        with self._storage():
            if not self._folder.is_dir():
                return frozenset()
            return frozenset(entry.name for entry in self._folder.iterdir())

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotFound()
        return self._folder / key

    @contextmanager
    def _storage(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageRefused(
                say(
                    "Không đọc hoặc ghi được kho tệp “%(path)s”: %(why)s.",
                    path=self._folder,
                    why=error.strerror or str(error),
                )
            ) from error


def _lock(number: int) -> None:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UploadBusy() from None
