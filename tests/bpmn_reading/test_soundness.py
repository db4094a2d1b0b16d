"""A drawing that can come to a standstill, or do things twice, is told; sound ones pass.

The verdicts are held against a token game of the plainest kind, flow by flow, on small nets drawn
at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random

import pytest

from engine.bpmn.checks import check, subject
from engine.bpmn.model import Drawing, Kind, Node
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.soundness import Fault, Verdict, verdicts
from tests.bpmn_execution.drawn import (
    boundary,
    end,
    flow,
    gateway,
    handler,
    line,
    process,
    start,
    sub,
    user,
)
from tests.bpmn_reading.sketching import Surroundings

RULES_HERE = {"deadlock", "done-twice", "too-many-states"}


def found(*parts: str, most: int = 20_000) -> list[Verdict]:
    return list(verdicts(read_drawing(process(*parts), "x.bpmn"), most))


def block(split: str, join: str, *, between: str = "") -> tuple[str, ...]:
    """Two branches between a gateway of one kind and a gateway of another."""
    return (
        start(), user("T0"), gateway(split, "G1"), user("T1"), user("T2"), gateway(join, "G2"),
        user("T3"), end(), line("S", "T0", "G1", "T1", "G2", "T3", "E"),
        flow("G1", "T2"), flow("T2", "G2"), between,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("split", "join"),
    [
        ("exclusive", "exclusive"),
        ("parallel", "parallel"),
        ("inclusive", "inclusive"),
        ("exclusive", "inclusive"),
        ("parallel", "inclusive"),
    ],
)
def test_branches_that_come_together_as_they_parted_are_sound(split: str, join: str) -> None:
    assert found(*block(split, join)) == []


def test_a_choice_whose_branches_wait_for_each_other_stands_still() -> None:
    (verdict,) = found(*block("exclusive", "parallel"))
    assert verdict == Verdict(Fault.STUCK, "G2", ("G1",))


def test_some_of_several_branches_are_not_all_of_them() -> None:
    assert [(one.fault, one.element) for one in found(*block("inclusive", "parallel"))] == [
        (Fault.STUCK, "G2")
    ]


@pytest.mark.parametrize("split", ["parallel", "inclusive"])
def test_branches_side_by_side_that_merge_without_waiting_do_the_rest_twice(split: str) -> None:
    verdict = next(one for one in found(*block(split, "exclusive")) if one.fault is Fault.TWICE)
    assert verdict.way == ("G1",)


def test_a_branch_that_ends_before_the_join_leaves_the_other_waiting() -> None:
    parts = block("parallel", "parallel", between=gateway("exclusive", "G3") + end("E2"))
    text = "".join(parts).replace(flow("T1", "G2"), line("T1", "G3", "G2") + flow("G3", "E2"))
    (verdict,) = found(text)
    assert (verdict.fault, verdict.element) == (Fault.STUCK, "G2")
    assert "G3" in verdict.way, "the choice that led there is told"


def test_two_branches_may_each_come_to_the_same_end() -> None:
    assert (
        found(
            start(), gateway("parallel", "G1"), user("T1"), user("T2"), gateway("exclusive", "G2"),
            end(), line("S", "G1", "T1", "G2", "E"), flow("G1", "T2"), flow("T2", "G2"),
        )
        == []
    )  # fmt: skip


def test_an_event_that_ends_work_in_a_branch_takes_its_token_elsewhere() -> None:
    parts = block("parallel", "parallel", between=boundary("H", "T1") + end("E2"))
    (verdict,) = found(*parts, flow("H", "E2"))
    assert (verdict.fault, verdict.element) == (Fault.STUCK, "G2")
    assert found(*block("parallel", "parallel", between=boundary("H", "T1")), flow("H", "G3"),
                 gateway("exclusive", "G3")) != []  # fmt: skip


def test_work_that_is_only_added_concerns_nobody_else() -> None:
    added = boundary("H", "T1", interrupting=False) + user("T9") + end("E9")
    assert found(*block("parallel", "parallel", between=added), line("H", "T9", "E9")) == []


def test_what_stands_in_a_sub_process_and_behind_an_event_is_looked_at_too() -> None:
    inside = "".join(block("exclusive", "parallel"))
    inside = inside.replace('id="S"', 'id="S1"').replace('"S"', '"S1"').replace('"E"', '"E1"')
    outer = (start(), end(), line("S", "P", "E"))
    (verdict,) = found(*outer, sub("P", inside))
    assert (verdict.fault, verdict.element) == (Fault.STUCK, "G2")
    begun = inside.replace(start("S1"), "").replace('"S1"', '"TP2"')
    (verdict,) = found(*outer, user("P"), handler("P2", begun))
    assert (verdict.fault, verdict.element) == (Fault.STUCK, "G2")


def test_too_many_states_are_told_and_not_looked_at_for_ever() -> None:
    wide = [gateway("exclusive", f"X{n}{side}") for n in range(12) for side in "ab"]
    flows = [
        part
        for n in range(12)
        for part in (
            flow("A", f"X{n}a"), flow(f"X{n}a", f"X{n}b", key=f"l{n}"), flow(f"X{n}a", f"T{n}"),
            flow(f"T{n}", f"X{n}b"), flow(f"X{n}b", "B"),
        )
    ]  # fmt: skip
    works = [user(f"T{n}") for n in range(12)]
    parts = (start(), end(), gateway("parallel", "A"), gateway("parallel", "B"), *wide, *works)
    around = (flow("S", "A"), flow("B", "E"))
    assert [one.fault for one in found(*parts, *flows, *around, most=100)] == [Fault.UNKNOWN]


# --- as an analyst reads it ----------------------------------------------------------------------


def told(*parts: str) -> dict[str, tuple[str, str]]:
    """Element and sentence of each finding of these rules."""
    findings = check(process(*parts), "x.bpmn", Surroundings().vocabulary())
    return {f.rule: (f.element or "", str(f.message)) for f in findings if f.rule in RULES_HERE}


def test_a_standstill_is_told_with_the_way_that_leads_there() -> None:
    element, sentence = told(*block("exclusive", "parallel"))["deadlock"]
    assert element == "G2"
    assert "dừng mãi ở “G2 – G2”" in sentence
    assert sentence.endswith("Đường dẫn tới đó: “G1”.")


def test_a_join_that_waits_for_a_step_without_a_gateway_is_told_of_that_step() -> None:
    parts = (
        start(), user("A"), user("B"), user("C"), gateway("parallel", "G"), end(), line("S", "A"),
        flow("A", "B", "kenh == 'online'"), flow("A", "C"), line("B", "G", "E"), line("C", "G"),
    )  # fmt: skip
    findings = check(process(*parts), "x.bpmn", Surroundings().vocabulary())
    (stuck,) = (one for one in findings if one.rule == "deadlock")
    assert "“A – A” có nhiều luồng ra mang điều kiện" in str(stuck.remedy)
    assert "cổng bao hàm" in str(stuck.remedy)


def test_work_done_twice_is_told_with_the_way_that_leads_there() -> None:
    element, sentence = told(*block("parallel", "exclusive"))["done-twice"]
    assert element in {"G2", "T3", "E"}
    assert "có thể mở hai lần" in sentence


def test_a_drawing_too_wide_to_prove_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    few = lambda drawing: verdicts(drawing, 1)  # noqa: E731
    monkeypatch.setattr(subject, "verdicts", few)
    assert "too-many-states" in told(*block("parallel", "parallel"))


# --- against the plain token game ----------------------------------------------------------------

Marking = frozenset[tuple[str, int]]


def random_net(seed: int, kinds: tuple[str, ...]) -> bytes:
    """Up to six gateways wired at random, with work between them; ends follow work."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    gates = [f"G{n}" for n in range(random.randint(2, 6))]
    parts = [start(), end(), user("L"), flow("L", "E")]
    parts += [gateway(random.choice(kinds), gate) for gate in gates]
    parts.append(flow("S", gates[0]))
    entered = {gates[0]}
    for at, gate in enumerate(gates):
        later = [*gates[at + 1 :], "L"]
        missing = [one for one in later[:1] if one not in entered]
        goals = missing + random.choices(later, k=random.randint(1, 2))
        if random.random() < 0.2:
            goals.append(random.choice(gates))
        for number, goal in enumerate(goals):
            entered.add(goal)
            if random.random() < 0.5 and goal != "L":
                parts += [user(f"T{at}{number}"), flow(gate, f"T{at}{number}")]
                parts.append(flow(f"T{at}{number}", goal))
            else:
                parts.append(flow(gate, goal, key=f"f{at}{number}"))
    return process(*parts)


