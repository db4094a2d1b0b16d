"""A dossier goes through all offices: from the counter to the new certificate."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser


def test_a_dossier_goes_from_the_counter_to_the_new_certificate(offices: Offices) -> None:
    code = steps.file_at_the_counter(offices["hoa"])
    said = steps.carry(offices, code, steps.ACCEPTED)
    assert (
        f"Tiếp theo: “{steps.APPRAISAL}” – "
        "Chuyên viên phụ trách lĩnh vực người có công Ủy ban nhân dân cấp xã, UBND xã An Phú. "
        "Hạn 04/03/2026 08:00."
    ) in said
    steps.carry(offices, code, steps.LEGIBLE, *steps.SIGNED)
    offices.at("2026-03-09 09:30")
    said = steps.carry(offices, code, steps.ARRIVED, steps.TO_MINISTRY, *steps.SIGNED_IN_DEPARTMENT)
    assert "Tiếp theo: “Tiếp nhận hồ sơ của Sở Nội vụ” – Bộ Nội vụ" in said
    offices.at("2026-05-11 14:00")
    said = steps.carry(offices, code, *steps.GRANTED)
    assert "Hồ sơ đã kết thúc." in said
    assert offices["hoa"].waiting(code) == []
    hoa = offices["hoa"]
    hoa.finds_case(code)
    assert "Đã trả Bằng “Tổ quốc ghi công” cấp đổi" in hoa.reads()
    assert "Đã xong, đúng hẹn" in hoa.reads()


def test_filing_gives_a_code_and_leads_on_to_the_check(offices: Offices) -> None:
    hoa = offices["hoa"]
    assert steps.file_at_the_counter(hoa) == "AP-2026-000001"
    assert "Nguyễn Thị Mừng" in hoa.reads()
    hoa.follows("Kiểm tra hồ sơ ngay")
    assert hoa.title() == steps.RECEPTION
    hoa.follows("Xem toàn bộ hồ sơ")
    said = hoa.reads()
    assert "Liệt sĩ: Trần Văn Bền" in said
    for answer in ("1948", "05/1972", "Nguyễn Văn Tâm", "don-mau-16.pdf"):
        assert answer in said
    assert "Thời hạn bắt đầu tính từ khi hồ sơ được tiếp nhận đầy đủ, hợp lệ." in said


def test_the_receipt_says_when_to_come_back_and_why(offices: Offices) -> None:
    case_id = offices.town.file()
    code = offices.town.case(case_id).code
    steps.carry(offices, code, steps.ACCEPTED)
    hoa = offices["hoa"]
    hoa.finds_case(code)
    hoa.follows("Xem giấy hẹn")
    said = hoa.reads()
    # Monday 2 March, 56 working days on: 27 and 30 April and 1 May are days off.
    assert "Thứ Sáu, 22/05/2026 17:00".lower() in said.lower()
    assert "56 ngày làm việc" in said
    hoa.follows("Vì sao ngày này?")
    assert hoa.title() == "Vì sao là ngày 22/05/2026?"
    assert "Giỗ Tổ Hùng Vương" in hoa.reads()


def test_the_diagram_of_a_case_shows_where_it_stands(offices: Offices) -> None:
    case_id = offices.town.file()
    offices.town.walk(case_id, "B1b", "B2")
    cuong = offices["cuong"]
    cuong.goes_to(f"/ho-so/{case_id}")
    drawing = cuong.main.get_by_role("region", name="Sơ đồ")
    marks = {key: drawing.locator(f"[data-element={key}]") for key in ("B1b", "B2", "B3", "B4")}
    assert ["done" in (m.get_attribute("class") or "") for m in marks.values()] == [
        True, True, False, False,
    ]  # fmt: skip
    assert "current" in (marks["B3"].get_attribute("class") or "")
    cuong.main.get_by_text("Xem sơ đồ dưới dạng danh sách").click()
    assert cuong.main.get_by_role("listitem").filter(has_text="– đang làm").count() == 1
