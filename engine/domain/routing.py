"""Which unit a task goes to: the nearest unit of its role's kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A đơn vị: its kind is an authority of the role register."""

    id: int
    kind: str
    parent_id: int | None
    name: str


def units_above(units: Mapping[int, Unit], unit_id: int) -> list[int]:
    """The units above one, the nearest first."""
    line: list[int] = []
    above = units[unit_id].parent_id if unit_id in units else None
    while above is not None and above not in line:
        line.append(above)
        above = units[above].parent_id
    return line


def nearest_units(units: Mapping[int, Unit], receiving: int, kind: str) -> tuple[int, ...]:
    """Units of `kind` nearest to the `receiving` unit; exactly one means it is decided.

    In this order (design §2), the first that gives any: the receiving unit itself, its ancestors
    from the nearest up, then the children of those, nearest first. Several or none: the preceding
    officer chooses, from all units of the kind when none was found near.
    """
    line: list[int] = []
    here: int | None = receiving
    while here is not None and here not in line:
        line.append(here)
        here = units[here].parent_id
    for unit_id in line:
        if units[unit_id].kind == kind:
            return (unit_id,)
    for ancestor in line:
        found = tuple(
            sorted(u.id for u in units.values() if u.parent_id == ancestor and u.kind == kind)
        )
        if found:
            return found
    return tuple(sorted(u.id for u in units.values() if u.kind == kind))
