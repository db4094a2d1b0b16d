"""Draws a drawing as one standalone SVG, with what has become of its elements in a case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn import lettering
from engine.bpmn.model import EVENTS, GATEWAYS, HUMAN, Drawing, Kind, Node, Place
from engine.bpmn.pictures import figures, placing
from engine.bpmn.pictures.figures import Mark, Warmth, tag, words
from engine.domain.durations import SameAs, parse_alternatives, parse_due
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say

STATED: Mapping[Mark, Message] = {
    Mark.DONE: say("đã xong"),
    Mark.CURRENT: say("đang làm"),
    Mark.OVERDUE: say("quá hạn"),
    Mark.WAITING: say("đang chờ"),
    Mark.FAULTY: say("có lỗi"),
    Mark.DOUBTFUL: say("có cảnh báo"),
}
_STEP_CODE = re.compile(r"[A-Z]{1,2}[0-9]{1,2}[a-z]?")  # B1a, S2: what the source calls the step
_LABELLED = EVENTS | GATEWAYS  # their names stand beside them
_SIGNED = HUMAN | {Kind.RULE_TASK}  # the sort of task is drawn in their corner
_BAND = 30.0  # where the name of a lane or pool stands; wider for lanes when there is room
_WIDE_BAND = 46.0
_TASK_SIZES = (12.0, 11.0, 10.0, 9.0)
_LABEL_SIZE = 11.0


def render(
    drawing: Drawing,
    marks: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    warmths: Mapping[str, Warmth] | None = None,
    anchors: str | None = None,
) -> str:
    """The SVG text. `marks`: id of an element, flow or lane → Mark; `links`: the same → address it
    leads to; `warmths`: element id → how it stands on a heat map. With `anchors`, each figure that
    leads somewhere can be led to: by its id after this text.

    Styled by presentation attributes alone, so that a strict Content-Security-Policy holds when it
    stands inside a page. Elements without a place in the file are set below the rest.
    """
    drawing = drawing.as_drawn
    said = {key: Mark(mark) for key, mark in (marks or {}).items()}
    spots = placing.picture(drawing)
    arrow = f"{anchors or ''}arrow-{drawing.key}"
    hung = _Hung(said, links or {}, anchors)
    box = spots.frame
    unfolded = placing.unfolded(drawing, spots.nodes)
    covered = placing.covered_below(drawing, spots.nodes)

    def drawn(nodes: Iterable[Node]) -> Iterator[str]:
        for node in nodes:
            place = spots.nodes[node.id]
            yield _node(
                node,
                place,
                hung,
                unfolded=node.id in unfolded,
                covered=covered.get(node.id, 0.0),
                warmth=(warmths or {}).get(node.id),
            )

    outer, inner = _in_layers(drawing, unfolded)
    return tag(
        "svg",
        tag("title", words(drawing.name or drawing.key)),
        tag("desc", words(_summary(drawing, said))),
        tag("defs", _arrowhead(arrow)),
        tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, fill=figures.PAPER),
        *_pools(drawing, spots),
        *_lanes(drawing, spots, hung),
        *drawn(outer),
        *_flows(drawing, spots, arrow, hung),
        *drawn(inner),
        *_labels(drawing, spots),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=" ".join(f"{n:g}" for n in (box.x, box.y, box.width, box.height)),
        width=box.width,
        height=box.height,
        role="group" if links else "img",
        font_family=figures.FONT,
        class_="drawing",
    )


@dataclass(frozen=True)
class _Hung:
    """What is hung on figures: their marks, where they lead, and what they are led to by."""

    marks: Mapping[str, Mark]
    links: Mapping[str, str]
    anchors: str | None

    def anchor(self, key: str) -> str | None:
        return f"{self.anchors}{key}" if self.anchors is not None and key in self.links else None

    def around(self, key: str, group: str) -> str:
        return tag("a", group, href=self.links[key]) if key in self.links else group

    def titled(self, key: str, title: str) -> str:
        mark = self.marks.get(key)
        return f"{title} ({STATED[mark]})" if mark else title


def _in_layers(drawing: Drawing, unfolded: frozenset[str]) -> tuple[list[Node], list[Node]]:
    """What lies under the flows (unfolded sub-processes, outer ones first), and over them.

    Boundary events lie over their hosts.
    """

    def depth(node: Node) -> int:
        around = drawing.nodes.get(node.parent or "")
        return 0 if around is None else depth(around) + 1

    nodes = drawing.nodes.values()
    over = [node for node in nodes if node.id not in unfolded]
    return (
        sorted((node for node in nodes if node.id in unfolded), key=depth),
        sorted(over, key=lambda node: node.attached_to is not None),
    )


def _summary(drawing: Drawing, marks: Mapping[str, Mark]) -> str:
    """Which elements bear which mark, in words."""
    parts = []
    for mark, message in STATED.items():
        names = [_full_name(drawing.nodes[k]) for k in drawing.nodes if marks.get(k) is mark]
        if names:
            parts.append(f"{str(message).capitalize()}: {', '.join(names)}.")
    return " ".join(parts)


def _full_name(node: Node) -> str:
    code = step_code(node.id)
    return " ".join(part for part in (code, node.name) if part) or node.id


def step_code(element: str) -> str:
    """The code that people know a step by (`B13a`); empty for ids that only drawings use."""
    return element if _STEP_CODE.fullmatch(element) else ""


def _arrowhead(key: str) -> str:
    head = tag("path", d="M0 0 L10 5 L0 10 Z", fill=figures.QUIET)
    return tag("marker", head, id=key, viewBox="0 0 10 10", refX=9, refY=5, markerWidth=8,
               markerHeight=8, markerUnits="userSpaceOnUse", orient="auto")  # fmt: skip


def _pools(drawing: Drawing, spots: placing.Picture) -> Iterator[str]:
    for place in spots.frames:
        yield _band(place, _BAND, drawing.name, fill="#e4e9ee", weight="600")


def _lanes(drawing: Drawing, spots: placing.Picture, hung: _Hung) -> Iterator[str]:
    first = min((place.x for place in spots.nodes.values()), default=0.0)
    for number, (key, place) in enumerate(spots.lanes.items()):
        ground = "#ffffff" if number % 2 else "#f7f9fb"
        figure = tag("rect", x=place.x, y=place.y, width=place.width, height=place.height,
                     fill=ground, stroke="#9aa5b1", stroke_width=1)  # fmt: skip
        name = drawing.lanes[key].name
        broad = _WIDE_BAND if first - place.x > _WIDE_BAND + 10 else _BAND
        mark = hung.marks.get(key)
        band = _band(place, broad, name)
        sign = figures.badge(Place(place.x, place.y, broad - 12, 0), mark) if mark else ""
        group = tag("g", tag("title", words(hung.titled(key, name))), figure, band, sign,
                    data_lane=key, class_=mark, id=hung.anchor(key))  # fmt: skip
        yield hung.around(key, group)


def _band(
    place: Place, broad: float, name: str, fill: str = "#eef1f5", weight: str | None = None
) -> str:
    """The strip at the left of a lane or pool, its name standing upright in it."""
    strip = tag("rect", x=place.x, y=place.y, width=broad, height=place.height, fill=fill,
                stroke="#9aa5b1", stroke_width=1)  # fmt: skip
    size, text = lettering.fit(name, place.height - 8, broad, (13.0, 12.0, 11.0, 10.0, 9.0, 8.0))
    x, y = place.x + broad / 2, place.y + place.height / 2
    turn = f"rotate(-90 {x:g} {y:g})"
    return strip + figures.lines(text, x, y, size, transform=turn, font_weight=weight)


def _flows(drawing: Drawing, spots: placing.Picture, arrow: str, hung: _Hung) -> Iterator[str]:
    for key, points in spots.routes.items():
        flow = drawing.flows[key]
        path = "M" + " L".join(f"{x:g} {y:g}" for x, y in points)
        line = tag("path", d=path, fill="none", stroke=figures.QUIET, stroke_width=1.5,
                   stroke_linejoin="round", marker_end=f"url(#{arrow})")  # fmt: skip
        slash = ""
        source = drawing.nodes.get(flow.source)
        if source is not None and source.default_flow == key:
            slash = _slash(points[0], points[1])
        mark = hung.marks.get(key)
        name = hung.titled(key, flow.name or (key if mark else ""))
        title = tag("title", words(name)) if name else ""
        ground = figures.halo(path, mark) if mark else ""
        group = tag("g", title, ground, line, slash, data_flow=key, class_=mark,
                    id=hung.anchor(key))  # fmt: skip
        yield hung.around(key, group)


def _slash(start: placing.Point, then: placing.Point) -> str:
    """The stroke across a default flow, near its beginning."""
    (x, y), length = start, abs(then[0] - start[0]) + abs(then[1] - start[1])
    share = 10 / length if length else 0.0
    x, y = x + (then[0] - x) * share, y + (then[1] - y) * share
    return tag("path", d=f"M{x - 5:g} {y + 5:g} L{x + 5:g} {y - 5:g}", stroke=figures.QUIET,
               stroke_width=1.5)  # fmt: skip


def _node(
    node: Node,
    place: Place,
    hung: _Hung,
    *,
    unfolded: bool,
    covered: float = 0.0,
    warmth: Warmth | None = None,
) -> str:
    mark = hung.marks.get(node.id)
    title = hung.titled(node.id, _full_name(node))
    if warmth:
        title = warmth.title
    parts = [
        tag("title", words(title)),
        figures.shape(
            node.kind,
            place,
            mark,
            called=node.kind is Kind.CALL_ACTIVITY,
            interrupting=node.interrupting,
            warmth=warmth,
        ),
        "" if unfolded else figures.sign(node, place, mark),
    ]
    if node.kind not in _LABELLED:
        parts.append(_inner_text(node, place, covered, unfolded=unfolded))
    if mark:
        parts.append(figures.badge(place, mark))
    if warmth and warmth.badge:
        parts.append(figures.plate(place, warmth))
    classes = " ".join(["element", node.kind.value.replace("_", "-"), *([mark] if mark else [])])
    group = tag("g", *parts, class_=classes, data_element=node.id, id=hung.anchor(node.id))
    return hung.around(node.id, group)


def _inner_text(node: Node, place: Place, covered: float, *, unfolded: bool) -> str:
    """Code above, name in the middle, time allowed below."""
    middle = place.x + place.width / 2
    due, code = _due(node), step_code(node.id)
    top = 20.0 if code or node.kind in _SIGNED else 6.0
    bottom = (17.0 if due else 6.0) + covered
    if unfolded:
        top, bottom = 4.0, max(place.height - 24.0, 4.0)  # its name stands over what is inside
    room = max(place.height - top - bottom, 12.0)
    name = f"{code} {node.name}".strip() if unfolded else node.name
    size, text = lettering.fit(name, place.width - 12, room, _TASK_SIZES)
    parts = [figures.lines(text, middle, place.y + top + room / 2, size)]
    if code and not unfolded:
        parts.append(figures.lines([code], middle, place.y + 13, 10.5, colour=figures.QUIET,
                                   font_weight="600"))  # fmt: skip
    if due:
        size, text = lettering.fit(due, place.width - 10, 14, (10.5, 9.5, 8.5))
        parts.append(figures.lines(text, middle, place.y + place.height - 11 - covered, size,
                                   colour=figures.QUIET))  # fmt: skip
    return "".join(parts)


def _due(node: Node) -> str:
    """The plain time allowed: of several by condition the last, which stands for the rest."""
    if not node.due:
        return ""
    try:
        text = parse_alternatives(node.due)[-1].value
        return "" if isinstance(parse_due(text), SameAs) else text
    except BadDuration:
        return ""  # a drawing may be shown that the checks refuse


def _labels(drawing: Drawing, spots: placing.Picture) -> Iterator[str]:
    """Names beside events, gateways and flows, where the file puts them."""
    for node in drawing.nodes.values():
        if node.name and node.kind in _LABELLED:
            place = spots.nodes[node.id]
            under = Place(place.x + place.width / 2 - 50, place.y + place.height + 4, 100, 14)
            yield _label(node.name, drawing.labels.get(node.id, under))
    for key, points in spots.routes.items():
        name = drawing.flows[key].name
        if name:
            x, y = (points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2
            yield _label(name, drawing.labels.get(key, Place(x - 45, y - 18, 90, 14)))


def _label(name: str, place: Place) -> str:
    """A name from the top of its place down, its ground kept clear of lines."""
    text = lettering.wrap(name, max(place.width, 60.0) + 2, _LABEL_SIZE)
    step = _LABEL_SIZE * lettering.LEADING
    middle = place.y + step * len(text) / 2
    return figures.lines(text, place.x + place.width / 2, middle, _LABEL_SIZE, stroke=figures.PAPER,
                         stroke_width=3, stroke_linejoin="round", paint_order="stroke")  # fmt: skip
