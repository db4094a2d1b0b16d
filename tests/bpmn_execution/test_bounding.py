"""The most that any way takes is told without looking at the ways, and is never too little."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from engine.bpmn.budgets import keeping
from engine.bpmn.budgets.amounts import Amount, Longest
from engine.bpmn.budgets.bounding import bound
from engine.bpmn.budgets.counting import way_budget
from engine.bpmn.budgets.keeping import Kept, terms_kept
from engine.bpmn.model import Drawing
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.ways.paths import Explorer
from engine.domain.roles import RoleRegister
from tests.bpmn_execution import drawn
from tests.drawings import library
from tests.drawings.library import PROCEDURES, Piece

EIGHT = Fraction(8)
XA, SO = "Văn thư UBND cấp xã", "Văn thư Sở Nội vụ"
WORKING = ("2 ngày làm việc", "1 ngày làm việc khi hoi; 3 ngày làm việc", "0,5 ngày làm việc", "")
MIXED = (*WORKING, "5 ngày", "1 tháng", "4 ngày khi hoi; 2 ngày làm việc")
AMPLE = "9999 ngày làm việc + 9999 ngày + 99 tháng"


def tangle(random: Random, dues: tuple[str, ...], term: str = AMPLE, theirs: str = AMPLE) -> bytes:
    """Steps, gateways and timers with flows from anywhere to anywhere, rounds and dead ends too."""
    keys = [f"K{number}" for number in range(random.randint(3, 7))]
    parts, tasks = [], []
    for key in keys:
        kind = random.choice(["task", "task", "task", "exclusive", "parallel", "timer"])
        if kind == "task":
            since = f"{random.randint(1, 6)} ngày làm việc kể từ {random.choice(keys)}"
            parts.append(drawn.user(key, due=random.choice([*dues, since])))
            tasks.append(key)
        elif kind == "timer":
            parts.append(drawn.timer(key, random.choice([one for one in dues if one])))
        else:
            parts.append(drawn.gateway(kind, key))
    events = {f"V{one}": one for one in tasks if random.random() < 0.2}
    parts += [drawn.boundary(key, host, says="1 ngày làm việc") for key, host in events.items()]
    for number, key in enumerate([*keys, *events]):
        onward = keys[number + 1] if number + 1 < len(keys) else "E"
        others = random.sample([*keys, "E"], random.choice([0, 0, 1, 2]))
        for target in sorted({onward, *others} - {key}):
            parts.append(drawn.flow(key, target, f"hoi_{key}_{target}"))
    names = [*keys, *events]
    half = len(names) // 2
    return drawn.process(
        drawn.start(), *parts, drawn.end(), drawn.flow("S", keys[0]),
        lanes={SO: " ".join(names[:half]), XA: " ".join(["S", "E", *names[half:]])},
        **{"legal_term": term, "legal_term.so-noi-vu": theirs},
    )  # fmt: skip


def well_formed(random: Random, depth: int = 3) -> tuple[list[str], str, str]:
    """Steps one after the other, by choice and side by side, as analysts draw: parts, first, last.

    Each choice asks something of its own, so every way can be taken.
    """
    key = f"K{random.randrange(10**9)}"
    kind = random.choice(["task", "line", "exclusive", "parallel"]) if depth else "task"
    if kind == "task":
        due = f"{random.randint(1, 9)} ngày làm việc"
        return [drawn.user(key, due=due)], key, key
    inside = [well_formed(random, depth - 1) for _ in range(2)]
    parts = [part for one in inside for part in one[0]]
    if kind == "line":
        return [*parts, drawn.flow(inside[0][2], inside[1][1])], inside[0][1], inside[1][2]
    parts += [drawn.gateway(kind, f"{key}a"), drawn.gateway(kind, f"{key}b")]
    for number, (_, first, last) in enumerate(inside):
        asked = ("" if number else "not ") + f"hoi_{key}" if kind == "exclusive" else ""
        parts += [drawn.flow(f"{key}a", first, asked), drawn.flow(last, f"{key}b")]
    return parts, f"{key}a", f"{key}b"


def read(content: bytes) -> Drawing:
    return explicit(read_drawing(content, "thu.bpmn"))


def every_way(drawing: Drawing, roles: RoleRegister) -> tuple[list[Longest], list[Longest]] | None:
    """What each way takes, and the Sở of it; None where there are too many ways."""
    explorer = Explorer(drawing)
    paths, complete = explorer.paths()
    ways = [way_budget(explorer, path, roles, EIGHT, waits_count=True) for path in paths]
    theirs = [way.authorities["so-noi-vu"] for way in ways if "so-noi-vu" in way.authorities]
    return ([way.total for way in ways], theirs) if complete else None


def judged(drawing: Drawing, roles: RoleRegister) -> Kept:
    return terms_kept(drawing, {}, lambda _: None, lambda _: None, roles, EIGHT)


def without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "bound", lambda *_: None)


@pytest.mark.parametrize("seed", range(120))
def test_no_way_takes_more_however_tangled(seed: int, roles) -> None:
    random = Random(seed)  # noqa: S311
    drawing = read(tangle(random, random.choice([WORKING, MIXED])))
    most, ways = bound(drawing, {}, roles, EIGHT), every_way(drawing, roles)
    assert most is not None
    assert ways is not None
    assert all(one.most <= most.total for one in ways[0])
    assert all(one.most <= most.authorities["so-noi-vu"] for one in ways[1])


@pytest.mark.parametrize("seed", range(40))
def test_of_what_is_well_drawn_some_way_takes_as_much(seed: int, roles) -> None:
    parts, first, last = well_formed(Random(seed))  # noqa: S311
    flows = [drawn.flow("S", first), drawn.flow(last, "E")]
    drawing = read(drawn.process(drawn.start(), *parts, drawn.end(), *flows))
    most, ways = bound(drawing, {}, roles, EIGHT), every_way(drawing, roles)
    assert most is not None
    assert ways is not None
    assert max(one.working_days for one in ways[0]) == most.total.working_days


@pytest.mark.parametrize("seed", range(60))
def test_the_verdict_is_that_of_looking_at_every_way(seed: int, roles, monkeypatch) -> None:
    random = Random(seed)  # noqa: S311
    dues = random.choice([WORKING, MIXED])
    term = f"{random.randint(1, 16)} ngày làm việc" + random.choice(["", " + 6 ngày + 1 tháng"])
    drawing = read(tangle(random, dues, term, random.choice([AMPLE, "4 ngày làm việc"])))
    with_it = judged(drawing, roles)
    without_bound(monkeypatch)
    assert replace(with_it, bound=None) == judged(drawing, roles)


@pytest.mark.parametrize("piece", PROCEDURES, ids=lambda piece: piece.id)
def test_of_every_drawing_of_the_house_the_verdict_stays(piece: Piece, roles, monkeypatch) -> None:
    drawing = explicit(library.drawing(piece.path))
    called = {one.key: explicit(one) for one in map(library.drawing, piece.called)}
    stated = drawing.properties.get("legal_term", "")
    for term in (stated, AMPLE, "20 ngày làm việc", "150 ngày"):
        given = replace(drawing, properties={**drawing.properties, "legal_term": term})
        asked = given, called, library.form, lambda _: None, roles, EIGHT
        with_it = terms_kept(*asked)
        with monkeypatch.context() as patched:
            without_bound(patched)
            assert replace(with_it, bound=None) == terms_kept(*asked)


def test_a_return_is_no_further_time(roles) -> None:
    """Every way to `B` has passed `A`, so none takes the flow back to it."""
    text = drawn.process(
        drawn.start(), drawn.user("A", due="2 ngày"), drawn.user("B", due="3 ngày"), drawn.end(),
        drawn.gateway("exclusive", "G"), drawn.line("S", "A", "B", "G"),
        drawn.flow("G", "A", "lai"), drawn.flow("G", "E", "not lai"),
    )  # fmt: skip
    most = bound(read(text), {}, roles, EIGHT)
    assert most is not None
    assert most.total == Amount(days=Fraction(5))


def test_what_is_counted_from_an_earlier_step_is_not_counted_twice(roles) -> None:
    text = drawn.process(
        drawn.start(), drawn.user("A", due="5 ngày"), drawn.user("B", due="30 ngày"),
        drawn.user("C", due="40 ngày kể từ B"), drawn.end(), drawn.line("S", "A", "B", "C", "E"),
    )  # fmt: skip
    most = bound(read(text), {}, roles, EIGHT)
    assert most is not None
    assert most.total == Amount(days=Fraction(45))


def test_a_part_counts_as_often_as_it_is_called(roles) -> None:
    part = drawn.process(
        drawn.start("PS"), drawn.user("P", due="7 ngày"), drawn.end("PE"),
        drawn.line("PS", "P", "PE"), key="phan",
    )  # fmt: skip
    text = drawn.process(
        drawn.start(), drawn.call("C1", "phan"), drawn.call("C2", "phan"), drawn.end(),
        drawn.line("S", "C1", "C2", "E"),
    )  # fmt: skip
    most = bound(read(text), {"phan": read(part)}, roles, EIGHT)
    assert most is not None
    assert most.total == Amount(days=Fraction(14))


def test_parts_that_call_each_other_in_a_circle_have_no_bound(roles) -> None:
    one, other = (
        drawn.process(
            drawn.start(), drawn.call("C", called), drawn.end(), drawn.line("S", "C", "E"), key=key
        )
        for key, called in (("p", "q"), ("q", "p"))
    )
    assert bound(read(one), {"q": read(other)}, roles, EIGHT) is None
