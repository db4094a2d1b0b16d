"""Answers are followed from the forms to the gateways that read them."""

from __future__ import annotations

import pytest

from engine.bpmn.findings import Finding
from tests.bpmn_execution import drawn
from tests.bpmn_reading.sketching import PlainForm, Surroundings, found_in, table

ON_ANSWERS = {
    "unknown-answer", "uncovered-answer", "uncovered-combination", "typed-answer",
    "overlapping-ways", "unanswered-way", "unset-value",
}  # fmt: skip


def two_ways(first: str, second: str, *before: str) -> str:
    """A step, perhaps more, and a gateway with two ways."""
    steps = before or (drawn.user("A", form="tiep-nhan"),)
    keys = ("A", *(f"A{n}" for n in range(1, len(steps))))
    return drawn.process(
        drawn.start(), *steps, drawn.gateway("exclusive", "G"), drawn.end("X"), drawn.end("Y"),
        drawn.line("S", *keys, "G"), drawn.flow("G", "X", first, key="mot"),
        drawn.flow("G", "Y", second, key="hai"),
        lanes={"Một cửa": f"S {' '.join(keys)} G X Y"},
    ).decode()  # fmt: skip


def told(text: str, around: Surroundings | None = None) -> list[Finding]:
    return [one for one in found_in(text, around) if one.rule in ON_ANSWERS]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ty_le < 21", "ty_le >= 21"),
        ("ty_le <= 20.5", "ty_le > 20.5"),
        ("ty_le == 0", "ty_le > 0"),  # nobody measures less than nothing
        ("ty_le in [1, 2]", "ty_le not in [1, 2]"),
        ("hu_hai", "not hu_hai"),
        ("hu_hai == true", "hu_hai == false"),
        ("hu_hai and ty_le > 5", "not hu_hai or ty_le <= 5"),
        ("ket_qua == 'du' or ket_qua == null", "ket_qua == 'tu_choi'"),
        ("lan_thu == 1", "lan_thu > 1"),
        ("kenh == 'online'", "kenh != 'online'"),
    ],
)
def test_ways_that_part_all_answers_are_silent(first, second):
    assert told(two_ways(first, second)) == []


@pytest.mark.parametrize(
    ("first", "second", "rule", "said"),
    [
        ("ty_le < 21", "ty_le > 21", "uncovered-answer", "“ty_le” là “21”"),
        ("ty_le <= 20.5", "ty_le >= 21.5", "uncovered-answer", "“ty_le” là “21”"),
        ("hu_hai", "hu_hai == true", "uncovered-answer", "“hu_hai” là không đánh dấu"),
        ("lan_thu == 1", "lan_thu == 2", "uncovered-answer", "“lan_thu” là “3”"),
        ("kenh == 'online'", "kenh == 'post'", "uncovered-answer", "“kenh” là “counter”"),
        (
            "ket_qua == 'du' and hu_hai",
            "ket_qua == 'tu_choi'",
            "uncovered-combination",
            "“hu_hai” là không đánh dấu và “ket_qua” là “du”",
        ),
        ("ty_le < 30", "ty_le > 20", "overlapping-ways", "“mot” và “hai” cùng đúng"),
    ],
)
def test_what_is_left_out_or_fits_twice_is_named(first, second, rule, said):
    found = [one for one in told(two_ways(first, second)) if one.rule == rule]
    assert found
    assert said in str(found[0].message)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ty_le + 1 > 20", "ty_le * 2 < 5"),
        ("len(ket_qua) > 1", "len(ket_qua) == 0"),
        ("ty_le > tuoi", "ty_le < tuoi"),
    ],
)
def test_what_cannot_be_decided_for_certain_is_left_alone(first, second):
    around = Surroundings()
    around.forms["tiep-nhan"] = PlainForm({"ket_qua": ("du",), "ty_le": None, "tuoi": None})
    assert told(two_ways(first, second), around) == []


def test_answers_given_in_a_called_part_count():
    part = drawn.process(
        drawn.start("PS"), drawn.user("P1", form="ket-luan"), drawn.end("PE"),
        drawn.line("PS", "P1", "PE"), key="phan", lanes={"Một cửa": "PS P1 PE"},
    )  # fmt: skip
    around = Surroundings(drawings={"phan": part})
    call = drawn.call("A", "phan")
    sound = two_ways("ket_luan == 'dat'", "ket_luan == 'khong_dat'", call)
    assert told(sound, around) == []
    gap = two_ways("ket_luan == 'dat'", "ket_luan == 'dat' and ket_luan != null", call)
    assert "uncovered-answer" in {one.rule for one in told(gap, around)}
    wrong = two_ways("ket_luan == 'dat'", "ket_luan == 'chua_dat'", call)
    assert "unknown-answer" in {one.rule for one in told(wrong, around)}


def test_numbers_that_a_table_gives_are_all_that_can_come():
    around = Surroundings(decisions={"muc": table(("< 81", "1"), (">= 81", "2"))})
    steps = (drawn.user("A", form="tiep-nhan"), drawn.rule("A1", "muc"))
    assert told(two_ways("muc_huong == 1", "muc_huong == 2", *steps), around) == []
    (gap, *_) = told(two_ways("muc_huong == 1", "muc_huong == 3", *steps), around)
    assert "“muc_huong” là “2”" in str(gap.message)


def test_the_way_that_asks_nobody_is_told_by_its_steps():
    text = drawn.process(
        drawn.start(), drawn.user("A", form="tiep-nhan"), drawn.gateway("exclusive", "G", "g0"),
        drawn.user("B", form="ket-luan"), drawn.gateway("exclusive", "J"),
        drawn.gateway("exclusive", "H"), drawn.end("X"), drawn.end("Y"),
        drawn.line("S", "A", "G"), drawn.flow("G", "B", "hu_hai", key="g1"),
        drawn.flow("G", "J", key="g0"), drawn.line("B", "J", "H"),
        drawn.flow("H", "X", "ket_luan == 'dat'"), drawn.flow("H", "Y", "ket_luan == 'khong_dat'"),
        lanes={"Một cửa": "S A G B J H X Y"},
    ).decode()  # fmt: skip
    (found,) = told(text)
    assert (found.rule, found.element) == ("unanswered-way", "H")
    assert "S → A – A → G – G → J – J → H – H" in str(found.message)
