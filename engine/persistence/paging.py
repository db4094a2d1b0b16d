"""Pages of long lists by the key of their last line: page 1,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from engine.domain.errors import Misuse
from engine.domain.messages import say

T = TypeVar("T")

#: More lines than this are on no page.
LONGEST_PAGE = 200

Key = tuple[datetime, int]  # the moment a list is ordered by, then the id


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some lines, and the cursor to the lines after them."""

    lines: tuple[T, ...]
    after: str | None  # None: these are the last ones


def page(rows: Sequence[T], limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """A page out of up to `limit` + 1 rows, the extra one telling that there are more."""
    shown = tuple(rows[:limit])
    return Page(shown, cursor(shown[-1]) if len(rows) > limit else None)


def bad_address() -> Misuse:
    """A list's address that no page of ours leads to."""
    return Misuse(say("Địa chỉ trang không đúng. Hãy mở lại danh sách từ đầu."))


def checked_limit(limit: int) -> int:
    if not 1 <= limit <= LONGEST_PAGE:
        raise Misuse(say("Mỗi trang có từ 1 đến %(most)s dòng.", most=LONGEST_PAGE))
    return limit


def cursor_of(key: Key) -> str:
    """The key as it stands in an address."""
    return _pack([key[0].isoformat(), key[1]])


def key_of(cursor: str | None) -> Key | None:
    """Raises Misuse for what is no cursor of ours; None stays None (the first page)."""
    if not cursor:
        return None
    try:
        moment, number = _unpack(cursor)
        read, key = datetime.fromisoformat(moment), int(number)
        if read.tzinfo is None or not 0 <= key < 2**31:
            raise ValueError(cursor)
        return read.astimezone(UTC), key  # beyond the years there are: OverflowError
    except (ValueError, TypeError, OverflowError):
        raise bad_address() from None


def cursor_of_id(number: int) -> str:
    return _pack([number])


def id_of(cursor: str | None) -> int | None:
    """The same for lists ordered by id alone."""
    if not cursor:
        return None
    try:
        (number,) = _unpack(cursor)
        key = int(number)
    except (ValueError, TypeError, OverflowError):
        raise bad_address() from None
    if not 0 <= key < 2**31:
        raise bad_address()
    return key


def _pack(parts: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _unpack(cursor: str) -> list[str]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(cursor) from error
    if not isinstance(parts, list):
        raise ValueError(cursor)
    return parts
