"""What people type, made tidy: text in one Unicode form, numbers the Vietnamese way."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal

#: Larger numbers would not survive a JSON round trip digit by digit.
NUMBER_LIMIT = 10**15

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # Cc but \n \t; Cs
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class BadNumber(ValueError):
    """Text or a value that is no number we can keep."""


def tidy(text: str, *, lines: bool = False) -> str:
    """NFC, no invisible letters, no blanks at the ends; one line unless `lines`."""
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    if not lines:
        return " ".join(text.split())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def writable(text: str) -> bool:
    """Whether every letter can be stored and shown (no control letters, no half surrogates)."""
    return _UNWRITABLE.search(text) is None


def parse_number(text: str) -> int | float:
    """`1.234,5` → 1234.5; a lone point that does not stand before three digits is decimal.

    Raises BadNumber.
    """
    compact = re.sub(r"\s", "", text)
    if len(compact) > 40:
        raise BadNumber(text[:40])
    sign, digits = (-1, compact[1:]) if compact[:1] in {"-", "−"} else (1, compact)
    whole, comma, fraction = digits.partition(",")
    if comma:
        grouped = _GROUPED.fullmatch(whole) or re.fullmatch("[0-9]+", whole)
        if not grouped or not re.fullmatch("[0-9]+", fraction):
            raise BadNumber(text)
        return tidy_number(sign * float(f"{whole.replace('.', '')}.{fraction}"))
    if _GROUPED.fullmatch(digits):
        return tidy_number(sign * int(digits.replace(".", "")))
    if not _PLAIN.fullmatch(digits):
        raise BadNumber(text)
    return tidy_number(sign * (float(digits) if "." in digits else int(digits)))


def tidy_number(value: float) -> int | float:
    """An int where the value is whole. Raises BadNumber for what is no number of ours."""
    if abs(value) > NUMBER_LIMIT or not math.isfinite(value):
        raise BadNumber(str(value)[:40])
    return int(value) if value == int(value) else value


def show_number(value: float) -> str:
    """`1234.5` → `1.234,5`."""
    whole, _, fraction = f"{Decimal(repr(value)):,f}".partition(".")
    return whole.replace(",", ".") + (f",{fraction}" if fraction else "")


def decimals(value: float) -> int:
    """How many digits stand behind the comma."""
    return len(show_number(value).partition(",")[2])
