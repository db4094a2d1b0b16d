"""Acts on the legal clock: extension, letter of apology, stop, withdrawal, alone and together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from engine.domain.clock import ZONE, local
from engine.domain.errors import (
    CaseMoved,
    Conflict,
    Misuse,
    NotFound,
    NotPermitted,
    QuyTrinhError,
)
from engine.domain.explanations import Explanation
from engine.domain.messages import Message
from engine.persistence import journal_store
from engine.persistence.tables import (
    ApologyRow,
    AttachmentRow,
    CaseRow,
    ExtensionRow,
    NoticeRow,
    OfferRow,
    PauseRow,
)
from engine.ports import UploadedFile
from engine.services import (
    apologies,
    clocks,
    ending,
    extending,
    pausing,
    tasks,
    viewing,
)
from engine.services.extending import Wish
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, file, publish
from tests.services.test_walks import COMMUNE, PROVINCE

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
    with town.act("binh") as act:
        tasks.claim(act, town.task(case_id, "B2").id)
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
        (notice,) = act.session.query(NoticeRow).filter_by(kind="date_moved")
        assert notice.user_id == town.users["binh"]
        assert "chuyển từ 22/05/2026 sang 05/06/2026" in str(Message.from_json(notice.message))
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


IMPOSSIBLE = (
    (Wish(), "một trong hai"),
    (Wish("10 ngày", date(2026, 6, 5)), "một trong hai"),
    (Wish("mười hôm"), "không phải là thời hạn hợp lệ"),
    (Wish("0 ngày"), "phải lớn hơn không"),
    (Wish("PT8H"), "giờ đồng hồ"),
    (Wish(day=date(2026, 6, 6)), "không phải ngày làm việc. Ngày làm việc tiếp theo là 08/06"),
    (Wish(day=date(2026, 5, 22)), "phải sau ngày 22/05/2026"),
    (Wish(day=date(2020, 1, 1)), "phải sau ngày 22/05/2026"),
    (Wish("9999 ngày"), "Lịch làm việc chưa có năm"),
)


def test_an_impossible_extension_is_refused(small_town: World) -> None:
    case_id = accepted(small_town)
    for wish, said in IMPOSSIBLE:

        def attempt(wish: Wish = wish) -> None:
            extend(small_town, case_id, wish)

        assert said in refused(small_town, case_id, attempt, QuyTrinhError)


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


def test_only_those_who_answer_for_the_case_act_on_its_clock(small_town: World) -> None:
    case_id = accepted(small_town)
    small_town.at("2026-06-01 08:00")
    acts: tuple[Callable[[Any], object], ...] = (
        lambda act: extending.extend(act, case_id, TEN, "Vì sao", PAPER),
        lambda act: pausing.pause(act, case_id, "Vì sao", PAPER),
        lambda act: pausing.foreseen(act, case_id),
        lambda act: ending.stop(act, case_id, "Vì sao", PAPER),
        lambda act: apologies.issue(act, case_id, "Vì sao", date(2026, 6, 3)),
    )
    for who, error in (("binh", NotPermitted), ("quan", NotFound)):
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
        drawn.user("A", due="" if term else "4 ngày làm việc", form="don"),
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


def test_a_clock_set_back_during_a_pause_does_not_keep_it_from_ending(small_town: World) -> None:
    town = small_town
    case_id = accepted(town)
    before = due(town, case_id)
    town.at("2026-03-04 10:00")
    pause(town, case_id)
    town.at("2026-03-04 09:00")
    resume(town, case_id)
    assert (town.case(case_id).state, due(town, case_id)) == ("running", before)
    with town.act(write=False) as act:
        stored = act.session.query(PauseRow).one()
        assert stored.ends_at == stored.starts_at


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
