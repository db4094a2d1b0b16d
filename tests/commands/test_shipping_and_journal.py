"""What a start deploys, and `quytrinh journal verify`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from engine.persistence.database import make_engine
from engine.services import shipping
from engine.services.act import Application
from tests.commands.conftest import Quytrinh
from tests.factories import QT02, QT02_FILE, World


def redrawn() -> bytes:
    """Quy trình 02 as the office has redrawn it: B2 takes three days."""
    drawn = QT02_FILE.read_text(encoding="utf-8")
    return drawn.replace('"2 ngày làm việc"', '"3 ngày làm việc"').encode()


def test_a_start_deploys_what_is_missing_once(app: Application) -> None:
    files = [(QT02_FILE.name, QT02_FILE.read_bytes())]
    for new in (True, False):
        with app.act(None) as act:
            assert shipping.deploy_missing(act, files, "Đi kèm") == [shipping.Shipped(QT02, 1, new)]


def test_a_shipped_drawing_never_replaces_the_offices_own(small_town: World) -> None:
    with small_town.act() as act:
        (shipped,) = shipping.deploy_missing(act, [(QT02_FILE.name, redrawn())], "Đi kèm")
    assert shipped == shipping.Shipped(QT02, 1, False)


def test_an_untouched_journal_verifies(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    answer = quytrinh("journal", "verify", "--json")
    assert (answer.code, answer.json) == (0, {"breaks": []})


def test_a_line_changed_behind_the_programs_back_is_located(
    quytrinh: Quytrinh, tmp_path: Path
) -> None:
    quytrinh("db", "upgrade")
    database = make_engine(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    with database.begin() as connection:
        triggers = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'")
        )
        for (name,) in triggers.all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("UPDATE journal SET actor = 'Kẻ khác' WHERE number = 2"))
    database.dispose()
    answer = quytrinh("journal", "verify", "--json")
    assert answer.code == 1
    assert answer.json["breaks"][0]["number"] == 2
