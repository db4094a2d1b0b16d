"""A clerk keeps a number back, voids one and prints the book; the applicant follows the QR code."""

from __future__ import annotations

import pypdfium2
import pytest

from engine.persistence.tables import CaseRow
from engine.services import looking_up
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def test_a_clerk_keeps_voids_and_prints_and_an_applicant_looks_up_on_a_phone(
    offices: Offices,
) -> None:
    khanh = offices["khanh"]
    khanh.goes_to("/viec")
    khanh.follows("Sổ văn bản")
    khanh.follows("Sổ văn bản đi")
    assert "Sổ chưa có số nào" in khanh.reads()
    khanh.follows("Giữ số, lấy số")
    khanh.main.get_by_label("Loại văn bản").select_option("TTr")
    khanh.presses("Lấy số")  # nothing said of what for
    assert "Hãy ghi trích yếu" in khanh.was_refused(422)
    assert khanh.main.get_by_label("Loại văn bản").input_value() == "TTr"
    khanh.types("Trích yếu, hoặc giữ cho việc gì", "Tờ trình cấp đổi Bằng", khanh.main)
    khanh.main.get_by_text("Giữ nhiều số, hoặc đúng một số đã hẹn").click()
    khanh.types("Số lượng giữ trước", "2", khanh.main)
    khanh.presses("Lấy số")
    assert "Đã giữ trước: 01/TTr-SNV, 02/TTr-SNV." in khanh.told()

    khanh.follows("02/TTr-SNV")
    khanh.types("Lý do hủy", "Lãnh đạo không ký.", khanh.main)
    khanh.presses("Hủy số này")
    assert "Số này không được cấp lại." in khanh.told()
    khanh.follows("Sổ văn bản đi")
    assert khanh.lines().count() == 2
    assert "Lãnh đạo không ký." in khanh.lines("02/TTr-SNV").inner_text()
    address = khanh.page.get_by_role("link", name="In sổ").get_attribute("href")
    printed = khanh.screen.context.request.get(str(address))
    assert printed.headers["content-type"] == "application/pdf"
    text = pypdfium2.PdfDocument(printed.body())[0].get_textpage().get_text_bounded()
    assert "01/TTr-SNV" in text
    assert "Đã hủy: Lãnh đạo không ký." in " ".join(text.split())

    case_id = offices.town.file()
    asked = "Bản gốc Bằng “Tổ quốc ghi công”."
    offices.town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung=asked)
    with offices.town.act() as act:
        case = act.session.get_one(CaseRow, case_id)
        key = looking_up.key_of(act, case)
        scanned = looking_up.address(act.app.settings, case.code, key)
    applicant = offices.elsewhere("", viewport=PHONE, has_touch=True)
    applicant.page.goto(scanned.removeprefix(act.app.settings.site))
    said = applicant.reads()
    assert "Cần bổ sung giấy tờ" in said
    assert asked in said
    assert "Mừng" not in said
    assert applicant.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert applicant.page.get_by_role("navigation").count() == 0

    applicant.follows("Tra cứu hồ sơ khác")
    applicant.types("Mã hồ sơ", case.code.lower(), applicant.main)
    applicant.types("Khóa tra cứu", "ABCDEFGHJK", applicant.main)
    applicant.presses("Tra cứu")
    assert "Không thấy hồ sơ nào có mã và khóa này" in applicant.was_refused(404)
    applicant.types("Khóa tra cứu", f"{key[:5]} {key[5:]}".lower(), applicant.main)
    applicant.presses("Tra cứu")
    assert "Cần bổ sung giấy tờ" in applicant.reads()
