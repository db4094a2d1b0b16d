"""The shapes of BPMN as SVG text: tasks, gateways, events, their signs, and the marks on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape, quoteattr

from engine.bpmn.lettering import LEADING
from engine.bpmn.model import SCOPES, TIMERS, Kind, Node, Place
from engine.bpmn.pictures import signs
from engine.bpmn.pictures.signs import Symbol

INK = "#1f2933"
QUIET = "#52606d"
PAPER = "#ffffff"
FONT = "'Be Vietnam Pro', 'Noto Sans', Arial, sans-serif"


class Mark(StrEnum):
    """What has become of an element in a case, or what the checks found of it."""

    DONE = "done"
    CURRENT = "current"
    OVERDUE = "overdue"
    WAITING = "waiting"
    FAULTY = "faulty"  # an error
    DOUBTFUL = "doubtful"  # a warning


#: fill, stroke, stroke width, dashes: each mark differs in shape of line or badge, not in hue alone
_LOOK: dict[Mark | None, tuple[str, str, float, str | None]] = {
    None: (PAPER, INK, 1.5, None),
    Mark.DONE: ("#edf5ef", "#4d7c5b", 1.5, None),
    Mark.CURRENT: ("#dfebfb", "#0b4fa0", 4, None),
    Mark.OVERDUE: ("#fde7e5", "#b42318", 4, None),
    Mark.WAITING: ("#fff6dc", "#8a5a00", 3, "8 5"),
    Mark.FAULTY: ("#fde7e5", "#b42318", 4, None),
    Mark.DOUBTFUL: ("#fff6dc", "#8a5a00", 3, "8 5"),
}


def look_of(mark: Mark | None) -> tuple[str, str, float, str | None]:
    """Fill, stroke, stroke width and dashes of what bears a mark."""
    return _LOOK[mark]


@dataclass(frozen=True)
class Warmth:
    """How an element stands on a heat map: from 0 (nothing late) up to `HOTTEST`."""

    level: int
    badge: str  # the numbers on its corner
    title: str  # everything there is to say of it


#: fill, stroke and stroke width by level: ever darker and thicker, one hue for all eyes; the ink of
#: names stays readable on each.
_HEAT = (
    ("#ffffff", "#52606d", 1.5),
    ("#fff3cf", "#8a6d1f", 2.0),
    ("#ffd894", "#94590a", 3.0),
    ("#fdb06a", "#8f3a06", 4.0),
    ("#f58c6c", "#7a1010", 5.5),
)
HOTTEST = len(_HEAT) - 1

_WRONG = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no XML holds these


def tag(name: str, *children: str, **attributes: object) -> str:
    """An element; `stroke_width` becomes `stroke-width`, None is left out, floats are short."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_value(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(children)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def words(text: str) -> str:
    """Text between tags."""
    return escape(_WRONG.sub("", text))


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return _WRONG.sub("", str(value))


def lines(
    text: Sequence[str], x: float, y: float, size: float, *, colour: str = INK, **more: object
) -> str:
    """Centred lines of text whose block is centred on `y`."""
    step = size * LEADING
    first = y - step * (len(text) - 1) / 2 + size * 0.35
    spans = (
        tag("tspan", words(line), x=x, y=first + step * number) for number, line in enumerate(text)
    )
    return tag("text", *spans, text_anchor="middle", font_size=size, fill=colour, **more)


def shape(
    kind: Kind,
    place: Place,
    mark: Mark | None,
    *,
    called: bool = False,
    interrupting: bool = True,
    warmth: Warmth | None = None,
) -> str:
    """The outline of an element; BPMN dashes what interrupts nothing, dots what an event begins."""
    fill, stroke, thick, dashes = _LOOK[mark]
    if warmth:
        fill, stroke, thick = _HEAT[warmth.level]
    if kind in TIMERS:
        dashes = None if interrupting else _DASHED
    elif kind is Kind.EVENT_SUB_PROCESS:
        dashes = _DOTTED
    look: dict[str, object] = {"fill": fill, "stroke": stroke, "stroke_dasharray": dashes}
    x, y, width, height = place.x, place.y, place.width, place.height
    if kind in _EVENT_RINGS:
        radius = min(width, height) / 2
        rings = [radius] if _EVENT_RINGS[kind] == 1 else [radius, radius - 4]
        line = max(thick, 4.0) if kind is Kind.END else thick
        return "".join(
            tag("circle", cx=x + width / 2, cy=y + height / 2, r=ring, stroke_width=line, **look)
            for ring in rings
        )
    if kind in _GATEWAY_SIGNS:
        corners = [(x + width / 2, y), (x + width, y + height / 2),
                   (x + width / 2, y + height), (x, y + height / 2)]  # fmt: skip
        points = " ".join(f"{_value(float(a))},{_value(float(b))}" for a, b in corners)
        return tag("polygon", points=points, stroke_width=thick, stroke_linejoin="round", **look)
    line = max(thick, 4.0) if called else thick
    return tag("rect", x=x, y=y, width=width, height=height, rx=10, stroke_width=line, **look)


_EVENT_RINGS = {
    Kind.START: 1,
    Kind.END: 1,
    Kind.TIMER_START: 1,
    Kind.TIMER_CATCH: 2,
    Kind.PASSING: 2,
    Kind.LINK_THROW: 2,
    Kind.LINK_CATCH: 2,
    Kind.TIMER_BOUNDARY: 2,
}
_DASHED, _DOTTED = "5 3", "1.5 3"

