"""A person known from an earlier dossier is found while typing; the second dossier is told of."""

from __future__ import annotations

import pytest

from tests.browser.offices import Officer, Offices

pytestmark = pytest.mark.browser

APPLICANT, MARTYR = "1. Thông tin người đề nghị", "2. Thông tin về liệt sĩ"


def begin(hoa: Officer) -> None:
    hoa.goes_to("/tiep-nhan")
    hoa.follows("Nộp trực tiếp")


def test_typing_finds_choosing_fills_and_the_second_dossier_is_linked(offices: Offices) -> None:
    offices.town.file(ls_ngay_sinh="1948", ls_gioi_tinh="nam", than_nhan=[], nguoi_cccd="")
    hoa = offices["hoa"]
    begin(hoa)
    hoa.types("Họ và tên", "Nguyễn Thị Mận", hoa.part(APPLICANT))
    part = hoa.part(MARTYR)
    name, year = hoa.field("Họ và tên", part), hoa.field("Ngày tháng năm hy sinh", part)
    birth = hoa.field("Ngày tháng năm sinh", part)
    year.fill("1972")

    # Without diacritics, by the keyboard alone: what was typed stays, what is empty is filled.
    name.press_sequentially("tran v")
    option = hoa.form.get_by_role("option", name="Trần Văn Bền")
    option.wait_for()
    assert "sinh 1948" in option.inner_text()
    assert "AP-2026-000001" in option.inner_text()
    name.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    assert name.get_attribute("aria-activedescendant") == option.get_attribute("id")
    name.press("Enter")
    hoa.form.get_by_role("button", name="Bỏ chọn").wait_for()
    assert (name.input_value(), birth.input_value(), year.input_value()) == (
        "Trần Văn Bền",
        "1948",
        "1972",
    )
    assert hoa.field("Nam", part).first.is_checked()
    notice = part.locator(".person-alike")
    notice.wait_for()
    told = "Đã có hồ sơ AP-2026-000001 tại UBND xã An Phú về người có công này"
    assert told in notice.inner_text()

    # It can be undone, and done again with the mouse.
    hoa.form.get_by_role("button", name="Bỏ chọn").click()
    assert (name.input_value(), birth.input_value()) == ("tran v", "")
    assert year.input_value() == "1972"
    name.press_sequentially("a")
    option.click()
    hoa.form.get_by_role("button", name="Bỏ chọn").wait_for()
    assert birth.input_value() == "1948"

    # A refused form keeps the choice.
    birth.fill("năm 48")
    hoa.presses("Tiếp nhận hồ sơ")
    assert "Chưa gửi được" in hoa.was_refused(422)
    assert "về người có công này" in hoa.reads()
    assert "Đã chọn người có sẵn: Trần Văn Bền" in hoa.form.inner_text()
    birth.fill("1948")
    hoa.presses("Tiếp nhận hồ sơ")
    assert "Có thể trùng với hồ sơ khác" in hoa.reads()
    assert "cùng một người có công" in hoa.reads()

    # Whoever receives links the two, with a reason; both say so.
    hoa.follows("Kiểm tra hồ sơ ngay")
    hoa.follows("Liên kết", within=hoa.main.get_by_role("listitem").filter(has_text="000001"))
    hoa.main.get_by_label("Lý do").fill("Con gái thứ hai cùng nộp.")
    hoa.presses("Liên kết")
    assert "Có thể trùng" not in hoa.reads()
    panel = hoa.main.get_by_role("region", name="Người liên quan")
    assert "Con gái thứ hai cùng nộp." in panel.inner_text()
    hoa.follows("AP-2026-000001", within=panel)
    assert "AP-2026-000002" in panel.inner_text()
    hoa.follows("Trần Văn Bền", within=panel)
    assert hoa.title() == "Trần Văn Bền"
    assert hoa.lines().count() == 2


def test_on_a_phone_and_without_javascript_names_are_simply_typed(offices: Offices) -> None:
    offices.town.file(than_nhan=[])
    quan = offices.elsewhere("quan", java_script_enabled=False)
    begin(quan)
    quan.types("Họ và tên", "Trần Thị Lý", quan.part(APPLICANT))
    quan.types("Họ và tên", "Tran Van Ben", quan.part(MARTYR))
    quan.types("Ngày tháng năm hy sinh", "1972", quan.part(MARTYR))
    quan.presses("Tiếp nhận hồ sơ")
    said = quan.reads()
    assert "AP-2026-000001, UBND xã An Phú: người có công cùng họ tên, cùng năm hy sinh." in said
    assert quan.main.get_by_role("link", name="AP-2026-000001").count() == 0
    quan.presses("Không trùng AP-2026-000001")
    assert "Có thể trùng" not in quan.reads()
