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
    closed: bool = False  # no longer an office: no new work goes there


def units_above(units: Mapping[int, Unit], unit_id: int) -> list[int]:
    """The units above one, the nearest first."""
    line: list[int] = []
    above = units[unit_id].parent_id if unit_id in units else None
    while above is not None and above not in line:
        line.append(above)
        above = units[above].parent_id
    return line


def other_units(units: Mapping[int, Unit], receiving: int, kind: str) -> tuple[int, ...]:
    """Where a “nơi khác” of `kind` may be: every open unit of the kind but the case's own.

    The `receiving` unit comes last: choosing it says that the other office does not work here, and
    that whoever did the step before records for it.
    """
    own = nearest_units(units, receiving, kind)
    mine = {receiving, *own} if len(own) == 1 else {receiving}
    others = (u.id for u in units.values() if u.kind == kind and not u.closed and u.id not in mine)
    return (*sorted(others), receiving)


def nearest_units(units: Mapping[int, Unit], receiving: int, kind: str) -> tuple[int, ...]:
    """Units of `kind` nearest to the `receiving` unit; exactly one means it is decided.

    In this order (design §2), the first that gives any: the receiving unit itself, its ancestors
    from the nearest up, then the children of those, nearest first. Several or none: the preceding
    officer chooses, from all units of the kind when none was found near. Closed units get none.
    """
    line: list[int] = []
    here: int | None = receiving
    while here is not None and here not in line:
        line.append(here)
        here = units[here].parent_id
    for unit_id in line:
        if units[unit_id].kind == kind and not units[unit_id].closed:
            return (unit_id,)
    fitting = sorted(u.id for u in units.values() if u.kind == kind and not u.closed)
    for ancestor in line:
        found = tuple(unit_id for unit_id in fitting if units[unit_id].parent_id == ancestor)
        if found:
            return found
    return tuple(fitting)
