"""What a decision table sets follows from what it reads: ways behind it are the possible ones."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.decisions import parse_decisions
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.ways.paths import Explorer
from tests.bpmn_execution.drawn import end, flow, gateway, line, process, rule, start, user
from tests.bpmn_execution.walking import Walk


def table(policy: str, reads: str, sets: str, *rows: tuple[str, str]) -> bytes:
    """A DMN file with one table `t`; a row is (cells, results), parted by `|`."""
    inputs = "".join(
        f'<input id="i{name}"><inputExpression id="e{name}"><text>{name}</text></inputExpression>'
        "</input>"
        for name in reads.split()
    )
    outputs = "".join(f'<output id="o{name}" name="{name}"/>' for name in sets.split())
    rules = "".join(
        f'<rule id="r{number}">'
        + "".join(
            _entry("input", number, place, text) for place, text in enumerate(cells.split("|"))
        )
        + "".join(
            _entry("output", number, place, text) for place, text in enumerate(out.split("|"))
        )
        + "</rule>"
        for number, (cells, out) in enumerate(rows, 1)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
        f'namespace="http://quytrinh.test"><decision id="t" name="T"><decisionTable id="tt" '
        f'hitPolicy="{policy}">{inputs}{outputs}{rules}</decisionTable></decision></definitions>'
    ).encode()


def _entry(kind: str, row: int, place: int, text: str) -> str:
    escaped = text.strip().replace("<", "&lt;").replace(">", "&gt;")
    return f'<{kind}Entry id="{kind}{row}_{place}"><text>{escaped}</text></{kind}Entry>'


@dataclass(frozen=True)
class Asks:
    """As much of a form as ways want to know."""

    names: frozenset[str]
    choices: dict[str, tuple[str, ...]]

    def answers(self, name: str) -> tuple[str, ...] | None:
        return self.choices.get(name)


FORMS = {
    "tuoi": Asks(frozenset({"tuoi"}), {}),
    "noi": Asks(frozenset({"noi"}), {"noi": ("ha_noi", "hue", "vinh")}),
}

AGES = table("FIRST", "tuoi", "muc", (">= 80", '"cao"'), (">= 60", '"thuong"'), ("-", '"khong"'))


def behind(dmn: bytes, form: str, *conditions: str) -> bytes:
    """A asks, the table decides, and each condition leads to an end of its own."""
    parts = [start(), user("A", form=form), rule("Q", "t"), gateway("exclusive", "G")]
    for number, condition in enumerate(conditions):
        parts += [end(f"E{number}"), flow("G", f"E{number}", condition)]
    return process(*parts, line("S", "A", "Q", "G"))


def explorer(drawing: bytes, dmn: bytes) -> Explorer:
    return Explorer(read_drawing(drawing, ""), form=FORMS.get, table=parse_decisions(dmn, "t").get)


def outcomes(drawing: bytes, dmn: bytes) -> dict[str, dict[str, object]]:
    """Each end that can be reached, with what A answers on the way."""
    found = explorer(drawing, dmn)
    paths, complete = found.paths()
    assert complete
    answers = {path.outcome: found.answers(path) for path in paths}
    return {outcome: given[1] for outcome, given in answers.items() if given is not None}


def test_only_what_some_row_sets_is_possible():
    drawing = behind(AGES, "tuoi", "muc == 'cao'", "muc == 'thuong'", "muc == 'ba'", "muc == null")
    assert outcomes(drawing, AGES).keys() == {"E0", "E1"}


def test_the_answers_lead_to_the_row_and_along_the_way():
    drawing = behind(AGES, "tuoi", "muc == 'cao'", "muc == 'thuong'", "muc == 'khong'")
    found = outcomes(drawing, AGES)
    assert found.keys() == {"E0", "E1", "E2"}
    for outcome, given in found.items():
        walk = Walk(drawing, decisions={"t.dmn": AGES})
        advance = walk.do("A", **given)
        assert (advance.finished, advance.outcome) == (True, outcome)


def test_what_was_answered_before_excludes_rows():
    """Whoever is 70 by the gateway is not 80 by the table."""
    drawing = process(
        start(),
        user("A", form="tuoi"),
        gateway("exclusive", "V"),
        end("EV"),
        rule("Q", "t"),
        gateway("exclusive", "G"),
        end("E0"),
        end("E1"),
        line("S", "A", "V"),
        flow("V", "EV", "tuoi >= 75"),
        flow("V", "Q", "tuoi < 75"),
        line("Q", "G"),
        flow("G", "E0", "muc == 'cao'"),
        flow("G", "E1", "muc != 'cao'"),
    )
    assert outcomes(drawing, AGES).keys() == {"EV", "E1"}


def test_rows_that_the_form_never_gives_are_no_ways():
    places = table(
        "UNIQUE", "noi", "vung", ('"ha_noi"', "1"), ('"hue","vinh"', "2"), ('"can_tho"', "3")
    )
    drawing = behind(places, "noi", "vung == 1", "vung == 2", "vung == 3")
    assert outcomes(drawing, places) == {"E0": {"noi": "ha_noi"}, "E1": {"noi": "hue"}}


def test_each_row_that_can_come_about_is_told_with_its_answers():
    drawing = behind(AGES, "tuoi", "muc != 'khong'", "muc == 'khong'")
    found = explorer(drawing, AGES)
    rows = {
        (path.outcome, place, case): given[1]
        for path in found.paths()[0]
        for place, case, given in found.judge.rulings(path)
    }
    assert rows.keys() == {("E0", 2, 0), ("E0", 2, 1), ("E1", 2, 2)}
    for (outcome, _, case), given in rows.items():
        advance = Walk(drawing, decisions={"t.dmn": AGES}).do("A", **given)
        assert (advance.outcome, advance.decided["muc"]) == (
            outcome,
            ["cao", "thuong", "khong"][case],
        )


def test_a_table_that_collects_may_set_anything():
    sums = table("COLLECT", "tuoi", "muc", (">= 60", "1"), (">= 80", "2"))
    drawing = behind(sums, "tuoi", "muc == [1, 2]", "muc == 7")
    assert outcomes(drawing, sums).keys() == {"E0", "E1"}


def test_what_a_table_sets_for_certain_is_known():
    roles = table("FIRST", "noi", "vai", ('"hue"', '"a"'), ("-", '"b"'))
    drawing = behind(roles, "noi", "noi == 'hue'", "noi != 'hue'")
    found = explorer(drawing, roles)
    ways = {path.outcome: path for path in found.paths()[0]}
    assert found.judge.settings(ways["E0"], "vai", 4) == {"a"}
    assert found.judge.settings(ways["E1"], "vai", 4) == {"b"}
    assert found.judge.settings(ways["E0"], "noi", 4) is None  # a person says it, no table


def test_a_part_may_find_any_variable_set_by_its_callers():
    drawing = process(
        start(),
        gateway("exclusive", "G", default="E"),
        user("A"),
        end(),
        line("S", "G"),
        flow("G", "A", "noi == 'hue'"),
        flow("G", "E", key="E"),
        line("A", "E"),
    )
    part = drawing.replace(
        b'isExecutable="true"', b'isExecutable="true" camunda:isStartableInTasklist="false"'
    )
    for content, ways in ((drawing, 1), (part, 2)):
        found = Explorer(read_drawing(content, ""), form=FORMS.get)
        assert len(found.paths()[0]) == ways
