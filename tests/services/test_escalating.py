"""Escalation: each rung told once, to the right person, whatever happens to worker and work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from engine.domain.errors import NotFound
from engine.domain.states import ApologyState
from engine.persistence import journal_store
from engine.persistence.people import units
from engine.persistence.tables import (
    ApologyRow,
    CaseRow,
    EscalationRow,
    IncidentRow,
    NoticeRow,
    OfferRow,
    PostRow,
    TaskRow,
)
from engine.services import escalating, notifying, tasks
from engine.services.escalating import Climb, escalate_due
from tests.factories import World
from tests.services.test_walks import DAMAGED

#: B2 of An Phú is offered to Binh, and to Son who stands in for him. Two working days.
OPENED, REMINDED, DUE = "2026-03-02 08:00", "2026-03-03 13:30", "2026-03-04 08:00"
DAY_LATE, THREE_LATE = "2026-03-05 08:00", "2026-03-09 08:00"


def lead(town: World, **leading: bool) -> None:
    """Lets people lead their units, and head their roles."""
    with town.act() as act:
        for who, head in leading.items():
            post = act.session.get_one(PostRow, town.posts[who])
            post.head, post.leader = head, not head


def at_b2(town: World, who: str | None = "binh") -> int:
    """A case whose B2 is open, and taken."""
    case_id = town.file()
    town.do(case_id, "B1b")
    if who:
        with town.act(who) as act:
            tasks.claim(act, town.task(case_id, "B2").id)
    return case_id


def climb(town: World, moment: str) -> list[str]:
    """Who is told by a worker that wakes at a moment."""
    town.at(moment)
    before = _notices(town)
    escalate_due(town.app)
    names = {user_id: name for name, user_id in town.users.items()}
    return [names[notice.user_id] for notice in _notices(town)[len(before) :]]


def _notices(town: World) -> list[NoticeRow]:
    with town.act(write=False) as act:
        return list(act.session.scalars(select(NoticeRow).order_by(NoticeRow.id)))


def reached(town: World, case_id: int) -> list[tuple[str, int]]:
    with town.act(write=False) as act:
        rows = act.session.scalars(
            select(EscalationRow).where(EscalationRow.case_id == case_id).order_by(EscalationRow.id)
        )
        return [(row.subject.partition(":")[0], row.rung) for row in rows]


def whole(town: World) -> bool:
    with town.act(write=False) as act:
        return journal_store.verify(act.session) == []


def test_a_step_goes_late_and_each_rung_reaches_the_right_person_once(town: World) -> None:
    lead(town, hung=True, dung=False)
    with town.act() as act:  # Hung heads Binh's role
        act.session.get_one(PostRow, town.posts["hung"]).role = "cv-ncc-xa"
    case_id = at_b2(town)
    assert climb(town, "2026-03-03 13:29") == []
    assert climb(town, REMINDED) == ["son"]  # Binh is away: Son stands in for him
    assert climb(town, "2026-03-04 07:59") == []
    assert climb(town, DUE) == ["hung"]
    assert climb(town, DUE) == []
    assert climb(town, DAY_LATE) == ["dung"]
    assert climb(town, THREE_LATE) == ["phuc"]
    assert climb(town, "2026-04-01 08:00") == []
    assert reached(town, case_id) == [("task", 1), ("task", 2), ("task", 3), ("task", 4)]
    kinds = [(notice.kind, notice.message["params"].get("days")) for notice in _notices(town)]
    assert kinds == [("reminder", None), ("overdue", None), ("overdue", 1), ("overdue", 3)]
    assert town.acts(case_id)[-4:] == ["ladder:reached"] * 4
    assert whole(town)


def test_after_downtime_each_person_gets_one_message_and_each_rung_is_written(
    small_town: World,
) -> None:
    case_id = at_b2(small_town, None)
    told = climb(small_town, THREE_LATE)
    assert told == ["binh", "phuc", "son"]  # nobody heads or leads: Phuc hears of three rungs once
    assert reached(small_town, case_id) == [("task", n) for n in (1, 2, 3, 4)]
    (said,) = {str(notice.message["params"]["days"]) for notice in _notices(small_town)}
    assert said == "3"
    # Nobody has taken it up: those who could are not called its holders.
    (template,) = {str(notice.message["template"]) for notice in _notices(small_town)}
    assert "chưa ai nhận. Người nhận được: %(holders)s" in template
    assert small_town.acts(case_id).count("ladder:reached") == 1
    small_town.at("2026-03-03 08:00")  # somebody sets the machine's clock back
    assert escalate_due(small_town.app).reached == 0
    assert climb(small_town, THREE_LATE) == []


def test_work_that_is_done_is_reminded_of_no_more(small_town: World) -> None:
    case_id = at_b2(small_town, None)
    small_town.at("2026-03-03 09:00")
    small_town.do(case_id, "B2")
    assert town_rungs(small_town, case_id, "B2") == (0, None)
    climb(small_town, "2026-03-06 08:00")
    with small_town.act(write=False) as act:
        subjects = act.session.scalars(select(EscalationRow.subject)).all()
    assert f"task:{small_town.task(case_id, 'B2').id}" not in subjects


def town_rungs(town: World, case_id: int, element: str) -> tuple[int, object]:
    task = town.task(case_id, element)
    return task.rung, task.remind_at


def test_the_promised_date_opens_a_letter_of_apology_one_working_day_before(town: World) -> None:
    lead(town, dung=False)
    case_id = at_b2(town)
    with town.act() as act:  # the step itself is not the point
        act.session.execute(update(TaskRow).values(remind_at=None))
    due = town.case(case_id).due_at
    assert due is not None
    town.clock.move_to(due - timedelta(days=1, minutes=1))
    assert climb(town, "2026-05-04 16:00") == ["son"]  # three quarters of the term
    assert climb(town, "2026-05-21 17:00") == ["hoa"]  # who heads the counter
    with town.act(write=False) as act:
        (letter,) = act.session.scalars(select(ApologyRow))
        assert (letter.state, letter.due_at) == (ApologyState.DRAFT, due)
    assert climb(town, "2026-05-22 17:00") == ["dung"]
    assert climb(town, "2026-05-27 17:00") == ["phuc"]
    kinds = [notice.kind for notice in _notices(town)]
    assert kinds == ["reminder", "apology", "overdue", "overdue"]
    assert town.acts(case_id)[-4:] == [
        "ladder:reached",
        "apology:drafted",
        "ladder:reached",
        "ladder:reached",
    ]
    assert whole(town)


def test_while_the_legal_clock_stands_still_the_cases_rungs_wait(small_town: World) -> None:
    case_id = small_town.file()
    small_town.walk(case_id, "B1b", "B2", "B6", **DAMAGED)
    with small_town.act() as act:
        case = act.session.get_one(CaseRow, case_id)
        assert case.remind_at is not None
        case.state = "paused"  # though a reminder was left behind
    assert climb(small_town, "2026-05-22 18:00") == []
    assert reached(small_town, case_id) == []


def test_a_date_that_moves_and_comes_back_is_told_of_once(small_town: World) -> None:
    case_id = at_b2(small_town, None)
    climb(small_town, DAY_LATE)
    before = reached(small_town, case_id)
    with small_town.act() as act:  # as if it had moved ahead and back again meanwhile
        act.session.execute(
            update(TaskRow)
            .where(TaskRow.id == small_town.task(case_id, "B2").id)
            .values(rung=1, remind_at=act.now)
        )
    assert climb(small_town, DAY_LATE) == []
    assert reached(small_town, case_id) == before
    assert town_rungs(small_town, case_id, "B2")[0] == 3


def test_where_nobody_is_there_administrators_are_told_once(small_town: World) -> None:
    first, second = at_b2(small_town, None), at_b2(small_town, None)
    with small_town.act() as act:
        for who in ("phuc", "binh"):
            act.session.get_one(PostRow, small_town.posts[who]).ends = act.today
    assert climb(small_town, DUE) == ["uyen"]
    with small_town.act(write=False) as act:
        (incident,) = act.session.scalars(select(IncidentRow))
        assert incident.kind == "ladder"
        assert units(act.session)[small_town.units["ap"]].name in incident.name
        assert incident.times == 2
    assert reached(small_town, first) == reached(small_town, second) == [("task", 1), ("task", 2)]


def test_a_rung_that_fails_harms_no_other_and_is_tried_later_and_later(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = at_b2(small_town, None), at_b2(small_town, None)
    task = small_town.task(broken, "B2")
    tell = notifying.tell

    def refuse(act, user_ids, notice):  # type: ignore[no-untyped-def]
        if notice.task_id == task.id:
            raise RuntimeError("no")
        tell(act, user_ids, notice)

    monkeypatch.setattr(notifying, "tell", refuse)
    small_town.at(REMINDED)
    delays = []
    for number in range(1, 5):
        round_ = escalate_due(small_town.app)
        assert (round_.failed, round_.reached) == (1, 1 if number == 1 else 0)
        moment = small_town.task(broken, "B2").remind_at
        assert moment is not None
        delays.append(moment - small_town.clock.now())
        with small_town.act(write=False) as act:
            assert len(act.session.scalars(select(IncidentRow)).all()) == (number >= 3)
        small_town.clock.move_to(moment)
    assert delays == list(escalating.DELAYS[:4])
    assert reached(small_town, sound)[0] == ("task", 1)
    assert reached(small_town, broken) == []
    monkeypatch.undo()
    with small_town.act("uyen") as act:
        escalating.retry(act, escalating.incident_key(escalating.Subject.TASK, task.id))
        with pytest.raises(NotFound):
            escalating.retry(act, "rung:task:x")
    assert escalate_due(small_town.app).reached >= 1
    assert reached(small_town, broken)[0] == ("task", 1)
    assert whole(small_town)
    with small_town.act(write=False) as act:
        (incident,) = act.session.scalars(select(IncidentRow))
        assert incident.outcome == "solved"
        assert small_town.task(broken, "B2").remind_failures == 0


def test_two_workers_tell_each_rung_once(town: World) -> None:
    cases = [at_b2(town, None) for _ in range(4)]
    town.at(THREE_LATE)
    together = Barrier(2)

    def sweep(_: int) -> int:
        together.wait(timeout=10)
        return escalate_due(town.app).reached

    with ThreadPoolExecutor(2) as pool:
        told = sum(pool.map(sweep, range(2)))
    told += escalate_due(town.app).reached
    assert told == 4
    assert len(_notices(town)) == 4 * 3
    for case_id in cases:
        assert reached(town, case_id) == [("task", n) for n in (1, 2, 3, 4)]
        assert town.acts(case_id).count("ladder:reached") == 1
    assert whole(town)


def test_a_round_does_no_more_than_its_limit_and_asks_little_when_nothing_is_due(
    small_town: World,
) -> None:
    for _ in range(3):
        at_b2(small_town, None)
    small_town.at(DUE)
    assert escalate_due(small_town.app, limit=2) == Climb(2, 0, small_town.clock.now())
    assert escalate_due(small_town.app).reached == 1
    with small_town.act(write=False) as act:
        waiting = act.session.scalars(select(TaskRow.remind_at).where(TaskRow.state == "open"))
        coming = min(moment for moment in waiting if moment is not None)
    assert escalate_due(small_town.app) == Climb(0, 0, coming)


def test_what_is_offered_to_nobody_does_not_stop_a_rung(small_town: World) -> None:
    """Two posts may do it: both units' people hear of it, and offers gone are no error."""
    case_id = at_b2(small_town, None)
    with small_town.act() as act:
        act.session.execute(
            update(OfferRow).where(OfferRow.case_id == case_id).values(role="van-thu-xa")
        )
    assert climb(small_town, REMINDED) == ["giang"]
