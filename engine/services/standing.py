"""Whether the legal clock of a case stands still: its pauses, and the state they make."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine.domain.journal import Act as Journalled
from engine.domain.legal_clock import Pause, united
from engine.domain.states import CaseState, change_case
from engine.persistence.tables import PauseRow
from engine.services.casework import Casework


def open_pauses(work: Casework) -> list[PauseRow]:
    """The pauses under way; none are looked for while the case is not paused."""
    before = work.pauses if work.case.state == CaseState.PAUSED else []
    return [pause for pause in (*before, *work.begun) if pause.ends_at is None]


def spans(work: Casework) -> list[Pause]:
    """All pauses of the case as plain values."""
    return [Pause(pause.starts_at, pause.ends_at) for pause in (*work.pauses, *work.begun)]


def still_since(work: Casework, *, beginning: bool = False) -> datetime | None:
    """When the standstill began that lasts now, or begins now; None while the clock runs.

    To be asked before `settle_state`.
    """
    if not beginning and not open_pauses(work):
        return None
    if work.case.state != CaseState.PAUSED:
        return work.act.now
    return united([*spans(work), Pause(work.act.now)])[-1].starts_at


def begin_pause(
    work: Casework,
    reason: str,
    element: str | None = None,
    *,
    task_id: int | None = None,
    timer_id: int | None = None,
) -> PauseRow:
    """The legal clock stands still from now on: by an act, or while a task or timer is open."""
    pause = PauseRow(
        case_id=work.case.id,
        task_id=task_id,
        timer_id=timer_id,
        reason=reason,
        starts_at=work.act.now,
        ends_at=None,
    )
    work.begun.append(pause)
    work.act.session.add(pause)
    work.note(Journalled.CASE_PAUSED, element, reason=reason.rstrip("."))
    return pause


def end_pause(work: Casework, pause: PauseRow) -> None:
    """One reason less to stand still. A clock set back meanwhile has not let it last at all."""
    pause.ends_at = max(work.act.now, pause.starts_at)
    work.note(Journalled.CASE_RESUMED, None, reason=pause.reason)


def end_pauses_of(work: Casework, task_ids: Collection[int], timer_ids: Collection[int]) -> bool:
    """Ends the pauses that closed tasks and ended timers had begun; whether there were any."""
    ending = [
        pause
        for pause in open_pauses(work)
        if pause.task_id in task_ids or pause.timer_id in timer_ids
    ]
    for pause in ending:
        end_pause(work, pause)
    return bool(ending)


def end_all_pauses(work: Casework) -> bool:
    """Ends every pause, one made by an act too; whether there were any."""
    ending = open_pauses(work)
    for pause in ending:
        end_pause(work, pause)
    return bool(ending)


def by_act(work: Casework) -> PauseRow | None:
    """The pause under way that somebody's act began, as against those that the drawing makes."""
    return next((pause for pause in open_pauses(work) if pause.by_act), None)


def settle_state(work: Casework) -> None:
    """Paused while any pause lasts, running otherwise; before acceptance neither."""
    case = work.case
    if case.accepted_at is None:
        return
    to = CaseState.PAUSED if open_pauses(work) else CaseState.RUNNING
    case.state = change_case(CaseState(case.state), to)
