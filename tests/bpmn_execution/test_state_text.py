"""The saved state: small, versioned, in a fixed order, read by every later program."""

from __future__ import annotations

import json
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.bpmn import execution
from engine.bpmn.execution.specs import parse_spec
from engine.bpmn.execution.state import StateUnreadable
from tests.bpmn_execution.drawn import (
    boundary,
    end,
    flow,
    gateway,
    line,
    process,
    start,
    sub,
    user,
)
from tests.bpmn_execution.walking import Walk

#: A join half filled, a sub-process under a boundary timer, and a plain task, all open at once.
BUSY = process(
    start(),
    gateway("parallel", "P"),
    user("A"),
    user("B"),
    gateway("parallel", "J"),
    sub("SP", start("S2"), user("X"), end("E2"), line("S2", "X", "E2")),
    boundary("T", "SP"),
    user("L"),
    user("D"),
    end(),
    flow("S", "P"),
    line("P", "A", "J"),
    line("P", "B", "J"),
    line("P", "SP", "J"),
    line("T", "L", "E"),
    line("J", "D", "E"),
)

#: BUSY after A, as the first version of the state text was written. It must load for ever.
STORED_V1 = bytes.fromhex(
    "01789c55cd3b0a80400c04d0bb4c3d85bb89c1522dad84b51042ee7f0d4dc0c226f032f9b8d11dc8b281a69c"
    "08041d07b8b01156dac16699f5e23acedf70523a9590f295cbaf141169a907f77764ce76c40375171afd"
)


def layout(state: bytes) -> object:
    return json.loads(zlib.decompress(state[1:]))


def test_it_holds_only_what_waits_and_where_that_matters_its_origin():
    walk = Walk(BUSY)
    walk.do("A")
    assert layout(walk.state) == [
        6,
        [
            [
                "",
                [
                    ["A", 64, 0, ""],
                    ["J", 8, 1, "6"],
                    ["B", 16, 0, "2"],
                    ["@SP", 64, 0, ""],
                    ["SP", 32, 4, "3"],
                    ["T", 8, 4, "4"],
                ],
            ],
            ["3", [["X", 16, 0, "5"]]],
        ],
    ]


def test_the_same_acts_write_the_same_bytes():
    first, second = Walk(BUSY), Walk(BUSY)
    for walk in (first, second):
        walk.do("A")
        walk.fire("T")
    assert first.state == second.state
    assert [w.token for w in first.last.opened] == [w.token for w in second.last.opened]


def test_it_does_not_grow_with_the_rounds_of_a_loop():
    drawing = process(
        start(),
        user("A"),
        gateway("exclusive", "G"),
        end(),
        line("S", "A", "G"),
        flow("G", "A", "again"),
        flow("G", "E", "not again"),
    )
    walk = Walk(drawing, again=True)
    walk.do("A")
    before = len(walk.state)
    for _ in range(200):
        walk.do("A")
    assert len(walk.state) <= before + 4


def test_an_unknown_version_is_told_so():
    walk = Walk(BUSY)
    with pytest.raises(StateUnreadable, match="phiên bản 9"):
        execution.waiting(walk.spec, b"\x09" + walk.state[1:])
    with pytest.raises(StateUnreadable):
        execution.waiting(walk.spec, b"")


@pytest.mark.parametrize("spoil", [lambda s: s[:-4], lambda s: s[:1] + b"junk", lambda s: s[:1]])
def test_a_damaged_state_is_told_so(spoil):
    walk = Walk(BUSY)
    with pytest.raises(StateUnreadable):
        execution.waiting(walk.spec, spoil(walk.state))


def test_a_state_of_another_drawing_is_told_so():
    other = parse_spec(process(start(), user("Z"), end(), line("S", "Z", "E")))
    with pytest.raises(StateUnreadable):
        execution.waiting(other, Walk(BUSY).state)


def test_a_state_stored_by_the_first_version_still_loads():
    spec = parse_spec(BUSY)
    works, timers = execution.waiting(spec, STORED_V1)
    assert sorted(w.element for w in works) == ["B", "X"]
    assert [t.element for t in timers] == ["T"]
    token = next(w.token for w in works if w.element == "X")
    advance = execution.complete(spec, STORED_V1, {}, token)
    assert ("p", "SP") in advance.passed


def test_a_finished_case_holds_nothing():
    walk = Walk(process(start(), user("A"), end(), line("S", "A", "E")))
    walk.do("A")
    assert layout(walk.state) == [1, [["", []]]]
    assert execution.waiting(walk.spec, walk.state) == ((), ())


def test_one_spec_serves_many_threads():
    spec = parse_spec(BUSY)

    def walk(_: int) -> tuple[bytes, list[str]]:
        one = Walk(spec)
        for element in ("X", "B", "A", "D"):
            one.do(element)
        return one.state, one.trace

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(walk, range(64)))
    assert all(result == results[0] for result in results)
