"""The administrators' pages of units, people, posts, office hours and the staff import."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from engine.persistence.tables import PostRow, UnitRow, UserRow
from tests import factories
from tests.services.test_staffing import CLERK, COMMUNE, book
from tests.web.conftest import title, upload, words

PAGES = (
    "/quan-tri/don-vi", "/quan-tri/don-vi/them", "/quan-tri/don-vi/2", "/quan-tri/don-vi/2/sua",
    "/quan-tri/nguoi-dung", "/quan-tri/nguoi-dung/them", "/quan-tri/nguoi-dung/1",
    "/quan-tri/chuc-danh", "/quan-tri/chuc-danh-giao/them", "/quan-tri/chuc-danh-giao/1",
    "/quan-tri/gio-lam-viec", "/quan-tri/nhap-nhan-su", "/quan-tri/nhap-nhan-su/mau.xlsx",
)  # fmt: skip

ACTS = (
    "/quan-tri/don-vi/them", "/quan-tri/don-vi/2/sua", "/quan-tri/don-vi/2/ngung",
    "/quan-tri/don-vi/2/mo-lai", "/quan-tri/nguoi-dung/them", "/quan-tri/nguoi-dung/1/sua",
    "/quan-tri/nguoi-dung/1/khoa", "/quan-tri/nguoi-dung/1/mo-khoa",
    "/quan-tri/nguoi-dung/1/mat-khau", "/quan-tri/nguoi-dung/1/phien",
    "/quan-tri/chuc-danh-giao/them", "/quan-tri/chuc-danh-giao/1/thay",
    "/quan-tri/chuc-danh-giao/thay/1/thoi", "/quan-tri/chuc-danh-giao/1/ban-giao",
    "/quan-tri/chuc-danh-giao/1/danh-dau", "/quan-tri/chuc-danh-giao/1/thoi",
    "/quan-tri/nhap-nhan-su", "/quan-tri/nhap-nhan-su/nhap", "/quan-tri/nhap-nhan-su/mat-khau.xlsx",
)  # fmt: skip


def test_only_administrators_enter_and_act(browser):
    uyen, hoa = browser("uyen"), browser("hoa")
    for page in PAGES:
        assert uyen.get(page).status_code == 200, page
        assert hoa.get(page).status_code == 403, page
    hoa.get("/viec")
    for act in ACTS:
        assert hoa.post(act).status_code == 403, act
    assert "Quản trị" not in words(hoa.get("/viec"))
    hours = hoa.post("/quan-tri/gio-lam-viec", lam="luu", starts="08:00", ends="12:00", reason="x")
    assert hours.status_code == 403


def test_what_is_not_there_is_not_found(browser):
    uyen = browser("uyen")
    for page in ("don-vi/999", "don-vi/999/sua", "nguoi-dung/999", "chuc-danh-giao/999"):
        assert uyen.get(f"/quan-tri/{page}").status_code == 404, page
    uyen.get("/viec")
    assert uyen.post("/quan-tri/nguoi-dung/999/khoa").status_code == 404
    assert uyen.post("/quan-tri/chuc-danh-giao/999/thoi").status_code == 404


def test_the_hub_tells_of_posts_that_nobody_fills(browser):
    said = words(browser("uyen").get("/quan-tri"))
    assert "1 đơn vị còn chức danh chưa ai giữ" in said
    assert "UBND xã Bình Minh : Chưa ai giữ chức danh" in said


def test_units_are_found_added_edited_and_closed(browser, town):
    uyen = browser("uyen")
    assert "UBND tỉnh Sông Hồng" in words(uyen.get("/quan-tri/don-vi"))
    found = words(uyen.get("/quan-tri/don-vi?tim=BINH+minh"))
    assert "UBND xã Bình Minh" in found
    assert "An Phú" not in found
    assert "Không tìm thấy đơn vị nào" in words(uyen.get("/quan-tri/don-vi?tim=khong-co"))
    uyen.get("/quan-tri/don-vi/them")
    wrong = uyen.post("/quan-tri/don-vi/them", code="ap", name="X", kind="ubnd-cap-xa")
    assert (wrong.status_code, "đã có" in words(wrong)) == (422, True)
    added = uyen.post(
        "/quan-tri/don-vi/them", code="dongson", name="UBND xã Đông Sơn", kind="ubnd-cap-xa",
        parent="UBND tỉnh Sông Hồng (tinh)", sign="UBND", phone="0238 123456",
    )  # fmt: skip
    page = uyen.get(added.location)
    assert "UBND tỉnh Sông Hồng" in words(page)
    assert "Chưa ai giữ chức danh Văn thư UBND cấp xã." in words(page)
    edit = uyen.get(added.location + "/sua")
    assert 'value="UBND tỉnh Sông Hồng (tinh)"' in edit.text
    uyen.post(added.location + "/sua", name="UBND xã Đông Sơn", kind="ubnd-cap-xa", parent="")
    assert "trực thuộc" not in words(uyen.get(f"/quan-tri/don-vi/{town.units['ap']}"))[:200]
    uyen.get(added.location)
    assert uyen.post(added.location + "/ngung", reason="").status_code == 422
    uyen.post(added.location + "/ngung", reason="Lập nhầm")
    assert "Đơn vị đã ngừng hoạt động" in words(uyen.get(added.location))
    uyen.post(added.location + "/mo-lai")
    assert "Đơn vị đã ngừng hoạt động" not in words(uyen.get(added.location))


def test_a_new_account_gets_a_password_once_and_must_change_it(browser):
    uyen = browser("uyen")
    uyen.get("/quan-tri/nguoi-dung/them")
    wrong = uyen.post("/quan-tri/nguoi-dung/them", username="Có Dấu", full_name="Ai")
    assert (wrong.status_code, "Có Dấu" in wrong.text) == (422, True)
    shown = uyen.post("/quan-tri/nguoi-dung/them", username="moi", full_name="Lê Thị Mới")
    password = re.search(r'given-password">([^<]+)<', shown.text)[1]
    moi = browser(None)
    assert moi.sign_in("moi", password).status_code == 302
    for page in ("/viec", "/tai-khoan", "/lich", "/tiep-nhan"):
        assert moi.get(page).location == "/tai-khoan/mat-khau", page
    assert title(moi.get("/tai-khoan/mat-khau")) == "Đặt mật khẩu của bạn"
    same = moi.post("/tai-khoan/mat-khau", current=password, new=password, again=password)
    assert "phải khác" in words(same)
    wrong = moi.post("/tai-khoan/mat-khau", current="sai", new="mot-cau-dai", again="mot-cau-dai")
    assert title(wrong) == "Đặt mật khẩu của bạn"
    moi.post("/tai-khoan/mat-khau", current=password, new="mot-cau-rieng", again="mot-cau-rieng")
    assert moi.sign_in("moi", "mot-cau-rieng").status_code == 302
    assert moi.get("/viec").status_code == 200


def test_a_password_is_reset_an_account_locked_and_sessions_ended(browser, town):
    uyen, hoa, hanh = browser("uyen"), browser("hoa"), browser("hanh")
    page = f"/quan-tri/nguoi-dung/{town.users['hoa']}"
    assert "Kết thúc mọi phiên" in words(uyen.get(page))
    shown = uyen.post(page + "/mat-khau")
    assert "no-store" in shown.headers["Cache-Control"]
    password = re.search(r'given-password">([^<]+)<', shown.text)[1]
    assert hoa.get("/viec").status_code == 302
    assert browser(None).sign_in("hoa", factories.PASSWORD).status_code == 422
    assert browser(None).sign_in("hoa", password).status_code == 302
    page = f"/quan-tri/nguoi-dung/{town.users['hanh']}"
    key = re.search(r'name="phien" value="(\w+)"', uyen.get(page).text)[1]
    uyen.post(page + "/phien", phien=key)
    assert hanh.get("/viec").location.startswith("/dang-nhap")
    uyen.get(page)
    uyen.post(page + "/khoa")
    assert "Đã khóa" in words(uyen.get(page))
    assert browser(None).sign_in("hanh").status_code == 422
    uyen.post(page + "/mo-khoa")
    assert browser(None).sign_in("hanh").status_code == 302
    own = f"/quan-tri/nguoi-dung/{town.users['uyen']}"
    assert "Khóa tài khoản…" not in words(uyen.get(own))
    assert uyen.post(own + "/khoa").status_code == 422
    assert uyen.post(own + "/sua", full_name="Uyên").status_code == 422  # no longer ticked
    assert uyen.post(own + "/mat-khau").status_code == 422


def test_accounts_are_searched_and_paged(browser, town):
    with town.act() as act:
        act.session.add_all(
            UserRow(username=f"cb{n:03}", full_name=f"Cán Bộ {n:03}", password_hash="-")
            for n in range(120)
        )
    uyen = browser("uyen")
    assert "139 tài khoản, trang 1 trên 3" in words(uyen.get("/quan-tri/nguoi-dung"))
    assert "trang=2" in uyen.last.text
    assert "1 tài khoản" in words(uyen.get("/quan-tri/nguoi-dung?tim=can+bo+119"))
    last = words(uyen.get("/quan-tri/nguoi-dung?trang=99"))
    assert "trang 3 trên 3" in last
    assert "uyen" in words(uyen.get("/quan-tri/nguoi-dung?xem=quan-tri"))
    assert "Không có tài khoản nào như vậy" in words(uyen.get("/quan-tri/nguoi-dung?xem=da-khoa"))


def test_a_post_is_given_in_few_clicks(browser, town):
    uyen = browser("uyen")
    uyen.get("/quan-tri/chuc-danh-giao/them?user=tam&back=user")
    role = uyen.post(
        "/quan-tri/chuc-danh-giao/them", user="tam", unit="ubnd xã an phú", back="user"
    )
    assert "Văn thư UBND cấp xã" in words(role)
    assert "Văn thư Sở Nội vụ" not in words(role)
    fields = {"user": "Tam (tam)", "unit": "ap", "role": "van-thu-xa", "back": "user"}
    wrong = uyen.post("/quan-tri/chuc-danh-giao/them", **fields, starts="31/02/2026")
    assert (wrong.status_code, "31/02/2026" in words(wrong)) == (422, True)
    assert "selected>Văn thư UBND cấp xã" in wrong.text
    given = uyen.post("/quan-tri/chuc-danh-giao/them", **fields, starts="01/04/2026",
                      last="30/06/2026", leader="1")  # fmt: skip
    said = words(uyen.get(given.location))
    assert "từ 01/04/2026 đến hết 30/06/2026" in said
    assert "Sắp tới" in words(uyen.get(f"/quan-tri/don-vi/{town.units['ap']}"))


def test_a_post_is_stood_in_for_marked_handed_on_and_ended(browser, town):
    uyen = browser("uyen")
    page = f"/quan-tri/chuc-danh-giao/{town.posts['giang']}"
    uyen.get(page)
    wrong = uyen.post(page + "/thay", user="giang")
    assert (wrong.status_code, "tự thay" in words(wrong)) == (422, True)
    uyen.post(page + "/thay", user="Tam (tam)", last="05/03/2026")
    said = words(uyen.get(page))
    assert "Tam từ 02/03/2026 đến hết 05/03/2026 Đang giữ" in said
    sub = re.search(r"/thay/(\d+)/thoi", uyen.last.text)[1]
    uyen.post(f"/quan-tri/chuc-danh-giao/thay/{sub}/thoi", post=town.posts["giang"])
    assert "Chưa cử ai thay" in words(uyen.get(page))
    marked = uyen.post(page + "/danh-dau", head="1", on="02/03/2026").location
    assert "phụ trách chức danh" in words(uyen.get(marked))
    handed = uyen.post(marked + "/ban-giao", user="tam", on="").location
    assert "Tam · UBND xã An Phú" in words(uyen.get(handed))
    assert uyen.post(handed + "/thoi", on="hôm nay").status_code == 422
    uyen.post(handed + "/thoi", on="03/03/2026")
    with town.act(write=False) as act:
        row = act.session.get(PostRow, int(handed.rpartition("/")[2]))
        assert f"{row.ends:%d/%m/%Y}" == "03/03/2026"


def test_roles_tell_who_records_for_the_outside(browser):
    said = words(browser("uyen").get("/quan-tri/chuc-danh"))
    assert "Bộ Nội vụ trung ương · có trong thủ tục" not in said
    assert "Chuyên viên Phòng Người có công Sở Nội vụ ghi nhận thay" in said


def test_office_hours_are_looked_at_before_they_are_saved(browser, town):
    town.file()
    uyen, page = browser("uyen"), "/quan-tri/gio-lam-viec"
    assert "07:30–11:30, 13:00–17:00" in words(uyen.get(page))
    hours = {"starts": ["07:00", "13:30"], "ends": ["11:00", "16:30"]}
    looked = uyen.post(page, lam="xem", reason="Mùa hè", **hours)
    assert "mỗi ngày 7 giờ" in words(looked)
    assert re.search(r"\d+ hạn đang chạy giữ nguyên", words(looked))
    assert "07:30–11:30" in words(uyen.get(page))
    bad = uyen.post(page, lam="luu", reason="", **hours)
    assert (bad.status_code, "lý do" in words(bad)) == (422, True)
    uyen.post(page, lam="luu", reason="Mùa hè", **hours)
    said = words(uyen.get(page))
    assert "Đang áp dụng: 07:00–11:00, 13:30–16:30" in said
    assert "Lý do: Mùa hè" in said
    assert "07:00–11:00" in words(browser("hoa").get("/lich"))


def test_a_workbook_is_looked_at_brought_in_and_its_passwords_fetched(browser, town):
    uyen, page = browser("uyen"), "/quan-tri/nhap-nhan-su"
    uyen.get(page)
    assert uyen.post(page).status_code == 422
    assert "không phải là bảng tính" in words(uyen.post(page, file=upload("a.xlsx", b"x")))
    wrong = book(users=[("Có Dấu", "Ai")])
    told = words(uyen.post(page, file=upload("nhan-su.xlsx", wrong)))
    assert "Tệp còn 1 chỗ phải sửa" in told
    assert "dòng 2, cột A" in told
    good = book(
        units=[("dongson", "UBND xã Đông Sơn", COMMUNE, "tinh")],
        users=[("moi", "Lê Thị Mới")],
        posts=[("moi", CLERK, "dongson")],
    )
    looked = uyen.post(page, file=upload("nhan-su.xlsx", good))
    fields = dict(re.findall(r'name="(tep|ten|xem-truoc)" value="([^"]*)"', looked.text))
    assert uyen.post(page + "/nhap", **{**fields, "xem-truoc": "khac"}).status_code == 409
    assert uyen.post(page + "/nhap", **{**fields, "tep": "0" * 64}).status_code == 422
    with town.act(write=False) as act:
        assert act.session.query(UnitRow).count() == 4
    done = uyen.post(page + "/nhap", **fields)
    password = re.search(r'given-password">([^<]+)<', done.text)[1]
    packed = re.search(r'name="mat-khau" value="([^"]*)"', done.text)[1].replace("&#34;", '"')
    file = uyen.post(page + "/mat-khau.xlsx", **{"mat-khau": packed})
    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.values)
    assert rows[1] == ("moi", "Lê Thị Mới", password)
    uyen.get(page)
    assert uyen.post(page + "/mat-khau.xlsx", **{"mat-khau": "[1"}).status_code == 400
    uyen.get(page)
    again = uyen.post(page, file=upload("nhan-su.xlsx", good))
    assert "không có gì để nhập" in words(again)


@pytest.mark.parametrize("query", ["", "?hien-co=1"])
def test_the_template_comes_as_a_workbook(browser, query):
    got = browser("uyen").get("/quan-tri/nhap-nhan-su/mau.xlsx" + query)
    names = openpyxl.load_workbook(io.BytesIO(got.data)).sheetnames
    assert names == ["Đơn vị", "Người dùng", "Chức danh", "Danh mục"]


def test_the_journal_of_a_case_says_who_stood_in_for_whom(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    town.do(case_id, "B2", who="son")
    assert "Son (thay Binh)" in words(browser("binh").get(f"/ho-so/{case_id}"))
