"""The working calendar to read, and the pages on which administrators change it."""

from __future__ import annotations

import re

from engine.services import moving
from tests.domain.vietnamese_time import shown
from tests.web.conftest import title, upload, words

DOCUMENT = "Công văn số 15/BNV-CVL"
SWAP = {"kieu": "hoan-doi", "off": "2026-05-04", "worked": "2026-05-09", "document": DOCUMENT}


def test_it_shows_this_years_days_with_their_documents(browser):
    page = browser("hoa").get("/lich")
    said = words(page)
    assert title(page) == "Lịch làm việc 2026"
    assert "02/01/2026 thứ Sáu Nghỉ" in said
    assert "10/01/2026 thứ Bảy Làm việc" in said
    assert "07:30–11:30, 13:00–17:00" in said
    assert "Thay đổi lịch" not in said
    assert page.text.count("<caption>") == 12
    assert re.search(r'<td class="off" title="Tết Nguyên đán">17<small>nghỉ</small>', page.text)
    assert re.search(r'<td class="worked" title="Làm bù[^"]*">10<small>làm</small>', page.text)
    assert '<td class="today" aria-current="date">2</td>' in page.text


def test_a_year_that_is_not_signed_off_says_so(browser):
    assert "chưa được duyệt" in words(browser("hoa").get("/lich?nam=2027"))
    assert "chưa được duyệt" not in words(browser("hoa").get("/lich?nam=2025"))


def test_a_year_that_is_not_there_is_not_found(browser):
    assert browser("hoa").get("/lich?nam=1999").status_code == 404


def test_before_any_calendar_was_loaded_the_page_says_what_to_do(browser, town):
    from engine.persistence.tables import CalendarDayRow, CalendarYearRow, ChangeStampRow

    with town.act() as act:
        act.session.query(CalendarDayRow).delete()
        act.session.query(CalendarYearRow).delete()
        for stamp in act.session.query(ChangeStampRow):
            stamp.number += 1
    page = browser("hoa").get("/lich")
    assert page.status_code == 200
    assert "Chưa có năm nào" in words(page)


def test_a_swap_is_entered_looked_at_confirmed_and_moves_dates(browser, town):
    town.at("2026-04-29 15:00")
    case_id = town.file()
    admin = browser("uyen")
    assert admin.get("/lich/thay-doi").status_code == 200
    sent = admin.post("/lich/thay-doi", **SWAP)
    page = admin.get(sent.location)
    said = words(page)
    assert "1 hạn sẽ dời" in said
    assert f"{town.case(case_id).code} UBND xã An Phú" in said
    assert "04/05/2026 09:30 05/05/2026 09:30 muộn hơn 1 ngày (1 ngày làm việc)" in said
    assert "Thay đổi lịch số 1 chưa được xác nhận" in words(admin.get("/lich"))
    only = words(admin.get(f"{sent.location}?don_vi={town.units['bm']}"))
    assert "Không có hạn nào" in only

    admin.get(sent.location)
    admin.post(f"{sent.location}/xac-nhan")
    page = admin.get(sent.location)
    assert page.headers["Refresh"]
    assert "Đã dời 0 hạn trong khoảng 1" in words(page)
    assert "Đang dời các hạn" in words(browser("hoa").get("/lich"))
    assert '<td class="worked" title="Làm bù' in browser("hoa").get("/lich").text
    moving.move_round(town.app)
    page = admin.get(sent.location)
    assert "Refresh" not in page.headers
    assert "Đã dời 1 hạn" in words(page)
    assert "04/05/2026 09:30 05/05/2026 09:30" in words(page)
    assert shown(town.task(case_id, "B1b").due_at) == "2026-05-05 09:30"
    history = words(browser("hoa").get("/lich"))
    assert f"Số 1 nghỉ 04/05/2026, làm việc 09/05/2026 {DOCUMENT}" in history
    task = words(browser("hoa").get(f"/viec/{town.task(case_id, 'B1b').id}"))
    assert "Hạn đã dời theo thay đổi lịch số 1" in task


