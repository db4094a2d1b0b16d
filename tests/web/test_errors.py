"""Errors as pages, headers on everything, forms only from our own pages."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from engine.domain.errors import (
    BadDecision,
    BadExpression,
    CalendarUnknown,
    CaseMoved,
    ExecutionFailed,
)
from engine.domain.messages import say
from engine.services import tasks
from tests.web.conftest import title, upload, words
from web import errors
from web.app import CONTENT_POLICY

PAGES = ("/dang-nhap", "/viec", "/khong-co-trang-nay", "/thu-tuc/ban-ve-moi", "/healthz")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_strict_headers(browser, path):
    response = browser("hoa").get(path)
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert "'unsafe" not in CONTENT_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


def test_pages_hold_nothing_inline_and_nothing_from_elsewhere(browser, town):
    case_id = town.file()
    hoa = browser("hoa")
    for path in (
        "/viec",
        f"/ho-so/{case_id}",
        "/tiep-nhan/qt02-cap-doi-bang",
        "/thu-tuc/qt02-cap-doi-bang/1",
    ):
        text = hoa.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert "javascript:" not in text
        scripts = re.findall(r"<script[^>]*>", text)
        assert scripts
        assert all(re.fullmatch(r'<script src="/static/dist/[^"]+" defer>', it) for it in scripts)
        assert 'src="http' not in text


def test_a_form_without_our_token_is_refused(browser, town):
    task = town.task(town.file(), "B1b")
    hoa = browser("hoa")
    for token in ("", "made-up"):
        response = hoa.post(f"/viec/{task.id}/nhan", token=token)
        assert response.status_code == 400
        assert "mở quá lâu" in words(response)
    assert town.task(task.case_id, "B1b").assignee_id is None


def test_a_token_of_before_the_sign_in_does_not_work_after_it(browser, town):
    stranger = browser(None)
    stranger.get("/dang-nhap")
    token = stranger.token()
    stranger.sign_in("hoa")
    assert stranger.post("/dang-xuat", token=token).status_code == 400


def test_an_unknown_address_is_a_friendly_page(browser):
    for who in ("hoa", None):
        page = browser(who).get("/khong-co-trang-nay")
        assert page.status_code == 404
        assert title(page) == "Không tìm thấy"


def test_the_wrong_method_is_a_friendly_page(browser):
    page = browser("hoa").get("/dang-xuat")
    assert page.status_code == 405
    assert title(page) == "Yêu cầu chưa đúng"


def test_a_lost_race_is_a_conflict_that_asks_to_reload(browser, town, monkeypatch):
    task = town.task(town.file(), "B1b")

    def moved(act, task_id):
        raise CaseMoved()

    monkeypatch.setattr(tasks, "claim", moved)
    hoa = browser("hoa")
    hoa.get("/viec")
    page = hoa.post(f"/viec/{task.id}/nhan")
    assert page.status_code == 409
    assert "Hồ sơ vừa được người khác cập nhật." in words(page)


def claiming_raises(monkeypatch, browser, town, error):
    """The page after a claim that carried something out and then met `error`."""
    task, claim = town.task(town.file(), "B1b"), tasks.claim

    def fail(act, task_id):
        claim(act, task_id)
        raise error

    monkeypatch.setattr(tasks, "claim", fail)
    hoa = browser("hoa")
    hoa.get("/viec")
    page = hoa.post(f"/viec/{task.id}/nhan")
    assert town.task(task.case_id, "B1b").assignee_id is None
    return page


@pytest.fixture
def logged(monkeypatch):
    """What is logged as an error, as text; other tests may have set logging itself up otherwise."""
    lines = []

    def error(line, *values, **_more):
        lines.append(line % values)

    monkeypatch.setattr(errors.log, "error", error)
    return lines


@pytest.mark.parametrize(
    "error",
    [
        ExecutionFailed("G7", say("Không lối ra nào hợp lệ.")),
        BadExpression(say("Không chia cho 0 được.")),
        BadDecision(say("Không dòng nào khớp.")),
    ],
)
def test_a_drawing_that_cannot_go_on_is_told_as_such(browser, town, monkeypatch, logged, error):
    page = claiming_raises(monkeypatch, browser, town, error)
    assert page.status_code == 422
    assert title(page) == "Quy trình không đi tiếp được từ đây"
    said = words(page)
    assert str(error.message) in said
    assert "chuyên viên phân tích" in said
    assert "Chưa có gì được ghi lại" in said
    assert "người vừa làm trước" not in said
    (line,) = logged
    assert str(error.message) in line
    if isinstance(error, ExecutionFailed):
        assert "“G7”" in said
        assert "G7" in line


def test_a_year_without_a_calendar_sends_to_the_administrator(browser, town, monkeypatch, logged):
    page = claiming_raises(monkeypatch, browser, town, CalendarUnknown(date(2031, 1, 2)))
    assert page.status_code == 422
    assert title(page) == "Chưa tính được thời hạn"
    assert "Lịch làm việc chưa có năm 2031." in words(page)
    assert "quản trị" in words(page)
    assert len(logged) == 1


def test_what_nobody_foresaw_rolls_back_and_tells_nothing(browser, town, monkeypatch):
    task = town.task(town.file(), "B1b")
    claim = tasks.claim

    def break_after(act, task_id):
        claim(act, task_id)
        raise RuntimeError("secret detail")

    monkeypatch.setattr(tasks, "claim", break_after)
    hoa = browser("hoa")
    hoa.get("/viec")
    page = hoa.post(f"/viec/{task.id}/nhan")
    assert page.status_code == 500
    assert title(page) == "Hệ thống gặp trục trặc"
    assert "secret" not in page.text
    assert town.task(task.case_id, "B1b").assignee_id is None


def test_a_request_that_is_too_large_is_a_friendly_page(browser, web, town):
    task = town.task(town.file(), "B1b")
    hoa = browser("hoa")
    hoa.get(f"/viec/{task.id}")
    web.config["MAX_CONTENT_LENGTH"] = 10_000
    page = hoa.post(f"/viec/{task.id}/hoan-thanh", tep=upload("to.pdf", b"x" * 20_000))
    assert page.status_code == 413
    assert title(page) == "Tệp gửi lên quá lớn"


def test_bundled_files_may_be_kept_for_ever_under_their_hashed_names(browser):
    text = browser(None).get("/dang-nhap").text
    address = text.split('rel="stylesheet" href="')[1].split('"')[0]
    with browser(None).get(address) as response:
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_health_page_answers_without_a_sign_in(browser):
    response = browser(None).get("/healthz")
    assert response.status_code == 200
    assert json.loads(response.text)["status"] == "degraded"


def test_the_error_page_speaks_english_too(browser):
    hoa = browser("hoa")
    hoa.get("/viec")
    hoa.post("/ngon-ngu", language="en")
    assert title(hoa.get("/khong-co")) == "Not found"


@pytest.mark.parametrize("path", ["/viec/99999999999", "/ho-so/99999999999", "/viec/1/tep/1"])
def test_a_number_no_row_can_have_is_simply_not_found(browser, path):
    assert browser("hoa").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/viec?q=%00", "/tiep-nhan/%00", "/thu-tuc/%00/1"])
def test_control_characters_in_an_address_are_refused(browser, path):
    assert browser("hoa").get(path).status_code == 400


def test_a_nul_in_a_form_is_refused(browser):
    stranger = browser(None)
    stranger.get("/dang-nhap")
    sent = stranger.post("/dang-nhap", username="ho\0a", password="x")
    assert sent.status_code == 400
