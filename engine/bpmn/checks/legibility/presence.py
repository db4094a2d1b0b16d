"""Rules on what the diagram shows at all: everything that is executed, and large enough."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from lxml import etree

from engine.bpmn.checks.planes import Plane, scopes
from engine.bpmn.checks.problems import label, problem, whole_process
from engine.bpmn.checks.rule import Problem, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import Flow, Lane, Node
from engine.bpmn.reading.diagram import reference
from engine.bpmn.reading.elements import bpmn
from engine.domain.messages import say

_LAY_OUT = say("Chạy quytrinh layout <tệp> để vẽ lại sơ đồ, hoặc mở bằng Camunda Modeler và vẽ.")
_TINY = 10.0
_GAP = 10_000.0


def no_diagram(subject: Subject) -> Iterator[Problem]:
    """A file holds a diagram of its process: without one, modellers open it as an empty sheet.

    Tệp phải có sơ đồ (phần BPMNDiagram) của quy trình; thiếu phần này thì Camunda Modeler và
    bpmn.io mở ra trang trắng, và trang tiến độ hồ sơ chỉ xếp các bước thành hàng.
    """
    if not subject.planes:
        message = say("Tệp không có sơ đồ của quy trình: mở ra sẽ không thấy gì.")
        yield whole_process(subject.tree.drawing, message, _LAY_OUT)


def not_drawn(subject: Subject) -> Iterator[Problem]:
    """Everything that is executed is drawn: each element, flow and lane, and the pool.

    Phần tử, luồng, làn và pool nào của quy trình cũng phải có hình trên sơ đồ. Phần tử không có
    hình vẫn chạy, nhưng không ai nhìn thấy. Phần bên trong quy trình con thu gọn thì không cần.
    """
    if not subject.planes:
        return  # told by `no-diagram`
    drawing = subject.tree.drawing
    drawn = frozenset[str]().union(*(plane.sheet.drawn for plane in subject.planes))
    inside: list[Node | Flow] = [n for n in drawing.nodes.values() if n.id not in drawn]
    inside += [flow for flow in drawing.flows.values() if flow.id not in drawn]
    unseen = {scope for scope in {one.parent for one in inside} if _within(subject, scope, drawn)}
    things: list[Node | Flow | Lane] = [one for one in inside if one.parent not in unseen]
    things += [lane for lane in drawing.lanes.values() if lane.id not in drawn]
    for thing in things:
        message = say("“%(who)s” không có hình trên sơ đồ.", who=label(thing))
        yield problem(thing, message, _LAY_OUT)
    shown = {plane.sheet.of for plane in subject.planes}
    for pool in _pools(subject):
        around = pool.getparent()
        told = around is not None and around.get("id") in shown  # (else only the process is drawn)
        if told and (pool.get("id") or "") not in drawn:
            message = say("Pool “%(who)s” không có hình trên sơ đồ.", who=label(pool))
            yield problem(pool, message, _LAY_OUT)


def _within(subject: Subject, scope: str | None, drawn: Collection[str]) -> bool:
    """Whether what stands there is in a sub-process that is folded, or not drawn either."""
    if scope is None:
        return False
    around = scopes(subject.tree.drawing, scope)
    return any(key not in drawn for key in around) or any(
        plane.hidden(scope) for plane in subject.planes
    )


def _pools(subject: Subject) -> Iterator[etree._Element]:
    for pool in subject.tree.root.iter(bpmn("participant")):
        if reference(pool.get("processRef")) == subject.tree.drawing.key:
            yield pool


def tiny(subject: Subject) -> Iterator[Problem]:
    """A shape is large enough to be seen and clicked.

    Hình của một phần tử phải đủ lớn để nhìn thấy và bấm được (từ 10 điểm mỗi chiều).
    """
    for plane in subject.planes:
        for node in plane.nodes.values():
            place = plane.sheet.places[node.id]
            if min(place.width, place.height) >= _TINY:
                continue
            yield problem(
                node,
                say(
                    "Hình của “%(who)s” quá nhỏ: %(width)s × %(height)s điểm.",
                    who=label(node),
                    width=round(place.width),
                    height=round(place.height),
                ),
                say("Kéo góc của hình cho lớn ra, hoặc chạy quytrinh layout <tệp>."),
            )


def far_away(subject: Subject) -> Iterator[Problem]:
    """Nothing is drawn so far from the rest that the whole cannot be seen on one screen.

    Không vẽ phần tử nào cách xa hẳn phần còn lại (hơn 10.000 điểm): thu nhỏ cả sơ đồ thì không
    đọc được, mở ra thì không thấy nó đâu.
    """
    for plane in subject.planes:
        lost = {key for axis in (0, 1) for key in _lost(plane, axis)}
        for node in (node for node in plane.nodes.values() if node.id in lost):
            yield problem(
                node,
                say("“%(who)s” vẽ cách xa hẳn phần còn lại của sơ đồ.", who=label(node)),
                say("Kéo phần tử về gần các phần tử khác, hoặc chạy quytrinh layout <tệp>."),
            )


def _lost(plane: Plane, axis: int) -> list[str]:
    """What stands beyond a wide empty strip, on its emptier side."""
    middles = sorted((plane.box(key).middle[axis], key) for key in plane.nodes)
    gaps = [at for at, (one, other) in enumerate(pairwise(middles), 1) if other[0] - one[0] > _GAP]
    bounds = [0, *gaps, len(middles)]
    groups = [middles[begin:end] for begin, end in pairwise(bounds)]
    most = max(groups, key=len, default=[])
    return [key for group in groups if group is not most for _, key in group]


RULES = (
    warning("no-diagram", no_diagram),
    warning("not-drawn", not_drawn),
    warning("tiny-shape", tiny),
    warning("far-away", far_away),
)
