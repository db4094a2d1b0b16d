"""The journal: complete sentences, one chain per case, and every tampering found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.domain import journal
from engine.domain.access import SYSTEM, Actor
from engine.domain.journal import SYSTEM_CHAIN, Act, JournalLine
from engine.persistence import journal_store
from engine.persistence.database import unit_of_work
from engine.persistence.tables import CaseRow, PartRow, ReceiptRow, VersionPartRow
from tests.databases import statements
from tests.persistence.town import NOW, TODAY, Town

LAN = Actor(7, "Trần Thị Lan")
OPENED = JournalLine(Act.TASK_OPENED, {"task": "Thẩm định", "due": ("a", 1)}, "B2")
DONE = JournalLine(Act.TASK_COMPLETED, {"task": "Thẩm định"}, "B2")
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize("act", list(Act))
def test_every_act_has_a_sentence_and_fits_its_column(act: Act) -> None:
    assert str(journal.sentence(act, {}))
    assert len(act) <= 40


def test_a_line_lacking_what_its_sentence_speaks_of_is_refused() -> None:
    with pytest.raises(ValueError, match="reason"):
        JournalLine(Act.CASE_PAUSED, {})


def test_a_stored_act_since_forgotten_still_shows() -> None:
    assert str(journal.sentence("old:act", {})) == "old:act"
    assert str(journal.sentence(Act.CASE_FILED, {"code": "AP-1"})) == "Tiếp nhận hồ sơ AP-1."


def test_lines_of_a_case_are_chained_and_written_at_once(database: Engine) -> None:
    with unit_of_work(database) as session:
        case = Town(session).case()
        with statements(database) as sent:
            journal_store.append(session, case.id, [OPENED, DONE], NOW, LAN)
        assert len(sent) == 1
        journal_store.append(session, case.id, [OPENED], NOW, LAN)
        journal_store.append(session, case.id, [], NOW, LAN)
    with unit_of_work(database, write=False) as session:
        lines = journal_store.lines_of(session, case.id)
        assert [line.number for line in lines] == [1, 2, 3]
        assert lines[0].facts == {"task": "Thẩm định", "due": ["a", 1]}
        assert (lines[0].actor, lines[0].actor_id, lines[0].element) == (LAN.name, 7, "B2")
        stored = session.get_one(CaseRow, case.id)
        assert (stored.journal_number, stored.journal_hash) == (3, lines[2].hash)
        assert journal_store.verify(session) == []


def test_system_acts_of_several_processes_follow_each_other(database: Engine) -> None:
    def sign_in() -> None:
        with unit_of_work(database) as session:
            journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_IN)], NOW, LAN)

    threads = [threading.Thread(target=sign_in) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work(database, write=False) as session:
        lines = journal_store.lines_of(session, SYSTEM_CHAIN)
        assert [line.number for line in lines] == [1, 2, 3, 4, 5]
        assert journal_store.verify(session) == []


def fill(session: Session) -> int:
    case = Town(session).case()
    journal_store.append(session, case.id, [OPENED, DONE, OPENED], NOW, LAN)
    journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_IN)] * 3, NOW, LAN)
    journal_store.anchor_day(session, TODAY, NOW)
    session.flush()
    journal_store.append(session, case.id, [DONE], NOW, LAN)
    journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_IN)], NOW, LAN)
    return case.id


def test_a_day_is_anchored_once_and_anchors_build_on_each_other(session: Session) -> None:
    fill(session)
    first = journal_store.anchor_day(session, TODAY, NOW)
    second = journal_store.anchor_day(session, TOMORROW, NOW)
    session.flush()
    empty = journal_store.anchor_day(session, TOMORROW + timedelta(days=1), NOW)
    session.flush()
    assert (first.lines, second.lines, empty.lines) == (6, 2, 0)
    assert len({first.hash, second.hash, empty.hash}) == 3
    assert journal_store.verify(session) == []


def test_after_a_clock_that_was_ahead_no_anchor_is_put_before_another(session: Session) -> None:
    fill(session)
    ahead = journal_store.anchor_day(session, TODAY + timedelta(days=9), NOW)
    session.flush()
    journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_IN)], NOW, LAN)
    assert journal_store.anchor_day(session, TOMORROW, NOW) is ahead
    session.flush()
    assert journal_store.verify(session) == []
    assert journal_store.anchor_day(session, TODAY + timedelta(days=10), NOW).lines == 1
    session.flush()
    assert journal_store.verify(session) == []


#: What is done to the rows -> (in the case's chain?, line, about an anchor?) of each break.
TAMPERINGS: dict[str, tuple[list[str], list[tuple[bool, int | None, bool]]]] = {
    "a fact changed": (
        ["UPDATE journal SET facts = '{}' WHERE chain = :case AND number = 2"],
        [(True, 2, False)],
    ),
    "another author": (
        ["UPDATE journal SET actor = 'Ai' WHERE chain = 0 AND number = 1"],
        [(False, 1, False)],
    ),
    "a line taken out": (
        ["DELETE FROM journal WHERE chain = :case AND number = 2"],
        [(True, 2, False), (False, None, True)],
    ),
    "two lines swapped": (
        [
            "UPDATE journal SET number = 99 WHERE chain = :case AND number = 2",
            "UPDATE journal SET number = 2 WHERE chain = :case AND number = 3",
            "UPDATE journal SET number = 3 WHERE chain = :case AND number = 99",
        ],
        [(True, 2, False)],
    ),
    "the end of a case cut off": (
        ["DELETE FROM journal WHERE chain = :case AND number = 4"],
        [(True, 4, False)],
    ),
    "all of a case gone": (
        ["DELETE FROM journal WHERE chain = :case"],
        [(True, 1, False), (False, None, True)],
    ),
    "the end of the system's chain cut off": (
        ["DELETE FROM journal WHERE chain = 0 AND number >= 3"],
        [(False, 3, False), (False, None, True)],
    ),
    "the end of the system's chain cut off since the last anchor": (
        ["DELETE FROM journal WHERE chain = 0 AND number = 4"],
        [(False, 4, False)],
    ),
    "where the system's chain ends forgotten": (
        ["DELETE FROM journal_end WHERE chain = 0"],
        [(False, 5, False)],
    ),
    "an anchor changed": (
        ["UPDATE journal_anchor SET lines = 7"],
        [(False, None, True)],
    ),
    "an anchor removed": (
        ["DELETE FROM journal_anchor"],
        [(False, None, False)],
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found_where_it_was_done(database: Engine, what: str) -> None:
    statements, expected = TAMPERINGS[what]
    with tampered(database, statements) as (session, case_id):
        found = journal_store.verify(session)
    assert [(b.chain == case_id, b.number, b.day == TODAY) for b in found] == expected
    assert all(str(b.message) for b in found)


def test_what_is_written_after_an_end_was_cut_off_does_not_hide_it(database: Engine) -> None:
    cut = "DELETE FROM journal WHERE chain = 0 AND number = 4"
    with tampered(database, [cut]) as (session, _):
        journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_IN)], NOW, LAN)
        assert [(b.chain, b.number) for b in journal_store.verify(session)] == [(0, 4)]


@pytest.mark.parametrize(("since_anchor", "noticed"), [(False, True), (True, False)])
def test_a_forged_end_with_hashes_reckoned_anew_shows_by_the_anchor_over_it(
    database: Engine, since_anchor: bool, noticed: bool
) -> None:
    """Only what no anchor covers yet can be rewritten without a trace in this database."""
    keep = 3 if since_anchor else 2
    cut = f"DELETE FROM journal WHERE chain = :case AND number > {keep}"  # noqa: S608
    with tampered(database, [cut]) as (session, case_id):
        case = session.get_one(CaseRow, case_id)
        kept = journal_store.lines_of(session, case_id)
        case.journal_number, case.journal_hash = keep, kept[-1].hash
        forged = JournalLine(Act.TASK_COMPLETED, {"task": "Ai đó"}, "B2")
        journal_store.append(session, case_id, [forged] * (4 - keep), NOW, LAN)
        session.flush()
        assert bool(journal_store.verify(session)) == noticed


def test_who_writes_while_the_journal_is_verified_is_no_break(database: Engine) -> None:
    with unit_of_work(database) as session:
        case_id = fill(session)
    with unit_of_work(database, write=False) as looking:
        journal_store.hold_still(looking)
        looking.execute(text("SELECT count(*) FROM journal"))
        with unit_of_work(database) as session:
            journal_store.append(session, case_id, [DONE], NOW, LAN)
            journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_IN)], NOW, LAN)
        lines = journal_store.lines_of(looking, case_id)
        assert (len(lines), journal_store.verify(looking)) == (4, [])


def test_guards_that_were_taken_away_are_missed(database: Engine) -> None:
    gone = {
        "sqlite": "DROP TRIGGER receipt_no_replace",
        "postgresql": "ALTER TABLE receipt DISABLE TRIGGER receipt_append_only",
    }
    with tampered(database, [gone[database.dialect.name]]) as (session, _):
        (found,) = journal_store.verify(session)
    assert "receipt_" in str(found.message)


@contextmanager
def tampered(database: Engine, statements: list[str]) -> Iterator[tuple[Session, int]]:
    """A journal that somebody with the database's password was at; all is undone afterwards.

    They put the guards back that they had to take away.
    """
    with unit_of_work(database) as session:
        case_id = fill(session)
        session.flush()
        session.expire_all()
        with _unguarded(session):
            for statement in statements:
                session.execute(text(statement), {"case": case_id} if ":case" in statement else {})
        yield session, case_id
        session.rollback()


@contextmanager
def _unguarded(session: Session) -> Iterator[None]:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        session.execute(text("SET LOCAL session_replication_role = origin"))
        return
    asked = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'jour%'")
    guards = session.execute(asked).all()
    for guard in guards:
        session.execute(text(f"DROP TRIGGER {guard.name}"))
    yield
    for guard in guards:
        session.execute(text(guard.sql))


#: Changes that the databases themselves refuse.
REFUSED = {
    "both": (
        "UPDATE journal SET actor = 'Ai'",
        "DELETE FROM journal",
        "UPDATE journal_anchor SET lines = 0",
        "DELETE FROM journal_anchor",
        "UPDATE receipt SET reason = 'x'",
        "DELETE FROM receipt",
        "UPDATE part SET content = content",
        "DELETE FROM part",
        "UPDATE version_part SET sha256 = sha256",
        "DELETE FROM version_part",
    ),
    "sqlite": (
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE number = 1",
        "REPLACE INTO journal_anchor SELECT * FROM journal_anchor",
        "INSERT OR REPLACE INTO receipt SELECT * FROM receipt",
        "INSERT OR REPLACE INTO part SELECT * FROM part",
        "INSERT OR REPLACE INTO version_part SELECT * FROM version_part",
        "INSERT INTO part SELECT * FROM part WHERE true ON CONFLICT DO UPDATE SET content = 'x'",
    ),
    "postgresql": (
        "TRUNCATE journal",
        "TRUNCATE receipt",
        "INSERT INTO journal SELECT * FROM journal ON CONFLICT (id) DO UPDATE SET actor = 'Ai'",
        "INSERT INTO part SELECT * FROM part ON CONFLICT (sha256) DO UPDATE SET content = 'x'",
    ),
}


def test_the_databases_themselves_refuse_every_change(database: Engine) -> None:
    with unit_of_work(database) as session:
        case_id = fill(session)
        session.add(PartRow(sha256="a" * 64, content=b"x"))
        session.flush()
        session.add(VersionPartRow(version_id=1, kind="drawing", name="x", sha256="a" * 64))
        session.add(
            ReceiptRow(
                case_id=case_id, number=1, issued_at=NOW, due_at=NOW, term="t", explanation={}
            )
        )
    for statement in (*REFUSED["both"], *REFUSED[database.dialect.name]):
        with unit_of_work(database) as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))
    with unit_of_work(database, write=False) as session:
        assert journal_store.verify(session) == []


def test_the_system_writes_under_its_own_name(session: Session) -> None:
    journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_OUT)], NOW, SYSTEM)
    (line,) = journal_store.lines_of(session, SYSTEM_CHAIN)
    assert (line.actor_id, line.actor) == (None, "Hệ thống")
