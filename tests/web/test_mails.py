"""The outbox of the administrators, and what people say about the mail they want."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.adapters.kept_mail import KeptMailer
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import MailState, MailWish
from engine.persistence.tables import MailRow, UserRow
from engine.services import accounts, mailing, notifying
from tests.web.conftest import title, words
from web import scope, wording


@pytest.fixture
def town(small_town):
    """The town with mail that stays in the outbox, as a demo has it."""
    app = small_town.app
    small_town.app = replace(app, ports=replace(app.ports, mailer=KeptMailer()))
    with small_town.act() as act:
        accounts.set_mail(act, "hoa", "hoa@anphu.example", MailWish.EACH)
    return small_town


def write(town, text="Nhắc hạn."):
    with town.act() as act:
        notifying.tell(act, [town.users["hoa"]], Notice(Kind.REMINDER, say("%(t)s", t=text)))


def mails(town):
    with town.act(write=False) as act:
        return act.session.scalars(select(MailRow).order_by(MailRow.id)).all()


def test_administrators_see_every_mail_with_its_state_and_text(browser, town):
    admin = browser("uyen")
    assert "Chưa có thư nào" in words(admin.get("/quan-tri/thu-di"))
    write(town)
    said = words(admin.get("/quan-tri/thu-di"))
    assert "thư không gửi ra ngoài" in said
    assert "Chờ gửi [Quy Trình] Sắp đến hạn Hoa hoa@anphu.example 02/03/2026 08:00" in said
    mailing.send_round(town.app)
    assert "Đã gửi 1" in words(admin.get("/quan-tri/thu-di"))
    [mail] = mails(town)
    assert mail.state == MailState.SENT
    page = admin.get(f"/quan-tri/thu-di/{mail.id}")
    assert title(page) == "[Quy Trình] Sắp đến hạn"
    assert "Chào Hoa, Nhắc hạn." in words(page)
    assert "Không có thư nào ở tình trạng này" in words(admin.get("/quan-tri/thu-di?xem=parked"))
    for path in ("/quan-tri/thu-di", f"/quan-tri/thu-di/{mail.id}"):
        assert browser("hoa").get(path).status_code == 403
    assert admin.get("/quan-tri/thu-di/999").status_code == 404


def test_the_outbox_says_why_mails_wait(browser, town):
    admin = browser("uyen")
    town.at("2026-03-06 18:30")
    write(town)
    mailing.send_round(town.app)
    admin = browser("uyen")
    assert "sẽ gửi từ 09/03/2026 07:00" in words(admin.get("/quan-tri/thu-di"))
    [mail] = mails(town)
    assert "sẽ gửi từ 09/03/2026 07:00" in words(admin.get(f"/quan-tri/thu-di/{mail.id}"))
    town.at("2026-03-09 09:00")
    with town.act() as act:
        mailing.mails.note_silence(act.session, 4, act.now + timedelta(minutes=10))
    with town.act() as act:
        row = act.session.get_one(MailRow, mail.id)
        row.attempts, row.error = 2, "Máy chủ thư trả lời: 452 mailbox full"
    said = words(browser("uyen").get("/quan-tri/thu-di"))
    assert "Đã thử 4 lần liên tiếp. Sẽ thử lại lúc 09/03/2026 09:10." in said
    assert "đã thử 2 lần" in said
    assert "452 mailbox full" in said


def test_a_parked_mail_leads_to_its_incident(browser, town):
    write(town)
    with town.act() as act:
        mail = mailing.mails.claim(act.session, act.now, act.now + mailing.ABANDONED)
        mailing._park(act, mail, act.now + mailing.ABANDONED, "Máy chủ thư trả lời: 550 no")
    admin = browser("uyen")
    page = admin.get(f"/quan-tri/thu-di/{mail.id}")
    assert "Không gửi được Máy chủ thư trả lời: 550 no Xử lý sự cố" in words(page)
    assert "/quan-tri/su-co/" in page.text


def choose(one, address, wish):
    one.get("/tai-khoan")
    return one.post("/tai-khoan/thu", address=address, wish=wish)


def test_people_say_where_they_get_which_mail(browser, town, journal):
    hoa = browser("hoa")
    assert 'value="hoa@anphu.example"' in hoa.get("/tai-khoan").text
    write(town)
    town.at("2026-03-02 08:10")
    assert choose(hoa, " Hoa.Ng@AnPhu.Example ", "digest").location == "/tai-khoan#thu"
    with town.act(write=False) as act:
        user = act.session.get_one(UserRow, town.users["hoa"])
        assert (user.email, user.mail) == ("Hoa.Ng@anphu.example", MailWish.DIGEST)
    assert mails(town)[0].address == "Hoa.Ng@anphu.example"  # what waits goes there
    assert journal("user:mail-set")[-1]["actor"] == town.users["hoa"]
    for address, wish, said in (
        ("hoa@anphu", "each", "“hoa@anphu” không phải là một địa chỉ thư."),
        ("hoa@x.example\nBcc: y@z.example", "each", "không phải là một địa chỉ thư."),
        ("", "each", "Hãy ghi địa chỉ thư, hoặc chọn không nhận thư."),
        ("a@b.example", "nothing", "Hãy chọn một mục."),
    ):
        refused = choose(hoa, address, wish)
        assert refused.status_code == 422
        assert said in words(refused)
    assert 'value="a@b.example"' in refused.text  # what was typed stays
    assert choose(hoa, "", "none").status_code == 302
    assert mails(town)[0].state == MailState.GIVEN_UP


def test_without_a_mail_server_the_pages_say_so(town, web, browser):
    bare = replace(town.app, ports=replace(town.app.ports, mailer=None))
    web.extensions[scope.EXTENSION] = bare
    assert "Chưa đặt máy chủ thư" in words(browser("uyen").get("/quan-tri/thu-di"))
    assert "chưa có thư nào được gửi" in words(browser("hoa").get("/tai-khoan"))


def test_mails_speak_the_language_of_their_reader(translations, monkeypatch):
    monkeypatch.setattr(wording, "CATALOGUES", translations)
    wording._catalogue.cache_clear()
    due = say("Hẹn trả kết quả: %(due)s.", due=say("Chủ nhật"))
    assert wording.words(due, "en") == "Result promised for: Sunday."
    assert wording.words(due, "vi") == "Hẹn trả kết quả: Chủ nhật."
    assert wording.words(say("Không ai dịch câu này 100%."), "en") == "Không ai dịch câu này 100%."
    wording._catalogue.cache_clear()
