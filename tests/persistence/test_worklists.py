"""Inbox, counts and overdue list: whose work, in which order, page by page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from engine.domain.access import SUPERVISOR, Actor
from engine.domain.errors import Misuse
from engine.persistence import worklists
from engine.persistence.database import unit_of_work
from engine.persistence.people import actor_of
from engine.persistence.queues import MOST_QUEUES
from engine.persistence.watching import Limits, Wanted
from engine.persistence.watching import Standing as Which
from engine.persistence.worklists import Count, InboxLine, Scope, Standing
from tests import crowd
from tests.databases import statements
from tests.persistence.town import HEAD, NOW, RECEPTION, SPECIALIST, TODAY, Town

SOON = NOW + timedelta(days=1)


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def read_all(session: Session, actor: Actor, scope: Scope, limit: int = 2) -> list[InboxLine]:
    lines: list[InboxLine] = []
    after: str | None = None
    while True:
        page = worklists.inbox(session, actor, scope, after=after, limit=limit)
        lines += page.lines
        after = page.after
        if after is None:
            return lines


def overdue(
    session: Session,
    actor: Actor,
    now: datetime = NOW,
    after: str | None = None,
    limit: int = 50,
    **wanted: Any,
) -> worklists.Page[InboxLine]:
    limits = Limits(now=now, soon=now + timedelta(days=1), unclaimed=now, outside=now)
    choice = Wanted(limits, Which.OVERDUE, **wanted)
    return worklists.watched(session, actor, choice, after=after, limit=limit)


def ids(page: worklists.Page[InboxLine]) -> list[int]:
    return [line.task_id for line in page.lines]


def test_a_line_says_everything_the_page_shows(session: Session, town: Town) -> None:
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    case = town.case("Nguyễn Văn An", "Lê Bình", due_at=at(100), due_expected=True)
    task = town.task(at(5), case=case, assignee=lan, round=2)
    line = worklists.inbox(session, actor_of(session, lan, TODAY)).lines[0]
    assert line == InboxLine(
        task_id=task,
        element="B2",
        name="Thẩm định hồ sơ",
        round=2,
        external=False,
        role=SPECIALIST,
        unit_id=town.an_phu,
        unit_name="UBND xã An Phú",
        opened_at=NOW,
        due_at=at(5),
        sort_due=at(5),
        assignee_id=lan,
        assignee_name="Lan",
        case_id=case.id,
        code=case.code,
        applicant="Nguyễn Văn An",
        subject="Lê Bình",
        case_state="running",
        case_due_at=at(100),
        case_due_expected=True,
        procedure_key="qt02",
        procedure_name="Cấp đổi Bằng",
        version_number=1,
    )


def test_each_scope_shows_whose_work_it_says(session: Session, town: Town) -> None:
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    minh = town.officer("minh", (SPECIALIST, town.an_phu))
    mine = town.task(at(3), assignee=lan)
    others = town.task(at(2), assignee=minh)
    free = town.task(at(1))
    heads = town.task(at(4), offers=((HEAD, town.an_phu),))
    town.task(at(0), offers=((SPECIALIST, town.binh_hoa),))
    actor = actor_of(session, lan, TODAY)
    assert ids(worklists.inbox(session, actor, "mine")) == [mine]
    assert ids(worklists.inbox(session, actor, "role")) == [free, mine]
    assert ids(worklists.inbox(session, actor, "unit")) == [free, others, mine, heads]


def test_who_holds_no_post_sees_nothing(session: Session, town: Town) -> None:
    town.task(NOW)
    actor = actor_of(session, town.officer("charlie"), TODAY)
    for scope in Scope:
        assert worklists.inbox(session, actor, scope).lines == ()
    assert overdue(session, actor, now=at(99)).lines == ()
    assert worklists.count_overdue(session, actor, at(99)) == Count(0)


def test_what_came_to_a_desk_by_a_post_since_lost_is_left_to_the_others(
    session: Session, town: Town
) -> None:
    lan = town.officer("lan", (RECEPTION, town.an_phu))
    town.post(lan, SPECIALIST, town.an_phu, ends=TODAY)
    minh = town.officer("minh", (SPECIALIST, town.an_phu))
    kept = town.task(at(2), offers=((RECEPTION, town.an_phu),), assignee=lan)
    left = town.task(at(1), assignee=lan)
    actor = actor_of(session, lan, TODAY)
    assert ids(worklists.inbox(session, actor, "mine")) == [kept]
    assert ids(worklists.inbox(session, actor, "role")) == [kept]
    assert left in ids(worklists.inbox(session, actor_of(session, minh, TODAY), "unit"))


def test_a_task_offered_to_two_posts_of_mine_comes_once(session: Session, town: Town) -> None:
    lan = town.officer("lan", (SPECIALIST, town.an_phu), (HEAD, town.an_phu))
    both = ((SPECIALIST, town.an_phu), (HEAD, town.an_phu))
    free = [town.task(at(1), offers=both) for _ in range(3)]
    mine = town.task(at(2), offers=both, assignee=lan)
    actor = actor_of(session, lan, TODAY)
    for scope, expected in ((Scope.MINE, [mine]), (Scope.ROLE, [*free, mine])):
        assert [line.task_id for line in read_all(session, actor, scope)] == expected
    assert [line.task_id for line in read_all(session, actor, Scope.UNIT)] == [*free, mine]
    found = worklists.counts(session, actor, NOW, SOON)
    assert [found[scope].open for scope in Scope] == [Count(1), Count(4), Count(4)]


def test_pages_lose_and_double_nothing_when_many_are_due_at_once(
    session: Session, town: Town
) -> None:
    lan = town.officer("lan", (SPECIALIST, town.an_phu), (RECEPTION, town.an_phu))
    posts = ((SPECIALIST, town.an_phu), (RECEPTION, town.an_phu))
    tasks = [
        town.task(
            at(number // 5), offers=(posts[number % 2],), assignee=lan if number % 3 else None
        )
        for number in range(17)
    ]
    actor = actor_of(session, lan, TODAY)
    assert [line.task_id for line in read_all(session, actor, Scope.ROLE, 3)] == tasks
    assert [line.task_id for line in read_all(session, actor, Scope.UNIT, 4)] == tasks


def test_the_last_page_knows_that_it_is(session: Session, town: Town) -> None:
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    tasks = [town.task(at(number)) for number in range(4)]
    actor = actor_of(session, lan, TODAY)
    first = worklists.inbox(session, actor, "role", limit=2)
    second = worklists.inbox(session, actor, "role", after=first.after, limit=2)
    assert (ids(first), ids(second)) == (tasks[:2], tasks[2:])
    assert second.after is None


def test_undated_tasks_stand_where_their_case_stands(session: Session, town: Town) -> None:
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    never = town.task(None)
    later = town.task(at(9))
    by_case = town.task(None, sort_due=at(5))
    assert ids(worklists.inbox(session, actor_of(session, lan, TODAY), "role")) == [
        by_case,
        later,
        never,
    ]


@pytest.mark.parametrize(
    "bad", ["x", "bnVsbA", "WzFd", "WyIyMDI2IiwxXQ", "WyJ4IiwxXQ", "é", "[" * 9]
)
def test_a_made_up_cursor_is_refused(session: Session, town: Town, bad: str) -> None:
    actor = actor_of(session, town.officer("lan", (SPECIALIST, town.an_phu)), TODAY)
    with pytest.raises(Misuse):
        worklists.inbox(session, actor, "mine", after=bad)


def test_a_made_up_scope_or_length_is_refused(session: Session, town: Town) -> None:
    actor = actor_of(session, town.officer("lan"), TODAY)
    with pytest.raises(Misuse):
        worklists.inbox(session, actor, "everything")
    for limit in (0, 201):
        with pytest.raises(Misuse):
            worklists.inbox(session, actor, limit=limit)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nguyen van", [0, 1]),
        ("NGUYỄN VĂN AN", [0]),
        ("van an", [0]),
        ("đặng", [2]),
        ("dang", [2]),
        ("AP-2026-000002", [1]),
        ("000003", [2]),
        ("3", [2]),
        ("guyen", []),
        ("%", []),
        ("", [0, 1, 2]),
    ],
)
def test_search_needs_no_diacritics(
    session: Session, town: Town, query: str, found: list[int]
) -> None:
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    names = [("Nguyễn Văn An", "Lê Bình"), ("Nguyễn Văn Bé", "Lê Chi"), ("Trần Tư", "Đặng Năm")]
    tasks = [town.task(at(place), case=town.case(*pair)) for place, pair in enumerate(names)]
    town.task(at(9), case=town.case("Nguyễn Văn An Đặng"), offers=((SPECIALIST, town.binh_hoa),))
    actor = actor_of(session, lan, TODAY)
    assert ids(worklists.inbox(session, actor, "role", query)) == [tasks[i] for i in found]


def test_what_many_cases_match_is_found_in_passing(
    session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.persistence.searching.FEW", 1)
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    first = town.task(at(1), case=town.case("Nguyễn Văn An"))
    second = town.task(at(2), case=town.case("Trần Tư", "Nguyễn Bé"))
    town.task(at(3), case=town.case("Lê Ba"))
    actor = actor_of(session, lan, TODAY)
    page = worklists.inbox(session, actor, "role", "nguyễn", limit=1)
    assert ids(page) == [first]
    assert ids(worklists.inbox(session, actor, "role", "nguyễn", page.after, 1)) == [second]


def test_counts_say_what_is_open_overdue_and_soon(session: Session, town: Town) -> None:
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    for hours in (-30, -1, 1, 24, 25):
        town.task(at(hours), assignee=lan)
    town.task(None, assignee=lan, sort_due=at(-5))
    town.task(at(-2))
    actor = actor_of(session, lan, TODAY)
    mine = worklists.counts(session, actor, NOW, SOON)[Scope.MINE]
    assert mine == worklists.Counts(open=Count(6), overdue=Count(3), soon=Count(2))
    role = worklists.counts(session, actor, NOW, SOON)[Scope.ROLE]
    assert (role.open, role.overdue) == (Count(7), Count(4))


def test_counting_stops_where_people_stop_reading(
    session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklists, "COUNT_LIMIT", 2)
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    for _ in range(3):
        town.task(at(1), assignee=lan)
    found = worklists.counts(session, actor_of(session, lan, TODAY), NOW, SOON)
    assert found[Scope.MINE].open == Count(2, more=True)


def test_a_supervisor_reads_what_is_overdue_below(session: Session, town: Town) -> None:
    supervisor = town.officer("giam", (SUPERVISOR, town.province))
    old = town.task(at(-9), offers=((SPECIALIST, town.binh_hoa),))
    new = town.task(at(-1))
    town.task(at(1))
    of_a_late_case = town.task(None, sort_due=at(-3))
    late = [old, of_a_late_case, new]
    actor = actor_of(session, supervisor, TODAY)
    assert ids(overdue(session, actor)) == late
    assert ids(overdue(session, actor, unit_id=town.an_phu)) == late[1:]
    assert ids(overdue(session, actor, procedure_key="qt02")) == late
    assert ids(overdue(session, actor, procedure_key="qt99")) == []
    assert worklists.count_overdue(session, actor, NOW) == Count(3)
    page = overdue(session, actor, limit=2)
    assert ids(overdue(session, actor, after=page.after, limit=2)) == [new]


def test_a_head_reads_what_is_overdue_in_their_role_alone(session: Session, town: Town) -> None:
    head = town.officer("truong", (SPECIALIST, town.an_phu), head=True)
    late = town.task(at(-1))
    town.task(at(-1), offers=((RECEPTION, town.an_phu),))
    town.task(at(-1), offers=((SPECIALIST, town.binh_hoa),))
    actor = actor_of(session, head, TODAY)
    assert ids(overdue(session, actor)) == [late]
    assert ids(overdue(session, actor, unit_id=town.binh_hoa)) == []


def test_a_supervisor_of_very_many_units_reads_the_same(session: Session, town: Town) -> None:
    late = [town.task(at(-9)), town.task(at(-1), offers=((SPECIALIST, town.binh_hoa),))]
    others = range(1000, 1000 + MOST_QUEUES)
    actor = Actor(1, "Giám sát", supervised=frozenset({town.an_phu, town.binh_hoa, *others}))
    assert ids(overdue(session, actor)) == late


def test_standing_goes_by_the_moment() -> None:
    assert worklists.standing(None, NOW, SOON) is Standing.UNDATED
    assert worklists.standing(at(-1), NOW, SOON) is Standing.OVERDUE
    assert worklists.standing(NOW, NOW, SOON) is Standing.SOON
    assert worklists.standing(SOON, NOW, SOON) is Standing.SOON
    assert worklists.standing(at(25), NOW, SOON) is Standing.IN_TIME


def test_a_page_is_one_statement_and_reads_no_queue_to_its_end(database: Engine) -> None:
    who = crowd.fill(database, 400, 44)
    with unit_of_work(database, write=False) as session:
        actor = actor_of(session, who.officer, date(2026, 6, 1))
        for scope in Scope:
            with statements(database) as sent:
                assert len(worklists.inbox(session, actor, scope).lines) == 50
            assert len(sent) == 1
            if database.dialect.name == "sqlite":
                assert _sorted_queues(session, actor, scope) == []


def _sorted_queues(session: Session, actor: Actor, scope: Scope) -> list[str]:
    """Steps of SQLite's plan that read or sort whole queues of offers."""
    plans: list[str] = []

    def explain(connection, cursor, statement, parameters, *_rest) -> None:
        rows = connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.extend(row[3] for row in rows.fetchall())

    event.listen(session.get_bind(), "before_cursor_execute", explain)
    try:
        worklists.inbox(session, actor, scope)
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", explain)
    assert any("USING COVERING INDEX ix_offer" in step for step in plans)
    return [step for step in plans if step.startswith("SCAN offer")]
