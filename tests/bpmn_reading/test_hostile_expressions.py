"""Hostile expressions are refused at the check, wherever they stand, and harm nothing at run."""

from __future__ import annotations

import time

import pytest

from engine.bpmn.decisions import check_decisions, read_decisions
from engine.bpmn.expressions import evaluate, holds
from engine.bpmn.expressions.values import MAX_TEXT
from engine.domain.errors import BadDuration, BadExpression
from engine.domain.timing import parse_cycle, parse_date
from tests.bpmn_reading.sketching import found_in, spoiled, table
from tests.bpmn_reading.spoilings import CATCH

#: What may never be accepted as an expression.
HOSTILE = {
    "a walk over attributes": "ket_qua.__class__.__mro__[1].__subclasses__() == 'x'",
    "an import": "__import__('os').system('id') == 0",
    "a call of what is built in": "eval('1') == 1",
    "an open file": "open('/etc/passwd') != null",
    "a huge power": "9 ** 9 ** 9 ** 9 > 1",
    "a shift": "1 << 999999999 > 1",
    "a long text out of a short one": "'a' * 999999999 == 'b'",
    "a huge number": "9" * 60 + " > 1",
    "a format": "'{0.__class__}' % ket_qua == ''",
    "a format text": "f'{ket_qua}' == 'du'",
    "a comprehension": "[x for x in ket_qua] == []",
    "a lambda": "(lambda: 1)() == 1",
    "an assignment": "ket_qua := 'du'",
    "a subscript": "ket_qua[0] == 'd'",
    "a statement": "ket_qua == 'du'; import os",
    "a template of another engine": "#{execution.getVariable('x')} == 1",
    "Java": "T(java.lang.Runtime).getRuntime() != null",
    "brackets without end": "(" * 900 + "1" + ")" * 900 + " == 1",
    "nots without end": "not " * 450 + "hu_hai",
    "minuses without end": "-" * 1500 + "1 > 0",
    "lists in lists": "[" * 300 + "]" * 300 + " == 1",
    "a sum without end": "1" + "+1" * 900 + " > 1",
    "more than anybody writes": "ket_qua == 'du' or " * 200 + "hu_hai",
    "a text without end": "ket_qua == '" + "a" * 1500,
    "a control character": "ket_qua == \u202e'du'",
}


def escaped(text: str) -> str:
    pairs = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))
    for plain, entity in pairs:
        text = text.replace(plain, entity)
    return text


#: Where an expression may stand: (what the sound drawing says there, with the hostile one).
PLACES = {
    "a flow": ("${ket_qua == 'du'}", "{}"),
    "a due time": ("8 giờ làm việc khi kenh == 'online'", "8 giờ làm việc khi {}"),
    "the legal term": ("9 ngày làm việc + 95 ngày khi hu_hai", "9 ngày làm việc khi {}"),
    "acceptance": ("value=\"ket_qua == 'du'\"", 'value="{}"'),
    "a timer": (CATCH, "<bpmn:timeDuration>40 ngày khi {}; 30 ngày</bpmn:timeDuration>"),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("place", PLACES)
def test_it_is_refused_wherever_it_stands(place, text):
    drawn, hostile = PLACES[place]
    begun = time.perf_counter()
    found = found_in(spoiled((drawn, hostile.format(escaped(text)))))
    assert time.perf_counter() - begun < 2
    assert {"bad-expression", "bad-due", "legal-term", "timer"} & {one.rule for one in found}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_in_a_decision_table(text):
    begun = time.perf_counter()
    content = table((f"? == ({text})".replace("]]>", ""), "1")).encode()
    assert check_decisions(content, "bang.dmn")
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_does_nothing_when_it_is_run_all_the_same(text):
    begun = time.perf_counter()
    with pytest.raises(BadExpression):
        holds(text, {"ket_qua": "du", "hu_hai": True})
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_date_or_cycle_is_read_out_of_it(text):
    for parser in (parse_date, parse_cycle):
        with pytest.raises(BadDuration):
            parser(text)


def nested(times: int) -> list[object]:
    found: list[object] = []
    for _ in range(times):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a + a", {"a": "x" * (MAX_TEXT // 2 + 1)}),
        ("a * a", {"a": 10**29}),
        ("a / b", {"a": 1, "b": 10**31}),
        ("a * a * a * a", {"a": 1e300}),
        ("a < b", {"a": [1], "b": 2}),
        ("a == b", {"a": nested(200), "b": nested(200)}),
    ],
    ids=["text", "product", "quotient", "powers", "order", "nesting"],
)
def test_values_grow_no_further_than_their_bounds(text, values):
    with pytest.raises(BadExpression):
        evaluate(text, values)


def test_a_variable_may_bear_any_name_and_shadows_no_function():
    assert holds("len(a) == 2 and len == 5", {"a": "xy", "len": 5, "__class__": 1})


@pytest.mark.parametrize("times", [100, 2_000, 50_000])
def test_an_expression_as_long_as_a_book_is_refused_at_once(times):
    usual = "8 giờ làm việc khi kenh == 'online'; 0,5 ngày làm việc"
    book = usual.replace(" khi ", " khi " + "kenh == 'online' or " * times)
    begun = time.perf_counter()
    assert found_in(spoiled((usual, escaped(book))))
    assert time.perf_counter() - begun < 3


def test_a_table_that_is_refused_is_not_read():
    content = table(("? == ket_qua.__class__", "1")).encode()
    tables, found = read_decisions(content, "bang.dmn")
    assert not tables
    assert found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ket_qua == 'du' và hu_hai", "“và” viết là “and”"),
        ("ket_qua == 'du' hoặc hu_hai", "“hoặc” viết là “or”"),
        ("ket_qua là 'du'", "“là” viết là “==”"),
        ("ty_le lớn 20", "“lớn” viết là “>”"),
        ("ket_qua = 'du'", "so sánh bằng viết là “==”"),
    ],
)
def test_words_of_everyday_are_answered_with_those_of_the_language(text, meant):
    (finding,) = [
        one
        for one in found_in(spoiled(("${ket_qua == 'du'}", text)))
        if one.rule == "bad-expression"
    ]
    assert meant in str(finding.message)
