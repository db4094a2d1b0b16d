"""Draws what tokens do not pass: pools, lanes, data, notes, groups, messages, conversations."""

from __future__ import annotations

from engine.bpmn.model import Place
from engine.bpmn.pictures import figures, signs, texts
from engine.bpmn.pictures.figures import Mark, tag
from engine.bpmn.pictures.planes import Figure

_BAND = 30.0
_SIZES = (13.0, 12.0, 11.0, 10.0, 9.0, 8.0)
_LINE = "#9aa5b1"


def frame(figure: Figure, mark: Mark | None) -> str:
    """A pool or lane, its name along its beginning; a pool that shows no process is a plain box."""
    place = figure.box
    fill, stroke, thick, dashes = figures.look_of(mark)
    pool = figure.tag == "participant"
    closed = pool and not (figure.element.get("processRef") or "").strip()
    ground = tag("rect", x=place.x, y=place.y, width=place.width, height=place.height,
                 fill=fill, stroke=stroke if mark or pool else _LINE,
                 stroke_width=thick if mark else 1.2, stroke_dasharray=dashes)  # fmt: skip
    several = ""
    if "participants" in figure.traits:
        x, y = place.x + place.width / 2 - 7, place.y + place.height - 18
        several = figures.drawn_sign(signs.MARKERS["participants"], x, y, 14)
    if closed:
        size, text = texts.fit(
            figure.name, max(place.width - 8, 20), max(place.height - 4, 10), _SIZES
        )
        middle, centre = place.x + place.width / 2, place.y + place.height / 2
        return ground + figures.lines(text, middle, centre, size, font_weight="600") + several
    return ground + _heading(figure, weight="600" if pool else None) + several


def _heading(figure: Figure, weight: str | None) -> str:
    place = figure.box
    lying = figure.says("isHorizontal", True)
    broad = min(_BAND, place.width if lying else place.height)
    strip = Place(place.x, place.y, broad, place.height)
    if not lying:
        strip = Place(place.x, place.y, place.width, broad)
    ground = tag("rect", x=strip.x, y=strip.y, width=strip.width, height=strip.height,
                 fill="#e4e9ee" if weight else "#eef1f5", stroke=_LINE, stroke_width=1)  # fmt: skip
    long = strip.height if lying else strip.width
    size, text = texts.fit(figure.name, max(long - 8, 20), broad, _SIZES)
    x, y = strip.x + strip.width / 2, strip.y + strip.height / 2
    turn = f"rotate(-90 {x:.2f} {y:.2f})" if lying else None
    return ground + figures.lines(text, x, y, size, transform=turn, font_weight=weight)


def data(figure: Figure, mark: Mark | None) -> str:
    """A sheet with a folded corner; an arrow for what comes in or goes out."""
    fill, stroke, thick, dashes = figures.look_of(mark)
    place = figure.box
    fold = min(place.width, place.height) / 3.5
    right, foot = place.x + place.width, place.y + place.height
    path = (
        f"M{place.x:.2f} {place.y:.2f} H{right - fold:.2f} L{right:.2f} {place.y + fold:.2f} "
        f"V{foot:.2f} H{place.x:.2f} Z M{right - fold:.2f} {place.y:.2f} v{fold:.2f} h{fold:.2f}"
    )
    sheet = tag("path", d=path, fill=fill, stroke=stroke, stroke_width=min(thick, 3.0),
                stroke_dasharray=dashes, stroke_linejoin="round")  # fmt: skip
    if figure.tag in {"dataInput", "dataOutput"}:
        arrow = signs.EVENTS["linkEventDefinition"]
        solid = figure.tag == "dataOutput"
        sheet += figures.drawn_sign(arrow, place.x, place.y, fold * 2, solid=solid)
    if "collection" in figure.traits:
        several = signs.MARKERS["parallel"]
        sheet += figures.drawn_sign(several, place.x + place.width / 2 - 6, foot - 14, 12)
    return sheet


