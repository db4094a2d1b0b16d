"""Random expressions, written with as few brackets as they may have, against plain Python."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from engine.bpmn.expressions import evaluate, holds

CASE: Mapping[str, object] = {
    "so": 3,
    "ty_le": 81,
    "am": -2,
    "khong_so": None,
    "dung": True,
    "sai": False,
    "ten": "Nguyễn Thị Hoà",
    "ket_qua": "du",
    "trong": None,
}
NUMBERS = ("so", "ty_le", "am", "khong_so")
TEXTS = ("ten", "ket_qua", "trong")
WORDS = ("du", "bo_sung", "tu_choi", "Nguyễn Thị Hoà", "")

ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SUMS: Mapping[str, tuple[int, Callable[[int, int], int]]] = {
    "+": (5, operator.add),
    "-": (5, operator.sub),
    "*": (6, operator.mul),
}
OR, AND, NOT, COMPARES, ATOM = 1, 2, 3, 4, 9


@dataclass(frozen=True)
class Sketch:
    """An expression as text, how tightly its outermost sign binds, and what it must give."""

    text: str
    binds: int
    value: object

    def inside(self, at_least: int) -> str:
        """The text as part of a larger expression, in brackets only where they are needed."""
        return self.text if self.binds >= at_least else f"({self.text})"


def compare_an_expression(seed: int) -> None:
    """One random condition: the same truth as Python's, by value and by `holds`."""
    sketch = _truth(Random(seed), 4)  # noqa: S311 - repeatable, not secret
    if evaluate(sketch.text, CASE) is not sketch.value:
        raise AssertionError(f"{sketch.text} gives {evaluate(sketch.text, CASE)!r}")
    for shell in ("${%s}", "=%s", " %s "):
        if holds(shell % sketch.text, CASE) is not sketch.value:
            raise AssertionError(f"{shell % sketch.text} must hold: {sketch.value}")


def _truth(random: Random, depth: int) -> Sketch:
    kind = random.choice(("or", "and", "not", "order", "same", "in")) if depth else "plain"
    match kind:
        case "or" | "and":
            return _both(random, depth, kind)
        case "not":
            operand = _truth(random, depth - 1)
            if random.random() < 0.3:  # "!" binds like the minus sign
                return Sketch(f"!{operand.inside(7)}", 7, not operand.value)
            return Sketch(f"not {operand.inside(NOT)}", NOT, not operand.value)
        case "order":
            return _order(random, depth)
        case "same":
            return _same(random, depth)
        case "in":
            return _member(random)
    name = random.choice(("dung", "sai", "true", "false"))
    return Sketch(name, ATOM, name in {"dung", "true"})


def _both(random: Random, depth: int, kind: str) -> Sketch:
    left, right = _truth(random, depth - 1), _truth(random, depth - 1)
    binds = OR if kind == "or" else AND
    sign = random.choice(("or", "||") if kind == "or" else ("and", "&&"))
    value = (left.value or right.value) if kind == "or" else (left.value and right.value)
    return Sketch(f"{left.inside(binds)} {sign} {right.inside(binds + 1)}", binds, value)


def _order(random: Random, depth: int) -> Sketch:
    sign = random.choice(sorted(ORDERS))
    left, right = _number(random, depth - 1), _number(random, depth - 1)
    known = left.value is not None and right.value is not None
    value = known and ORDERS[sign](left.value, right.value)
    return Sketch(f"{left.inside(5)} {sign} {right.inside(5)}", COMPARES, bool(value))


def _same(random: Random, depth: int) -> Sketch:
    if random.random() < 0.5:
        left, right = _number(random, depth - 1), _number(random, depth - 1)
    else:
        left, right = _text(random), _text(random)
    sign = random.choice(("==", "!="))
    value = (left.value == right.value) is (sign == "==")
    return Sketch(f"{left.inside(5)} {sign} {right.inside(5)}", COMPARES, value)


def _member(random: Random) -> Sketch:
    item, holder = _text(random), [_text(random) for _ in range(random.randrange(4))]
    sign = random.choice(("in", "not in"))
    # null is in no list, as it is in no order
    inside = item.value is not None and item.value in [one.value for one in holder]
    listed = ", ".join(one.text for one in holder)
    return Sketch(f"{item.text} {sign} [{listed}]", COMPARES, inside is (sign == "in"))


def _number(random: Random, depth: int) -> Sketch:
    if depth <= 0 or random.random() < 0.4:
        if random.random() < 0.5:
            name = random.choice(NUMBERS)
            return Sketch(name, ATOM, CASE[name])
        number = random.randrange(100)
        return Sketch(str(number), ATOM, number)
    sign = random.choice(sorted(SUMS))
    binds, act = SUMS[sign]
    left, right = _number(random, depth - 1), _number(random, depth - 1)
    known = left.value is not None and right.value is not None
    value = act(left.value, right.value) if known else None
    return Sketch(f"{left.inside(binds)} {sign} {right.inside(binds + 1)}", binds, value)


def _text(random: Random) -> Sketch:
    if random.random() < 0.5:
        name = random.choice(TEXTS)
        return Sketch(name, ATOM, CASE[name])
    word, mark = random.choice(WORDS), random.choice("'\"")
    return Sketch(f"{mark}{word}{mark}", ATOM, word)
