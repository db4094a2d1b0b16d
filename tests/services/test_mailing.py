"""Mails: written with the act, sent once in effect over a real mail server, never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.adapters import smtp
from engine.adapters.smtp import SmtpMailer
from engine.domain.errors import Misuse, NotFound, NotPermitted
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import MailState, MailWish
from engine.persistence.tables import IncidentRow, MailRow, NoticeRow, UserRow
from engine.ports import Mail
from engine.services import mailing, notifying, reassigning
from engine.services.act import Application
from tests.factories import World
from tests.post_office import PostOffice, certificate, closed_port, post_office, silent_server

SENDER = "Quy Trình <quytrinh@lamson.example>"


@pytest.fixture(scope="module")
def server() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def office(server: PostOffice) -> PostOffice:
    server.reset()
    return server


def through(town: World, url: str) -> Application:
    """The same office with a mail server at this address."""
    app = town.app
    mailer = SmtpMailer(url, SENDER, timeout=0.3)
    settings = replace(app.settings, mail_from=SENDER, site_url="https://qt.example")
    return replace(app, settings=settings, ports=replace(app.ports, mailer=mailer))


def connect(town: World, office: PostOffice, *names: str) -> None:
    """From here on the town sends mail; these people get it, from a Monday morning on."""
    town.app = through(town, office.url())
    with town.act() as act:
        for name in names:
            act.session.get_one(UserRow, town.users[name]).email = address(name)


def address(name: str) -> str:
    return f"{name}@anphu.example"


def tell(town: World, *names: str, text: str = "Nhắc hạn.", case_id: int | None = None) -> None:
    notice = Notice(Kind.REMINDER, say("%(text)s", text=text), case_id=case_id)
    with town.act() as act:
        notifying.tell(act, [town.users[name] for name in names], notice)


def rows(town: World) -> Sequence[MailRow]:
    with town.act(write=False) as act:
        return act.session.scalars(select(MailRow).order_by(MailRow.id)).all()


def states(town: World) -> list[str]:
    return [mail.state for mail in rows(town)]


def incidents(town: World) -> Sequence[IncidentRow]:
    with town.act(write=False) as act:
        return act.session.scalars(select(IncidentRow).order_by(IncidentRow.id)).all()


def send(town: World) -> object:
    return mailing.send_round(town.app)


def test_a_reassigned_task_is_told_in_the_page_and_by_mail(town: World, office: PostOffice) -> None:
    connect(town, office, "hanh", "hoa")
    case_id = town.file()
    task = town.task(case_id, "B1b")
    with town.act("hoa") as act:
        reassigning.reassign(act, task.id, town.users["hanh"], "Nghỉ phép.")
    with town.act(write=False) as act:
        notice = act.session.scalars(select(NoticeRow)).one()
        assert (notice.user_id, notice.kind) == (town.users["hanh"], Kind.ASSIGNED)
    assert send(town) is None
    (letter,) = office.letters
    code = town.case(case_id).code
    assert office.recipients == [address("hanh")]
    assert letter["Subject"] == f"[Quy Trình] Hồ sơ {code}: việc mới giao cho bạn"
    assert letter["From"] == SENDER
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@lamson.example>")
    assert letter["Date"] == "Mon, 02 Mar 2026 08:00:00 +0700"
    body = letter.get_content()
    for said in (
        "Chào Hanh,",
        code,
        f"Việc: {task.name}",
        "Hạn của việc: 02/03/2026",
        f"https://qt.example/viec/{task.id}",
        "Cần hỏi: Hoa, UBND xã An Phú",
        "https://qt.example/tai-khoan",
    ):
        assert said in body
    assert "Nguyễn Thị Mừng" not in body + letter["Subject"]
    assert states(town) == [MailState.SENT]
    assert send(town) is None
    assert len(office.letters) == 1


def test_only_who_wants_each_notice_by_mail_gets_one(small_town: World, office: PostOffice) -> None:
    town = small_town
    connect(town, office, "hoa", "hanh", "binh", "cuong")
    with town.act() as act:
        users = {name: act.session.get_one(UserRow, town.users[name]) for name in town.users}
        users["hanh"].mail = MailWish.DIGEST
        users["binh"].mail = MailWish.NONE
        users["cuong"].locked = True
        users["hoa"].language = "en"
    tell(town, "hoa", "hanh", "binh", "cuong", "dung")
    send(town)
    assert office.recipients == [address("hoa")]
    with town.act(write=False) as act:
        assert len(act.session.scalars(select(NoticeRow)).all()) == 5


def test_what_is_rolled_back_is_not_mailed_and_without_a_server_nothing_is_written(
    small_town: World, office: PostOffice
) -> None:
    town = small_town
    tell(town, "hoa")
    connect(town, office, "hoa")

    def failing_act() -> None:
        with town.act() as act:
            notifying.tell(act, [town.users["hoa"]], Notice(Kind.REMINDER, say("Nhắc hạn.")))
            raise Misuse

    with pytest.raises(Misuse):
        failing_act()
    assert rows(town) == []


def test_at_night_and_on_days_off_mails_wait_but_notices_do_not(
    small_town: World, office: PostOffice
) -> None:
    town = small_town
    connect(town, office, "hoa")
    town.at("2026-02-13 18:00")  # the last working day before Tết
    tell(town, "hoa")
    with town.act(write=False) as act:
        assert act.session.scalars(select(NoticeRow)).one().at == town.clock.now()
        morning = mailing.leaves_at(act)
    assert f"{morning:%Y-%m-%d %H:%M}" == "2026-02-23 00:00"  # 07:00 here
    assert send(town) == morning
    town.at("2026-02-18 10:00")
    assert send(town) == morning
    assert (office.connections, states(town)) == (0, [MailState.WAITING])
    town.clock.move_to(morning)
    assert send(town) is None
    assert len(office.letters) == 1


def test_a_sender_that_dies_before_marking_sends_the_same_mail_again(
    town: World, office: PostOffice
) -> None:
    connect(town, office, "hoa")
    tell(town, "hoa")

    class Killed(BaseException):
        """What no handler catches."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mailing.mails, "settle", die)
        with pytest.raises(Killed):
            send(town)
    assert states(town) == [MailState.SENDING]
    again = town.clock.now() + mailing.ABANDONED
    assert send(town) == again
    assert len(office.letters) == 1
    town.clock.move_to(again)
    send(town)
    first, second = office.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert states(town) == [MailState.SENT]


