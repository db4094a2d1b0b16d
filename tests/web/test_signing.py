"""Signing in and out, sessions, language, and what is closed to strangers."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.persistence.tables import SignInRow, UserRow
from tests import factories
from tests.web.conftest import Browser, title, words
from web.app import create_app

CLOSED = (
    "/viec",
    "/viec/1",
    "/ho-so",
    "/ho-so/1",
    "/tiep-nhan",
    "/qua-han",
    "/thu-tuc",
    "/thu-tuc/ban-ve-moi",
    "/lich",
    "/tai-khoan",
)


@pytest.mark.parametrize("path", CLOSED)
def test_a_stranger_is_led_to_the_sign_in_and_back_afterwards(browser, path):
    stranger = browser(None)
    response = stranger.get(path)
    assert response.status_code == 302
    assert response.location.startswith("/dang-nhap?next=")
    page = stranger.get(response.location)
    wanted = stranger.post(
        "/dang-nhap", username="hoa", password=factories.PASSWORD, next=path
    ).location
    assert title(page) == "Đăng nhập"
    assert wanted == path


def test_every_endpoint_is_closed_unless_it_is_meant_to_be_open(web: Flask):
    client = web.test_client()
    adapter = web.url_map.bind("localhost")
    opened = set()
    for rule in web.url_map.iter_rules():
        values = {name: "1" if name != "key" else "x" for name in rule.arguments}
        values.pop("filename", None)
        if rule.endpoint == "static":
            continue
        known = ("GET", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS")
        method = next(one for one in known if one in (rule.methods or ()))
        web.config["WTF_CSRF_ENABLED"] = False
        response = client.open(adapter.build(rule.endpoint, values), method=method)
        if response.status_code == 401:
            continue  # asked for by scripts alone
        if response.status_code != 302 or not response.location.startswith("/dang-nhap"):
            opened.add(rule.endpoint)
    assert opened == {
        "health.show",
        "signing.show",
        "signing.sign_in",
        "signing.language",
        "looking_up.show",
        "metrics.show",  # behind a key of its own
    }


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_never_leads_to_another_site_after_signing_in(browser, away):
    stranger = browser(None)
    stranger.get("/dang-nhap")
    response = stranger.post("/dang-nhap", username="hoa", password=factories.PASSWORD, next=away)
    assert response.location == "/"


@pytest.mark.parametrize(("who", "secret"), [("hoa", "sai-mat-khau"), ("khong-co-ai", "gi-do")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer_and_are_journalled(
    browser, journal, who, secret
):
    stranger = browser(None)
    stranger.get("/dang-nhap")
    response = stranger.post("/dang-nhap", username=who, password=secret)
    assert response.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in words(response)
    assert secret not in response.text
    assert [line["username"] for line in journal("sign-in:refused")] == [who]


def test_a_locked_account_ends_at_once(browser, town):
    hoa = browser("hoa")
    assert hoa.get("/viec").status_code == 200
    with town.act() as act:
        act.session.get_one(UserRow, town.users["hoa"]).locked = True
    assert hoa.get("/viec").status_code == 302


def test_signing_out_ends_the_session_on_the_server_too(browser, town):
    hoa = browser("hoa")
    stolen = hoa.client.get_cookie("quytrinh").value
    assert hoa.post("/dang-xuat").location == "/dang-nhap"
    thief = browser(None)
    thief.client.set_cookie("quytrinh", stolen)
    assert thief.get("/viec").status_code == 302
    with town.act(write=False) as act:
        assert act.session.query(SignInRow).count() == 0


def test_a_session_runs_out(browser, town):
    hoa = browser("hoa")
    town.at("2026-03-02 20:01")
    assert hoa.get("/viec").status_code == 302


def test_the_cookie_is_closed_to_scripts_and_other_sites_and_tells_nothing(browser, web):
    hoa = browser(None)
    response = hoa.sign_in("hoa")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    kept = web.session_interface.get_signing_serializer(web).loads(
        hoa.client.get_cookie("quytrinh").value
    )
    assert set(kept) <= {"key", "_permanent", "csrf_token"}


def test_too_many_attempts_are_stopped(town):
    web = create_app(town.app, {"TESTING": True, "SIGN_IN_LIMIT": "3 per minute"})
    stranger = Browser(web.test_client())
    stranger.get("/dang-nhap")
    token = stranger.token()
    statuses = [
        stranger.post("/dang-nhap", token=token, username="hoa", password="sai").status_code
        for _ in range(5)
    ]
    assert statuses == [422, 422, 422, 429, 429]
    assert title(stranger.last) == "Bạn đã thử quá nhiều lần"


def test_the_language_can_be_switched_and_is_remembered(browser, town):
    hoa = browser("hoa")
    hoa.get("/viec")
    assert hoa.post("/ngon-ngu", language="en", next="/viec?xem=unit").location == "/viec?xem=unit"
    assert title(hoa.get("/viec")) == "My work"
    again = browser("hoa")
    assert title(again.get("/viec")) == "My work"
    assert 'lang="en"' in again.last.text


def test_an_unknown_language_changes_nothing(browser):
    hoa = browser("hoa")
    assert hoa.post("/ngon-ngu", language="xx", next="//evil.example").location == "/"
    assert title(hoa.get("/viec")) == "Việc của tôi"


def test_demo_accounts_are_shown_only_where_they_exist(browser):
    assert "Tài khoản minh họa" not in words(browser(None).get("/dang-nhap"))


def test_a_form_sent_after_the_session_ended_says_so_and_leads_back_to_its_page(browser):
    stranger = browser(None)
    sent = stranger.client.post(
        "/viec/1/hoan-thanh", headers={"Referer": "http://localhost/viec/1"}
    )
    assert sent.location == "/dang-nhap?next=/viec/1&chua_gui=1"
    assert "chưa gửi được" in words(stranger.get(sent.location))


@pytest.mark.parametrize(
    ("who", "where"),
    [("hoa", "/viec"), ("phuc", "/giam-sat"), ("vinh", "/thu-tuc"), ("uyen", "/lich")],
)
def test_each_lands_where_their_work_is(browser, who, where):
    assert browser(who).get("/").location == where
