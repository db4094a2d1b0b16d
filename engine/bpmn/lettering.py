"""Breaks names into lines that fit a box, from approximate widths of letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LEADING = 1.25  # line height, in font sizes
ELLIPSIS = "…"

# Widths in font sizes, of a common sans-serif with room to spare: no font is read.
_WIDTHS = {
    **dict.fromkeys("iIjl.,:;'!|‘’` ", 0.30),
    **dict.fromkeys('frt()[]{}/\\-“”"°', 0.38),
    **dict.fromkeys("mw%@—…", 0.88),
    **dict.fromkeys("MW", 0.95),
}
_LOWER, _UPPER = 0.57, 0.70


def width(text: str, size: float) -> float:
    """About how wide a line of text is."""
    return size * _width(text)


@lru_cache(maxsize=4096)
def _width(text: str) -> float:
    """In font sizes. (Finding the best breaks measures the same lines at many sizes.)"""
    return sum(map(_letter, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=4096)
def wrap(text: str, limit: float, size: float) -> tuple[str, ...]:
    """As few lines as fit `limit`, about equally long; a word that is wider is broken."""
    lines = _filled(text, limit, size)
    longest = max((width(word, size) for word in text.split()), default=0)
    wide, narrow = limit, max(limit / 2, longest)
    while len(lines) > 1 and wide - narrow > size / 2:
        middle = (wide + narrow) / 2
        shorter = _filled(text, middle, size)
        if len(shorter) == len(lines):
            lines, wide = shorter, middle
        else:
            narrow = middle
    return tuple(lines)


def _filled(text: str, limit: float, size: float) -> list[str]:
    """Lines each as full as it goes."""
    lines: list[str] = []
    line = ""
    pieces = [piece for word in text.split() for piece in _pieces(word, limit, size)]
    for word in pieces:
        longer = f"{line} {word}" if line else word
        if not line or width(longer, size) <= limit:
            line = longer
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line else lines


def fit(
    text: str, limit: float, height: float, sizes: Sequence[float]
) -> tuple[float, tuple[str, ...]]:
    """The first of `sizes` at which the text fits the box; at the last it is cut short."""
    for size in sizes:
        lines = wrap(text, limit, size)
        if len(lines) * size * LEADING <= height:
            return size, lines
    room = max(1, int(height // (size * LEADING)))
    return size, (*lines[: room - 1], _cut(lines[room - 1], limit, size))


@lru_cache(maxsize=1024)
def _letter(letter: str) -> float:
    plain = unicodedata.normalize("NFD", letter)[0]
    return _WIDTHS.get(plain, _UPPER if plain.isupper() else _LOWER)


def _pieces(word: str, limit: float, size: float) -> list[str]:
    if width(word, size) <= limit:
        return [word]
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size) > limit:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cut(line: str, limit: float, size: float) -> str:
    while line and width(line + ELLIPSIS, size) > limit:
        line = line[:-1].rstrip()
    return line + ELLIPSIS
