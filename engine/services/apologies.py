"""The thư xin lỗi of a case that passes its date: drafted beforehand, dropped when not needed."""

from __future__ import annotations

from engine.domain.journal import Act as Journalled
from engine.domain.states import ApologyState, CaseState
from engine.persistence import legal_acts
from engine.persistence.tables import ApologyRow
from engine.services.casework import Casework


def open_draft(work: Casework) -> None:
    """A draft for the date that the case is about to miss; once for each date.

    A draft that was dropped because the date had moved is taken up again when it moves back.
    """
    case, act = work.case, work.act
    if case.due_at is None or case.state == CaseState.FINISHED:
        return
    known = legal_acts.apology_for(act.session, case.id, case.due_at)
    if known is None:
        act.session.add(
            ApologyRow(
                case_id=case.id,
                due_at=case.due_at,
                state=ApologyState.DRAFT,
                opened_at=act.now,
            )
        )
    elif known.state == ApologyState.DROPPED:
        known.state, known.opened_at, known.closed_at = ApologyState.DRAFT, act.now, None
    else:
        return
    work.note(Journalled.APOLOGY_DRAFTED, None, due=case.due_at.isoformat())


def follow_date(work: Casework) -> None:
    """After the case's date moved: a later one needs no letter yet, an earlier one all the more."""
    if not work.case.rung or work.case.due_at is None:
        return
    draft = legal_acts.draft_of(work.act.session, work.case.id)
    if draft is None:
        return
    if work.case.due_at > draft.due_at:
        _drop(work, draft)
    elif legal_acts.apology_for(work.act.session, work.case.id, work.case.due_at) is None:
        draft.due_at = work.case.due_at


def drop_draft(work: Casework) -> None:
    """Closes the draft of a case that ends, or whose date moves, before the letter was needed.

    Without a rung of the case's ladder reached there is no draft, and none is looked for.
    """
    if not work.case.rung:
        return
    draft = legal_acts.draft_of(work.act.session, work.case.id)
    if draft is not None:
        _drop(work, draft)


def _drop(work: Casework, draft: ApologyRow) -> None:
    draft.state, draft.closed_at = ApologyState.DROPPED, work.act.now
    work.note(Journalled.APOLOGY_DROPPED, None)
