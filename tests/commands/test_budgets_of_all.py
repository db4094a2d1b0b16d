"""`quytrinh budget --all` and of several files: every version beside its terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import bootstrap
from engine.bootstrap import BPMN_DIR
from engine.bpmn.findings import Severity
from tests.commands.conftest import Quytrinh

QT02 = str(BPMN_DIR / "liet-si" / "qt02-cap-doi-bang.bpmn")
D51 = str(BPMN_DIR / "benh-binh" / "nd131-d51-benh-binh.bpmn")
PART = str(BPMN_DIR / "chung" / "giam-dinh-y-khoa.bpmn")
KEY = "qt02-cap-doi-bang"


@pytest.fixture
def short(tmp_path: Path) -> str:
    """Quy trình 02 with a term that no way can keep, and another day to begin."""
    text = Path(QT02).read_text(encoding="utf-8").replace('"2025-07-01"', '"2026-10-01"')
    path = tmp_path / "short.bpmn"
    path.write_text(text.replace("56 ngày làm việc", "50 ngày làm việc"), encoding="utf-8")
    return str(path)


def test_every_version_of_every_procedure_is_told_by_id_and_number(
    quytrinh: Quytrinh, short: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lenient = {"over-term": Severity.WARNING}  # what bpmn/rules.toml may say
    monkeypatch.setattr(bootstrap, "read_severities", lambda *_: lenient)
    quytrinh("db", "upgrade")
    quytrinh("deploy", QT02)
    assert quytrinh("budget", "--all").code == 0
    assert quytrinh("deploy", D51, PART).code == 0
    assert quytrinh("deploy", short, "--reason", "Xin gia hạn.").code == 0
    answer = quytrinh("budget", "--all", "--json")
    assert answer.code == 1  # the second version cannot be kept
    told = answer.json["procedures"]
    assert {key: sorted(versions) for key, versions in told.items()} == {
        KEY: ["1", "2"],
        "nd131-d51-benh-binh": ["1"],  # and not the part, which is no procedure
    }
    first, second = (told[KEY][number]["paths"] for number in "12")
    assert {path["verdict"] for path in first} == {"within"} | {None}
    assert {path["verdict"] for path in second if path["total"]["working_days"] == 56} == {
        "exceeded"
    }


def test_the_overview_tells_sums_once_with_the_terms_beside(quytrinh: Quytrinh, short: str) -> None:
    answer = quytrinh("budget", QT02, D51)
    assert answer.code == 0
    lines = [one.strip() for one in answer.out.splitlines()]
    assert any(
        one.startswith("1 × 56 ngày làm việc [nêu 56 ngày làm việc, vừa đủ]; ") for one in lines
    )
    assert any("2 × 91,5 ngày làm việc [nêu 99 ngày làm việc" in one for one in lines)
    assert any("trong đó chờ ít nhất 40 ngày" in one for one in lines)
    assert any("chờ không có hạn: S1, S2, S3" in one for one in lines)
    assert lines[-1].endswith("không đường đi nào vượt thời hạn đã nêu.")
    exceeding = quytrinh("budget", QT02, short)
    assert exceeding.code == 1
    assert "VƯỢT 6 ngày làm việc" in exceeding.out
    assert exceeding.out.splitlines()[-1].endswith("1 bản có đường đi VƯỢT thời hạn đã nêu.")


def test_a_mixed_term_that_only_the_calendar_decides_is_said_to_be_so(
    quytrinh: Quytrinh, tmp_path: Path
) -> None:
    text = Path(QT02).read_text(encoding="utf-8")
    mixed = tmp_path / "mixed.bpmn"
    mixed.write_text(text.replace("56 ngày làm việc", "62 ngày + 10 ngày làm việc"), "utf-8")
    answer = quytrinh("budget", str(mixed))
    assert answer.code == 0
    assert "62 ngày + 10 ngày làm việc, chỉ diễn tập trên lịch mới biết" in answer.out


def test_a_procedure_without_a_stated_term_says_that_its_date_is_expected(
    quytrinh: Quytrinh, tmp_path: Path
) -> None:
    path = tmp_path / "open.bpmn"
    text = Path(QT02).read_text(encoding="utf-8")
    path.write_text(text.replace('name="legal_term"', 'name="legal_term.ubnd-cap-tinh"'), "utf-8")
    answer = quytrinh("budget", str(path))
    assert "Chỉ nêu thời hạn cho từng cơ quan" in answer.out
    assert not quytrinh("budget", str(path), "--json").json["legal_term_stated"]


def test_all_and_names_together_or_neither_are_misuse(quytrinh: Quytrinh) -> None:
    assert quytrinh("budget").code == 2
    assert quytrinh("budget", "--all", QT02).code == 2


def test_nothing_deployed_is_said(quytrinh: Quytrinh) -> None:
    answer = quytrinh("budget", "--all")
    assert answer.code == 2
    assert "Chưa có quy trình nào được ban hành." in answer.err


def test_a_side_by_side_way_names_its_branches(quytrinh: Quytrinh) -> None:
    d74 = str(BPMN_DIR / "chien-tranh" / "nd131-d74-hy-sinh-mat-tich-qd-ca.bpmn")
    answer = quytrinh("budget", d74)
    assert answer.code == 0
    assert "S8 (GP1.2)" in answer.out
