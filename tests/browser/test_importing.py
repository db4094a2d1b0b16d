"""An office begins in the middle of its work: a sheet of dossiers is tried, mended, brought in."""

from __future__ import annotations

import pytest

from tests.browser.offices import Officer, Offices
from tests.web.test_importing import ROW, workbook

pytestmark = pytest.mark.browser


def sends(uyen: Officer, content: bytes) -> None:
    uyen.page.locator("#file").set_input_files(
        {"name": "do-dang.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    uyen.presses("Kiểm tra tệp")


def test_dossiers_begun_on_paper_are_brought_in_and_worked_on(offices: Offices) -> None:
    uyen = offices["uyen"]
    uyen.goes_to("/quan-tri")
    uyen.follows("Nhập hồ sơ")
    wrong = list(ROW)
    wrong[2] = "Bước lạ"
    sends(uyen, workbook(wrong))
    uyen.was_refused(422)
    assert "“Bước lạ” không chỉ đúng một bước" in uyen.reads()
    sends(uyen, workbook(ROW))
    assert "Nhập được 1 hồ sơ, chưa nhập" in uyen.reads()
    uyen.presses("Nhập 1 hồ sơ")
    assert "Đã nhập 1 hồ sơ" in uyen.reads()

    cuong = offices["cuong"]
    code = offices.town.case(1).code
    assert cuong.waiting(code) == ["Xem xét, trình ký"]
    cuong.opens(code, "Xem xét, trình ký")
    cuong.chooses("Đồng ý")
    cuong.completes()
    assert offices["dung"].waiting(code) == ["Phê duyệt"]
