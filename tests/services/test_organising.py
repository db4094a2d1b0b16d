"""Units, posts and substitutes as administrators keep them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.domain.errors import Misuse, NotFound
from engine.domain.journal import sentence
from engine.domain.working_calendar import ONE_DAY
from engine.persistence import people, worklists
from engine.persistence import staff as stored
from engine.persistence.journal_store import lines_of
from engine.persistence.queues import Scope
from engine.persistence.tables import PostRow, TaskRow, UnitRow
from engine.services import (
    organising,
    posts,
    staff,
    tasks,
    units,
    vacancies,
    viewing,
)
from engine.services.units import UnitFacts
from tests.factories import World


def said(town: World, act_name: str) -> list[str]:
    with town.act(write=False) as act:
        lines = [line for line in town.system_lines(act) if line.act == act_name]
    return [str(sentence(line.act, line.facts)) for line in lines]


def facts(town: World, key: str, **other: Any) -> UnitFacts:
    with town.act(write=False) as act:
        row = act.session.get_one(UnitRow, town.units[key])
        told = {name: getattr(row, name) for name in units.FIELDS}
    return UnitFacts(**{**told, **other})


def add_commune(town: World, code: str = "moi", above: str = "tinh") -> int:
    with town.act("uyen") as act:
        told = UnitFacts("UBND xã Mới", "ubnd-cap-xa", town.units[above], sign="UBND", place="Mới")
        return units.add(act, code, told).id


def standing_before_binh(town: World) -> int:
    """A dossier whose next step is binh's: the id of the task."""
    case_id = town.file()
    town.do(case_id, "B1b")
    return town.task(case_id, "B2").id


# --- units ---------------------------------------------------------------------------------------


def test_a_unit_tells_what_letterheads_need_and_the_journal_what_changed(town: World) -> None:
    with town.act("uyen") as act:
        told = facts(town, "ap", name="  UBND xã   An Phú Đông ", sign="UBND", place="An Phú Đông")
        assert units.edit(act, town.units["ap"], told) == ["name", "sign", "place"]
    with town.act("uyen") as act:
        assert units.edit(act, town.units["ap"], facts(town, "ap")) == []
        row = act.session.get_one(UnitRow, town.units["ap"])
        assert (row.name, row.sign) == ("UBND xã An Phú Đông", "UBND")
        assert people.units(act.session)[row.id].name == row.name
    assert said(town, "unit:changed") == ["Sửa đơn vị UBND xã An Phú Đông: tên, ký hiệu, địa danh."]


def test_no_unit_stands_above_itself(small_town: World) -> None:
    below = add_commune(small_town, above="ap")
    for above in (small_town.units["ap"], below):
        with pytest.raises(Misuse, match="trực thuộc"), small_town.act("uyen") as act:
            units.edit(act, small_town.units["ap"], facts(small_town, "ap", parent_id=above))


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        ({"name": " "}, "tên đơn vị"),
        ({"name": "x" * 201}, "200"),
        ({"kind": "khong-co"}, "khong-co"),
        ({"kind": "so-noi-vu"}, "đã có chức danh"),
        ({"parent_id": 999}, "cấp trên"),
    ],
)
def test_odd_facts_of_a_unit_are_refused(
    small_town: World, wrong: dict[str, Any], about: str
) -> None:
    with pytest.raises(Misuse, match=about), small_town.act("uyen") as act:
        units.edit(act, small_town.units["ap"], facts(small_town, "ap", **wrong))


def test_a_unit_with_work_is_not_closed_and_says_what_is_in_the_way(small_town: World) -> None:
    small_town.file()
    with pytest.raises(Misuse) as refused, small_town.act("uyen") as act:
        units.close(act, small_town.units["ap"], "Sáp nhập")
    told = str(refused.value)
    assert "1 việc đang mở" in told
    assert "1 hồ sơ" in told
    assert "chức danh đang giao" in told


