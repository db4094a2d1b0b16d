"""Pages of lists: gathering, writing rows, handing on, and what other pages say of them."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest

from engine.persistence.tables import UnitRow, UserRow
from engine.ports import UploadedFile
from engine.services import organising, pausing, tasks
from tests.factories import World
from tests.services.gathered import carry, dossiers, gather
from tests.web.conftest import title, words

PDF = b"%PDF-1.4\n%%EOF\n"


def test_from_the_step_to_the_issued_list_by_pages(browser, town: World):
    cases = dossiers(town, 2)
    ids = [town.task(case_id, "B12").id for case_id in cases]
    lan = browser("lan")
    assert "Lập danh sách" in words(lan.get(f"/viec/{ids[0]}"))
    assert "2 hồ sơ đang chờ" in words(lan.get("/danh-sach/"))
    page = lan.get("/danh-sach/moi?buoc=qt02-cap-doi-bang/B12")
    assert "2 hồ sơ đủ dữ liệu." in words(page)
    made = lan.post(
        "/danh-sach/moi", buoc="qt02-cap-doi-bang/B12", ten="Danh sách tháng 3", viec=ids
    )
    place = made.location
    page = lan.get(place)
    assert title(page) == "Danh sách tháng 3"
    assert 'name="ds_thoi_ky"' not in page.text  # rows say it
    assert "Chống Mỹ (gợi ý)" in words(page)
    refused = lan.post(f"{place}/chuyen", buoc="B12", huong_giai_quyet="bo")
    assert refused.status_code == 422
    assert "do hệ thống gợi ý" in words(refused)
    lan.post(f"{place}/dien", cot="doi_tuong", noi_dung="Bộ đội")
    lan.get(place)
    done = lan.post(f"{place}/chuyen", buoc="B12", huong_giai_quyet="bo", da_soat="1")
    assert done.status_code == 302
    for who, step in (("minh", "B13a"), ("nga", "B13b")):
        officer = browser(who)
        assert "Danh sách tháng 3" in words(officer.get("/viec"))
        assert "Chuyển cả danh sách" in words(officer.get(place))
        sent = officer.post(f"{place}/chuyen", buoc=step, **{f"y_kien_{step}": "dong_y"})
        assert sent.status_code == 302
    khanh = browser("khanh")
    assert "Lấy số và ban hành" in words(khanh.get(place))
    khanh.post(f"{place}/chuyen", buoc="B14")
    assert "Công văn số 01/SNV" in words(khanh.get(place))
    again = khanh.post(f"{place}/chuyen", buoc="B14")
    assert again.status_code == 409
    assert "đã được ban hành rồi" in words(again)
    for case_id in cases:
        assert "01/SNV" in words(browser("oanh").get(f"/ho-so/{case_id}"))
        seen = browser("hoa").get(f"/ho-so/{case_id}")
        assert "01/SNV" in words(seen)
        assert place not in seen.text  # other people's data are on it
    assert browser("hoa").get(place).status_code == 404


def test_a_row_is_written_and_moved_by_its_page(browser, town: World):
    cases = dossiers(town, 3)
    list_id = gather(town, cases)
    lan = browser("lan")
    page = lan.get(f"/danh-sach/{list_id}/dong/{cases[0]}")
    values = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', page.text))
    values.pop("csrf_token")
    wrong = lan.post(f"/danh-sach/{list_id}/dong/{cases[0]}", **{**values, "hy_sinh_thang": "13"})
    assert wrong.status_code == 422
    assert "“Hy sinh tháng” không thể là “13”." in words(wrong)
    written = lan.post(
        f"/danh-sach/{list_id}/dong/{cases[0]}",
        **{**values, "doi_tuong": "Du kích", "vi_tri": "1", "sang_dong_sau": "1"},
    )
    assert "/dong/" in written.location
    page = words(lan.get(f"/danh-sach/{list_id}"))
    assert "Du kích" in page
    rows = re.findall(r'id="h(\d+)"', lan.last.text)
    assert rows[0] == str(cases[0])


def test_letter_and_list_are_looked_at_before_and_taken_away(browser, town: World):
    list_id = gather(town, dossiers(town, 2))
    lan = browser("lan")
    page = lan.get(f"/danh-sach/{list_id}/xem")
    pictures = re.findall(r'src="(/danh-sach/[^"]+\.png[^"]*)"', page.text)
    assert len(pictures) == 2
    for picture in pictures:
        assert lan.get(picture).data.startswith(b"\x89PNG")
    assert lan.get(pictures[-1].replace("/1.png", "/2.png")).status_code == 404
    draft = lan.get(f"/danh-sach/{list_id}/mau-83.pdf")
    assert draft.data.startswith(b"%PDF")
    assert "du-thao" in draft.headers["Content-Disposition"]
    lan.get(f"/danh-sach/{list_id}")
    letter = {
        "addressees": "Bộ Nội vụ\nCục Người có công", "subject": "cấp đổi Bằng", "body": "Đề nghị.",
        "recipients": "Như trên", "signer_title": "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC",
    }  # fmt: skip
    assert lan.post(f"/danh-sach/{list_id}/van-ban", ten="Tên mới", **letter).status_code == 302
    refused = lan.post(f"/danh-sach/{list_id}/van-ban", ten="", **letter)
    assert (refused.status_code, title(refused)) == (422, "Tên mới")
    carry(town, list_id, "B12", "B13a", "B13b", "B14")
    sheet = openpyxl.load_workbook(
        io.BytesIO(lan.get(f"/danh-sach/{list_id}/mau-83.xlsx").data)
    ).active
    assert [cell.value for cell in sheet[7]][:3] == ["STT", "Họ và tên liệt sĩ", "Chức vụ"]
    assert sheet.max_column == 16
    assert sheet["A5"].value == (
        "(Kèm theo công văn số 01/SNV ngày 02 tháng 3 năm 2026 của Sở Nội vụ)"
    )
    issued = lan.get(f"/danh-sach/{list_id}/mau-83.pdf")
    assert "du-thao" not in issued.headers["Content-Disposition"]


def test_a_dossier_that_cannot_go_is_left_out_from_the_same_page(browser, town: World):
    cases = dossiers(town, 2)
    list_id = gather(town, cases)
    carry(town, list_id, "B12", "B13a")
    with town.act("nga") as act:
        pausing.pause(act, cases[0], "Chờ xác minh.", UploadedFile("qd.pdf", PDF))
    nga = browser("nga")
    assert "đang tạm dừng" in words(nga.get(f"/danh-sach/{list_id}"))
    answer = {"buoc": "B13b", "y_kien_B13b": "dong_y"}
    stuck = nga.post(f"/danh-sach/{list_id}/chuyen", **answer)
    assert stuck.status_code == 409
    code = town.case(cases[0]).code
    assert f"{code} – Nguyễn Văn Ân : Hồ sơ đang tạm dừng" in words(stuck)
    assert town.open_elements(cases[1]) == ["B13b"]
    silent = nga.post(f"/danh-sach/{list_id}/chuyen", **answer, bo=cases[0])
    assert (silent.status_code, "Hãy ghi lý do." in words(silent)) == (422, True)
    nga.post(f"/danh-sach/{list_id}/chuyen", **answer, bo=cases[0], ly_do_bo="Chờ xác minh")
    assert (town.open_elements(cases[0]), town.open_elements(cases[1])) == (["B13b"], ["B14"])
    assert "1 hồ sơ đã rút khỏi danh sách" in words(browser("khanh").get(f"/danh-sach/{list_id}"))


def test_what_somebody_holds_is_shown_but_not_chosen(browser, town: World):
    mine, other = dossiers(town, 2)
    with town.act() as act:
        unit = act.session.get_one(UnitRow, town.units["snv"])
        user = act.session.get_one(UserRow, town.users["hanh"])
        organising.appoint(act, user, "cv-ncc-snv", unit, date(2025, 7, 1))
    with town.act("hanh") as act:
        tasks.claim(act, town.task(other, "B12").id)
    page = browser("lan").get("/danh-sach/moi?buoc=qt02-cap-doi-bang/B12")
    assert "Hanh đang giữ việc này." in words(page)
    assert re.findall(r'name="viec" value="(\d+)"', page.text) == [str(town.task(mine, "B12").id)]


def test_an_issued_list_is_corrected_and_issued_anew(browser, town: World):
    cases = dossiers(town, 2)
    list_id = gather(town, cases)
    carry(town, list_id, "B12", "B13a", "B13b", "B14")
    lan, khanh = browser("lan"), browser("khanh")
    page = lan.get(f"/danh-sach/{list_id}")
    assert "Cấp lại danh sách" not in words(page)
    assert lan.get(f"/danh-sach/{list_id}/cap-lai").status_code == 404
    lan.get(f"/danh-sach/{list_id}/dong/{cases[0]}")
    lan.post(f"/danh-sach/{list_id}/dong/{cases[0]}", ho_ten="Nguyễn Văn Ấn")
    assert "Có chỗ đã sửa, chưa cấp lại" in words(khanh.get(f"/danh-sach/{list_id}"))
    silent = khanh.post(f"/danh-sach/{list_id}/cap-lai", ly_do="")
    assert (silent.status_code, title(silent)) == (422, "Cấp lại danh sách")
    assert khanh.post(f"/danh-sach/{list_id}/cap-lai", ly_do="Sai tên").status_code == 302
    page = words(khanh.get(f"/danh-sach/{list_id}"))
    assert "Có chỗ đã sửa" not in page
    assert "Công văn số 01/SNV" in page


@pytest.mark.parametrize("path", ["/danh-sach/99", "/danh-sach/99/xem", "/danh-sach/moi?buoc=x/y"])
def test_what_does_not_exist_is_not_found(browser, path):
    assert browser("lan").get(path).status_code == 404
