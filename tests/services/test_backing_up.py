"""Backup – destroy – restore: the whole office comes back, in the middle of its work."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, select

from engine.adapters import archive
from engine.adapters.archive import ArchiveDamaged
from engine.domain.errors import Conflict, DatabaseNewer, Misuse, StorageRefused, Unavailable
from engine.domain.states import TaskState
from engine.persistence import dumping, migrating
from engine.persistence.database import make_engine
from engine.persistence.journal_store import verify
from engine.persistence.tables import AttachmentRow, CaseRow, SignInRow, TaskRow, UserRow
from engine.ports import UploadedFile
from engine.services import accounts, backing_up, journalling, restoring, tasks, viewing
from engine.services.act import Application
from tests import factories
from tests.factories import World

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def quiet(_done: int, _whole: int) -> None:
    pass


def in_the_middle(town: World) -> int:
    """A dossier with a scan, waiting for Binh; a key of the commune; somebody signed in."""
    case_id = town.file()
    town.do(case_id, "B1b", ho_so_quet=[UploadedFile("đơn.pdf", PDF)])
    keys = town.app.settings.keys_dir
    keys.mkdir(exist_ok=True)
    (keys / "ap.p12").write_bytes(b"a key")
    with town.act() as act:
        accounts.sign_in(act, "hoa", factories.PASSWORD)
    return case_id


def destroy(town: World) -> None:
    """The machine is gone: a new, empty one stands in its place."""
    town.app.database.dispose()
    if town.app.database.dialect.name == "sqlite":
        Path(str(town.app.database.url.database)).unlink()
    else:
        dumping.clear_schema(town.app.database)
        town.app.database.dispose()
    shutil.rmtree(town.app.settings.files_dir)
    shutil.rmtree(town.app.settings.keys_dir)


def test_an_office_comes_back_in_the_middle_of_its_work(town: World, tmp_path: Path) -> None:
    case_id = in_the_middle(town)
    target = tmp_path / "backups" / "monday.tar"
    made = backing_up.back_up(town.app, target, quiet)
    assert (made.manifest.files, made.manifest.missing) == (1, ())
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["monday.tar"]
    assert backing_up.verify(target, quiet) == made.manifest
    town.do(case_id, "B2")  # what is done afterwards is lost with the machine
    destroy(town)
    done = restoring.restore(town.app, target, quiet)
    assert (done.before, done.after, done.aside) == (migrating.head(), migrating.head(), ())
    assert town.open_elements(case_id) == ["B2"]
    with town.act("hoa", write=False) as act:
        scan = act.session.scalars(select(AttachmentRow)).one()
        assert viewing.attachment(act, scan.id)[1] == PDF
        assert act.session.scalar(select(func.count()).select_from(SignInRow)) == 0
        lines = [line.act for line in town.system_lines(act)]
        assert lines[-1] == "system:restored"
        assert verify(act.session) == []
    key = town.app.settings.keys_dir / "ap.p12"
    assert key.read_bytes() == b"a key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    town.walk(case_id, "B2", "B3")
    assert "system:backed-up" not in lines  # written after the copy was taken


def test_a_backup_of_an_office_at_work_holds_whole_acts_alone(town: World, tmp_path: Path) -> None:
    cases = [town.file() for _ in range(8)]
    target = tmp_path / "busy.tar"

    def work(case_id: int) -> None:
        for element in ("B1b", "B2", "B3", "B4"):
            with_patience(lambda e=element: town.do(case_id, e))

    with ThreadPoolExecutor(4) as officers:
        working = [officers.submit(work, case_id) for case_id in cases]
        backing_up.back_up(town.app, target, quiet)
        for one in working:
            one.result()
    destroy_database(town)
    restoring.restore(town.app, target, quiet)
    with town.act(write=False) as act:
        assert verify(act.session) == []
        for case in act.session.scalars(select(CaseRow).order_by(CaseRow.id)):
            open_ = select(func.count()).where(
                TaskRow.case_id == case.id, TaskRow.state == TaskState.OPEN
            )
            assert act.session.scalar(open_) == 1
    for case_id in cases:
        [element] = town.open_elements(case_id)
        town.do(case_id, element)


def with_patience(do) -> None:
    for _ in range(20):
        try:
            do()
        except (Conflict, Unavailable):
            continue
        return
    raise AssertionError("never done")


def destroy_database(town: World) -> None:
    town.app.settings.keys_dir.mkdir(exist_ok=True)
    town.app.settings.files_dir.mkdir(parents=True, exist_ok=True)
    destroy(town)


def test_what_is_there_is_kept_aside_and_only_when_forced(town: World, tmp_path: Path) -> None:
    case_id = in_the_middle(town)
    target = tmp_path / "a.tar"
    backing_up.back_up(town.app, target, quiet)
    town.do(case_id, "B2")
    with pytest.raises(Misuse, match="đã có người dùng hoặc hồ sơ"):
        restoring.restore(town.app, target, quiet)
    assert town.open_elements(case_id) == ["B3"]
    town.app.database.dispose()
    done = restoring.restore(town.app, target, quiet, force=True)
    assert town.open_elements(case_id) == ["B2"]
    assert len(done.aside) == 3
    if town.app.database.dialect.name == "sqlite":
        [kept] = [Path(path) for path in done.aside if "sqlite3" in path]
        with closing(sqlite3.connect(kept)) as old:
            assert old.execute("SELECT count(*) FROM task WHERE element = 'B2'").fetchone() == (1,)
        assert not list(kept.parent.glob("*restoring*"))
    else:
        [schema] = [name for name in done.aside if "/" not in name]
        with town.app.database.connect() as connection:
            count = f"SELECT count(*) FROM {schema}.task WHERE element = 'B3'"  # noqa: S608
            assert connection.exec_driver_sql(count).scalar() == 1


def test_nothing_is_restored_under_somebody_at_work(town: World, tmp_path: Path) -> None:
    case_id = in_the_middle(town)
    target = tmp_path / "a.tar"
    backing_up.back_up(town.app, target, quiet)
    server = make_engine(town.app.database.url.render_as_string(hide_password=False))
    with server.connect() as connection:
        connection.exec_driver_sql("SELECT 1 FROM task").first()
        connection.rollback()
        with pytest.raises(Misuse, match="đang có chương trình khác mở"):
            restoring.restore(town.app, target, quiet, force=True)
    server.dispose()
    assert town.open_elements(case_id) == ["B2"]


def test_a_restore_that_fails_puts_everything_back(
    town: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = in_the_middle(town)
    target = tmp_path / "a.tar"
    backing_up.back_up(town.app, target, quiet)
    town.do(case_id, "B2")
    rename = Path.rename

    def fail(path: Path, to: Path) -> Path:
        if path.name.startswith("keys.restoring"):
            raise OSError(28, "No space left on device", str(path))
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", fail)
    town.app.database.dispose()
    with pytest.raises(StorageRefused, match="No space left"):
        restoring.restore(town.app, target, quiet, force=True)
    assert town.open_elements(case_id) == ["B3"]
    assert (town.app.settings.keys_dir / "ap.p12").exists()
    left = [path.name for path in town.app.settings.data_dir.iterdir()]
    assert not [name for name in left if "restor" in name]


# --- archives -------------------------------------------------------------------------------------


@pytest.fixture
def saved(small_town: World, tmp_path: Path) -> Path:
    in_the_middle(small_town)
    target = tmp_path / "good.tar"
    backing_up.back_up(small_town.app, target, quiet)
    return target


@contextmanager
def empty_place(small_town: World, tmp_path: Path) -> Iterator[Application]:
    """Another installation with nothing in it."""
    folder = tmp_path / "new"
    folder.mkdir()
    url = f"sqlite:///{folder / 'db.sqlite3'}"
    settings = replace(small_town.app.settings, data_dir=folder, database_url=url)
    engine = make_engine(url)
    try:
        yield replace(small_town.app, settings=settings, database=engine)
    finally:
        engine.dispose()


def refused(app: Application, path: Path, member: str) -> None:
    """Both commands name the member, and nothing has been touched."""
    with pytest.raises(ArchiveDamaged) as damaged:
        restoring.restore(app, path, quiet)
    assert damaged.value.member == member
    assert list(app.settings.data_dir.iterdir()) == []
    with pytest.raises(ArchiveDamaged):
        backing_up.verify(path, quiet)


def remade(source: Path, target: Path, change) -> Path:
    """The archive with its members as `change(name, content)` gives them (None: left out)."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for info in old:
            content = change(info.name, old.extractfile(info).read())
            for name, data in content:
                made = tarfile.TarInfo(name)
                made.size = len(data)
                new.addfile(made, BytesIO(data))
    return target