def test_a_unit_without_work_is_closed_with_its_posts_and_gets_no_work_any_more(
    town: World,
) -> None:
    with pytest.raises(Misuse, match="chọn thôi giao"), town.act("uyen") as act:
        units.close(act, town.units["bm"], "Sáp nhập")
    with town.act("uyen") as act:
        units.close(act, town.units["bm"], "Sáp nhập vào An Phú", end_posts=True)
    with town.act("uyen", write=False) as act:
        assert people.units(act.session)[town.units["bm"]].closed
        assert not stored.posts(act.session, unit_id=town.units["bm"], lasting_on=act.today)
        assert people.actor_of(act.session, town.users["quan"], act.today).posts == ()
        assert town.units["bm"] not in {one.unit_id for one in vacancies.vacancies(act)}
    assert said(town, "unit:ended") == [
        "Ngừng hoạt động đơn vị UBND xã Bình Minh: Sáp nhập vào An Phú."
    ]
    with town.act("uyen") as act:
        user, unit = staff.named(act, "tam"), act.session.get_one(UnitRow, town.units["bm"])
        with pytest.raises(Misuse, match="ngừng hoạt động"):
            organising.appoint(act, user, "cv-ncc-xa", unit, act.today)
        assert not units.reopen(act, unit.id).closed


def test_a_unit_above_others_is_not_closed(small_town: World) -> None:
    with pytest.raises(Misuse, match="đơn vị trực thuộc"), small_town.act("uyen") as act:
        units.close(act, small_town.units["tinh"], "Thử", end_posts=True)


def test_roles_that_nobody_holds_are_told(small_town: World) -> None:
    with small_town.act("uyen", write=False) as act:
        found = {one.unit_id: {role.id for role in one.roles} for one in vacancies.vacancies(act)}
    assert small_town.units["ap"] not in found
    assert {"van-thu-xa", "ld-ubnd-xa"} <= found[small_town.units["bm"]]
    assert "ubnd-xa" not in found[small_town.units["bm"]]  # no deployed drawing asks for it


# --- posts ---------------------------------------------------------------------------------------


def test_nobody_is_given_what_they_hold(small_town: World) -> None:
    with small_town.act("uyen") as act:
        user = staff.named(act, "binh")
        unit = act.session.get_one(UnitRow, small_town.units["ap"])
        with pytest.raises(Misuse, match=r"đã được giao .* từ 01/07/2025"):
            organising.appoint(act, user, "cv-ncc-xa", unit, act.today)


def test_a_post_ended_today_gives_its_work_back_to_the_queue(town: World) -> None:
    task_id = standing_before_binh(town)
    with town.act("binh") as act:
        tasks.claim(act, task_id)
    with town.act("uyen") as act:
        ended = posts.end(act, town.posts["binh"], act.today)
        assert (ended.returned, ended.handed) == (1, 0)
    with town.act(write=False) as act:
        row = act.session.get_one(TaskRow, task_id)
        assert row.assignee_id is None
        assert lines_of(act.session, row.case_id)[-1].act == "task:released"
    name = town.app.roles["cv-ncc-xa"].name
    assert said(town, "post:ended") == [
        f"Thôi giao chức danh {name} tại UBND xã An Phú cho Binh từ 02/03/2026."
    ]
    with pytest.raises(NotFound), town.act("son") as act:  # his substitute went with him
        tasks.claim(act, task_id)


def test_a_post_that_ends_later_leaves_the_desk_alone_until_then(small_town: World) -> None:
    task_id = standing_before_binh(small_town)
    with small_town.act("binh") as act:
        tasks.claim(act, task_id)
    with small_town.act("uyen") as act:
        assert posts.end(act, small_town.posts["binh"], act.today + ONE_DAY).returned == 0
        with pytest.raises(Misuse, match="thôi giao từ"):
            posts.end(act, small_town.posts["binh"], act.today + 2 * ONE_DAY)
    with small_town.act("binh") as act:
        tasks.release(act, task_id)


def test_a_post_never_taken_up_is_taken_back(small_town: World) -> None:
    with small_town.act("uyen") as act:
        unit = act.session.get_one(UnitRow, small_town.units["bm"])
        later = act.today + timedelta(days=30)
        post = organising.appoint(act, staff.named(act, "tam"), "van-thu-xa", unit, later)
        organising.substitute(act, post, staff.named(act, "son"), later)
        post_id = post.id
    with small_town.act("uyen") as act:
        posts.end(act, post_id, act.today)
    with small_town.act(write=False) as act:
        assert act.session.get(PostRow, post_id) is None