def test_refused_entries_come_back_as_they_were_typed(browser):
    admin = browser("uyen")
    admin.get("/lich/thay-doi")
    for fields, sentence in (
        ({**SWAP, "off": "2026-04-30"}, "30/04/2026 đã là ngày nghỉ"),
        ({**SWAP, "worked": ""}, "hãy nêu cả ngày nghỉ và ngày làm bù"),
        ({**SWAP, "document": " "}, "Hãy nêu số và ngày của văn bản"),
        ({"kieu": "ngay", "first": "2026-05-08", "last": "2026-05-04"}, "đứng trước ngày đầu"),
        ({"kieu": "ngay", "first": "hôm nay"}, "Hãy nêu ngày đầu tiên"),
        ({"kieu": "don-vi", "first": "2026-05-05", "reason": "Lũ"}, "Hãy chọn đơn vị"),
        ({"kieu": "don-vi", "first": "2026-05-05", "reason": "Lũ", "unit": "99"}, "Hãy chọn đơn"),
        ({"kieu": "tep"}, "Hãy chọn một tệp CSV"),
        ({"kieu": "tep", "file": upload("a.csv", b"30/04/2026;le;;\nx;;;")}, "Dòng 1"),
        ({"kieu": "tep", "file": upload("a.csv", "nghỉ".encode("utf-16"))}, "UTF-8"),
        ({"kieu": "tep", "file": upload("a.csv", "ngày;\n".encode())}, "không có gì khác"),
    ):
        page = admin.post("/lich/thay-doi", **fields)
        assert page.status_code == 422
        assert sentence in words(page)
    page = admin.post("/lich/thay-doi", **{**SWAP, "off": "2026-04-30"})
    assert 'value="2026-04-30"' in page.text
    assert f'value="{DOCUMENT}"' in page.text
    assert "chưa được xác nhận" not in words(admin.get("/lich"))


def test_a_closure_of_several_days_leaves_out_the_weekend_and_shows_in_the_year(browser, town):
    admin = browser("uyen")
    admin.get("/lich/thay-doi?kieu=don-vi")
    unit = str(town.units["ap"])
    sent = admin.post(
        "/lich/thay-doi", kieu="don-vi", unit=unit, first="2026-03-05", last="2026-03-09",
        becomes="nghi", reason="Lũ lụt",
    )  # fmt: skip
    said = words(admin.get(sent.location))
    assert "Chỉ cho UBND xã An Phú" in said
    assert "06/03/2026 thứ Sáu Đóng cửa Lũ lụt" in said
    assert "07/03/2026" not in said
    admin.post(f"{sent.location}/xac-nhan")
    assert ">6<small>đóng</small>" in browser("hoa").get("/lich").text
    elsewhere = browser("quan").get("/lich")
    assert "<small>đóng</small>" not in elsewhere.text
    assert "UBND xã An Phú Lũ lụt" in words(elsewhere)


def test_a_draft_is_counted_again_or_dropped(browser):
    admin = browser("uyen")
    admin.get("/lich/thay-doi")
    table = "04/05/2026;nghỉ;Hoán đổi;TB 1\n09/05/2026;làm;Bù;TB 1\n".encode()
    sent = admin.post("/lich/thay-doi", kieu="tep", file=upload("lich.csv", table))
    admin.get(sent.location)
    assert admin.post(f"{sent.location}/tinh-lai").status_code == 302
    assert "Không hạn nào phải dời" in words(admin.get(sent.location))
    admin.post(f"{sent.location}/bo")
    assert "Đã bỏ" in words(admin.get(sent.location))
    assert admin.post(f"{sent.location}/xac-nhan").status_code == 409


def test_a_year_is_added_checked_and_signed_off(browser):
    admin = browser("uyen")
    assert "Thêm năm 2028" in words(admin.get("/lich?nam=2027"))
    admin.post("/lich/them-nam", year="2028")
    assert "Đã thêm năm 2028" in words(admin.get("/lich?nam=2028"))
    refused = admin.post("/lich/2028/duyet", document=" ")
    assert refused.status_code == 422
    assert "Hãy ghi văn bản đã đối chiếu" in words(refused)
    admin.post("/lich/2028/duyet", document="Thông báo số 1/TB-BNV")
    page = words(admin.get("/lich?nam=2028"))
    assert "Đã duyệt lịch năm 2028" in page
    assert "Hạt giống" not in page


def test_nobody_else_changes_it(browser):
    officer = browser("hoa")
    assert officer.get("/lich/thay-doi").status_code == 403
    assert officer.post("/lich/thay-doi", **SWAP).status_code == 403
    assert officer.post("/lich/2027/duyet", document="x").status_code == 403
    assert officer.post("/lich/them-nam", year="2028").status_code == 403
    admin = browser("uyen")
    admin.get("/lich/thay-doi")
    sent = admin.post("/lich/thay-doi", **SWAP)
    officer.get("/lich")
    for act in ("", "/xac-nhan", "/bo", "/tinh-lai"):
        asked = officer.post(f"{sent.location}{act}") if act else officer.get(sent.location)
        assert asked.status_code == 403
