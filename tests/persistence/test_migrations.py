"""The migrations make exactly the tables that the program declares."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from engine.domain.access import SYSTEM
from engine.domain.journal import SYSTEM_CHAIN, Act, JournalLine
from engine.persistence import journal_store, migrating, tables, versions
from engine.persistence.database import make_engine, unit_of_work
from tests.persistence.town import NOW, TODAY, Town


def test_migrated_tables_are_those_declared(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.Base.metadata) == []


def test_prefix_searches_compare_byte_by_byte(database: Engine) -> None:
    if database.dialect.name != "postgresql":
        pytest.skip("SQLite always does")
    columns = {c["name"]: c["type"] for c in inspect(database).get_columns("case_ending")}
    assert columns["ending"].collation == "C"


def test_upgrading_again_changes_nothing(database: Engine) -> None:
    assert migrating.upgrade(database) == (migrating.head(), migrating.head())
    assert migrating.current(database) == migrating.head()


def test_an_empty_database_is_upgraded_once_by_processes_that_start_together(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    assert migrating.current(make_engine(url)) is None
    results: list[tuple[str | None, str]] = []

    def start() -> None:
        engine = make_engine(url)
        results.append(migrating.upgrade(engine))
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(before or "" for before, _ in results) == ["", migrating.head(), migrating.head()]


@pytest.mark.parametrize("table", ["journal", "journal_anchor", "part", "receipt", "version_part"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_what_was_written_down_is_never_changed(
    database: Engine, table: str, statement: str
) -> None:
    with unit_of_work(database) as session:
        _one_row_of_each(session)
    column = inspect(database).get_columns(table)[0]["name"]
    with pytest.raises(DatabaseError, match="append-only"), database.begin() as connection:
        connection.execute(text(statement.format(table, column)))


def _one_row_of_each(session: Session) -> None:
    town = Town(session)
    texts = versions.VersionTexts(b"<definitions/>")
    versions.save_version(
        session,
        "qt03",
        "Thủ tục",
        texts,
        effective_from=None,
        effective_to=None,
        now=NOW,
        deployed_by="test",
    )
    session.add(
        tables.ReceiptRow(
            case_id=town.case().id, number=1, issued_at=NOW, due_at=NOW, term="", explanation={}
        )
    )
    journal_store.append(session, SYSTEM_CHAIN, [JournalLine(Act.SIGNED_OUT)], NOW, SYSTEM)
    journal_store.anchor_day(session, TODAY, NOW)
