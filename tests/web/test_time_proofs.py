"""The proof of time on the page of a procedure."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine.bootstrap import BPMN_DIR
from engine.bpmn.findings import Severity
from tests.factories import QT02, QT02_FILE, World
from tests.web.conftest import upload, words

NEW = "/thu-tuc/ban-ve-moi"
D74 = "nd131-d74-hy-sinh-mat-tich-qd-ca"


def proof(page) -> str:
    """The words of the panel."""
    return words(page).split("Cộng thời gian các đường đi", 1)[1]


@pytest.fixture
def town(small_town: World) -> World:
    """A house where what is over its term may be put in force with a reason."""
    severities = {"over-term": Severity.WARNING}
    return replace(small_town, app=replace(small_town.app, severities=severities))


@pytest.fixture
def deployed(browser):
    """The panel of a drawing that an analyst hands in."""

    def deployed(name: str, content: bytes) -> str:
        vinh = browser("vinh")
        vinh.get(NEW)
        answer = vinh.post(f"{NEW}/ban-hanh", files=upload(name, content), reason="Thử")
        return proof(vinh.get(answer.location))

    return deployed


def redrawn(*replaced: tuple[str, str]) -> bytes:
    text = QT02_FILE.read_text(encoding="utf-8").replace('"2025-07-01"', '"2026-10-01"')
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def test_the_sums_of_each_end_stand_beside_the_stated_terms(browser):
    said = proof(browser("vinh").get(f"/thu-tuc/{QT02}/1"))
    assert "2 đường đi 91,5 ngày làm việc nêu 99 ngày làm việc Còn thừa 7,5 ngày làm việc" in said
    assert "1 đường đi 56 ngày làm việc nêu 56 ngày làm việc Vừa đủ" in said
    assert "trong đó chờ ít nhất 40 ngày" in said
    assert "chưa kể chờ không có hạn: Giám định bằng gốc; Trình Thủ tướng Chính phủ" in said
    assert "Sở Nội vụ: 14 ngày làm việc nêu 14 ngày làm việc Vừa đủ" in said
    assert "Vượt" not in said
    assert "dự kiến" not in said


def test_it_is_worked_out_once_per_version(browser, town):
    browser("vinh").get(f"/thu-tuc/{QT02}/1")
    with town.act(write=False) as act:
        (first,) = act.app.shelf.budgets.values()
    browser("binh").get(f"/thu-tuc/{QT02}/1")
    with town.act(write=False) as act:
        (again,) = act.app.shelf.budgets.values()
    assert again is first


def test_what_exceeds_its_term_and_what_only_the_calendar_tells(deployed):
    said = deployed(
        "ngan.bpmn",
        redrawn(
            ("99 ngày làm việc khi", "90 ngày làm việc khi"),
            ("; 56 ngày làm việc", "; 62 ngày + 10 ngày làm việc"),
        ),
    )
    assert "nêu 90 ngày làm việc Vượt 1,5 ngày làm việc" in said
    assert "nêu 62 ngày + 10 ngày làm việc Chỉ diễn tập mới biết" in said


def test_a_procedure_without_a_term_says_that_its_date_is_expected(deployed):
    said = deployed(f"{D74}.bpmn", (BPMN_DIR / "chien-tranh" / f"{D74}.bpmn").read_bytes())
    assert "ngày hẹn trả là dự kiến" in said
    assert "các nhánh song song chỉ tính nhánh dài nhất" in said
    assert "5 ngày làm việc + 202 ngày" in said


def test_of_each_end_the_longest_is_read_first_and_the_rest_is_folded(browser, deployed):
    vinh = browser("vinh")
    deployed(f"{D74}.bpmn", (BPMN_DIR / "chien-tranh" / f"{D74}.bpmn").read_bytes())
    panel = vinh.get(f"/thu-tuc/{D74}/1").text.split('id="thoi-gian"', 1)[1]
    shown, folded = panel.split("<details", 1)
    assert [shown.count(f">{end}<") for end in ("E1", "E2", "E3")] == [1, 1, 1]
    assert "5 ngày làm việc + 202 ngày" in shown
    assert folded.count("<tr>") - 1 == int(re.search(r"cùng kết quả \((\d+)\)", folded)[1]) > 0


def test_every_sum_beyond_its_term_is_read_without_unfolding(browser, deployed):
    tight = ("99 ngày làm việc khi", "10 ngày làm việc khi")
    deployed("ngan.bpmn", redrawn(tight, ("; 56 ngày làm việc", "; 10 ngày làm việc")))
    panel = browser("vinh").get(f"/thu-tuc/{QT02}/2").text.split('id="thoi-gian"', 1)[1]
    shown, _, folded = panel.partition("<details")
    assert shown.count("Vượt") > 1
    assert "Vượt" not in folded
