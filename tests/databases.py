"""Databases of both kinds for one test after the other, each time with the content they began with.

`fresh_database("sqlite")` and `fresh_database("postgresql")` are context managers that give an
engine over a migrated, empty database; `stock_of(engine)` gives more that begin as that one is
now. A process keeps its few databases and their engines: a new PostgreSQL database costs fifty
times the refilling of an old one, and a new engine compiles every statement anew. Where no
PostgreSQL answers, `no_postgresql()` says why.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from engine.persistence import stamps
from engine.persistence.database import make_engine
from engine.persistence.migrating import upgrade

KINDS = ("sqlite", "postgresql")

DEFAULT_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/test"


def postgres_url() -> URL:
    """The server on which databases are made; the database named is only connected to."""
    url = os.environ.get("QUYTRINH_TEST_POSTGRES", DEFAULT_POSTGRES)  # noqa: TID251
    return make_url(url)


@cache
def no_postgresql() -> str | None:
    """Why tests on PostgreSQL cannot run here; None when they can."""
    engine = create_engine(postgres_url(), poolclass=NullPool, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return None
    except OperationalError as error:
        where = postgres_url().render_as_string(hide_password=True)
        return f"no PostgreSQL at {where} (QUYTRINH_TEST_POSTGRES): {error.orig}"


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements sent while the block runs (BEGIN and COMMIT left out)."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


# --- databases that begin alike -------------------------------------------------------------------


class Stock(Protocol):
    """Databases that all begin with the same content."""

    def taken(self) -> Any:
        """A context manager: the engine of one of them, nobody else's while the block runs."""


@contextmanager
def fresh_database(kind: str) -> Iterator[Engine]:
    """A migrated database of its own, with nothing in it."""
    with _empty_ones(kind).taken() as engine:
        yield engine


def stock_of(engine: Engine) -> Stock:
    """Databases that begin as this one is now; it must stay as it is, and closed."""
    engine.dispose()  # a copied database has no connections; one of SQLite is then one file
    if engine.dialect.name == "sqlite":
        return _Files(Path(str(engine.url.database)))
    return _Server(str(engine.url.database))


@cache
def _empty_ones(kind: str) -> Stock:
    if kind == "sqlite":
        engine = _relaxed(f"sqlite:///{_folder('quytrinh-template-') / 'template.sqlite3'}")
    else:
        engine = make_engine(_url_of(_created("quytrinh_template")))
    upgrade(engine)
    return stock_of(engine)


class _Files:
    """Copies of one SQLite file."""

    def __init__(self, template: Path) -> None:
        self._template = template
        self._idle: list[Engine] = []

    @contextmanager
    def taken(self) -> Iterator[Engine]:
        engine = self._idle.pop() if self._idle else self._another()
        path = Path(str(engine.url.database))
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        shutil.copyfile(self._template, path)
        _forget(engine)
        try:
            yield engine
        finally:
            engine.dispose()
            self._idle.append(engine)

    def _another(self) -> Engine:
        return _relaxed(f"sqlite:///{_folder('quytrinh-test-') / 'test.sqlite3'}")


class _Server:
    """Copies of one PostgreSQL database; each keeps beside its tables what it began with."""

    def __init__(self, template: str) -> None:
        self._template = template
        engine = make_engine(_url_of(template))
        with engine.begin() as connection:
            self._refilling = _keep_beginning(connection)
            self._shape = _shape(connection)
        engine.dispose()
        self._idle: list[Engine] = []

    @contextmanager
    def taken(self) -> Iterator[Engine]:
        engine = self._refilled() or self._another()
        _forget(engine)
        yield engine
        self._idle.append(engine)

    def _another(self) -> Engine:
        engine = make_engine(_url_of(_created("quytrinh_test", self._template)))
        atexit.register(engine.dispose)
        return engine

    def _refilled(self) -> Engine | None:
        """An idle one as it began; one that cannot be brought back is left to be dropped."""
        while self._idle:
            engine = self._idle.pop()
            try:
                with engine.begin() as connection:
                    if _shape(connection) == self._shape:
                        connection.exec_driver_sql(self._refilling)
                        return engine
            except DBAPIError:  # the test left a transaction open; or we are no superuser
                pass
            engine.dispose()
        return None


def _keep_beginning(connection: Connection) -> str:
    """Puts the rows of all tables aside; gives the statements that bring them back.

    Bringing back needs a superuser, to pass by the triggers and the foreign keys.
    """
    tables = connection.execute(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ).scalars()
    kept = f"beginning_{uuid.uuid4().hex[:12]}"
    back = ["SET LOCAL session_replication_role = replica", "SET LOCAL lock_timeout = '1s'"]
    connection.exec_driver_sql(f"CREATE SCHEMA {kept}")
    for name in list(tables):
        if name == "alembic_version":
            continue
        back.append(f'DELETE FROM "{name}"')  # noqa: S608
        if connection.exec_driver_sql(f'SELECT EXISTS (SELECT FROM "{name}")').scalar_one():  # noqa: S608
            connection.exec_driver_sql(f'CREATE TABLE {kept}."{name}" AS TABLE "{name}"')
            back.append(f'INSERT INTO "{name}" SELECT * FROM {kept}."{name}"')  # noqa: S608
    sequences = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
    for name, last in connection.exec_driver_sql(sequences):
        back.append(f"SELECT setval('\"{name}\"', {last or 1}, {last is not None})")
    return ";".join(back)


_SHAPE = """
SELECT md5(string_agg(it, ' ' ORDER BY it)) FROM (
    SELECT concat_ws(',', relname, relkind, relnatts, relchecks) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(',', tgrelid, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(',', proname, md5(prosrc)) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
) AS parts (it)
"""


def _shape(connection: Connection) -> str:
    """Tables, indexes, triggers and functions: whether a test has changed any."""
    return str(connection.exec_driver_sql(_SHAPE).scalar_one())


def _forget(engine: Engine) -> None:
    """What this process kept of the rows before does not hold: their counters begin anew."""
    stamps._kept.pop(engine, None)


def _relaxed(url: str) -> Engine:
    """SQLite that leaves writing to the disk to the machine: a test outlives no power cut."""
    engine = make_engine(url)
    event.listen(engine, "connect", _unsynchronised)
    return engine


def _unsynchronised(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _created(prefix: str, template: str | None = None) -> str:
    """A new database that is dropped when this process ends, and waits for no disk."""
    name = f"{prefix}_{uuid.uuid4().hex[:12]}"
    _on_server(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    atexit.register(_on_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _on_server(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    return name


def _on_server(statement: str) -> None:
    server = create_engine(postgres_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.execute(text(statement))


def _url_of(database: str) -> str:
    return postgres_url().set(database=database).render_as_string(hide_password=False)