def test_two_senders_send_each_mail_once(town: World, office: PostOffice) -> None:
    people = ("hoa", "hanh", "binh", "cuong", "dung", "giang")
    connect(town, office, *people)
    for number in range(4):
        tell(town, *people, text=f"Lần {number}.")
    together = Barrier(2)

    def send_all(_: int) -> None:
        together.wait(timeout=10)
        mailing.send_round(town.app)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send_all, range(2)))
    assert len(office.letters) == 24
    assert len({letter["Message-ID"] for letter in office.letters}) == 24
    assert set(states(town)) == {MailState.SENT}


def test_a_mail_put_off_is_tried_later_and_later_for_days_and_then_parked(
    small_town: World, office: PostOffice
) -> None:
    town = small_town
    connect(town, office, "hoa", "hanh")
    town.app = replace(town.app, settings=replace(town.app.settings, quiet_hours=None))
    office.answers[address("hoa")] = "452 4.2.2 mailbox full"
    tell(town, "hoa", "hanh")
    began = town.clock.now()
    for delay in mailing.DELAYS:
        assert send(town) == town.clock.now() + delay
        town.clock.advance(delay)
    assert office.recipients == [address("hanh")]  # one who is put off stops nobody
    assert timedelta(days=2) < town.clock.now() - began
    assert send(town) is None
    mail = rows(town)[0]
    assert (mail.state, mail.attempts) == (MailState.PARKED, len(mailing.DELAYS) + 1)
    assert "452" in mail.error
    assert "mailbox full" in mail.error
    (incident,) = incidents(town)
    assert (incident.kind, incident.mail_id) == ("mail", mail.id)


def test_a_refused_address_is_one_incident_that_is_solved_by_a_better_one(
    small_town: World, office: PostOffice
) -> None:
    town = small_town
    connect(town, office, "hoa", "uyen")
    office.answers = dict.fromkeys(map(address, ("hoa", "uyen")), "550 5.1.1 no such user")
    tell(town, "hoa", text="Một.")
    tell(town, "hoa", text="Hai.")
    for _ in range(5):  # the administrator cannot be mailed either: that must come to an end
        send(town)
    assert {one.key for one in incidents(town)} == {
        mailing.incident_key(town.users[name]) for name in ("hoa", "uyen")
    }
    assert set(states(town)) == {MailState.PARKED}
    first = rows(town)[0]
    with pytest.raises(NotPermitted), town.act("hoa") as act:
        mailing.retry(act, first.id)
    with town.act("uyen") as act:
        act.session.get_one(UserRow, town.users["hoa"]).email = "hoa@lamson.example"
    with town.act("uyen") as act:
        mailing.retry(act, first.id)
    send(town)
    assert office.recipients == ["hoa@lamson.example"] * 2
    with town.act("uyen") as act:
        parked = next(mail for mail in rows(town) if mail.state == MailState.PARKED)
        with pytest.raises(Misuse):
            mailing.give_up(act, parked.id, " ")
        mailing.give_up(act, parked.id, "Nghỉ hưu.")
        with pytest.raises(NotFound):
            mailing.retry(act, first.id)
    assert set(states(town)) == {MailState.SENT, MailState.GIVEN_UP}
    assert "Uyen: Nghỉ hưu." in rows(town)[-1].error
    (solved,) = [one for one in incidents(town) if one.closed_at is not None]
    assert solved.key == mailing.incident_key(town.users["hoa"])


