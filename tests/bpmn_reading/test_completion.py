"""What is proved sound always can come to its end; how wide it opens, and what is left unproved."""

from __future__ import annotations

import pytest

from engine.bpmn.checks import check, subject
from engine.bpmn.model import Drawing
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.soundness import MANY, Fault, Verdict, verdicts
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
from tests.bpmn_reading.sketching import Surroundings
from tests.bpmn_reading.test_soundness import Marking, TokenGame, random_net


def found(*parts: str, states: int = 20_000, seconds: float = 10.0) -> list[Verdict]:
    drawing = explicit(read_drawing(process(*parts), "x.bpmn"))
    return list(verdicts(drawing, states, seconds))


def never_done(drawing: Drawing) -> int | None:
    """From how many states of the plain token game nobody gets to the end; None: too many."""
    game = TokenGame(drawing)
    first: Marking = frozenset({(drawing.starts()[0].outgoing[0], 1)})
    before: dict[Marking, list[Marking]] = {first: []}
    front = [first]
    while front and len(before) < 1_000:
        here = front.pop()
        for then in game.after(dict(here)):
            if then not in before:
                before[then] = []
                front.append(then)
            before[then].append(here)
    done: set[Marking] = set()
    back: list[Marking] = [frozenset()]
    while back:
        here = back.pop()
        if here not in done:
            done.add(here)
            back += before.get(here, [])
    return None if front else len(before.keys() - done)


@pytest.mark.parametrize("kinds", [("exclusive", "parallel"), ("exclusive", "inclusive")])
def test_from_every_state_of_what_is_found_sound_the_end_can_be_reached(
    kinds: tuple[str, ...],
) -> None:
    looked_at = 0
    for seed in range(180):
        drawing = read_drawing(random_net(seed, kinds), "x.bpmn")
        if not list(verdicts(explicit(drawing))) and (lost := never_done(drawing)) is not None:
            assert lost == 0, seed
            looked_at += 1
    assert looked_at >= 15


def test_a_loop_that_begins_a_branch_each_time_is_told_as_such() -> None:
    loop = (start(), user("A"), gateway("parallel", "P"), end(), line("S", "A", "P", "E"))
    content = process(*loop, flow("P", "A"))
    (one,) = [f for f in check(content, "x", Surroundings().vocabulary()) if f.rule == "done-twice"]
    assert "Mỗi vòng lặp qua “P – P” lại mở thêm một nhánh" in str(one.message)


# --- how many at once ----------------------------------------------------------------------------


def side_by_side(count: int, *, key: str = "") -> tuple[str, ...]:
    """So many steps between two parallel gateways."""
    steps = [f"T{key}{number}" for number in range(count)]
    return (
        gateway("parallel", f"P{key}"),
        gateway("parallel", f"J{key}"),
        *(user(step) + line(f"P{key}", step, f"J{key}") for step in steps),
    )


def test_more_steps_at_once_than_anybody_keeps_in_sight_are_told_with_their_number() -> None:
    ends = (start(), end(), flow("S", "P"), flow("J", "E"))
    assert found(*side_by_side(MANY), *ends) == []
    assert found(*side_by_side(MANY + 1), *ends) == [Verdict(Fault.MANY, "P", ("P",), MANY + 1)]


def test_steps_of_sub_processes_and_of_what_timers_add_count_with_the_others() -> None:
    inside = (start("S1"), end("E1"), flow("S1", "Pu"), flow("Ju", "E1"))
    block = sub("U", *inside, *side_by_side(20, key="u"))
    parts = (start(), end(), flow("S", "P"), flow("J", "E"), line("P", "U", "J"), block)
    assert found(*parts, *side_by_side(10)) == []
    assert [one.count for one in found(*parts, *side_by_side(11))] == [31]
    added = (
        boundary("H", "U", interrupting=False) + user("Them") + end("E9") + line("H", "Them", "E9")
    )
    assert [one.count for one in found(*parts, added, *side_by_side(10))] == [31]


def test_blocks_in_series_are_as_wide_as_the_widest() -> None:
    """Seven blocks of three: SpiffWorkflow would predict 14,214 tasks, three steps are open."""
    parts, before = [start(), end()], "S"
    for number in range(7):
        parts += [*side_by_side(3, key=f"{number}_"), flow(before, f"P{number}_")]
        before = f"J{number}_"
    assert found(*parts, flow(before, "E")) == []


# --- what is left unproved -----------------------------------------------------------------------


def many_loops(count: int) -> tuple[str, ...]:
    """Branches side by side with a loop each: two states each, and all their combinations."""
    parts = [start(), end(), gateway("parallel", "A"), gateway("parallel", "B"), flow("S", "A")]
    for number in range(count):
        step, choice = f"T{number}", f"X{number}"
        parts += [user(step), gateway("exclusive", choice), line("A", step, choice, "B")]
        parts.append(flow(choice, step))
    return (*parts, flow("B", "E"))


def test_a_proof_ends_at_its_bound_in_states_or_in_seconds_and_says_how_far_it_came() -> None:
    assert found(*many_loops(10)) == []
    (by_states,) = found(*many_loops(10), states=100)
    assert by_states.fault is Fault.UNKNOWN
    assert 100 < by_states.count < 200
    (by_time,) = found(*many_loops(10), seconds=-1.0)
    assert by_time.fault is Fault.UNKNOWN
    assert by_time.count < 600


def test_the_bound_is_told_to_the_analyst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "verdicts", lambda drawing: verdicts(drawing, 50))
    findings = check(process(*many_loops(8)), "x", Surroundings().vocabulary())
    (one,) = [finding for finding in findings if finding.rule == "too-many-states"]
    assert "giới hạn 20000 trạng thái hoặc 5 giây" in str(one.message)
