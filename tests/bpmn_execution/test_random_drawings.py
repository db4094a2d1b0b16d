"""Random block-structured drawings, walked at random, against a small independent interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from random import Random

import pytest

from tests.bpmn_execution.drawn import (
    boundary,
    end,
    flow,
    gateway,
    handler,
    process,
    start,
    sub,
    user,
)
from tests.bpmn_execution.walking import Walk

Data = dict[str, object]


@dataclass
class Event:
    """A timer on a block: what it begins, whether it ends the block, how often it turns."""

    key: str
    begins: Block
    interrupting: bool
    laps: int | None = 1  # None: as long as its host lasts

    @property
    def says(self) -> tuple[str, str]:
        if self.laps == 1:
            return "1 ngày", "Duration"
        return f"mỗi ngày, {self.laps} lần" if self.laps else "mỗi ngày", "Cycle"


@dataclass
class Block:
    """A piece of a drawing: a task, or blocks in sequence, side by side, by choice, in a loop.

    A `sub` is a sub-process, its events begin handlers; a `host` has boundary events.
    """

    kind: str
    key: str
    parts: list[Block] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def grow(random: Random, depth: int, names: list[str]) -> Block:
    kinds = ["task", "seq", "xor", "and", "or", "loop", "sub", "host"]
    kind = random.choice(kinds if depth else ["task"])
    key = f"{kind}{len(names)}"
    names.append(key)
    count = {"task": 0, "loop": 1, "sub": 1, "host": 1}.get(kind, random.randint(2, 3))
    parts = [grow(random, depth - 1, names) for _ in range(count)]
    if kind == "loop":  # work in every round, or the loop would turn without anybody
        names.append(f"w{len(names)}")
        parts = [Block("seq", f"s{len(names)}", [Block("task", names[-1]), *parts])]
    if kind == "host":  # in a sub-process: whatever runs twice at once has joins of its own
        parts = [Block("sub", f"i{key}", parts)]
    events = []
    if kind in {"sub", "host"}:
        most = 2 if kind == "host" else random.randint(0, 1)
        events = [_event(random, depth, names, kind) for _ in range(random.randint(0, most))]
    return Block(kind, key, parts, events)


def _event(random: Random, depth: int, names: list[str], kind: str) -> Event:
    names.append(f"H{len(names)}")
    key, interrupting = names[-1], random.random() < 0.4
    laps = 1 if interrupting else random.choice([1, 2, 3, None])
    begins = Block("sub", f"b{key}", [grow(random, depth - 1, names)])
    return Event(f"T{key}", begins, interrupting, laps)


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
        return [sub(key, *parts, *inside, *map(_handler, block.events))], key, key
    if block.kind == "host":
        return _host(block, parts)
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


def _handler(event: Event) -> str:
    inside, first, last = draw(event.begins)
    key, (says, kind) = event.key.removeprefix("T"), event.says
    body = [*inside, end(f"E{key}"), flow(event.key, first), flow(last, f"E{key}")]
    return handler(key, *body, says=says, interrupting=event.interrupting, kind=kind)


def _host(block: Block, parts: list[str]) -> tuple[list[str], str, str]:
    host, after = block.parts[0].key, f"M{block.key}"
    parts = [*parts, gateway("exclusive", after), flow(host, after)]
    for event in block.events:
        inside, first, last = draw(event.begins)
        says, kind = event.says
        parts += [
            boundary(event.key, host, says, event.interrupting, kind),
            *inside,
            flow(event.key, first),
        ]
        if event.interrupting:
            parts.append(flow(last, after))
        else:
            parts += [end(f"E{event.key}"), flow(last, f"E{event.key}")]
    return parts, host, after


# --- as an interpreter ----------------------------------------------------------------------------

_born = count()


@dataclass
class Waiting:
    """A timer that waits; of two with one key the older is meant."""

    event: Event
    lap: int
    host: Running
    scope: Running
    born: int = field(default_factory=lambda: next(_born))


@dataclass
class Running:
    """A block that has begun and is not over; `inside` are its parts that run."""

    block: Block
    inside: list[Running] = field(default_factory=list)
    place: int = 0
    done: bool = False
    beside: list[Running] = field(default_factory=list)  # in a sub-process: what timers added
    timers: list[Waiting] = field(default_factory=list)
    born: int = field(default_factory=lambda: next(_born))


def begin(block: Block, data: Data, scope: Running | None) -> Running:
    """The block once begun, in its (sub-)process; every block has work."""
    run = Running(block)
    within = run if block.kind == "sub" else scope
    assert within is not None
    run.timers = [Waiting(event, 1, run, within) for event in block.events]
    taken = block.parts
    if block.kind in {"seq", "loop", "sub", "host"}:
        taken = block.parts[:1]
    elif block.kind == "xor":
        chosen = data.get(block.key)
        index = chosen if isinstance(chosen, int) and 0 < chosen < len(block.parts) else 0
        taken = [block.parts[index]]
    elif block.kind == "or":
        taken = [p for i, p in enumerate(block.parts) if i and data.get(f"{block.key}_{i}")]
        taken = taken or block.parts[:1]
    run.inside = [begin(part, data, within) for part in taken]
    return run


def everything(run: Running) -> Iterator[Running]:
    yield run
    for part in (*run.inside, *run.beside):
        yield from everything(part)


def work(run: Running) -> list[Running]:
    return [part for part in everything(run) if part.block.kind == "task"]


def waiting(run: Running) -> list[Waiting]:
    return [timer for part in everything(run) for timer in part.timers]


def fire(timer: Waiting, data: Data) -> None:
    event, host, scope = timer.event, timer.host, timer.scope
    host.timers.remove(timer)
    begun = begin(event.begins, data, scope)
    if event.interrupting:
        host.inside, host.timers = [begun], []
        host.beside = []
        return
    scope.beside.append(begun)
    if event.laps is None or timer.lap < event.laps:
        host.timers.append(Waiting(event, timer.lap + 1, host, scope))


def is_over(run: Running, data: Data, scope: Running | None) -> bool:
    """Carries a block on after work was done in it; whether it is over."""
    block, within = run.block, run if run.block.kind == "sub" else scope
    if block.kind == "task":
        return run.done
    run.inside = [part for part in run.inside if not is_over(part, data, within)]
    run.beside = [part for part in run.beside if not is_over(part, data, within)]
    if run.inside or run.beside:
        return False
    if block.kind == "seq" and run.place + 1 < len(block.parts):
        run.place += 1
        run.inside = [begin(block.parts[run.place], data, within)]
        return False
    if block.kind == "loop" and data.get(block.key) is True:
        run.inside = [begin(block.parts[0], data, within)]
        return False
    return True


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
    expected = begin(Block("sub", "process", [whole]), data, None)
    over = False
    for _ in range(300):
        works, timers = work(expected), waiting(expected)
        assert walk.open == sorted(one.block.key for one in works)
        assert walk.timers == sorted(one.event.key for one in timers)
        data = answers(random, names)
        if timers and random.random() < 0.5:
            key = random.choice(walk.timers)
            fire(min((t for t in timers if t.event.key == key), key=lambda t: t.born), data)
            walk.data.update(data)
            walk.fire(key)
        else:
            key = random.choice(walk.open)
            min((w for w in works if w.block.key == key), key=lambda w: w.born).done = True
            walk.do(key, **data)
        over = is_over(expected, data, None)
        if over:
            break
    assert walk.finished is over
    assert len(walk.state) < 4_000
