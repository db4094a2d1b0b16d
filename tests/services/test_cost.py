"""What an act costs: statements, commits, and the size of a finished case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text

from engine.services import tasks
from tests.factories import World
from tests.services.test_walks import COMMUNE, DAMAGED, EXPERTS, MINISTRY, PROVINCE

#: Design §8. BEGIN is no statement of ours; SQLite's driver would send it anyway.
MOST_STATEMENTS = 12
MOST_BYTES = 30 * 1024


@contextmanager
def counted(engine: Engine) -> Iterator[tuple[list[str], list[str]]]:
    statements: list[str] = []
    commits: list[str] = []

    def statement(_c: object, _cur: object, sql: str, *_rest: object) -> None:
        if not sql.startswith("BEGIN"):
            statements.append(sql)

    def commit(_connection: object) -> None:
        commits.append("commit")

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield statements, commits
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def test_every_step_of_the_straight_path_costs_at_most_twelve_statements(town: World) -> None:
    warm = town.file()
    town.walk(warm, *COMMUNE, *PROVINCE, *MINISTRY)
    case_id = town.file()
    costs = {}
    for element in (*COMMUNE, *PROVINCE, *MINISTRY):
        task, answers = town.task(case_id, element), town.answers_to(case_id, element)
        counting = counted(town.app.database)
        with counting as (statements, commits), town.act(town.officer(task)) as act:
            tasks.complete(act, task.id, answers)
        costs[element] = len(statements)
        assert len(commits) == 1
    assert max(costs.values()) <= MOST_STATEMENTS, costs


def test_a_finished_case_is_small(small_town: World) -> None:
    before = _bytes(small_town)
    case_id = small_town.file()
    for element in (*COMMUNE, *PROVINCE, *MINISTRY):
        small_town.clock.advance(timedelta(days=7 if element in {"S2", "S3"} else 1))
        small_town.do(case_id, element)
    assert len(small_town.receipts(case_id)) == 2  # the waits moved the date
    assert _bytes(small_town) - before <= MOST_BYTES


def _bytes(town: World) -> int:
    """Pages in use; what the tables and their indexes take on disk."""
    with town.app.database.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        free = connection.execute(text("PRAGMA freelist_count")).scalar_one()
        size = connection.execute(text("PRAGMA page_size")).scalar_one()
    return int((pages - free) * size)


@pytest.mark.parametrize("steps", [0, 3])
def test_claiming_costs_a_few_statements(small_town: World, steps: int) -> None:
    case_id = small_town.file()
    small_town.walk(case_id, *COMMUNE[:steps])
    element = COMMUNE[steps]
    task = small_town.task(case_id, element)
    counting = counted(small_town.app.database)
    with counting as (statements, _), small_town.act(small_town.officer(task)) as act:
        tasks.claim(act, task.id)
    assert len(statements) <= 7, statements


def test_the_longest_way_costs_no_more_statements_though_its_waits_take_time(
    town: World,
) -> None:
    """Damaged, posted, examined: two terms, standstills that move the date, four receipts."""
    _walk_the_longest_way(town)
    costs = _walk_the_longest_way(town)
    assert max(costs.values()) <= MOST_STATEMENTS, costs


def _walk_the_longest_way(town: World) -> dict[str, int]:
    town.at("2026-03-02 08:00")
    case_id, costs = town.file(), {}
    ways = ("B1b", "B2", "B6", "B6_cho", "B6_ket_qua", "B7", "B8", "B9", "B10", *PROVINCE)
    for element in (*ways, "S1", "B15", "B16a", "B16b", "B17", *MINISTRY):
        if element == "B6_cho":
            town.pass_posting(case_id)
            continue
        if element in {"S1", "S2", "S3"}:
            town.clock.advance(timedelta(days=15))
        task = town.task(case_id, element)
        answers = town.answers_to(case_id, element, **(DAMAGED if element == "B2" else EXPERTS))
        with counted(town.app.database) as (statements, _), town.act(town.officer(task)) as act:
            tasks.complete(act, task.id, answers)
        costs[element] = len(statements)
    assert len(town.receipts(case_id)) == 4
    return costs
