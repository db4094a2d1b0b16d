"""The rule on time says what `quytrinh budget` says, and what it cannot say it says as well."""

from __future__ import annotations

import re
import time
from fractions import Fraction

import pytest

from engine.bpmn.budgets.budgeting import budget, explorer_of
from engine.bpmn.checks import check
from engine.bpmn.checks.subject import Subject, Vocabulary
from engine.bpmn.decisions import read_decisions
from engine.bpmn.findings import Finding
from engine.bpmn.reading.dialect import read_tree
from tests.bpmn_execution import drawn
from tests.bpmn_reading.sketching import Surroundings, found_in
from tests.drawings import library
from tests.drawings.library import PIECES, Piece

EIGHT = Fraction(8)
ON_TIME = {"over-term", "untold-term", "too-many-ways", "wait-over-due"}
LIMITS = ("qt02-cap-doi-bang", "nd131-d51-benh-binh", "nd131-d77-thuong-binh-quan-doi-da-ra-quan")


def vocabulary(piece: Piece) -> Vocabulary:
    texts = {key: content.decode() for key, content in decision_files().items()}
    called = {library.drawing(path).key: library.content(path) for path in piece.called}
    return Vocabulary(library.roles(), library.form, texts.get, called.get)


def decision_files() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name, content in library.decisions().items():
        found.update(dict.fromkeys(read_decisions(content, name)[0], content))
    return found


def exceeded(piece: Piece, content: bytes) -> bool:
    """What the command says."""
    called = {library.drawing(path).key: library.content(path) for path in piece.called}
    found = budget(content, library.roles(), EIGHT, called, library.form, dict(library.decisions()))
    return found.exceeded


def on_time(piece: Piece, content: bytes) -> list[Finding]:
    found = check(content, piece.path.name, vocabulary(piece))
    return [one for one in found if one.rule in ON_TIME]


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.id)
def test_every_drawing_of_the_house_keeps_its_terms_by_rule_and_by_budget(piece):
    tree = read_tree(library.content(piece.path), piece.path.name)
    kept = Subject(tree, vocabulary(piece)).terms_kept
    assert (kept.exceeded, kept.undecided, kept.loose, kept.complete) == ((), (), (), True)
    if tree.drawing.startable:
        assert not exceeded(piece, library.content(piece.path))


@pytest.mark.parametrize("key", LIMITS)
def test_a_term_that_is_cut_short_is_exceeded_by_rule_and_by_budget(key):
    (piece,) = [one for one in PIECES if one.id == key]
    content = library.content(piece.path).decode()
    for stated, cut in (
        ("37 ngày làm việc", "3 ngày làm việc"),
        ('value="12 ngày"', 'value="1 ngày"'),
        ('value="155 ngày"', 'value="5 ngày"'),
    ):
        content = content.replace(stated, cut)
    found = on_time(piece, content.encode())
    assert exceeded(piece, content.encode())
    assert {one.rule for one in found} == {"over-term"}


def test_the_sentence_names_the_steps_the_sum_and_the_term():
    text = drawn.process(
        drawn.start(), drawn.user("A", due="2 ngày"), drawn.user("B", due="4 ngày"), drawn.end(),
        drawn.line("S", "A", "B", "E"), lanes={"Một cửa": "S A B E"}, legal_term="5 ngày",
    )  # fmt: skip
    (found,) = [one for one in found_in(text.decode()) if one.rule == "over-term"]
    assert found.element == "E"
    for part in ("6 ngày", "5 ngày", "(2 ngày) → ", "(4 ngày)"):
        assert part in str(found.message)


def test_a_step_that_is_too_long_is_told_once_for_each_term_that_it_spoils():
    (piece,) = [one for one in PIECES if one.id == "qt02-cap-doi-bang"]
    content = library.content(piece.path).decode()
    stated, long = 'camunda:dueDate="2 ngày làm việc"', 'camunda:dueDate="62 ngày làm việc"'
    assert stated in content
    found = on_time(piece, content.replace(stated, long, 1).encode())
    assert [one.rule for one in found] == ["over-term", "over-term"]
    whole, commune = (str(one.message) for one in found)
    assert "156,5 ngày làm việc, quá thời hạn giải quyết 99" in whole
    assert "100,5 ngày làm việc, quá thời hạn của Ủy ban nhân dân cấp xã là 43" in commune
    for sentence in (whole, commune):
        assert re.search(r"\. Còn [1-9][0-9]* đường đi khác cũng vậy\.$", sentence)


