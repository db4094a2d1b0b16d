"""A dossier leaves its list: taken off, or by an act of its own; the last one ends the list."""

from __future__ import annotations

from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.states import CaseState, DocumentState, ListState
from engine.persistence import dossier_lists
from engine.persistence.tables import DossierListRow
from engine.services import journalling
from engine.services.act import Act
from engine.services.casework import Casework

REASON_LENGTH = 300


def settle(work: Casework) -> None:
    """Takes a dossier off its list when an act of its own has led it away from there.

    Called by every act that moves a case; costs nothing where the case is on no list.
    """
    case = work.case
    if case.list_id is None or work.with_list:
        return
    act = work.act
    act.session.flush()  # what the act has withdrawn
    row = dossier_lists.lock_list(act.session, case.list_id)
    if row is None:
        return
    if (row.process, row.element) in dossier_lists.standing(act.session, [case.id])[case.id]:
        return
    leave(work, row, _why(work))
    drop_if_empty(act, row)


def leave(work: Casework, row: DossierListRow, reason: Message | str) -> None:
    """Takes the case off the locked list, for a reason that both journals tell."""
    act, said = work.act, str(reason)[:REASON_LENGTH]
    place = dossier_lists.member(act.session, row.id, work.case.id)
    if place is not None:
        place.open, place.taken_off_at, place.reason = False, act.now, said
        act.session.flush()
    work.case.list_id = None
    work.note(Journalled.LIST_LEFT, list=row.title, list_id=row.id, reason=said.rstrip("."))


def drop_if_empty(act: Act, row: DossierListRow) -> None:
    """Ends a list with no dossier left."""
    if not dossier_lists.members(act.session, row.id):
        end(act, row, str(say("không còn hồ sơ nào")))


def end(act: Act, row: DossierListRow, reason: str) -> None:
    """Ends a list without its being issued; its drafts are void."""
    row.state, row.closed_at, row.reason = ListState.DROPPED, act.now, reason[:REASON_LENGTH]
    for document in dossier_lists.documents_of(act.session, row.id):
        if document.state in (DocumentState.DRAFT, DocumentState.SIGNED):
            document.state, document.ended_at = DocumentState.VOIDED, act.now
            document.reason = row.reason
    journalling.note(
        act, Journalled.LIST_DROPPED, list=row.title, list_id=row.id, reason=reason.rstrip(".")
    )


def _why(work: Casework) -> Message:
    if work.case.state == CaseState.FINISHED:
        return say("hồ sơ đã kết thúc")
    return say("hồ sơ đã được giải quyết riêng")
