"""Every way found through a random drawing can be walked, and takes as long as its budget says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import pytest

from engine.bpmn.budgets.budgeting import budget_of, explorer_of
from engine.bpmn.execution.specs import parse_spec
from engine.bpmn.model import HUMAN
from engine.bpmn.ways import Path
from engine.bpmn.ways.paths import Explorer
from engine.domain.clock import ZONE
from engine.services.rehearsing import rehearse_spec
from tests.bpmn_execution.drawn import end, flow, process, start, user
from tests.bpmn_execution.test_random_drawings import Block, draw, grow
from tests.bpmn_execution.test_rehearsing import XA, at
from tests.bpmn_execution.walking import Walk

DEPTH = 3
WALKED = 12  # ways of one drawing


@dataclass(frozen=True)
class Form:
    """Asks for everything that any condition reads; nothing of it is a choice."""

    names: frozenset[str]

    def answers(self, _name: str) -> None:
        return None

    def defaults(self, _known: dict[str, object]) -> dict[str, object]:
        return dict.fromkeys(self.names)

    def validate(self, said: dict[str, object], _known: dict[str, object]) -> dict[str, object]:
        return dict(said)


def plain(block: Block) -> Block:
    """Without timers: what they begin beside the way is on no path."""
    parts = [plain(part) for part in block.parts]
    if block.kind == "host":
        return parts[0]
    return replace(block, parts=parts, events=[])


def names_read(block: Block) -> set[str]:
    own = {
        "xor": {block.key},
        "loop": {block.key},
        "or": {f"{block.key}_{i}" for i in range(1, len(block.parts))},
    }.get(block.kind, set())
    return own.union(*map(names_read, block.parts)) if block.parts else own


def drawn(random: Random) -> tuple[bytes, Form]:
    """A drawing whose first step `F` answers everything; each step has days of its own."""
    block = plain(grow(random, DEPTH, []))
    inside, first, last = draw(block)
    parts = [start(), user("F", form="all"), *inside, end()]
    text = process(*parts, flow("S", "F"), flow("F", first), flow(last, "E"), lanes={XA: "F"})
    dated = re.sub(
        r'<bpmn:userTask id="(?!F")',
        lambda _: f'<bpmn:userTask camunda:dueDate="{random.randint(1, 6)} ngày làm việc" id="',
        text.decode(),
    )
    return dated.encode(), Form(frozenset(names_read(block)))


def said(random: Random, name: str) -> object:
    """Something that somebody may answer; loops are left at once."""
    if name.startswith("loop"):
        return False
    return random.choice([0, 1, 2, None] if name.startswith("xor") else [True, False, None])


def found_in(random: Random) -> tuple[bytes, Form, Explorer, list[tuple[int, Path]]]:
    drawing, form = drawn(random)
    explorer = explorer_of(drawing, form=lambda _: form)
    paths, complete = explorer.paths()
    assert paths
    assert not list(explorer.notes()), "everything grown here is a block"
    if not complete:
        paths = paths[:WALKED]
    chosen = sorted(random.sample(range(len(paths)), min(WALKED, len(paths))))
    return drawing, form, explorer, [(number, paths[number]) for number in chosen]


@pytest.mark.parametrize("seed", range(60))
def test_each_way_is_walked_by_its_answers_and_passes_what_it_says(seed: int) -> None:
    drawing, _, explorer, paths = found_in(Random(seed))  # noqa: S311
    for _, path in paths:
        given = explorer.answers(path)
        assert given is not None
        walk = Walk(drawing)
        for passed, answers in zip(path.passed, given, strict=True):
            if passed.node.kind in HUMAN:
                walk.do(passed.node.id, **answers)
        assert (walk.finished, walk.last.outcome) == (True, path.outcome)
        works = {node.id for node in explorer.drawing.nodes.values() if node.kind in HUMAN}
        assert Counter(one for one in walk.trace if one in works) == Counter(
            one for _, one in path.elements if one in works
        )


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_answered_is_one_of_the_ways(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    drawing, form = drawn(random)
    explorer = explorer_of(drawing, form=lambda _: form)
    paths, complete = explorer.paths()
    works = {node.id for node in explorer.drawing.nodes.values() if node.kind in HUMAN}
    known = {frozenset(one for _, one in path.elements if one in works) for path in paths}
    for _ in range(5):
        walk, done = Walk(drawing), set[str]()
        walk.do("F", **{name: said(random, name) for name in form.names})
        done.add("F")
        while walk.open:
            element = random.choice(walk.open)
            walk.do(element)
            done.add(element)
        assert not complete or frozenset(done) in known


@pytest.mark.parametrize("seed", range(20))
def test_a_rehearsal_on_the_way_takes_what_the_budget_counts(seed, calendar, roles) -> None:
    drawing, form, explorer, paths = found_in(Random(seed))  # noqa: S311
    counted = budget_of(explorer, roles, Fraction(8)).paths
    spec, begin = parse_spec(drawing), at("2026-03-02T08:00").astimezone(ZONE)
    for number, path in paths[:4]:
        given = explorer.answers(path)
        assert given is not None
        placed = dict(zip(path.elements, given, strict=True))
        run = rehearse_spec(spec, lambda _: form, begin, calendar, roles, placed=placed)
        assert run.total == counted[number].total.only
