"""Draws every diagram of a BPMN file as it is drawn there, whether or not it could be executed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import figures
from engine.bpmn.checks.kinds import (
    ACTIVITIES,
    CHOREOGRAPHY_ACTIVITIES,
    CONVERSATIONS,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    kind_name,
)
from engine.bpmn.dialect import SCOPE_TAGS, local
from engine.bpmn.figures import Mark, tag, words
from engine.bpmn.layout import laid_out
from engine.bpmn.pictures import lines, nodes, things
from engine.bpmn.pictures.meanings import name_of
from engine.bpmn.pictures.planes import Figure, Plane, frame_of, read_planes
from engine.bpmn.reading import read_xml
from engine.domain.errors import DrawingRefused
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
class Depicted:
    """All that can be shown of a file."""

    pictures: tuple[Picture, ...]
    remarks: tuple[Message, ...]  # what is not to be seen, in words


def depicted(content: bytes, filename: str, marks: Mapping[str, Mark] | None = None) -> Depicted:
    """Every diagram of a file. `marks`: element id → how it is marked.

    A file without a diagram is laid out by us where that can be done. Raises DrawingRefused for
    what cannot be read as BPMN.
    """
    root = read_xml(content, filename)
    remarks: list[Message] = []
    every = read_planes(root)
    left_out = sum(plane.left_out for plane in every)
    planes = tuple(plane for plane in every if plane.figures)
    if not planes:
        root, planes = _laid_out(content, filename, root)
        remarks.append(
            say("Tệp không có hình vẽ nào dùng được: hệ thống tự xếp chỗ cho các phần tử.")
            if planes
            else say("Tệp không có hình vẽ nào dùng được, và không có quy trình để tự xếp hình.")
        )
    pictures = tuple(
        _picture(plane, number, marks or {}) for number, plane in enumerate(planes, start=1)
    )
    return Depicted(pictures, (*remarks, *_unseen(root, planes, left_out)))


def _laid_out(
    content: bytes, filename: str, root: etree._Element
) -> tuple[etree._Element, tuple[Plane, ...]]:
    try:
        again = read_xml(laid_out(content, filename), filename)
    except DrawingRefused:
        return root, ()
    return again, read_planes(again)


def _unseen(root: etree._Element, planes: tuple[Plane, ...], left_out: int) -> Iterator[Message]:
    """What is in the file but in none of its diagrams."""
    if left_out:
        yield say(
            "%(count)s hình trong tệp không có chỗ đứng rõ ràng, hoặc vẽ phần tử không có trong "
            "tệp, nên không vẽ được.",
            count=left_out,
        )
    shown = {figure.key for plane in planes for figure in plane.figures}
    hidden = [
        name_of(element, {}) or element.get("id") or "?"
        for element in root.iter(etree.Element)
        if local(element) in FLOW_NODES
        and element.get("id") not in shown
        and not _is_folded_away(element, shown)
    ]
    if planes and hidden:
        yield say(
            "%(count)s phần tử có trong tệp nhưng không có hình: %(names)s.",
            count=len(hidden),
            names=", ".join(f"“{one}”" for one in hidden[:10]) + ("…" if hidden[10:] else ""),
        )


def _is_folded_away(element: etree._Element, shown: set[str]) -> bool:
    """Whether it stands in a scope that is drawn without anything in it."""
    scope = element.getparent()
    if scope is None or local(scope) not in SCOPE_TAGS:
        return False
    inside = {child.get("id") for child in scope.iterchildren()}
    return inside.isdisjoint(shown)


def _picture(plane: Plane, number: int, marks: Mapping[str, Mark]) -> Picture:
    key = f"so-do-{number}"
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
        *_drawn(plane, key, marks),
        *(lines.name(one) for one in named),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{box.x:.2f} {box.y:.2f} {box.width:.2f} {box.height:.2f}",
        width=box.width,
        height=box.height,
        role="img",
        font_family=figures.FONT,
        class_="drawing",
    )
    return Picture(name, svg, listed[:_MOST_LISTED])


def _is_named_beside(figure: Figure) -> bool:
    return bool(figure.name) and (figure.place is None or figure.tag in _NAMED_BESIDE)


def _drawn(plane: Plane, key: str, marks: Mapping[str, Mark]) -> Iterator[str]:
    """Everything, from the ground up: frames, unfolded scopes, lines, the rest, groups."""
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
        mark = marks.get(figure.key)
        around = bands.get(figure.said.get("id", ""), [])
        shape = _shape(figure, mark, key, around, expanded=figure.key in unfolded)
        title = f"{kind_name(figure.element)}: {figure.name}".rstrip(": ")
        badge = figures.badge(figure.place, mark) if mark and figure.place else ""
        yield tag("g", tag("title", words(title)), shape, badge, data_element=figure.key)


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
