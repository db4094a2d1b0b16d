"""An administrator brings staff in, lets somebody stand in, and gives out a new password."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import PASSWORD, Officer, Offices
from tests.services.test_staffing import CLERK, COMMUNE, book

pytestmark = pytest.mark.browser


def sends(uyen: Officer, content: bytes, button: str) -> None:
    uyen.page.locator("#file").set_input_files(
        {"name": "nhan-su.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    uyen.presses(button)


def test_staff_are_brought_in_and_a_substitute_does_the_work(offices: Offices) -> None:
    uyen, code = offices["uyen"], offices.town.case(offices.town.file()).code
    offices.town.do(1, "B1b")

    # A workbook with mistakes, mended, brought in.
    uyen.goes_to("/quan-tri")
    uyen.follows("Nhập nhân sự từ Excel")
    unit = ("dongson", "UBND xã Đông Sơn", COMMUNE, "tinh")
    wrong = book(units=[unit], users=[("mai", None)], posts=[("mia", CLERK, "dongson")])
    sends(uyen, wrong, "Xem trước")
    assert "Tệp còn 2 chỗ phải sửa" in uyen.reads()
    assert "Có phải “mai”?" in uyen.reads()
    right = book(units=[unit], users=[("mai", "Đỗ Thị Mai")], posts=[("mai", CLERK, "dongson")])
    sends(uyen, right, "Xem trước lại")
    uyen.presses("Nhập")
    assert "Mật khẩu chỉ hiện lần này" in uyen.reads()
    password = uyen.main.locator(".given-password").inner_text()
    with uyen.page.expect_download() as fetched:
        uyen.main.get_by_role("button", name="Tải tệp mật khẩu").click()
    assert fetched.value.suggested_filename == "mat-khau-duoc-cap.xlsx"

    # Mai stands in for Binh at An Phú.
    uyen.goes_to("/quan-tri/nguoi-dung?tim=binh")
    uyen.follows("Binh")
    uyen.follows("Xem, thay đổi")
    uyen.main.get_by_label("Cử ai thay?").fill("Đỗ Thị Mai (mai)")
    uyen.main.get_by_label("Đến hết ngày").first.fill("06/03/2026")
    uyen.presses("Cử người thay")
    assert "Đã cử Đỗ Thị Mai thay" in uyen.told()

    # She sets a password of her own, before anything else, and does his work.
    mai = offices["mai"]
    mai.page.goto("/viec")
    mai.signs_in(password)
    assert mai.title() == "Đặt mật khẩu của bạn"
    mai.page.goto("/ho-so")
    assert mai.title() == "Đặt mật khẩu của bạn"
    mai.main.get_by_label("Mật khẩu được cấp").fill(password)
    mai.main.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    mai.main.get_by_label("Nhập lại mật khẩu mới").fill(PASSWORD)
    mai.presses("Đặt mật khẩu")
    mai.signs_in()
    assert steps.APPRAISAL in mai.waiting(code)
    assert steps.APPRAISAL in offices["binh"].waiting(code)
    steps.carry(offices, code, steps.Step("mai", steps.APPRAISAL, steps.LEGIBLE.fill))
    mai.finds_case(code)
    mai.main.get_by_text("Nhật ký hồ sơ").click()
    assert "Đỗ Thị Mai (thay Binh)" in mai.reads()


def test_a_forgotten_password_is_reset_and_changed(offices: Offices) -> None:
    uyen = offices["uyen"]
    uyen.goes_to("/quan-tri/nguoi-dung?tim=hanh")
    uyen.follows("Hanh")
    uyen.main.get_by_text("Đặt lại mật khẩu…").click()
    uyen.presses("Đặt lại mật khẩu")
    password = uyen.main.locator(".given-password").inner_text()
    hanh = offices.elsewhere("hanh", viewport={"width": 390, "height": 844})
    hanh.page.goto("/viec")
    hanh.signs_in(PASSWORD)
    assert "không đúng" in hanh.was_refused(422)
    hanh.signs_in(password)
    assert hanh.title() == "Đặt mật khẩu của bạn"
    hanh.main.get_by_label("Mật khẩu được cấp").fill(password)
    hanh.main.get_by_label("Mật khẩu mới", exact=True).fill("mot-cau-de-nho")
    hanh.main.get_by_label("Nhập lại mật khẩu mới").fill("mot-cau-de-nho")
    hanh.presses("Đặt mật khẩu")
    hanh.signs_in("mot-cau-de-nho")
    assert hanh.title() == "Việc của tôi"
