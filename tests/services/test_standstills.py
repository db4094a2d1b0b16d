"""The legal clock that stands still: overlaps, acceptance, dates, receipts and queues."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.domain.clock import ZONE, local
from engine.persistence import worklists
from engine.persistence.tables import CaseRow, OfferRow, PauseRow
from engine.persistence.watching import Standing, Wanted
from engine.persistence.worklists import FAR
from engine.ports import UploadedFile
from engine.services import board, pausing, viewing
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, SPECIALIST, file, finish, publish
from tests.services.test_walks import COMMUNE, EXPERTS, MINISTRY, PROVINCE

EVIDENCE = UploadedFile("cong-van.pdf", b"%PDF-1.4\n%%EOF\n")


def due(town: World, case_id: int) -> datetime:
    moment = town.case(case_id).due_at
    assert moment is not None
    return local(moment)


def pause(town: World, case_id: int, reason: str = "Chờ.") -> None:
    with town.act("phuc") as act:
        pausing.pause(act, case_id, reason, EVIDENCE)


def resume(town: World, case_id: int) -> None:
    with town.act("phuc") as act:
        pausing.resume(act, case_id)


def pauses(town: World, case_id: int) -> list[PauseRow]:
    with town.act("phuc", write=False) as act:
        return list(viewing.case_page(act, case_id).pauses)


def days_left(town: World, case_id: int) -> int | None:
    with town.act("phuc", write=False) as act:
        return viewing.case_page(act, case_id).days_left


def sorts(town: World, case_id: int) -> list[datetime]:
    with town.act(write=False) as act:
        rows = act.session.query(OfferRow).filter_by(case_id=case_id).order_by(OfferRow.id)
        return [offer.sort_due for offer in rows]


# --- overlaps ------------------------------------------------------------------------------------


def waiting(town: World, **properties: str) -> CaseRow:
    """A dossier before a wait that stops the clock."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", due="9 ngày làm việc"),
        drawn.user("W", clock="paused"),
        drawn.end(),
        drawn.line("S", "N", "A", "W", "E"),
        lanes={COUNTER: "A W"},
        **properties,
    )
    return file(town)


@pytest.mark.parametrize("term", [None, "9 ngày làm việc"])
def test_overlapping_pauses_count_once(town: World, term: str | None) -> None:
    case = waiting(town, **({"legal_term": term} if term else {}))
    assert due(town, case.id) == datetime(2026, 3, 13, 17, tzinfo=ZONE)
    town.at("2026-03-03 08:00")
    finish(town, case.id, "A")  # W stops the clock
    town.at("2026-03-05 08:00")
    pause(town, case.id)
    town.at("2026-03-10 08:00")
    resume(town, case.id)  # W still does
    assert town.case(case.id).state == "paused"
    assert len(town.receipts(case.id)) == 1
    town.at("2026-03-12 08:00")
    pause(town, case.id)
    town.at("2026-03-24 08:00")
    finished = finish(town, case.id, "W")  # the act's pause ends with the case
    # 3 to 24 March is one standstill of 21 days, three weeks of five.
    assert finished.due_at is not None
    assert local(finished.due_at) == datetime(2026, 4, 3, 17, tzinfo=ZONE)
    assert [one.ends_at is not None for one in pauses(town, case.id)] == [True] * 3


def test_an_expected_date_moves_once_the_whole_standstill_is_over(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("W", clock="paused"),
        drawn.user("A", due="9 ngày làm việc"),
        drawn.end(),
        drawn.line("S", "N", "W", "A", "E"),
        lanes={COUNTER: "A W"},
    )
    case = file(town)
    before = due(town, case.id)
    town.at("2026-03-04 08:00")
    pause(town, case.id)
    town.at("2026-03-16 08:00")
    finish(town, case.id, "W")
    assert (town.case(case.id).state, due(town, case.id)) == ("paused", before)
    town.at("2026-03-23 08:00")
    resume(town, case.id)
    assert due(town, case.id) == before + timedelta(days=21)
    _, second = town.receipts(case.id)
    assert second.reason == "Tạm dừng tính thời hạn từ 02/03/2026 đến 23/03/2026."
    # Again: the days that count already do not count twice.
    pause(town, case.id)
    town.at("2026-03-24 08:00")
    resume(town, case.id)
    assert due(town, case.id) == before + timedelta(days=24)  # over a week-end


def test_overlapping_pauses_of_a_case_at_the_experts(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, **EXPERTS)
    before = due(town, case_id)
    town.at("2026-03-05 08:00")
    pause(town, case_id)
    town.at("2026-03-09 08:00")
    town.do(case_id, "S1")
    assert (town.case(case_id).state, due(town, case_id)) == ("paused", before)
    town.at("2026-03-16 08:00")
    resume(town, case_id)
    assert town.case(case_id).state == "running"
    assert due(town, case_id) == before + timedelta(days=14)
    assert [receipt.term for receipt in town.receipts(case_id)] == [
        "56 ngày làm việc",
        "99 ngày làm việc",
        "99 ngày làm việc",
    ]


# --- acceptance ----------------------------------------------------------------------------------


