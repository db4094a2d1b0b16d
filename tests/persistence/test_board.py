"""What the board counts: each task once, only what is watched, nothing twice or twice late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine.domain.access import SUPERVISOR
from engine.persistence import board, worklists
from engine.persistence.board import Tally
from engine.persistence.people import actor_of
from engine.persistence.queues import watched_units
from engine.persistence.watching import Desk, Limits, Standing, Wanted
from engine.persistence.work import hurry_offers
from tests.persistence.town import HEAD, NOW, RECEPTION, SPECIALIST, TODAY, Town

HOUR = timedelta(hours=1)
LIMITS = Limits(
    now=NOW,
    soon=NOW + 10 * HOUR,
    unclaimed=NOW - 8 * HOUR,
    outside=NOW - timedelta(days=30),
    outside_of={("qt02", "qt02", "S1"): NOW - timedelta(days=3)},
)


@pytest.fixture
def busy(session: Session, town: Town) -> Town:
    """One of each: late, soon, lying about, outside, urgent, undated; two in another commune."""
    lan = town.officer("lan", (SPECIALIST, town.an_phu))
    both = ((SPECIALIST, town.an_phu), (HEAD, town.an_phu))
    town.task(NOW - HOUR, assignee=lan, offers=both)
    town.task(NOW + HOUR, opened_at=NOW - 9 * HOUR)
    town.task(NOW + 99 * HOUR, opened_at=NOW - HOUR, offers=both)
    town.task(None, external=True, element="S1", opened_at=NOW - timedelta(days=4))
    town.task(None, external=True, element="S2", opened_at=NOW - timedelta(days=4))
    case = town.case(urgent=True)
    town.task(NOW + 99 * HOUR, case=case, offers=((RECEPTION, town.binh_hoa),), element="B1")
    town.task(NOW - HOUR, offers=((RECEPTION, town.binh_hoa),), element="B1", assignee=lan)
    hurry_offers(session, case.id, urgent=True)
    return town


def total(session: Session, user: int, **of: object) -> Tally:
    found = Tally()
    for heap in board.tallies(session, actor_of(session, user, TODAY), LIMITS, **of):  # type: ignore[arg-type]
        found.add(heap.tally)
    return found


def test_each_task_is_counted_once_and_as_it_stands(session: Session, busy: Town) -> None:
    giam = busy.officer("giam", (SUPERVISOR, busy.province))
    assert total(session, giam) == Tally(
        open=7,
        overdue=2,
        soon=1,
        unclaimed=3,
        left_lying=1,
        outside=2,
        long_outside=1,
        urgent=1,
    )
    assert total(session, giam, unit_id=busy.binh_hoa).open == 2
    assert total(session, giam, procedure_key="khac") == Tally()
    actor = actor_of(session, giam, TODAY)
    assert board.steps_outside(session, actor) == {("qt02", "qt02", "S1"), ("qt02", "qt02", "S2")}
    assert watched_units(actor) == {busy.province, busy.department, busy.an_phu, busy.binh_hoa}


def test_a_head_counts_what_their_posts_are_offered_once_though_they_head_two(
    session: Session, busy: Town
) -> None:
    one = busy.officer("truong", (HEAD, busy.an_phu), head=True)
    assert total(session, one).open == 2  # of tasks whose first offer is another post's
    two = busy.officer("kiem", (HEAD, busy.an_phu), (SPECIALIST, busy.an_phu), head=True)
    assert total(session, two).open == 5
    assert total(session, busy.officer("khong", (HEAD, busy.an_phu))) == Tally()


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Wanted(LIMITS), 7),
        (Wanted(LIMITS, Standing.OVERDUE), 2),
        (Wanted(LIMITS, Standing.SOON), 1),
        (Wanted(LIMITS, Standing.STUCK), 2),
        (Wanted(LIMITS, Standing.URGENT), 1),
        (Wanted(LIMITS, desk=Desk.NOBODY), 3),
        (Wanted(LIMITS, Standing.STUCK, Desk.OUTSIDE), 1),
        (Wanted(LIMITS, step=("qt02", "B1")), 2),
        (Wanted(LIMITS, step=("qt02", "B1"), standing=Standing.OVERDUE), 1),
        (Wanted(LIMITS, procedure_key="khac"), 0),
    ],
)
def test_the_list_behind_a_number_is_as_long_as_the_number(
    session: Session, busy: Town, wanted: Wanted, number: int
) -> None:
    actor = actor_of(session, busy.officer("giam", (SUPERVISOR, busy.province)), TODAY)
    assert len(worklists.watched(session, actor, wanted).lines) == number
    found, more = worklists.watched_whole(session, actor, wanted, "", 3)
    assert (len(found), more) == (min(number, 3), number > 3)


def test_the_urgent_work_of_a_scope_is_found_by_itself(session: Session, busy: Town) -> None:
    hoa = busy.officer("hoa", (RECEPTION, busy.binh_hoa))
    lan = actor_of(session, busy.officer("lan2", (SPECIALIST, busy.binh_hoa)), TODAY)
    mine = actor_of(session, hoa, TODAY)
    numbers = {
        scope: (
            len(worklists.urgent(session, mine, scope)),
            len(worklists.urgent(session, lan, scope)),
        )
        for scope in ("mine", "role", "unit")
    }
    assert numbers == {"mine": (0, 0), "role": (1, 0), "unit": (1, 1)}
    (line,) = worklists.urgent(session, mine, "role")
    assert line.urgent


def test_among_chosen_tasks_only_watched_open_ones_are_found(session: Session, busy: Town) -> None:
    head = actor_of(session, busy.officer("truong", (HEAD, busy.an_phu), head=True), TODAY)
    found = worklists.watched_among(session, head, list(range(1, 20)))
    assert [line.unit_name for line in found] == ["UBND xã An Phú"] * 2
    assert worklists.watched_among(session, head, []) == ()
