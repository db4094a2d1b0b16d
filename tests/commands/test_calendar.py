"""`quytrinh calendar`."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Quytrinh


def office(quytrinh: Quytrinh) -> None:
    assert quytrinh("db", "upgrade").code == 0


def test_a_year_is_shown_and_an_unknown_one_is_misuse(quytrinh: Quytrinh) -> None:
    office(quytrinh)
    shown = quytrinh("calendar", "show", "2026", "--json").json
    assert shown["signed_off"] is True
    assert {"2026-01-02": False, "2026-01-10": True}.items() <= {
        one["day"]: one["worked"] for one in shown["days"]
    }.items()
    assert "10/01/2026  làm" in quytrinh("calendar", "show", "2026").out
    refused = quytrinh("calendar", "show", "1999")
    assert refused.code == 2
    assert "chưa có năm 1999" in refused.err


def test_a_table_is_tried_first_and_changes_the_calendar_only_when_confirmed(
    quytrinh: Quytrinh, tmp_path: Path
) -> None:
    office(quytrinh)
    year = max(one for one in range(2025, 2100) if _held(quytrinh, one))
    table = tmp_path / "lich.csv"
    table.write_text(f"ngày;là;lý do\n08/03/{year};nghỉ;Thử;TB 1\n{_monday(year)};nghỉ;Thử;TB 1\n")
    tried = quytrinh("calendar", "import", str(table), "--json")
    assert (tried.code, tried.json["change"], tried.json["moving"]) == (0, None, 0)
    assert _monday(year) not in quytrinh("calendar", "show", str(year)).out
    done = quytrinh("calendar", "import", str(table), "--confirm")
    assert "Đã đổi lịch (thay đổi số 1)" in done.out
    assert _monday(year) in quytrinh("calendar", "show", str(year)).out
    assert "không có gì khác" in quytrinh("calendar", "import", str(table)).out
    table.write_text("hôm qua;nghỉ\n45/45/2026;nghỉ\n")
    refused = quytrinh("calendar", "import", str(table))
    assert refused.code == 2
    assert "Dòng 2" in refused.err


def test_closing_a_unit_needs_a_unit_and_days_that_make_sense(quytrinh: Quytrinh) -> None:
    office(quytrinh)
    for arguments, sentence in (
        (("nowhere", "05/03/2027"), "Không có đơn vị nào mang mã “nowhere”"),
        (("nowhere", "hôm nay"), "không phải là ngày"),
        (("nowhere", "05/03/2027", "--to", "04/03/2027"), "đứng trước ngày đầu"),
    ):
        refused = quytrinh("calendar", "close", *arguments, "--reason", "Lũ")
        assert refused.code == 2
        assert sentence in refused.err


def _held(quytrinh: Quytrinh, year: int) -> bool:
    return quytrinh("calendar", "show", str(year)).code == 0


def _monday(year: int) -> str:
    from datetime import date, timedelta

    first = date(year, 6, 1)
    return f"{first + timedelta(days=-first.weekday() % 7):%d/%m/%Y}"
