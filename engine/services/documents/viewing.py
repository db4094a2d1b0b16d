"""What pages show of the documents of a dossier: permission first, then plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engine.adapters import page_pictures
from engine.domain.access import Permission, allows
from engine.domain.errors import NotFound
from engine.domain.states import DocumentState, TaskState
from engine.persistence import cases, people
from engine.persistence.tables import BookNumberRow, CaseRow, DocumentRow, TaskRow
from engine.services import documents, numbering
from engine.services.act import Act
from engine.services.casework import Casework
from engine.services.documents import asked, kinds, letters
from engine.services.documents.asked import Wish
from engine.services.documents.kinds import DocumentKind, Group, kind_of
from engine.services.documents.papers import UNNUMBERED, Written
from engine.services.documents.taking import WAITING, visible
from engine.services.documents.writing import may_approve, may_number

WRITE, APPROVE, ISSUE, REISSUE, VOID = "write", "approve", "issue", "reissue", "void"


@dataclass(frozen=True)
class Line:
    """A document in a list."""

    row: DocumentRow
    kind: DocumentKind
    unit: str


@dataclass(frozen=True)
class Shelf:
    """The documents of a dossier, the newest first, and what is still asked for."""

    lines: Sequence[Line]
    wishes: Sequence[Wish]  # those the actor may fulfil
    trace: bool  # whether the actor may issue a trace


@dataclass(frozen=True)
class DocumentPage:
    """One document as somebody sees it."""

    row: DocumentRow
    kind: DocumentKind
    case: CaseRow
    unit: str
    names: Mapping[int, str]  # user id -> name
    may: frozenset[str]
    pages: int
    word: bool  # there is a Word file too
    parts: Sequence[Written]  # what is written by hand
    before: DocumentRow | None  # the one it replaced
    after: DocumentRow | None  # the one that replaced it, or is to
    reserved: Sequence[BookNumberRow]  # numbers that wait for a paper
    task: TaskRow | None


def shelf(act: Act, case: CaseRow, tasks: Sequence[TaskRow]) -> Shelf:
    """For a page that has shown that the actor may see the case."""
    version = act.version(case.version_id)
    found = asked.of_case(act, case, version, tasks, cases.receipts(act.session, case.id))
    return Shelf(
        lines=[Line(row, kind_of(row.kind), _unit(act, row.unit_id)) for row in found.rows],
        wishes=[
            wish for wish in found.wishes if allows(act.actor, Permission.BOOK_USE, wish.unit_id)
        ],
        trace=allows(act.actor, Permission.BOOK_USE, case.unit_id),
    )


def tasks_of(act: Act, case_id: int) -> list[TaskRow]:
    """All steps of a case, in the order in which they opened."""
    found = select(TaskRow).where(TaskRow.case_id == case_id).order_by(TaskRow.id)
    return list(act.session.scalars(found))


def page(act: Act, document_id: int) -> DocumentPage:
    """Raises NotFound unless the actor may see the document's case."""
    row, work = visible(act, document_id)
    kind = kind_of(row.kind)
    may = frozenset(_may(work, row, kind))
    users = (row.made_by_id, row.signer_id, row.issued_by_id)
    numbers = numbering.reserved(act, row.unit_id, kind.book) if ISSUE in may and kind.book else []
    return DocumentPage(
        row=row,
        kind=kind,
        case=work.case,
        unit=_unit(act, row.unit_id),
        names=people.names(act.session, (user for user in users if user is not None)),
        may=may,
        pages=page_pictures.count_pages(pdf(act, row)),
        word=bool(row.docx_sha256) or (row.state in WAITING and _has_word(act, row)),
        parts=letters.parts_of(kind) if kind.written else (),
        before=act.session.get(DocumentRow, row.replaces_id) if row.replaces_id else None,
        after=act.session.scalars(
            select(DocumentRow).where(
                DocumentRow.replaces_id == row.id, DocumentRow.state != DocumentState.VOIDED
            )
        ).first(),
        reserved=numbers,
        task=act.session.get(TaskRow, row.task_id) if row.task_id else None,
    )


