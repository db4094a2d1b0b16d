"""Issues forms: filled in from the dossier as it stands, numbered, printed and kept."""

from __future__ import annotations

from sqlalchemy import select

from engine.domain.access import Permission, require
from engine.domain.journal import Act as Journalled
from engine.domain.states import DocumentState
from engine.persistence.tables import CaseRow, DocumentRow
from engine.services import documents, printing
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.documents import forms, kinds
from engine.services.documents.facts import Source
from engine.services.documents.kinds import DocumentKind, kind_of
from engine.services.documents.papers import UNNUMBERED
from engine.services.documents.taking import element_of, sign_of, source_of, take_up, wanted


def issue_form(
    act: Act, case_id: int, kind: str, *, task_id: int | None = None, round_: int | None = None
) -> DocumentRow:
    """Fills in a form from the dossier as it stands, numbers and keeps it.

    `task_id` is the step that asks for it, `round_` the receipt. The same asked for twice (a
    double click) is the one that is there. Raises NotFound, NotPermitted, Conflict (the dossier
    has not come to what the form says), TemplateLacks, TemplateBroken, Misuse.
    """
    work = take_up(act, case_id)
    source = source_of(work, kind_of(kind), task_id, round_)
    require(act.actor, Permission.BOOK_USE, source.unit_id)
    found = _there_already(work, kind_of(kind), source)
    if found is not None:
        return found
    row = issue_within(work, kind_of(kind), source)
    work.write_journal()
    return row


def preview_form(
    act: Act, case_id: int, kind: str, *, task_id: int | None = None, round_: int | None = None
) -> bytes:
    """The PDF of a form as it would be issued now, without a number. Raises as `issue_form`."""
    case = act.session.get(CaseRow, case_id)
    work = open_case(act, case)
    require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    source = source_of(work, kind_of(kind), task_id, round_)
    data = {**forms.build(source, kind, make_key=False).data(), **UNNUMBERED}
    return printing.render(act.app, kind, data, act.now, work.version.templates).pdf


def issue_within(work: Casework, kind: DocumentKind, source: Source | None = None) -> DocumentRow:
    """A form issued in an act on its dossier, which has asked for permission and will journal."""
    source = source or source_of(work, kind, None, None)
    paper = forms.build(source, kind.id, make_key=True)
    row = documents.draft(work.act, wanted(kind, source, paper))
    documents.issue(work.act, row, kind.book, kind.letter)
    work.note(Journalled.DOCUMENT_ISSUED, element_of(source), title=row.title, sign=sign_of(row))
    return row


def _there_already(work: Casework, kind: DocumentKind, source: Source) -> DocumentRow | None:
    """The form of this step or receipt, in force. Traces are made whenever they are wanted."""
    if kind.id == kinds.TRACE:
        return None
    rows = work.act.session.scalars(
        select(DocumentRow).where(
            DocumentRow.case_id == work.case.id,
            DocumentRow.kind == kind.id,
            DocumentRow.state == DocumentState.ISSUED,
            DocumentRow.task_id == (source.task.id if source.task else None),
        )
    )
    number = source.receipt.number if source.receipt else None
    for row in rows:
        if kind.id == kinds.APOLOGY:
            last = forms.last_apology(source)
            if last is None or row.data.get("apology") != last.id:
                continue
        if row.data.get("round") == number:
            return row
    return None
