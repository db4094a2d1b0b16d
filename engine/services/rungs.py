"""The escalation ladder of a task or a case to look at: what was told, and what comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.domain.ladder import Ladder, Rung, Subject, Tells
from engine.domain.messages import Message
from engine.domain.states import CaseState, TaskState
from engine.persistence import escalations
from engine.persistence.calendars import load_calendar
from engine.persistence.ladders import ladders
from engine.persistence.tables import CaseRow, EscalationRow, TaskRow
from engine.services.act import Act
from engine.services.concerns import concern_of


@dataclass(frozen=True)
class Step:
    """A rung: reached, with who was told; or to come, with who would be told as things stand."""

    words: Message
    tells: Tells
    moment: datetime
    names: tuple[str, ...]
    done: bool
    apology: bool


@dataclass(frozen=True)
class Climb:
    """A ladder from below; `waits` while the clock stands still and nothing comes."""

    steps: tuple[Step, ...]
    waits: bool = False


@dataclass(frozen=True)
class _Date:
    subject: Subject
    row: TaskRow | CaseRow
    case: CaseRow
    opened_at: datetime
    due_at: datetime


def of_task(act: Act, task: TaskRow, case: CaseRow) -> Climb | None:
    """The ladder of a task whose case the actor may see; None where it has no date, or is closed
    and nobody was told anything."""
    if task.due_at is None:
        return None
    date_ = _Date(Subject.TASK, task, case, task.opened_at, task.due_at)
    watched = task.state == TaskState.OPEN
    return _climb(act, date_, watched=watched)


def of_case(act: Act, case: CaseRow) -> Climb | None:
    """The same for the promised date of a case that the actor may see."""
    if case.due_at is None or case.accepted_at is None:
        return None
    date_ = _Date(Subject.CASE, case, case, case.accepted_at, case.due_at)
    watched = case.state in (CaseState.RUNNING, CaseState.PAUSED)
    return _climb(act, date_, watched=watched)


def _climb(act: Act, date_: _Date, *, watched: bool) -> Climb | None:
    row = date_.row
    ladder = ladders(act.session).of(date_.subject, row.ladder_id)
    stored = escalations.reached(act.session, date_.case.id, date_.subject, row.id)
    steps = list(_reached(ladder, stored, date_))
    waits = watched and row.remind_at is None and row.rung < len(ladder.rungs)
    if watched and row.remind_at is not None:
        steps += _coming(act, ladder, date_)
    return Climb(tuple(steps), waits) if steps or waits else None


def _reached(ladder: Ladder, stored: Iterable[EscalationRow], date_: _Date) -> Iterator[Step]:
    """What was told of the date as it is, and the reminders of what it was before."""
    latest: Mapping[int, EscalationRow] = {row.rung: row for row in stored}
    for number in sorted(latest):
        row = latest[number]
        if number > len(ladder.rungs) or number > date_.row.rung:
            continue
        rung = ladder.rungs[number - 1]
        names = tuple(str(name) for _, name in row.told)
        yield _step(rung, row.at, names, done=True)


def _coming(act: Act, ladder: Ladder, date_: _Date) -> Iterator[Step]:
    row, case = date_.row, date_.case
    calendar = load_calendar(act.session, act.app.settings.shifts, row.unit_id)
    concern = concern_of(act, date_.subject, row.id, row.unit_id, case.version_id)
    staff = escalations.staff(act.session, act.today, concern)
    for number in range(row.rung, len(ladder.rungs)):
        rung = ladder.rungs[number]
        moment = ladder.next_moment(number, date_.opened_at, date_.due_at, calendar)
        if moment is not None:
            names = tuple(seat.name for seat in staff.told(rung.tells, concern))
            yield _step(rung, moment, names, done=False)


def _step(rung: Rung, moment: datetime, names: tuple[str, ...], *, done: bool) -> Step:
    return Step(rung.words, rung.tells, moment, names, done=done, apology=rung.apology)