def test_a_post_is_handed_on_with_its_work_and_marks(town: World) -> None:
    case_id = town.file()
    task_id = town.task(case_id, "B1b").id
    with town.act("hoa") as act:
        tasks.claim(act, task_id)
    with town.act("uyen") as act:
        given, ended = posts.hand_on(act, town.posts["hoa"], town.users["tam"], act.today)
        assert (given.head, ended.handed) == (True, 1)
    with town.act(write=False) as act:
        assert act.session.get_one(TaskRow, task_id).assignee_id == town.users["tam"]
        line = lines_of(act.session, case_id)[-1]
        assert (line.act, line.facts["to"]) == ("task:reassigned", "Tam")
        assert people.actor_of(act.session, town.users["hoa"], act.today).posts == ()


def test_leaders_follow_each_other_on_a_day(small_town: World) -> None:
    with small_town.act("uyen") as act:
        led = posts.mark(act, small_town.posts["dung"], act.today, head=True, leader=True)
        with pytest.raises(Misuse, match="Dung"):
            posts.mark(act, small_town.posts["cuong"], act.today, head=False, leader=True)
        given, _ = posts.hand_on(
            act, led.id, small_town.users["tam"], act.today + timedelta(days=10)
        )
        assert (given.leader, given.starts) == (True, act.today + timedelta(days=10))
        assert led.ends == given.starts


def test_marks_keep_substitutes(small_town: World) -> None:
    with small_town.act("uyen") as act:
        marked = posts.mark(act, small_town.posts["binh"], act.today, head=True, leader=False)
        subs = [sub.user_id for sub in stored.substitutes_of(act.session, marked.id)]
    assert subs == [small_town.users["son"]]


# --- substitutes ---------------------------------------------------------------------------------


def test_work_shows_to_holder_and_substitute_and_the_journal_names_both(town: World) -> None:
    task_id = standing_before_binh(town)
    for who in ("binh", "son"):
        with town.act(who, write=False) as act:
            page = worklists.inbox(act.session, act.actor, Scope.ROLE)
            assert task_id in [line.task_id for line in page.lines]
    with town.act("son") as act:
        row = tasks.claim(act, task_id)
        case_id = row.case_id
    with town.act("binh", write=False) as act:  # what the substitute took is still before him
        page = worklists.inbox(act.session, act.actor, Scope.UNIT)
        assert task_id in [line.task_id for line in page.lines]
    town.do(case_id, "B2", who="son")
    with town.act("binh", write=False) as act:
        page = viewing.case_page(act, case_id)
        by_son = [line for line in page.journal if line.actor_id == town.users["son"]]
        assert {line.act for line in by_son} >= {"task:claimed", "task:completed"}
        for line in by_son:
            if line.act in ("task:claimed", "task:completed"):
                assert line.facts["on_behalf_of"] == town.users["binh"]
        assert page.people[town.users["binh"]] == "Binh"


def test_a_substitute_sent_home_leaves_the_work(town: World) -> None:
    task_id = standing_before_binh(town)
    with town.act("son") as act:
        tasks.claim(act, task_id)
    with town.act("uyen") as act:
        (line,) = stored.substitutes(act.session, post_ids=[town.posts["binh"]])
        assert posts.end_substitute(act, line.id, act.today).returned == 1
    with town.act("binh") as act:
        tasks.claim(act, task_id)
    assert said(town, "substitute:ended")[0].startswith("Thôi cử Son thay Binh")


@pytest.mark.parametrize(
    ("who", "starts", "ends", "about"),
    [
        ("binh", 0, None, "tự thay"),
        ("son", 0, 5, "đã được cử"),
        ("tam", 3, 3, "sau ngày bắt đầu"),
        ("tam", -900, -800, "nằm ngoài"),
    ],
)
def test_an_odd_substitution_is_refused(
    small_town: World, who: str, starts: int, ends: int | None, about: str
) -> None:
    with small_town.act("uyen") as act:
        post = act.session.get_one(PostRow, small_town.posts["binh"])
        last = None if ends is None else act.today + timedelta(days=ends)
        user = staff.named(act, who)
        with pytest.raises(Misuse, match=about):
            organising.substitute(act, post, user, act.today + timedelta(days=starts), last)
