"""How long the dates of 50,000 open tasks take to move while officers work, and the preview."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, cast

from sqlalchemy import Table, func, insert, select

from engine.domain.calendar_changes import swapped
from engine.domain.states import ChangeState
from engine.persistence.database import make_engine, unit_of_work
from engine.persistence.tables import (
    CalendarChangeRow,
    CaseRow,
    CaseUnitRow,
    DateMoveRow,
    OfferRow,
    ReceiptRow,
    TaskRow,
)
from engine.services import calendar_changes, moving
from scripts.benching import dossiers
from scripts.benching.measuring import Measured, say
from tests import factories
from tests.databases import no_postgresql
from tests.factories import World

TASKS, QUICK = 50_000, 3_000
BOUND_SECONDS, PREVIEW_SECONDS = 180, 15

#: The afternoon before the holidays: whatever opened then is due after them.
BEFORE = "2026-04-29 15:00"
SWAP = swapped(date(2026, 5, 4), date(2026, 5, 9), "Công văn số 15/BNV-CVL")

#: How far the dossiers are that all others are copies of, and how many of ten are there.
PLACES: Sequence[tuple[int, tuple[str, ...]]] = ((2, ()), (5, ("B1b",)), (3, ("B1b", "B2")))
BATCH = 5_000

#: Between two dossiers officers rest so long: some ten acts a second are a busy province.
OFFICERS_REST = 0.2


def moves(quick: bool) -> Iterator[Measured]:
    """50,000 open tasks whose dates a swap moves, while officers file and complete."""
    tasks = QUICK if quick else TASKS
    yield from _moves("sqlite", tasks)
    if no_postgresql() is None:
        yield from _moves("postgresql", tasks)


def _moves(kind: str, tasks: int) -> Iterator[Measured]:
    say(f"moving the dates of {tasks:,} open tasks on {kind} …")
    with dossiers.town(kind) as town:
        _fill(town, tasks)
        with town.act("uyen") as act:
            change_id = calendar_changes.draft(act, SWAP, "Công văn số 15/BNV-CVL").id
        begun = perf_counter()
        with town.act("uyen", write=False) as act:
            summary = calendar_changes.preview(act, change_id)
        preview = perf_counter() - begun
        with town.act("uyen") as act:
            calendar_changes.confirm(act, change_id)
        took, processor, waits = _move(town)
        _check(town, change_id, tasks, summary.moving)
    seen: dict[str, object] = {
        "dates": summary.moving,
        "walk_cpu": processor,
        "officers_acts": len(waits),
        "officer_ms_p95": quantiles(waits, n=20)[-1] * 1000,
        "officer_ms_worst": max(waits) * 1000,
    }
    yield Measured(f"moves_{kind}_seconds", took, BOUND_SECONDS, seen)
    yield Measured(f"moves_{kind}_preview", preview, PREVIEW_SECONDS, {"dates": summary.moving})


def _move(town: World) -> tuple[float, float, list[float]]:
    """Seconds of the worker's walk in a process of its own, its processor's, and of each act of
    officers here.
    """
    waits: list[float] = []
    url = town.app.database.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(_stand_ready).result()
        begun = perf_counter()
        walk: Future[float] = pool.submit(_walk, url)
        while not walk.done():
            with suppress(TimeoutError):
                walk.result(OFFICERS_REST)
                break
            _work(town, waits)
        return perf_counter() - begun, walk.result(), waits


def _work(town: World, waits: list[float]) -> None:
    """An officer receives a dossier, another one completes its first step."""
    begun = perf_counter()
    case_id = town.file()
    filed = perf_counter()
    waits.append(filed - begun)
    answers, task = town.answers_to(case_id, "B1b"), town.task(case_id, "B1b")
    begun = perf_counter()
    dossiers.by_service(town)(town.officer(task), task.id, answers)
    waits.append(perf_counter() - begun)


def _stand_ready() -> None:
    """A process that has loaded the program."""


def _walk(url: str) -> float:
    """A worker's rounds until all dates are moved; the processor's seconds that they took."""
    begun = process_time()
    with TemporaryDirectory(prefix="quytrinh-bench-") as folder:
        app = factories.application(make_engine(url), Path(folder), factories.MONDAY)
        World(app, {}, {}).at(BEFORE)
        cast(Any, app.clock).advance(moving.SETTLING)
        while moving.move_round(app) is not None:
            pass
        app.database.dispose()
    return process_time() - begun


def _check(town: World, change_id: int, tasks: int, dates: int) -> None:
    with town.act(write=False) as act:
        change = act.session.get_one(CalendarChangeRow, change_id)
        found = act.session.scalar(
            select(func.count(DateMoveRow.task_id.distinct())).where(
                DateMoveRow.change_id == change_id
            )
        )
    if change.state != ChangeState.DONE or change.moved != dates or (found or 0) < tasks:
        raise RuntimeError(f"{change.state}: {change.moved} of {dates} dates, {found} tasks")


# --- many dossiers -------------------------------------------------------------------------------


def _fill(town: World, tasks: int) -> None:
    """Copies of a few real dossiers, each with one open task."""
    town.at(BEFORE)
    originals: list[int] = []
    for often, steps in PLACES:
        case_id = town.file(**dossiers.FILING)
        town.walk(case_id, *steps)
        originals += [case_id] * often
    with unit_of_work(town.app.database) as session:
        read = {case_id: _rows(session, case_id) for case_id in set(originals)}
        tables = (CaseRow, CaseUnitRow, TaskRow, OfferRow, ReceiptRow)
        case_ids = count((session.scalar(select(func.max(CaseRow.id))) or 0) + 1)
        task_ids = count((session.scalar(select(func.max(TaskRow.id))) or 0) + 1)
        rows: dict[type, list[dict[str, Any]]] = {table: [] for table in tables}
        for number in range(tasks - len(PLACES)):
            original = read[originals[number % 10]]
            _copy(original, next(case_ids), next(task_ids), rows, timedelta(seconds=number % 5000))
            if number % BATCH == 0 or number == tasks - len(PLACES) - 1:
                for table, values in rows.items():
                    if values:
                        session.execute(insert(cast(Table, table.__table__)), values)
                        values.clear()
        if session.get_bind().dialect.name == "postgresql":
            for table in ("case_file", "task"):
                highest = f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"  # noqa: S608
                session.connection().exec_driver_sql(highest)
                session.connection().exec_driver_sql(f"ANALYZE {table}")


def _rows(session: Any, case_id: int) -> Mapping[type, list[dict[str, Any]]]:
    """The rows of a dossier; of its tasks the open one."""

    def found(table: Any, *where: Any) -> list[dict[str, Any]]:
        columns = cast(Table, table.__table__)
        return [dict(row._mapping) for row in session.execute(select(columns).where(*where))]

    return {
        CaseRow: found(CaseRow, CaseRow.id == case_id),
        CaseUnitRow: found(CaseUnitRow, CaseUnitRow.case_id == case_id),
        TaskRow: found(TaskRow, TaskRow.case_id == case_id, TaskRow.state == "open"),
        OfferRow: found(OfferRow, OfferRow.case_id == case_id),
        ReceiptRow: found(ReceiptRow, ReceiptRow.case_id == case_id),
    }


def _copy(
    original: Mapping[type, list[dict[str, Any]]],
    case_id: int,
    task_id: int,
    rows: Mapping[type, list[dict[str, Any]]],
    earlier: timedelta,
) -> None:
    """The same dossier under another number, its step begun and due a little earlier."""
    (case,) = original[CaseRow]
    own = {"id": case_id, "code": f"AP-COPY-{case_id:06}", "filing_key": f"copy-{case_id}"}
    rows[CaseRow].append({**case, **own})
    (task,) = original[TaskRow]
    due = {"opened_at": task["opened_at"] - earlier, "due_at": task["due_at"] - earlier}
    why = task["due_explanation"]
    why = {**why, **{name: _before(why[name], earlier) for name in ("start", "due")}}
    own = {"id": task_id, "case_id": case_id, **due, "due_explanation": why}
    rows[TaskRow].append({**task, **own})
    for unit in original[CaseUnitRow]:
        rows[CaseUnitRow].append({**unit, "case_id": case_id})
    for table in (OfferRow, ReceiptRow):
        for row in original[table]:
            values = {name: value for name, value in row.items() if name != "id"}
            values["case_id"] = case_id
            if table is OfferRow:
                values |= {"task_id": task_id, **due}
            rows[table].append(values)


def _before(moment: str, earlier: timedelta) -> str:
    return (datetime.fromisoformat(moment) - earlier).isoformat()
