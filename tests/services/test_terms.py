"""The legal term of a case: when it starts, what changes it, which receipts say so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.domain.clock import ZONE, local
from engine.domain.errors import Conflict, Misuse
from engine.domain.explanations import Explanation
from engine.persistence.tables import OfferRow
from engine.persistence.worklists import FAR
from engine.ports import UploadedFile
from engine.services import pausing, viewing
from tests.factories import World
from tests.services.test_walks import COMMUNE, MINISTRY, PROVINCE

EVIDENCE = UploadedFile("cong-van.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")


def due(town: World, case_id: int) -> datetime:
    moment = town.case(case_id).due_at
    assert moment is not None
    return local(moment)


def test_no_date_is_promised_before_acceptance(small_town: World) -> None:
    case_id = small_town.file()
    case = small_town.case(case_id)
    assert (case.state, case.due_at, case.accepted_at) == ("filed", None, None)
    with small_town.act(write=False) as act:
        offer = act.session.query(OfferRow).one()
        assert offer.sort_due == offer.due_at  # B1b has its own


def test_acceptance_starts_the_term_and_issues_the_first_receipt(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    case, (receipt,) = town.case(case_id), town.receipts(case_id)
    assert case.state == "running"
    assert case.due_term == "56 ngày làm việc"
    assert due(town, case_id) == datetime(2026, 5, 22, 17, tzinfo=ZONE)
    assert (receipt.number, receipt.due_at, receipt.reason) == (1, case.due_at, "")
    explanation = Explanation.from_json(receipt.explanation)
    assert len(explanation.counted) == 56


def test_a_damaged_certificate_ticked_at_the_counter_sets_the_long_term(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b", bang_mo_hu_hai=True)
    assert town.case(case_id).due_term == "99 ngày làm việc"
    assert len(town.receipts(case_id)) == 1


def test_damage_found_later_issues_a_second_receipt_with_the_reason(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    before = due(town, case_id)
    town.at("2026-03-03 15:00")
    town.do(case_id, "B2", bang_mo_hu_hai=True)
    first, second = town.receipts(case_id)
    assert (first.term, second.term) == ("56 ngày làm việc", "99 ngày làm việc")
    assert "B2 – Thẩm định hồ sơ" in second.reason
    assert second.number == 2
    assert due(town, case_id) > before
    # Counted from acceptance, not from the day on which it was found.
    assert local(Explanation.from_json(second.explanation).start).day == 2
    assert "term:changed" in town.acts(case_id)


def test_experts_asked_at_the_province_change_the_term_too(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, "B11")
    town.do(case_id, "B12", huong_giai_quyet="giam_dinh")
    assert [receipt.term for receipt in town.receipts(case_id)] == [
        "56 ngày làm việc",
        "99 ngày làm việc",
    ]


def test_undated_work_follows_the_date_of_the_case(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", bang_mo_hu_hai=True)
    with town.act(write=False) as act:
        offers = act.session.query(OfferRow).all()
    assert len(offers) == 2  # B6 is offered to both roles
    assert {offer.sort_due for offer in offers} == {town.case(case_id).due_at}
    assert {offer.due_at for offer in offers} == {None}
    assert all(offer.sort_due < FAR for offer in offers)


def test_the_time_at_the_experts_does_not_count(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE)
    town.walk(case_id, *PROVINCE, huong_giai_quyet="giam_dinh")
    before = due(town, case_id)
    assert town.case(case_id).state == "paused"
    town.clock.advance(timedelta(days=28))
    town.do(case_id, "S1")
    assert town.case(case_id).state == "running"
    assert 26 <= (due(town, case_id) - before).days <= 32


def test_one_standstill_after_the_other_is_counted_without_a_gap(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, "B18")
    before = due(town, case_id)
    for element in ("S2", "S3"):
        assert town.case(case_id).state == "paused"
        town.clock.advance(timedelta(days=7))
        town.do(case_id, element)
    assert town.case(case_id).state == "running"
    with town.act(write=False) as act:
        pauses = viewing.case_page(act, case_id).pauses
    assert pauses[0].ends_at == pauses[1].starts_at
    assert 13 <= (due(town, case_id) - before).days <= 19


def test_what_is_due_by_appointment_is_due_when_the_receipt_says(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, *MINISTRY[:-1])
    task = town.task(case_id, "B22")
    assert (task.due_text, task.due_at) == ("theo giấy hẹn", town.case(case_id).due_at)


# --- pausing by an act ---------------------------------------------------------------------------


def test_a_pause_by_an_act_needs_a_reason_and_evidence_and_moves_the_date(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    before = due(town, case_id)
    with pytest.raises(Misuse), town.act("phuc") as act:
        pausing.pause(act, case_id, "  ", EVIDENCE)
    with town.act("phuc") as act:
        pausing.pause(act, case_id, "Chờ xác minh của cơ quan công an.", EVIDENCE)
    assert town.case(case_id).state == "paused"
    with town.act("phuc", write=False) as act:
        page = viewing.case_page(act, case_id)
        assert page.days_left == 56
        assert (page.may_pause, page.may_resume) == (False, True)
        assert viewing.attachment(act, page.attachments[0].id)[1] == EVIDENCE.content
    town.clock.advance(timedelta(days=7))
    town.do(case_id, "B2")  # the other work goes on meanwhile
    assert town.case(case_id).state == "paused"
    with town.act("phuc") as act:
        pausing.resume(act, case_id)
    assert town.case(case_id).state == "running"
    assert (due(town, case_id) - before).days == 7
    _, second = town.receipts(case_id)
    assert second.due_at == town.case(case_id).due_at
    assert second.reason == "Tạm dừng tính thời hạn từ 02/03/2026 đến 09/03/2026."


def test_a_case_cannot_be_paused_twice_nor_before_acceptance(town: World) -> None:
    case_id = town.file()
    with pytest.raises(Conflict), town.act("phuc") as act:
        pausing.pause(act, case_id, "Chờ.", EVIDENCE)
    town.do(case_id, "B1b")
    with pytest.raises(Conflict), town.act("phuc") as act:
        pausing.resume(act, case_id)
    with town.act("phuc") as act:
        pausing.pause(act, case_id, "Chờ.", EVIDENCE)
    with pytest.raises(Conflict), town.act("phuc") as act:
        pausing.pause(act, case_id, "Chờ nữa.", EVIDENCE)


def test_the_handing_over_moves_with_the_date(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, *MINISTRY[:-1])
    before = town.task(case_id, "B22").due_at
    with town.act("phuc") as act:
        pausing.pause(act, case_id, "Người nộp xin hoãn.", EVIDENCE)
    town.clock.advance(timedelta(days=7))
    with town.act("phuc") as act:
        pausing.resume(act, case_id)
    task, case = town.task(case_id, "B22"), town.case(case_id)
    assert task.due_at == case.due_at != before
    with town.act(write=False) as act:
        offer = act.session.query(OfferRow).one()
    assert (offer.due_at, offer.sort_due) == (None, case.due_at)
    assert town.receipts(case_id)[-1].due_at == case.due_at


# --- changing one's mind -------------------------------------------------------------------------


def test_damage_ticked_at_the_counter_and_not_found_later_shortens_the_term(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b", bang_mo_hu_hai=True)
    before = due(town, case_id)
    town.do(case_id, "B2", bang_mo_hu_hai=False)
    first, second = town.receipts(case_id)
    assert (first.term, second.term) == ("99 ngày làm việc", "56 ngày làm việc")
    assert "B2" in second.reason
    assert due(town, case_id) < before
    assert second.due_at == town.case(case_id).due_at


def test_experts_asked_and_then_not_needed_give_the_term_back(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, "B11")
    plain = due(town, case_id)
    town.walk(case_id, "B12", "B13a", huong_giai_quyet="giam_dinh")
    town.do(case_id, "B13b", y_kien_B13b="tra_lai", ly_do_tra_lai_B13b="Không cần giám định.")
    town.do(case_id, "B12", huong_giai_quyet="bo")
    assert [receipt.term for receipt in town.receipts(case_id)] == [
        "56 ngày làm việc",
        "99 ngày làm việc",
        "56 ngày làm việc",
    ]
    assert due(town, case_id) == plain == local(town.receipts(case_id)[-1].due_at)


# --- whose date it is ----------------------------------------------------------------------------


def explained(town: World, case_id: int, element: str) -> Explanation:
    task = town.task(case_id, element)
    assert task.due_explanation is not None
    explanation = Explanation.from_json(task.due_explanation)
    assert explanation.due == task.due_at
    return explanation


def test_a_step_due_with_another_explains_itself_by_it(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", bang_mo_hu_hai=True)
    town.pass_posting(case_id)
    explanation = explained(town, case_id, "B6_ket_qua")
    assert explanation.term == "29 ngày làm việc"  # the posting's budget, not its forty days
    assert str(explanation.notes[0]) == "Cùng hạn với bước “Niêm yết ít nhất 40 ngày”."


def test_a_step_due_by_appointment_explains_itself_by_the_case(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, *MINISTRY[:-1])
    explanation = explained(town, case_id, "B22")
    assert (explanation.term, len(explanation.counted)) == ("56 ngày làm việc", 56)
    assert "giấy hẹn" in str(explanation.notes[0])
    with town.act("phuc") as act:
        pausing.pause(act, case_id, "Người nộp xin hoãn.", EVIDENCE)
    town.clock.advance(timedelta(days=7))
    with town.act("phuc") as act:
        pausing.resume(act, case_id)
    assert any("Tạm dừng" in str(note) for note in explained(town, case_id, "B22").notes)
