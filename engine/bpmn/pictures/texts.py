"""Fits names into boxes: smaller letters rather than a broken word, bounded for any name."""

from __future__ import annotations

from functools import lru_cache

from engine.bpmn import lettering


@lru_cache(maxsize=4096)
def fit(
    text: str, limit: float, height: float, sizes: tuple[float, ...]
) -> tuple[float, tuple[str, ...]]:
    """As `lettering.fit`, from the largest size at which every word is whole.

    Sizes at which the text cannot fit are not tried out.
    """
    for size in sizes[:-1]:
        room = int(height / (size * lettering.LEADING))
        if longest(text, size) <= limit and lettering.width(text, size) <= limit * room:
            lines = lettering.wrap(text, limit, size)
            if len(lines) <= room:
                return size, lines
    return lettering.fit(text, limit, height, sizes[-1:])


def longest(text: str, size: float) -> float:
    """How wide the widest word is."""
    return max((lettering.width(word, size) for word in text.split()), default=0.0)
