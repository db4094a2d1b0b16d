"""`/metrics`: what machines may count, and whom they must show a key."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.persistence.database import make_engine
from engine.services import backing_up, heartbeats
from tests.pages import pages
from web import metrics

KEY = "a-key-for-the-machine-that-watches"


@pytest.fixture
def open_to_machines(town, translations, monkeypatch):
    monkeypatch.setattr(metrics, "FRESH", 0.0)
    app = replace(town.app, settings=replace(town.app.settings, metrics=KEY))
    return pages(app, {"TESTING": True, "PROPAGATE_EXCEPTIONS": False})


def scraped(web):
    answer = web.test_client().get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200
    return answer.text


def acts_told(said):
    return float(re.search(r"quytrinh_journal_lines_total (\d\S*)", said)[1])


def test_without_a_key_there_is_no_such_page(web):
    assert web.test_client().get("/metrics").status_code == 404


def test_the_key_opens_the_page_and_nothing_else_does(open_to_machines, browser):
    one = open_to_machines.test_client()
    for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {KEY}"}):
        refused = one.get("/metrics", headers=given)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "quytrinh_database_up 1.0" in scraped(open_to_machines)


def test_figures_follow_the_work(town, open_to_machines, tmp_path):
    case_id = town.file(nguoi_ho_ten="Ngô Xuân Quỳ")
    town.file()
    with town.act() as act:
        heartbeats.beat(act, "worker-1")
    backing_up.back_up(town.app, tmp_path / "a.tar", lambda *_: None)
    town.clock.advance(timedelta(seconds=40))
    said = scraped(open_to_machines)
    assert 'quytrinh_open_tasks{state="free"} 2.0' in said
    assert "quytrinh_overdue_tasks 0.0" in said
    assert "quytrinh_workers 1.0" in said
    assert "quytrinh_worker_age_seconds 40.0" in said
    assert "quytrinh_backup_age_seconds 40.0" in said
    assert 'quytrinh_build_info{database="sqlite",revision="' in said
    town.clock.advance(timedelta(days=30))
    later = scraped(open_to_machines)
    assert "quytrinh_overdue_tasks 2.0" in later
    assert "quytrinh_workers 0.0" in later
    lines = acts_told(later)
    town.do(case_id, "B1b")
    assert acts_told(scraped(open_to_machines)) > lines
    assert "Quỳ" not in later
    assert town.case(case_id).code not in later


def test_requests_are_counted_by_pattern(town, open_to_machines):
    one = open_to_machines.test_client()
    case_id = town.file()
    one.get(f"/ho-so/{case_id}")
    one.get("/ho-so/Ngô Xuân Quỳ")
    one.open("/dang-nhap", method="BREW")
    said = scraped(open_to_machines)
    route = 'route="/ho-so/<int:case_id>"'
    assert f'quytrinh_http_requests_total{{method="GET",{route},status="302"}} 1.0' in said
    assert 'method="GET",route="(unknown)",status="404"' in said
    assert 'method="OTHER"' in said
    assert f"quytrinh_http_request_seconds_count{{{route}}} 1.0" in said
    assert "Xuân" not in said


def test_a_database_that_is_away_is_a_figure_not_a_failure(town, open_to_machines, tmp_path):
    broken = make_engine(f"sqlite:///{tmp_path / 'no' / 'such.sqlite3'}")
    app = replace(town.app, database=broken, settings=replace(town.app.settings, metrics=KEY))
    web = pages(app, {"TESTING": True, "PROPAGATE_EXCEPTIONS": False})
    said = scraped(web)
    assert "quytrinh_database_up 0.0" in said
    assert "quytrinh_open_tasks" not in said


def test_machines_that_look_often_ask_the_database_once(town, open_to_machines, monkeypatch):
    monkeypatch.setattr(metrics, "FRESH", 15.0)
    before = scraped(open_to_machines)
    town.file()
    line = 'quytrinh_open_tasks{state="free"} 0.0'
    assert line in before
    assert line in scraped(open_to_machines)
