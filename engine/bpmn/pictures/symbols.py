"""Draws the signs of BPMN at their place, in their size."""

from __future__ import annotations

from engine.bpmn.pictures import figures
from engine.bpmn.pictures.signs import EVENTS, GATEWAYS, MARKERS, TASKS, Symbol

__all__ = ("EVENTS", "GATEWAYS", "MARKERS", "TASKS", "Symbol", "drawn")


def drawn(
    symbol: Symbol,
    x: float,
    y: float,
    size: float,
    *,
    ink: str = figures.INK,
    solid: bool = False,
) -> str:
    """The symbol in a square of this size. `solid`: filled, as what is thrown is drawn."""
    scale = size / symbol.box
    return figures.tag(
        "path",
        d=symbol.path,
        fill=ink if solid else "none",
        stroke=figures.PAPER if solid else ink,
        stroke_width=symbol.thin / 2 if solid else symbol.thin,
        stroke_linejoin="round",
        transform=f"translate({x:.2f} {y:.2f}) scale({scale:.4f})",
    )
