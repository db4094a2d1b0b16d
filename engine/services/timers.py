"""Firing timers that are due, each in its own transaction, exactly once in effect."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from engine.bpmn import execution
from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, NotFound, TaskClosed
from engine.domain.journal import Act as Journalled
from engine.domain.journal import JournalLine
from engine.domain.states import TimerState
from engine.persistence import journal_store
from engine.persistence.cases import lock_case, lock_case_of_timer
from engine.persistence.tables import CaseRow, HeartbeatRow, TimerRow
from engine.persistence.work import due_timers, next_timer
from engine.services import advancing
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

ERROR_LENGTH = 1000
NAME_LENGTH = 80

#: A worker silent for so long will not come back.
SILENCE = timedelta(days=7)


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
        try:
            with app.act(None) as act:
                fired += fire(act, timer_id) is not None
        except Exception as error:  # whatever one case has: the others must go on
            if _lost_race(error):
                log.info("timer %s: somebody else was faster", timer_id)
                continue
            log.exception("timer %s failed", timer_id)
            failed += 1
            with app.act(None) as act:
                _note_failure(act, timer_id, error)
    with app.act(None, write=False) as act:
        return Sweep(fired, failed, next_timer(act.session))


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
    advance = execution.fire(work.version.spec, case.state_text, work.facts(), timer.token)
    opened = advancing.project(work, advance, None, timer)
    name = timer.name or timer.element
    work.lead(Journalled.TIMER_FIRED, timer.element, timer=name, opened=opened)
    work.write_journal()
    return case


def beat(act: Act, worker: str) -> None:
    """Notes that a worker lives; those long silent are forgotten."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    act.session.merge(HeartbeatRow(worker=worker[:NAME_LENGTH], at=act.now))
    act.session.execute(delete(HeartbeatRow).where(HeartbeatRow.at < act.now - SILENCE))


def incidents(act: Act) -> list[TimerRow]:
    """Parked timers, for an administrator."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    parked = select(TimerRow).where(TimerRow.state == TimerState.PARKED).order_by(TimerRow.try_at)
    return list(act.session.scalars(parked))


def retry(act: Act, timer_id: int) -> TimerRow:
    """Sets a parked timer waiting again, due at once (administrators)."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    timer = act.session.get(TimerRow, timer_id)
    if timer is None:
        raise NotFound()
    case = lock_case(act.session, timer.case_id)
    act.session.refresh(timer)
    if timer.state != TimerState.PARKED or case is None:
        raise TaskClosed()
    timer.state, timer.attempts, timer.try_at = TimerState.WAITING, 0, act.now
    _journal(act, timer, Journalled.TIMER_RETRIED)
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


def _note_failure(act: Act, timer_id: int, error: Exception) -> None:
    """Tries again later, with growing delays; a timer that failed too often is parked."""
    timer = act.session.get(TimerRow, timer_id)
    if timer is None:
        return
    lock_case(act.session, timer.case_id)
    act.session.refresh(timer)
    if timer.state != TimerState.WAITING:
        return
    timer.attempts += 1
    timer.error = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    _journal(act, timer, Journalled.TIMER_FAILED, attempt=timer.attempts, error=timer.error)
    if timer.attempts > len(DELAYS):
        timer.state = TimerState.PARKED
        _journal(act, timer, Journalled.TIMER_PARKED)
    else:
        timer.try_at = act.now + DELAYS[timer.attempts - 1]


def _journal(act: Act, timer: TimerRow, what: Journalled, **facts: object) -> None:
    line = JournalLine(
        act=what, facts={"timer": timer.name or timer.element, **facts}, element=timer.element
    )
    journal_store.append(act.session, timer.case_id, [line], act.now, act.actor)
