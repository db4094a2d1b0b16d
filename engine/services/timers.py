"""Firing timers that are due, each in its own transaction, exactly once in effect."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from engine.bpmn import execution
from engine.domain.access import Permission, require
from engine.domain.errors import (
    Conflict,
    NoMoment,
    NotFound,
    QuyTrinhError,
    TaskClosed,
    Unavailable,
    UnitChoiceNeeded,
)
from engine.domain.journal import Act as Journalled
from engine.domain.journal import JournalLine
from engine.domain.states import IncidentKind, TimerState
from engine.persistence import journal_store
from engine.persistence.cases import lock_case, lock_case_of_timer
from engine.persistence.tables import CaseRow, TimerRow
from engine.persistence.work import due_timers, next_timer
from engine.services import advancing, causes, incidents
from engine.services.act import Act, Application
from engine.services.casework import open_case

log = logging.getLogger(__name__)

#: After the n-th failure a timer is tried again this much later; after the last it is parked.
DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)

#: What trying again does not mend: somebody must choose a unit, or fill in a date.
HOPELESS = (UnitChoiceNeeded, NoMoment)


@dataclass(frozen=True)
class Sweep:
    """What one sweep did, and the next moment at which a timer is due."""

    fired: int
    failed: int
    next_at: datetime | None


def fire_due(app: Application, limit: int = 100) -> Sweep:
    """Fires every timer whose moment has come, at most `limit`; one failure never stops others.

    1. read which are due; 2. each in its own transaction; 3. a failure is rolled back, then noted
    on its row in another transaction, to be tried later or parked.
    """
    fired = failed = 0
    with app.act(None, write=False) as act:
        due = due_timers(act.session, act.now, limit)
    for timer_id in due:
        went_well = attempt(app, timer_id)
        fired += went_well is True
        failed += went_well is False
    with app.act(None, write=False) as act:
        return Sweep(fired, failed, next_timer(act.session))


def attempt(app: Application, timer_id: int, user_id: int | None = None) -> bool | None:
    """Fires one due timer in a transaction of its own, and notes it in another when that fails.

    True: fired; False: failed; None: somebody else was faster, or it waits no more. By the worker,
    or by the administrator `user_id` who tries it again. Raises Unavailable: no fault of the timer.
    """
    try:
        with app.act(user_id) as act:
            return True if fire(act, timer_id) is not None else None
    except Unavailable:
        raise
    except Exception as error:  # whatever one case has: the others must go on
        if _lost_race(error):
            log.info("timer %s: somebody else was faster", timer_id)
            return None
        foreseen = isinstance(error, QuyTrinhError)
        log.error(
            "timer %s: %s",
            timer_id,
            causes.technical(error) if foreseen else type(error).__name__,
            exc_info=not foreseen,
            extra={"timer": timer_id},
        )
        with app.act(None) as act:
            note_failure(act, timer_id, error)
        return False


def fire_round(app: Application) -> datetime | None:
    """The worker's round: fires what is due; when the next timer is."""
    done = fire_due(app)
    if done.fired or done.failed:
        log.info("fired %s timers, %s failed", done.fired, done.failed)
    return done.next_at


