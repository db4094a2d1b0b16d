"""Workers killed at random instants while timers, rungs and moves are due: each is done once.

Real processes (`quytrinh worker`) and real signals, on the machine's own clock.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic

from sqlalchemy import func, select, update

from engine.domain.calendar_changes import DayChange, with_change
from engine.domain.clock import SystemClock, local_day
from engine.domain.deadlines import step_deadline
from engine.domain.durations import parse_duration
from engine.domain.notices import Kind
from engine.domain.states import ChangeState, TaskState, TimerState
from engine.persistence.calendars import load_calendar
from engine.persistence.database import unit_of_work
from engine.persistence.journal_store import verify
from engine.persistence.tables import (
    CalendarChangeRow,
    CaseRow,
    DateMoveRow,
    EscalationRow,
    HeartbeatRow,
    JournalRow,
    NoticeRow,
    OfferRow,
    TaskRow,
    TimerRow,
)
from engine.services import calendar_changes
from engine.services.moving import TOGETHER
from scripts.benching import dossiers
from tests.databases import no_postgresql
from tests.factories import World
from tests.services.test_walks import DAMAGED

KILLS = 12
MOMENT = 0.02  # seconds between two looks
DATES = 10 * TOGETHER  # that a change of the calendar moves
PATIENCE = 120.0  # seconds in which everything due must have been done

#: Whom a reminder is told by.
TOLD = (Kind.REMINDER, Kind.OVERDUE, Kind.APOLOGY)


def kill_on_sqlite(seed: int) -> None:
    """200 timers, 200 rungs and a change of the calendar, one worker at a time, on SQLite."""
    kill("sqlite", seed, 200, KILLS, workers=1, dates=DATES)


def kill_on_postgresql(seed: int) -> None:
    """The same with three workers, on PostgreSQL, where one answers."""
    if no_postgresql() is None:
        kill("postgresql", seed, 200, KILLS, workers=3, dates=DATES)


def kill(kind: str, seed: int, each: int, kills: int, workers: int, dates: int = 0) -> None:
    """`each` timers and as many rungs fall due within seconds; workers are killed `kills` times.

    With `dates` a change of the calendar is confirmed too, and workers go on being killed while
    it moves so many dates.
    Every kill waits until some more work is done, and a random instant longer: it hits workers in
    the middle of it. Raises AssertionError with what does not hold.
    """
    random = Random(seed)  # noqa: S311
    with dossiers.town(kind) as town:
        gang = _Gang(town, workers)
        rungs = [_with_rung(town) for _ in range(each)]
        timers = [_with_timer(town) for _ in range(each)]
        moving = [town.file() for _ in range(dates)]
        _let_fall_due(town, rungs, random)
        after = _change_the_calendar(town, moving) if moving else None
        with gang.at_work():
            done = 0
            for _ in range(kills):
                done = _more(town, gang, done, random.randrange(1, max(2, each // kills)))
                gang.kill(random)
            for walked in range(1, kills // 2 if moving else 0):
                _wait(gang, partial(_walked, town, walked * TOGETHER), "nothing moves")
                gang.kill(random)
            _wait(gang, lambda: not _done_and_left(town)[1], "something is left for ever")
        _inspect(town, timers, rungs)
        if after is not None:
            _inspect_moves(town, moving, after)


# --- what falls due -------------------------------------------------------------------------------


def _with_rung(town: World) -> int:
    """A case whose step B2 waits for Binh or his substitute."""
    case_id = town.file()
    town.do(case_id, "B1b")
    return case_id


def _with_timer(town: World) -> int:
    """A case whose notice hangs."""
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", **DAMAGED)
    return case_id


def _let_fall_due(town: World, rungs: Sequence[int], random: Random) -> None:
    """Within a second from the machine's own now: timers, and the first rungs of some steps.

    Everything else keeps the dates of its made-up spring: no reminder of it is due.
    """
    now = SystemClock().now()

    def soon() -> datetime:
        return now + timedelta(seconds=random.random())

    with town.act() as act:
        for row in (TaskRow, CaseRow):
            act.session.execute(update(row).values(remind_at=None))
        due_at = now + timedelta(days=4)
        for task in act.session.scalars(
            select(TaskRow).where(TaskRow.case_id.in_(rungs), TaskRow.state == TaskState.OPEN)
        ):
            task.opened_at, task.due_at, task.remind_at = now - timedelta(days=60), due_at, soon()
        for timer in act.session.scalars(select(TimerRow)):
            timer.fires_at = timer.try_at = soon()


def _change_the_calendar(town: World, cases: Sequence[int]) -> datetime:
    """Confirms a day off within the time of these cases' tasks; the date that they all get."""
    now = SystemClock().now()
    town.clock.move_to(now)
    with town.act("uyen") as act:
        calendar = load_calendar(act.session, act.app.settings.shifts, town.units["ap"])
        before = step_deadline(parse_duration("5 ngày làm việc"), now, calendar)
        for task in act.session.scalars(select(TaskRow).where(TaskRow.case_id.in_(cases))):
            task.opened_at, task.due_at = now, before.due_at
            task.due_explanation = before.explanation.to_json()
        day = calendar.next_working_day(local_day(now), inclusive=False)
        days = [DayChange(day, False, "Nghỉ thêm", "Công văn số 1")]
        calendar_changes.confirm(act, calendar_changes.draft(act, days, "Công văn số 1").id)
        changed = with_change(calendar, days, closes=False)
    return step_deadline(parse_duration("5 ngày làm việc"), now, changed).due_at


