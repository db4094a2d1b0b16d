"""Decision tables: FEEL cells, hit policies, and what is wrong with a table."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.decisions import check_decisions, parse_decisions
from engine.bpmn.decisions.unary_tests import parse_unary_tests
from engine.domain.errors import BadDecision, BadExpression
from tests.bpmn_reading.sketching import table


def decide(text: str, **values: object) -> object:
    return parse_decisions(text.encode(), "muc.dmn")["muc"].decide(values)["muc_huong"]


def findings(text: str) -> list[tuple[str, int | None]]:
    return [(f.rule, f.line) for f in check_decisions(text.encode(), "muc.dmn")]


@pytest.mark.parametrize(
    ("cell", "passing", "failing"),
    [
        ("-", [1, None, "x"], []),
        ("", [1, None], []),
        (">= 81", [81, 82.5], [80, None]),
        ("[5..20]", [5, 20, 12.5], [4.9, 21, None]),
        ("(5..20)", [6], [5, 20]),
        ("]5..20[", [6], [5, 20]),
        ("[5..20)", [5], [20]),
        ("50,51", [50, 51], [52, None]),
        ("< 5, > 10, 7", [4, 7, 11], [5, 10]),
        ('"a","b"', ["a", "b"], ["c", None, 1]),
        ('not("a","b")', ["c", None], ["a", "b"]),
        ('"a,b"', ["a,b"], ["a"]),
        ("-5", [-5], [5]),
        ("[-5..-1]", [-3], [0]),
        ("true", [True], [False, 1, None]),
        ("null", [None], [0, ""]),
        ("!= 5", [4], [5]),
        ('["a","b"]', ["a", "b"], ["c"]),
        ("[1.5..2]", [1.75], [1]),
        ("nguong", [7], [8]),
        ("[nguong..9]", [7, 9], [6]),
        ("> nguong + 1", [9], [8]),
    ],
)
def test_a_cell_means_what_feel_says(cell, passing, failing):
    tests = parse_unary_tests(cell)
    around = {"nguong": 7}
    assert [value for value in passing if not tests.hold(value, around)] == []
    assert [value for value in failing if tests.hold(value, around)] == []


@pytest.mark.parametrize("cell", ["1,", ">", "[1..]", "[1..2..3]", "a b", "not(", "5..20", "1 2"])
def test_a_cell_that_is_no_test_is_refused(cell):
    with pytest.raises(BadExpression):
        parse_unary_tests(cell)


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="-<>=![]()., 0123456789.ab\"'not\\", max_size=12),
    st.one_of(st.none(), st.integers(), st.text(max_size=3), st.booleans()),
)
def test_any_cell_is_understood_or_refused(cell, value):
    with suppress(BadExpression):
        parse_unary_tests(cell).hold(value, {"a": 1})


def test_unique_takes_the_one_rule_that_applies():
    text = table(("[21..80]", "1.5"), (">= 81", "ty_le * 2"), ("< 21", '"không"'))
    assert decide(text, ty_le=50) == 1.5
    assert decide(text, ty_le=90) == 180
    assert decide(text, ty_le=5) == "không"


def test_first_takes_the_first():
    assert decide(table((">= 81", "2"), ("-", "1"), policy="FIRST"), ty_le=90) == 2
    assert decide(table((">= 81", "2"), ("-", "1"), policy="FIRST")) == 1


def test_collect_takes_all_and_may_add_up():
    rules = ((">= 21", "1"), (">= 81", "2.5"), ("< 0", "9"))
    assert decide(table(*rules, policy="COLLECT"), ty_le=90) == [1, 2.5]
    for aggregation, result in (("SUM", 3.5), ("MIN", 1), ("MAX", 2.5), ("COUNT", 2)):
        more = f' aggregation="{aggregation}"'
        assert decide(table(*rules, policy="COLLECT", more=more), ty_le=90) == result


def test_no_match_is_an_incident():
    for policy in ("UNIQUE", "FIRST", "COLLECT"):
        with pytest.raises(BadDecision, match="không có dòng nào"):
            decide(table((">= 81", "2"), policy=policy), ty_le=1)


def test_no_match_names_what_was_given():
    with pytest.raises(BadDecision, match=r"phù hợp \(Tỷ lệ = –\)"):
        decide(table((">= 81", "2")))
    with pytest.raises(BadDecision, match=r"phù hợp \(Tỷ lệ = 20\.5\)"):
        decide(table((">= 81", "2")), ty_le=20.5)


def test_two_matches_of_a_unique_table_are_an_incident():
    with pytest.raises(BadDecision, match="1, 2"):
        decide(table((">= 81", "2"), (">= 90", "3")), ty_le=95)


def test_a_text_where_a_number_is_wanted_is_an_incident():
    with pytest.raises(BadDecision, match="dòng 1"):
        decide(table((">= 81", "2")), ty_le="nhiều")


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("[5..20]", "[20..30]", True),
        ("[5..20)", "[20..30]", False),
        ("< 6", "> 5", False),  # whole numbers
        ("< 7", "> 5", True),
        ("-", ">= 81", True),
        ("50,51", "51", True),
        ("50,51", "52,53", False),
        ("not(50)", "50", False),
        ("not(50)", "51", True),
        ('"a"', '"b"', False),
        ('"a"', 'not("b")', True),
        ("true", "false", False),
        ("a", "5", False),  # reads a variable: nothing can be said
        ("null", "> 5", False),
    ],
)
def test_rules_that_can_apply_together_are_found_in_a_unique_table(first, second, overlap):
    found = findings(table((first, "1"), (second, "2")))
    assert ("decision-overlap" in [rule for rule, _ in found]) is overlap
    assert "decision-overlap" not in [
        rule for rule, _ in findings(table((first, "1"), (second, "2"), policy="FIRST"))
    ]


def test_text_without_quotes_is_told():
    (finding,) = check_decisions(table(("> 5", "cao"), ("<= 5", "1")).encode(), "muc.dmn")
    assert finding.rule == "decision-unknown-name"
    assert '"cao"' in str(finding.remedy)


@pytest.mark.parametrize(
    "text",
    [
        "<a/>",
        "",
        "<a>",
        table(("1", "1"), policy="RULE ORDER"),
        table(("1", "1"), policy="UNIQUE", more=' aggregation="SUM"'),
        table(),
        table((">", "1")),
        table(("1", "a +")),
        table(("1", "1")).replace('name="muc_huong"', 'name="mức hưởng"'),
        table(("1", "1")).replace("<text>ty_le</text>", "<text></text>"),
        table(("1", "1")).replace('<decision id="muc"', "<decision"),
        table(("1", "1")).replace("decisionTable", "literalExpression"),
        table(("1", "1")).replace(
            "<decisionTable",
            '<informationRequirement><requiredDecision href="#x"/></informationRequirement>'
            "<decisionTable",
        ),
        table(("1", "1")).replace('<output id="o1" name="muc_huong" />', ""),
        table(("1", "1"))
        .replace("<input id", "<annotation id")
        .replace("</input>", "</annotation>"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_reasons(text):
    found = check_decisions(text.encode(), "muc.dmn")
    assert found
    assert all(str(f.message) and str(f.remedy) and f.file == "muc.dmn" for f in found)
    with pytest.raises(BadDecision):
        parse_decisions(text.encode(), "muc.dmn")


def test_all_problems_of_a_table_are_told_at_once():
    assert len(findings(table((">", "1"), ("1", "a +"), ("1 2", "1")))) == 3


def test_several_tables_in_a_file():
    one = table(("1", "1"))
    both = one.replace(
        "</definitions>",
        one[one.index("<decision id") : one.index("</definitions>")].replace('"muc"', '"hai"')
        + "</definitions>",
    )
    assert set(parse_decisions(both.encode(), "x")) == {"muc", "hai"}


def test_a_table_says_what_it_reads():
    text = table(("> nguong", "he_so * 2"))
    assert parse_decisions(text.encode(), "x")["muc"].reads == {"ty_le", "nguong", "he_so"}
