"""The journal: complete sentences, one chain per case, and every tampering found."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from engine.domain import journal
from engine.domain.access import SYSTEM, Actor
from engine.domain.journal import SYSTEM_CHAIN, Act, JournalLine
from engine.persistence import journal_store
from engine.persistence.database import unit_of_work
from engine.persistence.tables import CaseRow
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
    return case.id


def test_a_day_is_anchored_once_and_anchors_build_on_each_other(session: Session) -> None:
    fill(session)
    first = journal_store.anchor_day(session, TODAY, NOW)
    second = journal_store.anchor_day(session, TOMORROW, NOW)
    session.flush()
    empty = journal_store.anchor_day(session, TOMORROW + timedelta(days=1), NOW)
    session.flush()
    assert (first.lines, second.lines, empty.lines) == (6, 1, 0)
    assert len({first.hash, second.hash, empty.hash}) == 3
    assert journal_store.verify(session) == []


TAMPERINGS: dict[str, tuple[str, list[tuple[bool, int | None]]]] = {
    # what is done to the rows -> (in the case's chain?, line) of each break; None: the anchor
    "a fact changed": (
        "UPDATE journal SET facts = '{}' WHERE chain = :case AND number = 2",
        [(True, 2)],
    ),
    "a line taken out": (
        "DELETE FROM journal WHERE chain = :case AND number = 2",
        [(True, 2), (False, None)],
    ),
    "the end cut off": (
        "DELETE FROM journal WHERE chain = :case AND number = 4",
        [(True, 4)],
    ),
    "all of it gone": (
        "DELETE FROM journal WHERE chain = :case",
        [(True, 1), (False, None)],
    ),
    "the end of the system's chain cut off": (
        "DELETE FROM journal WHERE chain = 0 AND number = 3",
        [(False, None)],
    ),
    "another author": (
        "UPDATE journal SET actor = 'Ai' WHERE chain = 0 AND number = 1",
        [(False, 1)],
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found_where_it_was_done(database: Engine, what: str) -> None:
    with unit_of_work(database) as session:
        case_id = fill(session)
    statement, expected = TAMPERINGS[what]
    with database.begin() as connection:
        _drop_triggers(connection)
        connection.execute(text(statement), {"case": case_id} if ":case" in statement else {})
    with unit_of_work(database, write=False) as session:
        found = journal_store.verify(session)
    assert [(b.chain == case_id, b.number) for b in found] == expected
    assert all(str(b.message) for b in found)
    assert all((b.day == TODAY) == (b.chain is None) for b in found)


def _drop_triggers(connection: Connection) -> None:
    """What somebody with the database's password can do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for (name,) in names.all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def test_the_system_writes_under_its_own_name(session: Session) -> None:
    journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_OUT)], NOW, SYSTEM)
    (line,) = journal_store.lines_of(session, SYSTEM_CHAIN)
    assert (line.actor_id, line.actor) == (None, "Hệ thống")
