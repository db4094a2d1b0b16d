"""Retention: what serves daily work alone goes in time, dossiers never."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.domain import retention
from engine.domain.errors import Misuse, NotPermitted
from engine.domain.retention import Kept
from engine.domain.states import MailState
from engine.persistence import tables
from engine.services import accounts, reading, tidying
from tests import factories
from tests.factories import World


def left(town: World) -> dict[str, int]:
    rows = (
        *(tables.ReadingRow, tables.MailRow, tables.NoticeRow, tables.SignInRow),
        *(tables.IncidentRow, tables.CaseRow, tables.TaskRow, tables.JournalRow),
    )
    with town.act(write=False) as act:
        return {
            row.__tablename__: act.session.scalar(select(func.count()).select_from(row)) or 0
            for row in rows
        }


def fill(town: World, case_id: int) -> None:
    """A mail of each state, a notice read and one unread, an incident, a session, a reading."""
    hoa = town.users["hoa"]
    with town.act() as act:
        accounts.sign_in(act, "hoa", factories.PASSWORD)
        reading.keep(act, [reading.Read(hoa, act.now, "cases.show", case_id=case_id)])
        common = {"subject": "x", "body": "x", "created_at": act.now, "try_at": act.now}
        for state in (MailState.SENT, MailState.WAITING, MailState.PARKED, MailState.GIVEN_UP):
            mail = tables.MailRow(
                key=f"{state}{act.now}", user_id=hoa, address="a@b.vn", state=state, **common
            )
            act.session.add(mail)
        act.session.flush()
        for read_at in (act.now, None):
            act.session.add(
                tables.NoticeRow(user_id=hoa, at=act.now, kind="x", message={}, read_at=read_at)
            )
        for closed_at in (act.now, None):
            incident = tables.IncidentRow(
                kind="mail", key=f"{closed_at}", name="x", cause="x", first_at=act.now,
                last_at=act.now, closed_at=closed_at, mail_id=mail.id,
            )  # fmt: skip
            act.session.add(incident)


def test_what_is_over_goes_and_the_rest_stays(town: World) -> None:
    case_id = town.file()
    fill(town, case_id)
    before = left(town)
    assert tidying.tidy(town.app) == (dict.fromkeys(Kept, 0), True)
    assert left(town) == before
    town.clock.advance(timedelta(days=181))
    taken, whole = tidying.tidy(town.app)
    # The mail given up is told of by incidents; what waits or is unread is never over.
    assert (taken[Kept.MAILS], taken[Kept.NOTICES], taken[Kept.SESSIONS]) == (1, 1, 1)
    assert (taken[Kept.READINGS], taken[Kept.INCIDENTS], whole) == (0, 0, True)
    town.clock.advance(timedelta(days=1000))
    taken, _ = tidying.tidy(town.app)
    assert (taken[Kept.READINGS], taken[Kept.INCIDENTS], taken[Kept.MAILS]) == (1, 1, 0)
    now = left(town)
    assert now["case_file"] == before["case_file"]
    assert now["task"] == before["task"]
    assert (now["mail"], now["notice"], now["incident"]) == (3, 1, 1)
    assert now["journal"] > before["journal"]
    with town.act(write=False) as act:
        lines = [line for line in town.system_lines(act) if line.act == "system:tidied"]
    assert lines[0].facts["what"] == "mails 1, notices 1, sessions 1"


def test_the_worker_tidies_once_a_night_and_in_pieces(small_town: World, monkeypatch) -> None:
    town = small_town
    monkeypatch.setattr(tidying, "BATCH", 10)
    monkeypatch.setattr(tidying, "MOST_BATCHES", 6)
    hoa = town.users["hoa"]
    with town.act() as act:
        reads = [reading.Read(hoa, act.now, f"x|{number}") for number in range(35)]
        assert reading.keep(act, reads) == 35
    town.at("2030-01-07 10:00")
    assert tidying.tidy_round(town.app) == town.clock.now()  # at once, and not done
    assert left(town)["reading"] < 35
    again = tidying.tidy_round(town.app)
    assert left(town)["reading"] == 0
    town.at("2030-01-07 19:59")
    assert tidying.tidy_round(town.app) == again
    town.at("2030-01-07 20:00")
    assert again == town.clock.now()
    with town.act(write=False) as act:
        before = act.session.get_one(tables.ProgressRow, tidying.TIDIED).at
    tidying.tidy_round(town.app)
    with town.act(write=False) as act:
        assert act.session.get_one(tables.ProgressRow, tidying.TIDIED).at > before


def test_rules_are_the_administrators_to_set_with_a_reason(small_town: World) -> None:
    town = small_town
    fill(town, town.file())
    town.clock.advance(timedelta(days=40))
    usual = retention.days(None)
    with town.act("uyen") as act:
        tried = tidying.standing(act, {**usual, Kept.MAILS: 30})
        assert {line.kept: line.over for line in tried.lines}[Kept.MAILS] == 1
        with pytest.raises(Misuse, match="lý do"):
            tidying.save(act, usual, "  ")
        tidying.save(act, {**usual, Kept.MAILS: 30}, "Quy chế số 1")
    assert tidying.tidy(town.app)[0][Kept.MAILS] == 1
    for who in ("hoa", "phuc", "vinh"):
        with pytest.raises(NotPermitted), town.act(who) as act:
            tidying.save(act, usual, "x")


@pytest.mark.parametrize("text", ["", "0", "29", "3651", "-40", "1e3", "ba", "٣٠٠"])
def test_days_that_make_no_sense_are_refused_with_their_line(text: str) -> None:
    written = {kept: str(rule.usual) for kept, rule in retention.RULES.items()}
    if text == "٣٠٠":  # digits, but nobody's here: they count as what they are
        assert retention.read({**written, Kept.MAILS: text})[Kept.MAILS] == 300
        return
    with pytest.raises(Misuse, match="Thư đã gửi hoặc thôi gửi"):
        retention.read({**written, Kept.MAILS: text})


def test_stored_rules_that_no_longer_fit_are_not_followed() -> None:
    assert retention.days({"mails": 1, "readings": "x", "notices": 60}) == {
        **retention.days(None),
        Kept.NOTICES: 60,
    }