def test_a_mail_server_down_for_a_day_loses_nothing_and_uses_up_no_attempt(
    small_town: World, office: PostOffice
) -> None:
    town = small_town
    connect(town, office, "hoa", "hanh", "uyen")
    town.at("2026-03-02 09:00")
    tell(town, "hoa", "hanh")
    working = town.app
    with silent_server() as port:
        town.app = through(town, f"smtp://127.0.0.1:{port}")
        assert send(town) == town.clock.now() + timedelta(minutes=1)
        assert send(town) == town.clock.now() + timedelta(minutes=1)  # not asked again so soon
    town.app = through(town, f"smtp://127.0.0.1:{closed_port()}")
    for _ in range(8):
        moment = send(town)
        assert moment is not None
        town.clock.move_to(moment)
    (incident,) = incidents(town)
    assert incident.key == mailing.SERVER_INCIDENT
    assert {mail.attempts for mail in rows(town)} == {0}
    town.at("2026-03-03 09:00")
    town.app = working
    assert send(town) is None
    assert sorted(office.recipients) == [address(name) for name in ("hanh", "hoa", "uyen")]
    assert incidents(town)[0].outcome == "solved"


@pytest.mark.parametrize(
    ("setting", "answer"),
    [("sender_answer", "550 not from here"), ("data_answer", "421 closing")],
)
def test_what_concerns_all_mails_parks_none(
    small_town: World, office: PostOffice, setting: str, answer: str
) -> None:
    connect(small_town, office, "hoa", "hanh")
    setattr(office, setting, answer)
    tell(small_town, "hoa", "hanh")
    send(small_town)
    assert set(states(small_town)) == {MailState.WAITING}
    office.reset()
    small_town.clock.advance(timedelta(hours=1))
    send(small_town)
    assert len(office.letters) == 2


def test_refused_content_is_parked_and_the_others_go(small_town: World, office: PostOffice) -> None:
    connect(small_town, office, "hoa")
    office.data_answer = "554 looks like spam"
    tell(small_town, "hoa")
    send(small_town)
    assert states(small_town) == [MailState.PARKED]
    with small_town.act() as act:
        act.session.get_one(UserRow, small_town.users["hanh"]).email = "a@b\nBcc: c@d.example"
    office.data_answer = "250 OK"
    tell(small_town, "hanh", "hoa")
    send(small_town)
    assert office.recipients == [address("hoa")]
    assert states(small_town) == [MailState.PARKED, MailState.SENT, MailState.PARKED]


def test_a_password_is_sent_as_it_was_set_and_a_wrong_one_is_told_without_it(
    small_town: World, office: PostOffice
) -> None:
    connect(small_town, office, "hoa")
    right = "q%3At:right%3A%20%40%2Fword@"
    for name, letters in (("q:sai-mat-khau@", 0), (right, 1)):
        small_town.app = through(small_town, office.url(name))
        tell(small_town, "hoa")
        send(small_town)
        assert bool(office.letters) == bool(letters)
        small_town.clock.advance(timedelta(hours=1))
    assert office.signed_in[-1] == "q:t"
    assert all("sai-mat-khau" not in mail.error for mail in rows(small_town))


def test_a_password_goes_over_tls_to_a_server_that_can_be_trusted_and_else_not_at_all(
    small_town: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path)
    if made is None:
        pytest.skip("no openssl on PATH to make a certificate with")
    name = "qt:right%3A%20%40%2Fword@"
    trusted, context = made
    town = small_town
    with post_office(context) as office:
        connect(town, office, "hoa")
        town.app = through(town, office.url(name))
        tell(town, "hoa")
        send(town)
        assert (office.letters, office.signed_in) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        town.clock.advance(timedelta(hours=1))
        send(town)
        assert len(office.letters) == 1
        assert (office.signed_in, office.in_the_clear) == (["qt"], [])
    with post_office() as bare:
        monkeypatch.setattr(smtp, "_is_this_machine", lambda _host: False)
        town.app = through(town, bare.url(name))
        tell(town, "hoa")
        send(town)
        assert (bare.letters, bare.signed_in) == ([], [])


def test_a_mail_whose_sender_was_too_slow_is_marked_once(
    small_town: World, office: PostOffice
) -> None:
    town = small_town
    connect(town, office, "hoa")
    quick = town.app

    class Slow:
        """Takes so long that another sender takes the mail over."""

        leaves = True

        @contextmanager
        def opened(self) -> Iterator[Callable[[Mail], None]]:
            def send(mail: Mail) -> None:
                town.clock.advance(mailing.ABANDONED)
                mailing.send_round(quick)

            yield send

    town.app = replace(quick, ports=replace(quick.ports, mailer=Slow()))
    tell(town, "hoa")
    send(town)
    assert states(town) == [MailState.SENT]
    assert len(office.letters) == 1
    assert rows(town)[0].attempts == 1
