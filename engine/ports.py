"""What the engine needs from outside: forms, files, passwords, handed in at composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class UploadedFile:
    """A file in a submission, before it is stored."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class StoredFile:
    """A file in validated form data: JSON keeps `{"file": sha256, "name", "size", "type"}`."""

    sha256: str
    filename: str
    size: int
    media_type: str


class Form(Protocol):
    """A compiled `.form`."""

    id: str
    title: str

    @property
    def names(self) -> frozenset[str]:
        """Names of the variables a submission may set (top level)."""
        ...

    def answers(self, name: str) -> tuple[str, ...] | None:
        """Values a choice field may take, in order; None when `name` is no choice field."""
        ...

    def defaults(self, known: Mapping[str, object]) -> dict[str, object]:
        """The plainest valid answers: known values, else drawn defaults, else the first option.

        Used by rehearsals; text becomes `"…"`, dates None when not required.
        """
        ...

    def validate(
        self, submission: Mapping[str, object], known: Mapping[str, object]
    ) -> dict[str, object]:
        """The cleaned data of a submission (plain JSON values; files still UploadedFile).

        `submission` holds plain values in nested form (`{"than_nhan": [{"ho_ten": …}]}`);
        `known` the case's data and the facts of the task (`lan_thu`), which conditions may read.
        Fields hidden by their condition are left out. Raises errors.FormInvalid with all problems.
        """
        ...


class FormCompiler(Protocol):
    """Compiles the text of a `.form` file."""

    def compile(self, source: str) -> Form:
        """Raises ValueError with a Vietnamese sentence when the form is outside the dialect."""
        ...


class FileStore(Protocol):
    """Keeps uploaded bytes by their hash, outside the web root."""

    def keep(self, upload: UploadedFile) -> StoredFile:
        """Stores and sniffs; raises errors.Misuse for a refused size or type. Idempotent."""
        ...

    def read(self, sha256: str) -> bytes:
        """Raises errors.NotFound."""
        ...


class PasswordHasher(Protocol):
    def hash(self, password: str) -> str: ...

    def verify(self, hashed: str, password: str) -> bool: ...


@dataclass(frozen=True)
class Ports:
    """Everything handed to the engine at composition."""

    forms: FormCompiler
    files: FileStore
    passwords: PasswordHasher


__all__: Sequence[str] = (
    "FileStore",
    "Form",
    "FormCompiler",
    "PasswordHasher",
    "Ports",
    "StoredFile",
    "UploadedFile",
)
