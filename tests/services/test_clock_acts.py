"""Acts on the legal clock: extension, letter of apology, stop, withdrawal, alone and together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine.domain.clock import ZONE, local
from engine.domain.errors import (
    CaseMoved,
    Conflict,
    Misuse,
    NotFound,
    NotPermitted,
    QuyTrinhError,
    TaskClosed,
)
from engine.domain.explanations import Explanation
from engine.domain.states import ApologyState, StopKind
from engine.persistence import caselists, journal_store
from engine.persistence.tables import (
    ApologyRow,
    AttachmentRow,
    CaseRow,
    CaseStopRow,
    ExtensionRow,
    IncidentRow,
    NoticeRow,
    OfferRow,
    PauseRow,
    TaskRow,
    TimerRow,
)
from engine.ports import UploadedFile
from engine.services import (
    apologies,
    clocks,
    ending,
    extending,
    incidents,
    pausing,
    tasks,
    viewing,
)
from engine.services.casework import open_case
from engine.services.extending import Wish
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, file, finish, publish
from tests.services.test_walks import COMMUNE, DAMAGED, MINISTRY, PROVINCE

PAPER = UploadedFile("quyet-dinh.pdf", b"%PDF-1.4\n%%EOF\n")
TEN = Wish("10 ngày làm việc")


def accepted(town: World) -> int:
    """A dossier of 56 working days, due on Friday 22 May 2026 at 17:00."""
    case_id = town.file()
    town.do(case_id, "B1b")
    return case_id


def due(town: World, case_id: int) -> str:
    moment = town.case(case_id).due_at
    assert moment is not None
    return f"{local(moment):%Y-%m-%d %H:%M}"


def extend(town: World, case_id: int, wish: Wish = TEN, who: str = "phuc") -> ExtensionRow:
    with town.act(who) as act:
        return extending.extend(act, case_id, wish, "Chờ kết quả xác minh.", PAPER)


def pause(town: World, case_id: int) -> None:
    with town.act("phuc") as act:
        pausing.pause(act, case_id, "Chờ công an xác minh.", PAPER)


def resume(town: World, case_id: int) -> None:
    with town.act("phuc") as act:
        pausing.resume(act, case_id)


def clock_of(town: World, case_id: int, who: str = "phuc") -> clocks.Clock:
    with town.act(who, write=False) as act:
        return clocks.clock(act, viewing.case_page(act, case_id))


def everything(town: World, case_id: int) -> list[object]:
    """What a refused act must leave as it was."""
    case = town.case(case_id)
    with town.act(write=False) as act:
        files = act.session.query(AttachmentRow).count()
        pauses = [(one.id, one.ends_at) for one in act.session.query(PauseRow)]
        open_tasks = act.session.query(OfferRow).count()
        letters = [(one.id, one.state) for one in act.session.query(ApologyRow)]
    journal = town.acts(case_id)
    return [case.row_version, case.state, case.due_at, files, pauses, open_tasks, letters, journal]


def refused(
    town: World, case_id: int, act_: Callable[[], object], error: type[QuyTrinhError]
) -> str:
    """What somebody is told whose act is refused; nothing of it remains."""
    before = everything(town, case_id)
    with pytest.raises(error) as told:
        act_()
    assert everything(town, case_id) == before
    return str(told.value)


# --- extension -----------------------------------------------------------------------------------


def test_an_extension_counts_on_from_the_date_with_a_receipt_that_says_why(town: World) -> None:
    case_id = accepted(town)
    with town.act("phuc", write=False) as act:
        found = extending.foreseen(act, case_id, TEN)
    row = extend(town, case_id)
    assert due(town, case_id) == "2026-06-05 17:00"
    assert row.after == found.deadline.due_at == town.case(case_id).due_at
    _, second = town.receipts(case_id)
    assert second.due_at == row.after
    assert second.reason == "Gia hạn thêm 10 ngày làm việc: Chờ kết quả xác minh."
    explanation = Explanation.from_json(second.explanation)
    assert (explanation.term, explanation.extension) == ("56 ngày làm việc", "10 ngày làm việc")
    assert len(explanation.counted) == 66
    assert "là 22/05/2026." in str(explanation.notes[0])
    assert "case:extended" in town.acts(case_id)
    assert "term:changed" not in town.acts(case_id)
    clock = clock_of(town, case_id)
    assert (clock.used, clock.left, "extend" in clock.may) == (0, 66, False)
    with town.act(write=False) as act:
        assert act.session.query(AttachmentRow).one().field == extending.EVIDENCE_FIELD
        assert (
            act.session.query(OfferRow.sort_due).filter(OfferRow.sort_due > row.after).all() == []
        )


def test_an_extension_to_a_day_is_the_duration_that_leads_there(town: World) -> None:
    case_id = accepted(town)
    assert extend(town, case_id, Wish(day=date(2026, 6, 5))).term == "10 ngày làm việc"
    assert due(town, case_id) == "2026-06-05 17:00"


def test_a_second_extension_is_refused_and_told_of_the_first(town: World) -> None:
    case_id = accepted(town)
    extend(town, case_id)
    town.at("2026-03-09 08:00")
    told = refused(town, case_id, lambda: extend(town, case_id), Conflict)
    assert "Phuc đã gia hạn ngày 02/03/2026 thêm 10 ngày làm việc, hẹn trả 05/06/2026." in told


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(), "một trong hai"),
        (Wish("10 ngày", date(2026, 6, 5)), "một trong hai"),
        (Wish("mười hôm"), "không phải là thời hạn hợp lệ"),
        (Wish("0 ngày"), "phải lớn hơn không"),
        (Wish("PT8H"), "giờ đồng hồ"),
        (Wish(day=date(2026, 6, 6)), "không phải ngày làm việc. Ngày làm việc tiếp theo là 08/06"),
        (Wish(day=date(2026, 5, 22)), "phải sau ngày 22/05/2026"),
        (Wish(day=date(2020, 1, 1)), "phải sau ngày 22/05/2026"),
        (Wish("9999 ngày"), "Lịch làm việc chưa có năm"),
    ],
)
def test_an_impossible_extension_is_refused(small_town: World, wish: Wish, said: str) -> None:
    case_id = accepted(small_town)
    act = lambda: extend(small_town, case_id, wish)  # noqa: E731
    assert said in refused(small_town, case_id, act, QuyTrinhError)


def test_what_cannot_be_extended_says_why(small_town: World) -> None:
    town = small_town
    case_id = town.file()
    act = lambda: extend(town, case_id)  # noqa: E731
    assert "chưa được tiếp nhận" in refused(town, case_id, act, Conflict)
    town.do(case_id, "B1b")
    for reason, paper in (("  ", PAPER), ("x" * 301, PAPER), ("Vì sao", None)):
        with pytest.raises(Misuse), town.act("phuc") as one:
            extending.extend(one, case_id, TEN, reason, paper)
    seen = datetime(2026, 5, 1, 17, tzinfo=ZONE)
    with pytest.raises(CaseMoved, match="22/05/2026"), town.act("phuc") as one:
        extending.extend(one, case_id, TEN, "Vì sao", PAPER, seen)
    pause(town, case_id)
    assert "đang tạm dừng" in refused(town, case_id, act, Conflict)
    resume(town, case_id)
    town.at("2026-05-22 17:01")
    assert "thư xin lỗi" in refused(town, case_id, act, Conflict)
    with town.act("phuc") as one:
        ending.stop(one, case_id, "Không còn cần.", PAPER)
    assert "đã kết thúc" in refused(town, case_id, act, Conflict)


@pytest.mark.parametrize(("who", "error"), [("binh", NotPermitted), ("quan", NotFound)])
def test_only_those_who_answer_for_the_case_act_on_its_clock(
    small_town: World, who: str, error: type[QuyTrinhError]
) -> None:
    case_id = accepted(small_town)
    small_town.at("2026-06-01 08:00")
    acts: tuple[Callable[[Any], object], ...] = (
        lambda act: extending.extend(act, case_id, TEN, "Vì sao", PAPER),
        lambda act: pausing.pause(act, case_id, "Vì sao", PAPER),
        lambda act: pausing.foreseen(act, case_id),
        lambda act: ending.stop(act, case_id, "Vì sao", PAPER),
        lambda act: apologies.issue(act, case_id, "Vì sao", date(2026, 6, 3)),
    )
    for one in acts:
        with pytest.raises(error), small_town.act(who) as act:
            one(act)


# --- term, then standstills, then extension --------------------------------------------------


def conditional(town: World, term: str | None) -> CaseRow:
    """A dossier whose term becomes longer when its second step says so."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", form="don"),
        drawn.user("B", due="theo giấy hẹn"),
        drawn.end(),
        drawn.line("S", "N", "A", "B", "E"),
        lanes={COUNTER: "A B"},
        **({"legal_term": term} if term else {}),
    )
    return file(town)