#: How the notation calls what is drawn in gateways, events and the corners of tasks.
_GATEWAY_SIGNS = {
    Kind.EXCLUSIVE: "exclusiveGateway",
    Kind.PARALLEL: "parallelGateway",
    Kind.INCLUSIVE: "inclusiveGateway",
    Kind.EVENT_BASED: "eventBasedGateway",
}
_TASK_SIGNS = {
    Kind.USER_TASK: "userTask",
    Kind.RECEIVE_TASK: "receiveTask",
    Kind.RULE_TASK: "businessRuleTask",
}


def sign(node: Node, place: Place, mark: Mark | None) -> str:
    """What is drawn inside the outline: the sign of a gateway or event, the sort of a task."""
    kind, ink = node.kind, _LOOK[mark][1]
    size = min(place.width, place.height)
    if kind in _GATEWAY_SIGNS:
        symbol = signs.GATEWAYS[_GATEWAY_SIGNS[kind]]
        return _stroked(symbol, place.x, place.y, size / symbol.box, ink)
    if kind in _EVENT_RINGS:
        thrown = node.tag in signs.THROWN
        drawn = (signs.EVENTS[event] for event in node.events if event in signs.EVENTS)
        return "".join(
            _stroked(symbol, place.x, place.y, size / symbol.box, ink, filled=thrown)
            for symbol in drawn
        )
    if kind in _TASK_SIGNS:
        return _stroked(signs.TASKS[_TASK_SIGNS[kind]], place.x + 8, place.y + 7, 1, ink)
    if kind in SCOPES:
        x, y = place.x + place.width / 2 - 7, place.y + place.height - 16
        return _stroked(signs.MARKERS["folded"], x, y, 1, ink)
    return ""


_BADGES = {
    Mark.DONE: "M-5 0.5 L-1.5 4 L5 -4",
    Mark.CURRENT: "M-3 -5 L5 0 L-3 5 Z",
    Mark.OVERDUE: "M0 -6 V1.5 M0 5 V5.6",
    Mark.WAITING: "M-4 -5.5 H4 L-4 5.5 H4 Z",
    Mark.FAULTY: "M-4 -4 L4 4 M-4 4 L4 -4",
    Mark.DOUBTFUL: "M0 -6 V1.5 M0 5 V5.6",
}


def badge(place: Place, mark: Mark) -> str:
    """The mark's own sign on the upper right corner."""
    colour = _LOOK[mark][1]
    x, y = place.x + place.width - 2, place.y + 2
    disc = tag("circle", cx=x, cy=y, r=11, fill=colour, stroke=PAPER, stroke_width=2)
    filled = PAPER if mark is Mark.CURRENT else "none"
    path = tag("path", d=_BADGES[mark], fill=filled, stroke=PAPER, stroke_width=2.4,
               stroke_linecap="round", stroke_linejoin="round",
               transform=f"translate({_value(float(x))} {_value(float(y))})")  # fmt: skip
    return disc + path


def halo(path: str, mark: Mark) -> str:
    """What lies under a marked flow: broad enough to be seen, and to be hit with a finger."""
    fill, stroke, _, _ = _LOOK[mark]
    ground = tag("path", d=path, fill="none", stroke=stroke, stroke_width=13,
                 stroke_linejoin="round", stroke_linecap="round")  # fmt: skip
    return ground + tag("path", d=path, fill="none", stroke=fill, stroke_width=9,
                        stroke_linejoin="round", stroke_linecap="round")  # fmt: skip


def plate(place: Place, warmth: Warmth) -> str:
    """The numbers of a heat map on the upper right corner."""
    width = 8.0 * len(warmth.badge) + 14
    x, y = place.x + place.width - width + 10, place.y - 12
    colour = _HEAT[warmth.level][1]
    ground = tag("rect", x=x, y=y, width=width, height=22, rx=11, fill=colour, stroke=PAPER,
                 stroke_width=2)  # fmt: skip
    text = lines([warmth.badge], x + width / 2, y + 11, 12.5, colour=PAPER, font_weight="700")
    return ground + text


def drawn_sign(
    symbol: Symbol,
    x: float,
    y: float,
    size: float,
    *,
    ink: str = INK,
    solid: bool = False,
) -> str:
    """A sign of BPMN in a square of this size. `solid`: filled, as what is thrown is drawn."""
    scale = size / symbol.box
    return tag(
        "path",
        d=symbol.path,
        fill=ink if solid else "none",
        stroke=PAPER if solid else ink,
        stroke_width=symbol.thin / 2 if solid else symbol.thin,
        stroke_linejoin="round",
        transform=f"translate({x:.2f} {y:.2f}) scale({scale:.4f})",
    )


def _stroked(
    symbol: Symbol, x: float, y: float, scale: float, ink: str, *, filled: bool = False
) -> str:
    move = f"translate({_value(float(x))} {_value(float(y))})"
    return tag(
        "path", d=symbol.path, fill=ink if filled else "none", stroke=ink,
        stroke_width=symbol.thin, stroke_linejoin="round",
        transform=move if scale == 1 else f"{move} scale({_value(float(scale))})",
    )  # fmt: skip
