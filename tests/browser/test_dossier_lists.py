"""Many dossiers under one letter, as the people of a department do it."""

from __future__ import annotations

import re

import pytest

from tests.browser.offices import Offices
from tests.services.gathered import dossiers

pytestmark = pytest.mark.browser

TITLE = "Danh sách đề nghị cấp đổi Bằng “Tổ quốc ghi công” tháng 3 năm 2026"


def test_three_dossiers_go_under_one_letter(offices: Offices) -> None:
    """The specialist gathers, the head initials, the director signs, the clerk numbers."""
    town = offices.town
    codes = [town.case(case_id).code for case_id in dossiers(town, 3)]
    lan, minh, nga, khanh = (offices[who] for who in ("lan", "minh", "nga", "khanh"))

    lan.opens(codes[0], "Thẩm tra hồ sơ")
    lan.follows("Lập danh sách")
    assert lan.main.get_by_role("checkbox", name=re.compile("^Chọn hồ sơ")).count() == 3
    with lan.page.expect_navigation():
        lan.main.get_by_role("button", name="Lập danh sách (3)").click()
    assert lan.title() == TITLE
    lan.main.get_by_label("Điền cột còn trống").select_option("Đối tượng")
    lan.main.get_by_label("Nội dung", exact=True).fill("Bộ đội")
    lan.presses("Điền mọi dòng trống")
    assert "Đã điền 3 dòng." in lan.told()
    lan.follows("Sửa dòng", within=lan.lines("Lê Thị Bưởi"))
    lan.main.get_by_label("Ký hiệu Bằng").fill("TK")
    lan.presses("Ghi dòng này")
    assert "TK 123456" in lan.lines("Lê Thị Bưởi").inner_text()
    lan.follows("Xem trước từng trang")
    pages = lan.main.get_by_role("img")
    assert pages.count() == 2
    for page in pages.all():
        page.scroll_into_view_if_needed()
        page.evaluate("one => one.decode()")  # fails for a picture that did not come
    lan.follows("Về danh sách")
    lan.presses("Trình cả danh sách")
    assert "do hệ thống gợi ý" in lan.was_refused(422)
    lan.ticks("Tôi đã soát")
    lan.presses("Trình cả danh sách")
    assert "Đã chuyển cả danh sách 3 hồ sơ" in lan.told()

    for officer in (minh, nga):
        officer.goes_to("/viec")
        assert officer.lines().count() == 0  # the list alone, not its dossiers
        officer.follows("Mở danh sách")
        officer.presses("Chuyển cả danh sách")
    assert "Nga đã ký duyệt" in nga.reads()

    khanh.goes_to("/viec")
    khanh.follows("Mở danh sách")
    khanh.presses("Lấy số và ban hành")
    assert "Đã ban hành công văn số 01/SNV" in khanh.told()
    with khanh.page.expect_download() as taken:
        khanh.page.get_by_role("link", name="Danh sách (Excel)").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    for code in codes:
        khanh.finds_case(code)
        assert "Công văn số 01/SNV" in khanh.reads()
        assert khanh.main.get_by_role("link", name=TITLE).count() == 1
