"""The board, its list, the heat map, urgent dossiers, giving many tasks, and files of all that."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape

import openpyxl
import pytest

from engine.persistence.tables import CaseRow, UnitRow, UserRow
from engine.services import deploying, filing, organising, step_times, tasks
from tests.factories import QT02
from tests.services.drawings import FORM
from tests.services.test_viewing import CALLER, PART
from tests.web.conftest import words


@pytest.fixture
def busy(town):
    """Two dossiers late at reception in An Phú, one of them on Hoa's desk; one in Bình Minh."""
    first, second = town.file(), town.file()
    town.file(who="quan", unit="bm")
    with town.act("hoa") as act:
        tasks.claim(act, town.task(first, "B1b").id)
    town.at("2026-03-05 09:00")
    return first, second


def figures(page) -> dict[str, str]:
    found = re.findall(
        r'class="label">.*?</svg>\s*(.*?)</span>\s*<strong>(.*?)</strong>', page.text
    )
    return dict(found)


def test_the_board_says_what_burns_and_each_number_leads_to_its_tasks(browser, town, busy):
    phuc = browser("phuc")
    assert phuc.get("/").location == "/giam-sat"
    page = phuc.get("/giam-sat")
    assert figures(page) == {
        "Quá hạn": "3",
        "Sắp đến hạn": "0",
        "Chưa ai nhận": "2",
        "Chờ bên ngoài lâu": "0",
        "Gấp": "0",
    }
    said = words(page)
    assert "Trễ nhất lúc này" in said
    assert "Đang giữ: Hoa" in said
    assert "2 việc đã quá 1 ngày làm việc" in said
    links = {unescape(link) for link in re.findall(r'href="(/qua-han[^"]*)"', page.text)}
    counted = {link: phuc.get(link).text.count('name="viec"') for link in links}
    ap = town.units["ap"]
    assert counted["/qua-han"] == 3
    assert counted[f"/qua-han?don_vi={ap}"] == 2
    assert counted["/qua-han?xem=tat-ca&giu=chua-nhan"] == 2
    assert counted["/qua-han?xem=un-tac&giu=ben-ngoai"] == 0
    for by, name in (
        ("thu-tuc", "Bằng “Tổ quốc ghi công”"),
        ("buoc", "Kiểm tra, tiếp nhận hồ sơ"),
        ("can-bo", "Hoa Trung tâm"),
        ("so-sao", "UBND xã An Phú"),
    ):
        assert name in words(phuc.get(f"/giam-sat?theo={by}"))
    narrowed = figures(phuc.get(f"/giam-sat?don_vi={ap}&trang=99"))
    assert (narrowed["Quá hạn"], narrowed["Chưa ai nhận"]) == ("2", "1")
    assert figures(phuc.get("/giam-sat?don_vi=xyz&thu_tuc=khac")) == {}


def test_a_head_sees_the_board_of_their_role_and_others_none(browser, busy):
    assert figures(browser("hoa").get("/giam-sat"))["Quá hạn"] == "2"
    assert "Không có việc nào đang mở" in words(browser("dung").get("/giam-sat"))
    for who in ("hanh", "tam", "uyen"):
        for path in ("", "/tai-ve.csv", "/ban-do-nhiet", f"/ban-do-nhiet/{QT02}", "/giao-lai"):
            assert browser(who).get(f"/giam-sat{path}").status_code == 403, path


def test_the_list_is_chosen_by_standing_desk_step_officer_and_words(browser, town, busy):
    phuc = browser("phuc")
    step = f"buoc={QT02}/B1b"
    for address, number in {
        "": 3,
        "?xem=sap-den-han": 0,
        "?xem=un-tac": 2,
        "?xem=gap": 0,
        "?xem=tat-ca": 3,
        "?giu=chua-nhan": 2,
        "?giu=ben-ngoai": 0,
        f"?{step}": 3,
        "?buoc=x/y": 0,
        f"?can_bo={town.users['hoa']}": 1,
        f"?can_bo={town.users['hoa']}&don_vi={town.units['bm']}": 0,
        "?q=AP-2026-000002": 1,
        f"?thu_tuc={QT02}": 3,
        "?thu_tuc=khac": 0,
        "?xem=gibts&don_vi=abc&can_bo=-1&buoc=x": 3,
    }.items():
        page = phuc.get(f"/qua-han{address}")
        assert page.text.count('name="viec"') == number, address
    assert "Ở bước này đã 3 ngày làm việc" in words(phuc.get("/qua-han"))
    assert "Người giữ: Hoa" in words(phuc.get(f"/qua-han?can_bo={town.users['hoa']}"))


