"""Draws what tokens pass: events, gateways, activities, and the bands of choreographies."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import lettering
from engine.bpmn.model import Place
from engine.bpmn.pictures import figures, signs, texts
from engine.bpmn.pictures.figures import Mark, tag
from engine.bpmn.pictures.planes import Figure

_SIZES = (12.0, 11.0, 10.0, 9.0, 8.0)
_MARKERS = ("loop", "parallel", "sequential", "compensation", "adHoc")
_NON_INTERRUPTING, _TRIGGERED = "5 3", "1.5 3"
_NOBODY = "#dfe4ea"  # the band of who does not begin a choreography


def event(figure: Figure, mark: Mark | None) -> str:
    """A circle, its rings, and what it waits for or throws."""
    fill, stroke, thick, _ = figures.look_of(mark)
    place = figure.box
    size = min(place.width, place.height)
    x, y = place.x + place.width / 2, place.y + place.height / 2
    rings = [size / 2]
    if figure.tag not in {"startEvent", "endEvent"}:
        rings.append(size / 2 - max(size / 12, 2))
    line = max(thick, 4.0) if figure.tag == "endEvent" else thick
    dashes = _NON_INTERRUPTING if "lasting" in figure.traits else None
    circles = (
        tag("circle", cx=x, cy=y, r=max(ring, 1.0), fill=fill, stroke=stroke, stroke_width=line,
            stroke_dasharray=dashes)
        for ring in rings
    )  # fmt: skip
    return "".join(circles) + _event_sign(figure, Place(x - size / 2, y - size / 2, size, size))


def _event_sign(figure: Figure, place: Place) -> str:
    if not figure.events:
        return ""
    kind = figure.events[0]
    if len(figure.events) > 1:
        kind = "parallelMultiple" if "parallelMultiple" in figure.traits else "multiple"
    symbol = signs.EVENTS.get(kind)
    if symbol is None:
        return ""
    solid = figure.tag in signs.THROWN
    return figures.drawn_sign(symbol, place.x, place.y, place.width, solid=solid)


def gateway(figure: Figure, mark: Mark | None) -> str:
    """A diamond and its sign; exclusive ones may hide theirs."""
    fill, stroke, thick, dashes = figures.look_of(mark)
    place = figure.box
    middle, centre = place.x + place.width / 2, place.y + place.height / 2
    corners = ((middle, place.y), (place.x + place.width, centre),
               (middle, place.y + place.height), (place.x, centre))  # fmt: skip
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)
    shape = tag("polygon", points=points, fill=fill, stroke=stroke, stroke_width=thick,
                stroke_dasharray=dashes, stroke_linejoin="round")  # fmt: skip
    kind = figure.tag
    if kind == "exclusiveGateway" and not figure.says("isMarkerVisible", True):
        return shape
    if "instantiate" in figure.traits:
        kind = "instantiating"
        if "instantiateParallel" in figure.traits:
            kind = "instantiatingParallel"
    symbol = signs.GATEWAYS.get(kind)
    size = min(place.width, place.height)
    if symbol is None:
        return shape
    return shape + figures.drawn_sign(symbol, middle - size / 2, centre - size / 2, size)


def activity(figure: Figure, mark: Mark | None, *, expanded: bool) -> str:
    """A rounded box: the sort of task in its corner, its name, how it repeats at its foot."""
    place = figure.box
    parts = [_outline(figure, mark, expanded=expanded)]
    sort = signs.TASKS.get(figure.tag)
    if sort is not None and place.width > 30:
        solid = figure.tag == "sendTask"
        parts.append(figures.drawn_sign(sort, place.x + 6, place.y + 5, 16, solid=solid))
        if "instantiate" in figure.traits:
            parts.append(tag("circle", cx=place.x + 14, cy=place.y + 13, r=11, fill="none",
                             stroke=figures.INK, stroke_width=1))  # fmt: skip
    marks = _markers(figure, expanded=expanded)
    parts += _in_a_row(marks, place)
    top = 22.0 if sort is not None and place.height > 50 else 4.0
    parts.append(_named(figure.name, place, top, 20.0 if marks else 4.0, expanded=expanded))
    return "".join(parts)


def _outline(figure: Figure, mark: Mark | None, *, expanded: bool) -> str:
    fill, stroke, thick, dashes = figures.look_of(mark)
    place = figure.box
    if expanded and mark is None:
        fill = "#fbfcfd"
    if "triggered" in figure.traits:
        dashes = _TRIGGERED
    if figure.tag in {"callActivity", "callChoreography"}:
        thick = max(thick, 4.0)

    def box(inset: float) -> str:
        return tag("rect", x=place.x + inset, y=place.y + inset,
                   width=max(place.width - 2 * inset, 1.0),
                   height=max(place.height - 2 * inset, 1.0), rx=max(10 - inset, 2.0), fill=fill,
                   stroke=stroke, stroke_width=thick, stroke_dasharray=dashes)  # fmt: skip

    return box(0) + (box(4) if figure.tag == "transaction" else "")


def _named(name: str, place: Place, top: float, bottom: float, *, expanded: bool) -> str:
    middle = place.x + place.width / 2
    if expanded:
        size, text = texts.fit(name, max(place.width - 16, 20), 30, _SIZES)
        height = size * lettering.LEADING * len(text)
        return figures.lines(text, middle, place.y + 5 + height / 2, size)
    room = max(place.height - top - bottom, 10.0)
    size, text = texts.fit(name, max(place.width - 12, 20), room, _SIZES)
    return figures.lines(text, middle, place.y + top + room / 2, size)


def _markers(figure: Figure, *, expanded: bool) -> list[signs.Symbol]:
    found = [signs.MARKERS[one] for one in _MARKERS if one in figure.traits]
    scopes = {"subProcess", "transaction", "adHocSubProcess", "subChoreography"}
    if figure.tag in scopes and not expanded:
        found.append(signs.MARKERS["folded"])
    return found


def _in_a_row(marks: list[signs.Symbol], place: Place) -> Iterator[str]:
    left = place.x + place.width / 2 - 9 * len(marks)
    for number, symbol in enumerate(marks):
        yield figures.drawn_sign(symbol, left + 18 * number + 2, place.y + place.height - 17, 14)


def choreography(figure: Figure, mark: Mark | None, bands: list[Figure], *, expanded: bool) -> str:
    """A choreography's activity: who takes part in bands above and below, its name between."""
    place = figure.box
    parts = [_outline(figure, mark, expanded=expanded)]
    top = bottom = 0.0
    for band in bands:
        parts.append(_band(band))
        if band.box.y + band.box.height / 2 < place.y + place.height / 2:
            top += band.box.height
        else:
            bottom += band.box.height
    marks = _markers(figure, expanded=expanded)
    inner = Place(place.x, place.y, place.width, place.height - bottom)
    parts += _in_a_row(marks, inner)
    named = Place(place.x, place.y + top, place.width, max(place.height - top - bottom, 10))
    parts.append(_named(figure.name, named, 2, 18.0 if marks else 2, expanded=expanded))
    return "".join(parts)


