"""What the engine needs from outside: forms, files, passwords, handed in at composition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.domain.messages import Message


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
class Mail:
    """A mail as it leaves: plain text to one person."""

    message_id: str  # without brackets; the same whenever the same mail is sent again
    address: str
    subject: str
    body: str
    written_at: datetime


class Mailer(Protocol):
    """Hands mails to a mail server."""

    @property
    def leaves(self) -> bool:
        """False when mails only lie in the outbox page and nothing goes out (demo)."""
        ...

    def opened(self) -> AbstractContextManager[Callable[[Mail], None]]:
        """A connection over which mails are sent one by one.

        Opening raises errors.MailServerDown; sending raises that, errors.MailPutOff or
        errors.MailRefused. Whatever happens ends within some minutes.
        """
        ...


class Printer(Protocol):
    """Sets printed documents."""

    def pdf(
        self, main: str, files: Mapping[str, bytes], data: Mapping[str, object], at: datetime
    ) -> bytes:
        """The PDF of the template `main` among `files` (names as templates import each other).

        `data` is plain JSON, read by templates as `data.json`; `at` dates the file.
        Raises errors.TemplateLacks or errors.TemplateBroken.
        """
        ...


#: A message in a language (`vi`, `en`), its values filled in.
Words = Callable[[Message, str], str]


def in_vietnamese(message: Message, _language: str) -> str:
    """The words where no catalogue was handed in: messages are Vietnamese by themselves."""
    return str(message)


@dataclass(frozen=True)
class Ports:
    """Everything handed to the engine at composition."""

    forms: FormCompiler
    files: FileStore
    passwords: PasswordHasher
    mailer: Mailer | None = None  # None: people are told in the page alone, no mail is written
    words: Words = in_vietnamese
    printer: Printer | None = None  # None: nothing can be printed (commands that print nothing)


__all__: Sequence[str] = (
    "FileStore",
    "Form",
    "FormCompiler",
    "Mail",
    "Mailer",
    "PasswordHasher",
    "Ports",
    "Printer",
    "StoredFile",
    "UploadedFile",
    "Words",
    "in_vietnamese",
)