def test_many_tasks_are_given_at_once_each_in_an_act_of_its_own(browser, town, busy, journal):
    _first, second = busy
    ids = [town.task(case_id, "B1b").id for case_id in busy]
    done = town.file()
    closed = town.task(done, "B1b").id
    town.do(done, "B1b")
    phuc = browser("phuc")
    chosen = "&".join(f"viec={one}" for one in (*ids, closed, "x"))
    page = words(phuc.get(f"/giam-sat/giao-lai?{chosen}"))
    assert "2 việc đã chọn." in page
    assert "1 việc đã chọn không còn mở" in page
    assert "Hanh Đang có 0 việc" in page
    said = {
        "viec": [str(one) for one in ids],
        f"user-ttpvhcc-xa.{town.units['ap']}": str(town.users["hoa"]),
    }
    assert "Hãy ghi lý do." in words(phuc.post("/giam-sat/giao-lai", **said))
    assert phuc.last.status_code == 422
    nobody = phuc.post("/giam-sat/giao-lai", viec=said["viec"], reason="Nghỉ")
    assert (nobody.status_code, "Hãy chọn một người cho các việc" in words(nobody)) == (422, True)
    answer = words(phuc.post("/giam-sat/giao-lai", **said, reason="Hạnh nghỉ phép"))
    assert "Đã giao lại 1 việc." in answer
    assert "1 việc không giao được." in answer  # it lies on her desk already
    assert "Việc này đang do Hoa giữ rồi." in answer
    assert town.task(second, "B1b").assignee_id == town.users["hoa"]
    assert [line["reason"] for line in journal("task:reassigned")] == ["Hạnh nghỉ phép"]
    assert "Chưa chọn việc nào" in words(phuc.get("/giam-sat/giao-lai"))
    too_many = "&".join(f"viec={one}" for one in range(1, 202))
    assert phuc.get(f"/giam-sat/giao-lai?{too_many}").status_code == 400
    quan = browser("quan")
    assert quan.post("/giam-sat/giao-lai", **said, reason="Vì").status_code == 403


def test_who_was_chosen_for_some_tasks_gets_no_others_when_those_are_done_meanwhile(
    browser, town, busy
):
    third = town.file()
    town.do(third, "B1b")
    with town.act() as act:  # Hoa may do both kinds of work
        hoa = act.session.get_one(UserRow, town.users["hoa"])
        here = act.session.get_one(UnitRow, town.units["ap"])
        organising.appoint(act, hoa, "cv-ncc-xa", here, act.today)
    ids = [town.task(case_id, "B1b").id for case_id in busy] + [town.task(third, "B2").id]
    phuc = browser("phuc")
    page = phuc.get("/giam-sat/giao-lai?" + "&".join(f"viec={one}" for one in ids)).text
    names = {
        int(user): name for name, user in re.findall(r'name="(user-[^"]+)" value="(\d+)"', page)
    }
    counter, specialist = names[town.users["hanh"]], names[town.users["binh"]]
    assert counter != specialist
    for case_id in busy:
        town.do(case_id, "B1b")
    said = {counter: str(town.users["hoa"]), specialist: str(town.users["binh"])}
    given = phuc.post("/giam-sat/giao-lai", viec=[str(one) for one in ids], reason="Nghỉ", **said)
    assert "Đã giao lại 1 việc." in words(given)
    assert town.task(third, "B2").assignee_id == town.users["binh"]


def test_a_dossier_is_marked_as_urgent_and_stands_on_top_everywhere(browser, town, busy, journal):
    first, _second = busy
    phuc, hoa = browser("phuc"), browser("hoa")
    assert phuc.post(f"/ho-so/{first}/gap", reason=" ").status_code == 422
    assert "Hãy ghi lý do." in words(phuc.last)
    assert phuc.post(f"/ho-so/{first}/gap", reason="Thân nhân ốm nặng").status_code == 302
    assert "Gấp" in words(phuc.get(f"/ho-so/{first}"))
    assert journal("case:hurried")[0]["reason"] == "Thân nhân ốm nặng"
    for scope in ("mine", "role", "unit"):
        page = hoa.get(f"/viec?xem={scope}")
        assert "Gấp Làm trước" in words(page)
        assert page.text.count(f'href="/viec/{town.task(first, "B1b").id}"') in (1, 2)
        assert words(page).index("AP-2026-000001") < len(words(page))
    assert "Làm trước" not in words(browser("quan").get("/viec?xem=unit"))
    assert "Làm trước" not in words(browser("hanh").get("/viec?xem=mine"))
    assert phuc.get("/qua-han?xem=gap").text.count('name="viec"') == 1
    assert figures(phuc.get("/giam-sat"))["Gấp"] == "1"
    town.do(first, "B1b")  # what opens next is urgent too
    assert "Gấp Làm trước" in words(browser("binh").get("/viec?xem=role"))
    again = phuc.post(f"/ho-so/{first}/gap", reason="Vì")
    assert (again.status_code, "từ trước" in words(again)) == (409, True)
    assert phuc.post(f"/ho-so/{first}/gap", off="1", reason="Đã xong").status_code == 302
    assert "Làm trước" not in words(browser("binh").get("/viec?xem=role"))
    assert journal("case:unhurried")[0]["reason"] == "Đã xong"
    assert browser("hanh").get(f"/ho-so/{first}/gap").status_code == 403
    assert browser("quan").get(f"/ho-so/{first}/gap").status_code == 404


