"""A table as a choice of rows: what must hold for each, in the expression language."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.decisions import parse_decisions
from engine.bpmn.decisions.unary_tests import parse_unary_tests
from engine.bpmn.expressions import holds
from engine.domain.errors import BadExpression
from tests.bpmn_reading.sketching import table


def cases(text: str):
    return parse_decisions(text.encode(), "muc.dmn")["muc"].cases()


def chosen(text: str, **values: object) -> list[tuple[int, ...]]:
    """The rows whose requirements are met."""
    return [
        case.rules
        for case in cases(text)
        if all(holds(condition, values) is wanted for condition, wanted in case.required)
    ]


CELLS = ["-", ">= 81", "[5..20]", "(5..20)", "50,51", "< 5, > 10, 7", 'not("a","b")', '"a,b"']
MORE = ["-5", "true", "null", "!= 5", '["a","b"]', "[nguong..9]", "> nguong + 1", "nguong", "=7"]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(CELLS + MORE),
    st.one_of(st.none(), st.integers(-10, 90), st.sampled_from(["a", "b", "a,b"]), st.booleans()),
)
def test_a_cell_as_a_condition_holds_for_the_values_that_pass_the_cell(cell, value):
    tests, around = parse_unary_tests(cell), {"nguong": 7, "x": value}
    condition = tests.condition("x") or "true"
    try:
        passes = tests.hold(value, around)
    except BadExpression:
        with suppress(BadExpression):
            assert not holds(condition, around)
        return
    assert holds(condition, around) is passes


def test_each_row_of_a_unique_table_is_a_case_with_its_constants():
    text = table(("[5..20]", '"mot_lan"'), (">= 21", "ty_le * 2"))
    first, second = cases(text)
    assert (first.rules, first.sets, first.computed) == (
        (1,),
        {"muc_huong": "mot_lan"},
        frozenset(),
    )
    assert (second.rules, second.sets, second.computed) == ((2,), {}, frozenset({"muc_huong"}))
    assert chosen(text, ty_le=20) == [(1,)]
    assert chosen(text, ty_le=21) == [(2,)]
    assert chosen(text, ty_le=4) == []


@pytest.mark.parametrize(("share", "row"), [(90, 1), (50, 2), (None, 3), (3, 3)])
def test_where_the_first_row_decides_the_earlier_ones_do_not_hold(share, row):
    text = table((">= 81", "1"), (">= 21", "2"), ("-", "3"), ("< 5", "4"), policy="FIRST")
    assert chosen(text, ty_le=share) == [(row,)]


def test_what_is_collected_is_one_case_that_asks_nothing():
    (case,) = cases(table((">= 21", "1"), (">= 81", "2.5"), policy="COLLECT"))
    assert (case.rules, case.required, case.sets) == ((1, 2), (), {})
    assert case.computed == {"muc_huong"}
