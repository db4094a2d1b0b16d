"""Form 07: the dossiers a unit received in a year, on the page, on paper, closed for the year."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest
from sqlalchemy import select

from engine.domain.clock import ZONE
from engine.persistence.tables import CaseRow, DocumentRow
from engine.services import book_prints
from tests.factories import World
from tests.services.test_walks import COMMUNE, PROVINCE
from tests.web.conftest import words
from tests.web.test_books import text_of


def register(town: World, year: int = 2026, unit: str = "ap") -> str:
    return f"/so-theo-doi?don-vi={town.units[unit]}&nam={year}"


def paper(town: World, kind: str = "pdf", year: int = 2026, unit: str = "ap") -> str:
    return f"/so-theo-doi/{town.units[unit]}/{year}.{kind}"


def close(one, town: World, year: int = 2026, reason: str = ""):
    one.get(register(town, year))
    fields = {"unit": str(town.units["ap"]), "year": str(year), "reason": reason}
    return one.post("/so-theo-doi/chot", **fields)


def kept(town: World) -> list[DocumentRow]:
    with town.act(write=False) as act:
        found = select(DocumentRow).where(DocumentRow.kind == "bm-07").order_by(DocumentRow.id)
        return list(act.session.scalars(found))


def finish(town: World, case_id: int, at: str, due: str | None) -> None:
    """Ends a dossier as of a moment, promised for another."""
    with town.act() as act:
        case = act.session.get_one(CaseRow, case_id)
        case.state, case.outcome = "finished", "E1"
        case.finished_at = datetime.fromisoformat(at).replace(tzinfo=ZONE)
        case.due_at = datetime.fromisoformat(due).replace(tzinfo=ZONE) if due else None


def test_each_dossier_stands_with_its_dates_and_where_it_is(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    page = browser("hoa").get(register(town))
    said = words(page)
    assert "AP-2026-000001 Nguyễn Thị Mừng Cấp đổi Bằng" in said
    assert "02/03/2026" in said
    assert "Thẩm định hồ sơ, đề xuất kết quả giải quyết TTHC – UBND xã An Phú Trong hạn" in said
    assert f"/ho-so/{case_id}" in page.text


def test_a_posting_without_open_work_says_what_it_waits_for(browser, town):
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", bang_mo_hu_hai=True)
    assert "Niêm yết ít nhất 40 ngày" in words(browser("hoa").get(register(town)))


def test_whoever_outside_is_waited_for_is_named(browser, town):
    supplementing, at_the_ministry = town.file(), town.file()
    town.do(supplementing, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung="Thiếu bằng gốc.")
    town.walk(at_the_ministry, *COMMUNE, *PROVINCE, "B18")
    said = words(browser("hoa").get(register(town)))
    assert "Chờ người nộp bổ sung hồ sơ" in said
    assert "Trình Thủ tướng Chính phủ – chờ Văn phòng Chính phủ" in said


@pytest.mark.parametrize(
    ("ended", "due", "told"),
    [
        ("2026-03-19 10:00", "2026-03-20 17:00", "Trước hẹn"),
        ("2026-03-20 16:59", "2026-03-20 17:00", "Đúng hẹn"),
        ("2026-03-20 17:30", "2026-03-20 17:00", "Trễ hẹn"),
        ("2026-03-24 17:00", "2026-03-20 17:00", "Trễ hẹn 2 ngày làm việc"),
        ("2026-03-20 10:00", None, ""),
    ],
)
def test_in_time_and_late_are_told_by_the_promised_moment(browser, town, ended, due, told):
    finish(town, town.file(), ended, due)
    said = words(browser("hoa").get(register(town)))
    assert f"Đã trả Bằng “Tổ quốc ghi công” cấp đổi {told}" in said


def test_what_is_overdue_says_by_how_much(browser, town):
    town.do(town.file(), "B1b")
    town.at("2026-12-14 08:00")
    assert "Quá hẹn" in words(browser("hoa").get(register(town)))


def test_a_year_ends_at_midnight_local_time(browser, town):
    town.at("2026-12-31 23:59:59")
    town.file()
    town.at("2027-01-01 00:00:00")
    town.file()
    hoa = browser("hoa")
    assert "AP-2026-000001" in words(hoa.get(register(town)))
    assert "AP-2027" not in hoa.last.text
    assert "AP-2027-000001" in words(hoa.get(register(town, 2027)))
    assert "AP-2026" not in hoa.last.text


def test_the_page_is_leafed_through_and_lets_only_the_unit_and_its_supervisor_in(browser, town):
    for _ in range(2):
        town.file()
    assert browser("phuc").get(register(town)).status_code == 200
    assert browser("lan").get(register(town)).status_code == 404
    assert browser("lan").get(paper(town)).status_code == 403
    assert browser("lan").get(paper(town, "xlsx")).status_code == 403
    hoa = browser("hoa")
    assert hoa.get(f"{register(town)}&sau=lung-tung").status_code == 400
    assert "chưa tiếp nhận hồ sơ nào" in words(hoa.get(register(town, 2024)))


def test_it_is_printed_with_long_names_and_a_head_on_each_page(browser, town):
    long = "Công Tằng Tôn Nữ Hoàng Phương Khánh Linh Thị Bích Ngọc"
    for _ in range(12):
        case_id = town.file(nguoi_ho_ten=long)
    town.do(case_id, "B1b")
    answer = browser("hoa").get(paper(town))
    assert answer.mimetype == "application/pdf"
    said = text_of(answer.data)
    assert "SỔ THEO DÕI HỒ SƠ" in said
    assert said.count("Ký nhận") > 1
    assert "AP-2026-000012" in said
    assert "Tổng số: 12 hồ sơ đã tiếp nhận" in said
    assert "chờ mẫu chính thức" in said


def test_the_spreadsheet_holds_the_same_in_order(browser, town):
    for _ in range(3):
        town.file()
    answer = browser("hoa").get(paper(town, "xlsx"))
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert [row[:2] for row in rows[1:]] == [(n, f"AP-2026-00000{n}") for n in (1, 2, 3)]
    assert rows[1][4] == datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001  a spreadsheet's own


# --- closing the year ----------------------------------------------------------------------------


def test_a_year_is_closed_once_it_is_over_and_its_print_is_kept(browser, town, journal):
    town.file()
    hoa = browser("hoa")  # heads the office
    assert "Chốt sổ" not in words(hoa.get(register(town)))
    assert "chỉ chốt được từ ngày 31/12/2026" in words(close(hoa, town))
    town.at("2027-01-04 08:00")
    hoa = browser("hoa")
    assert close(hoa, town).status_code == 302
    page = hoa.get(register(town))
    assert "Bản chốt lúc 04/01/2027 08:00" in words(page)
    (row,) = kept(town)
    stored = hoa.get(f"/so-theo-doi/ban-chot/{row.id}")
    assert "chốt sổ ngày 4 tháng 1 năm 2027" in text_of(stored.data)
    assert browser("lan").get(f"/so-theo-doi/ban-chot/{row.id}").status_code == 403
    assert (row.number_id, row.state) == (None, "issued")
    assert [line["year"] for line in journal("book:closed")] == [2026]


def test_what_was_kept_stays_as_it_was_and_is_replaced_with_a_reason(browser, town):
    case_id = town.file()
    town.at("2026-12-31 15:00")
    hoa = browser("hoa")
    close(hoa, town)
    before = hoa.get("/so-theo-doi/ban-chot/1").data
    finish(town, case_id, "2026-12-31 16:00", None)
    assert "Muốn chốt lại, hãy ghi lý do." in words(close(hoa, town))
    assert close(hoa, town, reason="Bổ sung kết quả cuối ngày.").status_code == 302
    first, second = kept(town)
    assert (first.state, second.state) == ("replaced", "issued")
    assert (second.replaces_id, second.reason) == (first.id, "Bổ sung kết quả cuối ngày.")
    assert hoa.get("/so-theo-doi/ban-chot/1").data == before
    assert "đã thay bằng bản sau" in words(hoa.get(register(town)))


def test_only_who_keeps_the_books_closes_a_year_and_an_empty_one_is_not_closed(browser, town):
    town.at("2027-01-04 08:00")
    assert "chưa tiếp nhận hồ sơ nào" in words(close(browser("hoa"), town))
    for who in ("hanh", "quan", "phuc"):
        assert close(browser(who), town).status_code in (403, 404)
    assert kept(town) == []


def test_a_register_too_long_for_one_print_says_so_and_is_not_closed(browser, town, monkeypatch):
    monkeypatch.setattr(book_prints, "MOST_DOSSIERS", 2)
    for _ in range(3):
        town.file()
    town.at("2027-01-04 08:00")
    hoa = browser("hoa")
    said = text_of(hoa.get(paper(town)).data)
    assert "bản in chỉ có 2 hồ sơ đầu" in said
    assert "AP-2026-000003" not in said
    assert "có hơn 2 hồ sơ" in words(close(hoa, town))
    assert kept(town) == []
