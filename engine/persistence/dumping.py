"""Copies a whole database while people work in it, and puts such a copy into an empty one."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

from alembic.migration import MigrationContext
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from engine.domain.errors import Misuse, StorageRefused
from engine.domain.messages import say
from engine.persistence.database import answering, make_engine
from engine.settings import environment_with

#: Where rows name files of the store.
REFERENCES = (
    ("attachment", "sha256"),
    ("document", "docx_sha256"),
    ("document", "pdf_sha256"),
    ("document", "xlsx_sha256"),
    ("signature", "before_sha256"),
    ("signature", "sha256"),
    ("upload", "sha256"),
)

#: How what is filled in, but not sent yet, names files (ports.StoredFile).
_IN_DRAFTS = re.compile(r'"file": ?"([0-9a-f]{64})"')

#: The schema that holds our tables on PostgreSQL.
SCHEMA = "public"


@dataclass(frozen=True)
class Copied:
    """A database as it was at one moment."""

    revision: str
    server: str  # its version, in words
    references: frozenset[str]  # hashes of files that its rows name


def copy(engine: Engine, target: Path) -> Copied:
    """Copies the database to `target`: one SQLite file, or pg_dump's own format.

    The copy is of one moment; writers do not wait for it. Raises Misuse, Unavailable.
    """
    with answering(engine):
        if engine.dialect.name == "sqlite":
            return _copy_sqlite(engine, target)
        return _copy_postgresql(engine, target)


# --- SQLite ---------------------------------------------------------------------------------------


def _copy_sqlite(engine: Engine, target: Path) -> Copied:
    with engine.connect() as connection:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError(source)
        with closing(sqlite3.connect(target)) as copied:
            # In one step: one reading transaction, which no writer can make begin again.
            source.backup(copied)
            copied.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    return look_at_file(target)


def look_at_file(path: Path) -> Copied:
    """What a copied SQLite file holds. Raises StorageRefused when it is not sound."""
    engine = make_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            sound = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            if sound != "ok":
                raise StorageRefused(
                    say("Cơ sở dữ liệu “%(path)s” bị hỏng: %(why)s.", path=path, why=str(sound))
                )
            found = _look(connection, f"SQLite {sqlite3.sqlite_version}")
            connection.rollback()
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
        return found
    finally:
        engine.dispose()


def let_go(engine: Engine) -> None:
    """Makes sure that no program has an embedded database open, and folds its log into it.

    Raises Misuse when one has.
    """
    engine.dispose()
    path = Path(str(engine.url.database))
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        except sqlite3.OperationalError:
            mode = "wal"
        except sqlite3.DatabaseError:
            return  # a broken file: nobody works with it
    if mode != "delete":
        raise _in_use()


# --- PostgreSQL -----------------------------------------------------------------------------------


def _copy_postgresql(engine: Engine, target: Path) -> Copied:
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        # pg_dump sees the very moment that our own questions see.
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        server = connection.execute(text("SHOW server_version")).scalar_one()
        found = _look(connection, f"PostgreSQL {server}")
        _run(
            engine,
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--schema={SCHEMA}",
            "--no-owner",
            "--no-privileges",
            "--no-password",
            f"--file={target}",
        )
    return found


def restore_postgresql(engine: Engine, source: Path) -> None:
    """Puts a copy into a database whose schema is empty: all of it or nothing.

    Raises Misuse with what pg_restore says.
    """
    _run(
        engine,
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        f"--schema={SCHEMA}",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        file=source,
    )


def readable(source: Path) -> None:
    """Has pg_restore read a copy's list of contents. Raises Misuse."""
    _command([_tool("pg_restore"), "--list", str(source)], "pg_restore")


_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)

#: So many tenths of a second are connections given that are about to end.
LEAVING_LOOKS = 30


def alone(engine: Engine) -> None:
    """Raises Misuse while other programs are connected to the database of PostgreSQL.

    Whoever has just closed a connection, as this program itself, is gone a moment later only: they
    are given some seconds. (Each look is a transaction of its own, or it would see the same.)
    """
    engine.dispose()
    with answering(engine), engine.connect() as connection:
        looking = connection.execution_options(isolation_level="AUTOCOMMIT")
        for _ in range(LEAVING_LOOKS):
            if not looking.execute(_OTHERS).scalar_one():
                return
            looking.execute(text("SELECT pg_sleep(0.1)"))
    raise _in_use()


