"""An announced swap of days is taken in by the administrator, and dates move with it."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser

DOCUMENT = "Thông báo số 215/TB-VPCP ngày 27/02/2026 của Văn phòng Chính phủ"

#: As it is announced: Tuesday off, made up for on a Saturday after the dossiers' dates.
ANNOUNCED = f"""\
03/03/2026;nghỉ;Nghỉ hoán đổi, làm bù ngày 30/05/2026;{DOCUMENT}
30/05/2026;làm;Làm bù cho ngày 03/03/2026;{DOCUMENT}
"""


def test_an_announced_swap_is_imported_and_dates_move(offices: Offices) -> None:
    town, uyen, binh, hoa = offices.town, offices["uyen"], offices["binh"], offices["hoa"]
    case_id = town.file()
    town.do(case_id, "B1b")
    code = town.case(case_id).code
    binh.opens(code, steps.APPRAISAL)
    assert "04/03/2026 08:00" in binh.reads()
    hoa.finds_case(code)
    assert "Hẹn trả 22/05/2026" in hoa.reads()

    uyen.goes_to("/lich")
    uyen.follows("Thay đổi lịch")
    uyen.follows("Từ tệp CSV")
    uyen.main.get_by_label("Tệp CSV").set_input_files(
        {"name": "hoan-doi.csv", "mimeType": "text/csv", "buffer": ANNOUNCED.encode()}
    )
    uyen.presses("Xem những hạn sẽ dời")
    assert "Bản nháp: lịch chưa đổi, chưa hạn nào dời." in uyen.reads()
    assert "2 hạn sẽ dời" in uyen.reads()
    task, term = uyen.lines(code).all_inner_texts()
    assert steps.APPRAISAL in task
    assert "04/03/2026 08:00" in task
    assert "05/03/2026 08:00" in task
    assert "22/05/2026" in term
    assert "25/05/2026" in term
    offices.round()
    binh.opens(code, steps.APPRAISAL)
    assert "04/03/2026 08:00" in binh.reads()  # nothing moves before it is confirmed

    uyen.presses("Xác nhận thay đổi lịch")
    assert "Lịch đã đổi." in uyen.told()
    for minute in range(10, 14):  # the worker wakes now and then
        offices.at(f"2026-03-02 08:{minute}")
        offices.round()
    uyen.page.reload()
    assert "Đã dời 2 hạn" in uyen.told()

    binh.opens(code, steps.APPRAISAL)
    assert "05/03/2026 08:00" in binh.reads()
    assert "Hạn đã dời theo thay đổi lịch số 1, trước đó là 04/03/2026 08:00." in binh.reads()
    binh.follows("Vì sao ngày này?")
    assert "Vì sao là 05/03/2026 08:00?" in binh.title()
    assert "Dời từ 04/03/2026 08:00 sang 05/03/2026 08:00" in binh.reads()
    assert DOCUMENT in binh.reads()
    hoa.finds_case(code)
    assert "Hẹn trả 25/05/2026" in hoa.reads()
    hoa.follows("Vì sao ngày này?", within=hoa.main.get_by_role("region", name="Thời hạn giải"))
    assert "25/05/2026" in hoa.title()
    assert "Nghỉ hoán đổi, làm bù ngày 30/05/2026" in hoa.reads()
    (told,) = binh.looks_at_the_bell().all_inner_texts()
    assert "1 hạn của bạn dời theo thay đổi lịch số 1" in told
    (told,) = uyen.looks_at_the_bell().all_inner_texts()
    assert "Đã dời xong 2 hạn" in told
