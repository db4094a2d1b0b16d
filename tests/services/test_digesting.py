"""The morning digest: once on each working day, to who wants it and has something to do."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.adapters.kept_mail import KeptMailer
from engine.domain.clock import ZONE
from engine.domain.errors import DatabaseBusy
from engine.domain.states import IncidentKind, MailState, MailWish
from engine.persistence import mails
from engine.persistence.tables import MailRow, UserRow
from engine.services import digesting, incidents, mailing
from tests.factories import World


def wish(town: World, **wishes: MailWish) -> None:
    """The town keeps its mails; these people have addresses and wishes."""
    settings = replace(town.app.settings, site_url="https://qt.example")
    ports = replace(town.app.ports, mailer=KeptMailer())
    town.app = replace(town.app, settings=settings, ports=ports)
    with town.act() as act:
        for name, wanted in wishes.items():
            user = act.session.get_one(UserRow, town.users[name])
            user.email, user.mail = f"{name}@anphu.example", wanted


def digests(town: World) -> Sequence[MailRow]:
    with town.act(write=False) as act:
        return act.session.scalars(select(MailRow).order_by(MailRow.id)).all()


def at(town: World, moment: str) -> str:
    """Goes the round at a local moment; when it is next due, local."""
    town.at(moment)
    coming = digesting.digest_round(town.app)
    assert coming is not None
    return f"{coming.astimezone(ZONE):%Y-%m-%d %H:%M}"


def test_each_gets_what_is_theirs_once_a_working_day(town: World) -> None:
    wish(town, hoa=MailWish.EACH, hanh=MailWish.NONE, phuc=MailWish.DIGEST, tam=MailWish.DIGEST)
    wish(town, uyen=MailWish.DIGEST)
    first, second = town.file(), town.file()  # Monday 08:00; B1b is due the same day
    with town.act() as act:
        incidents.note(act, IncidentKind.LADDER, "x", "Nhắc hạn hỏng", "Không rõ.")
    assert at(town, "2026-03-03 07:14") == "2026-03-03 07:15"
    assert [mail for mail in digests(town) if mail.key.startswith("digest:")] == []
    assert at(town, "2026-03-03 07:15") == "2026-03-04 07:15"
    assert at(town, "2026-03-03 11:00") == "2026-03-04 07:15"
    written = {m.user_id: m for m in digests(town) if m.key.startswith("digest:")}
    assert set(written) == {town.users[name] for name in ("hoa", "phuc", "uyen")}
    hoa = written[town.users["hoa"]]
    codes = [town.case(case_id).code for case_id in (first, second)]
    assert hoa.key == f"digest:{town.users['hoa']}:2026-03-03"
    assert hoa.subject.startswith("[Quy Trình] Việc ngày 03/03/2026: 2 quá hạn")
    assert "Quá hạn: 2" in hoa.body
    assert all(code in hoa.body for code in codes)
    assert f"https://qt.example/viec/{town.task(first, 'B1b').id}" in hoa.body
    assert "Nguyễn Thị Mừng" not in hoa.body
    phuc = written[town.users["phuc"]]
    assert phuc.subject.endswith(": 2 quá hạn nơi theo dõi")
    assert "UBND xã An Phú, hạn 02/03/2026" in phuc.body
    uyen = written[town.users["uyen"]]
    assert uyen.subject.endswith(": 1 sự cố")
    assert "- Nhắc hạn hỏng" in uyen.body
    at(town, "2026-03-04 07:15")
    assert len([m for m in digests(town) if m.user_id == town.users["hoa"]]) == 2


def test_it_tells_today_and_the_next_two_working_days_apart(small_town: World) -> None:
    town = small_town
    wish(town, binh=MailWish.DIGEST)
    town.at("2026-03-05 16:00")  # Thursday
    case_id = town.file()
    town.do(case_id, "B1b")
    due = town.task(case_id, "B2").due_at
    assert due is not None
    at(town, "2026-03-06 07:15")
    [friday] = digests(town)
    at(town, "2026-03-09 07:15")
    monday = digests(town)[-1]
    said = {f"{due:%d/%m/%Y}" in mail.body for mail in (friday, monday)}
    assert said == {True}
    assert town.case(case_id).code in monday.body
    assert "Đến hạn" in friday.body


def test_long_lists_are_counted_and_the_first_ten_listed(small_town: World) -> None:
    town = small_town
    wish(town, hoa=MailWish.DIGEST)
    for _ in range(12):
        town.file()
    at(town, "2026-03-04 07:15")
    [mail] = digests(town)
    assert mail.body.count("/viec/") == 10
    assert "Xem tất cả: https://qt.example/viec\n" in mail.body
    assert "theo dõi" not in mail.body  # she heads the counter: her own work is told once


def test_over_tet_none_is_written_and_afterwards_one(small_town: World) -> None:
    town = small_town
    wish(town, hoa=MailWish.EACH)
    town.at("2026-02-13 15:00")
    town.file()
    assert at(town, "2026-02-14 09:00") == "2026-02-23 07:15"
    assert at(town, "2026-02-19 09:00") == "2026-02-23 07:15"
    assert digests(town) == []
    assert at(town, "2026-02-23 07:15") == "2026-02-24 07:15"
    assert [mail.key[-10:] for mail in digests(town)] == ["2026-02-23"]


def test_a_missed_morning_is_made_up_for_the_same_day_and_never_later(small_town: World) -> None:
    town = small_town
    wish(town, hoa=MailWish.EACH)
    town.file()
    at(town, "2026-03-03 15:00")
    assert len(digests(town)) == 1
    assert at(town, "2026-03-04 19:00") == "2026-03-05 07:15"  # too late for that day
    assert len(digests(town)) == 1
    # Tuesday's digest was never sent: the mail server was away. It says nothing on Thursday.
    town.at("2026-03-05 07:20")
    digesting.digest_round(town.app)
    mailing.send_round(town.app)
    assert [mail.state for mail in digests(town)] == [MailState.GIVEN_UP, MailState.SENT]


def test_a_worker_that_dies_goes_on_where_it_was(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("hoa", "hanh", "phuc")
    wish(town, **dict.fromkeys(names, MailWish.DIGEST))
    town.file()
    town.at("2026-03-03 07:30")

    class Killed(BaseException):
        """What no handler catches."""

    compose, composed = digesting.compose, []

    def die_at_the_second(act: digesting.Act, reader: digesting.Reader) -> object:
        composed.append(reader.user_id)
        if len(composed) == 2:
            raise Killed
        return compose(act, reader)

    with monkeypatch.context() as patched:
        patched.setattr(digesting, "compose", die_at_the_second)
        with pytest.raises(Killed):
            digesting.digest_round(town.app)
        assert len(digests(town)) == 1
        digesting.digest_round(town.app)
        digesting.digest_round(town.app)
    assert composed == [town.users[name] for name in ("hoa", "hanh", "hanh", "phuc")]
    assert sorted(mail.user_id for mail in digests(town)) == [town.users[name] for name in names]


def test_two_workers_write_each_digest_once(town: World) -> None:
    names = ("hoa", "hanh", "phuc")
    wish(town, **dict.fromkeys(names, MailWish.DIGEST))
    town.file()
    town.at("2026-03-03 07:30")
    together = Barrier(2)

    def go(_: int) -> None:
        together.wait(timeout=10)
        digesting.digest_round(town.app)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, range(2)))
    digesting.digest_round(town.app)
    assert sorted(mail.user_id for mail in digests(town)) == [town.users[name] for name in names]


def test_one_whose_work_cannot_be_read_keeps_nobody_from_theirs(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = small_town
    wish(town, hoa=MailWish.DIGEST, hanh=MailWish.DIGEST)
    town.file()
    compose = digesting.compose

    def fail_for_hoa(act: digesting.Act, reader: digesting.Reader) -> object:
        if reader.user_id == town.users["hoa"]:
            raise ValueError
        return compose(act, reader)

    monkeypatch.setattr(digesting, "compose", fail_for_hoa)
    assert at(town, "2026-03-03 07:15") == "2026-03-04 07:15"
    assert [mail.user_id for mail in digests(town)] == [town.users["hanh"]]


def test_a_database_that_is_busy_for_a_minute_costs_nobody_their_digest(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = small_town
    wish(town, hoa=MailWish.DIGEST, hanh=MailWish.DIGEST)
    town.file()

    def busy(_act: digesting.Act, _reader: digesting.Reader) -> object:
        raise DatabaseBusy

    with monkeypatch.context() as patched:
        patched.setattr(digesting, "compose", busy)
        with pytest.raises(DatabaseBusy):
            at(town, "2026-03-03 07:15")
    assert at(town, "2026-03-03 07:16") == "2026-03-04 07:15"
    assert {mail.user_id for mail in digests(town)} == {town.users[who] for who in ("hoa", "hanh")}


def test_a_clock_that_had_been_ahead_costs_no_digest_and_no_mail(small_town: World) -> None:
    town = small_town
    wish(town, hoa=MailWish.DIGEST)
    town.file()
    at(town, "2026-04-07 07:15")
    with town.act() as act:
        mails.note_silence(act.session, 1, act.now)
    assert at(town, "2026-03-03 07:15") == "2026-03-04 07:15"
    assert at(town, "2026-03-03 07:16") == "2026-03-04 07:15"
    _ahead, right = digests(town)
    assert right.key.endswith(":2026-03-03")
    mailing.send_round(town.app)
    assert [mail.state for mail in digests(town)] == [MailState.WAITING, MailState.SENT]
