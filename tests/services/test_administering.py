"""Accounts, office hours, and who may keep any of it: administrators alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from engine.domain.errors import Conflict, Misuse, NotPermitted, SignInRefused
from engine.domain.journal import sentence
from engine.persistence.calendars import load_calendar
from engine.persistence.tables import SubstituteRow, TaskRow, UserRow
from engine.services import (
    accounts,
    desks,
    office_hours,
    organising,
    own_account,
    posts,
    staff,
    tasks,
    units,
    vacancies,
)
from engine.services.units import UnitFacts
from tests.factories import PASSWORD, World


def said(town: World, act_name: str) -> list[str]:
    with town.act(write=False) as act:
        lines = [line for line in town.system_lines(act) if line.act == act_name]
    return [str(sentence(line.act, line.facts)) for line in lines]


# --- accounts ------------------------------------------------------------------------------------


def test_a_reset_password_is_new_ends_sessions_and_must_be_changed(town: World) -> None:
    with town.act() as act:
        key = accounts.sign_in(act, "hoa", PASSWORD)
    with town.act("uyen") as act:
        password = staff.reset_password(act, town.users["hoa"])
    with town.act() as act:
        assert accounts.resume(act, key) is None
        accounts.sign_in(act, "hoa", password)
        assert act.session.get_one(UserRow, town.users["hoa"]).must_change
    with town.act("hoa") as act, pytest.raises(Misuse, match="khác"):
        own_account.change_password(act, password, password)
    with town.act("hoa") as act:
        own_account.change_password(act, password, "mot-cau-cua-rieng-toi")
        assert not act.session.get_one(UserRow, town.users["hoa"]).must_change
    with town.act(write=False) as act:
        stored_text = " ".join(str(line.facts) for line in town.system_lines(act))
    assert password not in stored_text


def test_a_lock_ends_sessions_and_puts_the_work_on_the_desk_back_into_its_queue(
    small_town: World,
) -> None:
    task_id = small_town.task(small_town.file(), "B1b").id
    with small_town.act("hoa") as act:
        tasks.claim(act, task_id)
        key = accounts.sign_in(act, "hoa", PASSWORD)
    with small_town.act("uyen") as act:
        assert staff.lock(act, small_town.users["hoa"]) == 1
        with pytest.raises(Misuse, match="đã khóa"):
            staff.lock(act, small_town.users["hoa"])
    with small_town.act() as act:
        assert accounts.resume(act, key) is None
        with pytest.raises(SignInRefused):
            accounts.sign_in(act, "hoa", PASSWORD)
    with small_town.act("hanh") as act:
        assert act.session.get_one(TaskRow, task_id).assignee_id is None
        tasks.claim(act, task_id)
    with small_town.act("uyen") as act:
        staff.unlock(act, small_town.users["hoa"])
    assert said(small_town, "user:unlocked") == ["Mở khóa tài khoản hoa."]


def test_nobody_locks_or_demotes_themself_or_the_last_administrator(small_town: World) -> None:
    uyen, tam = small_town.users["uyen"], small_town.users["tam"]
    for attempt in (
        lambda act: staff.lock(act, uyen),
        lambda act: staff.change(act, uyen, "Uyen", administrator=False, analyst=False),
    ):
        for who in ("uyen", None):  # by herself, and by the command line
            with pytest.raises(Misuse), small_town.act(who) as act:
                attempt(act)
    with small_town.act("uyen") as act:
        staff.change(act, tam, "Tâm", administrator=True, analyst=False)
    with small_town.act("tam") as act:
        staff.change(act, uyen, "Uyên", administrator=False, analyst=True)
    assert said(small_town, "user:changed")[-1] == (
        "Sửa tài khoản uyen: họ và tên, quyền quản trị, quyền phân tích."
    )


def test_sessions_are_seen_and_ended_one_by_one(small_town: World) -> None:
    hoa = small_town.users["hoa"]
    with small_town.act() as act:
        keys = [accounts.sign_in(act, "hoa", PASSWORD, agent) for agent in ("Firefox", "Chrome")]
    small_town.clock.advance(timedelta(minutes=20))
    with small_town.act() as act:
        found = accounts.recognise(act, keys[0])
        assert found is not None
        assert found.unseen
        accounts.note_seen(act, keys[0])
    with small_town.act("uyen") as act:
        first, other = staff.sessions(act, hoa)
        assert (first.user_agent, first.seen_at > other.seen_at) == ("Firefox", True)
        assert staff.revoke(act, hoa, first.key_hash) == 1
        assert staff.revoke(act, hoa, first.key_hash) == 0
    with small_town.act() as act:
        assert [accounts.resume(act, key) is None for key in keys] == [True, False]
    with small_town.act("uyen") as act:
        assert staff.revoke(act, hoa) == 1
    assert said(small_town, "sign-in:revoked") == ["Kết thúc phiên đăng nhập của hoa: 1 phiên."] * 2


def test_people_are_found_however_they_are_typed(small_town: World) -> None:
    with small_town.act("uyen") as act:
        staff.change(act, small_town.users["lan"], "Trần Thị Lan", administrator=False,
                     analyst=False)  # fmt: skip
        staff.change(act, small_town.users["nga"], "Trần Thị Lan", administrator=False,
                     analyst=False)  # fmt: skip
    with small_town.act("uyen") as act:
        assert staff.meant(act, "Trần Thị Lan (lan)").username == "lan"
        assert staff.meant(act, " HOA ").username == "hoa"
        with pytest.raises(Misuse, match="lan, nga"):
            staff.meant(act, "tran thi lan")
        with pytest.raises(Misuse, match="Không có"):
            staff.meant(act, "ai đó")
        assert [line.username for line in staff.listed(act, "TRẦN lân").lines] == ["lan", "nga"]
        postless = staff.listed(act, which=staff.Filter.POSTLESS).lines
        assert {line.username for line in postless} == {"tam", "uyen", "vinh"}


# --- office hours --------------------------------------------------------------------------------


def test_new_office_hours_hold_for_what_is_counted_from_then_on(town: World) -> None:
    case_id = town.file()
    before = town.task(case_id, "B1b").due_at
    with town.act("uyen") as act:
        assert office_hours.staying(act) > 0
        shifts = office_hours.read([("7:00", "11h"), ("", ""), ("13.30", "16:30")])
        office_hours.save(act, shifts, "Giờ mùa hè")
        assert load_calendar(act.session, act.app.settings.shifts).hours_per_day == 7
    with town.act(write=False) as act:
        calendar = load_calendar(act.session, act.app.settings.shifts, town.units["ap"])
        assert calendar.shifts == shifts
    assert town.task(case_id, "B1b").due_at == before
    after = town.task(town.file(), "B1b").due_at
    assert after != before
    assert said(town, "setting:saved") == ["Lưu cấu hình “Giờ làm việc”: 07:00–11:00, 13:30–16:30."]


@pytest.mark.parametrize(
    ("written", "about"),
    [
        ([("", "")], "ít nhất một ca"),
        ([("8", "12:00")], "Ca 1"),
        ([("25:00", "26:00")], "không phải là giờ"),
        ([("12:00", "08:00")], "sau giờ bắt đầu"),
        ([("08:00", "12:00"), ("11:00", "15:00")], "không chồng"),
        ([("19:00", "20:00")], "yên tĩnh"),
    ],
)
def test_odd_office_hours_are_refused(
    small_town: World, written: list[tuple[str, str]], about: str
) -> None:
    with pytest.raises(Misuse, match=about), small_town.act("uyen") as act:
        office_hours.save(act, office_hours.read(written), "Thử")


def test_office_hours_are_not_saved_over_another_administrators(small_town: World) -> None:
    shifts = office_hours.read([("08:00", "12:00"), ("13:00", "17:00")])
    with small_town.act("uyen") as act:
        row_id = office_hours.save(act, shifts, "Thử").id
    with pytest.raises(Conflict), small_town.act("uyen") as act:
        office_hours.save(act, office_hours.read([("08:00", "12:00")]), "Thử")
    with pytest.raises(Misuse, match="giống hệt"), small_town.act("uyen") as act:
        office_hours.save(act, shifts, "Thử", row_id)


# --- who may -------------------------------------------------------------------------------------

ATTEMPTS: dict[str, Callable[[Any, World], object]] = {
    "edit a unit": lambda act, town: units.edit(act, town.units["ap"], UnitFacts("x", "y")),
    "close a unit": lambda act, town: units.close(act, town.units["ap"], "x"),
    "reopen a unit": lambda act, town: units.reopen(act, town.units["ap"]),
    "list units": lambda act, _: units.listed(act),
    "end a post": lambda act, town: posts.end(act, town.posts["binh"], act.today),
    "hand a post on": lambda act, town: posts.hand_on(
        act, town.posts["binh"], town.users["tam"], act.today
    ),
    "mark a post": lambda act, town: posts.mark(
        act, town.posts["binh"], act.today, head=True, leader=False
    ),
    "end a substitution": lambda act, _: posts.end_substitute(
        act, act.session.query(SubstituteRow).first().id, act.today
    ),
    "list people": lambda act, _: staff.listed(act),
    "change a user": lambda act, town: staff.change(
        act, town.users["tam"], "x", administrator=True, analyst=True
    ),
    "lock": lambda act, town: staff.lock(act, town.users["tam"]),
    "unlock": lambda act, town: staff.unlock(act, town.users["tam"]),
    "reset a password": lambda act, town: staff.reset_password(act, town.users["tam"]),
    "see sessions": lambda act, town: staff.sessions(act, town.users["tam"]),
    "revoke sessions": lambda act, town: staff.revoke(act, town.users["tam"]),
    "see vacancies": lambda act, _: vacancies.vacancies(act),
    "set office hours": lambda act, _: office_hours.save(act, (), "x"),
}


@pytest.mark.parametrize("what", ATTEMPTS)
def test_only_administrators_keep_units_people_and_posts(small_town: World, what: str) -> None:
    for who in ("hoa", "phuc", "vinh", "tam"):
        with pytest.raises(NotPermitted), small_town.act(who) as act:
            ATTEMPTS[what](act, small_town)


def test_a_day_is_a_day(small_town: World) -> None:
    assert str(organising.period_text(date(2026, 1, 1), date(2027, 1, 1))) == (
        "từ 01/01/2026 đến hết 31/12/2026"
    )


def test_work_goes_back_to_its_queue_on_the_morning_after_a_post_has_ended(town: World) -> None:
    mine, others = (town.task(town.file(), "B1b").id for _ in range(2))
    with town.act("hoa") as act:
        tasks.claim(act, mine)
    with town.act("hanh") as act:
        tasks.claim(act, others)
    with town.act("uyen") as act:
        posts.end(act, town.posts["hoa"], date(2026, 3, 3))
    desks.clear_round(town.app)
    with town.act(write=False) as act:
        assert act.session.get_one(TaskRow, mine).assignee_id == town.users["hoa"]
    town.at("2026-03-03 00:00")
    again = desks.clear_round(town.app)
    with town.act(write=False) as act:
        assert act.session.get_one(TaskRow, mine).assignee_id is None
        assert act.session.get_one(TaskRow, others).assignee_id == town.users["hanh"]
    assert again is not None
    assert again.isoformat() == "2026-03-04T00:00:00+07:00"