def test_a_damaged_archive_names_the_member_and_touches_nothing(
    small_town: World, saved: Path, tmp_path: Path
) -> None:
    stored = f"files/{sha256(PDF).hexdigest()[:2]}/{sha256(PDF).hexdigest()}"
    with empty_place(small_town, tmp_path) as app:
        for number, (member, change) in enumerate(
            {
                stored: lambda n, c: [(n, c[:-1] + b"!" if n == stored else c)],
                archive.SQLITE: lambda n, c: [(n, c[:-9] + b"x" * 9 if n == archive.SQLITE else c)],
                "keys/ap.p12": lambda n, c: [] if n == "keys/ap.p12" else [(n, c)],
                "keys/../../x": lambda n, c: [(n, c), ("keys/../../x", b"x")],
                "/etc/passwd": lambda n, c: [(n, c), ("/etc/passwd", b"x")],
                archive.MANIFEST: lambda n, c: [
                    (n, c.replace(b"2026", b"2025") if n == archive.MANIFEST else c)
                ],
            }.items()
        ):
            broken = remade(saved, tmp_path / f"{number}.tar", change)
            refused(app, broken, member)
        whole = saved.read_bytes()
        (tmp_path / "cut.tar").write_bytes(whole[: whole.rindex(b"keys/ap.p12")])
        refused(app, tmp_path / "cut.tar", "keys/ap.p12")
        (tmp_path / "none.tar").write_bytes(b"hello")
        refused(app, tmp_path / "none.tar", archive.MANIFEST)
        with pytest.raises(StorageRefused, match="No such file"):
            restoring.restore(app, tmp_path / "nowhere.tar", quiet)


