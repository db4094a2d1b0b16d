"""Rules on names in the diagram: they fit their shapes, and nothing lies over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.bpmn.checks.boxes import Box, Index
from engine.bpmn.checks.dialect.lengths import NAME
from engine.bpmn.checks.legibility.routes import around, passes
from engine.bpmn.checks.planes import Plane
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.lettering import ELLIPSIS, LEADING, fit, width, wrap
from engine.bpmn.model import SCOPES, Flow, Lane, Node, Place
from engine.domain.messages import Message, say

_SIZE = 11.0  # of letters beside shapes
_SMALL = 9.0  # of letters inside them, where there is no more room
_SMALLEST, _BAND = 8.0, 30.0  # of letters in a lane's band, and how broad that is
_NARROW = 60.0  # names beside shapes are never set narrower
_MARGIN, _SIGN = 6.0, 14.0  # beside the letters; the sign of the task above them
_BRUSH = 4.0  # letters keep some air: so much of it may be covered
_OUTSIDE = ("Event", "Gateway")  # their names stand beside them


@dataclass(frozen=True)
class _Name:
    """A name beside what it names; `text`: where its letters stand, without the air around."""

    thing: Node | Flow
    text: Box


def covered(subject: Subject) -> Iterator[Problem]:
    """The name of an event, gateway or flow lies over no shape, no foreign flow, no other name.

    Tên của sự kiện, cổng và luồng không đè lên hình, lên luồng khác hay lên tên khác, để đọc được.
    """
    for plane in subject.planes:
        under = _Under(plane)
        for name in under.names.values():
            over = under.name(name) or under.shape(name) or under.flow(name)
            if over is not None:
                yield problem(
                    name.thing,
                    say("Tên “%(name)s” đè lên %(over)s.", name=name.thing.name, over=over),
                    say("Kéo tên sang chỗ trống, hoặc chạy quytrinh layout <tệp>."),
                )


class _Under:
    """What may lie under the names of a plane."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.names = {name.thing.id: name for name in _names(plane)}
        self._texts = Index({key: name.text for key, name in self.names.items()})
        self._stretches = {
            f"{key} {at}": (plane.drawing.flows[key], stretch)
            for key, route in plane.routes.items()
            for at, stretch in enumerate(pairwise(route))
        }
        self._lines = Index({key: around(one) for key, (_, one) in self._stretches.items()})

    def name(self, name: _Name) -> Message | None:
        for key in self._texts.touching(name.text):
            if key != name.thing.id:
                return say("tên “%(name)s”", name=self.names[key].thing.name)
        return None

    def shape(self, name: _Name) -> Message | None:
        """A shape that is neither a sub-process around all of the name, nor its event's host."""
        host = name.thing.attached_to if isinstance(name.thing, Node) else None
        own = {name.thing.id, host}
        for key in self.plane.index.touching(name.text):
            node = self.plane.nodes[key]
            inside = node.kind in SCOPES and self.plane.box(key).holds(name.text)
            if key not in own and not inside and self.plane.solid(key).touches(name.text):
                return Message("“%(who)s”", {"who": label(node)})
        return None

    def flow(self, name: _Name) -> Message | None:
        """A flow that is neither named so nor leaves from or leads to what is named so."""
        for key in self._lines.touching(name.text):
            flow, stretch = self._stretches[key]
            own = name.thing.id in {flow.id, flow.source, flow.target}
            if not own and passes(stretch, name.text):
                return say("luồng “%(flow)s”", flow=label(flow))
        return None


def _names(plane: Plane) -> Iterator[_Name]:
    """The names that the file gives a place beside what they name."""
    things: list[Node | Flow] = [n for n in plane.nodes.values() if n.tag.endswith(_OUTSIDE)]
    things += [plane.drawing.flows[key] for key in plane.routes]
    for thing in things:
        place = plane.sheet.labels.get(thing.id)
        if place is not None and thing.name:
            yield _Name(thing, _text(thing.name, place).grown(-_BRUSH))


def _text(name: str, place: Place) -> Box:
    """Where the letters come to stand: in the middle of their place, from its top down."""
    lines = wrap(name, max(place.width, _NARROW) + 2, _SIZE)
    half = max((width(line, _SIZE) for line in lines), default=0.0) / 2
    middle = place.x + place.width / 2
    return Box(middle - half, place.y, middle + half, place.y + len(lines) * _SIZE * LEADING)


def cut(subject: Subject) -> Iterator[Problem]:
    """A name fits the shape that it stands in, in small letters at least.

    Tên phải viết vừa trong hình của công việc hay làn (cỡ chữ nhỏ nhất là 9); dài quá thì trên
    trang tiến độ và bản in tên bị cắt, chỉ còn dấu “…”.
    """
    for plane in subject.planes:
        things: list[Node | Lane] = [*plane.nodes.values(), *plane.lanes.values()]
        for thing in things:
            place = plane.sheet.places[thing.id]
            if not 0 < len(thing.name) <= NAME or _fits(thing, place):
                continue  # (one that is too long anywhere is told by its own rule)
            yield problem(
                thing,
                say("Tên “%(name)s” quá dài so với hình của nó, sẽ bị cắt.", name=thing.name),
                say("Kéo hình cho rộng ra, hoặc rút gọn tên và ghi phần còn lại ở mô tả."),
            )


def _fits(thing: Node | Lane, place: Place) -> bool:
    if isinstance(thing, Lane):
        wide, high, size = max(place.height, place.width) - 8, _BAND, _SMALLEST
    elif thing.tag.endswith(_OUTSIDE) or thing.kind in SCOPES:
        return True  # beside it, and over what is inside: as wide as it comes
    else:
        wide, high, size = place.width - 2 * _MARGIN, place.height - _SIGN - 2 * _MARGIN, _SMALL
    # (a shape that is far too small is told by its own rule)
    if wide <= 0 or high < size * LEADING:
        return True
    _, lines = fit(thing.name, wide, high, (size,))
    return not lines[-1].endswith(ELLIPSIS) or thing.name.endswith(ELLIPSIS)


RULES = (
    warning("name-covered", covered),
    warning("name-cut", cut),
)
