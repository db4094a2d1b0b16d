"""Accounts: signing in, sessions on the server, passwords; units, posts and substitutes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.domain.errors import Misuse, NotFound, NotPermitted, SignInRefused
from engine.domain.journal import sentence
from engine.persistence.tables import PostRow, SignInRow, UnitRow, UserRow
from engine.services import (
    accounts,
    calendars,
    journalling,
    organising,
    own_account,
    tasks,
)
from tests.factories import PASSWORD, World


def sign_in(town: World, who: str = "hoa", password: str = PASSWORD) -> str:
    with town.act() as act:
        return accounts.sign_in(act, who, password, "Firefox")


def test_a_session_is_opened_resumed_and_ended(town: World) -> None:
    key = sign_in(town)
    with town.act(write=False) as act:
        user = accounts.resume(act, key)
        assert user is not None
        assert user.username == "hoa"
        stored = act.session.query(SignInRow).one()
        assert key not in (stored.key_hash, stored.user_agent)  # only its hash
    with town.act("hoa") as act:
        accounts.sign_out(act, key)
    with town.act(write=False) as act:
        assert accounts.resume(act, key) is None
        acts = [line.act for line in town.system_lines(act)][-2:]
    assert acts == ["sign-in:done", "sign-in:ended"]


def test_the_name_is_found_however_it_is_typed(small_town: World) -> None:
    assert sign_in(small_town, " HOA ")


@pytest.mark.parametrize(
    ("who", "password"), [("hoa", "sai-mat-khau"), ("nobody", PASSWORD), ("hoa", "x" * 500)]
)
def test_wrong_names_and_passwords_get_the_same_answer(
    small_town: World, who: str, password: str
) -> None:
    with pytest.raises(SignInRefused) as refused:
        sign_in(small_town, who, password)
    assert str(refused.value) == str(SignInRefused())
    journalling.refused(small_town.app, None, who, refused.value)
    with small_town.act(write=False) as act:
        last = small_town.system_lines(act)[-1]
    assert (last.act, last.facts["username"]) == ("sign-in:refused", who)


def test_a_session_expires(small_town: World) -> None:
    key = sign_in(small_town)
    small_town.clock.advance(small_town.app.settings.session_length)
    with small_town.act(write=False) as act:
        assert accounts.resume(act, key) is None
    sign_in(small_town)
    with small_town.act(write=False) as act:
        assert act.session.query(SignInRow).count() == 1  # the expired one is forgotten


def test_a_locked_account_can_neither_sign_in_nor_go_on(small_town: World) -> None:
    key = sign_in(small_town)
    with small_town.act() as act:
        act.session.get_one(UserRow, small_town.users["hoa"]).locked = True
    with small_town.act(write=False) as act:
        assert accounts.resume(act, key) is None
    with pytest.raises(SignInRefused):
        sign_in(small_town)
    with pytest.raises(NotFound), small_town.act("hoa"):
        pass


def test_a_new_password_ends_all_sessions(small_town: World) -> None:
    key = sign_in(small_town)
    with small_town.act("hoa") as act:
        accounts.set_password(act, "hoa", "mat-khau-moi-cua-toi")
    with small_town.act(write=False) as act:
        assert accounts.resume(act, key) is None
    assert sign_in(small_town, "hoa", "mat-khau-moi-cua-toi")


def test_nobody_sets_the_password_of_another(small_town: World) -> None:
    with pytest.raises(NotPermitted), small_town.act("hanh") as act:
        accounts.set_password(act, "hoa", "mat-khau-moi-cua-toi")
    with pytest.raises(NotFound), small_town.act("uyen") as act:
        accounts.set_password(act, "khong-co", "mat-khau-moi-cua-toi")


@pytest.mark.parametrize(
    ("username", "name", "password"),
    [
        ("hoa", "Hoa", "mat-khau-dai"),  # taken
        ("Có Dấu", "Tên", "mat-khau-dai"),
        ("moi", " ", "mat-khau-dai"),
        ("moi", "Mới", "ngan"),
    ],
)
def test_an_odd_account_is_refused(
    small_town: World, username: str, name: str, password: str
) -> None:
    with pytest.raises(Misuse), small_town.act("uyen") as act:
        accounts.add_user(act, username, name, password)


def test_the_language_is_kept(small_town: World) -> None:
    with small_town.act("hoa") as act:
        accounts.set_language(act, "en")
    with pytest.raises(Misuse), small_town.act("hoa") as act:
        accounts.set_language(act, "tlh")
    with small_town.act(write=False) as act:
        assert act.session.get_one(UserRow, small_town.users["hoa"]).language == "en"


def test_a_substitute_works_only_while_standing_in(small_town: World) -> None:
    case_id = small_town.file()
    small_town.do(case_id, "B1b")
    task = small_town.task(case_id, "B2")
    with small_town.act("uyen") as act:
        post = act.session.get_one(PostRow, small_town.posts["binh"])
        user = act.session.get_one(UserRow, small_town.users["tam"])
        organising.substitute(act, post, user, act.today, act.today + timedelta(days=1))
    for attempt in (tasks.claim, tasks.release):
        with small_town.act("tam") as act:
            attempt(act, task.id)
    small_town.clock.advance(timedelta(days=1))
    with pytest.raises(NotFound), small_town.act("tam") as act:  # a stranger is told nothing
        tasks.claim(act, task.id)


def test_a_post_must_fit_its_unit(small_town: World) -> None:
    with small_town.act("uyen") as act:
        user = act.session.get_one(UserRow, small_town.users["tam"])
        commune = act.session.get_one(UnitRow, small_town.units["ap"])
        for role in ("cv-ncc-snv", "bo-noi-vu", "khong-co"):
            with pytest.raises(Misuse):
                organising.appoint(act, user, role, commune, date(2026, 1, 1))
        for code, kind in (("ap", "ubnd-cap-xa"), ("Xã", "ubnd-cap-xa"), ("x", "khong-co")):
            with pytest.raises(Misuse):
                organising.add_unit(act, code, "Xã X", kind)


def test_the_calendar_is_seeded_once_with_the_years_around(small_town: World) -> None:
    small_town.at("2030-01-02 08:00")
    with small_town.act() as act:
        assert calendars.seed(act) == (2029, 2030, 2031)
    with small_town.act() as act:
        assert calendars.seed(act) == ()


# --- leaders, substitutes, and what the journal says ---------------------------------------------


def said(town: World, act_name: str) -> list[str]:
    with town.act(write=False) as act:
        lines = [line for line in town.system_lines(act) if line.act == act_name]
    return [str(sentence(line.act, line.facts)) for line in lines]


def lead(town: World, who: str, starts: date, ends: date | None = None, unit: str = "ap") -> None:
    with town.act("uyen") as act:
        user = act.session.get_one(UserRow, town.users[who])
        place = act.session.get_one(UnitRow, town.units[unit])
        organising.appoint(act, user, "ld-ubnd-xa", place, starts, ends=ends, leader=True)


def test_a_unit_has_one_leader_at_a_time(town: World) -> None:
    lead(town, "dung", date(2026, 1, 1), date(2026, 7, 1))
    for starts, ends in (
        (date(2026, 6, 30), None),
        (date(2025, 1, 1), None),
        (date(2025, 1, 1), date(2026, 1, 2)),
        (date(2026, 2, 1), date(2026, 3, 1)),
    ):
        with pytest.raises(Misuse, match="Dung"):
            lead(town, "tam", starts, ends)
    lead(town, "tam", date(2026, 7, 1))  # from the day on which the other ends
    lead(town, "son", date(2025, 1, 1), date(2026, 1, 1))
    lead(town, "vinh", date(2026, 2, 1), unit="bm")


def test_a_period_that_is_empty_is_refused(small_town: World) -> None:
    with pytest.raises(Misuse):
        lead(small_town, "dung", date(2026, 2, 1), date(2026, 2, 1))
    with small_town.act("uyen") as act:
        post = act.session.get_one(PostRow, small_town.posts["binh"])
        user = act.session.get_one(UserRow, small_town.users["tam"])
        with pytest.raises(Misuse):
            organising.substitute(act, post, user, date(2026, 2, 2), date(2026, 2, 1))


def test_the_journal_names_roles_and_people(small_town: World) -> None:
    given, stood_in = said(small_town, "post:given"), said(small_town, "substitute:set")
    assert "Giao chức danh Giám sát tại UBND tỉnh Sông Hồng cho Phuc." in given
    assert not any(role in line for line in given for role in ("cv-ncc-xa", "giam-sat"))
    name = small_town.app.roles["cv-ncc-xa"].name
    assert stood_in == [f"Cử Son thay Binh làm {name} tại UBND xã An Phú từ 01/07/2025."]


def test_ones_own_account_leaves_its_traces(small_town: World) -> None:
    key = sign_in(small_town)
    sign_in(small_town)
    with small_town.act("hoa") as act:
        own_account.end_other_sessions(act, key)
        assert [one.current for one in own_account.sessions(act, key)] == [True]
    assert said(small_town, "sign-in:others-ended") == ["Đăng xuất khỏi mọi máy khác."]
    with pytest.raises(SignInRefused) as refused, small_town.act("hoa") as act:
        own_account.change_password(act, "sai-mat-khau", "mat-khau-moi-cua-toi")
    journalling.refused(small_town.app, small_town.users["hoa"], "hoa", refused.value)
    with small_town.act(write=False) as act:
        line = small_town.system_lines(act)[-1]
    assert (line.act, line.actor, line.facts) == (
        "user:password-refused",
        "Hoa",
        {"username": "hoa"},
    )
