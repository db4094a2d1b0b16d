"""`quytrinh deadline`."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Quytrinh


def test_a_deadline_counts_working_hours_across_tet(quytrinh: Quytrinh) -> None:
    answer = quytrinh("deadline", "2,5 ngày làm việc", "--from", "2026-02-13T15:00+07:00", "--json")
    assert answer.code == 0
    assert answer.json["due"] == "2026-02-25T09:30:00+07:00"
    assert [(c["day"], c["hours"]) for c in answer.json["counted"]] == [
        ("2026-02-13", 2.0),
        ("2026-02-23", 8.0),
        ("2026-02-24", 8.0),
        ("2026-02-25", 2.0),
    ]
    assert {"day": "2026-02-17", "reason": "Tết Nguyên đán"} in answer.json["skipped"]


def test_a_legal_term_does_not_count_the_day_of_receipt(quytrinh: Quytrinh) -> None:
    answer = quytrinh(
        "deadline", "5 ngày làm việc", "--from", "2026-03-02T08:00+07:00", "--legal", "--json"
    )
    assert answer.json["due"] == "2026-03-09T17:00:00+07:00"
    assert answer.json["counted"][0]["day"] == "2026-03-03"


def test_a_moment_without_a_zone_is_vietnamese(quytrinh: Quytrinh) -> None:
    answer = quytrinh("deadline", "0,5 ngày làm việc", "--from", "2026-03-02T10:00", "--json")
    assert answer.json["due"] == "2026-03-02T15:30:00+07:00"


def test_the_text_names_due_counted_and_skipped_days(quytrinh: Quytrinh) -> None:
    answer = quytrinh("deadline", "1 ngày làm việc", "--from", "2026-03-06T15:00+07:00")
    assert "Hạn: 09/03/2026 15:00" in answer.out
    assert "07/03/2026  Thứ Bảy" in answer.out


def test_an_unreadable_duration_is_misuse_and_says_what_is_understood(quytrinh: Quytrinh) -> None:
    answer = quytrinh("deadline", "PT8H", "--from", "2026-03-02T10:00")
    assert answer.code == 2
    assert "PT8H" in answer.err
    assert answer.out == ""


def test_an_unreadable_moment_is_misuse(quytrinh: Quytrinh) -> None:
    answer = quytrinh("deadline", "1 ngày", "--from", "hôm qua")
    assert answer.code == 2
    assert "hôm qua" in answer.err


def test_it_needs_no_database_and_makes_none(quytrinh: Quytrinh, tmp_path: Path) -> None:
    assert quytrinh("deadline", "1 ngày", "--from", "2026-03-02T10:00").code == 0
    assert not list(tmp_path.iterdir())


def test_dates_beyond_any_calendar_are_refused_in_a_sentence(quytrinh: Quytrinh) -> None:
    for duration, start in (("9999 năm", "2026-03-02T10:00"), ("1 ngày", "9999-12-31T10:00")):
        answer = quytrinh("deadline", duration, "--from", start)
        assert answer.code == 2
        assert answer.err