def test_the_heat_map_shows_the_same_on_the_drawing_and_in_the_table(browser, town, busy):
    first, _second = busy
    town.do(first, "B1b")
    town.clock.advance(timedelta(minutes=5))
    step_times.roll_up_round(town.app)
    phuc = browser("phuc")
    assert phuc.get("/giam-sat/ban-do-nhiet").location == f"/giam-sat/ban-do-nhiet/{QT02}"
    page = phuc.get(f"/giam-sat/ban-do-nhiet/{QT02}")
    assert "Đang mở 2, quá hạn 2 (100%)" in page.text
    assert re.search(r"<tspan[^>]*>2 / 2</tspan>", page.text)
    assert 'fill="#f58c6c"' in page.text
    said = words(page)
    assert "3,1 ngày làm việc lâu hơn thời hạn" in said
    assert "0,5 ngày làm việc (tùy hồ sơ có thể là 8 giờ làm việc)" in said
    assert "cùng hạn với" in said
    assert "kenh ==" not in said
    assert "B6_" not in said
    assert "trễ 100%" in said
    assert f"thu_tuc={QT02}" in page.text
    by_time = words(phuc.get(f"/giam-sat/ban-do-nhiet/{QT02}?sap=p90&ky=30-ngay"))
    assert by_time.index("B1b") < by_time.index("B1a")
    none = words(phuc.get(f"/giam-sat/ban-do-nhiet/{QT02}?don_vi={town.units['snv']}&sap=x"))
    assert "0 việc đã xong" in none
    assert phuc.get("/giam-sat/ban-do-nhiet/khac").status_code == 404


def test_files_hold_the_list_as_chosen_with_nothing_a_sheet_would_run(browser, town, busy):
    first, _second = busy
    with town.act() as act:
        act.session.get_one(CaseRow, first).applicant = "=HYPERLINK(1)"
    phuc = browser("phuc")
    answer = phuc.get(f"/qua-han/tai-ve.csv?don_vi={town.units['ap']}")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=viec-qua-han-2026-03-05.csv"
    )
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:2] == ["Mã hồ sơ", "Người nộp"]
    assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(1)", "Nguyễn Thị Mừng"]
    assert rows[1][8:10] == ["02/03/2026 08:00", "02/03/2026 13:30"]
    book = openpyxl.load_workbook(io.BytesIO(phuc.get("/qua-han/tai-ve.xlsx").data))
    (sheet,) = book.worksheets
    assert (sheet.max_row, sheet.freeze_panes) == (4, "A2")
    assert sheet.auto_filter.ref == "A1:M4"
    assert sheet["B2"].value == "=HYPERLINK(1)"
    assert sheet["B2"].data_type == "s"
    assert sheet["I2"].value == datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001  as sheets hold it
    tables = openpyxl.load_workbook(io.BytesIO(phuc.get("/giam-sat/tai-ve.xlsx").data))
    assert tables.sheetnames == ["Theo đơn vị", "Theo thủ tục", "Theo bước", "Theo cán bộ"]
    units = {row[0]: row[1:3] for row in tables["Theo đơn vị"].iter_rows(values_only=True)}
    assert units["UBND xã An Phú"] == (2, 2)
    text = phuc.get("/giam-sat/tai-ve.csv").data.decode("utf-8-sig")
    assert "Theo cán bộ" in text
    assert phuc.get("/qua-han/tai-ve.pdf").status_code == 404
    assert phuc.get("/giam-sat/tai-ve.pdf").status_code == 404


def test_a_file_that_does_not_hold_everything_says_so(browser, busy, monkeypatch):
    monkeypatch.setattr("web.exports.MOST_ROWS", 2)
    text = browser("phuc").get("/qua-han/tai-ve.csv").data.decode("utf-8-sig")
    lines = text.strip().split("\r\n")
    assert len(lines) == 4
    assert lines[-1].startswith("Danh sách còn dài hơn: tệp chỉ chứa 2 dòng đầu.")


def test_what_lies_in_a_part_is_seen_where_the_procedure_calls_it(browser, town):
    files = [("goi.bpmn", CALLER), ("chung.bpmn", PART), ("don.form", FORM.encode())]
    with town.act("vinh") as act:
        deploying.deploy(act, files, "")
    with town.act("hoa") as act:
        said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
        filing.file_case(act, "goi-hai-lan", town.units["ap"], "counter", said, "k")
    page = browser("phuc").get("/giam-sat/ban-do-nhiet/goi-hai-lan")
    assert re.search(r"<tspan[^>]*>1 / 0</tspan>", page.text)
    assert 'href="#bang"' in page.text
    assert words(page).count("Phần dùng chung: ") >= 1
    chosen = words(browser("phuc").get("/giam-sat/ban-do-nhiet"))
    assert "1 0 Xem bản đồ" in chosen
    for path in ("/giam-sat/ban-do-nhiet", "/giam-sat", "/qua-han"):
        listed = browser("phuc").get(path).text
        assert "goi-hai-lan" in listed
        assert "niem-yet-chung" not in listed
