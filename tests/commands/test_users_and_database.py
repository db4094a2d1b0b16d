"""`quytrinh user` and `db`."""

from __future__ import annotations

from pathlib import Path

from engine.persistence.database import make_engine
from engine.services import accounts
from engine.settings import Mode
from tests import factories
from tests.commands.conftest import Quytrinh


def test_the_database_is_made_once_with_its_calendar(quytrinh: Quytrinh) -> None:
    first = quytrinh("db", "upgrade", "--json")
    assert first.code == 0
    assert first.json["from"] is None
    assert first.json["calendar_years"] == [2025, 2026, 2027]
    second = quytrinh("db", "upgrade", "--json")
    assert second.json["from"] == second.json["to"] == first.json["to"]
    assert second.json["calendar_years"] == []


def test_an_account_is_added_with_a_password_shown_once(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    answer = quytrinh("user", "add", "lan", "--name", "Trần Thị Lan", "--random-password", "--json")
    assert answer.code == 0
    assert len(answer.json["password"]) >= 12


def test_a_name_already_taken_is_misuse(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    arguments = ("user", "add", "lan", "--name", "Trần Thị Lan", "--random-password")
    assert quytrinh(*arguments).code == 0
    again = quytrinh(*arguments)
    assert again.code == 2
    assert "lan" in again.err


def test_a_password_is_asked_for_twice(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    quytrinh("user", "add", "lan", "--name", "Trần Thị Lan", "--random-password")
    typed = "mot-mat-khau-dai\nmot-mat-khau-dai\n"
    assert quytrinh("user", "password", "lan", input=typed).code == 0


def test_a_password_for_nobody_is_misuse(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    assert quytrinh("user", "password", "khong-ai", "--password", "x" * 12).code == 2


def test_where_somebody_gets_mail_is_set_and_what_is_no_address_is_refused(
    quytrinh: Quytrinh,
) -> None:
    quytrinh("db", "upgrade")
    quytrinh("user", "add", "lan", "--name", "Trần Thị Lan", "--random-password")
    answer = quytrinh("user", "mail", "lan", "--address", "lan@anphu.example", "--json")
    assert answer.json == {"username": "lan", "address": "lan@anphu.example", "wish": "each"}
    wrong = quytrinh("user", "mail", "lan", "--address", "lan@anphu", "--wish", "digest")
    assert wrong.code == 2
    assert "lan@anphu" in wrong.err
    assert "không nhận thư" in quytrinh("user", "mail", "lan").out
    assert quytrinh("user", "mail", "khong-ai").code == 2


def test_help_needs_no_settings(quytrinh: Quytrinh) -> None:
    answer = quytrinh("--help")
    assert answer.code == 0
    assert "deadline" in answer.out


def test_a_command_before_the_database_is_made_says_what_to_do(quytrinh: Quytrinh) -> None:
    for arguments in (("user", "password", "lan", "--password", "x" * 12), ("worker",), ("serve",)):
        answer = quytrinh(*arguments)
        assert answer.code == 2
        assert "quytrinh db upgrade" in answer.err


def test_production_refuses_to_run_beside_demo_accounts(quytrinh: Quytrinh, tmp_path: Path) -> None:
    quytrinh("db", "upgrade")
    database = make_engine(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    with factories.application(database, tmp_path).act(None) as act:
        accounts.add_user(act, "thu", "Người Dùng Thử", "x" * 12, demo=True)
    database.dispose()
    answer = quytrinh("serve", mode=Mode.PRODUCTION)
    assert answer.code == 2
    assert "thu" in answer.err
