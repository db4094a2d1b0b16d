"""Ways through gateways, each act over the saved state."""

from __future__ import annotations

import pytest

from engine.bpmn import execution
from engine.domain.errors import ExecutionFailed, TaskClosed
from tests.bpmn_execution.drawn import end, flow, gateway, line, process, start, user
from tests.bpmn_execution.walking import Walk


def choice(**flows: str) -> bytes:
    return process(
        start(),
        user("A"),
        gateway("exclusive", "G"),
        user("B"),
        user("C"),
        end("E1"),
        end("E2"),
        line("S", "A", "G"),
        flow("G", "B", flows.get("B", "${x == 'b'}")),
        flow("G", "C", flows.get("C", "x == 'c'")),
        line("B", "E1"),
        line("C", "E2"),
    )


def test_it_starts_at_the_first_work():
    walk = Walk(choice())
    assert walk.open == ["A"]
    assert walk.trace == ["S"]
    assert not walk.finished


@pytest.mark.parametrize(("x", "work", "outcome"), [("b", "B", "E1"), ("c", "C", "E2")])
def test_it_takes_the_way_whose_condition_holds(x, work, outcome):
    walk = Walk(choice())
    walk.do("A", x=x)
    assert walk.open == [work]
    advance = walk.do(work)
    assert advance.finished
    assert advance.outcome == outcome
    assert walk.trace == ["S", "A", "G", work, outcome]


def test_a_gateway_without_a_way_fails_and_changes_nothing():
    walk = Walk(choice())
    before = walk.state
    with pytest.raises(ExecutionFailed, match="Không có lối đi nào phù hợp tại “G”") as failure:
        walk.do("A", x="z")
    assert failure.value.element == "G"
    assert walk.state == before
    walk.do("A", x="b")
    assert walk.open == ["B"]


def test_a_condition_that_cannot_be_computed_names_its_gateway():
    walk = Walk(choice(B="x + 1 > 2"))
    with pytest.raises(ExecutionFailed, match="x \\+ 1 > 2") as failure:
        walk.do("A", x=[])
    assert failure.value.element == "G"


def test_it_takes_the_first_way_in_drawn_order_when_several_hold():
    walk = Walk(choice(B="x > 0", C="x > 1"))
    walk.do("A", x=5)
    assert walk.open == ["B"]


def test_it_takes_the_default_only_when_no_condition_holds():
    drawing = process(
        start(),
        gateway("exclusive", "G", default="otherwise"),
        user("B"),
        user("C"),
        end(),
        flow("S", "G"),
        flow("G", "C", key="otherwise"),
        flow("G", "B", "x == 1"),
        line("B", "E"),
        line("C", "E"),
    )
    assert Walk(drawing, x=1).open == ["B"]
    assert Walk(drawing, x=2).open == ["C"]


def test_work_that_is_not_open_cannot_be_completed():
    walk = Walk(choice())
    token = walk.last.opened[0].token
    walk.do("A", x="b")
    with pytest.raises(TaskClosed):
        execution.complete(walk.spec, walk.state, {}, token)
    with pytest.raises(TaskClosed):
        execution.fire(walk.spec, walk.state, {}, walk.last.opened[0].token)


def test_a_loop_back_into_a_plain_task_opens_it_anew_under_another_token():
    drawing = process(
        start(),
        user("A"),
        user("B"),
        gateway("exclusive", "G"),
        end(),
        line("S", "A", "B", "G"),
        flow("G", "A", "again"),
        flow("G", "E", "not again"),
    )
    walk = Walk(drawing)
    tokens = set()
    for _ in range(30):
        tokens.add(walk.do("A").opened[0].token)
        tokens.add(walk.do("B", again=True).opened[0].token)
    assert len(tokens) == 60
    walk.do("A")
    assert walk.do("B", again=False).finished


def test_a_circle_without_work_is_cut_off():
    drawing = process(
        start(),
        user("A"),
        gateway("exclusive", "G"),
        gateway("exclusive", "H"),
        end(),
        line("S", "A", "G", "H"),
        flow("H", "G", "x == 1"),
        flow("H", "E", "x == 2"),
    )
    walk = Walk(drawing)
    with pytest.raises(ExecutionFailed, match="vòng không dứt"):
        walk.do("A", x=1)
    assert walk.do("A", x=2).finished


def test_a_join_that_waits_for_a_branch_never_taken_fails_the_act():
    drawing = process(
        start(),
        user("A"),
        gateway("exclusive", "G"),
        user("B"),
        user("C"),
        gateway("parallel", "J"),
        end(),
        line("S", "A", "G"),
        flow("G", "B", "x == 'b'"),
        flow("G", "C", "x != 'b'"),
        line("B", "J"),
        line("C", "J"),
        line("J", "E"),
    )
    walk = Walk(drawing)
    walk.do("A", x="b")
    with pytest.raises(ExecutionFailed, match="kẹt tại “J”") as failure:
        walk.do("B")
    assert failure.value.element == "J"
    assert walk.open == ["B"]


def test_conditions_after_the_way_taken_are_not_asked():
    walk = Walk(choice(C="x + 1 > 2"))
    walk.do("A", x="b")
    assert walk.open == ["B"]


def parallel() -> bytes:
    return process(
        start(),
        gateway("parallel", "P"),
        user("A"),
        user("B"),
        user("C"),
        gateway("parallel", "J"),
        user("D"),
        end(),
        flow("S", "P"),
        line("P", "A", "J"),
        line("P", "B", "J"),
        line("P", "C", "J"),
        line("J", "D", "E"),
    )


