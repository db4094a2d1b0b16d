"""`quytrinh lint`, `deploy`, `rehearse` and `budget` on Quy trình 02."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.bootstrap import BPMN_DIR
from tests.commands.conftest import Quytrinh

QT02 = str(BPMN_DIR / "liet-si" / "qt02-cap-doi-bang.bpmn")
KEY = "qt02-cap-doi-bang"


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """Quy trình 02 with two slips of the analyst: an ISO time and a misspelt form."""
    text = Path(QT02).read_text(encoding="utf-8")
    assert 'camunda:dueDate="2 ngày làm việc"' in text
    text = text.replace('camunda:dueDate="2 ngày làm việc"', 'camunda:dueDate="PT16H"')
    text = text.replace('"liet-si/tham-dinh-xa"', '"liet-si/tham-dinh-xaa"')
    path = tmp_path / "broken.bpmn"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_lint_finds_nothing_in_the_shipped_drawing(quytrinh: Quytrinh) -> None:
    answer = quytrinh("lint", QT02, "--json")
    assert (answer.code, answer.json) == (0, {"findings": []})


def test_lint_names_every_problem_with_element_line_and_remedy(
    quytrinh: Quytrinh, broken: str
) -> None:
    answer = quytrinh("lint", broken, "--json")
    assert answer.code == 1
    found = {finding["rule"]: finding for finding in answer.json["findings"]}
    assert len(found) >= 2
    for finding in found.values():
        assert finding["element"]
        assert finding["line"]
        assert finding["remedy"]


def test_a_broken_drawing_is_not_deployed_and_changes_nothing(
    quytrinh: Quytrinh, broken: str
) -> None:
    quytrinh("db", "upgrade")
    answer = quytrinh("deploy", broken)
    assert answer.code == 1
    assert "PT16H" in answer.out
    assert quytrinh("deploy", QT02, "--json").json["deployed"] == [
        {"key": KEY, "version": 1, "new": True}
    ]


def test_the_same_bytes_again_make_no_new_version(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    quytrinh("deploy", QT02)
    assert quytrinh("deploy", QT02, "--json").json["deployed"][0]["new"] is False


def test_the_budget_agrees_with_the_decision(quytrinh: Quytrinh) -> None:
    answer = quytrinh("budget", QT02, "--json")
    assert answer.code == 0
    granted = {
        path["total"]["working_days"]: tuple(
            path["authorities"][authority]["working_days"]
            for authority in ("ubnd-cap-xa", "so-noi-vu", "bo-noi-vu")
        )
        for path in answer.json["paths"]
        if path["outcome"] == "E1"
    }
    assert granted == {
        56: (5, 14, 37),
        61: (5, 19, 37),
        91.5: (40.5, 14, 37),
        96.5: (40.5, 19, 37),
    }


@pytest.mark.parametrize(
    ("given", "working_days"),
    [
        ((), 56),
        (("huong_giai_quyet=giam_dinh",), 61),
        (("bang_mo_hu_hai=true",), 91.5),
        (("bang_mo_hu_hai=true", "huong_giai_quyet=giam_dinh"), 96.5),
    ],
)
def test_rehearsals_across_tet_add_up_to_the_budget_within_the_term(
    quytrinh: Quytrinh, given: tuple[str, ...], working_days: float
) -> None:
    options = [part for text in given for part in ("--set", text)]
    answer = quytrinh("rehearse", QT02, "--from", "2026-01-05T08:00+07:00", *options, "--json")
    assert answer.code == 0
    assert answer.json["outcome"] == "E1"
    assert answer.json["total"]["working_days"] == working_days
    assert answer.json["legal_term"]["within"] is True


def test_the_straight_path_of_january_2026_ends_on_the_dates_a_person_would_count(
    quytrinh: Quytrinh,
) -> None:
    """Counted by hand: 10 January is worked for 2 January, Tết is off from 14 to 22 February."""
    answer = quytrinh("rehearse", QT02, "--from", "2026-01-05T08:00+07:00", "--json")
    due = {step["element"]: step["due"] for step in answer.json["steps"]}
    assert due["B1b"] == "2026-01-05T13:30:00+07:00"
    assert due["B5"] == "2026-01-10T08:00:00+07:00"
    assert due["B14"] == "2026-01-16T08:00:00+07:00"
    assert due["B18"] == "2026-02-24T08:00:00+07:00"
    assert answer.json["legal_term"]["due"] == "2026-03-30T17:00:00+07:00"


def test_a_wait_moves_the_end_but_a_paused_one_not_the_verdict(quytrinh: Quytrinh) -> None:
    answer = quytrinh(
        "rehearse", QT02, "--from", "2026-01-05T08:00+07:00",
        "--wait", "S2=30 ngày", "--json",
    )  # fmt: skip
    assert answer.code == 0
    assert answer.json["legal_term"]["within"] is True
    assert answer.json["legal_term"]["due"] > "2026-03-30"
    assert answer.json["pauses"]


def test_a_deployed_procedure_is_rehearsed_by_its_key(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    quytrinh("deploy", QT02)
    assert quytrinh("rehearse", KEY, "--from", "2026-03-02T08:00").code == 0
    assert quytrinh("budget", KEY).code == 0


def test_an_unknown_procedure_is_misuse(quytrinh: Quytrinh) -> None:
    answer = quytrinh("budget", "khong-co")
    assert answer.code == 2
    assert "khong-co" in answer.err


def test_an_unknown_answer_or_wait_is_misuse(quytrinh: Quytrinh) -> None:
    for option in ("--set=khong_co=1", "--wait=X9=3 ngày", "--set=thieu"):
        answer = quytrinh("rehearse", QT02, "--from", "2026-03-02T08:00", option)
        assert answer.code == 2, option
        assert answer.err


def test_an_answer_the_form_would_never_take_is_misuse_and_names_those_it_takes(
    quytrinh: Quytrinh,
) -> None:
    answer = quytrinh("rehearse", QT02, "--from", "2026-03-02T08:00", "--set", "y_kien_B4=abc")
    assert answer.code == 2
    assert "tra_lai" in answer.err


def test_a_drawing_with_errors_is_not_proved(quytrinh: Quytrinh, broken: str) -> None:
    for command in (("rehearse", broken, "--from", "2026-03-02T08:00"), ("budget", broken)):
        answer = quytrinh(*command, "--json")
        assert answer.code == 1
        assert len(answer.json["findings"]) >= 2


def test_a_key_is_rehearsed_as_in_force_on_the_day_of_filing(
    quytrinh: Quytrinh, tmp_path: Path
) -> None:
    later = Path(QT02).read_text(encoding="utf-8").replace('"2025-07-01"', '"2026-10-01"')
    (tmp_path / "later.bpmn").write_text(
        later.replace('"2 ngày làm việc"', '"1 ngày làm việc"'), encoding="utf-8"
    )
    quytrinh("db", "upgrade")
    quytrinh("deploy", QT02)
    quytrinh("deploy", str(tmp_path / "later.bpmn"))
    for day, version, total in (("2026-03-02", 1, 56), ("2026-10-05", 2, 55)):
        found = quytrinh("rehearse", KEY, "--from", f"{day}T08:00", "--json").json
        assert (found["version"], found["total"]["working_days"]) == (version, total)
    before = quytrinh("rehearse", KEY, "--from", "2025-01-02T08:00")
    assert before.code == 2
    assert "02/01/2025" in before.err


def test_a_year_not_signed_off_is_said_in_the_text_too(quytrinh: Quytrinh) -> None:
    answer = quytrinh("rehearse", QT02, "--from", "2026-11-20T08:00")
    assert "2027" in answer.out.split("Lưu ý:", 1)[1]


def test_layout_draws_the_diagram_anew_once_and_says_so(quytrinh: Quytrinh, tmp_path: Path) -> None:
    path = tmp_path / "mine.bpmn"
    bare = re.sub(rb"(?s)\s*<bpmndi:BPMNDiagram.*BPMNDiagram>", b"", Path(QT02).read_bytes())
    path.write_bytes(bare)
    assert quytrinh("layout", str(path), "--check").code == 1
    assert path.read_bytes() == bare
    assert quytrinh("layout", str(path), "--json").json == {"changed": [str(path)]}
    assert quytrinh("lint", str(path)).code == 0
    assert quytrinh("layout", str(path), "--check", "--json").json == {"changed": []}


def test_layout_of_what_is_no_drawing_is_refused(quytrinh: Quytrinh, tmp_path: Path) -> None:
    path = tmp_path / "photo.bpmn"
    path.write_bytes(b"\x89PNG")
    answer = quytrinh("layout", str(path))
    assert answer.code == 1
    assert path.read_bytes() == b"\x89PNG"


def test_of_the_defaults_those_are_told_that_choose_something(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    asked = ("rehearse", QT02, "--from", "2026-01-05T08:00+07:00")
    told = quytrinh(*asked).out.split("Câu trả lời mặc định đã dùng", 1)[1]
    assert "B1b: ket_qua_tiep_nhan = du" in told
    assert "nguoi_ho_ten" not in told
    every = quytrinh(*asked, "--json").json["defaults"]
    left = int(re.search(r"và (\d+) chỗ ghi", told)[1])
    assert told.count(" = ") + left == len(every)
