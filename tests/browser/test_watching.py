"""The supervisor at the board: what burns, whose it becomes, and the heat map with its table."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser


#: What a reader of the drawing sees and is told of each step: the numbers on its corner, its title.
DRAWN = """steps => steps.map(step => [
    step.dataset.element,
    [...step.querySelectorAll("text")].map(text => text.textContent),
    step.querySelector("title").textContent.split("\\n"),
])"""
#: The cells of each line of a table; of the heat map's, with the step first.
TABLED = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
STEPS = "rows => rows.map(r => [r.dataset.element, ...[...r.cells].map(c => c.innerText.trim())])"


@pytest.fixture
def burning(offices: Offices) -> list[str]:
    """Two dossiers at the counter and one with the specialist, all late; and one in time."""
    town = offices.town
    cases = [town.file(nguoi_ho_ten=f"Người nộp thứ {number}") for number in (1, 2, 3)]
    town.at("2026-03-02 09:00")
    town.do(cases[2], "B1b")
    offices.at("2026-03-09 10:00")
    cases.append(town.file(nguoi_ho_ten="Phạm Thị Sớm"))
    offices.round()
    return [town.case(case).code for case in cases]


def test_many_tasks_are_given_away_from_the_board(offices: Offices, burning: list[str]) -> None:
    phuc, hanh, son = offices["phuc"], offices["hanh"], offices["son"]
    phuc.goes_to("/viec")
    phuc.follows("Giám sát")
    by_unit = phuc.main.get_by_role("region", name="Bảng số liệu").locator("tbody tr")
    assert by_unit.evaluate_all(TABLED) == [
        ["UBND xã An Phú", "4", "3", "1", "4", "3", "0", "75%"],
    ]
    phuc.follows("Quá hạn", within=phuc.main.locator(".figures"))
    assert phuc.lines().count() == 3
    for code in burning[:3]:
        phuc.lines(code).get_by_role("checkbox").check()
    phuc.main.get_by_role("button", name="Giao lại các việc đã chọn (3)").click()
    assert "3 việc đã chọn." in phuc.reads()
    at_the_counter = phuc.main.get_by_role("group").filter(has_text=steps.RECEPTION)
    with_specialists = phuc.main.get_by_role("group").filter(has_text=steps.APPRAISAL)
    at_the_counter.get_by_role("radio", name="Hanh").check()
    with_specialists.get_by_role("radio", name="Son").check()
    phuc.main.get_by_label("Lý do giao lại").fill("Chị Hoa và anh Bình đi học.")
    phuc.presses("Giao lại 3 việc")
    assert "Đã giao lại 3 việc." in phuc.reads()
    assert [phuc.lines(code).locator("td").last.inner_text() for code in burning[:3]] == [
        "Hanh",
        "Hanh",
        "Son",
    ]
    phuc.follows("Về danh sách việc")
    assert "Đang giữ: Son" in phuc.lines(burning[2]).inner_text()
    assert hanh.looks_at_the_bell().filter(has_text="Việc được giao").count() == 2
    hanh.goes_to("/viec?xem=mine")
    assert [hanh.lines(code).count() for code in burning] == [1, 1, 0, 0]
    son.goes_to("/viec?xem=mine")
    assert [son.lines(code).count() for code in burning] == [0, 0, 1, 0]


def test_the_heat_map_and_its_table_show_the_same(offices: Offices, burning: list[str]) -> None:
    phuc = offices["phuc"]
    phuc.goes_to("/giam-sat")
    phuc.follows("Bản đồ nhiệt")
    drawn = {
        element: (texts, title)
        for element, texts, title in phuc.main.locator(
            "svg .user-task, svg .receive-task"
        ).evaluate_all(DRAWN)
    }
    rows = [
        [" ".join(cell.split()) for cell in cells] for cells in phuc.lines().evaluate_all(STEPS)
    ]
    open_work = {}
    for element, name, open_, late, share, due, half, most, done in rows:
        texts, (title, *told) = drawn.pop(element)
        assert name.startswith(title)
        said = ["Không có việc đang mở"]
        if open_ != "0":
            said = [f"Đang mở {open_}, quá hạn {late} ({share})"]
            open_work[element] = f"{open_} / {late}"
            assert open_work[element] in texts
        if done:
            said.append(f"Đã xong {done}; một nửa trong {half}, chín phần mười trong {most}")
        assert told == [*said, f"Thời hạn: {due}" if due else "Không định hạn"]
        assert bool(done) == (element in ("B1a", "B1b"))
    assert drawn == {}, "steps without a line"
    assert open_work == {"B1b": "3 / 2", "B2": "1 / 1"}
    phuc.main.locator("svg a").filter(has_text="3 / 2").click()
    phuc.page.wait_for_url("**/qua-han**")
    assert [phuc.lines(code).count() for code in burning] == [1, 1, 0, 0]
