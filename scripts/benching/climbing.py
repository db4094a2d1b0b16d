"""How long workers take when 10,000 rungs of escalation ladders are due at the same moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select, update

from engine.persistence import journal_store
from engine.persistence.calendars import load_calendar
from engine.persistence.database import make_engine, unit_of_work
from engine.persistence.tables import (
    CaseRow,
    EscalationRow,
    NoticeRow,
    PostRow,
    TaskRow,
    UnitRow,
    UserRow,
)
from engine.services import calendars, deploying, escalating
from engine.services.act import Act, Application
from scripts.benching.measuring import Measured, say, seconds
from tests import crowd, factories
from tests.databases import fresh_database, no_postgresql

RUNGS, QUICK = 10_000, 1_000
BOUND_SECONDS = 60

#: Of so many open cases one has a rung of its own due.
CASES = 10

#: How long before now the date of a task was, in working days, for its n-th rung to be due.
LATE = (None, 0, 1, 3)
A_MINUTE = timedelta(minutes=1)


def climbing(quick: bool) -> list[Measured]:
    """One worker on SQLite; one and two on PostgreSQL, in processes of their own.

    Whatever is measured, each rung must have been told exactly once.
    """
    rungs = QUICK if quick else RUNGS
    took = _seconds("sqlite", rungs, 1)
    seen: dict[str, object] = {"ms_each": took * 1000 / rungs}
    found = [Measured("rungs_sqlite_seconds", took, BOUND_SECONDS, seen)]
    if no_postgresql() is None:
        one, two = (_seconds("postgresql", rungs, workers) for workers in (1, 2))
        seen = {"one": one, "two": two}
        found.append(Measured("rungs_two_over_one", two / one, 1, seen))
    return found


def _seconds(kind: str, rungs: int, workers: int) -> float:
    say(f"{rungs:,} rungs due at once on {kind}, workers: {workers} …")
    with _due_at_once(kind, rungs) as (app, url):
        took = seconds(lambda: _work(url)) if workers == 1 else _together(url, workers)
        _check(app, rungs)
    return took


def _together(url: str, workers: int) -> float:
    """The time from the moment at which all processes stand ready."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        ready = [pool.submit(_stand_ready) for _ in range(workers * 4)]
        for one in ready:
            one.result()
        return seconds(lambda: list(pool.map(_work, [url] * workers)))


def _stand_ready() -> None:
    """A process that has loaded the program."""


def _work(url: str) -> None:
    """A worker's rounds until nothing is due."""
    with TemporaryDirectory(prefix="quytrinh-bench-") as folder:
        app = factories.application(make_engine(url), Path(folder), crowd.NOW)
        while True:
            coming = escalating.escalate_round(app)
            if coming is None or coming > crowd.NOW:
                break
        app.database.dispose()


@contextmanager
def _due_at_once(kind: str, rungs: int) -> Iterator[tuple[Application, str]]:
    """Open tasks and cases each of which has a rung due now."""
    with (
        fresh_database(kind) as database,
        TemporaryDirectory(prefix="quytrinh-bench-") as folder,
    ):
        of_cases = rungs // CASES
        crowd.fill(database, rungs - of_cases, 0)
        app = factories.application(database, Path(folder), crowd.NOW)
        with app.act(None) as act:
            calendars.seed(act)
        with app.act(None) as act:
            _let_people_watch(act)
            _let_rungs_be_due(act, of_cases)
        yield app, database.url.render_as_string(hide_password=False)


def _let_people_watch(act: Act) -> None:
    """A head, a leader, and a supervisor of the unit above."""
    unit = act.session.scalars(select(UnitRow)).one()
    above = UnitRow(code="tinh", name="UBND tỉnh", kind="ubnd-cap-tinh")
    people = [
        UserRow(username=name, full_name=name.title(), password_hash="")
        for name in ("head", "leader", "supervisor")
    ]
    act.session.add_all([above, *people])
    act.session.flush()
    unit.parent_id = above.id
    posts = (
        ("cv-ncc-xa", unit.id, {"head": True}),
        ("ld-ubnd-xa", unit.id, {"leader": True}),
        ("giam-sat", above.id, {}),
    )
    for user, (role, unit_id, more) in zip(people, posts, strict=True):
        starts = date(2025, 7, 1)
        act.session.add(PostRow(user_id=user.id, role=role, unit_id=unit_id, starts=starts, **more))


def _let_rungs_be_due(act: Act, of_cases: int) -> None:
    """Every rung of the ladder among the tasks; the second one of some cases, with its letter."""
    drawing = factories.QT02_FILE
    (deployed,) = deploying.deploy(act, [(drawing.name, drawing.read_bytes())], "Để đo.")
    calendar, now = load_calendar(act.session, act.app.settings.shifts), act.now
    day = calendar.hours_per_day
    long_ago = now - timedelta(days=28)
    for rung, days in enumerate(LATE):
        if days is None:
            opened = now - timedelta(hours=2)
            due = calendar.add_working_hours(opened, day * Fraction(5, 16))[0]
        else:
            opened, due = long_ago, now - A_MINUTE
            while calendar.working_hours_between(due, now) <= days * day:
                due -= timedelta(hours=1)
        dates = {"opened_at": opened, "due_at": due, "rung": rung, "remind_at": now - A_MINUTE}
        act.session.execute(
            update(TaskRow).where(TaskRow.id % len(LATE) == rung).values(dates),
            execution_options={"synchronize_session": False},
        )
    dates = {
        "version_id": deployed.version.id,
        "accepted_at": long_ago,
        "due_at": calendar.add_working_hours(now, day / 2)[0],
        "rung": 1,
        "remind_at": now - A_MINUTE,
    }
    act.session.execute(
        update(CaseRow).where(CaseRow.id <= of_cases).values(dates),
        execution_options={"synchronize_session": False},
    )


def _check(app: Application, rungs: int) -> None:
    """Each rung once, one notice of each, nothing left, the journal whole."""
    with unit_of_work(app.database, write=False) as session:
        reached = session.execute(
            select(EscalationRow.case_id, EscalationRow.subject, EscalationRow.told)
        ).all()
        notices = session.scalar(select(func.count()).select_from(NoticeRow))
        left = sum(
            session.scalar(select(func.count()).where(row.remind_at <= crowd.NOW)) or 0
            for row in (TaskRow, CaseRow)
        )
        broken = journal_store.verify(session)
    dates = {(row.case_id, row.subject) for row in reached}
    told = sum(len(row.told) for row in reached)
    if (len(reached), len(dates), notices, left, broken) != (rungs, rungs, told, 0, []):
        raise RuntimeError(
            f"{len(reached)} rungs of {len(dates)} dates reached, {left} left; {notices} notices"
            f" for {told} told; {broken}"
        )