def answer(town: World, case_id: int, way: str) -> None:
    with town.act("hoa") as act:
        said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": way}
        tasks.complete(act, town.task(case_id, "A").id, said)


TERMS = "20 ngày làm việc khi huong == 'dai'; 10 ngày làm việc"


def test_a_standstill_before_and_one_after_the_old_date_both_move_the_extended_one(
    town: World,
) -> None:
    case = conditional(town, TERMS)
    assert due(town, case.id) == "2026-03-16 17:00"
    extend(town, case.id, Wish("5 ngày làm việc"))
    assert due(town, case.id) == "2026-03-23 17:00"
    town.at("2026-03-04 08:00")
    pause(town, case.id)
    town.at("2026-03-11 08:00")
    with town.act("phuc", write=False) as act:
        foreseen = pausing.foreseen(act, case.id)
    resume(town, case.id)  # five working days: the term ends on the 23rd
    assert due(town, case.id) == "2026-03-30 17:00"
    assert foreseen is not None
    assert foreseen.due_at == town.case(case.id).due_at
    town.at("2026-03-25 08:00")  # within the extension
    pause(town, case.id)
    town.at("2026-03-27 08:00")
    resume(town, case.id)
    assert due(town, case.id) == "2026-04-01 17:00"
    answer(town, case.id, "dai")  # ten working days more, from acceptance on
    assert town.case(case.id).due_term == "20 ngày làm việc"
    # 2 March + 20 days, minus 5 and 2 days of standstill, is 8 April; five more, Giỗ Tổ is 26/4.
    assert due(town, case.id) == "2026-04-15 17:00"
    last = town.receipts(case.id)[-1]
    assert len(town.receipts(case.id)) == 5
    explanation = Explanation.from_json(last.explanation)
    assert (len(explanation.counted), explanation.extension) == (25, "5 ngày làm việc")
    days = [one.day for one in (*explanation.counted, *explanation.skipped)]
    assert len(days) == len(set(days))
    assert town.task(case.id, "B").due_at == last.due_at == town.case(case.id).due_at
    with town.act(write=False) as act:
        assert journal_store.verify(act.session) == []


