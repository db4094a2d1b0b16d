"""Filing, locking and projecting: each row once, each step of an act in few statements."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.domain.access import TaskSubject
from engine.domain.errors import CaseMoved
from engine.domain.states import TaskState, TimerState
from engine.persistence import cases, work
from engine.persistence.database import unit_of_work
from engine.persistence.tables import CaseRow, OfferRow, PauseRow, TaskRow, TimerRow
from tests.databases import statements
from tests.persistence.town import HEAD, NOW, SPECIALIST, Town


def timer(case: CaseRow, token: str = "t1", **fields: object) -> TimerRow:  # noqa: S107
    values = {
        "state": TimerState.WAITING,
        "fires_at": NOW,
        "try_at": NOW,
        "opened_at": NOW,
        **fields,
    }
    return TimerRow(case_id=case.id, token=token, process="qt02", element="B6_cho", **values)


def test_numbers_of_a_unit_and_year_have_no_doubles_and_no_holes(database: Engine) -> None:
    with unit_of_work(database) as session:
        town = Town(session)
    found: list[int] = []

    def file() -> None:
        with unit_of_work(database) as session:
            found.append(cases.next_number(session, town.an_phu, 2026))

    threads = [threading.Thread(target=file) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [1, 2, 3, 4, 5]
    with unit_of_work(database) as session:
        assert cases.next_number(session, town.an_phu, 2027) == 1
        assert cases.next_number(session, town.binh_hoa, 2026) == 1


def test_a_filing_sent_twice_is_filed_once(session: Session, town: Town) -> None:
    town.case(filing_key="one")
    with pytest.raises(IntegrityError), session.begin_nested():
        town.case(filing_key="one")


def test_a_case_is_written_once_with_what_an_act_changed(session: Session, town: Town) -> None:
    case = cases.lock_case(session, town.case().id)
    assert case is not None
    before = case.row_version
    case.data, case.applicant = {"ten": "Hoà"}, "Trần Thị Hoà"
    with statements(session.get_bind()) as said:
        cases.write_case(session, case)
        session.flush()
        cases.write_case(session, case)
    assert len(said) == 1
    assert case not in session.dirty
    session.expire_all()
    assert (case.data, case.applicant) == ({"ten": "Hoà"}, "Trần Thị Hoà")
    assert case.row_version == before + 1
    case.applicant = "Trần Thị Mai"
    session.flush()
    assert case.row_version == before + 2


def test_a_case_that_moved_meanwhile_is_not_written(session: Session, town: Town) -> None:
    case = town.case()
    session.execute(update(CaseRow).values(row_version=CaseRow.row_version + 1))
    set_committed_value(case, "row_version", 1)
    case.applicant = "Trần Thị Hoà"
    with pytest.raises(CaseMoved):
        cases.write_case(session, case)
    session.expunge(case)


def test_a_locked_case_has_its_state_text(session: Session, town: Town) -> None:
    case = town.case(state_text=b"\x00tree")
    task_id = town.task(case=case)
    session.expunge_all()
    found = cases.lock_case_of_task(session, task_id)
    assert found is not None
    assert found.id == case.id
    assert "state_text" not in inspect(found).unloaded
    assert found.state_text == b"\x00tree"
    assert cases.lock_case_of_task(session, 4711) is None
    assert cases.lock_case(session, case.id) is found


def test_pages_do_not_read_the_state_text(session: Session, town: Town) -> None:
    case_id = town.case().id
    session.expunge_all()
    assert "state_text" in inspect(session.get_one(CaseRow, case_id)).unloaded


def test_a_case_is_locked_by_a_timer_that_still_waits(session: Session, town: Town) -> None:
    case = town.case()
    waiting, fired = timer(case), timer(case, "t2", state=TimerState.FIRED)
    session.add_all([waiting, fired])
    session.flush()
    assert cases.lock_case_of_timer(session, waiting.id) is case
    assert cases.lock_case_of_timer(session, fired.id) is None


def test_a_worker_passes_over_a_case_somebody_acts_on(database: Engine) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("one writer at a time: the worker waits for the file")
    with unit_of_work(database) as session:
        case = Town(session).case()
        waiting = timer(case)
        session.add(waiting)
    with unit_of_work(database) as officer, unit_of_work(database) as worker:
        assert cases.lock_case(officer, case.id) is not None
        assert cases.lock_case_of_timer(worker, waiting.id) is None


def test_surroundings_are_one_statement(database: Engine) -> None:
    with unit_of_work(database) as session:
        town = Town(session)
        case, other = town.case(), town.case()
        waiting = timer(case)
        session.add_all([waiting, timer(other), timer(case, "t2", state=TimerState.FIRED)])
        cases.note_units(session, case.id, [town.department, town.department])
        cases.note_choices(session, case.id, {SPECIALIST: town.binh_hoa})
        cases.note_choices(session, case.id, {})
        session.flush()
        with statements(database) as sent:
            around = cases.surroundings(session, case.id)
        assert len(sent) == 1
    assert around.units == {town.an_phu, town.department}
    assert around.subject.units == around.units
    assert around.chosen == {SPECIALIST: town.binh_hoa}
    assert around.timers == {"t1": waiting.id}


def test_pauses_come_in_order(session: Session, town: Town) -> None:
    case = town.case()
    for days in (3, 1):
        session.add(PauseRow(case_id=case.id, reason="x", starts_at=NOW + timedelta(days=days)))
    session.flush()
    assert [p.starts_at - NOW for p in cases.pauses(session, case.id)] == [
        timedelta(days=1),
        timedelta(days=3),
    ]
    assert cases.receipts(session, case.id) == []


def test_new_tasks_are_two_statements_and_found_by_token(database: Engine) -> None:
    with unit_of_work(database) as session:
        town = Town(session)
        case = town.case()
        new = [
            work.NewTask(
                case_id=case.id,
                token=token,
                process="qt02",
                element="B6",
                name="Niêm yết",
                external=False,
                role=SPECIALIST,
                round=1,
                opened_at=NOW,
                due_at=NOW,
                due_text="",
                due_explanation={"rule": "x"},
                sort_due=NOW,
                offers=((SPECIALIST, town.an_phu), (HEAD, town.an_phu)),
                procedure_key="qt02",
            )
            for token in ("b", "a")
        ]
        with statements(database) as sent:
            ids = work.open_tasks(session, new)
        assert len(sent) == 2
        found = work.open_tasks_of(session, case.id)
        assert [found[token].row.id for token in ("b", "a")] == ids
        assert found["a"].subject == TaskSubject(
            frozenset({(SPECIALIST, town.an_phu), (HEAD, town.an_phu)}), None
        )
        assert work.open_tasks(session, []) == []


def test_closed_tasks_leave_every_queue(session: Session, town: Town) -> None:
    case = town.case()
    task_id = town.task(case=case)
    task = session.get_one(TaskRow, task_id)
    task.state = TaskState.DONE
    session.flush()
    work.remove_offers(session, [task_id])
    work.remove_offers(session, [])
    assert work.open_tasks_of(session, case.id) == {}
    assert work.offers_of(session, task_id) == frozenset()


def test_assigning_moves_the_task_between_queues(session: Session, town: Town) -> None:
    user = town.officer("lan")
    task = session.get_one(TaskRow, town.task())
    for assignee in (user, None):
        work.assign(session, task, assignee)
        assert task.assignee_id == assignee
        assert session.scalars(select(OfferRow.assignee_id)).one() == assignee


def test_undated_tasks_follow_the_case_in_their_queue(session: Session, town: Town) -> None:
    case = town.case()
    dated = town.task(NOW, case=case, token="a")
    undated = town.task(None, case=case, token="b")
    later = NOW + timedelta(days=9)
    work.follow_case_due(session, case.id, later)
    places = dict(list(session.execute(select(OfferRow.task_id, OfferRow.sort_due))))
    assert places == {dated: NOW, undated: later}


def test_due_timers_come_longest_due_first_and_the_next_one_is_known(
    session: Session, town: Town
) -> None:
    assert work.next_timer(session) is None
    case = town.case()
    moments = {"a": NOW, "b": NOW - timedelta(days=1), "c": NOW + timedelta(days=1)}
    rows = {token: timer(case, token, try_at=moment) for token, moment in moments.items()}
    session.add_all(rows.values())
    session.flush()
    assert work.due_timers(session, NOW, 10) == [rows["b"].id, rows["a"].id]
    assert work.due_timers(session, NOW, 1) == [rows["b"].id]
    rows["b"].state = TimerState.WITHDRAWN
    session.flush()
    assert work.due_timers(session, NOW, 10) == [rows["a"].id]
    assert work.next_timer(session) == NOW
