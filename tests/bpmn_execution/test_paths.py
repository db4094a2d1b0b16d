"""Loop-free ways through a drawing, and which of them their conditions leave possible."""

from __future__ import annotations

from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.ways import Block
from engine.bpmn.ways.feasibility import Domains, Requirement, names_of, possible
from engine.bpmn.ways.paths import MAX_PATHS, Explorer
from tests.bpmn_execution.drawn import (
    boundary,
    call,
    end,
    flow,
    gateway,
    line,
    process,
    start,
    sub,
    user,
)


def ways(drawing: bytes, **kwargs) -> list[str]:
    called = {k: read_drawing(v, k) for k, v in kwargs.pop("called", {}).items()}
    paths, complete = Explorer(read_drawing(drawing, ""), called, **kwargs).paths()
    assert complete
    return [" ".join(element for _, element in path.elements) for path in paths]


def test_a_straight_line_is_one_way():
    assert ways(process(start(), user("A"), end(), line("S", "A", "E"))) == ["S A E"]


def test_returns_are_left_out():
    drawing = process(
        start(),
        user("A"),
        gateway("exclusive", "G"),
        end("E1"),
        end("E2"),
        line("S", "A", "G"),
        flow("G", "A", "y == 'tra_lai'"),
        flow("G", "E1", "y == 'dong_y'"),
        flow("G", "E2", "y == 'tu_choi'"),
    )
    assert ways(drawing) == ["S A G E1", "S A G E2"]


def test_ways_whose_conditions_exclude_one_another_are_left_out():
    drawing = process(
        start(),
        gateway("exclusive", "G"),
        user("A"),
        user("B"),
        gateway("exclusive", "H", default="rest"),
        user("C"),
        user("D"),
        end(),
        flow("S", "G"),
        flow("G", "A", "x == 1 and y != 'z'"),
        flow("G", "B", "x == 2"),
        line("A", "H"),
        line("B", "H"),
        flow("H", "C", "x == 1"),
        flow("H", "D", key="rest"),
        line("C", "E"),
        line("D", "E"),
    )
    assert ways(drawing) == ["S G A H C E", "S G B H D E"]


def test_what_cannot_be_decided_is_kept():
    drawing = process(
        start(),
        gateway("exclusive", "G"),
        user("A"),
        user("B"),
        end(),
        flow("S", "G"),
        flow("G", "A", "len(x) > 3 and y == z"),
        flow("G", "B", "x + 1 == 2"),
        line("A", "E"),
        line("B", "E"),
    )
    assert ways(drawing) == ["S G A E", "S G B E"]


def test_a_way_passes_all_branches_side_by_side():
    drawing = process(
        start(),
        gateway("parallel", "P"),
        user("A"),
        user("B"),
        gateway("parallel", "J"),
        end(),
        flow("S", "P"),
        line("P", "A", "J"),
        line("P", "B", "J"),
        line("J", "E"),
    )
    assert ways(drawing) == ["S P A B J E"]
    ((path,), _) = Explorer(read_drawing(drawing, "")).paths()
    (block,) = [item for item in path.items if isinstance(item, Block)]
    assert [[one.node.id for one in branch] for branch in block.branches] == [["A"], ["B"]]
    assert path.flows == ()  # nobody chose anything


def test_branches_side_by_side_have_ways_and_blocks_of_their_own():
    drawing = process(
        start(),
        gateway("parallel", "P"),
        gateway("exclusive", "G"),
        user("A1"),
        user("A2"),
        gateway("exclusive", "H"),
        gateway("parallel", "Q"),
        user("B1"),
        user("B2"),
        gateway("parallel", "R"),
        gateway("parallel", "J"),
        end(),
        flow("S", "P"),
        line("P", "G"),
        flow("G", "A1", "x == 1"),
        flow("G", "A2", "x == 2"),
        line("A1", "H"),
        line("A2", "H"),
        line("H", "J"),
        line("P", "Q"),
        line("Q", "B1", "R"),
        line("Q", "B2", "R"),
        line("R", "J"),
        line("P", "J"),
        line("J", "E"),
    )
    assert ways(drawing) == ["S P G A1 H Q B1 B2 R J E", "S P G A2 H Q B1 B2 R J E"]


def inclusive(*flows: str, default: str = "") -> bytes:
    return process(
        start(),
        gateway("inclusive", "P", default=default),
        user("A"),
        user("B"),
        gateway("inclusive", "J"),
        end(),
        flow("S", "P"),
        *flows,
        line("A", "J"),
        line("B", "J"),
        line("J", "E"),
    )


