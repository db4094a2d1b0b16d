"""Log lines say what happened to which dossier, and nothing of what dossiers hold."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from engine.adapters import logs
from engine.adapters.kept_mail import KeptMailer
from engine.domain.errors import MailServerDown, Misuse
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import MailWish
from engine.services import accounts, mailing, notifying, timers, viewing
from engine.settings import LogStyle
from engine.worker import Worker
from tests.pages import pages
from tests.services.test_walks import DAMAGED
from tests.web.conftest import upload, words

NAME, SUBJECT, PAPERS, PHONE = "Ngô Xuân Quỳ", "Đoàn Khắc Lữ", "037158004219", "0987 654 321"
REASON, FILE = "mờ hết mặt sau", "don-cua-ong-quy.pdf"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

#: Distinct parts of all of them, however they are written.
TELLING = (
    *("Xuân", "Xu\\u00e2n", "Xu%C3%A2n", "Qu%E1%BB%B3", "Khắc", "037158", "987 654", "0987654"),
    *("mặt sau", "ong-quy"),
)


@contextmanager
def written(style: LogStyle) -> Iterator[io.StringIO]:
    """Everything that this process logs meanwhile."""
    stream, root = io.StringIO(), logging.getLogger()
    before = list(root.handlers), root.level
    logs.configure(style, stream)
    root.setLevel(logging.DEBUG)
    for name in ("engine", "web", "forms", "sqlalchemy.pool", "waitress", "flask_wtf"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.handlers[:], root.level = before
        for name in ("engine", "web", "forms", "sqlalchemy.pool", "waitress", "flask_wtf"):
            logging.getLogger(name).setLevel(logging.NOTSET)


def discreet(stream: io.StringIO) -> str:
    said = stream.getvalue()
    assert said
    found = [part for part in TELLING if part in said]
    assert not found, (found, [line for line in said.splitlines() if any(f in line for f in found)])
    return said


@pytest.mark.parametrize("style", list(LogStyle))
def test_a_dossier_walked_through_the_pages_leaves_nothing_of_itself(
    town, browser, monkeypatch, style
):
    with written(style) as stream:
        hoa = browser("hoa")
        said = {"nguoi_ho_ten": NAME, "ls_ho_ten": SUBJECT, "nguoi_cccd": PAPERS}
        case_id = town.file(nguoi_dien_thoai=PHONE, **said)
        hoa.get("/tiep-nhan/qt02-cap-doi-bang")
        hoa.post("/tiep-nhan/qt02-cap-doi-bang", nguoi_ho_ten=NAME, ls_ho_ten="")  # refused
        hoa.get(f"/ho-so?q={NAME}")
        hoa.get(f"/ho-so/{NAME}")
        task = town.task(case_id, "B1b").id
        hoa.get(f"/viec/{task}")
        answers = {**town.answers_to_task(task), "ly_do_bo_sung": REASON}
        fields = {n: v for n, v in answers.items() if isinstance(v, str)}
        assert hoa.post(f"/viec/{task}/luu-nhap", **fields).status_code == 302
        hoa.post(f"/viec/{task}/hoan-thanh", ho_so_quet=upload(FILE, PDF), **fields)
        town.do(case_id, "B1b") if town.open_elements(case_id) == ["B1b"] else None
        browser("binh").get(f"/viec/{town.task(case_id, 'B2').id}")
        town.walk(case_id, "B2", "B6", **DAMAGED)
        assert browser("binh").get(f"/ho-so/{case_id}").status_code == 200

        def fail(*_args, **_more):
            raise KeyError(f"{NAME} {PAPERS}") from ValueError(f"bad value: {PHONE!r} {REASON}")

        monkeypatch.setattr(viewing, "case_page", fail)
        broken = browser("binh").get(f"/ho-so/{case_id}")
        assert broken.status_code == 500
        assert broken.headers["X-Request-ID"] in words(broken)
        town.clock.move_to(town.timer(case_id).fires_at)
        monkeypatch.setattr(timers, "fire", fail)
        Worker(town.app)._go(timers.fire_round)
        mail_that_fails(town)
        with pytest.raises(IntegrityError) as failed, town.act() as act:
            act.session.execute(
                text("INSERT INTO unit (id, code, name, kind) VALUES (1, :c, :n, NULL)"),
                {"c": PAPERS, "n": NAME},
            )
        logging.getLogger("engine").error("a row: %s", failed.value, exc_info=failed.value)
        refused = Misuse(say("Tệp “%(name)s” của %(who)s sai.", name=FILE, who=NAME))
        logging.getLogger("engine").warning("refused: %s %s", refused, refused.message)
    said = discreet(stream)
    assert "KeyError" in said
    assert "in fail" in said  # where it was, not what it said
    assert "NOTNULL" in said
    assert "Tệp “…” của … sai." in said
    assert "timers.fire_round" in said


def mail_that_fails(town):
    class Down(KeptMailer):
        def opened(self):
            why = f"550 <{PAPERS}@x.vn> {NAME}"
            raise MailServerDown(say("Máy chủ thư trả lời: %(why)s", why=why))

    app = replace(town.app, ports=replace(town.app.ports, mailer=Down()))
    with app.act(None) as act:
        accounts.set_mail(act, "hoa", "hoa@anphu.example", MailWish.EACH)
        notifying.tell(act, [town.users["hoa"]], Notice(Kind.REMINDER, say("%(t)s", t=NAME)))
    town.at("2026-12-01 09:00")
    mailing.send_round(app)


def test_json_lines_say_who_did_what_to_which_dossier(town, browser):
    case_id = town.file()
    task = town.task(case_id, "B1b").id
    hoa = browser("hoa")
    with written(LogStyle.JSON) as stream:
        hoa.get(f"/viec/{task}?q={NAME}")
        hoa.get(f"/ho-so/{case_id}")
        hoa.get("/healthz")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    lines = [line for line in lines if line["logger"] == "web.requests"]
    assert len(lines) == 2  # machines that ask all the time are not told of
    page, case = lines
    assert page["message"] == "GET /viec/<int:task_id> 200"
    assert page["user"] == town.users["hoa"]
    assert (page["task"], case["case"]) == (task, case_id)
    assert page["act"] == "tasks.show"
    assert page["ms"] > 0
    assert page["level"] == "info"
    assert page["request"] != case["request"]


def test_the_request_keeps_the_id_that_a_trusted_proxy_gave_it(town, browser, web):
    given = {"X-Request-ID": "proxy-0123456789"}
    one = web.test_client()
    assert one.get("/dang-nhap", headers=given).headers["X-Request-ID"] != given["X-Request-ID"]
    behind = replace(town.app, settings=replace(town.app.settings, trusted_proxy="127.0.0.1"))
    proxied = pages(behind, {"TESTING": True}).test_client()
    assert proxied.get("/dang-nhap", headers=given).headers["X-Request-ID"] == "proxy-0123456789"
    long = {"X-Request-ID": "x" * 37}
    assert len(proxied.get("/dang-nhap", headers=long).headers["X-Request-ID"]) == 32


def test_people_find_the_id_on_the_page_that_failed(browser):
    page = browser("hoa").get("/ho-so/424242")
    assert page.status_code == 404
    assert f"Mã sự cố (đọc cho quản trị khi cần): {page.headers['X-Request-ID']}" in words(page)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("số 037158004219 sai", "số … sai"),
        ("gọi 0987 654 321", "gọi …"),
        ("+84 987654321", "…"),
        ("hoa.ng@anphu.gov.vn", "…"),
        ("case 12345 of 2026-03-02 in 3.14", "case 12345 of 2026-03-02 in 3.14"),
        ("a1b2c3d4037158004219", "a1b2c3d4037158004219"),
    ],
)
def test_numbers_of_people_are_scrubbed_and_others_stay(said, kept):
    assert logs.scrubbed(said) == kept
