"""One transaction per act: all or nothing, lost races told, readers never in the way."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from engine.domain.errors import CaseMoved, NaiveMoment, QuyTrinhError
from engine.persistence.cases import lock_case
from engine.persistence.database import unit_of_work
from engine.persistence.tables import CaseRow, PostRow, UnitRow
from tests.persistence.town import NOW, TODAY, Town


def unit_names(database: Engine) -> list[str]:
    with unit_of_work(database, write=False) as session:
        return list(session.scalars(select(UnitRow.name)))


def test_it_commits_at_the_end(database: Engine) -> None:
    with unit_of_work(database) as session:
        session.add(UnitRow(code="a", name="Xã Ả", kind="ubnd-cap-xa"))
    assert unit_names(database) == ["Xã Ả"]


def test_any_exception_rolls_everything_back(database: Engine) -> None:
    def fail() -> None:
        with unit_of_work(database) as session:
            session.add(UnitRow(code="a", name="A", kind="ubnd-cap-xa"))
            session.flush()
            raise QuyTrinhError

    with pytest.raises(QuyTrinhError):
        fail()
    assert unit_names(database) == []


def test_rows_stay_readable_afterwards(database: Engine) -> None:
    with unit_of_work(database) as session:
        case = Town(session).case()
    assert case.code == "AP-2026-000001"
    assert case.row_version == 1


def test_a_reader_may_not_write(database: Engine) -> None:
    with (
        pytest.raises((RuntimeError, DBAPIError)),
        unit_of_work(database, write=False) as session,
    ):
        session.add(UnitRow(code="a", name="A", kind="ubnd-cap-xa"))
    assert unit_names(database) == []


def test_a_reader_sees_what_was_committed_while_a_writer_writes(database: Engine) -> None:
    with unit_of_work(database) as session:
        session.add(UnitRow(code="a", name="A", kind="ubnd-cap-xa"))
        session.flush()
        assert unit_names(database) == []


def test_a_case_that_moved_meanwhile_is_a_conflict(database: Engine) -> None:
    with unit_of_work(database) as session:
        case_id = Town(session).case().id

    def act() -> None:
        with unit_of_work(database) as session:
            case = session.get_one(CaseRow, case_id)
            session.execute(text("UPDATE case_file SET row_version = row_version + 1"))
            case.outcome = "E1"

    with pytest.raises(CaseMoved):
        act()


def test_two_acts_on_one_case_follow_each_other_and_both_count(database: Engine) -> None:
    with unit_of_work(database) as session:
        case_id = Town(session).case().id

    def act() -> None:
        with unit_of_work(database) as session:
            case = lock_case(session, case_id)
            assert case is not None
            case.data = {**case.data, "count": case.data.get("count", 0) + 1}

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work(database, write=False) as session:
        assert session.get_one(CaseRow, case_id).data == {"count": 4}


def test_what_refers_to_nothing_is_refused(database: Engine) -> None:
    with pytest.raises(IntegrityError), unit_of_work(database) as session:
        session.add(PostRow(user_id=99, role="x", unit_id=99, starts=TODAY))


def test_moments_come_back_aware(session: Session) -> None:
    case = Town(session).case()
    session.expire_all()
    assert case.filed_at == NOW
    assert case.filed_at.tzinfo is not None


def test_naive_moments_are_refused(database: Engine) -> None:
    with pytest.raises(StatementError, match=str(NaiveMoment())), unit_of_work(database) as session:
        Town(session).case(filed_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_json_keeps_vietnamese_letters_and_the_order_of_keys(session: Session) -> None:
    case = Town(session).case(data={"b": "Nguyễn", "a": 1})
    stored = session.execute(
        text("SELECT CAST(data AS TEXT) FROM case_file WHERE id = :id"), {"id": case.id}
    ).scalar_one()
    assert stored == '{"b":"Nguyễn","a":1}'
