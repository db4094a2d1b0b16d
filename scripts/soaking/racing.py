"""Officers and workers racing for the same dossiers: one wins, the others are told."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from typing import Any

from sqlalchemy import func, select

from engine.domain.errors import Conflict, TaskClosed, TaskTaken
from engine.domain.states import CaseState, TaskState, TimerState
from engine.persistence.journal_store import verify
from engine.persistence.tables import CaseRow, JournalRow, OfferRow, TaskRow, TimerRow
from engine.services import tasks, timers
from scripts.benching import dossiers
from tests.databases import no_postgresql
from tests.factories import World

OFFICERS, DOSSIERS, MOST_TURNS = 4, 4, 400

#: What the names of decisions in the forms of Quy trình 02 begin with.
DECISIONS = ("y_kien", "ket_", "huong", "co_")

#: How often a case may be sent back before everybody agrees.
PATIENCE = 25


def race_on_sqlite(seed: int) -> None:
    """Some dossiers, four officers at once, on SQLite."""
    _race("sqlite", seed)


def race_on_postgresql(seed: int) -> None:
    """The same on PostgreSQL, where one answers."""
    if no_postgresql() is None:
        _race("postgresql", seed)


@dataclass
class Tally:
    """What the racers saw."""

    completed: Counter[int] = field(default_factory=Counter)  # task id -> how often won
    fired: int = 0
    lost: int = 0
    lock: Lock = field(default_factory=Lock)

    def won(self, task_id: int) -> None:
        with self.lock:
            self.completed[task_id] += 1

    def worker_fired(self, number: int) -> None:
        with self.lock:
            self.fired += number

    def told(self) -> None:
        with self.lock:
            self.lost += 1


def _race(kind: str, seed: int) -> None:
    tally = Tally()
    with dossiers.town(kind) as town:
        cases = [dossiers.file(town) for _ in range(DOSSIERS)]
        for turn in range(MOST_TURNS):
            open_tasks = _open_tasks(town)
            if not open_tasks and not _wait_for_timers(town, tally):
                break
            with ThreadPoolExecutor(OFFICERS) as racers:
                seeds = [Random(f"{seed} {turn} {one}") for one in range(OFFICERS)]  # noqa: S311
                for done in [racers.submit(_take_one, town, r, turn, tally) for r in seeds]:
                    done.result()
        _inspect(town, cases, tally)


def _open_tasks(town: World) -> list[TaskRow]:
    with town.act(write=False) as act:
        open_tasks = select(TaskRow).where(TaskRow.state == TaskState.OPEN).order_by(TaskRow.id)
        return list(act.session.scalars(open_tasks))


def _take_one(town: World, random: Random, turn: int, tally: Tally) -> None:
    """One officer completes one of the first open tasks; very likely others want the same one."""
    open_tasks = _open_tasks(town)
    if not open_tasks:
        return
    task = random.choice(open_tasks[:2])
    try:
        if random.random() < 0.2:
            with town.act(town.officer(task)) as act:
                tasks.claim(act, task.id)
        with town.act(town.officer(task)) as act:
            answers = _answers(town, task, random, agree=turn > PATIENCE)
            tasks.complete(act, task.id, answers)
        tally.won(task.id)
    except (Conflict, TaskClosed, TaskTaken):
        tally.told()


def _answers(town: World, task: TaskRow, random: Random, agree: bool) -> dict[str, Any]:
    """Random decisions, the plainest answers otherwise; all agree once patience is over."""
    with town.act(write=False) as act:
        form = town.version(act, task).form_of(task.process, task.element)
        names = sorted(form.names) if form and not agree else []
        chosen = {
            name: random.choice(options)
            for name in names
            if (options := form.answers(name))
            and name.startswith(("y_kien", "ket_", "huong", "co_"))
        }
        if "bang_mo_hu_hai" in names:
            chosen["bang_mo_hu_hai"] = random.random() < 0.5
        if task.round > 1 and chosen.get("ket_qua_tiep_nhan") == "bo_sung":
            chosen["ket_qua_tiep_nhan"] = "du"  # a supplement is asked for once
        return town.answers(act, task, **chosen)


def _wait_for_timers(town: World, tally: Tally) -> bool:
    """Two workers sweep at the next timer's moment; False when nothing waits any more."""
    with town.act(write=False) as act:
        waiting = select(func.min(TimerRow.fires_at)).where(TimerRow.state == TimerState.WAITING)
        moment = act.session.scalar(waiting)
    if moment is None:
        return False
    town.clock.move_to(moment)
    with ThreadPoolExecutor(2) as workers:
        for sweep in [workers.submit(timers.fire_due, town.app) for _ in range(2)]:
            tally.worker_fired(sweep.result().fired)
    return True


def _inspect(town: World, cases: list[int], tally: Tally) -> None:
    with town.act(write=False) as act:
        session = act.session
        done = select(TaskRow.case_id, TaskRow.element, TaskRow.id).where(
            TaskRow.state == TaskState.DONE
        )
        finished = session.execute(done).all()
        states = {case.id: case.state for case in session.scalars(select(CaseRow))}
        fired = session.scalar(select(func.count()).where(TimerRow.state == TimerState.FIRED))
        said = session.scalar(select(func.count()).where(JournalRow.act == "task:completed"))
        rounds = {case.id: case.rounds for case in session.scalars(select(CaseRow))}
        left = session.scalar(select(func.count()).select_from(OfferRow))
        broken = verify(session)
    _must(states == dict.fromkeys(cases, CaseState.FINISHED), f"not all finished: {states}")
    won = {task_id for task_id, times in tally.completed.items() if times == 1}
    _must(len(won) == len(tally.completed), f"a task was completed twice: {tally.completed}")
    _must(won <= {row.id for row in finished}, "a completed task is not done")
    _must(len(finished) == len(won) + len(cases), "a task is done that nobody completed")
    _must(said == len(finished), f"{said} lines in the journal for {len(finished)} tasks")
    opened = sum(sum(counts.values()) for counts in rounds.values()) - (fired or 0)
    _must(opened >= len(finished), "a task was done that never opened")
    _must(fired == tally.fired, f"{fired} timers fired, workers say {tally.fired}")
    _must(left == 0, f"{left} offers are left")
    _must(not broken, f"the journal is broken: {broken}")


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)
