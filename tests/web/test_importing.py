"""Running dossiers through the administrators' page."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from engine.services.importing.given import COLUMNS
from tests.web.conftest import title, upload, words

PATH = "/quan-tri/nhap-ho-so"
ROW = (
    *("HS-17/2025", "qt02-cap-doi-bang", "B3", "UBND xã An Phú", "", "Nguyễn Thị Mừng", "Trần Bền"),
    *(datetime(2026, 2, 2), "03/02/2026", date(2026, 2, 25), "20/4/2026", "", "ghi chú"),  # noqa: DTZ001
)


def workbook(*rows, heads=COLUMNS):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Hồ sơ"
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_sheet_is_tried_and_then_brought_in_without_being_sent_again(browser, town):
    admin = browser("uyen")
    assert title(admin.get(PATH)) == "Nhập hồ sơ đang giải quyết dở"
    tried = admin.post(PATH, file=upload("dở.xlsx", workbook(ROW)))
    assert tried.status_code == 200
    assert "Nhập được 1 hồ sơ, chưa nhập" in words(tried)
    assert "HS-17/2025 Nguyễn Thị Mừng" in words(tried)
    assert "Nguyễn" not in words(browser("hoa").get("/ho-so"))
    hidden = {
        name: tried.text.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("_kept", "kept_file", "kept_name")
    }
    token = tried.text.split('name="csrf_token" value="')[1].split('"')[0]
    done = admin.post(PATH, token=token, lam="nhap", **hidden)
    assert "Đã nhập 1 hồ sơ" in words(done)
    assert "AP-2026-000001" in words(done)
    assert "AP-2026-000001" in words(browser("cuong").get("/ho-so?q=HS-17"))
    page = words(browser("cuong").get("/ho-so/1"))
    assert "bắt đầu ở bước" in page
    assert "Hồ sơ nhập từ nơi khác Mã hồ sơ cũ HS-17/2025" in page
    filed = town.file()
    assert "Hồ sơ nhập từ nơi khác" not in words(browser("hoa").get(f"/ho-so/{filed}"))
    again = admin.post(PATH, file=upload("dở.xlsx", workbook(ROW)))
    assert again.status_code == 422
    assert "Hồ sơ này đã được nhập trước đây" in words(again)


def test_every_wrong_cell_is_told_and_nothing_is_kept(browser, town):
    admin = browser("uyen")
    admin.get(PATH)
    bad_day, bad_step = list(ROW), list(ROW)
    bad_day[7], bad_step[0], bad_step[2] = "hôm qua", "HS-2", "Bước lạ"
    said = admin.post(PATH, file=upload("a.xlsx", workbook(ROW, bad_day, bad_step)))
    assert said.status_code == 422
    assert "Tệp có 2 chỗ sai, chưa nhập hồ sơ nào" in words(said)
    assert "3 Ngày nộp “hôm qua” không phải là ngày" in words(said)
    assert "4 Bước đang làm “Bước lạ” không chỉ đúng một bước" in words(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "không phải là bảng tính Excel"),
        (workbook(heads=("Mã hồ sơ cũ",)), "Dòng đầu thiếu cột: Thủ tục"),
        (workbook(), "Tệp không có dòng hồ sơ nào."),
        (b"", "bảng tính Excel"),
    ],
)
def test_what_is_no_such_sheet_is_refused_with_a_sentence(browser, town, content, said):
    admin = browser("uyen")
    admin.get(PATH)
    refused = admin.post(PATH, file=upload("a.xlsx", content))
    assert refused.status_code == 422
    assert said in words(refused)


def test_the_template_is_a_sheet_that_is_understood(browser, town):
    content = browser("uyen").get(f"{PATH}/mau.xlsx").data
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book["Hồ sơ"]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    for place, value in enumerate(ROW, start=1):
        sheet.cell(2, place, value)
    sheet.cell(2, 3, "B3 – gì đó")  # as chosen from its list
    target = BytesIO()
    book.save(target)
    admin = browser("uyen")
    admin.get(PATH)
    assert "Nhập được 1 hồ sơ" in words(admin.post(PATH, file=upload("m.xlsx", target.getvalue())))


def test_only_administrators_see_the_page(browser, town):
    for who in ("hoa", "vinh", "phuc"):
        assert browser(who).get(PATH).status_code == 403
        assert browser(who).get(f"{PATH}/mau.xlsx").status_code == 403
        assert browser(who).post(PATH, file=upload("a.xlsx", workbook(ROW))).status_code == 403