def test_an_expected_date_keeps_its_extension_through_a_standstill(town: World) -> None:
    case = conditional(town, None)
    before = due(town, case.id)
    assert town.case(case.id).due_expected
    extend(town, case.id, Wish("5 ngày làm việc"))
    extended = due(town, case.id)
    pause(town, case.id)
    town.at("2026-03-09 08:00")
    resume(town, case.id)
    assert before < extended < due(town, case.id)
    once = Explanation.from_json(town.receipts(case.id)[-1].explanation)
    assert once.extension == "5 ngày làm việc"
    assert town.case(case.id).due_expected


def test_plain_days_are_extended_by_plain_days(town: World) -> None:
    case = conditional(town, "10 ngày")
    assert due(town, case.id) == "2026-03-12 17:00"
    assert extend(town, case.id, Wish(day=date(2026, 3, 18))).term == "6 ngày"
    assert due(town, case.id) == "2026-03-18 17:00"


# --- pauses --------------------------------------------------------------------------------------


def test_a_pause_that_cannot_begin_or_end_says_why(small_town: World) -> None:
    town = small_town
    case_id = town.file()
    begin, end = lambda: pause(town, case_id), lambda: resume(town, case_id)
    assert "chưa được tiếp nhận" in refused(town, case_id, begin, Conflict)
    town.walk(case_id, *COMMUNE, *PROVINCE, "B18")  # waits outside: the drawing stops the clock
    assert "đang dừng theo quy trình" in refused(town, case_id, end, Conflict)
    begin()  # the act's pause unites with the drawing's
    with town.act("phuc", write=False) as act:
        assert pausing.foreseen(act, case_id) is None
    told = refused(town, case_id, begin, Conflict)
    assert "đang được tạm dừng từ 02/03/2026 (Chờ công an xác minh.)" in told
    end()
    assert town.case(case_id).state == "paused"
    assert clock_of(town, case_id).still[0].by_act is False
    for paper in (None, UploadedFile("rong.pdf", b"")):
        with pytest.raises(Misuse, match="tệp"), town.act("phuc") as act:
            pausing.pause(act, case_id, "Vì sao", paper)


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


def issue(town: World, case_id: int, day: date) -> ApologyRow:
    with town.act("dung") as act:
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


def test_a_date_that_passed_without_a_draft_may_still_be_apologised_for(small_town: World) -> None:
    case_id = accepted(small_town)
    small_town.at("2026-05-25 08:00")
    assert "apologise" in clock_of(small_town, case_id, "dung").may
    issue(small_town, case_id, date(2026, 5, 29))
    assert letters(small_town, case_id) == [("issued", "22/05")]


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
