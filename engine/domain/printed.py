"""Which printed documents a step asks for: the property `documents`, as it is drawn.

`bm-01 khi ket_qua == 'du'; bm-02` or `mau-83, cong-van khi huong == 'bo'; cong-van`: the first
alternative that holds, each a list of templates by their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from engine.domain.durations import Alternative, choose, parse_alternatives

#: A template's name: that of its file without the ending.
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def named(text: str | None) -> tuple[str, ...]:
    """Every document that may be asked for, in the order drawn. Raises BadDuration."""
    return tuple(dict.fromkeys(_names(one.value for one in _alternatives(text))))


def chosen(text: str | None, holds: Callable[[str], bool]) -> tuple[str, ...]:
    """The documents asked for where conditions are judged by `holds`. Raises BadDuration."""
    value = choose(_alternatives(text), holds)
    return tuple(dict.fromkeys(_names([value]))) if value else ()


def _alternatives(text: str | None) -> tuple[Alternative, ...]:
    return parse_alternatives(text) if text else ()


def _names(values: Iterable[str]) -> Iterable[str]:
    for value in values:
        yield from (name.strip() for name in value.split(",") if name.strip())
