"""Moving work to another desk, and choosing the unit where the drawing leaves it open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.errors import Misuse, NotFound, TaskClosed, UnitChoiceNeeded
from engine.persistence import worklists
from engine.persistence.journal_store import lines_of
from engine.persistence.tables import (
    CaseRoleUnitRow,
    CaseUnitRow,
    OfferRow,
    PostRow,
    UnitRow,
    UserRow,
)
from engine.services import reassigning, tasks, viewing
from tests.factories import World


def test_the_candidates_are_holders_and_substitutes_with_their_burden(town: World) -> None:
    for _ in range(2):
        case_id = town.file()
        town.do(case_id, "B1b")
        with town.act("binh") as act:
            tasks.claim(act, town.task(case_id, "B2").id)
    town.clock.advance(town.app.settings.session_length * 20)
    task = town.task(case_id, "B2")
    with town.act("phuc", write=False) as act:
        found = {one.name: one for one in reassigning.holders(act, task.id)}
    assert set(found) == {"Binh", "Son"}
    assert (found["Binh"].open_tasks, found["Binh"].overdue_tasks) == (2, 2)
    assert (found["Son"].open_tasks, found["Son"].substitute) == (0, True)


def test_a_reassigned_task_lies_on_the_other_desk_with_its_draft(town: World) -> None:
    case_id = town.file()
    task = town.task(case_id, "B1b")
    with town.act("hoa") as act:
        tasks.save_draft(act, task.id, {"ly_do_bo_sung": "…"})
    with town.act("phuc") as act:
        reassigning.reassign(act, task.id, town.users["hanh"], "  Nghỉ   phép.  ")
    moved = town.task(case_id, "B1b")
    assert (moved.assignee_id, moved.draft) == (town.users["hanh"], {"ly_do_bo_sung": "…"})
    with town.act(write=False) as act:
        assert act.session.query(OfferRow).one().assignee_id == town.users["hanh"]
    town.do(case_id, "B1b", who="hanh")
    assert "task:reassigned" in town.acts(case_id)


def test_a_reassignment_that_makes_no_sense_is_refused(small_town: World) -> None:
    case_id = small_town.file()
    task_id = small_town.task(case_id, "B1b").id
    for user, reason in (("quan", "Vì."), ("tam", "Vì."), ("hanh", " ")):
        with pytest.raises(Misuse), small_town.act("phuc") as act:
            reassigning.reassign(act, task_id, small_town.users[user], reason)
    with pytest.raises(NotFound), small_town.act("phuc") as act:
        reassigning.reassign(act, 4711, small_town.users["hanh"], "Vì.")
    small_town.do(case_id, "B1b")
    with pytest.raises(TaskClosed), small_town.act("phuc") as act:
        reassigning.reassign(act, task_id, small_town.users["hanh"], "Vì.")


# --- units ---------------------------------------------------------------------------------------


@pytest.fixture
def two_departments(town: World) -> World:
    """A province with two units of the kind that the next step needs."""
    with town.act() as act:
        act.session.add(
            UnitRow(code="snv2", name="Sở Nội vụ 2", kind="so-noi-vu", parent_id=town.units["tinh"])
        )
        act.session.flush()
        town.units["snv2"] = act.session.query(UnitRow).filter_by(code="snv2").one().id
    return town


def test_the_officer_chooses_where_several_units_could_do_it(two_departments: World) -> None:
    town = two_departments
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", "B4")
    task, answers = town.task(case_id, "B5"), town.answers_to(case_id, "B5")
    with pytest.raises(UnitChoiceNeeded) as needed, town.act("giang") as act:
        tasks.complete(act, task.id, answers)
    assert needed.value.role == "van-thu-snv"
    assert set(needed.value.options) == {town.units["snv"], town.units["snv2"]}
    assert town.open_elements(case_id) == ["B5"]  # nothing has happened yet
    with town.act("giang") as act:
        tasks.complete(act, task.id, answers, {"van-thu-snv": town.units["snv"]})
    assert town.task(case_id, "B11").unit_id == town.units["snv"]
    assert "unit:chosen" in town.acts(case_id)
    with town.act(write=False) as act:
        (stored,) = act.session.query(CaseRoleUnitRow).all()
        assert (stored.role, stored.unit_id) == ("van-thu-snv", town.units["snv"])
        seen = {row.unit_id for row in act.session.query(CaseUnitRow).all()}
    assert seen == {town.units["ap"], town.units["snv"]}


def test_a_chosen_unit_is_asked_for_once_per_role(two_departments: World) -> None:
    town = two_departments
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", "B4")
    roles = ("van-thu-snv", "cv-ncc-snv", "ld-phong-ncc-snv")
    choices = dict.fromkeys(roles, town.units["snv"])
    for element in ("B5", "B11", "B12"):
        answers, task = town.answers_to(case_id, element), town.task(case_id, element)
        with town.act(town.officer(task)) as act:
            tasks.complete(act, task.id, answers, choices)
    # Returned to the specialist: the unit is remembered.
    town.do(case_id, "B13a", y_kien_B13a="tra_lai", ly_do_tra_lai_B13a="Thiếu.")
    assert town.task(case_id, "B12").unit_id == town.units["snv"]


def test_a_unit_that_was_not_offered_is_not_taken(two_departments: World) -> None:
    town = two_departments
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", "B4")
    task, answers = town.task(case_id, "B5"), town.answers_to(case_id, "B5")
    with pytest.raises(UnitChoiceNeeded), town.act("giang") as act:
        tasks.complete(act, task.id, answers, {"van-thu-snv": town.units["bm"]})


# --- who has lost the post -----------------------------------------------------------------------


@pytest.fixture
def left(town: World) -> tuple[World, int, int]:
    """A task claimed by somebody whose post ends the next day."""
    case_id = town.file()
    task_id = town.task(case_id, "B1b").id
    with town.act("hanh") as act:
        tasks.claim(act, task_id)
        post = act.session.get_one(PostRow, town.posts["hanh"])
        post.ends = act.today + timedelta(days=1)
    town.at("2026-03-03 08:00")
    return town, case_id, task_id


Left = tuple[World, int, int]


def test_who_has_lost_the_post_does_nothing_with_what_they_claimed(left: Left) -> None:
    town, case_id, task_id = left
    answers = town.answers_to(case_id, "B1b")
    for attempt in (
        lambda act: tasks.claim(act, task_id),
        lambda act: tasks.release(act, task_id),
        lambda act: tasks.save_draft(act, task_id, {}),
        lambda act: tasks.complete(act, task_id, answers),
    ):
        with pytest.raises(NotFound), town.act("hanh") as act:  # a stranger is told nothing
            attempt(act)
    with town.act("hanh", write=False) as act:
        assert worklists.inbox(act.session, act.actor, "mine").lines == ()


def test_a_holder_sees_and_takes_over_what_was_left_behind(left: Left) -> None:
    town, case_id, task_id = left
    with town.act("hoa", write=False) as act:
        page = viewing.task_page(act, task_id)
        assert (page.may_claim, page.may_complete, page.may_reassign) == (True, True, True)
        assert viewing.case_page(act, case_id).workable == {task_id}
        (line,) = worklists.inbox(act.session, act.actor, "unit").lines
        assert (line.task_id, line.assignee_name) == (task_id, "Hanh")
    with town.act("hoa") as act:
        assert tasks.claim(act, task_id).assignee_id == town.users["hoa"]
    with town.act(write=False) as act:
        assert act.session.query(OfferRow).one().assignee_id == town.users["hoa"]
        line = lines_of(act.session, case_id)[-1]
    assert (line.act, line.facts["from_id"]) == ("task:claimed", town.users["hanh"])


def test_what_was_left_behind_is_completed_or_given_to_somebody_else(left: Left) -> None:
    town, case_id, task_id = left
    with town.act("phuc") as act:
        assert {one.name for one in reassigning.holders(act, task_id)} == {"Hoa"}
        reassigning.reassign(act, task_id, town.users["hoa"], "Hạnh đã chuyển công tác.")
    town.do(case_id, "B1b", who="hoa")
    assert town.task(case_id, "B1b").state == "done"


def test_a_locked_account_leaves_its_work_behind_too(town: World) -> None:
    case_id = town.file()
    with town.act("hanh") as act:
        tasks.claim(act, town.task(case_id, "B1b").id)
        act.session.get_one(UserRow, town.users["hanh"]).locked = True
    town.do(case_id, "B1b", who="hoa")
    assert town.task(case_id, "B1b").closed_by_id == town.users["hoa"]
