"""What the pages of a dossier say: its code, its receipts, where it stands, what it waits for."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser


def test_filing_gives_a_code_and_leads_on_to_the_check(offices: Offices) -> None:
    hoa = offices["hoa"]
    assert steps.file_at_the_counter(hoa) == "AP-2026-000001"
    assert "Nguyễn Thị Mừng" in hoa.reads()
    hoa.follows("Kiểm tra hồ sơ ngay")
    assert hoa.title() == steps.RECEPTION
    said = hoa.follows_into_new_tab("Xem toàn bộ hồ sơ").get_by_role("main").inner_text()
    assert "Người có công: Trần Văn Bền" in said
    for answer in ("1948", "05/1972", "Nguyễn Văn Tâm", "don-mau-16.pdf"):
        assert answer in said
    assert "Thời hạn bắt đầu tính từ khi hồ sơ được tiếp nhận đầy đủ, hợp lệ." in said


def test_the_receipt_says_when_to_come_back_and_why(offices: Offices) -> None:
    case_id = offices.town.file()
    code = offices.town.case(case_id).code
    steps.carry(offices, code, steps.ACCEPTED)
    hoa = offices["hoa"]
    hoa.finds_case(code)
    receipts = hoa.main.get_by_role("region", name="Giấy hẹn đã cấp")
    # Monday 2 March, 56 working days on: 27 and 30 April and 1 May are days off.
    assert "Hẹn trả 22/05/2026 (56 ngày làm việc)" in receipts.inner_text()
    hoa.follows("Vì sao ngày này?", within=receipts)
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


def test_the_second_receipt_tells_why_it_was_issued(offices: Offices) -> None:
    case_id = offices.town.file()
    offices.town.do(case_id, "B1b")
    code = offices.town.case(case_id).code
    steps.carry(offices, code, steps.DAMAGED)
    hoa = offices["hoa"]
    hoa.finds_case(code)
    receipts = hoa.main.get_by_role("region", name="Giấy hẹn đã cấp")
    assert "Hẹn trả 22/05/2026 (56 ngày làm việc)" in receipts.inner_text()
    assert "Hẹn trả 22/07/2026 (99 ngày làm việc)" in receipts.inner_text()
    assert "đổi từ 56 ngày làm việc thành 99 ngày làm việc" in receipts.inner_text()
    receipts.get_by_role("link", name="Xem giấy hẹn").nth(1).click()
    hoa.page.get_by_role("button", name="Cấp số và in").wait_for()


def test_the_posting_may_not_be_ended_early(offices: Offices) -> None:
    case_id = offices.town.file()
    offices.town.do(case_id, "B1b")
    offices.town.do(case_id, "B2", bang_mo_hu_hai=True)
    offices.town.do(case_id, "B6")
    binh = offices["binh"]
    assert binh.waiting(offices.town.case(case_id).code) == []
    binh.goes_to(f"/ho-so/{case_id}")
    line = binh.main.get_by_role("listitem").filter(has_text="Niêm yết ít nhất 40 ngày").first
    assert "Chờ hết ngày 11/04/2026" in line.inner_text()
    binh.follows("Vì sao ngày này?", within=line)
    assert "40 ngày" in binh.reads()
