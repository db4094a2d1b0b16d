"""Cases that end before their way does, letters of apology, and each authority's days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.domain.clock import local
from engine.domain.errors import Conflict, Misuse, NotFound, TaskClosed
from engine.domain.notices import Kind
from engine.domain.states import ApologyState, StopKind
from engine.persistence import caselists, journal_store
from engine.persistence.tables import (
    ApologyRow,
    CaseRow,
    CaseStopRow,
    IncidentRow,
    NoticeRow,
    OfferRow,
    PauseRow,
    TaskRow,
    TimerRow,
)
from engine.services import apologies, ending, incidents, pausing, tasks
from engine.services.casework import open_case
from engine.services.escalating import escalate_round
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, file, finish, publish
from tests.services.test_clock_acts import (
    PAPER,
    accepted,
    clock_of,
    due,
    extend,
    pause,
    refused,
    resume,
)
from tests.services.test_walks import COMMUNE, DAMAGED, MINISTRY, PROVINCE

# --- stop and withdrawal -------------------------------------------------------------------------


def test_stopping_closes_everything_in_one_act_and_tells_whoever_had_the_work(
    town: World,
) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", **DAMAGED)  # a posting: its timer waits
    pause(town, case_id)
    with town.act() as act:
        case = act.session.get_one(CaseRow, case_id)
        case.rung, case.remind_at = 1, act.now
        apologies.open_draft(open_case(act, case))
        timer = town.timer(case_id).id
        kind = incidents.IncidentKind.TIMER
        incidents.note(act, kind, f"timer:{timer}", "Niêm yết", "Lỗi.", case_id=case_id)
    town.pass_posting(case_id)
    with town.act("binh") as act:
        tasks.claim(act, town.task(case_id, "B6_ket_qua").id)
    with town.act("dung") as act:
        ending.stop(act, case_id, "Người nộp không bổ sung giấy tờ.", PAPER)
    case = town.case(case_id)
    assert (case.state, case.outcome, case.remind_at) == ("finished", "stopped", None)
    assert case.finished_at == town.clock.now()
    with town.act(write=False) as act:
        rows = act.session
        assert rows.query(OfferRow).count() == 0
        assert {one.state for one in rows.query(TaskRow)} == {"done", "withdrawn"}
        assert all(one.remind_at is None for one in rows.query(TaskRow))
        assert {one.state for one in rows.query(TimerRow)} == {"fired"}
        assert all(one.ends_at is not None for one in rows.query(PauseRow))
        assert rows.query(IncidentRow).one().closed_at is not None
        assert rows.query(ApologyRow).one().state == ApologyState.DROPPED
        stop = rows.query(CaseStopRow).one()
        assert (stop.kind, stop.by_id) == (StopKind.STOPPED, town.users["dung"])
        notices = rows.scalars(select(NoticeRow).where(NoticeRow.kind == "case_ended")).all()
        assert [one.user_id for one in notices] == [town.users["binh"]]
        assert journal_store.verify(rows) == []
    assert {"case:stopped", "task:withdrawn", "apology:dropped"} <= set(town.acts(case_id))
    told = refused(town, case_id, lambda: finish(town, case_id, "B6_ket_qua", "binh"), TaskClosed)
    assert "đã dừng giải quyết ngày" in told
    assert "Người nộp không bổ sung giấy tờ" in told
    with town.act("hoa", write=False) as act:
        (line,) = caselists.search_cases(act.session, act.actor).lines
        assert line.outcome == "stopped"


def test_a_waiting_timer_ends_with_the_case(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", **DAMAGED)
    with town.act("hanh") as act:  # receives at An Phú, heads nothing
        ending.withdraw(act, case_id, "Tự rút để bổ sung.", None)
    assert town.timer(case_id).state == "withdrawn"
    assert town.case(case_id).outcome == "withdrawn"
    assert "case:withdrawn" in town.acts(case_id)
    assert clock_of(town, case_id).may == frozenset()
    again: tuple[Callable[[Any], object], ...] = (
        lambda act: ending.withdraw(act, case_id, "Nữa.", None),
        lambda act: ending.stop(act, case_id, "Nữa.", PAPER),
        lambda act: pausing.pause(act, case_id, "Nữa.", PAPER),
        lambda act: apologies.issue(act, case_id, "Nữa.", date(2026, 6, 3)),
    )
    for one in again:

        def attempt(one: Callable[[Any], object] = one) -> None:
            with town.act("phuc") as act:
                one(act)

        assert "đã kết thúc" in refused(town, case_id, attempt, Conflict)


def test_a_dossier_not_yet_accepted_may_be_withdrawn_by_the_receiving_unit_alone(
    small_town: World,
) -> None:
    town = small_town
    case_id = town.file()
    for who, error in (("lan", NotFound), ("quan", NotFound)):
        with pytest.raises(error), town.act(who) as act:
            ending.withdraw(act, case_id, "Đổi ý.", None)
    with pytest.raises(Misuse), town.act("hoa") as act:
        ending.withdraw(act, case_id, " ", None)
    with town.act("hoa") as act:
        ending.withdraw(act, case_id, "Đổi ý.", PAPER)
    assert town.case(case_id).state == "finished"
    assert clock_of(town, case_id).shares == []


# --- thư xin lỗi ---------------------------------------------------------------------------------


def drafted(town: World, case_id: int) -> None:
    with town.act() as act:
        case = act.session.get_one(CaseRow, case_id)
        case.rung = 2
        work = open_case(act, case)
        apologies.open_draft(work)
        apologies.open_draft(work)  # once for each date
        work.write_journal()


def letters(town: World, case_id: int) -> list[tuple[str, str]]:
    with town.act(write=False) as act:
        rows = act.session.query(ApologyRow).filter_by(case_id=case_id).order_by(ApologyRow.id)
        return [(one.state, f"{local(one.due_at):%d/%m}") for one in rows]


def test_a_letter_is_completed_once_for_a_date_and_keeps_what_it_named(town: World) -> None:
    case_id = accepted(town)
    town.at("2026-05-21 08:00")
    early = lambda: issue(town, case_id, date(2026, 5, 29))  # noqa: E731
    assert "chưa qua nên chưa cần" in refused(town, case_id, early, Conflict)
    drafted(town, case_id)
    assert letters(town, case_id) == [("draft", "22/05")]
    assert "apologise" in clock_of(town, case_id, "dung").may
    for day, said in (
        (date(2026, 5, 21), "phải sau ngày 22/05/2026"),
        (date(2026, 5, 30), "không phải ngày làm việc"),
    ):
        attempt = lambda day=day: issue(town, case_id, day)  # noqa: E731
        assert said in refused(town, case_id, attempt, Misuse)
    letter = issue(town, case_id, date(2026, 5, 29))
    assert letter.letter is not None
    assert letter.letter["signer"] == "Dung"
    assert letter.letter["unit"] == "UBND xã An Phú"
    assert letter.letter["applicant"] == "Nguyễn Thị Mừng"
    assert due(town, case_id) == "2026-05-22 17:00"  # late is late
    told = refused(town, case_id, lambda: issue(town, case_id, date(2026, 6, 1)), Conflict)
    assert "đã gửi ngày 21/05/2026, hẹn lại ngày 29/05/2026" in told
    assert letters(town, case_id) == [("issued", "22/05")]
    assert [one.new_day for one in clock_of(town, case_id).letters] == [date(2026, 5, 29)]


def issue(town: World, case_id: int, day: date, by: str = "dung") -> ApologyRow:
    with town.act(by) as act:
        return apologies.issue(act, case_id, "Chờ ý kiến của Bộ.", day)


def test_a_draft_goes_when_the_date_moves_later_or_the_case_is_done(town: World) -> None:
    case_id = accepted(town)
    drafted(town, case_id)
    extend(town, case_id)
    assert letters(town, case_id) == [("dropped", "22/05")]
    drafted(town, case_id)
    assert letters(town, case_id) == [("dropped", "22/05"), ("draft", "05/06")]
    town.walk(case_id, *COMMUNE[1:], *PROVINCE, *MINISTRY)
    assert letters(town, case_id)[1][0] == "dropped"
    assert town.acts(case_id).count("apology:dropped") == 2


def test_the_worker_drafts_a_letter_for_each_date_about_to_pass(small_town: World) -> None:
    town = small_town
    case_id = accepted(town)
    town.at("2026-05-21 16:59")
    escalate_round(town.app)
    assert letters(town, case_id) == []
    town.at("2026-05-21 17:00")  # one working day before
    escalate_round(town.app)
    escalate_round(town.app)
    assert letters(town, case_id) == [("draft", "22/05")]
    extend(town, case_id)
    town.at("2026-06-04 17:00")
    escalate_round(town.app)
    assert letters(town, case_id) == [("dropped", "22/05"), ("draft", "05/06")]
    assert town.acts(case_id).count("apology:drafted") == 2


def test_a_date_that_passed_without_a_draft_may_still_be_apologised_for(small_town: World) -> None:
    case_id = accepted(small_town)
    small_town.at("2026-05-25 08:00")
    assert "apologise" in clock_of(small_town, case_id, "dung").may
    letter = issue(small_town, case_id, date(2026, 5, 29), by="phuc").letter
    assert letter is not None
    assert letter["post"] == "Cán bộ giám sát"
    escalate_round(small_town.app)  # late itself: asks nobody to complete what was issued
    assert letters(small_town, case_id) == [("issued", "22/05")]
    with small_town.act(None, write=False) as act:
        kinds = set(act.session.scalars(select(NoticeRow.kind)))
    assert Kind.OVERDUE in kinds
    assert Kind.APOLOGY not in kinds


# --- days of each authority ----------------------------------------------------------------------


def test_each_authority_has_the_days_that_the_case_stood_with_it(town: World) -> None:
    case_id = accepted(town)
    town.at("2026-03-04 08:00")  # two working days at the commune
    town.walk(case_id, *COMMUNE[1:])
    pause(town, case_id)
    town.at("2026-03-11 08:00")
    resume(town, case_id)
    town.at("2026-03-12 12:00")  # a day and a half at the province
    before = {one.authority: one for one in clock_of(town, case_id).shares}
    assert {key: (float(one.used), one.holds, str(one.stated)) for key, one in before.items()} == {
        "ubnd-cap-xa": (2.0, False, "5 ngày làm việc"),
        "so-noi-vu": (1.4375, True, "14 ngày làm việc"),
        "bo-noi-vu": (0.0, False, "37 ngày làm việc"),
    }
    town.at("2026-04-10 17:00")
    after = {one.authority: one for one in clock_of(town, case_id).shares}
    assert after["so-noi-vu"].exceeded
    assert not after["ubnd-cap-xa"].exceeded
    with town.act("phuc") as act:
        ending.stop(act, case_id, "Thử.", PAPER)
    assert not any(one.holds for one in clock_of(town, case_id).shares)


def test_a_share_in_plain_days_counts_dates_and_an_authority_without_share_only_days_used(
    town: World,
) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.gateway("parallel", "P"),
        drawn.user("A"),
        drawn.user("B"),
        drawn.timer("T", "3 ngày"),
        drawn.gateway("parallel", "J"),
        drawn.end(),
        drawn.line("S", "N", "P", "A", "J", "E"),
        drawn.line("P", "B", "J"),
        drawn.line("P", "T", "J"),
        lanes={COUNTER: "A T", "cv-ncc-snv": "B"},
        **{"legal_term": "20 ngày", "legal_term.ubnd-cap-xa": "4 ngày"},
    )
    case = file(town)
    town.at("2026-03-04 08:00")
    finish(town, case.id, "A")  # the posting still keeps it at the commune, over the week-end
    town.at("2026-03-09 08:00")
    commune, province = clock_of(town, case.id).shares
    assert (commune.used, commune.working, commune.exceeded) == (7, False, True)
    assert (province.used, province.working, province.stated) == (5, True, None)
    assert (commune.holds, province.holds) == (True, True)
