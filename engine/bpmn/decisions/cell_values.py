"""The values a column of a decision table tells apart: single ones, and stretches between them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from engine.bpmn.decisions.tables import Input
from engine.bpmn.decisions.unary_tests import UnaryTests
from engine.bpmn.expressions import evaluate_tree
from engine.bpmn.expressions.values import number
from engine.domain.messages import Message, say

#: Stands for every text that no cell names.
ANY_OTHER_TEXT = "\0"
_NUMBERS = frozenset({"number", "integer", "long", "double"})


@dataclass(frozen=True)
class Stretch:
    """Numbers or days that every cell treats alike, from `low` to `high`; None: without bound.

    `low_in` and `high_in` say whether the bounds belong to it.
    """

    low: Fraction | None
    high: Fraction | None
    low_in: bool = True
    high_in: bool = True
    days: bool = False  # the numbers are ordinals of dates

    @property
    def single(self) -> bool:
        return self.low is not None and self.low == self.high

    def value(self, whole: bool) -> object:
        """One value out of it."""
        inside = self._inside(whole)
        return date.fromordinal(int(inside)) if self.days else inside

    def _inside(self, whole: bool) -> Fraction:
        step = 1
        if self.low is None:
            return Fraction(0) if self.high is None else self.high - (0 if self.high_in else step)
        if self.high is None:
            return self.low + (0 if self.low_in else step)
        if self.low_in:
            return self.low
        return self.high if self.high_in and whole else (self.low + self.high) / 2


@dataclass(frozen=True)
class Part:
    """Values that every cell of a column treats alike: `value` is one of them."""

    value: object
    stretch: Stretch | None = None  # None: the value alone, or any other text

    @property
    def unnamed(self) -> bool:
        """Whether it stands for the texts that nobody names."""
        return self.value == ANY_OTHER_TEXT


def parts(
    column: Input,
    cells: Sequence[UnaryTests],
    answers: Iterable[str] | None = None,
) -> tuple[Part, ...] | None:
    """The values that a column may meet, parted as its cells part them.

    `answers` are the only ones where a form's choices are known; else those that the table states,
    else all of the column's type. An unanswered question (null) is among them only where a cell or
    the statement itself names null. None when a cell reads variables: nothing can be said then.
    """
    stated = [column.values] if column.values is not None else []
    constants = _constants([*cells, *stated])
    if constants is None:
        return None
    numbers = sorted({Fraction(n) for c in constants if (n := number(c)) is not None})
    days = sorted({Fraction(c.toordinal()) for c in constants if isinstance(c, date)})
    texts = list(dict.fromkeys(c for c in constants if isinstance(c, str)))
    truths = column.type == "boolean" or any(isinstance(c, bool) for c in constants)
    found = [Part(None)] if None in constants else []
    if answers is not None:
        return tuple(Part(answer) for answer in sorted(answers))
    if truths:
        found += [Part(True), Part(False)]
    if numbers or column.type in _NUMBERS:
        found += _stretches(numbers, column.whole_numbers, days=False)
    if days:
        found += _stretches(days, True, days=True)
    if texts or column.type == "string" or not (truths or numbers or days):
        found += [Part(text) for text in (*texts, ANY_OTHER_TEXT)]
    if column.values is None:
        return tuple(found)
    return tuple(part for part in found if column.values.hold(part.value, {}))


def _constants(cells: Iterable[UnaryTests]) -> list[object] | None:
    found: list[object] = []
    for operand in (operand for cell in cells for operand in cell.operands()):
        if operand.names:
            return None
        value = evaluate_tree(operand, {})
        found += value if isinstance(value, list) else [value]
    return found


def _stretches(ordered: Sequence[Fraction], whole: bool, days: bool) -> Iterator[Part]:
    """The numbers themselves and what lies below, between and above them, in order."""
    bounds: list[Fraction | None] = [None, *ordered, None]
    for low, high in pairwise(bounds):
        if low is not None and (not whole or low.denominator == 1):
            yield _part(Stretch(low, low, days=days), whole)
        between = _between(low, high, whole, days)
        if between is not None:
            yield _part(between, whole)


def _between(
    low: Fraction | None, high: Fraction | None, whole: bool, days: bool
) -> Stretch | None:
    if not whole:
        return Stretch(low, high, low_in=False, high_in=False)
    first = None if low is None else Fraction(math.floor(low) + 1)
    last = None if high is None else Fraction(math.ceil(high) - 1)
    if days:  # the calendar has its ends
        first = first or Fraction(date.min.toordinal())
        last = last or Fraction(date.max.toordinal())
    if first is not None and last is not None and first > last:
        return None
    return Stretch(first, last, days=days)


def _part(stretch: Stretch, whole: bool) -> Part:
    return Part(stretch.value(whole), stretch)


# ── in words ────────────────────────────────────────────────────────────────────────────────────


def told(chosen: Iterable[Part], whole: bool) -> Message:
    """Values in words, neighbours joined: `từ 0 đến 4`, `trên 20 và dưới 21`, `“quan_doi”`."""
    singles: list[Message] = []
    runs: list[Stretch] = []
    for part in chosen:
        if part.stretch is None:
            singles.append(_single(part.value))
        elif runs and _adjoin(runs[-1], part.stretch, whole):
            last = runs[-1]
            runs[-1] = Stretch(
                last.low, part.stretch.high, last.low_in, part.stretch.high_in, last.days
            )
        else:
            runs.append(part.stretch)
    return joined([*(_stretch(run) for run in runs), *singles])


def joined(messages: Sequence[Message]) -> Message:
    """Several messages as one, with commas. Raises IndexError when there is none."""
    whole = messages[0]
    for message in messages[1:]:
        whole = Message("%(one)s, %(more)s", {"one": whole, "more": message})
    return whole


def _adjoin(left: Stretch, right: Stretch, whole: bool) -> bool:
    if left.high is None or right.low is None or left.days is not right.days:
        return False
    if whole or left.days:
        return right.low == left.high + 1
    return left.high == right.low and (left.high_in or right.low_in)


def _single(value: object) -> Message:
    if value == ANY_OTHER_TEXT:
        return say("mọi chữ khác")
    if value is None:
        return say("để trống")
    if isinstance(value, bool):
        return say("đúng") if value else say("sai")
    return Message("“%(value)s”", {"value": value})


def _stretch(run: Stretch) -> Message:
    low, high = _shown(run.low, run.days), _shown(run.high, run.days)
    if run.low is None and run.high is None:
        return say("mọi số")
    if run.single:
        return Message("%(value)s", {"value": low})
    if run.low is None:
        return say("đến %(high)s", high=high) if run.high_in else say("dưới %(high)s", high=high)
    if run.high is None:
        return say("từ %(low)s", low=low) if run.low_in else say("trên %(low)s", low=low)
    begin = say("từ %(low)s", low=low) if run.low_in else say("trên %(low)s", low=low)
    end = say("đến %(high)s", high=high) if run.high_in else say("và dưới %(high)s", high=high)
    return Message("%(begin)s %(end)s", {"begin": begin, "end": end})


def _shown(bound: Fraction | None, days: bool) -> str:
    if bound is None:
        return ""
    if days:
        return f"{date.fromordinal(int(bound)):%d/%m/%Y}"
    if bound.denominator == 1:
        return str(bound.numerator)
    return f"{float(bound):g}".replace(".", ",")
