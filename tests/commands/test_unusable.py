"""Installations that cannot be used: one line that says why, exit code 1, nothing half-done."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from engine import worker as worker_module
from engine.adapters.file_store import FolderFileStore
from engine.domain.errors import DatabaseAway, DatabaseBusy, StorageRefused, Unavailable
from engine.persistence import database as databases
from engine.persistence.database import make_engine, unit_of_work
from engine.ports import UploadedFile
from engine.settings import Mode, Settings
from engine.worker import Worker
from tests import factories
from tests.commands.conftest import Quytrinh
from tests.databases import fresh_database, no_postgresql, postgres_url
from web.cli import Composition, run

COMMANDS = (("journal", "verify"), ("incident", "list"), ("db", "upgrade"))


def said(settings: Settings, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """The one line that a command says over an installation it cannot use."""
    composition = Composition(settings)
    assert run(list(command), composition) == 1
    composition.close()
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    (line,) = err.splitlines()
    return line


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_does_not_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    url = postgres_url().set(port=9, password="bi-mat").render_as_string(hide_password=False)
    line = said(Settings(data_dir=tmp_path, database_url=url), capsys, *command)
    assert line.startswith("Không dùng được cơ sở dữ liệu postgresql+psycopg://")
    assert "bi-mat" not in line


def test_a_file_that_is_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.sqlite3").write_bytes(b"%PDF-1.4 this is something else" * 100)
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert "file is not a database" in said(settings, capsys, "db", "upgrade")


def test_a_data_folder_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "var").write_text("")
    for folder in (tmp_path / "var", tmp_path / "var" / "deeper"):
        settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'q.sqlite3'}")
        line = said(settings, capsys, "start")
        assert "QUYTRINH_DATA_DIR" in line
        assert str(folder) in line


def test_a_database_newer_than_the_program(quytrinh: Quytrinh, tmp_path: Path) -> None:
    assert quytrinh("db", "upgrade").code == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for command in COMMANDS:
        answer = quytrinh(*command)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("Cơ sở dữ liệu ở phiên bản 9999, mới hơn chương trình này")


def test_a_demo_in_production_is_refused_before_anything_is_written(
    quytrinh: Quytrinh, tmp_path: Path
) -> None:
    assert quytrinh("db", "upgrade").code == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO user_account (username, full_name, password_hash, administrator,"
                " analyst, demo, locked, language) VALUES ('x', 'X', '', 0, 0, 1, 0, 'vi')"
            )
        )
    answer = quytrinh("start", mode=Mode.PRODUCTION)
    assert (answer.code, "tài khoản dùng thử: x" in answer.err) == (2, True)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM version")).scalar_one() == 0
    engine.dispose()


def test_what_an_installation_holds_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'q.sqlite3'}")
    composition = Composition(settings)
    assert run(["db", "upgrade"], composition) == 0
    with composition.office.act(None):
        rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    composition.close()
    assert set(rights.values()) == {0o600}, rights
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("")
    store = FolderFileStore(tmp_path / "files", 1000)
    with pytest.raises(StorageRefused, match="Không đọc hoặc ghi được kho tệp"):
        store.keep(UploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n"))


def test_a_database_locked_for_longer_than_anybody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.05)
    with fresh_database("sqlite") as engine:
        other = make_engine(str(engine.url))
        with unit_of_work(engine), pytest.raises(DatabaseBusy), unit_of_work(other):
            pytest.fail("two writers at once")
        with unit_of_work(other) as session:  # and afterwards it goes on
            session.execute(text("SELECT 1"))
        other.dispose()


def _act_while_the_server_goes(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with unit_of_work(engine) as other:
            other.execute(text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})
        session.execute(text("SELECT 1"))


@pytest.mark.postgres
@pytest.mark.skipif(no_postgresql() is not None, reason="no PostgreSQL")
def test_a_server_that_is_restarted_costs_one_act_and_no_more() -> None:
    with fresh_database("postgresql") as engine:
        with pytest.raises(DatabaseAway):
            _act_while_the_server_goes(engine)
        with unit_of_work(engine) as session:
            assert session.execute(text("SELECT 1")).scalar_one() == 1


def test_a_worker_without_a_database_says_so_once_and_goes_on(
    small_town: factories.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = type(small_town.app).act
    lines: list[tuple[str, object]] = []  # level, traceback: without leaning on how logging is set
    for level in ("error", "info", "exception"):
        monkeypatch.setattr(
            worker_module.log,
            level,
            lambda *_, level=level, exc_info=None: lines.append((level, exc_info)),
        )

    @contextmanager
    def away(*_: object, **__: object) -> Iterator[None]:
        raise DatabaseAway
        yield

    worker = Worker(replace(small_town.app))
    monkeypatch.setattr(type(small_town.app), "act", away)
    for _ in range(3):
        worker.sweep()
    monkeypatch.setattr(type(small_town.app), "act", honest)
    worker.sweep()
    assert lines == [("error", None), ("info", None)]
    assert issubclass(DatabaseAway, Unavailable)
