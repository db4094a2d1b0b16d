"""Connects to SQLite or PostgreSQL and opens the one transaction of an act."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.domain.errors import (
    CaseMoved,
    Conflict,
    DatabaseAway,
    DatabaseBusy,
    QuyTrinhError,
    StorageRefused,
)
from engine.domain.messages import say
from engine.persistence.columns import to_json

#: How long a writer waits for another one before it gives up.
BUSY_SECONDS = 10

#: SQLite from here on knows `RETURNING` and upserts as they are used here.
OLDEST_SQLITE = (3, 35, 0)

#: How long a connection to PostgreSQL may take.
CONNECT_SECONDS = 5

#: PostgreSQL: serialization failure, deadlock. Worth trying again at once.
LOST_RACES = frozenset({"40001", "40P01"})

#: PostgreSQL: lock not available, too many connections, no room or memory left.
BUSY = frozenset({"55P03", "53300", "53100", "53200"})

#: PostgreSQL, by the beginning: no connection, refused, no such database, going down.
AWAY = ("08", "28", "3D", "57P")

#: SQLite: the file cannot be opened, read or written, or is none of SQLite's.
UNUSABLE = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)


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
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
        # Short queries over big tables: compiling them would cost more than running them.
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC -c jit=off",
        },
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


def create_file(engine: Engine) -> None:
    """Makes an embedded database's file before SQLite does: for its owner's eyes alone.

    One that is there keeps its rights. What SQLite puts beside it takes them over. Raises
    StorageRefused.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    path = Path(engine.url.database)
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise StorageRefused(
            say(
                "Không ghi được tệp cơ sở dữ liệu “%(path)s”: %(why)s.",
                path=path,
                why=error.strerror or str(error),
            )
        ) from error


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
    and may not write. A lost race is a Conflict: CaseMoved for a case's row version. A database
    that does not answer is DatabaseAway, one that is busy for too long DatabaseBusy.
    """
    with answering(engine), Session(engine, autoflush=False, expire_on_commit=False) as session:
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


@contextmanager
def answering(engine: Engine) -> Iterator[None]:
    """What only the database's state explains becomes an error of the product's own."""
    try:
        yield
    except PoolEmpty as error:
        raise DatabaseBusy() from error
    except DBAPIError as error:
        told = _told(engine, error)
        if told is None:
            raise
        raise told from error


def _told(engine: Engine, error: DBAPIError) -> QuyTrinhError | None:
    """The database's own error as one of ours; None when it is a fault of the program."""
    if engine.dialect.name == "sqlite":
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # without the extended part
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return DatabaseBusy()
        return _away(engine, error) if code in UNUSABLE else None
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in LOST_RACES:
        return Conflict()
    if state in BUSY:
        return DatabaseBusy()
    cut_off = error.connection_invalidated or (not state and isinstance(error, OperationalError))
    return _away(engine, error) if cut_off or state.startswith(AWAY) else None


def _away(engine: Engine, error: DBAPIError) -> DatabaseAway:
    why = (str(error.orig).splitlines() or [""])[0]
    where = engine.url.render_as_string(hide_password=True)
    return DatabaseAway(
        say("Không dùng được cơ sở dữ liệu %(where)s: %(why)s", where=where, why=why)
    )