def random_unsaid(seed: int) -> bytes:
    """Up to six steps and gateways wired at random: steps split too, some ways end everything."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    things = [f"G{n}" for n in range(random.randint(2, 6))]
    parts = [start(), end(), user("L"), flow("L", "E"), flow("S", things[0])]
    entered = {things[0]}
    for at, thing in enumerate(things):
        kind = random.choice(("", "exclusive", "exclusive", "parallel"))
        parts.append(gateway(kind, thing) if kind else user(thing))
        later = [*things[at + 1 :], "L"]
        missing = [one for one in later[:1] if one not in entered]
        goals = missing + random.choices(later, k=random.randint(not missing, 2))
        for number, goal in enumerate(goals):
            entered.add(goal)
            condition = "x" if not kind and random.random() < 0.3 else ""
            parts.append(flow(thing, goal, condition, key=f"f{at}{number}"))
        if random.random() < 0.3:
            stop = end(f"Stop{at}", "terminate") if random.random() < 0.7 else ""
            parts += [user(f"T{at}"), flow(thing, f"T{at}"), stop]
            parts += [flow(f"T{at}", f"Stop{at}")] if stop else []
    return process(*parts)


class TokenGame:
    """Every move of every token, one flow at a time, as drawn."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing

    def faults(self) -> set[Fault] | None:
        """None where there are too many states for so plain a game."""
        first: Marking = frozenset({(self.drawing.starts()[0].outgoing[0], 1)})
        seen, front, told = {first}, [first], set[Fault]()
        while front:
            marking = front.pop()
            if any(tokens > 1 for _, tokens in marking):
                told.add(Fault.TWICE)
                continue
            after = list(self.after(dict(marking)))
            if marking and not after:
                told.add(Fault.STUCK)
            for then in after:
                if then not in seen:
                    seen.add(then)
                    front.append(then)
            if len(seen) > 3_000:
                return None
        return told

    def after(self, held: dict[str, int]) -> Iterator[Marking]:
        for node in self.drawing.nodes.values():
            here = [key for key in node.incoming if key in held]
            if not here:
                continue
            if node.kind is Kind.PARALLEL:
                if len(here) == len(node.incoming):
                    yield moved(held, here, node.outgoing)
            elif node.kind is Kind.INCLUSIVE:
                if len(node.incoming) == 1 or not self.still_coming(node.id, held, here):
                    for size in range(1, len(node.outgoing) + 1):
                        for some in combinations(node.outgoing, size):
                            yield moved(held, here, some)
            elif node.terminates:
                yield frozenset()
            else:
                ways = [*self.taken(node)]
                yield from (moved(held, [one], way) for one in here for way in ways)

    def taken(self, node: Node) -> Iterator[list[str]]:
        """The flows that a token may go on along: of a step those without condition, and any of
        the others; of a gateway one."""
        if node.kind is Kind.EXCLUSIVE:
            yield from ([way] for way in node.outgoing)
            return
        flows = [self.drawing.flows[key] for key in node.outgoing]
        always = [flow.id for flow in flows if not flow.condition]
        others = [flow.id for flow in flows if flow.condition]
        for size in range(0 if always or not others else 1, len(others) + 1):
            yield from ([*always, *some] for some in combinations(others, size))

    def still_coming(self, join: str, held: dict[str, int], here: list[str]) -> bool:
        """Whether a token elsewhere comes to an empty way in, and to no way in that is filled."""
        empty = [key for key in self.drawing.nodes[join].incoming if key not in held]
        for key in held:
            comes_to = self.ahead(key, join)
            if comes_to & set(empty) and not comes_to & set(here):
                return True
        return False

    def ahead(self, key: str, join: str) -> set[str]:
        found, front = {key}, [key]
        while front:
            target = self.drawing.flows[front.pop()].target
            ways = () if target == join else self.drawing.nodes[target].outgoing
            new = set(ways) - found
            found |= new
            front += new
        return found