def test_names_that_lead_elsewhere_are_refused_even_when_the_manifest_has_them(
    small_town: World, saved: Path, tmp_path: Path
) -> None:
    evil = "keys/../../../evil"

    def change(name: str, content: bytes) -> list[tuple[str, bytes]]:
        if name == archive.MANIFEST:
            content = content.replace(b"keys/ap.p12", evil.encode())
        return [(evil if name == "keys/ap.p12" else name, content)]

    with empty_place(small_town, tmp_path) as app:
        refused(app, remade(saved, tmp_path / "evil.tar", change), evil)


def test_a_newer_or_another_kind_of_database_is_refused(
    small_town: World, saved: Path, tmp_path: Path
) -> None:
    def as_said(old: bytes, new: bytes):
        return lambda n, c: [(n, c.replace(old, new) if n == archive.MANIFEST else c)]

    head = migrating.head().encode()
    newer = remade(
        saved, tmp_path / "newer.tar", as_said(b'"revision":"' + head, b'"revision":"9999')
    )
    with empty_place(small_town, tmp_path) as app:
        with pytest.raises(DatabaseNewer, match="9999"):
            restoring.restore(app, newer, quiet)
        elsewhere = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
        with pytest.raises(Misuse, match="Bản sao lưu này của SQLite, còn nơi này dùng PostgreSQL"):
            restoring.restore(replace(app, database=elsewhere), saved, quiet)
        assert list(app.settings.data_dir.iterdir()) == []


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_an_older_schema_is_brought_up(small_town: World, tmp_path: Path, revision: str) -> None:
    old_url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    engine = make_engine(old_url)
    with engine.begin() as connection:
        command.upgrade(migrating._config(connection), revision)
        insert = (
            "INSERT INTO user_account (id, username, full_name, password_hash, administrator,"
            " analyst, locked, language, demo%s)"
            " VALUES (1, 'cu', 'Người cũ', 'x', 0, 0, 0, 'vi', 0%s)"
        )
        wish = ("", "") if revision == "0001" else (", mail", ", 'each'")
        connection.exec_driver_sql(insert % wish)
    settings = replace(small_town.app.settings, data_dir=tmp_path, database_url=old_url)
    old = replace(small_town.app, settings=settings, database=engine)
    target = tmp_path / "old.tar"
    assert backing_up.back_up(old, target, quiet).manifest.revision == revision
    engine.dispose()
    with empty_place(small_town, tmp_path) as app:
        done = restoring.restore(app, target, quiet)
        assert (done.before, done.after) == (revision, migrating.head())
        with app.act(None, write=False) as act:
            assert act.session.scalar(select(UserRow.full_name)) == "Người cũ"
            assert verify(act.session) == []
        assert journalling.verify(app) == []