def schema_is_empty(engine: Engine) -> bool:
    """Whether there is neither table nor function."""
    with answering(engine), engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace(:name))"
                " OR EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace(:name))"
            ),
            {"name": SCHEMA},
        ).scalar_one()
    engine.dispose()
    return not found


def put_schema_aside(engine: Engine, name: str) -> None:
    """The tables go into a schema of another name, and an empty one takes their place.

    Raises Misuse when the database belongs to somebody else.
    """
    try:
        with answering(engine), engine.begin() as connection:
            connection.exec_driver_sql(f'ALTER SCHEMA {SCHEMA} RENAME TO "{name}"')
            connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
    except ProgrammingError as error:
        raise Misuse(
            say(
                "Không để riêng được dữ liệu đang có: người dùng PostgreSQL trong "
                "QUYTRINH_DATABASE_URL phải là chủ của cơ sở dữ liệu và của lược đồ public."
            )
        ) from error


def take_schema_back(engine: Engine, name: str) -> None:
    """Undoes `put_schema_aside`, dropping what was begun since."""
    with answering(engine), engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {SCHEMA} CASCADE")
        connection.exec_driver_sql(f'ALTER SCHEMA "{name}" RENAME TO {SCHEMA}')


def clear_schema(engine: Engine) -> None:
    """Drops what a restore had begun in a schema that was empty before."""
    with answering(engine), engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {SCHEMA} CASCADE")
        connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")


def _run(engine: Engine, tool: str, *options: str, file: Path | None = None) -> None:
    """One of PostgreSQL's programs on this database; the password goes by the environment."""
    arguments, named = engine.dialect.create_connect_args(engine.url)
    wanted: dict[str, Any] = {**named}
    wanted.pop("context", None)  # how values are read: psycopg's own
    password = str(wanted.pop("password", ""))
    command = [_tool(tool), *options, f"--dbname={make_conninfo(*arguments, **wanted)}"]
    _command([*command, *([str(file)] if file else [])], tool, password)


def _tool(name: str) -> str:
    path = which(name)
    if path is None:
        raise Misuse(
            say(
                "Máy này không có chương trình %(tool)s. Hãy cài bộ công cụ PostgreSQL cùng phiên "
                "bản với máy chủ (gói postgresql-client).",
                tool=name,
            )
        )
    return path


def _command(command: list[str], tool: str, password: str = "") -> None:
    environment = environment_with(PGPASSWORD=password) if password else None
    done = subprocess.run(  # noqa: S603  a program of PostgreSQL's, its arguments ours
        command, env=environment, capture_output=True, check=False, text=True, errors="replace"
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:500]
        if "server version mismatch" in said or "unsupported version" in said:
            raise Misuse(
                say(
                    "%(tool)s trên máy này cũ hơn máy chủ PostgreSQL. Hãy cài postgresql-client "
                    "cùng phiên bản với máy chủ. (%(said)s)",
                    tool=tool,
                    said=said,
                )
            )
        raise Misuse(say("%(tool)s không làm được: %(said)s", tool=tool, said=said))


def _in_use() -> Misuse:
    return Misuse(
        say(
            "Cơ sở dữ liệu đang có chương trình khác mở (máy chủ web, bộ hẹn giờ hoặc công cụ quản "
            "trị). Hãy dừng hết rồi chạy lại."
        )
    )


# --- both -----------------------------------------------------------------------------------------


def _look(connection: Connection, server: str) -> Copied:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise Misuse(say("Cơ sở dữ liệu chưa có gì để sao lưu."))
    return Copied(revision, server, frozenset(_references(connection)))


def _references(connection: Connection) -> Iterator[str]:
    """Hashes of files that rows name, in tables of whatever age."""
    looking = inspect(connection)
    tables = set(looking.get_table_names())
    for table, column in REFERENCES:
        if table not in tables:
            continue
        if column not in {one["name"] for one in looking.get_columns(table)}:
            continue
        found = connection.exec_driver_sql(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
        )
        yield from (_hexadecimal(value) for (value,) in found)
    drafts = "SELECT CAST(draft AS TEXT) FROM task WHERE draft IS NOT NULL"
    for (draft,) in connection.exec_driver_sql(drafts):
        yield from _IN_DRAFTS.findall(draft or "")


def _hexadecimal(value: str | bytes) -> str:
    return value if isinstance(value, str) else bytes(value).hex()