def envelope_place(band: Figure) -> Place | None:
    """Where the message of a choreography's band stands; None where none is to be seen."""
    if not band.says("isMessageVisible", False):
        return None
    place = band.box
    above = band.said.get("participantBandKind", "").startswith("top")
    y = place.y - 34 if above else place.y + place.height + 14
    return Place(place.x + place.width / 2 - 15, y, 30, 20)


def _band(band: Figure) -> str:
    place = band.box
    kind = band.said.get("participantBandKind", "")
    begins = kind.endswith("_initiating") and not kind.endswith("non_initiating")
    fill = figures.PAPER if begins else _NOBODY
    ground = tag("path", d=_band_path(place, kind), fill=fill, stroke=figures.INK,
                 stroke_width=1.2)  # fmt: skip
    several, foot = "", 0.0
    if "participants" in band.traits:
        x, y, foot = place.x + place.width / 2 - 5, place.y + place.height - 11, 10.0
        several = figures.drawn_sign(signs.MARKERS["participants"], x, y, 10)
    room = max(place.height - foot, 8)
    size, text = texts.fit(band.name, max(place.width - 8, 20), room, _SIZES)
    name = figures.lines(text, place.x + place.width / 2, place.y + room / 2, size)
    return ground + name + several + _band_message(band, fill)


def _band_message(band: Figure, fill: str) -> str:
    place, envelope = band.box, envelope_place(band)
    if envelope is None:
        return ""
    start, end = envelope.y + envelope.height, place.y
    if envelope.y > place.y:
        start, end = place.y + place.height, envelope.y
    string = tag("path", d=f"M{envelope.x + 15:.2f} {start:.2f} V{end:.2f}", fill="none",
                 stroke=figures.QUIET, stroke_dasharray="2 3")  # fmt: skip
    return message(envelope, fill) + string


def _band_path(place: Place, kind: str) -> str:
    """A box whose outer corners are round: above at the top band, below at the bottom one."""
    x, y, right, foot = place.x, place.y, place.x + place.width, place.y + place.height
    turn = min(10.0, place.height, place.width / 2)
    above = turn if kind.startswith("top") else 0.0
    below = turn if kind.startswith("bottom") else 0.0
    return (
        f"M{x + above:.2f} {y:.2f} H{right - above:.2f} Q{right:.2f} {y:.2f} {right:.2f} "
        f"{y + above:.2f} V{foot - below:.2f} Q{right:.2f} {foot:.2f} {right - below:.2f} "
        f"{foot:.2f} H{x + below:.2f} Q{x:.2f} {foot:.2f} {x:.2f} {foot - below:.2f} "
        f"V{y + above:.2f} Q{x:.2f} {y:.2f} {x + above:.2f} {y:.2f} Z"
    )


def message(place: Place, fill: str = figures.PAPER) -> str:
    """An envelope."""
    x, y, right = place.x, place.y, place.x + place.width
    foot = place.y + place.height
    middle = place.x + place.width / 2
    path = f"M{x:.2f} {y:.2f} H{right:.2f} V{foot:.2f} H{x:.2f} Z "
    path += f"M{x:.2f} {y:.2f} L{middle:.2f} {y + place.height * 0.6:.2f} L{right:.2f} {y:.2f}"
    return tag("path", d=path, fill=fill, stroke=figures.INK, stroke_width=1.2,
               stroke_linejoin="round")  # fmt: skip