def test_a_way_that_stands_alone_speaks_of_no_others():
    text = drawn.process(
        drawn.start(), drawn.user("A", due="6 ngày"), drawn.end(), drawn.line("S", "A", "E"),
        lanes={"Một cửa": "S A E"}, legal_term="5 ngày",
    )  # fmt: skip
    (found,) = [one for one in found_in(text.decode()) if one.rule == "over-term"]
    assert str(found.message).endswith("(6 ngày).")


@pytest.mark.parametrize("unreadable", ["hai ngày", "PT8H", "2 ngày lv"])
def test_where_a_length_cannot_be_read_nothing_is_said_of_the_terms(unreadable):
    (piece,) = [one for one in PIECES if one.id == "qt02-cap-doi-bang"]
    content = library.content(piece.path).decode()
    for stated in ('camunda:dueDate="2 ngày làm việc"', 'value="37 ngày làm việc"'):
        assert stated in content
        spoiled = content.replace(stated, stated.split('"')[0] + f'"{unreadable}"', 1).encode()
        found = check(spoiled, piece.path.name, vocabulary(piece))
        assert len(found) == 1
        assert found[0].rule in {"bad-due", "legal-term"}


def unjoined(condition=None):
    """A step with two flows out, whose branches end each by itself."""
    return drawn.process(
        drawn.start(), drawn.user("A", form="tiep-nhan"), drawn.user("B"), drawn.user("C"),
        drawn.line("S", "A"), drawn.flow("A", "B", condition), drawn.flow("A", "C"),
        drawn.line("B", "E"), drawn.line("C", "E2"), drawn.end(), drawn.end("E2"),
        lanes={"Một cửa": "S A B C E E2"}, legal_term="9 ngày",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "joined"), [(None, "cổng song song"), ("hu_hai", "cổng bao hàm")]
)
def test_a_step_that_splits_without_a_gateway_is_told_which_gateway_joins(condition, joined):
    text = unjoined(condition)
    (found,) = [one for one in found_in(text.decode()) if one.rule == "untold-term"]
    assert found.element == "A"
    assert "cùng loại" not in f"{found.message} {found.remedy}"
    assert joined in str(found.remedy)
    (note,) = explorer_of(text).notes()
    assert "Cổng" not in str(note)


def test_the_time_of_a_part_counts():
    part = drawn.process(
        drawn.start("PS"), drawn.user("P1", due="12 ngày"), drawn.end("PE"),
        drawn.line("PS", "P1", "PE"), key="phan", lanes={"Một cửa": "PS P1 PE"},
    )  # fmt: skip
    text = drawn.process(
        drawn.start(), drawn.call("C", "phan"), drawn.end(), drawn.line("S", "C", "E"),
        lanes={"Một cửa": "S C E"}, legal_term="10 ngày",
    )  # fmt: skip
    found = found_in(text.decode(), Surroundings(drawings={"phan": part}))
    assert "over-term" in {one.rule for one in found}


def test_whichever_term_holds_is_exceeded():
    text = drawn.process(
        drawn.start(), drawn.user("A", form="tiep-nhan", due="9 ngày"), drawn.end(),
        drawn.line("S", "A", "E"), lanes={"Một cửa": "S A E"},
        legal_term="8 ngày khi hu_hai; 5 ngày",
    )  # fmt: skip
    assert "over-term" in {one.rule for one in found_in(text.decode())}


def test_hundreds_of_questions_are_left_open_soon():
    """Each may be answered either way: more ways than anybody could look at."""
    count = 100
    steps = []
    for n in range(count):
        steps += [
            drawn.gateway("exclusive", f"G{n}"), drawn.user(f"A{n}", due="1 ngày"),
            drawn.gateway("exclusive", f"J{n}"),
            drawn.flow(f"G{n}", f"A{n}", f"hoi_{n}"), drawn.flow(f"G{n}", f"J{n}", f"not hoi_{n}"),
            drawn.line(f"A{n}", f"J{n}"),
            drawn.line(f"J{n}", f"G{n + 1}" if n + 1 < count else "E"),
        ]  # fmt: skip
    names = " ".join(f"G{n} A{n} J{n}" for n in range(count))
    text = drawn.process(
        drawn.start(), *steps, drawn.end(), drawn.line("S", "G0"),
        lanes={"Một cửa": f"S {names} E"}, legal_term="5 ngày",
    )  # fmt: skip
    begun = time.perf_counter()
    kept = Subject(read_tree(text, "nhieu.bpmn"), Surroundings().vocabulary()).terms_kept
    assert not kept.complete
    assert time.perf_counter() - begun < 5
