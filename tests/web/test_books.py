"""Pages of books: what a clerk, an officer, a supervisor and an administrator see and do there."""

from __future__ import annotations

import io
import re
from html import unescape

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import insert, select

from engine.domain.books import Kind
from engine.persistence.tables import BookNumberRow, BookRow, DocumentRow
from engine.services import numbering
from tests.factories import World
from tests.web.conftest import title, words


def shelf(town: World, kind: Kind = Kind.OUTGOING, unit: str = "snv", year: int = 2026) -> str:
    return f"/so-van-ban/{town.units[unit]}/{year}/{kind}"


def give(town: World, count: int = 1, purpose: str = "Tờ trình cấp đổi Bằng") -> list[int]:
    with town.act() as act:
        unit = town.units["snv"]
        rows = [numbering.give(act, unit, Kind.OUTGOING, purpose) for _ in range(count)]
        return [row.id for row in rows]


def fill(town: World, count: int) -> None:
    """Numbers 2, 3, … as they stand after a year; quicker than one by one."""
    (first,) = give(town)
    with town.act() as act:
        row = act.session.get_one(BookNumberRow, first)
        facts = {name: getattr(row, name) for name in ("book_id", "state", "purpose", "at")}
        act.session.execute(
            insert(BookNumberRow),
            [
                {**facts, "number": number, "sign": f"{number:02}/SNV", "search": "", "reason": ""}
                for number in range(2, count + 1)
            ],
        )
        act.session.get_one(BookRow, row.book_id).last = count


def reserve(one, town: World, **said: str):
    fields = {"now": "0", "purpose": "Giữ cho Phòng", "letter": "TTr", "count": "1", **said}
    return one.post(f"{shelf(town)}/giu-so", **fields)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_bounded() for page in document).replace(
        "\r\n", " "
    )


# --- the shelf and one book ----------------------------------------------------------------------


def test_every_book_of_the_unit_stands_on_the_shelf(browser, town):
    give(town, 3)
    page = browser("lan").get("/so-van-ban")
    assert "Sở Nội vụ, năm 2026" in words(page)
    assert "Sổ văn bản đi 3 0 0 Đang mở" in words(page)
    assert words(page).count("Chưa có số nào") == 5


def test_the_menu_leads_there_whoever_holds_a_post(browser):
    assert 'href="/so-van-ban"' in browser("lan").get("/viec").text
    assert 'href="/so-van-ban"' not in browser("tam").get("/viec").text
    assert "chưa giữ chức danh" in words(browser("tam").get("/so-van-ban"))


def test_a_supervisor_chooses_among_units_and_only_looks(browser, town):
    (number,) = give(town)
    phuc = browser("phuc")
    page = phuc.get(f"/so-van-ban?don-vi={town.units['snv']}")
    assert "Sở Nội vụ, năm 2026" in words(page)
    page = phuc.get(shelf(town))
    assert "01/SNV" in words(page)
    assert "giu-so" not in page.text
    assert phuc.get(f"{shelf(town)}/giu-so").status_code == 404
    phuc.get("/so-van-ban")
    assert reserve(phuc, town).status_code == 403
    assert phuc.post(f"/so-van-ban/so/{number}/huy", reason="Vì.").status_code == 403


def test_others_do_not_see_the_book(browser, town):
    (number,) = give(town)
    hoa = browser("hoa")
    for path in (shelf(town), f"{shelf(town)}/in.pdf", f"/so-van-ban/so/{number}"):
        assert hoa.get(path).status_code == 403
    assert hoa.get(f"/so-van-ban?don-vi={town.units['snv']}").status_code == 404
    for path in (f"/so-van-ban/{town.units['ap']}/2026/la", "/so-van-ban/999/2026/tu-choi"):
        assert hoa.get(path).status_code == 404


def test_a_thousand_numbers_are_leafed_through_and_searched(browser, town):
    fill(town, 1_000)
    give(town, 1, "Công văn hỏi cơ quan giám định")
    lan = browser("lan")
    page = lan.get(shelf(town))
    assert "1001/SNV" in page.text
    assert page.text.count("/so-van-ban/so/") == 50
    following = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert following
    assert "951/SNV" in lan.get(unescape(following[1])).text
    found = lan.get(f"{shelf(town)}?q=giam+dinh")
    assert found.text.count("/so-van-ban/so/") == 1
    assert "0500/SNV" not in found.text
    assert lan.get(f"{shelf(town)}?q=500").text.count("/so-van-ban/so/") == 1
    assert "Không có số nào khớp" in words(lan.get(f"{shelf(town)}?xem=voided"))
    assert lan.get(f"{shelf(town)}?sau=lung-tung").status_code == 400


# --- reserving, using, voiding -------------------------------------------------------------------


