"""Fits names into boxes: smaller letters rather than a broken word."""

from __future__ import annotations

from collections.abc import Sequence

from engine.bpmn import lettering


def fit(
    text: str, limit: float, height: float, sizes: Sequence[float]
) -> tuple[float, tuple[str, ...]]:
    """As `lettering.fit`, from the largest size at which every word is whole."""
    whole = [size for size in sizes if longest(text, size) <= limit]
    return lettering.fit(text, limit, height, whole or sizes[-1:])


def longest(text: str, size: float) -> float:
    """How wide the widest word is."""
    return max((lettering.width(word, size) for word in text.split()), default=0.0)