def accepted_beside(town: World) -> CaseRow:
    """Acceptance in one branch while a wait and a timer stand open in the others."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.gateway("parallel", "P"),
        drawn.user("A", due="1 ngày làm việc", acceptance="true"),
        drawn.user("W", clock="paused"),
        drawn.timer("T", "10 ngày", clock="paused"),
        drawn.gateway("parallel", "J"),
        drawn.user("B", due="theo giấy hẹn"),
        drawn.end(),
        drawn.line("S", "N", "P", "A", "J", "B", "E"),
        drawn.line("P", "W", "J"),
        drawn.line("P", "T", "J"),
        lanes={COUNTER: "A W B"},
        legal_term="5 ngày làm việc",
    )
    return file(town)


def test_acceptance_stops_the_clock_where_a_pausing_wait_is_open_already(town: World) -> None:
    case = accepted_beside(town)
    assert pauses(town, case.id) == []
    town.at("2026-03-03 08:00")
    accepted = finish(town, case.id, "A")
    assert accepted.state == "paused"
    begun = pauses(town, case.id)
    assert {one.reason for one in begun} == {"W", "T"}
    assert {(one.task_id is None, one.timer_id is None) for one in begun} == {
        (False, True),
        (True, False),
    }
    town.pass_posting(case.id)  # 13 March, 00:00
    assert town.case(case.id).state == "paused"
    town.at("2026-03-16 08:00")
    finish(town, case.id, "W")
    assert town.case(case.id).state == "running"
    # Of five working days after 3 March none has passed when the clock runs again on the 17th.
    assert due(town, case.id) == datetime(2026, 3, 23, 17, tzinfo=ZONE)
    assert town.task(case.id, "B").due_at == town.receipts(case.id)[-1].due_at


def test_a_pause_with_the_words_of_a_wait_is_the_acts_alone(town: World) -> None:
    case = waiting(town, legal_term="20 ngày làm việc")
    finish(town, case.id, "A")
    pause(town, case.id, "W")
    finished = finish(town, case.id, "W")
    assert finished.state == "finished"


# --- what is shown -------------------------------------------------------------------------------


@pytest.mark.parametrize("term", [None, "9 ngày làm việc"])
def test_a_paused_case_says_how_many_days_it_has_left(town: World, term: str | None) -> None:
    case = waiting(town, **({"legal_term": term} if term else {}))
    assert days_left(town, case.id) is None
    town.at("2026-03-04 08:00")
    finish(town, case.id, "A")
    town.at("2026-04-20 08:00")
    assert days_left(town, case.id) == 7  # 5, 6 and 9 to 13 March


# --- receipts ------------------------------------------------------------------------------------


def test_waits_that_follow_each_other_issue_one_receipt(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, "B18")
    town.clock.advance(timedelta(days=7))
    town.do(case_id, "S2")
    assert len(town.receipts(case_id)) == 1
    town.clock.advance(timedelta(days=7))
    town.do(case_id, "S3")
    _, second = town.receipts(case_id)
    assert second.reason == "Tạm dừng tính thời hạn từ 02/03/2026 đến 16/03/2026."
    town.walk(case_id, *MINISTRY[3:-1])
    assert town.task(case_id, "B22").due_at == second.due_at == town.case(case_id).due_at


def test_a_standstill_that_moves_nothing_issues_no_receipt(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    for begins, ends in (
        ("2026-03-03 08:00", "2026-03-03 16:00"),
        ("2026-03-06 16:00", "2026-03-08 09:00"),
    ):
        town.at(begins)
        pause(town, case_id)
        town.at(ends)  # the same day; a Sunday
        resume(town, case_id)
    assert len(town.receipts(case_id)) == 1


# --- queues --------------------------------------------------------------------------------------


def test_a_paused_case_is_not_overdue_and_one_past_its_date_is(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("B"),
        drawn.end(),
        drawn.line("S", "N", "B", "E"),
        lanes={SPECIALIST: "B"},
        legal_term="5 ngày làm việc",
    )
    case = file(town)
    town.at("2026-03-03 08:00")
    pause(town, case.id)
    assert sorts(town, case.id) == [FAR]
    town.at("2026-03-24 08:00")
    assert overdue(town) == []
    assert mark(town, case.id, "B") == "current"
    resume(town, case.id)
    assert sorts(town, case.id) == [town.case(case.id).due_at]
    assert overdue(town) == []
    town.at("2026-04-01 08:00")
    assert overdue(town) == ["B"]
    assert mark(town, case.id, "B") == "overdue"
    pause(town, case.id)  # too late: it stays overdue
    assert overdue(town) == ["B"]


def test_a_step_in_time_of_a_case_past_its_date_is_overdue_with_it(town: World) -> None:
    case = waiting(town, legal_term="3 ngày làm việc")  # A alone may take nine
    assert sorts(town, case.id) == [case.due_at]
    town.at("2026-03-06 08:00")
    assert overdue(town) == ["A"]


def overdue(town: World) -> list[str]:
    with town.act("phuc", write=False) as act:
        wanted = Wanted(board.limits(act), Standing.OVERDUE)
        lines = worklists.watched(act.session, act.actor, wanted).lines
    return [line.element for line in lines]


def mark(town: World, case_id: int, element: str) -> str:
    with town.act("phuc", write=False) as act:
        return viewing.case_page(act, case_id).marks[element]