def _may(work: Casework, row: DocumentRow, kind: DocumentKind) -> list[str]:
    actor, subject = work.act.actor, work.surroundings.subject
    works = allows(actor, Permission.DOCUMENT_ISSUE, subject)
    own = works and allows(actor, Permission.BOOK_USE, row.unit_id)
    found = []
    if row.state == DocumentState.DRAFT and kind.written and own:
        found.append(WRITE)
    if row.state == DocumentState.DRAFT and works and may_approve(work, row):
        found.append(APPROVE)
    ready = DocumentState.SIGNED if kind.group is Group.LETTER else DocumentState.DRAFT
    if row.state == ready and kind.written and works and may_number(work, row):
        found.append(ISSUE)
    if row.state == DocumentState.ISSUED and own and kind.id != kinds.TRACE:
        found.append(REISSUE)
    issued = row.state == DocumentState.ISSUED
    if issued and works and allows(actor, Permission.DOCUMENT_VOID, subject):
        found.append(VOID)
    if row.state in WAITING and own:
        found.append(VOID)
    return found


def pdf(act: Act, row: DocumentRow) -> bytes:
    """The PDF as issued; of a draft as it would be."""
    return documents.preview(act, row) if row.pdf_sha256 is None else documents.pdf_of(act, row)


def word(act: Act, row: DocumentRow) -> bytes:
    """The Word file as issued; of a draft as it would be. Raises NotFound where there is none."""
    if row.docx_sha256 is not None:
        return act.app.ports.files.read(row.docx_sha256)
    made = None
    if row.state in WAITING:
        made = documents.word_of(act, row, {**row.data, **UNNUMBERED})
    if made is None:
        raise NotFound()
    return made


def picture(content: bytes, number: int, width: int) -> bytes:
    """A page of a PDF as PNG. Raises NotFound."""
    found = page_pictures.page_png(content, number, width)
    if found is None:
        raise NotFound()
    return found


def count_pages(content: bytes) -> int:
    return page_pictures.count_pages(content)


def waiting_at(found: Shelf, task: TaskRow) -> list[Line]:
    """Drafts and signed letters of a step's unit: what its people read, approve or number."""
    if task.state != TaskState.OPEN:
        return []
    return [
        line
        for line in found.lines
        if line.row.state in WAITING and line.row.unit_id == task.unit_id
    ]


def issued_at(found: Shelf, task: TaskRow) -> list[Line]:
    """What was issued for a step, or at it."""
    return [
        line
        for line in found.lines
        if line.row.state == DocumentState.ISSUED
        and line.row.issued_at is not None
        and (
            line.row.task_id == task.id
            or (line.row.unit_id == task.unit_id and line.row.issued_at >= task.opened_at)
        )
    ]


def receipt_document(act: Act, case_id: int, number: int) -> DocumentRow | None:
    """The printed receipt of a dossier by its number, in force."""
    return next(
        (
            row
            for row in asked.rows_of(act, case_id)
            if row.kind == kinds.RECEIPT
            and row.state == DocumentState.ISSUED
            and row.data.get("round") == number
        ),
        None,
    )


def apology_document(act: Act, case_id: int, apology_id: int) -> DocumentRow | None:
    """The printed letter of apology, in force."""
    return next(
        (
            row
            for row in asked.rows_of(act, case_id)
            if row.kind == kinds.APOLOGY
            and row.state == DocumentState.ISSUED
            and row.data.get("apology") == apology_id
        ),
        None,
    )


def _has_word(act: Act, row: DocumentRow) -> bool:
    return documents.word_template(act, row) is not None


def _unit(act: Act, unit_id: int) -> str:
    return people.units(act.session)[unit_id].name
