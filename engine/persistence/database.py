"""Connects to SQLite or PostgreSQL and opens the one transaction of an act."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.domain.errors import CaseMoved, Conflict
from engine.persistence.columns import to_json

#: How long a writer waits for another one before it gives up.
BUSY_SECONDS = 10

#: SQLite from here on knows `RETURNING` and upserts as they are used here.
OLDEST_SQLITE = (3, 35, 0)

#: PostgreSQL: serialization failure, deadlock, lock not available.
LOST_RACES = frozenset({"40001", "40P01", "55P03"})


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`; connects only when first used."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    return create_engine(
        url,
        json_serializer=to_json,
        hide_parameters=True,  # errors are logged, dossiers are not
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        # Short queries over big tables: compiling them would cost more than running them.
        connect_args={"options": f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC -c jit=off"},
    )


def _sqlite_engine(url: str) -> Engine:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise RuntimeError(f"SQLite {oldest} or newer is needed, not {sqlite3.sqlite_version}")
    engine = create_engine(url, json_serializer=to_json, hide_parameters=True)

    # Python's sqlite3 begins transactions by its own rules; with isolation_level None it leaves
    # that to us: see `begin`.
    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None
        dbapi_connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        dbapi_connection.execute("PRAGMA journal_mode = WAL")
        # In WAL this is safe against a killed process; a power cut may cost the last moments,
        # never the file. Production runs on PostgreSQL.
        dbapi_connection.execute("PRAGMA synchronous = NORMAL")
        dbapi_connection.execute("PRAGMA foreign_keys = ON")
        dbapi_connection.execute("PRAGMA cache_size = -32000")
        dbapi_connection.execute("PRAGMA temp_store = MEMORY")

    return engine


def begin(connection: Connection, write: bool) -> None:
    """Begins the transaction that SQLite is told of only here; a writer takes its lock at once.

    Not by SQLAlchemy's event for it: an engine with a listener pays for it at every statement.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def unit_of_work(engine: Engine, write: bool = True) -> Iterator[Session]:
    """One transaction: commits at the end, rolls back on any exception.

    Nothing is flushed before the end unless asked for, so that an act writes each row once; rows
    stay readable after the commit. A writer on SQLite takes the write lock at the beginning
    (BEGIN IMMEDIATE), so that what it has read is still so when it writes; a reader never waits
    and may not write. A lost race is a Conflict: CaseMoved for a case's row version.
    """
    with Session(engine, autoflush=False, expire_on_commit=False) as session:
        try:
            options = None if write else {"postgresql_readonly": True}
            begin(session.connection(execution_options=options), write)
            yield session
            if write:
                session.commit()
            elif session.new or session.dirty or session.deleted:
                raise RuntimeError("a read-only unit of work has changed rows")
        except StaleDataError as error:
            raise CaseMoved() from error
        except OperationalError as error:
            if lost_race(error):
                raise Conflict() from error
            raise


def lost_race(error: OperationalError) -> bool:
    """Whether the database gave up this transaction for another one: worth trying again."""
    state = getattr(error.orig, "sqlstate", None)
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # without the extended part
    return state in LOST_RACES or code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
