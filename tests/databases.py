"""Fresh, migrated databases of both kinds within milliseconds: copies of a template.

`fresh_database("sqlite")` and `fresh_database("postgresql")` are context managers that give an
engine; the database is gone afterwards. Where no PostgreSQL answers, `no_postgresql()` says why.
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

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from engine.persistence.database import make_engine
from engine.persistence.migrating import upgrade
from engine.persistence.tables import Base

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
def fresh_database(kind: str) -> Iterator[Engine]:
    """A migrated database of its own, with nothing in it."""
    make = {"sqlite": _fresh_sqlite, "postgresql": _fresh_postgresql}[kind]
    with make() as url:
        engine = make_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()


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


@cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="quytrinh-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()  # the last connection of a WAL database writes everything into the one file
    return path


@contextmanager
def _fresh_sqlite() -> Iterator[str]:
    template = _sqlite_template()
    folder = Path(tempfile.mkdtemp(prefix="quytrinh-test-"))
    try:
        path = folder / "test.sqlite3"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
    finally:
        shutil.rmtree(folder)


@cache
def _postgresql_template() -> str:
    name = f"quytrinh_template_{uuid.uuid4().hex[:12]}"
    _on_server(f'CREATE DATABASE "{name}"')
    atexit.register(_drop, name)
    engine = make_engine(_url_of(name))
    upgrade(engine)
    engine.dispose()  # a template must have no connections
    return name


_idle: list[str] = []  # databases of this process that nobody uses now, emptied


@contextmanager
def _fresh_postgresql() -> Iterator[str]:
    name = _idle.pop() if _idle else _copy_of_template()
    yield _url_of(name)
    if _emptied(name):
        _idle.append(name)
    else:
        _drop(name)


def _copy_of_template() -> str:
    name = f"quytrinh_test_{uuid.uuid4().hex[:12]}"
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{_postgresql_template()}"')
    atexit.register(_drop, name)
    return name


def _emptied(name: str) -> bool:
    """Emptying costs a fifth of a new copy; it needs a superuser, to pass by the triggers."""
    engine = create_engine(_url_of(name), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(_emptying())
    except DBAPIError:  # no superuser, or the test left a transaction open
        return False
    return True


@cache
def _emptying() -> str:
    """Empties every table as if the migration had just run."""
    tables = [table.name for table in Base.metadata.sorted_tables]
    with create_engine(_url_of(_postgresql_template()), poolclass=NullPool).connect() as there:
        sequences = there.execute(text("SELECT relname FROM pg_class WHERE relkind = 'S'"))
        restarts = [f'ALTER SEQUENCE "{row.relname}" RESTART' for row in sequences]
    return ";".join(
        [
            "SET LOCAL session_replication_role = replica",
            "SET LOCAL lock_timeout = '1s'",
            *(f'DELETE FROM "{name}"' for name in tables if name != "change_stamp"),  # noqa: S608
            "UPDATE change_stamp SET number = 0",
            *restarts,
        ]
    )


def _drop(name: str) -> None:
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    with _server().connect() as connection:
        connection.execute(text(statement))


def _server() -> Engine:
    return create_engine(postgres_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _url_of(database: str) -> str:
    return postgres_url().set(database=database).render_as_string(hide_password=False)
