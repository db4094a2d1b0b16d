"""A dossier goes through all offices, straight on and by the longest way."""

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

    steps.carry(offices, code, steps.QUIET, steps.COUNCIL, steps.SUMMED_UP)
    town.walk(1, "B9", "B10", "B11")  # signed and sent by pages as in the test above
    steps.carry(offices, code, steps.TO_EXPERTS)
    town.walk(1, "B13a", "B13b", "B14")
    lan = offices["lan"]
    lan.finds_case(code)
    assert "Tạm dừng, còn 69 ngày" in lan.told()
    offices.at("2026-04-23 08:00")
    steps.carry(offices, code, steps.EXPERTS)
    lan.finds_case(code)
    assert "Tạm dừng, còn" not in lan.reads()

    said = steps.carry(offices, code, steps.EXPERTS_SAY_YES, *steps.SIGNED_FOR_MINISTRY)
    assert "Tiếp theo: “Tiếp nhận hồ sơ của Sở Nội vụ” – Bộ Nội vụ" in said
    assert town.open_elements(1) == ["B18"]  # from here on the ways are one: see above
