"""Brings a database's tables to what this program expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

from engine.domain.errors import DatabaseNewer
from engine.persistence.database import answering, begin, create_file

MIGRATIONS = Path(__file__).parent / "migrations"

#: PostgreSQL advisory lock under which one process migrates and the others wait.
_MIGRATION_LOCK = 0x5175_794D


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Applies every migration that is missing, all or none; the revisions before and after.

    Processes that start together wait for each other. Raises DatabaseNewer, Unavailable.
    """
    create_file(engine)
    with _exclusive(engine) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        if before != head():
            refuse_newer(before)
            command.upgrade(_config(connection), "head")
    return before, head()


def current(engine: Engine) -> str | None:
    """The revision of the database; None when it is empty."""
    with answering(engine), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def revision(connection: Connection) -> str | None:
    """The revision of the database behind an open connection."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(connection: Connection) -> bool:
    """Whether the tables behind an open connection are those that this program expects."""
    return MigrationContext.configure(connection).get_current_revision() == _head_once()


@cache
def _head_once() -> str:
    return head()


def refuse_newer(revision: str | None) -> None:
    """Raises DatabaseNewer for a revision that this program has never heard of."""
    if revision is None:
        return
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if revision not in known:
        raise DatabaseNewer(revision, head())


def head() -> str:
    """The revision that this program expects."""
    revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if revision is None:
        raise RuntimeError(f"no migrations in {MIGRATIONS}")
    return revision


@contextmanager
def _exclusive(engine: Engine) -> Iterator[Connection]:
    with answering(engine), engine.connect() as connection, connection.begin():
        begin(connection, write=True)
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        yield connection


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
