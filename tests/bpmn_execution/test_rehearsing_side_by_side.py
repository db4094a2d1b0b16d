"""Rehearsals of branches that run beside each other, and of days counted from an earlier step."""

from __future__ import annotations

import pytest

from engine.bpmn.budgets.budgeting import budget
from engine.domain.clock import local
from engine.services.rehearsal import Rehearsal
from engine.services.rehearsing import rehearse
from tests.bpmn_execution.drawn import end, gateway, line, process, start, user
from tests.bpmn_execution.test_budgeting import EIGHT, side_by_side
from tests.bpmn_execution.test_rehearsing import XA, at, finished, no_form


@pytest.fixture
def run(calendar, roles):
    def run(drawing: bytes, when: str = "2026-03-02T08:00") -> Rehearsal:  # a Monday
        return rehearse(drawing, {}, {}, no_form, at(when), calendar, roles)

    return run


def sums(found: Rehearsal) -> dict[str, str]:
    return {key: str(amount) for key, amount in found.authorities.items()}


def test_the_sums_are_those_of_the_branch_that_was_waited_for(run, roles):
    drawing = side_by_side(
        user("A", due="5 ngày làm việc"),
        user("B", due="2 ngày làm việc"),
        user("B2", due="1 ngày làm việc"),
    )
    found = run(drawing)
    assert finished(found)["C"] == "2026-03-10T08:00"
    assert (
        str(found.total) == "6 ngày làm việc" == str(budget(drawing, roles, EIGHT).paths[0].total)
    )
    assert sums(found) == {"ubnd-cap-xa": "6 ngày làm việc"}
    assert {step.element: step.aside for step in found.steps} == {
        "A": False, "B": True, "B2": True, "C": False,
    }  # fmt: skip


def test_the_calendar_tells_which_branch_is_the_longer_one(run):
    """Five working days beside a week: until Monday 9 March both, over Tết the working days."""
    drawing = side_by_side(user("A", due="5 ngày làm việc"), user("B", due="8 ngày"), user("B2"))
    assert str(run(drawing).total) == "1 ngày làm việc + 8 ngày"
    assert str(run(drawing, "2026-02-12T08:00").total) == "6 ngày làm việc"


def test_what_is_left_is_counted_from_the_branch_that_was_waited_for(run):
    drawing = process(
        start(),
        user("A", due="4 ngày"),
        gateway("parallel", "P"),
        user("B", due="10 ngày"),
        user("C", due="3 ngày"),
        gateway("parallel", "J"),
        user("D", due="40 ngày kể từ A"),
        end(),
        line("S", "A", "P", "B", "J"),
        line("P", "C", "J", "D", "E"),
        lanes={XA: "A B C D"},
    )
    found = run(drawing)
    assert str(found.total) == "40 ngày"
    assert {step.element: str(step.amount) for step in found.steps}["D"] == "26 ngày"
    d = next(step for step in found.steps if step.element == "D")
    assert local(d.finished) == at("2026-04-13T17:00")  # the 11th is a Saturday
