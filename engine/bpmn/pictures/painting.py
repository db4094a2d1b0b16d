"""Draws one diagram, from the ground up: frames, unfolded scopes, lines, the rest, groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.checks.kinds import (
    ACTIVITIES,
    CHOREOGRAPHY_ACTIVITIES,
    CONVERSATIONS,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    kind_name,
)
from engine.bpmn.pictures import figures, lines, nodes, things
from engine.bpmn.pictures.figures import Mark, tag, words
from engine.bpmn.pictures.planes import Figure, Plane, frame_of
from engine.bpmn.reading.node_kinds import SCOPE_TAGS
from engine.domain.messages import Message, say

_DATA = frozenset({"dataObject", "dataObjectReference", "dataInput", "dataOutput"})
_STORES = frozenset({"dataStore", "dataStoreReference"})
_FRAMES = frozenset({"participant", "lane"})
_NAMED_BESIDE = EVENTS | GATEWAYS | CONVERSATIONS | _DATA | _STORES | {"message", "group"}
_LISTED = FLOW_NODES | CONVERSATIONS | _DATA | _STORES | {"participant", "lane", "textAnnotation"}
_UNFOLDING = SCOPE_TAGS | {"subChoreography", "callActivity", "callChoreography"}
_MOST_LISTED = 2_000


@dataclass(frozen=True)
class Picture:
    """One diagram. `listed`: what is in it, kind and name, for those who do not see it."""

    name: str
    svg: str
    listed: tuple[tuple[Message | str, str], ...]


@dataclass(frozen=True)
class Hanging:
    """What hangs on elements in all pictures of a file, by their ids."""

    marks: Mapping[str, Mark]
    links: Mapping[str, str]  # the address that it leads to
    anchors: str | None = None  # begins the ids of figures that lead somewhere
    _taken: set[str] = field(default_factory=set)

    def around(self, figure: Figure, *parts: str) -> str:
        """The group of a figure; of an element drawn twice the first bears the id."""
        key, mark = figure.key, self.marks.get(figure.key)
        anchor = None
        if self.anchors is not None and key in self.links and key not in self._taken:
            anchor = f"{self.anchors}{key}"
            self._taken.add(key)
        classes = f"element {mark}" if mark else "element"
        group = tag("g", *parts, class_=classes, data_element=key, id=anchor)
        return tag("a", group, href=self.links[key]) if key in self.links else group


def painted(plane: Plane, number: int, hanging: Hanging) -> Picture:
    """The picture of a plane, the `number`-th of its file."""
    key = f"{hanging.anchors or ''}so-do-{number}"
    name = plane.name or str(say("Sơ đồ %(number)s", number=number))
    named = [one for one in plane.figures if _is_named_beside(one)]
    beside = [lines.name_place(one) for one in named]
    beside += [place for one in plane.figures if (place := nodes.envelope_place(one))]
    box = frame_of(plane.figures, beside)
    listed = tuple(
        (kind_name(one.element), one.name) for one in plane.figures if one.tag in _LISTED
    )
    svg = tag(
        "svg",
        tag("title", words(name)),
        tag("defs", lines.ends(key)),
        tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, fill=figures.PAPER),
        *_drawn(plane, key, hanging),
        *(lines.name(one) for one in named),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{box.x:.2f} {box.y:.2f} {box.width:.2f} {box.height:.2f}",
        width=box.width,
        height=box.height,
        role="group" if hanging.links else "img",
        font_family=figures.FONT,
        class_="drawing",
    )
    return Picture(name, svg, listed[:_MOST_LISTED])


def _is_named_beside(figure: Figure) -> bool:
    return bool(figure.name) and (figure.place is None or figure.tag in _NAMED_BESIDE)


def _drawn(plane: Plane, key: str, hanging: Hanging) -> Iterator[str]:
    unfolded = _unfolded(plane)
    bands: dict[str, list[Figure]] = {}
    for figure in plane.figures:
        host = figure.said.get("choreographyActivityShape", "").rpartition(":")[2]
        if figure.tag == "participant" and host:
            bands.setdefault(host, []).append(figure)
    own = {figure.said.get("id", "") for figure in plane.figures}
    in_bands = {id(one) for host, found in bands.items() if host in own for one in found}

    def height(figure: Figure) -> tuple[int, float]:
        if figure.place is None:
            return 3, 0.0
        area = -figure.place.width * figure.place.height
        if figure.tag in _FRAMES:
            return (0 if figure.tag == "participant" else 1), area
        if figure.key in unfolded:
            return 2, area
        return {"boundaryEvent": 5, "group": 6}.get(figure.tag, 4), 0.0

    for figure in sorted(plane.figures, key=height):
        if id(figure) in in_bands:
            continue
        mark = hanging.marks.get(figure.key)
        around = bands.get(figure.said.get("id", ""), [])
        shape = _shape(figure, mark, key, around, expanded=figure.key in unfolded)
        title = f"{kind_name(figure.element)}: {figure.name}".rstrip(": ")
        badge = figures.badge(figure.place, mark) if mark and figure.place else ""
        yield hanging.around(figure, tag("title", words(title)), shape, badge)


def _unfolded(plane: Plane) -> frozenset[str]:
    """The scopes drawn around what is in them: as the file says, else by what else is drawn."""
    holders = {
        parent.get("id")
        for figure in plane.figures
        if (parent := figure.element.getparent()) is not None
    }
    return frozenset(
        figure.key
        for figure in plane.figures
        if figure.tag in _UNFOLDING and figure.says("isExpanded", figure.key in holders)
    )


def _shape(
    figure: Figure, mark: Mark | None, key: str, bands: list[Figure], *, expanded: bool
) -> str:
    kind = figure.tag
    if figure.place is None:
        return lines.line(figure, mark, key)
    if kind in EVENTS:
        return nodes.event(figure, mark)
    if kind in GATEWAYS:
        return nodes.gateway(figure, mark)
    if kind in ACTIVITIES:
        return nodes.activity(figure, mark, expanded=expanded)
    if kind in CHOREOGRAPHY_ACTIVITIES:
        return nodes.choreography(figure, mark, bands, expanded=expanded)
    if kind in _FRAMES:
        return things.frame(figure, mark)
    if kind in _DATA:
        return things.data(figure, mark)
    if kind in _STORES:
        return things.store(figure, mark)
    if kind in CONVERSATIONS:
        return things.conversation(figure, mark)
    simple = {"textAnnotation": things.note, "group": things.group}
    if kind == "message":
        return nodes.message(figure.place)
    return simple.get(kind, things.other)(figure, mark)