def test_a_clerk_keeps_numbers_back_uses_one_and_voids_one(browser, town, journal):
    khanh = browser("khanh")
    khanh.get(f"{shelf(town)}/giu-so")
    assert reserve(khanh, town, count="2").location == shelf(town)
    page = khanh.get(shelf(town))
    assert "Đã giữ trước: 01/TTr-SNV, 02/TTr-SNV." in words(page)
    khanh.get("/so-van-ban/so/1")
    assert khanh.post("/so-van-ban/so/1/dung", purpose="Tờ trình đánh máy").status_code == 302
    assert khanh.post("/so-van-ban/so/2/huy", reason="Không trình nữa.").status_code == 302
    said = words(khanh.get(shelf(town)))
    assert "Tờ trình đánh máy" in said
    assert "Đã hủy Không trình nữa." in said
    assert [line["reason"] for line in journal("number:voided")] == ["Không trình nữa"]
    number = khanh.get("/so-van-ban/so/2")
    assert "Hủy lúc" in words(number)
    assert "/huy" not in number.text


def test_a_paper_made_elsewhere_takes_the_next_number_at_once(browser, town):
    khanh = browser("khanh")
    khanh.get(f"{shelf(town)}/giu-so")
    reserve(khanh, town, now="1", letter="", purpose="Công văn gửi Bộ")
    assert "Đã lấy số 01/SNV." in words(khanh.get(shelf(town)))


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ({"purpose": " "}, 422, "Hãy ghi trích yếu"),
        ({"count": "99"}, 422, "Mỗi lần giữ trước từ 1 đến 50 số."),
        ({"count": "hai"}, 422, "Số lượng phải là một số nguyên."),
        ({"number": "-3"}, 422, "Số bắt đầu phải là một số nguyên."),
        ({"number": "9"}, 422, "bỏ trống từ số 2"),
        ({"number": "1"}, 409, "Số tiếp theo của sổ là 2."),
        ({"letter": "X"}, 422, "Không có loại văn bản"),
    ],
)
def test_what_cannot_be_kept_back_is_said_with_what_was_typed(browser, town, typed, status, told):
    give(town)
    khanh = browser("khanh")
    khanh.get(f"{shelf(town)}/giu-so")
    refused = reserve(khanh, town, **{"purpose": "Việc của Phòng", **typed})
    assert refused.status_code == status
    assert told in words(refused)
    assert typed.get("purpose", "Việc của Phòng").strip() in refused.text
    assert len(numbers(town)) == 1


def numbers(town: World) -> list[BookNumberRow]:
    with town.act(write=False) as act:
        return list(act.session.scalars(select(BookNumberRow).order_by(BookNumberRow.id)))


def test_a_page_left_open_over_new_year_takes_no_number_of_the_wrong_year(browser, town):
    town.at("2026-12-31 23:59:59")
    khanh = browser("khanh")
    khanh.get(f"{shelf(town)}/giu-so")
    town.at("2027-01-01 00:00:00")
    refused = reserve(khanh, town)
    assert refused.status_code in (404, 422)
    assert numbers(town) == []
    assert "năm 2027" in words(khanh.get("/so-van-ban"))


def test_a_number_in_use_leads_to_its_dossier_for_who_may_see_that(browser, town):
    case_id = town.file()
    (number,) = give(town)
    with town.act() as act:
        act.session.add(
            DocumentRow(
                kind="cong-van",
                case_id=case_id,
                unit_id=town.units["snv"],
                title="Công văn xác minh",
                state="issued",
                number_id=number,
                sign="01/SNV",
                made_at=act.now,
                data={},
            )
        )
    page = browser("lan").get(shelf(town))
    assert "Công văn xác minh Hồ sơ AP-2026-000001" in words(page)
    assert f"/ho-so/{case_id}" not in page.text  # the dossier has not come to the department yet
    seen = browser("phuc").get(shelf(town)).text
    assert f'href="/ho-so/{case_id}"' in seen
    assert 'href="/van-ban/1"' in seen
    assert "/van-ban/1" not in page.text.replace("/so-van-ban", "")
    khanh = browser("khanh")
    assert "chỉ được hủy cùng văn bản" in words(khanh.get(f"/so-van-ban/so/{number}"))
    refused = khanh.post(f"/so-van-ban/so/{number}/huy", reason="Sai.")
    assert refused.status_code == 422
    assert "Hãy hủy văn bản đó" in words(refused)


# --- on paper ------------------------------------------------------------------------------------


def test_the_book_is_printed_with_everything_in_it(browser, town):
    give(town, 2)
    with town.act("khanh") as act:
        (row,) = numbering.reserve(act, town.units["snv"], Kind.OUTGOING, "Giữ cho Phòng", 1)
        numbering.void(act, row.id, "Không dùng.")
    answer = browser("lan").get(f"{shelf(town)}/in.pdf")
    assert answer.mimetype == "application/pdf"
    said = text_of(answer.data)
    assert "SỔ VĂN BẢN ĐI" in said
    assert "Năm 2026" in said
    assert "03/SNV" in said
    assert "Đã hủy: Không dùng." in said


