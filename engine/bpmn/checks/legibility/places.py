"""Rules on where shapes stand: apart from each other, and within what they belong to."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.boxes import Box, Index
from engine.bpmn.checks.planes import Plane, scopes
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import Lane, Node
from engine.bpmn.reading.diagram import reference
from engine.bpmn.reading.elements import bpmn, children
from engine.domain.messages import Message, say

_TOUCH = 6.0  # so far may shapes reach into each other before anybody minds
_SHARE = 0.25  # of its height or width: so much of a shape may stick out
_DRAG = say("Kéo các hình ra xa nhau, hoặc chạy quytrinh layout <tệp>.")


def overlap(subject: Subject) -> Iterator[Problem]:
    """No shape lies on another one, except what stands in a sub-process, or on its host's border.

    Hình của các phần tử không đè lên nhau; các làn cũng vậy. Phần tử nằm trong quy trình con và sự
    kiện biên trên cạnh công việc thì không tính. Chạm nhau vài điểm không sao.
    """
    holding = _holding_lanes(subject)
    for plane in subject.planes:
        told = set[frozenset[str]]()
        for node in plane.nodes.values():
            other = _over(plane, node)
            if other is not None and (pair := frozenset((node.id, other.id))) not in told:
                told.add(pair)
                yield _overlapping(node, other)
        yield from _lanes(plane, holding)


def _over(plane: Plane, node: Node) -> Node | None:
    """One of the elements on which this one lies."""
    own, tied = plane.box(node.id).grown(-_TOUCH / 2), _tied(plane, node)
    for key in plane.index.touching(own):
        if key not in tied and own.touches(plane.box(key).grown(-_TOUCH / 2)):
            other = plane.nodes[key]
            if node.id not in _tied(plane, other):
                return other
    return None


def _tied(plane: Plane, node: Node) -> frozenset[str]:
    """What an element may lie on: itself, the sub-processes around it, the host of an event."""
    return frozenset({node.id, node.attached_to or "", *scopes(plane.drawing, node.parent)})


def _holding_lanes(subject: Subject) -> frozenset[str]:
    """The lanes that are drawn around others."""
    lanes = subject.tree.process.iter(bpmn("lane"))
    return frozenset(
        lane.get("id") or "" for lane in lanes if any(True for _ in children(lane, "childLaneSet"))
    )


def _lanes(plane: Plane, holding: frozenset[str]) -> Iterator[Problem]:
    lanes = {key: lane for key, lane in plane.lanes.items() if key not in holding}
    boxes = {key: plane.box(key).grown(-_TOUCH / 2) for key in lanes}
    index, seen = Index(boxes), set[str]()
    for key, lane in lanes.items():
        seen.add(key)
        other = next((one for one in index.touching(boxes[key]) if one not in seen), None)
        if other is not None:
            yield _overlapping(lanes[other], lane)


def _overlapping(thing: Node | Lane, other: Node | Lane) -> Problem:
    message = say("Hình của “%(who)s” đè lên “%(other)s”.", who=label(thing), other=label(other))
    return problem(thing, message, _DRAG)


def outside(subject: Subject) -> Iterator[Problem]:
    """An element is drawn within its lane, its sub-process and its pool: so readers take it.

    Phần tử vẽ ở đâu thì thuộc về đó: trong làn của chức danh thực hiện, trong quy trình con và
    pool của nó. Lệch ra ngoài thì người xem hiểu nhầm ai làm. Nhô ra một ít không sao.
    """
    pools = [
        pool.get("id") or ""
        for pool in subject.tree.root.iter(bpmn("participant"))
        if reference(pool.get("processRef")) == subject.tree.drawing.key
    ]
    for plane in subject.planes:
        for node in plane.nodes.values():
            for key, message in _frames(plane, node, pools):
                if key in plane.sheet.places and _sticks_out(plane.box(node.id), plane.box(key)):
                    remedy = say(
                        "Kéo phần tử vào trong, kéo rộng khung ra, hoặc chạy quytrinh layout <tệp>."
                    )
                    yield problem(node, message, remedy)
                    break


def _frames(plane: Plane, node: Node, pools: list[str]) -> Iterator[tuple[str, Message]]:
    """What an element must stand in, the nearest first, and what is said where it does not."""
    if node.attached_to is not None:
        return  # it rides on its host's border, wherever that is
    who = label(node)
    if node.parent is not None:
        around = plane.drawing.nodes.get(node.parent)
        name = label(around) if around else node.parent
        yield (
            node.parent,
            say("“%(who)s” vẽ ngoài quy trình con “%(frame)s” chứa nó.", who=who, frame=name),
        )
        return
    lane = plane.drawing.lanes.get(node.lane or "")
    if lane is not None:
        yield (
            lane.id,
            say(
                "“%(who)s” thuộc làn “%(frame)s” nhưng vẽ ngoài làn này.",
                who=who,
                frame=lane.name or lane.id,
            ),
        )
    for pool in pools:
        yield pool, say("“%(who)s” vẽ ngoài pool của quy trình.", who=who)


def _sticks_out(inner: Box, outer: Box) -> bool:
    wide, high = inner.right - inner.left, inner.bottom - inner.top
    beside = max(outer.left - inner.left, inner.right - outer.right)
    over = max(outer.top - inner.top, inner.bottom - outer.bottom)
    return beside > max(wide * _SHARE, _TOUCH) or over > max(high * _SHARE, _TOUCH)


RULES = (
    warning("shapes-overlap", overlap),
    warning("outside-its-frame", outside),
)
