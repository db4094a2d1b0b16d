"""A document's life: drafted, signed, issued with its number, issued anew, voided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.books import Kind as Book
from engine.domain.errors import Conflict, Misuse
from engine.domain.messages import say
from engine.domain.states import DocumentState, change_document
from engine.persistence.tables import BookNumberRow, CaseRow, DocumentRow
from engine.ports import UploadedFile
from engine.services import numbering, printing
from engine.services.act import Act
from engine.services.documents.papers import UNNUMBERED
from engine.services.templates import WORD, files_in, needed

TITLE_LENGTH = 300


@dataclass(frozen=True)
class Wanted:
    """A document to be made: its kind (the template), whose it is, and all that it says.

    `data` is plain JSON; the template gets it with `sign`, `day`, `month`, `year` of issue added.
    """

    kind: str
    title: str
    unit_id: int  # whose letterhead
    data: Mapping[str, object]
    case_id: int | None = None
    list_id: int | None = None
    task_id: int | None = None
    signer_id: int | None = None
    book: Book | None = None  # None: it bears no number
    letter: str = ""  # short name of the kind of letter in its number (“TTr”)


def draft(act: Act, wanted: Wanted) -> DocumentRow:
    """A draft: nothing is numbered, nothing printed. The caller has asked for permission."""
    row = DocumentRow(
        kind=wanted.kind,
        case_id=wanted.case_id,
        list_id=wanted.list_id,
        task_id=wanted.task_id,
        unit_id=wanted.unit_id,
        title=wanted.title[:TITLE_LENGTH],
        state=DocumentState.DRAFT,
        made_at=act.now,
        made_by_id=act.actor.user_id,
        signer_id=wanted.signer_id,
        data=dict(wanted.data),
    )
    act.session.add(row)
    act.session.flush()  # gives the id by which pages find it
    return row


def issue(
    act: Act,
    row: DocumentRow,
    book: Book | None,
    letter: str = "",
    number: BookNumberRow | None = None,
) -> DocumentRow:
    """Numbers, sets and keeps a draft: from then on it is never rendered again.

    `number`: one already given or reserved; otherwise the next of `book`. Whatever fails, the
    act's transaction takes the number back. The caller journals, and has asked for permission.
    Raises Conflict (not a draft), Misuse (closed or full book), TemplateLacks, TemplateBroken.
    """
    state = change_document(DocumentState(row.state), DocumentState.ISSUED)
    if number is None and book is not None:
        number = numbering.give(act, row.unit_id, book, row.title, letter)
    sign = number.sign if number else ""
    today = act.today
    data = {**row.data, "sign": sign, "day": today.day, "month": today.month, "year": today.year}
    printed = printing.render(act.app, row.kind, data, act.now, _pinned(act, row))
    row.data, row.sign, row.number_id = data, sign, number.id if number else None
    word = word_of(act, row, data)
    row.pdf_sha256 = keep(act, f"{row.kind}.pdf", printed.pdf)
    row.docx_sha256 = keep(act, row.kind + WORD, word) if word else None
    row.template_sha256 = printed.template_sha256
    row.state, row.issued_at, row.issued_by_id = state, act.now, act.actor.user_id
    return row


def keep(act: Act, filename: str, content: bytes) -> str:
    """Keeps what was printed in the file store; its hash."""
    return act.app.ports.files.keep(UploadedFile(filename, content)).sha256


def pdf_of(act: Act, row: DocumentRow) -> bytes:
    """The PDF as issued. Raises Misuse for a draft, which has none yet."""
    if row.pdf_sha256 is None:
        raise Misuse(say("Văn bản này chưa được ban hành."))
    return act.app.ports.files.read(row.pdf_sha256)


def word_of(act: Act, row: DocumentRow, data: Mapping[str, object]) -> bytes | None:
    """The document as a Word file; None for a kind without a Word template.

    Raises TemplateLacks, TemplateBroken.
    """
    template, writer = word_template(act, row), act.app.ports.writer
    return writer.docx(row.kind + WORD, template, data) if template and writer else None


def word_template(act: Act, row: DocumentRow) -> bytes | None:
    """The Word template of a document's kind: pinned by the case's version, else the house's."""
    files = {**files_in(act.app.print_dir), **_pinned(act, row)}
    return needed(row.kind, files).get(row.kind + WORD)


def preview(act: Act, row: DocumentRow) -> bytes:
    """The PDF of a draft as it would be, without a number. Raises as `issue` does."""
    data = {**row.data, **UNNUMBERED}
    return printing.render(act.app, row.kind, data, act.now, _pinned(act, row)).pdf


def replace_pdf(row: DocumentRow, sha256: str) -> None:
    """The file of an issued document is another one now: the same with a signature more."""
    if row.state != DocumentState.ISSUED:
        raise Conflict(say("Chỉ ký số được văn bản đã ban hành."))
    row.pdf_sha256 = sha256


def _pinned(act: Act, row: DocumentRow) -> Mapping[str, bytes]:
    """The templates that the case's version pins; none for a list or a book."""
    if row.case_id is None:
        return {}
    case = act.session.get_one(CaseRow, row.case_id)
    return act.version(case.version_id).templates