def test_the_book_goes_into_a_spreadsheet_as_it_was_filtered(browser, town):
    give(town, 3)
    give(town, 1, "=SUM(A1)")
    lan = browser("lan")
    answer = lan.get(f"{shelf(town)}/tai-ve.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["Số, ký hiệu", "01/SNV", "02/SNV", "03/SNV", "04/SNV"]
    assert rows[4][2] == "=SUM(A1)"
    assert sheet["C5"].data_type == "s"  # text, no formula
    only = lan.get(f"{shelf(town)}/tai-ve.xlsx?q=2").data
    assert openpyxl.load_workbook(io.BytesIO(only)).active.max_row == 2
    assert lan.get(f"{shelf(town, Kind.STOP)}/tai-ve.xlsx").status_code == 404


# --- administrators ------------------------------------------------------------------------------


def test_an_administrator_sets_pattern_limit_and_beginning_and_sees_an_example(browser, town):
    uyen = browser("uyen")
    assert "/quan-tri/so-van-ban" in uyen.get("/quan-tri").text
    path = f"/quan-tri/so-van-ban/{town.units['snv']}/van-ban-di"
    assert "01/SNV hoặc 01/TTr-SNV" in words(uyen.get(path))
    fields = {"pattern": "{number}.{year}/{kind}{sign}", "limit": "300", "on_paper": "245"}
    looked = uyen.post(path, look="1", **fields)
    assert looked.status_code == 200
    assert numbers(town) == []
    assert uyen.post(path, **fields).status_code == 302
    said = words(uyen.get(f"/quan-tri/so-van-ban?don-vi={town.units['snv']}"))
    assert "Đã lưu “Sổ văn bản đi”." in said
    assert "246.2026/SNV 245 300" in said
    give(town)
    assert numbers(town)[0].sign == "246.2026/SNV"
    assert "đến số 245 trong sổ giấy" in words(browser("lan").get(shelf(town)))
    assert "on_paper" not in uyen.get(path).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"pattern": "{sign}"}, "phải có {number}"),
        ({"pattern": "{number}/{don_vi}"}, "chỉ được dùng"),
        ({"limit": "1"}, "Giới hạn của sổ phải từ số cuối đã cấp (2)"),
        ({"limit": "nhiều"}, "Giới hạn phải là một số nguyên"),
        ({"on_paper": "100"}, "không đổi số bắt đầu được nữa"),
    ],
)
def test_settings_that_make_no_sense_are_refused_as_they_were_typed(browser, town, typed, told):
    give(town, 2)
    uyen = browser("uyen")
    path = f"/quan-tri/so-van-ban/{town.units['snv']}/van-ban-di"
    uyen.get(path)
    refused = uyen.post(path, **{"pattern": "{number}/{sign}", "limit": "", **typed})
    assert refused.status_code == 422
    assert told in words(refused)
    name, value = next(iter(typed.items()))
    assert value in refused.text or name == "on_paper"  # a book in use shows no such field


def test_a_book_is_closed_and_reopened_and_says_so(browser, town):
    give(town)
    uyen, khanh = browser("uyen"), browser("khanh")
    uyen.get(f"/quan-tri/so-van-ban?don-vi={town.units['snv']}")
    assert uyen.post("/quan-tri/so-van-ban/1/khoa").status_code == 302
    page = khanh.get(shelf(town))
    assert "Sổ đã khóa lúc" in words(page)
    assert "giu-so" not in page.text
    khanh.get("/so-van-ban")
    assert reserve(khanh, town).status_code in (404, 422)
    uyen.get(f"/quan-tri/so-van-ban?don-vi={town.units['snv']}")
    assert uyen.post("/quan-tri/so-van-ban/1/khoa").status_code == 409
    assert uyen.post("/quan-tri/so-van-ban/1/mo-lai", reason="").status_code == 400
    assert uyen.post("/quan-tri/so-van-ban/1/mo-lai", reason="Khóa nhầm.").status_code == 302
    assert "giu-so" in khanh.get(shelf(town)).text


def test_last_years_books_can_still_be_closed(browser, town):
    give(town)
    town.at("2027-01-04 08:00")
    page = browser("uyen").get(f"/quan-tri/so-van-ban?don-vi={town.units['snv']}")
    assert "Sổ các năm khác" in words(page)
    assert "/quan-tri/so-van-ban/1/khoa" in page.text


def test_only_administrators_enter(browser, town):
    for who in ("khanh", "nga", "vinh"):
        one = browser(who)
        for path in ("", f"/{town.units['snv']}/van-ban-di"):
            assert one.get(f"/quan-tri/so-van-ban{path}").status_code == 403
    uyen = browser("uyen")
    assert uyen.get("/quan-tri/so-van-ban?don-vi=999").status_code == 404
    assert uyen.get("/quan-tri/so-van-ban/999/van-ban-di").status_code == 404
    assert title(uyen.get("/quan-tri/so-van-ban")) == "Cách ghi số, giới hạn sổ"