@pytest.mark.parametrize("order", ["ABC", "CBA", "BAC"])
def test_a_parallel_join_waits_for_every_branch(order):
    walk = Walk(parallel())
    assert [w.element for w in walk.last.opened] == ["A", "B", "C"]
    walk.do(order[0])
    walk.do(order[1])
    assert walk.open == [order[2]]
    walk.do(order[2])
    assert walk.open == ["D"]
    assert walk.do("D").finished


def test_an_end_on_one_branch_does_not_finish_the_case():
    drawing = process(
        start(),
        gateway("parallel", "P"),
        user("A"),
        user("B"),
        end("E1"),
        end("E2"),
        flow("S", "P"),
        line("P", "A", "E1"),
        line("P", "B", "E2"),
    )
    walk = Walk(drawing)
    advance = walk.do("B")
    assert not advance.finished
    assert advance.outcome is None
    advance = walk.do("A")
    assert advance.finished
    assert advance.outcome == "E1"


def test_a_parallel_block_inside_a_loop_joins_anew_each_round():
    drawing = process(
        start(),
        gateway("exclusive", "M"),
        gateway("parallel", "P"),
        user("A"),
        user("B"),
        gateway("parallel", "J"),
        gateway("exclusive", "G"),
        end(),
        line("S", "M", "P"),
        line("P", "A", "J"),
        line("P", "B", "J"),
        line("J", "G"),
        flow("G", "M", "again"),
        flow("G", "E", "not again"),
    )
    walk = Walk(drawing, again=True)
    sizes = []
    for _ in range(10):
        walk.do("A")
        assert walk.open == ["B"]
        walk.do("B")
        assert walk.open == ["A", "B"]
        sizes.append(len(walk.state))
    assert max(sizes) - min(sizes) < 10
    walk.do("B")
    assert walk.do("A", again=False).finished


def test_excess_tokens_wait_at_a_parallel_join_for_the_next_round():
    """Two tokens come over one flow before the other flow has any: the join goes on twice."""
    drawing = process(
        start(),
        gateway("parallel", "P"),
        user("A"),
        user("B"),
        gateway("exclusive", "G"),
        gateway("parallel", "P2"),
        user("A2"),
        gateway("parallel", "J"),
        user("D"),
        end(),
        flow("S", "P"),
        line("P", "A", "P2"),
        line("P2", "A2", "G"),
        flow("P2", "G"),
        line("G", "J"),
        line("P", "B", "J"),
        line("J", "D", "E"),
    )
    walk = Walk(drawing)
    walk.do("A")
    walk.do("A2")
    assert walk.open == ["B"]
    walk.do("B")
    assert walk.open == ["D"]


def inclusive(default: str = "") -> bytes:
    return process(
        start(),
        user("Q"),
        gateway("inclusive", "I", default=default),
        user("A"),
        user("B"),
        user("C"),
        gateway("inclusive", "J"),
        user("D"),
        end(),
        line("S", "Q", "I"),
        flow("I", "A", "a"),
        flow("I", "B", "b"),
        flow("I", "C", "c and not a and not b", key="otherwise"),
        flow("A", "J"),
        flow("B", "J"),
        flow("C", "J"),
        line("J", "D", "E"),
    )


def test_an_inclusive_gateway_takes_every_way_that_holds_and_waits_for_those_only():
    walk = Walk(inclusive())
    walk.do("Q", a=True, b=True)
    assert walk.open == ["A", "B"]
    walk.do("B")
    assert walk.open == ["A"]
    walk.do("A")
    assert walk.open == ["D"]
    assert walk.do("D").finished


def test_an_inclusive_gateway_with_one_way_needs_no_other():
    walk = Walk(inclusive())
    walk.do("Q", a=True)
    assert walk.open == ["A"]
    walk.do("A")
    assert walk.open == ["D"]


def test_an_inclusive_gateway_takes_its_default_or_fails():
    walk = Walk(inclusive(default="otherwise"))
    walk.do("Q")
    assert walk.open == ["C"]
    with pytest.raises(ExecutionFailed):
        Walk(inclusive()).do("Q")


def test_an_inclusive_join_waits_for_a_branch_that_can_still_arrive_from_afar():
    """B's branch has two more steps; C ends elsewhere and so is not waited for."""
    drawing = process(
        start(),
        gateway("parallel", "P"),
        user("A"),
        user("B"),
        user("B2"),
        user("C"),
        gateway("exclusive", "G"),
        gateway("inclusive", "J"),
        user("D"),
        end("E"),
        end("E2"),
        flow("S", "P"),
        line("P", "A", "J"),
        line("P", "B", "G"),
        flow("G", "B2", "on"),
        flow("G", "E2", "not on"),
        line("B2", "J"),
        line("P", "C", "E2"),
        line("J", "D", "E"),
    )
    walk = Walk(drawing)
    walk.do("A")
    assert walk.open == ["B", "C"]
    walk.do("B", on=True)
    assert walk.open == ["B2", "C"]
    walk.do("B2")
    assert walk.open == ["C", "D"]

    walk = Walk(drawing)
    walk.do("A")
    walk.do("B", on=False)  # the branch dies: nothing can reach the join any more
    assert walk.open == ["C", "D"]


def test_many_parallel_blocks_in_series_cost_what_their_tokens_cost():
    """SpiffWorkflow's prediction would hold 14,214 tasks here before any work."""
    parts, before = [start(), end()], "S"
    for i in range(7):
        parts += [gateway("parallel", f"P{i}"), gateway("parallel", f"J{i}")]
        parts.append(flow(before, f"P{i}"))
        for branch in "abc":
            parts += [user(f"{branch}{i}"), line(f"P{i}", f"{branch}{i}", f"J{i}")]
        before = f"J{i}"
    walk = Walk(process(*parts, flow(before, "E")))
    assert len(walk.state) < 200
    for i in range(7):
        for branch in "bca":
            walk.do(f"{branch}{i}")
    assert walk.finished
