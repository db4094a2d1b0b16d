"""Who acts: posts of the day, in person and as substitute, and what is supervised."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.domain.access import SUPERVISOR, Held
from engine.domain.errors import NotFound, QuyTrinhError
from engine.persistence import people
from engine.persistence.database import make_engine, unit_of_work
from engine.persistence.tables import SignInRow, SubstituteRow, UnitRow
from tests.databases import statements
from tests.persistence.town import HEAD, NOW, RECEPTION, SPECIALIST, TODAY, Town


def test_an_actor_holds_the_posts_of_the_day(session: Session, town: Town) -> None:
    user = town.officer("lan", (SPECIALIST, town.an_phu))
    town.post(user, RECEPTION, town.an_phu, starts=TODAY, ends=TODAY + timedelta(days=1))
    town.post(user, HEAD, town.an_phu, starts=TODAY + timedelta(days=1))
    town.post(user, HEAD, town.binh_hoa, ends=TODAY)
    actor = people.actor_of(session, user, TODAY)
    assert actor.name == "Lan"
    assert set(actor.posts) == {Held(SPECIALIST, town.an_phu), Held(RECEPTION, town.an_phu)}
    assert actor.supervised == frozenset()


def test_a_substitute_holds_the_post_while_both_are_in_force(session: Session, town: Town) -> None:
    holder, stand_in = town.officer("lan"), town.officer("minh")
    post = town.post(holder, HEAD, town.an_phu, head=True, ends=date(2026, 3, 10))
    session.add(SubstituteRow(post_id=post, user_id=stand_in, starts=TODAY, ends=date(2026, 4, 1)))
    session.flush()
    assert people.actor_of(session, stand_in, TODAY).posts == (
        Held(HEAD, town.an_phu, head=True, substitute_for=holder),
    )
    assert people.actor_of(session, stand_in, TODAY - timedelta(days=1)).posts == ()
    assert people.actor_of(session, stand_in, date(2026, 3, 10)).posts == ()


def test_a_supervisor_supervises_everything_below(session: Session, town: Town) -> None:
    user = town.officer("giam", (SUPERVISOR, town.province))
    assert people.actor_of(session, user, TODAY).supervised == {
        town.province,
        town.department,
        town.an_phu,
        town.binh_hoa,
    }


def test_unknown_and_locked_users_do_not_act(session: Session, town: Town) -> None:
    locked = town.officer("cu", (SPECIALIST, town.an_phu), locked=True)
    for user in (locked, 4711):
        with pytest.raises(NotFound):
            people.actor_of(session, user, TODAY)


def test_actor_and_units_cost_one_statement_once_units_are_known(database: Engine) -> None:
    with unit_of_work(database) as session:
        town = Town(session)
        user = town.officer("lan", (SPECIALIST, town.an_phu))
    for expected in (2, 1):
        with statements(database) as sent, unit_of_work(database) as session:
            people.actor_of(session, user, TODAY)
            assert people.units(session)[town.an_phu].name == "UBND xã An Phú"
        assert len(sent) == expected


def test_another_process_learns_of_a_new_unit(database: Engine) -> None:
    other = make_engine(database.url.render_as_string(hide_password=False))
    with unit_of_work(other, write=False) as session:
        assert people.units(session) == {}
    with unit_of_work(database) as session:
        session.add(UnitRow(code="a", name="A", kind="ubnd-cap-xa"))
    with unit_of_work(other, write=False) as session:
        assert [unit.name for unit in people.units(session).values()] == ["A"]
    other.dispose()


def test_units_of_an_act_that_failed_leave_no_trace(database: Engine) -> None:
    def fail() -> None:
        with unit_of_work(database) as session:
            session.add(UnitRow(code="a", name="A", kind="ubnd-cap-xa"))
            session.flush()
            assert len(people.units(session)) == 1
            raise QuyTrinhError

    with pytest.raises(QuyTrinhError):
        fail()
    with unit_of_work(database) as session:
        assert people.units(session) == {}


def test_holders_come_with_their_open_work_least_first(session: Session, town: Town) -> None:
    busy = town.officer("an", (SPECIALIST, town.an_phu))
    free = town.officer("binh", (SPECIALIST, town.an_phu))
    town.officer("chi", (SPECIALIST, town.binh_hoa))
    town.officer("dung", (SPECIALIST, town.an_phu), locked=True)
    town.task(assignee=busy, offers=((SPECIALIST, town.an_phu), (HEAD, town.an_phu)))
    found = people.holders(session, [(SPECIALIST, town.an_phu)], TODAY)
    assert [(h.user_id, h.open_tasks) for h in found] == [(free, 0), (busy, 1)]
    assert people.holders(session, [], TODAY) == []


def test_a_sign_in_ends_when_expired_ended_or_locked(session: Session, town: Town) -> None:
    user = town.officer("lan")

    def sign_in(key: str) -> None:
        session.add(
            SignInRow(
                key_hash=key,
                user_id=user,
                created_at=NOW,
                expires_at=NOW + timedelta(hours=1),
                seen_at=NOW,
            )
        )
        session.flush()

    sign_in("a")
    sign_in("b")
    found = people.signed_in_user(session, "a", NOW)
    assert found is not None
    assert found[1].id == user
    assert people.signed_in_user(session, "a", NOW + timedelta(hours=1)) is None
    people.end_sign_in(session, "a")
    assert people.signed_in_user(session, "a", NOW) is None
    found[1].locked = True
    session.flush()
    assert people.signed_in_user(session, "b", NOW) is None
    people.end_sign_ins_of(session, user)
    found[1].locked = False
    session.flush()
    assert people.signed_in_user(session, "b", NOW) is None


def test_demo_accounts_are_found(session: Session, town: Town) -> None:
    town.officer("thật")
    town.officer("demo", demo=True)
    assert people.demo_usernames(session) == ["demo"]
    user = people.user_named(session, "thật")
    assert user is not None
    assert user.full_name == "Thật"
    assert people.user_named(session, "không có") is None
