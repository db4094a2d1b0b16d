"""Incidents on pages: seen by administrators, tried again, given up; the site when it is down."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from engine.domain.errors import DatabaseAway, DatabaseBusy, ExecutionFailed, StorageRefused
from engine.domain.messages import say
from engine.services import journalling, tasks, timers
from engine.services.act import Application
from engine.worker import Worker
from tests.services.test_incidents import the_incident, timed
from tests.web.conftest import Browser, title, words
from web.app import create_app

PAGE = "/quan-tri/su-co"


@pytest.fixture
def parked(town):
    """A dossier whose timer asks for a unit."""
    case_id = timed(town)
    timers.fire_due(town.app)
    return case_id


def test_only_administrators_enter(browser, town, parked):
    hoa, uyen = browser("hoa"), browser("uyen")
    for path in ("/quan-tri", PAGE, f"{PAGE}/1"):
        assert hoa.get(path).status_code == 403
        assert uyen.get(path).status_code == 200
    assert "1 sự cố chờ xử lý" in words(uyen.get("/quan-tri"))
    assert "Quản trị" in words(uyen.last)
    assert "chưa được kiểm tra lần nào" in words(uyen.last)
    assert journalling.verify(town.app) == []
    assert "nguyên vẹn" in words(uyen.get("/quan-tri"))
    with town.act() as act:
        journalling.last_verified(act).number = 2
    assert "tìm thấy 2 chỗ sai" in words(uyen.get("/quan-tri"))
    assert "Quản trị" not in words(hoa.get("/viec"))


def test_an_administrator_chooses_the_unit_and_the_dossier_goes_on(browser, town, parked):
    uyen = browser("uyen")
    listed = words(uyen.get(PAGE))
    assert "Chưa biết giao bước tiếp theo cho đơn vị nào." in listed
    assert town.case(parked).code in listed
    page = uyen.get(f"{PAGE}/1")
    assert "Sở Nội vụ (cơ sở 2)" in words(page)
    assert "UnitChoiceNeeded" in page.text  # folded away
    assert "Hãy chọn một đơn vị." in words(uyen.post(f"{PAGE}/1/chon-don-vi"))
    assert uyen.last.status_code == 422
    uyen.post(f"{PAGE}/1/chon-don-vi", unit=str(town.units["snv"]))
    assert "Đã chạy lại được." in words(uyen.get(f"{PAGE}/1"))
    assert town.open_elements(parked) == ["X"]
    assert "Không có sự cố nào" in words(uyen.get(PAGE))
    assert "Đã xử lý" in words(uyen.get(f"{PAGE}?xem=da-dong&loai=timer"))
    assert uyen.post(f"{PAGE}/1/thu-lai").status_code == 409


def test_officers_read_on_the_case_that_somebody_is_at_it(browser, town, parked):
    page = words(browser("hoa").get(f"/ho-so/{parked}"))
    assert "Hồ sơ đang gặp sự cố" in page
    assert "Quản trị đã được báo" in page


def test_giving_up_asks_for_a_reason_and_can_be_taken_back(browser, town, parked, journal):
    uyen = browser("uyen")
    assert "chờ ở bước này mãi" in words(uyen.get(f"{PAGE}/1"))
    refused = uyen.post(f"{PAGE}/1/thoi", reason="x" * 400)
    assert refused.status_code == 422
    assert "x" * 400 in refused.text
    uyen.post(f"{PAGE}/1/thoi", reason=" Đã  giải quyết\x0bngoài ")
    (line,) = journal("incident:given-up")
    assert (line["reason"], line["actor"]) == ("Đã giải quyết ngoài", town.users["uyen"])
    assert "Bạn có thể cho chạy lại" in words(uyen.get(f"{PAGE}/1"))
    uyen.post(f"{PAGE}/1/thu-lai")
    assert "vẫn chưa được" in words(uyen.get(f"{PAGE}/1"))
    assert journal("incident:retried")


def test_a_step_that_the_drawing_cannot_follow_becomes_an_incident(browser, town, monkeypatch):
    case_id = town.file()
    task = town.task(case_id, "B1b")

    def fail(*_):
        raise ExecutionFailed("G7", say("Không lối ra nào hợp lệ."))

    hoa = browser("hoa")
    hoa.get("/viec")
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "complete", fail)
        for _ in range(2):
            hoa.post(f"/viec/{task.id}/hoan-thanh", ket_qua="du")
    incident = the_incident(town)
    assert (incident.kind, incident.case_id, incident.times) == ("decision", case_id, 2)
    assert incident.detail == "hoa: ExecutionFailed [G7]: Không lối ra nào hợp lệ."
    uyen = browser("uyen")
    assert "Chuyên viên phân tích cần sửa bản vẽ" in words(uyen.get(f"{PAGE}/{incident.id}"))
    assert "Thử lại" not in words(uyen.last)
    town.do(case_id, "B1b")
    Worker(town.app).sweep()
    assert the_incident(town).outcome == "solved"


# --- the site when it is down --------------------------------------------------------------------


@pytest.fixture
def down(monkeypatch):
    """`down(error)`: from now on every act that writes fails with it."""
    honest = Application.act

    def make(error, reads_too=False):
        @contextmanager
        def act(self, user_id, write=True):
            if write or reads_too:
                raise error
            with honest(self, user_id, write=write) as opened:
                yield opened

        monkeypatch.setattr(Application, "act", act)

    return make


@pytest.mark.parametrize(
    "error", [DatabaseBusy(), DatabaseAway(say("ở /bi/mat")), StorageRefused(say("/bi/mat"))]
)
def test_a_busy_site_keeps_what_was_typed(browser, town, down, error):
    task = town.task(town.file(), "B1b")
    hoa = browser("hoa")
    hoa.get(f"/viec/{task.id}")
    down(error, reads_too=True)
    page = hoa.post(f"/viec/{task.id}/hoan-thanh", ghi_chu='Đủ "hồ sơ"', ket_qua="du")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "10"
    assert title(page) == "Hệ thống đang bận"
    assert 'name="ghi_chu" value="Đủ &#34;hồ sơ&#34;"' in page.text
    assert page.text.count('name="csrf_token"') == 2  # the form's and the language's
    assert "/bi/mat" not in page.text
    asked = hoa.get("/viec")
    assert asked.status_code == 503
    assert 'href="/viec"' in asked.text


def test_a_busy_site_repeats_neither_passwords_nor_what_others_sent(browser, town, down):
    stranger, hoa = browser(None), browser("hoa")
    stranger.get("/dang-nhap")
    task = town.task(town.file(), "B1b")
    hoa.get(f"/viec/{task.id}")
    token = hoa.token()
    down(DatabaseBusy(), reads_too=True)
    assert "mat-khau" not in stranger.post("/dang-nhap", username="hoa", password="mat-khau").text
    assert "nham-nhi" not in hoa.post(f"/viec/{task.id}/nhan", token="x", ghi="nham-nhi").text
    assert "nham-nhi" in hoa.post(f"/viec/{task.id}/nhan", token=token, ghi="nham-nhi").text


def test_the_health_page_tells_machines_and_nobody_else(browser, town, down):
    anybody = browser(None)
    assert anybody.get("/healthz").json["status"] == "degraded"  # no worker was ever there
    timed(town)
    Worker(town.app).sweep()
    now = anybody.get("/healthz")
    assert now.status_code == 200
    assert {k: v for k, v in now.json.items() if k != "now"} == {
        "status": "ok",
        "migrated": True,
        "worker": "living",
        "worker_seconds_ago": 0,
        "open_incidents": 1,
        "due_timers": 0,
    }
    town.clock.move_to(town.clock.now().replace(hour=23))
    lost = anybody.get("/healthz")
    assert (lost.status_code, lost.json["status"], lost.json["worker"]) == (200, "degraded", "lost")
    down(DatabaseAway(), reads_too=True)
    away = anybody.get("/healthz")
    assert (away.status_code, away.json) == (503, {"status": "unavailable"})


# --- odd requests --------------------------------------------------------------------------------


def test_odd_requests_are_refused_in_words(browser, town):
    case_id = town.file()
    task = town.task(case_id, "B1b")
    hoa, quan = browser("hoa"), browser("quan")
    hoa.get(f"/viec/{task.id}")
    asked = hoa.post(f"/viec/{task.id}/hoan-thanh", **{"unit.cv-ncc-xa": "²"})
    assert asked.status_code == 422
    for cursor in ("WzFlOTk5XQ", "WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTE0OjAwIiwxXQ"):
        for path in ("/viec", "/ho-so", PAGE):
            page = browser("uyen" if path == PAGE else "hoa").get(f"{path}?sau={cursor}")
            assert page.status_code == 400, (path, cursor)
    wrong = hoa.get(f"/viec/{task.id}/nhan")
    assert (wrong.status_code, "POST" in wrong.headers["Allow"]) == (405, True)
    for act in ("nhan", "hoan-thanh", "luu-nhap", "tra-lai"):
        quan.get("/viec")
        there, nowhere = (quan.post(f"/viec/{one}/{act}") for one in (task.id, 999))
        assert (there.status_code, nowhere.status_code) == (404, 404), act


def test_an_error_page_leads_back_only_within_the_site(browser, town):
    hoa = browser("hoa")
    hoa.get("/viec")
    for referrer, back in (("//evil.example/", False), ("/viec?xem=unit", True)):
        page = hoa.client.post(
            "/viec/999/nhan",
            data={"csrf_token": hoa.token()},
            headers={"Referer": f"http://localhost{referrer}"},
        )
        assert (f'href="{referrer}"' in page.text) == back


def test_what_is_invisible_never_arrives(browser, town, journal):
    task = town.task(town.file(), "B1b")
    hoa = browser("hoa")
    hoa.get(f"/viec/{task.id}")
    hoa.post(f"/viec/{task.id}/luu-nhap", la="ten la", ghi_chu="Dòng\x0bhai\x07\u202e")
    draft = town.task(task.case_id, "B1b").draft
    assert "la" not in draft
    stranger = browser(None)
    stranger.get("/dang-nhap")
    stranger.post("/dang-nhap", username="a\x1b[31mb", password="sai")
    assert journal("sign-in:refused")[-1]["username"] == "a[31mb"


def test_an_account_is_guessed_at_only_so_often_from_anywhere(town):
    limits = {"TESTING": True, "ACCOUNT_LIMIT": "3 per minute", "SIGN_IN_LIMIT": "3 per minute"}
    web = create_app(town.app, limits)

    def attempt(address: str, who: str, password: str) -> int:
        one = Browser(web.test_client())
        one.client.environ_base["REMOTE_ADDR"] = address
        one.get("/dang-nhap")
        return one.post("/dang-nhap", username=who, password=password).status_code

    guessed = [attempt(f"10.0.0.{i}", "Hoa ", "sai") for i in range(5)]
    assert guessed == [422, 422, 422, 429, 429]
    good = [attempt("10.1.0.1", "binh", "dung-chung-cho-thu") for _ in range(5)]
    assert good == [302] * 5  # an office behind one address signs in
