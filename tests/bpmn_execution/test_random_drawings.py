"""Random block-structured drawings, walked at random, against a small independent interpreter."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import pytest

from tests.bpmn_execution.drawn import end, flow, gateway, process, start, sub, user
from tests.bpmn_execution.walking import Walk

Data = dict[str, object]


@dataclass
class Block:
    """A piece of a drawing: a task, or blocks in sequence, side by side, by choice, in a loop."""

    kind: str
    key: str
    parts: list[Block] = field(default_factory=list)


def grow(random: Random, depth: int, names: list[str]) -> Block:
    kind = random.choice(["task", "seq", "xor", "and", "or", "loop", "sub"] if depth else ["task"])
    key = f"{kind}{len(names)}"
    names.append(key)
    count = {"task": 0, "loop": 1, "sub": 1}.get(kind, random.randint(2, 3))
    parts = [grow(random, depth - 1, names) for _ in range(count)]
    if kind == "loop":  # work in every round, or the loop would turn without anybody
        names.append(f"w{len(names)}")
        parts = [Block("seq", f"s{len(names)}", [Block("task", names[-1]), *parts])]
    return Block(kind, key, parts)


# --- as a drawing ---------------------------------------------------------------------------------


def draw(block: Block) -> tuple[list[str], str, str]:
    """(elements and flows, the first element, the last)."""
    key = block.key
    if block.kind == "task":
        return [user(key)], key, key
    drawn = [draw(part) for part in block.parts]
    parts = [text for texts, _, _ in drawn for text in texts]
    if block.kind == "sub":
        ((_, first, last),) = drawn
        inside = [start(f"S{key}"), end(f"E{key}"), flow(f"S{key}", first), flow(last, f"E{key}")]
        return [sub(key, *parts, *inside)], key, key
    if block.kind == "seq":
        links = [flow(a[2], b[1]) for a, b in pairwise(drawn)]
        return [*parts, *links], drawn[0][1], drawn[-1][2]
    opening, closing = f"O{key}", f"C{key}"
    if block.kind == "loop":
        ((_, first, last),) = drawn
        back = gateway("exclusive", closing, default=f"out{key}")
        ways = [flow(opening, first), flow(last, closing), flow(closing, opening, key)]
        out = f"X{key}"
        tail = [gateway("exclusive", out), flow(closing, out, key=f"out{key}")]
        return [*parts, gateway("exclusive", opening), back, *ways, *tail], opening, out
    kind = {"xor": "exclusive", "and": "parallel", "or": "inclusive"}[block.kind]
    default = f"d{key}" if block.kind != "and" else ""
    ways = []
    for i, (_, first, last) in enumerate(drawn):
        condition = {"xor": f"{key} == {i}", "or": f"{key}_{i}", "and": ""}[block.kind]
        if i == 0 and default:
            ways.append(flow(opening, first, key=default))
        else:
            ways.append(flow(opening, first, condition))
        ways.append(flow(last, closing))
    gates = [gateway(kind, opening, default), gateway(kind, closing)]
    return [*parts, *gates, *ways], opening, closing


# --- as an interpreter ----------------------------------------------------------------------------


@dataclass
class Running:
    """A block that has begun and is not over; `inside` are its parts that run."""

    block: Block
    inside: list[Running]
    place: int = 0


def begin(block: Block, data: Data) -> Running | None:
    """The block once begun; None when it is over at once (never: every block has work)."""
    if block.kind == "task":
        return Running(block, [])
    taken = block.parts
    if block.kind in {"seq", "loop", "sub"}:
        taken = block.parts[:1]
    elif block.kind == "xor":
        chosen = data.get(block.key)
        index = chosen if isinstance(chosen, int) and 0 < chosen < len(block.parts) else 0
        taken = [block.parts[index]]
    elif block.kind == "or":
        taken = [p for i, p in enumerate(block.parts) if i and data.get(f"{block.key}_{i}")]
        taken = taken or block.parts[:1]
    return Running(block, [run for part in taken if (run := begin(part, data))])


def work(run: Running) -> list[str]:
    if run.block.kind == "task":
        return [run.block.key]
    return [key for part in run.inside for key in work(part)]


def finish(run: Running, key: str, data: Data) -> Running | None:
    """The block after the work of `key`; None when it is over."""
    if run.block.kind == "task":
        return None if run.block.key == key else run
    inside = [finish(part, key, data) if key in work(part) else part for part in run.inside]
    run.inside = [part for part in inside if part is not None]
    if run.inside:
        return run
    if run.block.kind == "seq" and run.place + 1 < len(run.block.parts):
        run.place += 1
        following = begin(run.block.parts[run.place], data)
        run.inside = [following] if following else []
        return run
    if run.block.kind == "loop" and data.get(run.block.key) is True:
        return begin(run.block, data)
    return None


def answers(random: Random, names: list[str]) -> Data:
    data: Data = {}
    for name in names:
        if name.startswith("xor"):
            data[name] = random.randrange(3)
        elif name.startswith("loop"):
            data[name] = random.random() < 0.4
        elif name.startswith("or"):
            data |= {f"{name}_{i}": random.random() < 0.5 for i in range(3)}
    return data


@pytest.mark.parametrize("seed", range(60))
def test_a_random_drawing_goes_as_the_interpreter_says(seed):
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    names: list[str] = []
    whole = Block("seq", "whole", [grow(random, 4, names), Block("task", "last")])
    parts, first, last = draw(whole)
    data = answers(random, names)
    walk = Walk(process(start(), *parts, end(), flow("S", first), flow(last, "E")), **data)
    expected = begin(whole, data)
    for _ in range(300):
        if expected is None:
            break
        assert walk.open == sorted(work(expected))
        key = random.choice(walk.open)
        data = answers(random, names)
        expected = finish(expected, key, data)
        walk.do(key, **data)
    assert walk.finished is (expected is None)
    assert len(walk.state) < 2_000