def fire(act: Act, timer_id: int) -> CaseRow | None:
    """Fires one due timer; None when another worker was faster or it is no longer waiting.

    1. permission; 2. lock the case, or leave it to the next sweep while somebody acts on it;
    3. claim the timer by conditional update; 4. let the drawing go on, project; 5. journal.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    case = lock_case_of_timer(act.session, timer_id)
    if case is None or not _claim(act, timer_id):
        return None
    timer = act.session.get_one(TimerRow, timer_id)
    work = open_case(act, case)
    if timer.explanation is None and not advancing.find_moment(work, timer):
        work.write_journal()
        incidents.solve(act, incident_key(timer_id))
        return None
    advance = execution.fire(work.version.spec, case.state_text, work.facts(), timer.token)
    opened = advancing.project(work, advance, None, timer)
    name = timer.name or timer.element
    work.lead(Journalled.TIMER_FIRED, timer.element, timer=name, opened=opened)
    work.write_journal()
    if timer.error:  # it has failed before: an incident may stand open
        incidents.solve(act, incident_key(timer_id))
    return case


def retry(act: Act, timer_id: int) -> TimerRow:
    """Sets a timer that was parked or given up waiting again, due at once (administrators).

    One more failure parks it again: nobody waits another day to learn that it was in vain.
    """
    timer = _taken_in_hand(act, timer_id, (TimerState.PARKED, TimerState.GIVEN_UP))
    timer.state, timer.attempts, timer.try_at = TimerState.WAITING, len(DELAYS), act.now
    timer.closed_at = None
    _journal(act, timer, Journalled.TIMER_RETRIED)
    return timer


def give_up(act: Act, timer_id: int, reason: str) -> TimerRow:
    """Stops trying a parked timer (administrators): its dossier waits there until it is moved."""
    timer = _taken_in_hand(act, timer_id, (TimerState.PARKED,))
    timer.state, timer.closed_at = TimerState.GIVEN_UP, act.now
    _journal(act, timer, Journalled.TIMER_GIVEN_UP, reason=reason)
    return timer


def incident_key(timer_id: int) -> str:
    """Under which key the failures of a timer are one incident."""
    return f"timer:{timer_id}"


def _taken_in_hand(act: Act, timer_id: int, states: tuple[TimerState, ...]) -> TimerRow:
    """The timer, its case locked. Raises NotFound, TaskClosed unless it is in one of `states`."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    timer = act.session.get(TimerRow, timer_id)
    if timer is None:
        raise NotFound()
    case = lock_case(act.session, timer.case_id)
    act.session.refresh(timer)
    if timer.state not in states or case is None:
        raise TaskClosed()
    return timer


def _lost_race(error: Exception) -> bool:
    """A claimed timer whose token the drawing does not know (TaskClosed) is no lost race."""
    return isinstance(error, Conflict) and not isinstance(error, TaskClosed)


def _claim(act: Act, timer_id: int) -> bool:
    claimed = act.session.execute(
        update(TimerRow)
        .where(
            TimerRow.id == timer_id,
            TimerRow.state == TimerState.WAITING,
            TimerRow.try_at <= act.now,
        )
        .values(state=TimerState.FIRED, closed_at=act.now)
        .returning(TimerRow.id),
        execution_options={"synchronize_session": False},
    )
    return claimed.one_or_none() is not None


def note_failure(act: Act, timer_id: int, error: Exception) -> None:
    """Tries again later, with growing delays; a timer that failed too often is parked.

    So is, at once, what trying again would never mend: see HOPELESS. Parking
    opens an incident; while it stands open, it counts each failure.
    """
    timer = act.session.get(TimerRow, timer_id)
    if timer is None:
        return
    case = lock_case(act.session, timer.case_id)
    act.session.refresh(timer)
    if timer.state != TimerState.WAITING or case is None:
        return
    timer.attempts += 1
    timer.error = causes.technical(error)
    why = causes.plain(error)
    _journal(act, timer, Journalled.TIMER_FAILED, attempt=timer.attempts, error=why)
    if timer.attempts <= len(DELAYS) and not isinstance(error, HOPELESS):
        timer.try_at = act.now + DELAYS[timer.attempts - 1]
        return
    timer.state = TimerState.PARKED
    _journal(act, timer, Journalled.TIMER_PARKED)
    incidents.note(
        act,
        IncidentKind.TIMER,
        incident_key(timer_id),
        timer.name or timer.element,
        why,
        case_id=timer.case_id,
        timer_id=timer_id,
        detail=timer.error,
        role=error.role if isinstance(error, UnitChoiceNeeded) else None,
    )


def _journal(act: Act, timer: TimerRow, what: Journalled, **facts: object) -> None:
    line = JournalLine(
        act=what, facts={"timer": timer.name or timer.element, **facts}, element=timer.element
    )
    journal_store.append(act.session, timer.case_id, [line], act.now, act.actor)
