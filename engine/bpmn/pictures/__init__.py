"""Draws every diagram of a BPMN file as it is drawn there, whether or not it could be executed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.checks.kinds import FLOW_NODES
from engine.bpmn.layout import laid_out
from engine.bpmn.pictures.figures import Mark
from engine.bpmn.pictures.meanings import name_of
from engine.bpmn.pictures.painting import Hanging, Picture, painted
from engine.bpmn.pictures.planes import Plane, read_planes
from engine.bpmn.reading import read_xml
from engine.bpmn.reading.elements import local
from engine.bpmn.reading.node_kinds import SCOPE_TAGS
from engine.domain.errors import DrawingRefused
from engine.domain.messages import Message, say

__all__ = ("Depicted", "Picture", "depicted", "drawn_in")


@dataclass(frozen=True)
class Depicted:
    """All that can be shown of a file."""

    pictures: tuple[Picture, ...]
    remarks: tuple[Message, ...]  # what is not to be seen, in words


def depicted(
    content: bytes,
    filename: str,
    marks: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    anchors: str | None = None,
) -> Depicted:
    """Every diagram of a file. `marks`: element id → Mark; `links`: element id →
    address it leads to; with `anchors`, figures that lead somewhere bear ids that begin so.

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
    said = {key: Mark(mark) for key, mark in (marks or {}).items()}
    hanging = Hanging(said, links or {}, anchors)
    pictures = tuple(
        painted(plane, number, hanging) for number, plane in enumerate(planes, start=1)
    )
    return Depicted(pictures, (*remarks, *_unseen(root, planes, left_out)))


def drawn_in(content: bytes, filename: str) -> frozenset[str]:
    """The ids of everything that has a figure in a file's diagrams. Raises DrawingRefused."""
    planes = read_planes(read_xml(content, filename))
    return frozenset(figure.key for plane in planes for figure in plane.figures)


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
    missed = [
        element
        for element in root.iter(etree.Element)
        if local(element) in FLOW_NODES and element.get("id") not in shown
    ]
    unfolded = {figure.element.getparent() for plane in planes for figure in plane.figures}
    hidden = [
        name_of(element, {}) or element.get("id") or "?"
        for element in missed
        if (scope := element.getparent()) in unfolded
        or (scope is not None and local(scope) not in SCOPE_TAGS)
    ]
    if planes and hidden:
        yield say(
            "%(count)s phần tử có trong tệp nhưng không có hình: %(names)s.",
            count=len(hidden),
            names=", ".join(f"“{one}”" for one in hidden[:10]) + ("…" if hidden[10:] else ""),
        )
