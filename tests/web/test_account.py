"""One's own account: password and sessions."""

from __future__ import annotations

from tests import factories
from tests.web.conftest import words

NEW = "mot-mat-khau-moi-that-dai"


def change(one, current=factories.PASSWORD, new=NEW, again=None):
    one.get("/tai-khoan")
    return one.post("/tai-khoan/mat-khau", current=current, new=new, again=again or new)


def test_it_shows_who_i_am_and_where_i_am_signed_in(browser):
    said = words(browser("hoa").get("/tai-khoan"))
    assert "Trung tâm Phục vụ hành chính công cấp xã – UBND xã An Phú" in said
    assert "máy này" in said


def test_a_new_password_ends_all_sessions_and_works(browser):
    hoa, elsewhere = browser("hoa"), browser("hoa")
    assert change(hoa).location == "/dang-nhap"
    assert "Đã đổi mật khẩu" in words(hoa.get("/dang-nhap"))
    assert elsewhere.get("/viec").status_code == 302
    assert browser(None).sign_in("hoa", factories.PASSWORD).status_code == 422
    assert browser(None).sign_in("hoa", NEW).status_code == 302


def test_mistakes_are_told_beside_the_field_and_change_nothing(browser, journal):
    hoa = browser("hoa")
    assert "Mật khẩu hiện tại không đúng." in words(change(hoa, current="không phải"))
    assert journal("user:password-refused")[0]["username"] == "hoa"
    assert "không giống nhau" in words(change(hoa, again="khác hẳn"))
    assert "ít nhất 10 ký tự" in words(change(hoa, new="ngan"))
    assert hoa.last.status_code == 422
    assert hoa.get("/viec").status_code == 200


def test_all_other_sessions_can_be_ended(browser):
    hoa, elsewhere, hanh = browser("hoa"), browser("hoa"), browser("hanh")
    hoa.get("/tai-khoan")
    assert hoa.post("/tai-khoan/phien").location == "/tai-khoan"
    assert hoa.get("/viec").status_code == 200
    assert elsewhere.get("/viec").status_code == 302
    assert hanh.get("/viec").status_code == 200
