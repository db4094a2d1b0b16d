"""Draws what connects: flows, message flows, associations, links of conversations, and names."""

from __future__ import annotations

import math
from itertools import pairwise

from engine.bpmn import lettering
from engine.bpmn.model import Place
from engine.bpmn.pictures import figures
from engine.bpmn.pictures.figures import Mark, tag
from engine.bpmn.pictures.nodes import message
from engine.bpmn.pictures.planes import Figure, Point
from engine.bpmn.pictures.texts import longest

_SIZE = 11.0
_WIDEST_WORD = 140.0
_DOTTED, _DASHED = "1.5 4", "7 4"
_DATA = frozenset({"dataInputAssociation", "dataOutputAssociation"})


def ends(key: str) -> str:
    """The heads that lines of a picture end or begin with; `key` keeps its ids its own."""
    arrow = tag("path", d="M0 0 L10 5 L0 10 Z", fill=figures.QUIET)
    hollow = tag("path", d="M0.5 0.5 L9.5 5 L0.5 9.5 Z", fill=figures.PAPER, stroke=figures.QUIET)
    open_ = tag("path", d="M1 1 L9 5 L1 9", fill="none", stroke=figures.QUIET, stroke_width=1.4)
    ring = tag("circle", cx=5, cy=5, r=4, fill=figures.PAPER, stroke=figures.QUIET)
    return (
        _head(f"{key}-flow", arrow, 9)
        + _head(f"{key}-message", hollow, 9)
        + _head(f"{key}-open", open_, 8.5)
        + _head(f"{key}-ring", ring, 1)
    )


def _head(key: str, shape: str, reach: float) -> str:
    return tag("marker", shape, id=key, viewBox="0 0 10 10", refX=reach, refY=5, markerWidth=9,
               markerHeight=9, markerUnits="userSpaceOnUse", orient="auto")  # fmt: skip


def line(figure: Figure, mark: Mark | None, key: str) -> str:
    """A line in the manner of its kind."""
    _, stroke, thick, _ = figures.look_of(mark)
    if mark is None:
        stroke, thick = figures.QUIET, 1.5
    path = "M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in figure.route)
    look: dict[str, object] = {
        "d": path, "fill": "none", "stroke": stroke, "stroke_width": thick,
        "stroke_linejoin": "round",
    }  # fmt: skip
    kind = figure.tag
    if kind == "conversationLink":
        wide = tag("path", **{**look, "stroke_width": thick + 3.5})
        return wide + tag("path", **{**look, "stroke": figures.PAPER, "stroke_width": 2.0})
    if kind == "messageFlow":
        shape = tag("path", stroke_dasharray=_DASHED, marker_start=f"url(#{key}-ring)",
                    marker_end=f"url(#{key}-message)", **look)  # fmt: skip
        return shape + _envelope(figure)
    if kind in _DATA:
        return tag("path", stroke_dasharray=_DOTTED, marker_end=f"url(#{key}-open)", **look)
    if kind == "sequenceFlow":
        return tag("path", marker_end=f"url(#{key}-flow)", **look) + _at_beginning(figure, stroke)
    said = (figure.element.get("associationDirection") or "None").strip()
    return tag(
        "path",
        stroke_dasharray=_DOTTED,
        marker_start=f"url(#{key}-open)" if said == "Both" else None,
        marker_end=f"url(#{key}-open)" if said in {"One", "Both"} else None,
        **look,
    )


def _at_beginning(figure: Figure, stroke: str) -> str:
    """The stroke across a default flow; the diamond of a condition on what leaves no gateway."""
    (x, y), (then_x, then_y) = figure.route[0], figure.route[1]
    length = math.hypot(then_x - x, then_y - y)
    if not length:
        return ""
    ahead_x, ahead_y = (then_x - x) / length, (then_y - y) / length
    if "default" in figure.traits:
        x, y = x + 10 * ahead_x, y + 10 * ahead_y
        return tag("path", d=f"M{x - 5:.2f} {y + 5:.2f} L{x + 5:.2f} {y - 5:.2f}", stroke=stroke,
                   stroke_width=1.5)  # fmt: skip
    if "conditional" in figure.traits and "from gateway" not in figure.traits:
        side_x, side_y = -ahead_y * 4, ahead_x * 4
        corners = (
            (x, y),
            (x + 7 * ahead_x + side_x, y + 7 * ahead_y + side_y),
            (x + 14 * ahead_x, y + 14 * ahead_y),
            (x + 7 * ahead_x - side_x, y + 7 * ahead_y - side_y),
        )
        points = " ".join(f"{a:.2f},{b:.2f}" for a, b in corners)
        return tag("polygon", points=points, fill=figures.PAPER, stroke=stroke, stroke_width=1.3)
    return ""


def _envelope(figure: Figure) -> str:
    kind = figure.said.get("messageVisibleKind", "")
    if not kind:
        return ""
    x, y = middle(figure.route)
    fill = "#c9d1da" if kind == "non_initiating" else figures.PAPER
    return message(Place(x - 13, y - 9, 26, 18), fill)


def middle(route: tuple[Point, ...]) -> Point:
    """The point half way along a line."""
    legs = list(pairwise(route))
    lengths = [math.dist(*leg) for leg in legs]
    left = sum(lengths) / 2
    for (start, then), length in zip(legs, lengths, strict=True):
        if length and left <= length:
            share = left / length
            return (
                start[0] + (then[0] - start[0]) * share,
                start[1] + (then[1] - start[1]) * share,
            )
        left -= length
    return route[0]


def name_place(figure: Figure) -> Place:
    """Where the name of what is too small for it stands: where the file says, else below."""
    if figure.label is not None:
        return figure.label
    if figure.place is None:
        x, y = middle(figure.route)
        beside = 62.0 if figure.said.get("messageVisibleKind") else 0.0
        return Place(x - 45 + beside, y - 18 + beside / 6, 90, 14)
    place = figure.place
    if figure.tag == "group":
        return Place(place.x + 10, place.y + 3, max(place.width - 20, 60), 14)
    return Place(place.x + place.width / 2 - 50, place.y + place.height + 4, 100, 14)


def name(figure: Figure) -> str:
    """A name from the top of its place down, its ground kept clear of lines."""
    place = name_place(figure)
    widest = min(longest(figure.name, _SIZE), _WIDEST_WORD)
    text = lettering.wrap(figure.name, max(place.width, widest, 60.0) + 2, _SIZE)[:12]
    centre = place.y + _SIZE * lettering.LEADING * len(text) / 2
    return figures.lines(text, place.x + place.width / 2, centre, _SIZE, stroke=figures.PAPER,
                         stroke_width=3, stroke_linejoin="round", paint_order="stroke")  # fmt: skip
