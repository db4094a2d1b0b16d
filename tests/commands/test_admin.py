"""`quytrinh admin`: what the administrators' pages do, from the command line."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from tests.commands.conftest import Quytrinh
from tests.services.test_staffing import CLERK, COMMUNE, HEAD, book


@pytest.fixture
def office(quytrinh: Quytrinh, tmp_path: Path) -> Quytrinh:
    """A province with a commune, and three people."""
    quytrinh("db", "upgrade")
    file = tmp_path / "co-cau.xlsx"
    file.write_bytes(
        book(
            units=[
                ("tinh", "UBND tỉnh", "Ủy ban nhân dân cấp tỉnh"),
                ("ap", "UBND xã An Phú", COMMUNE),
            ],
            users=[("lan", "Lan"), ("tam", "Tâm"), ("uyen", "Uyên")],
        )
    )
    assert quytrinh("admin", "import", str(file)).code == 0
    return quytrinh


def test_units_are_added_edited_closed_and_listed(office: Quytrinh) -> None:
    added = office("admin", "unit", "add", "bm", "--name", "Bình Minh", "--kind", "ubnd-cap-xa")
    assert added.code == 0
    assert office("admin", "unit", "close", "bm", "--reason", "Lập nhầm").code == 0
    edited = office("admin", "unit", "edit", "ap", "--parent", "tinh", "--sign", "UBND", "--json")
    assert edited.json["changed"] == ["parent_id", "sign"]
    assert office("admin", "unit", "edit", "ap", "--sign", "UBND").out.startswith("Không có gì")
    assert "trực thuộc" in office("admin", "unit", "edit", "tinh", "--parent", "ap").err
    refused = office("admin", "unit", "close", "tinh", "--reason", "Thử")
    assert (refused.code, "trực thuộc" in refused.err) == (2, True)
    assert office("admin", "unit", "close", "ap", "--reason", "Sáp nhập").code == 0
    assert [one["code"] for one in office("admin", "unit", "list", "--json").json] == ["tinh"]
    assert office("admin", "unit", "reopen", "ap").code == 0
    assert office("admin", "unit", "edit", "khong-co", "--sign", "X").code == 2


def test_posts_are_given_and_handed_on_and_substitutes_set(office: Quytrinh) -> None:
    given = office(
        "admin", "post", "give", "lan", CLERK, "ap", "--from", "01/01/2025", "--head", "--json"
    ).json  # fmt: skip
    sub = office("admin", "substitute", "set", str(given["id"]), "tam", "--json").json
    assert office("admin", "substitute", "end", str(sub["id"])).code == 0
    ended = office("admin", "post", "end", str(given["id"]), "--to-user", "tam", "--json").json
    (line,) = [
        one
        for one in office("admin", "post", "list", "--unit", "ap", "--json").json
        if one["until"] is None
    ]
    assert (line["id"], line["user"], line["head"]) == (ended["given"], "tam", True)
    assert office("admin", "post", "give", "lan", CLERK, "ap", "--from", "hôm qua").code == 2


def test_accounts_are_edited_locked_and_their_passwords_reset(office: Quytrinh) -> None:
    assert office("admin", "user", "edit", "uyen", "--administrator").code == 0
    last = office("admin", "user", "lock", "uyen")
    assert (last.code, "quản trị cuối cùng" in last.err) == (2, True)
    assert office("admin", "user", "lock", "lan", "--json").json["locked"]
    (line,) = office("admin", "user", "list", "--only", "da-khoa", "--json").json["users"]
    assert line["username"] == "lan"
    assert office("admin", "user", "unlock", "lan").code == 0
    reset = office("admin", "user", "reset-password", "lan", "--json").json
    assert len(reset["password"]) == 19
    (line,) = office("admin", "user", "list", "--find", "lan", "--json").json["users"]
    assert line["must_change"]
    assert office("admin", "user", "sessions", "lan", "--end", "--json").json["ended"] == 0


def test_a_workbook_is_looked_at_then_brought_in(office: Quytrinh, tmp_path: Path) -> None:
    file, passwords = tmp_path / "nhan-su.xlsx", tmp_path / "mat-khau.csv"
    file.write_bytes(book(units=[("x1", "Xã Một", "Xã nào đó", "tih")]))
    wrong = office("admin", "import", str(file))
    assert wrong.code == 1
    assert "Đơn vị!D2" in wrong.out
    file.write_bytes(
        book(
            units=[("x1", "Xã Một", COMMUNE, "tinh")],
            users=[("hien", "Lê Thị Hiền")],
            posts=[("hien", HEAD, "x1", None, None, None, "x")],
        )
    )
    looked = office("admin", "import", str(file), "--dry-run", "--json").json
    assert (looked["performed"], looked["posts"]["added"]) == (False, 1)
    done = office("admin", "import", str(file), "--passwords", str(passwords))
    assert done.code == 0
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    with passwords.open(encoding="utf-8-sig") as lines:
        assert list(csv.reader(lines, delimiter=";"))[1][:2] == ["hien", "Lê Thị Hiền"]
    assert "không có gì để nhập" in office("admin", "import", str(file)).out
    filled = tmp_path / "hien-co.xlsx"
    assert office("admin", "template", str(filled), "--filled").code == 0
    assert "không có gì để nhập" in office("admin", "import", str(filled)).out


def test_office_hours_are_shown_tried_and_set(office: Quytrinh) -> None:
    assert office("admin", "shifts", "show", "--json").json["hours"] == 8
    wanted = ("admin", "shifts", "set", "07:00-11:00", "13:30-16:30", "--reason", "Mùa hè")
    assert not office(*wanted, "--json").json["saved"]
    assert office("admin", "shifts", "show", "--json").json["hours"] == 8
    assert office(*wanted, "--confirm", "--json").json["saved"]
    assert office("admin", "shifts", "show", "--json").json["hours"] == 7
    assert office("admin", "shifts", "set", "11:00-07:00", "--reason", "Sai").code == 2
