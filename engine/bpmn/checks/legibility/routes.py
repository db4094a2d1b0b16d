"""Rules on how flows are drawn: from their source to their target, past everything else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from engine.bpmn.checks.boxes import Box, Index
from engine.bpmn.checks.planes import Plane, scopes
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import Flow
from engine.bpmn.pictures.sheets import Point
from engine.domain.messages import say

_NEAR = 10.0  # an end so near its shape touches it for all who look
_EDGE = 6.0  # so far into a shape a flow only brushes it
_LONG = 40.0  # two flows that lie on one another for less are told apart
_SAME = 2.0  # two lines so near look like one
_SHOWN = 3

Stretch = tuple[Point, Point]


def off_its_ends(subject: Subject) -> Iterator[Problem]:
    """A flow is drawn from its source to its target: readers see what the engine does.

    Đường vẽ của luồng phải bắt đầu ở phần tử nguồn và kết thúc ở phần tử đích; nếu không, hình
    nói một đằng, hệ thống chạy một nẻo.
    """
    for plane in subject.planes:
        for key, route in plane.routes.items():
            flow = plane.drawing.flows[key]
            for end, point, begins in (
                (flow.source, route[0], True),
                (flow.target, route[-1], False),
            ):
                if end not in plane.nodes or _within(point, plane.box(end).grown(_NEAR)):
                    continue
                said = {"flow": label(flow), "who": label(plane.nodes[end])}
                yield problem(
                    flow,
                    say("Đường vẽ của luồng “%(flow)s” không bắt đầu ở “%(who)s”.", **said)
                    if begins
                    else say("Đường vẽ của luồng “%(flow)s” không kết thúc ở “%(who)s”.", **said),
                    say("Kéo đầu của đường vẽ vào đúng phần tử, hoặc chạy quytrinh layout <tệp>."),
                )


def _within(point: Point, around: Box) -> bool:
    x, y = point
    return around.left <= x <= around.right and around.top <= y <= around.bottom


def through_shape(subject: Subject) -> Iterator[Problem]:
    """No flow runs through the shape of an element that it neither leaves nor leads to.

    Luồng không vẽ xuyên qua hình của phần tử khác: người xem tưởng phần tử đó nằm trên đường đi.
    """
    for plane in subject.planes:
        for key, route in plane.routes.items():
            flow = plane.drawing.flows[key]
            crossed = _crossed(plane, flow, route)
            if crossed:
                names = ", ".join(f"“{label(plane.nodes[one])}”" for one in crossed[:_SHOWN])
                yield problem(
                    flow,
                    say("Luồng “%(flow)s” vẽ xuyên qua %(names)s.", flow=label(flow), names=names),
                    say("Kéo các khúc của luồng vòng ra ngoài, hoặc chạy quytrinh layout <tệp>."),
                )


def _crossed(plane: Plane, flow: Flow, route: tuple[Point, ...]) -> list[str]:
    own = {flow.source, flow.target, *scopes(plane.drawing, flow.parent)}
    ends = [plane.drawing.nodes[end] for end in (flow.source, flow.target) if end in plane.nodes]
    own |= {end.attached_to or "" for end in ends}
    inside = {end.id for end in ends}
    found: dict[str, None] = {}
    for stretch in pairwise(route):
        for key in plane.index.touching(around(stretch)):
            node = plane.nodes[key]
            if key in own or key in found or node.attached_to in inside:
                continue
            if inside.isdisjoint(scopes(plane.drawing, node.parent)) and passes(
                stretch, plane.solid(key).grown(-_EDGE)
            ):
                found[key] = None
    return list(found)


def passes(stretch: Stretch, through: Box) -> bool:
    """Whether a straight stretch meets the inside of a rectangle."""
    (x, y), (to_x, to_y) = stretch
    first, last = 0.0, 1.0
    for start, run, low, high in (
        (x, to_x - x, through.left, through.right),
        (y, to_y - y, through.top, through.bottom),
    ):
        if run == 0:
            if not low < start < high:
                return False
            continue
        enters, leaves = sorted(((low - start) / run, (high - start) / run))
        first, last = max(first, enters), min(last, leaves)
    return first < last


def around(stretch: Stretch) -> Box:
    """The rectangle of a stretch, with a little room: a level one has no height."""
    (x, y), (to_x, to_y) = stretch
    return Box(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)).grown(_SAME / 2)


def on_one_another(subject: Subject) -> Iterator[Problem]:
    """Two flows that have no end in common do not lie on one another for a long stretch.

    Hai luồng không chung đầu nào thì không vẽ chồng lên nhau một đoạn dài, vì không phân biệt
    được luồng nào đi đâu. Luồng cùng ra từ, hay cùng vào, một phần tử thì được chập lại.
    """
    for plane in subject.planes:
        stretches = dict(_straight(plane))
        index = Index({key: around(stretch) for key, (_, stretch) in stretches.items()})
        told = set[frozenset[str]]()
        for flow, stretch in stretches.values():
            for near in index.touching(around(stretch)):
                other, beside = stretches[near]
                pair = frozenset((flow.id, other.id))
                if pair in told or not _ends(flow).isdisjoint(_ends(other)):
                    continue
                if _shared(stretch, beside) > _LONG:
                    told.add(pair)
                    yield _one_line(flow, other)
                    break


def _straight(plane: Plane) -> Iterator[tuple[str, tuple[Flow, Stretch]]]:
    """The long level and upright stretches: two others hardly ever lie on one another."""
    for key, route in plane.routes.items():
        for at, stretch in enumerate(pairwise(route)):
            (x, y), (to_x, to_y) = stretch
            across, down = abs(to_x - x), abs(to_y - y)
            if min(across, down) <= _SAME and max(across, down) > _LONG:
                yield f"{key} {at}", (plane.drawing.flows[key], stretch)


def _ends(flow: Flow) -> frozenset[str]:
    return frozenset((flow.source, flow.target))


def _shared(one: Stretch, other: Stretch) -> float:
    """How long two stretches of one direction lie on one another."""
    here, there = around(one), around(other)
    across = min(here.right, there.right) - max(here.left, there.left)
    down = min(here.bottom, there.bottom) - max(here.top, there.top)
    return max(across, down) if min(across, down) > 0 else 0.0


def _one_line(flow: Flow, other: Flow) -> Problem:
    return problem(
        flow,
        say(
            "Luồng “%(flow)s” vẽ chồng lên luồng “%(other)s” một đoạn dài.",
            flow=label(flow),
            other=label(other),
        ),
        say("Kéo một trong hai luồng ra xa, hoặc chạy quytrinh layout <tệp>."),
    )


RULES = (
    warning("flow-off-its-ends", off_its_ends),
    warning("flow-through-shape", through_shape),
    warning("flows-overlap", on_one_another),
)
