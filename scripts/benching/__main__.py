"""The measures of design §8, side by side on this machine: one JSON line, exit 1 when one fails."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable

from scripts.benching.board import board
from scripts.benching.climbing import climbing
from scripts.benching.completing import completing, completing_over_http
from scripts.benching.lists import inbox
from scripts.benching.measuring import Measured, say
from scripts.benching.moving import moves
from scripts.benching.persons import found
from scripts.benching.sizes import sizes
from scripts.benching.storing import case_size, reading
from scripts.benching.sweeping import sweeping

MEASURES: dict[str, Callable[[bool], Iterable[Measured]]] = {
    "task": completing,
    "http": completing_over_http,
    "reading": reading,
    "sizes": sizes,
    "size": case_size,
    "sweep": sweeping,
    "rungs": climbing,
    "inbox": inbox,
    "board": board,
    "moves": moves,
    "persons": found,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, less sure")
    parser.add_argument("--only", choices=MEASURES, action="append", help="one measure (again …)")
    asked = parser.parse_args(arguments)
    measured: list[Measured] = []
    for name in asked.only or MEASURES:
        for one in MEASURES[name](asked.quick):
            say(str(one))
            measured.append(one)
    if not asked.only:
        # scripts/test tells how long the suite takes; measuring it here would run it twice.
        measured.append(Measured("suite_seconds", None))
    print(json.dumps(_line(measured), ensure_ascii=False))
    return 0 if all(one.kept for one in measured) else 1


def _line(measured: list[Measured]) -> dict[str, object]:
    """Names to ratios, and which bounds are broken."""
    values: dict[str, object] = {
        one.name: None if one.value is None else round(one.value, 2) for one in measured
    }
    return {**values, "broken": [one.name for one in measured if not one.kept]}


if __name__ == "__main__":
    sys.exit(main())
