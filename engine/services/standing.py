"""Whether the legal clock of a case stands still: its pauses, and the state they make."""

from __future__ import annotations

from collections.abc import Collection

from engine.domain.journal import Act as Journalled
from engine.domain.states import CaseState, change_case
from engine.persistence.tables import PauseRow
from engine.services.casework import Casework


def open_pauses(work: Casework) -> list[PauseRow]:
    """The pauses under way; none are looked for while the case is not paused."""
    before = work.pauses if work.case.state == CaseState.PAUSED else []
    return [pause for pause in (*before, *work.begun) if pause.ends_at is None]


def begin_pause(
    work: Casework, reason: str, task_id: int | None = None, element: str | None = None
) -> PauseRow:
    """The legal clock stands still from now on."""
    pause = PauseRow(
        case_id=work.case.id, task_id=task_id, reason=reason, starts_at=work.act.now, ends_at=None
    )
    work.begun.append(pause)
    work.act.session.add(pause)
    work.note(Journalled.CASE_PAUSED, element, reason=reason)
    return pause


def end_pause(work: Casework, pause: PauseRow) -> None:
    """One reason less to stand still."""
    pause.ends_at = work.act.now
    work.note(Journalled.CASE_RESUMED, None, reason=pause.reason)


def end_pauses_of(work: Casework, task_ids: Collection[int]) -> bool:
    """Ends the pauses that closed tasks had begun; whether there were any."""
    ending = [pause for pause in open_pauses(work) if pause.task_id in task_ids]
    for pause in ending:
        end_pause(work, pause)
    return bool(ending)


def settle_state(work: Casework) -> None:
    """Paused while any pause lasts, running otherwise; before acceptance neither."""
    case = work.case
    if case.accepted_at is None:
        return
    to = CaseState.PAUSED if open_pauses(work) else CaseState.RUNNING
    case.state = change_case(CaseState(case.state), to)
