"""Editing the escalation ladders: what holds for what, since when, and what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from sqlalchemy import select

from engine.domain.errors import BadRung, Conflict, Misuse, NotFound, NotPermitted
from engine.domain.ladder import DEFAULT, Subject, Tells
from engine.persistence.tables import LadderRow, PostRow
from engine.services import ladders, rungs
from engine.services.escalating import escalate_due
from engine.services.ladders import Scope
from tests.factories import QT02, World
from tests.services.test_escalating import at_b2, climb, lead, reached

EVERYTHING = Scope(Subject.TASK)
OFFICERS = Scope(Subject.TASK, QT02, "cv-ncc-xa")
SHORT = [("50%", "holders", False), ("+2", "above", False)]


def save(town: World, scope: Scope, written: ladders.Written, seen: int | None = None) -> int:
    with town.act("uyen") as act:
        return ladders.save(act, scope, written, "Theo Quyết định 12.", seen).id


def test_a_ladder_holds_for_what_opens_after_it_was_saved(town: World) -> None:
    before = at_b2(town, None)
    own = save(town, OFFICERS, SHORT)
    after = at_b2(town, None)
    assert (town.task(before, "B2").ladder_id, town.task(after, "B2").ladder_id) == (None, own)
    assert climb(town, "2026-03-03 08:00") == ["binh", "son"]  # half of the two days
    assert climb(town, "2026-03-06 08:00").count("phuc") == 2
    assert reached(town, after) == [("task", 1), ("task", 2)]
    assert reached(town, before) == [("task", 1), ("task", 2), ("task", 3)]


def test_the_nearest_ladder_holds_and_removing_it_lets_the_more_general_one_hold(
    small_town: World,
) -> None:
    general = save(small_town, EVERYTHING, [("0", "head", False)])
    of_role = save(small_town, Scope(Subject.TASK, None, "cv-ncc-xa"), [("+1", "head", False)])
    of_procedure = save(small_town, Scope(Subject.TASK, QT02), [("+2", "head", False)])
    own = save(small_town, OFFICERS, SHORT)
    for holding, scope in ((own, OFFICERS), (of_procedure, Scope(Subject.TASK, QT02))):
        assert small_town.task(at_b2(small_town, None), "B2").ladder_id == holding
        with small_town.act("uyen") as act:
            ladders.remove(act, scope, "Không cần nữa.", holding)
    assert small_town.task(at_b2(small_town, None), "B2").ladder_id == of_role
    with small_town.act("uyen", write=False) as act:
        found = [(one.scope, one.row.id if one.row else None) for one in ladders.in_force(act)]
        assert found == [
            (EVERYTHING, general),
            (Scope(Subject.TASK, None, "cv-ncc-xa"), of_role),
            (Scope(Subject.CASE), None),
        ]
        lines = [line for line in small_town.system_lines(act) if line.act == "ladder:saved"]
        assert len(lines) == 6
        assert "Quyết định 12" in lines[0].facts["reason"]
        assert ladders.holding(act, OFFICERS)[1].rungs[0].days == 1


def test_saving_again_ends_the_one_before_and_keeps_its_history(small_town: World) -> None:
    first = save(small_town, EVERYTHING, SHORT)
    small_town.at("2026-03-05 09:00")
    second = save(small_town, EVERYTHING, [("0", "leader", False)], first)
    with small_town.act("uyen", write=False) as act:
        newest, oldest = ladders.history(act, EVERYTHING)
        assert (newest.id, newest.ended_at) == (second, None)
        assert (oldest.id, oldest.ended_at) == (first, act.now)
        assert (newest.saved_by, newest.reason) == ("Uyen", "Theo Quyết định 12.")


def test_two_administrators_cannot_both_change_the_same_ladder(town: World) -> None:
    def try_(days: int) -> bool:
        try:
            save(town, EVERYTHING, [(f"+{days}", "head", False)])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_, (1, 2))) == [False, True]
    with town.act(write=False) as act:
        assert len(act.session.scalars(select(LadderRow)).all()) == 1


def test_what_makes_no_sense_is_refused_and_nothing_remains(small_town: World) -> None:
    saved = save(small_town, EVERYTHING, SHORT)
    refusals: list[tuple[Scope, ladders.Written, str, type[Exception]]] = [
        (EVERYTHING, [], "Vì sao", Misuse),
        (EVERYTHING, [("x", "head", False)], "Vì sao", BadRung),
        (EVERYTHING, SHORT, "Vì sao", Misuse),  # the same again
        (EVERYTHING, [("0", "head", False)], " ", Misuse),
        (EVERYTHING, [("0", "head", False)], "x" * 301, Misuse),
        (Scope(Subject.TASK, "qt99"), SHORT, "Vì sao", NotFound),
        (Scope(Subject.TASK, None, "thay-cung"), SHORT, "Vì sao", NotFound),
        (Scope(Subject.CASE, None, "cv-ncc-xa"), SHORT, "Vì sao", NotFound),
    ]
    for scope, written, reason, error in refusals:
        with pytest.raises(error), small_town.act("uyen") as act:
            ladders.save(act, scope, written, reason, saved if scope == EVERYTHING else None)
    with pytest.raises(NotPermitted), small_town.act("hoa") as act:
        ladders.save(act, EVERYTHING, SHORT, "Vì sao", saved)
    with pytest.raises(NotFound), small_town.act("uyen") as act:
        ladders.remove(act, OFFICERS, "Vì sao")
    with small_town.act("uyen", write=False) as act:
        assert [row.id for row in ladders.history(act, EVERYTHING)] == [saved]
        assert len([x for x in small_town.system_lines(act) if x.act == "ladder:saved"]) == 1


def test_a_ladder_that_tells_nobody_is_refused_and_gaps_are_pointed_out(
    small_town: World,
) -> None:
    with small_town.act("uyen", write=False) as act:
        found = ladders.gaps(act, OFFICERS, DEFAULT[Subject.TASK])
        assert [(gap.tells, gap.instead) for gap in found] == [
            (Tells.HEAD, Tells.ABOVE),
            (Tells.LEADER, Tells.ABOVE),
        ]
        assert set(found[0].units) == {small_town.units["ap"], small_town.units["bm"]}
    lead(small_town, dung=False)
    with small_town.act("uyen", write=False) as act:
        found = ladders.gaps(act, OFFICERS, DEFAULT[Subject.TASK])
        assert (Tells.HEAD, Tells.LEADER) in [(gap.tells, gap.instead) for gap in found]
    with small_town.act() as act:
        for who in ("phuc", "dung"):
            act.session.get_one(PostRow, small_town.posts[who]).ends = act.today
    with pytest.raises(Misuse, match="không báo được cho ai"), small_town.act("uyen") as act:
        ladders.save(act, OFFICERS, [("0", "head", False)], "Vì sao")


def test_the_preview_shows_real_dates(small_town: World) -> None:
    with small_town.act("uyen", write=False) as act:
        seen = ladders.example(act, EVERYTHING, DEFAULT[Subject.TASK])
        of_case = ladders.example(act, Scope(Subject.CASE), DEFAULT[Subject.CASE])
    assert f"{seen.opened_at:%d/%m %H:%M}" == "09/03 01:00"  # the Monday after, 8:00 in Vietnam
    assert [f"{moment:%d/%m %H:%M}" for moment in seen.moments] == [
        "12/03 08:30",
        "16/03 01:00",
        "17/03 01:00",
        "19/03 01:00",
    ]
    assert f"{of_case.due_at:%d/%m %H:%M}" == "06/04 10:00"


def test_a_task_and_its_case_show_what_was_told_and_what_comes(small_town: World) -> None:
    lead(small_town, dung=False)
    case_id = at_b2(small_town, None)
    climb(small_town, "2026-03-04 08:00")
    with small_town.act("hoa", write=False) as act:
        task, case = small_town.task(case_id, "B2"), small_town.case(case_id)
        of_task = rungs.of_task(act, task, case)
        of_case = rungs.of_case(act, case)
    assert of_task is not None
    assert of_case is not None
    assert [(one.done, one.names) for one in of_task.steps] == [
        (True, ("Binh", "Son")),
        (True, ("Dung",)),  # nobody heads: the leader
        (False, ("Dung",)),
        (False, ("Phuc",)),
    ]
    assert [one.names for one in of_case.steps] == [("Binh", "Son"), ("Hoa",), ("Dung",), ("Phuc",)]
    assert [one.apology for one in of_case.steps] == [False, True, False, False]
    assert of_case.steps[0].moment > of_task.steps[-1].moment
    small_town.do(case_id, "B2")
    with small_town.act("hoa", write=False) as act:
        closed = rungs.of_task(act, small_town.task(case_id, "B2"), case)
        assert closed is not None
        assert [one.done for one in closed.steps] == [True, True]


def test_while_the_clock_stands_still_the_ladder_of_the_case_waits(small_town: World) -> None:
    case_id = at_b2(small_town, None)
    with small_town.act() as act:
        case = small_town.case(case_id)
        case.state, case.remind_at = "paused", None
        shown = rungs.of_case(act, case)
        assert shown is not None
        assert (shown.waits, shown.steps) == (True, ())
    assert escalate_due(small_town.app).reached == 0
    assert DEFAULT[Subject.CASE].rungs[0].share == Fraction(3, 4)