def test_an_inclusive_block_passes_the_branches_whose_conditions_hold():
    free = inclusive(flow("P", "A", "a"), flow("P", "B", "b"))
    assert ways(free) == ["S P A J E", "S P B J E", "S P A B J E"]
    excluding = inclusive(flow("P", "A", "x > 3"), flow("P", "B", "x < 2"))
    assert ways(excluding) == ["S P A J E", "S P B J E"]
    including = inclusive(flow("P", "A", "x > 3"), flow("P", "B", "x > 1"))
    assert ways(including) == ["S P B J E", "S P A B J E"]
    otherwise = inclusive(flow("P", "A", "a"), flow("P", "B", key="rest"), default="rest")
    assert ways(otherwise) == ["S P A J E", "S P B J E"]


def test_a_split_that_is_no_block_is_one_way_per_branch_and_noted():
    """One branch ends by itself; the other goes on."""
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
    assert ways(drawing) == ["S P A E1", "S P B E2"]
    (note,) = Explorer(read_drawing(drawing, "")).notes()
    assert "“P”" in str(note)


def test_a_branch_that_turns_back_before_its_split_makes_no_block():
    drawing = process(
        start(),
        user("A"),
        gateway("parallel", "P"),
        user("B"),
        gateway("exclusive", "G"),
        user("C"),
        gateway("parallel", "J"),
        end(),
        line("S", "A", "P"),
        line("P", "B", "G"),
        flow("G", "A", "x == 'lai'"),
        flow("G", "J", "x == 'xong'"),
        line("P", "C", "J"),
        line("J", "E"),
    )
    assert len(list(Explorer(read_drawing(drawing, "")).notes())) == 1


def test_a_branch_may_turn_round_within_itself():
    drawing = process(
        start(),
        gateway("parallel", "P"),
        user("B"),
        gateway("exclusive", "G"),
        user("C"),
        gateway("parallel", "J"),
        end(),
        line("S", "P"),
        line("P", "B", "G"),
        flow("G", "B", "x == 'lai'"),
        flow("G", "J", "x == 'xong'"),
        line("P", "C", "J"),
        line("J", "E"),
    )
    assert ways(drawing) == ["S P B G C J E"]
    assert not list(Explorer(read_drawing(drawing, "")).notes())


def test_a_boundary_event_is_a_way_past_its_activity():
    drawing = process(
        start(), user("A"), boundary("T", "A"), user("L"), end(), line("S", "A", "E"),
        line("T", "L", "E"),
    )  # fmt: skip
    assert ways(drawing) == ["S A E", "S T L E"]


def test_it_goes_through_sub_processes_and_called_drawings():
    inner = process(start("s"), user("x"), end("e"), line("s", "x", "e"), key="inner")
    drawing = process(
        start(),
        sub("SP", start("S2"), user("Y"), end("E2"), line("S2", "Y", "E2")),
        call("K", "inner"),
        end(),
        line("S", "SP", "K", "E"),
    )
    assert ways(drawing, called={"inner": inner}) == ["S S2 Y E2 SP s x e K E"]
    assert ways(drawing) == ["S S2 Y E2 SP K E"]


def test_facts_of_the_engine_close_ways():
    drawing = process(
        start(),
        gateway("exclusive", "G"),
        user("A"),
        user("B"),
        end(),
        flow("S", "G"),
        flow("G", "A", "kenh == 'online'"),
        flow("G", "B", "kenh != 'online'"),
        line("A", "E"),
        line("B", "E"),
    )
    assert ways(drawing, facts={"kenh": "counter"}) == ["S G B E"]


def test_a_drawing_with_too_many_ways_says_so():
    parts, before = [start(), end()], "S"
    for i in range(14):
        parts += [gateway("parallel", f"P{i}"), gateway("exclusive", f"J{i}")]
        parts.append(flow(before, f"P{i}"))
        for branch in "ab":
            parts += [user(f"{branch}{i}"), line(f"P{i}", f"{branch}{i}", f"J{i}")]
        before = f"J{i}"
    drawing = read_drawing(process(*parts, flow(before, "E")), "")
    paths, complete = Explorer(drawing).paths()
    assert not complete
    assert len(paths) == MAX_PATHS


def satisfiable(*conditions: str) -> bool:
    domains = Domains()
    for condition in conditions:
        domains.learn(condition)
    requirements = [Requirement(c, True, {n: n for n in names_of(c)}) for c in conditions]
    return possible(requirements, {n: domains.of(n) for c in conditions for n in names_of(c)})


def test_numbers_are_compared_at_and_beside_their_bounds():
    assert satisfiable("x > 5", "x < 7")
    assert not satisfiable("x > 5", "x < 3")
    assert satisfiable("x >= 5", "x <= 5")


def test_truths_texts_and_lists():
    assert not satisfiable("a", "not a")
    assert not satisfiable("x in ['p', 'q']", "x == 'r'")
    assert satisfiable("x in ['p', 'q']", "x != 'p'")
    assert satisfiable("x == 'p' or y", "x == 'q'")
    assert satisfiable("x != 'p'", "x != 'q'", "x != null")  # something nobody names
