"""Paper with a number: the receipt at the counter, a letter from its writer to the clerk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser import steps
from tests.browser.offices import Officer, Offices
from tests.papers import text_of

pytestmark = pytest.mark.browser


def takes_away(officer: Officer, link: str) -> str:
    """What the PDF says that a link gives."""
    with officer.page.expect_download() as given:
        officer.main.get_by_role("link", name=link).click()
    return text_of(Path(given.value.path()).read_bytes())


def sees_the_page(officer: Officer) -> None:
    """The document's page is there as a picture."""
    leaf = officer.main.locator("img.leaf").first
    leaf.wait_for()
    drawn = "img => img.decode().then(() => img.naturalWidth)"
    assert leaf.evaluate(drawn) > 900


def test_the_receipt_is_printed_at_the_counter_with_its_number(offices: Offices) -> None:
    hoa = offices["hoa"]
    code = steps.file_at_the_counter(hoa)
    steps.carry(offices, code, steps.ACCEPTED)
    hoa.follows("In giấy hẹn")
    assert hoa.title() == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả (Mẫu số 01)"
    sees_the_page(hoa)
    hoa.presses("Cấp số và in")
    assert "Số 01/GTN-AP" in hoa.reads()
    sees_the_page(hoa)
    said = takes_away(hoa, "Tải PDF để in")
    assert "Số: 01/GTN-AP" in said
    assert "Nguyễn Thị Mừng" in said
    assert "Sổ nhận trợ cấp ưu đãi Bản chính" in said
    assert "17:00, thứ Sáu, ngày 22/05/2026" in said
    hoa.follows("Vì sao ngày này?")
    assert "Giỗ Tổ Hùng Vương" in hoa.reads()
    hoa.finds_case(code)
    hoa.follows("Xem giấy hẹn")  # printed once: the same again
    assert "Số 01/GTN-AP" in hoa.reads()


def test_a_submission_is_written_approved_and_numbered(offices: Offices) -> None:
    case_id = offices.town.file()
    offices.town.do(case_id, "B1b")
    code = offices.town.case(case_id).code
    binh, dung = offices["binh"], offices["dung"]
    binh.opens(code, steps.APPRAISAL)
    asked = binh.main.locator("form", has_text="Tờ trình")
    binh.presses("Soạn", within=asked)
    body = binh.main.get_by_label("Nội dung")
    assert "liệt sĩ Trần Văn Bền" in binh.main.get_by_label("Trích yếu").input_value()
    body.fill(body.input_value() + "\nKính trình xem xét trước ngày 15/3.")
    binh.presses("Lưu và xem trước")
    sees_the_page(binh)
    binh.follows("Xem văn bản")
    assert "Kính trình xem xét trước ngày 15/3." in takes_away(binh, "Tải bản PDF")
    steps.carry(offices, code, steps.LEGIBLE, steps.SIGNED[0])
    dung.opens(code, "Phê duyệt")
    assert "Có văn bản chờ bạn ký duyệt" in dung.reads()
    dung.follows("Tờ trình đề nghị")
    sees_the_page(dung)
    dung.presses("Ký duyệt")
    assert "Đã ký duyệt" in dung.reads()
    steps.carry(offices, code, steps.SIGNED[1])
    giang = offices.elsewhere("giang", viewport={"width": 390, "height": 844})
    giang.opens(code, "Ban hành văn bản")
    assert "Có văn bản chờ cấp số và ban hành" in giang.reads()
    giang.follows("Tờ trình đề nghị")
    giang.presses("Cấp số và ban hành")
    assert "Số 01/TTr-AP" in giang.reads()
    assert "Số: 01/TTr-AP" in takes_away(giang, "Tải PDF để in")
    with giang.page.expect_download() as given:
        giang.main.get_by_role("link", name="Tải bản Word").click()
    assert re.fullmatch(r"01-TTr-AP-\d+\.docx", given.value.suggested_filename)
    giang.opens(code, "Ban hành văn bản")
    assert giang.field("Số, ký hiệu văn bản").input_value() == "01/TTr-AP"
    assert giang.field("Ngày văn bản").input_value() == "02/03/2026"
    giang.completes()
