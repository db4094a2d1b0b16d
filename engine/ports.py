"""What the engine needs from outside: forms, files, passwords, handed in at composition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.domain.messages import Message
from engine.domain.persons import AskedPerson
from engine.domain.signatures import Found, Key, Place, Stamp


@dataclass(frozen=True)
class UploadedFile:
    """A file in a submission, before it is stored."""

    filename: str
    content: bytes
    kept: StoredFile | None = None  # came in piece by piece, is in the store already: no content

    @property
    def empty(self) -> bool:
        return not self.content and self.kept is None


@dataclass(frozen=True)
class StoredFile:
    """A file in validated form data: JSON keeps `{"file": sha256, "name", "size", "type"}`."""

    sha256: str
    filename: str
    size: int
    media_type: str
    scan: str = ""  # ScanState


class Form(Protocol):
    """A compiled `.form`."""

    id: str
    title: str

    @property
    def names(self) -> frozenset[str]:
        """Names of the variables a submission may set (top level)."""
        ...

    @property
    def persons(self) -> tuple[AskedPerson, ...]:
        """The persons whom the form asks for, as it declares them."""
        ...

    def answers(self, name: str) -> tuple[str, ...] | None:
        """Values a choice field may take, in order; None when `name` is no choice field."""
        ...

    def defaults(self, known: Mapping[str, object]) -> dict[str, object]:
        """The plainest valid answers: known values, else drawn defaults, else the first option.

        Used by rehearsals; text becomes `"…"`, dates None when not required.
        """
        ...

    def papers(self, answers: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        """The papers of a dossier that were ticked off: what each is called, in which shape."""
        ...

    @property
    def from_document(self) -> Mapping[str, str]:
        """Fields that begin with what the step's document says: name -> `sign` or `day`."""
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
        """Stores, sniffs and scans; raises errors.Misuse for a refused size or type. Idempotent.

        Raises errors.ScannerDown where a scanner is set and does not answer.
        """
        ...

    def check(self, upload: UploadedFile) -> None:
        """Raises what `keep` would, and keeps nothing; `keep` then need not scan again.

        For the edge, before an act that holds locks.
        """
        ...

    def scan_of(self, sha256: str) -> str:
        """The states.ScanState of a stored file."""
        ...

    def read(self, sha256: str) -> bytes:
        """Raises errors.NotFound."""
        ...


class Scanner(Protocol):
    """Looks for viruses."""

    def infection(self, content: bytes) -> str | None:
        """What a file is infected with, by name; None: clean. Raises errors.ScannerDown."""
        ...


class Partial(Protocol):
    """A file on its way in, held by one writer."""

    def cut(self, size: int) -> None:
        """Leaves the first `size` bytes; the next piece comes after them."""
        ...

    def add(self, piece: bytes) -> None: ...

    def settle(self) -> None:
        """Returns once everything added outlives a power cut."""
        ...

    def size(self) -> int: ...

    def read(self) -> bytes: ...


class Incoming(Protocol):
    """Keeps files on their way in, by key. All raise errors.StorageRefused."""

    def taken(self, key: str) -> AbstractContextManager[Partial]:
        """The file, empty where it is new. Raises errors.UploadBusy while another one writes."""
        ...

    def drop(self, key: str) -> None: ...

    def keys(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Leaves:
    """The pages of a stored file that can be shown: width and height of each, in points."""

    count: int  # of all pages; of the first ones the sizes are known
    sizes: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Photo:
    """A stored picture of a page, to be turned clockwise by so many quarters."""

    sha256: str
    quarters: int = 0


class Pictures(Protocol):
    """Shows stored files as pictures that hold nothing but what is seen (no place, no author).

    All raise errors.Unreadable for what cannot be shown, errors.PicturesBusy when too many ask.
    """

    def leaves(self, sha256: str, media_type: str) -> Leaves: ...

    def page(self, sha256: str, media_type: str, number: int, width: int) -> bytes:
        """A page (1, 2, …) as JPEG, at most `width` pixels wide."""
        ...

    def joined(self, photos: Sequence[Photo]) -> bytes:
        """One PDF of A4 pages. Raises errors.PhotosRefused with what is wrong with which photo."""
        ...


class PasswordHasher(Protocol):
    def hash(self, password: str) -> str: ...

    def hash_generated(self, password: str) -> str:
        """The same of a password made by `services.staff`: long and random, so quickly hashed."""
        ...

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

    def places(
        self, main: str, files: Mapping[str, bytes], data: Mapping[str, object], label: str
    ) -> Sequence[Place]:
        """Where the template marks a place with `label` (khung.typ: `place-mark`), in order.

        Raises as `pdf` does.
        """
        ...


class Writer(Protocol):
    """Fills in Word templates."""

    def docx(self, name: str, template: bytes, data: Mapping[str, object]) -> bytes:
        """The template `name`, filled in. Raises errors.TemplateLacks or errors.TemplateBroken."""
        ...


class Signer(Protocol):
    """Holds keys and signs PDFs with them."""

    def keep(self, pkcs12: bytes, passphrase: str, at: datetime) -> Key:
        """Keeps the key of a PKCS#12 file, encrypted anew. Idempotent.

        Raises errors.Misuse: a wrong passphrase, no such file, a certificate that has ended or is
        not meant for signatures.
        """
        ...

    def forget(self, label: str) -> None:
        """Deletes a key kept in software."""
        ...

    @property
    def has_device(self) -> bool: ...

    def on_device(self) -> Sequence[Key]:
        """The keys that the device holds. Raises errors.SigningFailed."""
        ...

    def last_page(self, pdf: bytes) -> Place:
        """The whole of the last page. Raises errors.SigningFailed for what is no PDF."""
        ...

    def sign(
        self, pdf: bytes, store: str, label: str, certificate: str, stamp: Stamp, at: datetime
    ) -> bytes:
        """The PDF with one signature more (PAdES B-B), seen at its stamp, said to be put `at`.

        `certificate` is PEM. What was signed before stays byte for byte. Raises
        errors.SigningFailed.
        """
        ...


class SignatureReader(Protocol):
    """Looks at the signatures that a PDF bears, asking nobody on the network."""

    def found(self, pdf: bytes, at: datetime) -> tuple[Found, ...]:
        """Its signatures in the order in which they were put, as they stand `at`; maybe none.

        Raises errors.Misuse for what cannot be read: no PDF, broken, encrypted.
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
    incoming: Incoming
    pictures: Pictures
    mailer: Mailer | None = None  # None: people are told in the page alone, no mail is written
    words: Words = in_vietnamese
    printer: Printer | None = None  # None: nothing can be printed (commands that print nothing)
    writer: Writer | None = None  # None: no Word files are made
    signer: Signer | None = None  # None: nothing can be signed
    signatures: SignatureReader | None = None  # None: signatures cannot be looked at


__all__: Sequence[str] = (
    "FileStore",
    "Form",
    "FormCompiler",
    "Incoming",
    "Leaves",
    "Mail",
    "Mailer",
    "Partial",
    "PasswordHasher",
    "Photo",
    "Pictures",
    "Ports",
    "Printer",
    "Scanner",
    "SignatureReader",
    "Signer",
    "StoredFile",
    "UploadedFile",
    "Words",
    "Writer",
    "in_vietnamese",
)
