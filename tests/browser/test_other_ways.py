"""What else becomes of a dossier: supplement, refusal, complaint, a leader's return, no grounds."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser


@pytest.fixture
def filed(offices: Offices) -> int:
    """A dossier that waits for its check."""
    return offices.town.file()


@pytest.fixture
def posted(offices: Offices, filed: int) -> int:
    """A dossier whose forty days of posting are over."""
    town = offices.town
    town.do(filed, "B1b")
    town.do(filed, "B2", bang_mo_hu_hai=True)
    town.do(filed, "B6")
    offices.at("2026-04-13 08:00")
    assert offices.sweep() == 1
    return filed


def code_of(offices: Offices, case_id: int) -> str:
    return offices.town.case(case_id).code


def test_what_is_missing_is_asked_for_once_and_handed_in_later(
    offices: Offices, filed: int
) -> None:
    code, hoa = code_of(offices, filed), offices["hoa"]
    said = steps.carry(offices, code, steps.NOT_COMPLETE)
    assert "Tiếp theo: “Nộp hồ sơ”" in said
    offices.at("2026-03-05 09:00")
    hoa.opens(code, "Nộp hồ sơ")
    assert "(lần 2)" in hoa.title()
    applicant = hoa.part("1. Thông tin người đề nghị")
    assert hoa.field("Họ và tên", applicant).input_value() == "Nguyễn Thị Mừng"
    hoa.types("Nơi thường trú", "Xóm 3, xã An Phú", applicant)
    hoa.completes()
    hoa.opens(code, steps.RECEPTION)
    assert not hoa.field("Chưa đầy đủ").is_visible()
    steps.accept(hoa)
    said = hoa.completes()
    assert steps.APPRAISAL in said
    hoa.finds_case(code)
    assert "05/03/2026 09:00" in hoa.reads()  # accepted only now


def test_a_refused_dossier_ends_at_the_counter(offices: Offices, filed: int) -> None:
    code = code_of(offices, filed)
    said = steps.carry(offices, code, steps.REFUSED)
    assert "Hồ sơ đã kết thúc." in said
    hoa = offices["hoa"]
    hoa.finds_case(code)
    assert "Từ chối tiếp nhận hồ sơ" in hoa.reads()
    hoa.follows(steps.RECEPTION)
    assert "Không thuộc thẩm quyền của xã." in hoa.reads()


def test_a_founded_complaint_ends_in_a_refusal(offices: Offices, posted: int) -> None:
    code = code_of(offices, posted)
    steps.carry(offices, code, steps.COMPLAINT)
    dung = offices["dung"]
    dung.finds_case(code)
    assert "Tạm dừng, còn" in dung.told()
    said = steps.carry(offices, code, steps.FOUNDED)
    assert "Tiếp theo: “Phê duyệt”" in said
    offices.town.walk(posted, "B9", "B10")
    said = steps.carry(offices, code, steps.GIVEN_BACK)
    assert "Hồ sơ đã kết thúc." in said
    offices["hoa"].finds_case(code)
    assert "Từ chối: khiếu nại, tố cáo có cơ sở" in offices["hoa"].reads()


def test_after_an_unfounded_complaint_the_council_meets(offices: Offices, posted: int) -> None:
    code = code_of(offices, posted)
    offices.town.do(
        posted, "B6_ket_qua", "cuong", co_khieu_nai="co", noi_dung_khieu_nai="Bằng của người khác."
    )
    steps.carry(offices, code, steps.UNFOUNDED)
    said = steps.carry(offices, code, steps.COUNCIL)
    assert "Tiếp theo: “Tổng hợp, đề xuất”" in said


def test_a_leader_sends_a_draft_back_and_the_drafter_reads_why(
    offices: Offices, filed: int
) -> None:
    code = code_of(offices, filed)
    offices.town.walk(filed, "B1b", "B2")
    reason = "Chưa ghi số quyết định cấp bằng cũ."
    said = steps.carry(offices, code, steps.send_back("Xem xét, trình ký", "cuong", reason))
    assert f"Tiếp theo: “{steps.APPRAISAL}”" in said
    binh = offices["binh"]
    binh.opens(code, steps.APPRAISAL)
    assert "(lần 2)" in binh.title()
    notice = binh.main.locator(".notice.warn").inner_text()
    assert "trả lại" in notice
    assert reason in notice
    said = binh.completes()
    assert "Tiếp theo: “Xem xét, trình ký”" in said


def test_the_department_finds_no_grounds_and_papers_go_back(offices: Offices, filed: int) -> None:
    code = code_of(offices, filed)
    offices.town.walk(filed, "B1b", "B2", "B3", "B4", "B5", "B11")
    steps.carry(offices, code, steps.DEPARTMENT_NO_GROUNDS)
    offices.town.walk(filed, "B13a", "B13b", "B14")
    said = steps.carry(offices, code, *steps.SENT_BACK)
    assert "Hồ sơ đã kết thúc." in said
    offices["hoa"].finds_case(code)
    assert "Đã trả hồ sơ: Sở Nội vụ trả lời không đủ căn cứ" in offices["hoa"].reads()


def test_the_commune_finds_no_grounds(offices: Offices, filed: int) -> None:
    code = code_of(offices, filed)
    offices.town.do(filed, "B1b")
    steps.carry(offices, code, steps.NO_GROUNDS)
    offices.town.walk(filed, "B3", "B4", "B5")
    said = steps.carry(offices, code, steps.GIVEN_BACK)
    assert "Hồ sơ đã kết thúc." in said
    offices["hoa"].finds_case(code)
    assert "Đã trả hồ sơ: UBND cấp xã trả lời không đủ căn cứ" in offices["hoa"].reads()
