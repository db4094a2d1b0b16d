"""A damaged certificate: posted for forty days, examined by experts, the term given anew."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser


def test_a_damaged_certificate_is_posted_examined_and_replaced(offices: Offices) -> None:
    town, hoa, binh = offices.town, offices["hoa"], offices["binh"]
    code = steps.file_at_the_counter(hoa)
    steps.carry(offices, code, steps.ACCEPTED, steps.DAMAGED)
    hoa.finds_case(code)
    assert "Hẹn trả 22/07/2026 (99 ngày làm việc)" in hoa.reads()

    said = steps.carry(offices, code, steps.POSTED)
    assert "Hồ sơ đang chờ đến thời điểm tiếp theo của quy trình." in said
    offices.at("2026-04-11 23:59")
    assert offices.sweep() == 0
    assert binh.waiting(code) == []
    offices.at("2026-04-13 08:00")
    assert offices.sweep() == 1
    assert offices.sweep() == 0

    steps.carry(offices, code, steps.QUIET, steps.COUNCIL, steps.SUMMED_UP, *steps.SIGNED_AGAIN)
    steps.carry(offices, code, steps.ARRIVED, steps.TO_EXPERTS, *steps.SIGNED_IN_DEPARTMENT)
    lan = offices["lan"]
    lan.finds_case(code)
    assert "Tạm dừng, còn 69 ngày" in lan.told()
    offices.at("2026-04-23 08:00")
    steps.carry(offices, code, steps.EXPERTS)
    lan.finds_case(code)
    assert "Tạm dừng, còn" not in lan.reads()

    steps.carry(offices, code, steps.EXPERTS_SAY_YES, *steps.SIGNED_FOR_MINISTRY)
    said = steps.carry(offices, code, *steps.GRANTED)
    assert "Hồ sơ đã kết thúc." in said
    assert town.open_elements(1) == []


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
    receipts.get_by_role("link", name="Xem giấy hẹn").nth(1).click()
    hoa.page.get_by_text("Lý do cấp giấy hẹn này").wait_for()
    assert "99 ngày làm việc" in hoa.reads()


def test_the_posting_may_not_be_ended_early(offices: Offices) -> None:
    case_id = offices.town.file()
    offices.town.do(case_id, "B1b")
    offices.town.do(case_id, "B2", bang_mo_hu_hai=True)
    offices.town.do(case_id, "B6")
    binh = offices["binh"]
    assert binh.waiting(offices.town.case(case_id).code) == []
    binh.goes_to(f"/ho-so/{case_id}")
    line = binh.main.get_by_role("listitem").filter(has_text="Niêm yết ít nhất 40 ngày").first
    assert "Hệ thống chờ đủ thời gian" in line.inner_text()
    binh.follows("Vì sao ngày này?", within=line)
    assert "40 ngày" in binh.reads()
