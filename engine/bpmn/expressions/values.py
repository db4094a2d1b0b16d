"""What values of the expression language do: compare, order, add up, and its few functions."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.domain.errors import BadExpression
from engine.domain.messages import say

MAX_NUMBER = 10**30  # absolute value, and denominator
MAX_TEXT = 10_000  # characters of a computed text
MAX_NESTING = 40  # of lists in lists


def plain(value: object) -> object:
    """A computed value as JSON knows it (exact fractions become floats)."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def shown(value: object) -> str:
    text = repr(plain(value))
    return text if len(text) <= 60 else text[:57] + "…"


def number(value: object) -> int | Fraction | None:
    """`value` as an exact number; None when it is none. Raises BadExpression out of bounds."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction, Decimal)):
        return None
    if isinstance(value, (float, Decimal)):
        if not math.isfinite(value):
            return None
        exact: int | Fraction = Fraction(str(value))
    else:
        exact = value
    if not -MAX_NUMBER <= exact <= MAX_NUMBER or exact.denominator > MAX_NUMBER:
        raise BadExpression(say("Số quá lớn trong phép tính."))
    return exact


def same(left: object, right: object, depth: int = 0) -> bool:
    """Equality without surprises: `true` is not 1, `"1"` is not 1, spelling NFC or NFD alike."""
    if left is None or right is None:
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right or _nfc(left) == _nfc(right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        if depth > MAX_NESTING:
            raise BadExpression(say("Danh sách lồng nhau quá sâu."))
        return len(left) == len(right) and all(
            same(a, b, depth + 1) for a, b in zip(left, right, strict=True)
        )
    if isinstance(left, date) and isinstance(right, date):
        return left == right
    a, b = number(left), number(right)
    return a is not None and a == b


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def order(left: object, right: object) -> int | None:
    """-1, 0 or 1; None when either is null. Raises BadExpression for unlike things."""
    if left is None or right is None:
        return None
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return (a > b) - (a < b)
    if isinstance(left, str) and isinstance(right, str):
        x, y = _nfc(left), _nfc(right)
        return (x > y) - (x < y)
    if isinstance(left, date) and isinstance(right, date) and type(left) is type(right):
        return (left > right) - (left < right)
    raise BadExpression(
        say(
            "Không so sánh hơn kém được %(left)s với %(right)s.",
            left=shown(left),
            right=shown(right),
        )
    )


def _contains(item: object, holder: object) -> bool:
    if item is None or holder is None:
        return False
    if isinstance(holder, (list, tuple)):
        return any(same(item, other) for other in holder)
    if isinstance(holder, str) and isinstance(item, str):
        return _nfc(item) in _nfc(holder)
    raise BadExpression(
        say(
            "“in” cần một danh sách hoặc chuỗi chữ ở bên phải, không phải %(value)s.",
            value=shown(holder),
        )
    )


def _add(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_TEXT:
            raise BadExpression(say("Chuỗi chữ ghép lại quá dài."))
        return left + right
    return _reckon(left, right, "+", lambda a, b: a + b)


def _subtract(left: object, right: object) -> object:
    if isinstance(left, date) and isinstance(right, date) and type(left) is type(right):
        return (left - right).days
    return _reckon(left, right, "-", lambda a, b: a - b)


def _multiply(left: object, right: object) -> object:
    return _reckon(left, right, "*", lambda a, b: a * b)


def _divide(left: object, right: object) -> object:
    if number(right) == 0:
        raise BadExpression(say("Không chia cho 0 được."))
    return _reckon(left, right, "/", lambda a, b: a / b)


def _reckon(
    left: object, right: object, sign: str, rule: Callable[[Fraction, Fraction], Fraction]
) -> object:
    """Arithmetic on exact numbers; null with anything is null."""
    if left is None or right is None:
        return None
    a, b = number(left), number(right)
    if a is None or b is None:
        raise BadExpression(
            say(
                "Không tính được %(left)s %(sign)s %(right)s: phải là hai số.",
                left=shown(left),
                sign=sign,
                right=shown(right),
            )
        )
    return number(rule(Fraction(a), Fraction(b)))


def _when(test: Callable[[int], bool]) -> Callable[[object, object], bool]:
    def compare(left: object, right: object) -> bool:
        found = order(left, right)
        return found is not None and test(found)

    return compare


OPERATORS: Mapping[str, Callable[[object, object], object]] = {
    "==": same,
    "!=": lambda left, right: not same(left, right),
    "<": _when(lambda found: found < 0),
    "<=": _when(lambda found: found <= 0),
    ">": _when(lambda found: found > 0),
    ">=": _when(lambda found: found >= 0),
    "in": _contains,
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}


# ── functions ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Function:
    run: Callable[..., object]
    least: int = 1
    most: int = 1


def _length(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, (str, list, tuple)):
        return len(value)
    raise BadExpression(say("“len” cần một danh sách hoặc chuỗi chữ."))


def _given(values: tuple[object, ...]) -> list[object]:
    """The arguments, or the items of the one list given; nulls left out."""
    one = values[0] if len(values) == 1 else None
    items = one if isinstance(one, (list, tuple)) else values
    return [item for item in items if item is not None]


def _extreme(sign: int) -> Callable[..., object]:
    def pick(*values: object) -> object:
        best: object = None
        for item in _given(values):
            if best is None or order(item, best) == sign:
                best = item
        return best

    return pick


def _sum(*values: object) -> object:
    total: object = 0
    for item in _given(values):
        total = _reckon(total, item, "+", lambda a, b: a + b)
    return total


def _abs(value: object) -> object:
    return _reckon(value, 0, "abs", lambda a, _: abs(a))


def _round(value: object, places: object = 0) -> object:
    """Half away from zero, as offices round."""
    exact = number(places)
    if exact is None or exact.denominator != 1 or not 0 <= exact <= 10:
        raise BadExpression(say("“round” nhận từ 0 đến 10 chữ số thập phân."))
    scale = 10 ** int(exact)

    def nearest(a: Fraction, _: Fraction) -> Fraction:
        return Fraction(math.floor(abs(a) * scale + Fraction(1, 2)), scale) * (1 if a >= 0 else -1)

    return _reckon(value, 0, "round", nearest)


def _lower(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, str):
        return value.lower()[:MAX_TEXT]
    raise BadExpression(say("“lower” cần một chuỗi chữ."))


_WHOLE_DAY = re.compile(r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4}))\Z", re.ASCII)


def whole_day(value: object) -> date | None:
    """A whole date out of `2025-07-01` or `01/07/2025`; null for anything else."""
    if isinstance(value, date):
        return value
    match = _WHOLE_DAY.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day = match[1] or match[6], match[2] or match[5], match[3] or match[4]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _year(value: object) -> int | None:
    """The year of a date that may be known in part (`1948`, `1948-05`)."""
    day = whole_day(value)
    if day is not None:
        return day.year
    match = re.match(r"(\d{4})(?:-\d{2})?\Z", value, re.ASCII) if isinstance(value, str) else None
    return int(match[1]) if match else None


FUNCTIONS: Mapping[str, Function] = {
    "abs": Function(_abs),
    "len": Function(_length),
    "lower": Function(_lower),
    "max": Function(_extreme(1), 1, 50),
    "min": Function(_extreme(-1), 1, 50),
    "nam": Function(_year),
    "ngay": Function(whole_day),
    "round": Function(_round, 1, 2),
    "sum": Function(_sum, 1, 50),
}
