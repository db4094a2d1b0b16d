"""Counting how long steps took: each finished task once, in the worker's rounds."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.errors import CalendarUnknown, Conflict
from engine.domain.step_times import Span, Times, bucket_of
from engine.persistence import step_times
from engine.persistence.calendars import load_calendar
from engine.persistence.step_times import FinishedTask, Key
from engine.persistence.tables import ProgressRow
from engine.services.act import Act, Application

log = logging.getLogger(__name__)

#: Tasks closed within this time are left for later: an act that began before may still commit.
SAFETY = timedelta(minutes=2)

BATCH = 1_000

#: One round counts at most so many batches, so that it does not keep the others waiting.
BATCHES = 20


def roll_up_round(app: Application) -> datetime | None:
    """The worker's round: counts what was finished; goes on at once while there is more."""
    for _ in range(BATCHES):
        if not _waiting(app):
            return None
        try:
            with app.act(None) as act:
                roll_up(act)
        except (IntegrityError, Conflict):  # another worker counts
            return None
    return app.clock.now()


def roll_up(act: Act, limit: int = BATCH) -> int:
    """Counts the next finished tasks; the mark moves in the same transaction. How many they were.

    1. permission; 2. lock the mark, so that one worker counts at a time; 3. count; 4. move it.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    mark = step_times.read_mark(act.session, lock=True)
    finished = step_times.finished_since_mark(act.session, mark, act.now - SAFETY, limit)
    if not finished:
        return 0
    step_times.add_counts(act.session, _counts(act, finished))
    last = finished[-1]
    if mark is None:
        mark = ProgressRow(name=step_times.MARK, at=last.closed_at, number=last.id)
        act.session.add(mark)
    mark.at, mark.number = last.closed_at, last.id
    return len(finished)


def _waiting(app: Application) -> bool:
    """Whether there is anything to count: a round with nothing to do takes no write lock."""
    with app.act(None, write=False) as act:
        mark = step_times.read_mark(act.session)
        return bool(step_times.finished_since_mark(act.session, mark, act.now - SAFETY, 1))


def _counts(act: Act, finished: Iterable[FinishedTask]) -> dict[Key, Times]:
    """Of each week and each month, by unit and step."""
    found: dict[Key, Times] = {}
    unknown: Counter[str] = Counter()
    for task in finished:
        calendar = load_calendar(act.session, act.app.settings.shifts, task.unit_id)
        try:
            hours = calendar.working_hours_between(task.opened_at, task.closed_at)
        except CalendarUnknown as error:  # nobody can say how long it took
            unknown[str(error.message)] += 1
            continue
        late = task.due_at is not None and task.closed_at > task.due_at
        day = local_day(task.closed_at)
        for span in Span:
            first = span.first_day(day)
            key = (
                task.procedure_key,
                span.value,
                first,
                task.unit_id,
                task.process,
                task.element,
            )
            found.setdefault(key, Times()).add({bucket_of(hours): 1}, late)
    for why, number in unknown.items():
        log.warning("%s finished tasks are not counted: %s", number, why)
    return found
