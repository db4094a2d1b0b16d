"""One process or sub-process laid out: seats and tracks become places, routes and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.bpmn.layout.columns import columns
from engine.bpmn.layout.courses import Chooser, Course, Exit, Link, Way
from engine.bpmn.layout.seats import Seat, Seating, seating
from engine.bpmn.layout.tracks import Tracks, tracks
from engine.bpmn.layout.writing import Point
from engine.bpmn.lettering import LEADING, width, wrap
from engine.bpmn.model import EVENTS, GATEWAYS, Drawing, Flow, Node, Place

Size = tuple[float, float]

TASK: Size = (150, 90)
GATEWAY: Size = (50, 50)
EVENT: Size = (36, 36)
NAME_SIZE = 11.0  # of letters beside shapes and flows
NAME_WIDTH = 116.0
FLOW_NAME_WIDTH = 100.0
_LINE = NAME_SIZE * LEADING
_TRACK = 16.0  # between flows side by side
_MARGIN = 22.0  # between a shape and the first flow beside it
_CHANNEL = 14.0  # between a row, or a lane's border, and the first flow in a channel
_HALF_ROW = 58.0  # the least space above and below the middle of a row
_ASIDE = 13.0  # above and below every shape
_BOUNDARY = 120.0  # between two events on one border: a name stands between them
_INNER = 20.0  # around what stands inside an unfolded sub-process
_TITLE = 26.0  # its own name


@dataclass
class Sketch:
    """Where everything of a scope is drawn, from (0, 0) on; what it holds is drawn along."""

    places: dict[str, Place] = field(default_factory=dict)
    routes: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    labels: dict[str, Place] = field(default_factory=dict)
    bands: list[tuple[float, float]] = field(default_factory=list)  # top and bottom of each lane
    width: float = 0
    height: float = 0

    def moved(self, x: float, y: float) -> Sketch:
        """The same, elsewhere."""
        return Sketch(
            places={key: _moved(place, x, y) for key, place in self.places.items()},
            routes={
                key: tuple((px + x, py + y) for px, py in route)
                for key, route in self.routes.items()
            },
            labels={key: _moved(place, x, y) for key, place in self.labels.items()},
            bands=[(top + y, bottom + y) for top, bottom in self.bands],
            width=self.width,
            height=self.height,
        )


def sketch(drawing: Drawing, scope: str | None, lanes: Sequence[str], folded: set[str]) -> Sketch:
    """The scope's sketch: the process itself (`scope` None, with its lanes) or a sub-process.

    `folded` sub-processes are drawn as a box without what they hold.
    """
    inner = {
        node.id: sketch(drawing, node.id, (), folded)
        for node in drawing.nodes.values()
        if node.parent == scope and _holds(drawing, node.id) and node.id not in folded
    }
    return _Scope(drawing, scope, lanes, inner).drawn()


def _holds(drawing: Drawing, scope: str) -> bool:
    return any(node.parent == scope for node in drawing.nodes.values())


class _Scope:
    """The elements of one scope on their way to the plane."""

    def __init__(
        self,
        drawing: Drawing,
        scope: str | None,
        lanes: Sequence[str],
        inner: Mapping[str, Sketch],
    ) -> None:
        self.inner = inner
        nodes = [node for node in drawing.nodes.values() if node.parent == scope]
        self.nodes = {node.id: node for node in nodes}
        self.riders: dict[str, list[Node]] = {}  # host -> its boundary events
        for node in nodes:
            host = self.nodes.get(node.attached_to or "")
            if host is not None and host.attached_to not in self.nodes:  # no event rides an event
                self.riders.setdefault(host.id, []).append(node)
        riding = {rider.id for riders in self.riders.values() for rider in riders}
        self.seated = [node.id for node in nodes if node.id not in riding]
        self.flows = [
            flow
            for flow in drawing.flows.values()
            if flow.source in self.nodes and flow.target in self.nodes
        ]
        self.links = [self._link(flow, riding) for flow in self.flows]
        self.named = {flow.id: flow.name for flow in self.flows if flow.name}
        order = {lane: index for index, lane in enumerate(lanes)}
        lane_of = {key: order.get(self.nodes[key].lane or "", 0) for key in self.seated}
        edges = [(link.source, link.target) for link in self.links if link.source != link.target]
        found, back = columns(self.seated, edges)
        ahead = [edge for edge in edges if edge not in back]
        self.seating: Seating = seating(self.seated, found, lane_of, max(1, len(lanes)), ahead)
        drops = {node.id: 1 if node.name else 2 for node in nodes if node.kind in GATEWAYS}
        self.courses = Chooser(self.seating, drops).courses(self.links)
        self.tracks: Tracks = tracks(self.courses, self.seating)
        self.upwards = {  # gateways whose name must stand above them
            course.link.source
            for course in self.courses
            if course.leaves is Exit.BOTTOM and not course.link.below
        }

    def _link(self, flow: Flow, riding: set[str]) -> Link:
        host = self.nodes[flow.source].attached_to if flow.source in riding else None
        target = self.nodes[flow.target]
        end = target.attached_to if target.id in riding and target.attached_to else target.id
        return Link(
            flow.id,
            host or flow.source,
            end,
            below=host is not None,
            port=flow.source,
            named=bool(flow.name),
        )

    # --- sizes ------------------------------------------------------------------------------------

    def _size(self, key: str) -> Size:
        node = self.nodes[key]
        if key in self.inner:
            held = self.inner[key]
            return held.width + 2 * _INNER, held.height + 2 * _INNER + _TITLE
        if node.kind in GATEWAYS or node.tag.endswith("Gateway"):
            return GATEWAY
        if node.kind in EVENTS or node.tag.endswith("Event"):
            return EVENT
        riders = len(self.riders.get(key, ()))
        return max(TASK[0], riders * _BOUNDARY + 30), TASK[1]

    def _named_beside(self, node: Node) -> bool:
        """Whether the node's name stands beside it, not in it."""
        return bool(node.name) and self._size(node.id) in (GATEWAY, EVENT)

    def _extent(self, key: str) -> Size:
        """How far the element and its names reach above and below the middle of its row."""
        node, (_, high) = self.nodes[key], self._size(key)
        up = down = high / 2 + _ASIDE
        if self._named_beside(node):
            name = _height(node.name, NAME_WIDTH) + 8
            if key in self.upwards:
                up += name
            else:
                down += name
        for rider in self.riders.get(key, ()):
            down = max(down, high / 2 + 24, high / 2 + 8 + _height(rider.name, _BOUNDARY - 44))
        return up, down

    def _column_widths(self) -> list[float]:
        widths = [0.0] * self.seating.columns
        for key, seat in self.seating.seats.items():
            own = NAME_WIDTH if self._named_beside(self.nodes[key]) else self._size(key)[0]
            widths[seat.column] = max(widths[seat.column], own)
        return widths

    def _name_zones(self) -> dict[int, float]:
        """Gutter -> the room that names of flows need in it."""
        zones: dict[int, float] = {}
        for course in self.courses:
            name = self.named.get(course.link.id)
            if name:
                column = self._seat(course.link.source).column
                wide = max(
                    width(line, NAME_SIZE) for line in wrap(name, FLOW_NAME_WIDTH, NAME_SIZE)
                )
                zones[column] = max(zones.get(column, 0), wide + 10)
        return zones

    def _seat(self, key: str) -> Seat:
        return self.seating.seats[key]

    # --- from the grid to the plane ---------------------------------------------------------------

    def drawn(self) -> Sketch:
        """Everything in its place."""
        done = Sketch()
        if not self.seated:
            done.bands = [(0, 2 * _HALF_ROW)] * max(1, len(self.seating.bands))
            return done
        self._lay_columns()
        self._lay_rows(done)
        for key in self.seated:
            self._place(done, key)
        for course in self.courses:
            self._run(done, course)
        done.width = self.right
        return done

    def _lay_columns(self) -> None:
        zones, widths = self._name_zones(), self._column_widths()
        self.left: list[float] = []  # of each column
        self.wide = widths
        self.first_leaving: dict[int, float] = {}  # gutter -> its first track
        self.first_arriving: dict[int, float] = {}
        self.zone: dict[int, float] = {}  # gutter -> where names of flows begin
        x = 0.0
        for column in range(-1, len(widths)):
            if column >= 0:
                self.left.append(x)
                x += widths[column]
            leaving = _count(self.tracks.leaving.get(column))
            arriving = _count(self.tracks.arriving.get(column))
            self.first_leaving[column] = x + _MARGIN
            self.zone[column] = x + (_MARGIN + (leaving - 1) * _TRACK if leaving else 0) + 6
            x = self.zone[column] + zones.get(column, 0) + arriving * _TRACK + _MARGIN
            self.first_arriving[column] = x - _MARGIN
        self.right = x

    def _lay_rows(self, done: Sketch) -> None:
        ups, downs = [_HALF_ROW] * self.seating.rows, [_HALF_ROW] * self.seating.rows
        for key, seat in self.seating.seats.items():
            up, down = self._extent(key)
            ups[seat.row], downs[seat.row] = max(ups[seat.row], up), max(downs[seat.row], down)
        for course in self.courses:  # names of flows stand above the row they run along
            name = self.named.get(course.link.id)
            if name and course.way is not Way.CHANNEL:
                row = self._named_row(course)
                ups[row] = max(ups[row], _height(name, FLOW_NAME_WIDTH) + 8)
        self.middle: list[float] = []
        self._levels: dict[str, float] = {}  # link -> height of its track in a channel
        y = 0.0
        for first, end in self.seating.bands:
            top = y
            for row in range(first, end):
                # Between two rows of a lane both their channels lie, one below the other.
                y = self._lay_channel((row, False), y) + ups[row]
                self.middle.append(y)
                y = self._lay_channel((row, True), y + downs[row])
            done.bands.append((top, y))
        done.height = y

    def _named_row(self, course: Course) -> int:
        """The row along which a flow's name stands."""
        late = course.way is Way.LATE
        return self._seat(course.link.source if late else course.link.target).row

    def _lay_channel(self, channel: tuple[int, bool], y: float) -> float:
        """Gives the tracks of a channel their heights, from `y` down; where it ends."""
        held = self.tracks.channels.get(channel, {})
        if not held:
            return y
        heights = [_TRACK] * _count(held)
        for link, track in held.items():
            if link in self.named:
                tall = _height(self.named[link], FLOW_NAME_WIDTH) + 8
                heights[track] = max(heights[track], tall)
        y += _CHANNEL / 2
        for track, height in enumerate(heights):
            y += height
            for link, own in held.items():
                if own == track:
                    self._levels[link] = y
        return y + _CHANNEL

    def _place(self, done: Sketch, key: str) -> None:
        """The element in the middle of its seat, with its boundary events and what it holds."""
        seat, (wide, high) = self._seat(key), self._size(key)
        centre = self._centre(seat.column)
        middle = self.middle[seat.row]
        place = Place(centre - wide / 2, middle - high / 2, wide, high)
        done.places[key] = place
        node = self.nodes[key]
        if self._named_beside(node):
            tall = _height(node.name, NAME_WIDTH)
            y = place.y - tall - 4 if key in self.upwards else place.y + high + 4
            done.labels[key] = _label(node.name, NAME_WIDTH, centre, y)
        if key in self.inner:
            held = self.inner[key].moved(place.x + _INNER, place.y + _TITLE + _INNER)
            done.places.update(held.places)
            done.routes.update(held.routes)
            done.labels.update(held.labels)
        for index, rider in enumerate(self.riders.get(key, ())):
            x = place.x + 34 + index * _BOUNDARY
            spot = Place(x - EVENT[0] / 2, place.y + high - EVENT[1] / 2, *EVENT)
            done.places[rider.id] = spot
            if rider.name:
                limit = _BOUNDARY - 44
                tall = _height(rider.name, limit)
                wide_name = min(limit, _longest(rider.name, limit))
                done.labels[rider.id] = Place(x + 22, place.y + high + 5, wide_name, tall)

    def _centre(self, column: int) -> float:
        return self.left[column] + self.wide[column] / 2

    def _run(self, done: Sketch, course: Course) -> None:
        """The flow's route, and its name above it."""
        link = course.link
        source, target = done.places[link.port or link.source], done.places[link.target]
        here, there = self._seat(link.source), self._seat(link.target)
        end = (target.x, self.middle[there.row])
        start = self._port(source, course)
        leaving = self.tracks.leaving.get(here.column, {}).get(link.source, 0)
        arriving = self.tracks.arriving.get(there.column - 1, {}).get(link.target, 0)
        out = self.first_leaving[here.column] + leaving * _TRACK
        into = self.first_arriving[there.column - 1] - arriving * _TRACK
        match course.way:
            case Way.STRAIGHT:
                bends: list[Point] = []
            case Way.DROP:
                bends = [(start[0], end[1])]
            case Way.EARLY:
                bends = [(out, start[1]), (out, end[1])]
            case Way.LATE:
                bends = [(into, start[1]), (into, end[1])]
            case Way.CHANNEL:
                level = self._levels[link.id]
                first = [(start[0], level)] if link.below else [(out, start[1]), (out, level)]
                bends = [*first, (into, level), (into, end[1])]
        done.routes[link.id] = tuple(_plain([start, *bends, end]))
        name = self.named.get(link.id)
        if name:
            y = (
                self._levels[link.id]
                if course.way is Way.CHANNEL
                else (self.middle[self._named_row(course)])
            )
            tall = _height(name, FLOW_NAME_WIDTH)
            x = self.zone[here.column] + 2
            wide = _longest(name, FLOW_NAME_WIDTH)
            done.labels[link.id] = Place(x, y - tall - 4, wide, tall)

    def _port(self, source: Place, course: Course) -> Point:
        match course.leaves:
            case Exit.TOP:
                return source.x + source.width / 2, source.y
            case Exit.BOTTOM:
                return source.x + source.width / 2, source.y + source.height
        return source.x + source.width, source.y + source.height / 2


def _count(held: Mapping[str, int] | None) -> int:
    """How many tracks a gutter or channel has."""
    return max(held.values(), default=-1) + 1 if held else 0


def _moved(place: Place, x: float, y: float) -> Place:
    return Place(place.x + x, place.y + y, place.width, place.height)


def _height(name: str, limit: float) -> float:
    return len(wrap(name, limit, NAME_SIZE)) * _LINE if name else 0


def _longest(name: str, limit: float) -> float:
    return max(width(line, NAME_SIZE) for line in wrap(name, limit, NAME_SIZE))


def _label(name: str, limit: float, centre: float, y: float) -> Place:
    wide = _longest(name, limit)
    return Place(centre - wide / 2, y, wide, _height(name, limit))


def _plain(points: Sequence[Point]) -> Iterator[Point]:
    """The route without points on a straight line."""
    kept = [points[0]]
    for point in points[1:]:
        if point != kept[-1]:
            kept.append(point)
    yield kept[0]
    for (before, here), (_, after) in pairwise(list(pairwise(kept))):
        flat = before[1] == here[1] == after[1] or before[0] == here[0] == after[0]
        if not flat:
            yield here
    yield kept[-1]