def store(figure: Figure, mark: Mark | None) -> str:
    """A drum."""
    fill, stroke, thick, dashes = figures.look_of(mark)
    place = figure.box
    half, lip = place.width / 2, min(place.height / 6, 12.0)
    top, foot = place.y + lip, place.y + place.height - lip
    right = place.x + place.width
    arc = f"a{half:.2f} {lip:.2f} 0 0 "
    path = (
        f"M{place.x:.2f} {top:.2f} {arc}1 {place.width:.2f} 0 V{foot:.2f} "
        f"{arc}1 {-place.width:.2f} 0 Z M{place.x:.2f} {top:.2f} {arc}0 {place.width:.2f} 0 "
        f"M{right:.2f} {top + lip * 0.7:.2f} {arc}1 {-place.width:.2f} 0"
    )
    return tag("path", d=path, fill=fill, stroke=stroke, stroke_width=min(thick, 3.0),
               stroke_dasharray=dashes)  # fmt: skip


def note(figure: Figure, mark: Mark | None) -> str:
    """A bracket and its text."""
    _, stroke, thick, _ = figures.look_of(mark)
    place = figure.box
    lip = min(10.0, place.width)
    path = f"M{place.x + lip:.2f} {place.y:.2f} h{-lip:.2f} v{place.height:.2f} h{lip:.2f}"
    bracket = tag("path", d=path, fill="none", stroke=stroke if mark else figures.QUIET,
                  stroke_width=thick)  # fmt: skip
    size, text = texts.fit(
        figure.name, max(place.width - 12, 30), max(place.height - 4, 14), (11.0, 10.0, 9.0, 8.0)
    )
    middle, centre = place.x + place.width / 2 + 3, place.y + place.height / 2
    return bracket + figures.lines(text, middle, centre, size, colour=figures.QUIET)


def group(figure: Figure, mark: Mark | None) -> str:
    """A frame of dashes and dots; it lies over what it gathers and hides nothing."""
    _, stroke, thick, _ = figures.look_of(mark)
    place = figure.box
    return tag("rect", x=place.x, y=place.y, width=place.width, height=place.height, rx=10,
               fill="none", stroke=stroke if mark else figures.QUIET, stroke_width=thick,
               stroke_dasharray="9 4 2 4")  # fmt: skip


def conversation(figure: Figure, mark: Mark | None) -> str:
    """A hexagon, thick where it calls another, with a cross where it can be unfolded."""
    fill, stroke, thick, dashes = figures.look_of(mark)
    place = figure.box
    cut = place.width / 4
    right, middle, foot = place.x + place.width, place.y + place.height / 2, place.y + place.height
    points = " ".join(
        f"{x:.2f},{y:.2f}"
        for x, y in (
            (place.x, middle),
            (place.x + cut, place.y),
            (right - cut, place.y),
            (right, middle),
            (right - cut, foot),
            (place.x + cut, foot),
        )
    )
    if figure.tag == "callConversation":
        thick = max(thick, 4.0)
    shape = tag("polygon", points=points, fill=fill, stroke=stroke, stroke_width=thick,
                stroke_dasharray=dashes, stroke_linejoin="round")  # fmt: skip
    if figure.tag == "subConversation":
        x = place.x + place.width / 2 - 6
        shape += figures.drawn_sign(signs.MARKERS["folded"], x, foot - 14, 12)
    return shape


def other(figure: Figure, mark: Mark | None) -> str:
    """What no symbol is known of: a plain box with its name."""
    fill, stroke, thick, _ = figures.look_of(mark)
    place = figure.box
    box = tag("rect", x=place.x, y=place.y, width=place.width, height=place.height, fill=fill,
              stroke=stroke, stroke_width=thick, stroke_dasharray="3 3")  # fmt: skip
    size, text = texts.fit(
        figure.name or figure.tag, max(place.width - 8, 20), max(place.height, 12), _SIZES
    )
    return box + figures.lines(text, place.x + place.width / 2, place.y + place.height / 2, size)