def moved(held: dict[str, int], takes: list[str], puts: tuple[str, ...] | list[str]) -> Marking:
    after = dict(held)
    for key in takes:
        after[key] -= 1
    for key in puts:
        after[key] = after.get(key, 0) + 1
    return frozenset((key, tokens) for key, tokens in after.items() if tokens)


def test_verdicts_of_what_is_left_unsaid_agree_with_it_too() -> None:
    met: dict[frozenset[Fault], int] = {}
    for seed in range(250):
        drawing = read_drawing(random_unsaid(seed), "x.bpmn")
        plain = TokenGame(drawing).faults()
        if plain is None:
            continue
        ours = {one.fault for one in verdicts(explicit(drawing))}
        if Fault.TWICE in plain | ours:
            assert (Fault.TWICE in plain) == (Fault.TWICE in ours), seed
        else:
            assert ours == plain, seed
        met[frozenset(plain)] = met.get(frozenset(plain), 0) + 1
    kinds_met = (frozenset[Fault](), frozenset({Fault.STUCK}), frozenset({Fault.TWICE}))
    assert all(met.get(some, 0) >= 5 for some in kinds_met), met


@pytest.mark.parametrize(
    "kinds",
    [("exclusive", "parallel"), ("exclusive", "parallel", "inclusive")],
    ids=["two", "three"],
)
def test_verdicts_agree_with_the_plain_token_game(kinds: tuple[str, ...]) -> None:
    met: dict[frozenset[Fault], int] = {}
    for seed in range(100):
        drawing = read_drawing(random_net(seed, kinds), "x.bpmn")
        plain = TokenGame(drawing).faults()
        if plain is None:
            continue
        ours = {one.fault for one in verdicts(drawing)}
        if Fault.TWICE in plain | ours:  # what follows from it is looked at by neither to the end
            assert (Fault.TWICE in plain) == (Fault.TWICE in ours), seed
        else:
            assert ours == plain, seed
        met[frozenset(plain)] = met.get(frozenset(plain), 0) + 1
    kinds_met = (frozenset[Fault](), frozenset({Fault.STUCK}), frozenset({Fault.TWICE}))
    assert all(met.get(some, 0) >= 5 for some in kinds_met), met
