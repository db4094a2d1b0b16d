"""What there is to look at on one plane: the figures of the drawing put in force, not the decor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from lxml import etree

from engine.bpmn.checks.boxes import Box, Index, box
from engine.bpmn.model import EVENTS, GATEWAYS, Drawing, Lane, Node
from engine.bpmn.pictures.sheets import Point, Sheet, read_sheets

_DIAMOND, _CIRCLE = 0.25, 0.15  # of the width: from each side of the rectangle around them


class Plane:
    """A plane as the rules see it. What stands in a folded sub-process is not to be seen."""

    def __init__(self, sheet: Sheet, drawing: Drawing) -> None:
        self.drawing = drawing
        self.sheet = sheet
        self.nodes: Mapping[str, Node] = {
            key: drawing.nodes[key]
            for key in sheet.places
            if key in drawing.nodes and not self.hidden(drawing.nodes[key].parent)
        }
        self.lanes: Mapping[str, Lane] = {
            key: drawing.lanes[key] for key in sheet.places if key in drawing.lanes
        }
        self.routes: Mapping[str, tuple[Point, ...]] = {
            key: route
            for key, route in sheet.routes.items()
            if key in drawing.flows and not self.hidden(drawing.flows[key].parent)
        }

    def box(self, key: str) -> Box:
        return box(self.sheet.places[key])

    def solid(self, key: str) -> Box:
        """What a figure fills of its rectangle: diamonds and circles leave its corners free."""
        around, kind = self.box(key), self.nodes[key].kind
        free = _DIAMOND if kind in GATEWAYS else _CIRCLE if kind in EVENTS else 0.0
        return around.grown(-free * min(around.right - around.left, around.bottom - around.top))

    @cached_property
    def index(self) -> Index:
        """The shapes of nodes."""
        return Index({key: self.box(key) for key in self.nodes})

    @cached_property
    def _filled(self) -> frozenset[str]:
        """Sub-processes of which something stands on this plane within their own shape."""
        inside = (self.drawing.nodes[key] for key in self.sheet.places if key in self.drawing.nodes)
        return frozenset(
            node.parent
            for node in inside
            if node.parent in self.sheet.places and self.box(node.parent).touches(self.box(node.id))
        )

    def hidden(self, scope: str | None) -> bool:
        """Whether what stands in that sub-process cannot be seen: it, or one around it, is folded.

        A sub-process folded elsewhere may have a plane of its own: there its insides are seen.
        """
        return any(self._folded(key) for key in scopes(self.drawing, scope))

    def _folded(self, scope: str) -> bool:
        if scope not in self.sheet.drawn:
            return False
        return not self.sheet.expanded.get(scope, scope in self._filled)


def scopes(drawing: Drawing, scope: str | None) -> Iterator[str]:
    """A sub-process, the one around it, and so on outwards."""
    seen = set[str]()
    while scope and scope not in seen:
        seen.add(scope)
        yield scope
        around = drawing.nodes.get(scope)
        scope = around.parent if around else None


def planes_of(root: etree._Element, drawing: Drawing) -> tuple[Plane, ...]:
    """The planes of a file that draw something of the drawing."""
    ours = drawing.nodes.keys() | drawing.flows.keys() | drawing.lanes.keys()
    return tuple(
        Plane(sheet, drawing) for sheet in read_sheets(root) if not ours.isdisjoint(sheet.drawn)
    )