# --- the workers ----------------------------------------------------------------------------------


@dataclass
class _Gang:
    """Worker processes, replaced as they are killed."""

    town: World
    number: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Workers that run; in the end each is told to stop, and must do so well."""
        try:
            self.processes = [self._start() for _ in range(self.number)]
            yield
            pids = {process.pid for process in self.processes}
            _wait(self, lambda: pids <= self._alive(), "not every worker says that it lives")
            for process in self.processes:
                process.terminate()
            codes = [process.wait(timeout=PATIENCE) for process in self.processes]
            _must(codes == [0] * self.number, f"workers told to stop ended with {codes}")
            _must(not pids & self._alive(), "a worker that stopped is taken to live")
        finally:
            for process in self.processes:
                process.kill()
                process.wait()

    def kill(self, random: Random) -> None:
        """SIGKILL to one of them, or to all, at an instant nobody chose; others follow."""
        self.rest(random.random() * 0.1)
        victims = self.processes if random.random() < 0.3 else [random.choice(self.processes)]
        for victim in list(victims):
            _must(victim.poll() is None, f"a worker ended by itself with {victim.returncode}")
            victim.kill()
            victim.wait()
            self.processes[self.processes.index(victim)] = self._start()

    def rest(self, seconds: float) -> None:
        """Some time, unless the first worker ends meanwhile."""
        try:
            self.processes[0].wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return

    def _alive(self) -> set[int]:
        """The processes that have told that they live, and not that they stop."""
        with unit_of_work(self.town.app.database, write=False) as session:
            names = session.scalars(select(HeartbeatRow.worker)).all()
        return {int(name.rpartition("-")[2]) for name in names}

    def _start(self) -> subprocess.Popen[bytes]:
        app = self.town.app
        url = app.database.url.render_as_string(hide_password=False)
        command = [
            "env",
            f"QUYTRINH_DATABASE_URL={url}",
            f"QUYTRINH_DATA_DIR={app.settings.data_dir}",
            "QUYTRINH_WORKER_SECONDS=1",
            str(Path(sys.executable).with_name("quytrinh")),
            "worker",
        ]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _more(town: World, gang: _Gang, before: int, more: int) -> int:
    """Waits until so much more is done, or all of it; how much is done then."""

    def enough() -> bool:
        done, left = _done_and_left(town)
        return done >= before + more or not left

    _wait(gang, enough, "something is left and nothing goes on")
    return _done_and_left(town)[0]


def _wait(gang: _Gang, until: Callable[[], bool], otherwise: str) -> None:
    begun = monotonic()
    while not until():
        _must(monotonic() - begun < PATIENCE, otherwise)
        gang.rest(MOMENT)


def _done_and_left(town: World) -> tuple[int, int]:
    with unit_of_work(town.app.database, write=False) as session:
        now = SystemClock().now()
        fired = select(func.count()).where(TimerRow.state == TimerState.FIRED)
        told = select(func.count()).select_from(EscalationRow)
        waiting = select(func.count()).where(TimerRow.state == TimerState.WAITING)
        due = select(func.count()).where(TaskRow.remind_at <= now + timedelta(seconds=2))
        moved = select(func.count()).select_from(DateMoveRow)
        moving = select(func.count()).where(CalendarChangeRow.state == ChangeState.MOVING)
        done = [session.scalar(one) or 0 for one in (fired, told, moved)]
        left = [session.scalar(one) or 0 for one in (waiting, due, moving)]
    return sum(done), sum(left)


def _walked(town: World, dates: int) -> bool:
    """Whether so many dates have moved, or all of them."""
    with unit_of_work(town.app.database, write=False) as session:
        change = session.scalars(select(CalendarChangeRow)).one()
        return change.moved >= dates or change.state == ChangeState.DONE


# --- what came of it ------------------------------------------------------------------------------


def _inspect(town: World, timers: Sequence[int], rungs: Sequence[int]) -> None:
    with town.act(write=False) as act:
        session = act.session
        states = Counter(session.scalars(select(TimerRow.state)))
        lines = Counter(
            (row.chain, row.act)
            for row in session.execute(select(JournalRow.chain, JournalRow.act))
        )
        following = Counter(
            session.scalars(select(TaskRow.case_id).where(TaskRow.element == "B6_ket_qua"))
        )
        offered = Counter(
            session.scalars(
                select(OfferRow.case_id).where(OfferRow.element == "B6_ket_qua", OfferRow.first)
            )
        )
        climbs = session.scalars(select(EscalationRow)).all()
        notices = Counter(
            (row.task_id, row.at, row.user_id)
            for row in session.execute(
                select(NoticeRow.task_id, NoticeRow.at, NoticeRow.user_id).where(
                    NoticeRow.kind.in_(TOLD)
                )
            )
        )
        broken = verify(session)
    _must(states == {TimerState.FIRED: len(timers)}, f"timers: {states}")
    for case_id in timers:
        fired = lines[case_id, "timer:fired"], following[case_id], offered[case_id]
        _must(fired == (1, 1, 1), f"case {case_id}: fired, followed, offered {fired} times")
    told = Counter(
        (int(one.subject.partition(":")[2]), one.at, user_id)
        for one in climbs
        for user_id in {user_id for user_id, _ in one.told}
    )
    _must(set(notices) == set(told), "who was told is not who was to be told")
    _must(set(notices.values()) <= {1}, "somebody was told twice")
    first = Counter(one.case_id for one in climbs if one.rung == 1 and one.case_id in set(rungs))
    _must(first == Counter(rungs), "a rung was not told once")
    said = {case_id: lines[case_id, "ladder:reached"] for case_id in rungs}
    _must(set(said.values()) == {1}, f"lines in the journal: {said}")
    _must(not broken, f"the journal is broken: {broken}")


def _inspect_moves(town: World, cases: Sequence[int], after: datetime) -> None:
    with town.act(write=False) as act:
        session = act.session
        change = session.scalars(select(CalendarChangeRow)).one()
        moves = Counter(session.scalars(select(DateMoveRow.case_id)))
        lines = Counter(
            session.scalars(select(JournalRow.chain).where(JournalRow.act == "deadline:moved"))
        )
        dates = session.execute(
            select(TaskRow.due_at, OfferRow.due_at)
            .join(OfferRow, OfferRow.task_id == TaskRow.id)
            .where(TaskRow.case_id.in_(cases))
        ).all()
        told = Counter(
            session.scalars(select(NoticeRow.user_id).where(NoticeRow.kind == Kind.DATE_MOVED))
        )
    _must(change.state == ChangeState.DONE, f"the change is {change.state}")
    _must(change.moved == len(cases), f"{change.moved} dates are said to have moved")
    _must(moves == Counter(cases), "a date did not move once")
    _must(lines == Counter(cases), "a move is not in the journal once")
    _must({one for pair in dates for one in pair} == {after}, "a date is not where it should be")
    _must(set(told.values()) == {1}, f"told of the moves: {told}")


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)