def test_files_that_were_lost_before_are_named(small_town: World, tmp_path: Path) -> None:
    in_the_middle(small_town)
    digest = sha256(PDF).hexdigest()
    (small_town.app.settings.files_dir / digest[:2] / digest).unlink()
    made = backing_up.back_up(small_town.app, tmp_path / "a.tar", quiet)
    assert made.manifest.missing == (digest,)
    assert backing_up.verify(tmp_path / "a.tar", quiet).missing == (digest,)


def test_a_file_that_rotted_in_the_store_stops_the_backup(
    small_town: World, tmp_path: Path
) -> None:
    in_the_middle(small_town)
    digest = sha256(PDF).hexdigest()
    (small_town.app.settings.files_dir / digest[:2] / digest).write_bytes(PDF[:-1] + b"?")
    with pytest.raises(Misuse, match="đã bị hỏng"):
        backing_up.back_up(small_town.app, tmp_path / "out" / "a.tar", quiet)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_backup_overwrites_nothing_unless_told(small_town: World, tmp_path: Path) -> None:
    target = tmp_path / "a.tar"
    target.write_bytes(b"mine")
    with pytest.raises(Misuse, match="đã có"):
        backing_up.back_up(small_town.app, target, quiet)
    assert target.read_bytes() == b"mine"
    backing_up.back_up(small_town.app, target, quiet, force=True)
    assert backing_up.verify(target, quiet).files == 0


def test_a_broken_database_can_be_replaced(small_town: World, saved: Path) -> None:
    small_town.app.database.dispose()
    path = Path(str(small_town.app.database.url.database))
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(Misuse, match="--force"):
        restoring.restore(small_town.app, saved, quiet)
    done = restoring.restore(small_town.app, saved, quiet, force=True)
    assert any(Path(kept).read_bytes().startswith(b"no database") for kept in done.aside[-1:])
    with small_town.act("binh") as act:
        [task] = act.session.scalars(select(TaskRow).where(TaskRow.state == TaskState.OPEN))
        tasks.claim(act, task.id)


def test_missing_tools_are_named(town: World, tmp_path: Path, monkeypatch) -> None:
    if town.app.database.dialect.name == "sqlite":
        pytest.skip("SQLite needs none")
    monkeypatch.setattr(dumping, "which", lambda _name: None)
    with pytest.raises(Misuse, match="không có chương trình pg_dump"):
        backing_up.back_up(town.app, tmp_path / "a.tar", quiet)
