"""Issuing a list: one number for its letter, both documents set and kept, every dossier told."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.books import Kind as Book
from engine.domain.errors import Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import ListState
from engine.persistence import dossier_lists
from engine.persistence.tables import DocumentRow, DossierListRow
from engine.services import documents, journalling, numbering
from engine.services.act import Act
from engine.services.listing import letters
from engine.services.listing.answers import Answers
from engine.services.listing.carrying import LeftOut, carry_out, taken_up


def issue(
    act: Act,
    list_id: int,
    element: str,
    submission: Answers | None = None,
    *,
    left_out: LeftOut | None = None,
    units: Mapping[str, int] | None = None,
) -> DossierListRow:
    """Numbers the letter once, issues it with the list, and completes the step for every dossier.

    1. lock the cases, the list, then the book; 2. the next number of outgoing papers; 3. the PDF
    of letter and list and the list's workbook, kept by their hashes; 4. number and date become
    each dossier's answers in the fields that the drawing names; 5. journal. All of it or nothing.
    Raises as `carrying.advance`, and TemplateLacks, TemplateBroken.
    """
    row, going = taken_up(act, list_id, element, left_out or LeftOut(), units)
    fields = (going[0].node.list_number or "").split()
    if not fields:
        raise Misuse(say("Danh sách chưa đến bước ban hành."))
    sign = _issue_documents(act, row, len(going))
    said = dict(zip(fields, (sign, act.today.isoformat()), strict=False))
    answers = []
    for one in going:
        if one.form is None:
            raise Misuse(say("Bước ban hành không có biểu mẫu để ghi số văn bản."))
        given = {**(submission or {}), **said}
        mine = {name: value for name, value in given.items() if name in one.form.names}
        answers.append(one.form.validate(mine, one.work.facts(one.task.row.round)))
    carry_out(going, answers)
    facts = {"list": row.title, "list_id": row.id, "sign": sign}
    for one in going:
        one.work.case.list_id = None
        one.work.note(Journalled.LIST_ISSUED, element, **facts)
        one.work.write_journal()
    row.state, row.closed_at = ListState.ISSUED, act.now
    dossier_lists.free(act.session, row.id, [one.work.case.id for one in going])
    journalling.note(act, Journalled.LIST_ISSUED, **facts, number=len(going))
    return row


def _issue_documents(act: Act, row: DossierListRow, number: int) -> str:
    """Issues the letter with its number, then the list that names it; the number in full."""
    letters.keep_drafts(act, row, number)
    drafts = letters.drafts(act, row)
    letter, table = drafts[letters.LETTER], drafts[row.kind]
    given = numbering.give(act, row.unit_id, Book.OUTGOING, letter.title)
    documents.issue(act, letter, None, number=given)
    today = act.today
    reference = {"sign": given.sign, "day": today.day, "month": today.month, "year": today.year}
    issue_table(act, row, table, reference)
    return given.sign


def issue_table(
    act: Act, row: DossierListRow, table: DocumentRow, reference: Mapping[str, object]
) -> None:
    """Issues the list with the letter it goes with, as PDF and as workbook."""
    table.data = {**table.data, "letter": dict(reference)}
    documents.issue(act, table, None)
    sheet = letters.sheet_of(act, row, table.data)
    table.xlsx_sha256 = documents.keep(act, f"{table.kind}.xlsx", sheet)
