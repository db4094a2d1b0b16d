"""Gaps, overlaps and rows in vain are found exactly, and told in words."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.bpmn.decisions import check_decisions, parse_decisions
from engine.bpmn.decisions import coverage as decision_coverage
from engine.bpmn.decisions.coverage import Coverage, check_coverage
from engine.bpmn.findings import Severity
from engine.domain.errors import BadDecision
from tests.bpmn_reading.sketching import line_with, table

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dmn">'


def wide(*rules: tuple[str, ...], policy: str = "UNIQUE", columns: dict[str, str] | None = None):
    """A DMN file with several inputs; `columns`: variable -> `type` or `type:stated values`."""
    columns = columns or {"noi": "string", "ty_le": "integer"}
    inputs = ""
    for name, said in columns.items():
        kind, _, values = said.partition(":")
        stated = f"<inputValues><text>{values}</text></inputValues>" if values else ""
        inputs += (
            f'<input label="{name}"><inputExpression typeRef="{kind}"><text>{name}</text>'
            f"</inputExpression>{stated}</input>"
        )
    rows = ""
    for count, cells in enumerate(rules, 1):
        entries = "".join(
            f"<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>" for cell in cells
        )
        rows += f"<rule>{entries}<outputEntry><text>{count}</text></outputEntry></rule>"
    return (
        f'{HEAD}<decision id="muc" name="Mức hưởng"><decisionTable hitPolicy="{policy}">'
        f'{inputs}<output name="muc_huong"/>{rows}</decisionTable></decision></definitions>'
    )


def said(text: str, rule: str) -> list[str]:
    return [str(f.message) for f in check_decisions(text.encode(), "muc.dmn") if f.rule == rule]


def gaps(text: str) -> list[str]:
    start = "Bảng “Mức hưởng” bị hở: không có dòng nào cho "
    found = said(text, "decision-gap")
    assert all(message.startswith(start) for message in found)
    return [message.removeprefix(start).removesuffix(".") for message in found]


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ((">= 21", "[5..20]"), "Tỷ lệ: đến 4"),
        (("[5..20]", "[21..100]"), "Tỷ lệ: đến 4, từ 101"),
        (("< 5", "[5..20)", "> 20"), "Tỷ lệ: 20"),
        (("< 5", "6", "> 7"), "Tỷ lệ: 5, 7"),
        (("not(50, 51)",), "Tỷ lệ: từ 50 đến 51"),
        ((">= 4.5", "< 4"), "Tỷ lệ: 4"),
    ],
)
def test_the_missing_whole_numbers_are_told(cells, missing):
    assert gaps(table(*((cell, "1") for cell in cells))) == [missing]


@pytest.mark.parametrize(
    "cells",
    [
        ("-",),
        ("<= 20", ">= 21"),
        ("not(5)", "5"),
        ("< 5, > 5", "5"),
        ("[5..20]", "< 5", "]20..99]", "> 99"),
    ],
)
def test_a_table_without_a_gap_passes(cells):
    assert check_decisions(table(*((cell, "1") for cell in cells)).encode(), "x") == ()


def test_between_fractions_there_is_a_gap_that_whole_numbers_have_not():
    rules = (("<= 20",), (">= 21",))
    assert gaps(wide(*rules, columns={"ty_le": "integer"})) == []
    assert gaps(wide(*rules, columns={"ty_le": "number"})) == ["ty_le: trên 20 và dưới 21"]
    assert gaps(wide(("< 0.5",), ("> 0.5",), columns={"ty_le": "double"})) == ["ty_le: 0,5"]


def test_what_cannot_be_is_stated_and_then_no_gap():
    rules = (("[0..20]",), ("[21..100]",))
    assert gaps(wide(*rules, columns={"ty_le": "integer"})) == ["ty_le: đến -1, từ 101"]
    assert gaps(wide(*rules, columns={"ty_le": "integer:[0..100]"})) == []
    assert gaps(wide(*rules, columns={"ty_le": "integer:[0..120]"})) == ["ty_le: từ 101 đến 120"]


def test_a_stated_text_without_a_row_is_a_gap_and_so_is_a_truth():
    assert gaps(wide(('"a"',), columns={"noi": 'string:"a","b","c"'})) == ["noi: “b”, “c”"]
    assert gaps(wide(("true",), columns={"nang": "boolean"})) == ["nang: sai"]
    assert gaps(wide(("true",), ("false",), columns={"nang": "boolean"})) == []


def test_days_are_whole():
    rules = (('< ngay("2025-07-01")',), ('> ngay("2025-07-01")',))
    assert gaps(wide(*rules, columns={"ngay(tu)": "date"})) == ["ngay(tu): 01/07/2025"]
    rules = (('< ngay("2025-07-01")',), ('>= ngay("2025-07-01")',))
    assert gaps(wide(*rules, columns={"ngay(tu)": "date"})) == []


def test_a_gap_in_a_combination_names_both_columns():
    columns = {"noi": 'string:"quan_doi","cong_an"', "ty_le": "integer:[0..100]"}
    rules = (('"quan_doi"', "-"), ('"cong_an"', ">= 21"))
    assert gaps(wide(*rules, columns=columns)) == ["noi: “cong_an”, ty_le: từ 0 đến 20"]
    assert gaps(wide(*rules, ("-", "< 21"), policy="FIRST", columns=columns)) == []


def test_an_unanswered_question_counts_only_where_the_table_speaks_of_it():
    assert gaps(wide(("true",), ("false",), columns={"nang": "boolean"})) == []
    stated = {"nang": "boolean:true,false,null"}
    assert gaps(wide(("true",), ("false",), columns=stated)) == ["nang: để trống"]
    text = wide(("true",), ("false",), columns={"nang": "boolean"})
    muc = parse_decisions(text.encode(), "muc.dmn")["muc"]
    with pytest.raises(BadDecision, match="không có dòng nào"):
        muc.decide({})


def test_a_finding_bears_the_table_its_line_and_a_remedy():
    text = table((">= 81", "2"))
    (finding,) = check_decisions(text.encode(), "muc.dmn")
    assert (finding.rule, finding.severity) == ("decision-gap", Severity.ERROR)
    assert (finding.element, finding.file) == ("muc", "muc.dmn")
    assert finding.line == line_with(text, '<decision id="muc"')
    assert "Predefined values" in str(finding.remedy)


def test_rows_that_nothing_comes_to_are_warned_of():
    vain = "decision-row-in-vain"
    text = table((">= 21", "1"), (">= 81", "2"), ("-", "3"), policy="FIRST")
    (message,) = said(text, vain)
    assert "dòng 2 " in message
    assert "đứng trước" in message
    (finding,) = check_decisions(text.encode(), "muc.dmn")
    assert (finding.severity, finding.line) == (Severity.WARNING, line_with(text, 'id="r2"'))
    # two earlier rows together, none of them alone
    text = table((">= 50", "1"), ("< 30", "2"), ("[20..49]", "3"), policy="FIRST")
    assert said(text, vain) == []
    text = table((">= 50", "1"), ("< 50", "2"), ("[20..60]", "3"), policy="FIRST")
    assert len(said(text, vain)) == 1
    # in any table: what no stated value meets
    text = wide(('"a"',), ('"c"',), columns={"noi": 'string:"a"'})
    assert "không giá trị có thể có nào phù hợp" in said(text, vain)[0]
    assert len(said(wide(("-",), ("[9..5]",), columns={"ty_le": "integer"}), vain)) == 1


CELLS = ["-", "[2..4]", "< 3", ">= 4", "not(3)", "1,5", "]1..4[", "3"]
TEXTS = ["-", '"a"', '"b"', 'not("a")', '"a","b"']


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(TEXTS)), min_size=1, max_size=5),
    st.sampled_from(["UNIQUE", "FIRST"]),
)
def test_what_is_told_is_what_trying_all_values_shows(rows, policy):
    columns = {"ty_le": "integer:[0..6]", "noi": 'string:"a","b","c"'}
    text = wide(*rows, policy=policy, columns=columns)
    muc = parse_decisions(text.encode(), "muc.dmn")["muc"]
    taken: list[list[int]] = []
    for share, place in product(range(7), "abc"):
        taken.append(
            [
                rule.number
                for rule in muc.rules
                if rule.tests[0].hold(share, {}) and rule.tests[1].hold(place, {})
            ]
        )
    coverage = Coverage(muc)
    assert bool(list(coverage.gaps())) is any(not rows_ for rows_ in taken)
    overlapping = {
        (first, second) for rows_ in taken for first in rows_ for second in rows_ if first < second
    }
    assert {(a.number, b.number) for a, b in coverage.overlaps()} == overlapping
    never = {r.number for r in muc.rules} - {number for rows_ in taken for number in rows_}
    assert {r.number for r in coverage.never_taken()} == never
    first_only = {r.number for r in muc.rules} - {rows_[0] for rows_ in taken if rows_} - never
    assert {r.number for r in coverage.forestalled()} == first_only


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(TEXTS)), min_size=1, max_size=4))
def test_the_values_named_as_missing_are_missing(rows):
    columns = {"ty_le": "number", "noi": 'string:"a","b","c"'}
    muc = parse_decisions(wide(*rows, columns=columns).encode(), "muc.dmn")["muc"]
    found = list(Coverage(muc).gaps())
    assume(found)
    for gap in found:
        pieces = [some if some is not None else (None,) for _, some in gap.values]
        for combination in product(*pieces):
            values = [part.value if part is not None else None for part in combination]
            for rule in muc.rules:
                tested = zip(rule.tests, values, combination, strict=True)
                assert not all(part is None or test.hold(value, {}) for test, value, part in tested)


def test_a_table_too_wide_to_be_gone_through_says_so(monkeypatch):
    monkeypatch.setattr(decision_coverage, "_PATIENCE", 20)
    columns = dict.fromkeys("abcdef", "integer:[0..9]")
    rules = [tuple(str(place if at == place else "-") for at in range(6)) for place in range(6)]
    found = check_decisions(wide(*rules, ("-",) * 6, policy="FIRST", columns=columns).encode(), "x")
    assert [(f.rule, f.severity) for f in found] == [("decision-too-wide", Severity.WARNING)]


def test_hundreds_of_rows_are_judged():
    rules = [(str(number), "1") for number in range(300)]
    muc = parse_decisions(table(*rules).encode(), "muc.dmn")["muc"]
    (gap,) = [f for f in check_coverage(muc) if f.rule == "decision-gap"]
    assert "đến -1, từ 300" in str(gap.message)
