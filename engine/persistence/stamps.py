"""Keeps what seldom changes (units, calendar, ladders), and knows when it no longer holds.

Every process may keep its own copy, because the tables carry a counter that triggers raise
whenever one of their rows changes. `people.actor_of` reads the counters together with the actor,
so that an act learns for nothing whether its process's copy is still true.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Label, Row, event, select
from sqlalchemy.orm import Session, object_session

from engine.persistence.tables import (
    Base,
    CalendarDayRow,
    CalendarYearRow,
    ChangeStampRow,
    LadderRow,
    OfficeSettingRow,
    UnitClosureRow,
    UnitRow,
)

T = TypeVar("T")

UNITS = "units"
CALENDAR = "calendar"
LADDERS = "ladders"

_WATCHED = {
    UnitRow: UNITS,
    CalendarYearRow: CALENDAR,
    CalendarDayRow: CALENDAR,
    UnitClosureRow: CALENDAR,
    OfficeSettingRow: CALENDAR,  # the shifts are kept there
    LadderRow: LADDERS,
}
_KNOWN = "quytrinh_stamps"  # in session.info: name -> number read in this transaction
_TOUCHED = "quytrinh_touched"  # in session.info: names whose rows this transaction changed

_kept: WeakKeyDictionary[Engine, dict[Hashable, tuple[int, Any]]] = WeakKeyDictionary()
_lock = Lock()


def columns() -> list[Label[int]]:
    """The counters as columns, for a statement that reads them on its way to something else."""
    return [
        select(ChangeStampRow.number)
        .where(ChangeStampRow.name == name)
        .scalar_subquery()
        .label(f"stamp_{name}")
        for name in (UNITS, CALENDAR, LADDERS)
    ]


def remember(session: Session, row: Row[Any]) -> None:
    """Notes the counters that a statement of this transaction has read: a row with `columns`."""
    session.info[_KNOWN] = {
        name: getattr(row, f"stamp_{name}") for name in (UNITS, CALENDAR, LADDERS)
    }


def kept(session: Session, name: str, key: Hashable, load: Callable[[], T]) -> T:
    """What `load` gives, from memory when the counter `name` has not moved since.

    The counter is read before the rows, so that a copy is never older than its number. A
    transaction that changes such rows itself reads them anew and leaves no copy behind.
    """
    if name in session.info.get(_TOUCHED, ()):
        return load()
    number = _number(session, name)
    copies = _copies(session)
    found = copies.get((name, key))
    if found is not None and found[0] == number:
        value: T = found[1]
        return value
    value = load()
    copies[(name, key)] = (number, value)
    return value


def touch(session: Session, name: str) -> None:
    """Says that this transaction changes rows behind `name` by a statement of its own."""
    session.info.setdefault(_TOUCHED, set()).add(name)


def _copies(session: Session) -> dict[Hashable, tuple[int, Any]]:
    engine = session.get_bind().engine
    with _lock:
        return _kept.setdefault(engine, {})


def _number(session: Session, name: str) -> int:
    known: dict[str, int] = session.info.setdefault(_KNOWN, {})
    if not known:
        rows = session.execute(select(ChangeStampRow.name, ChangeStampRow.number))
        known.update({row.name: row.number for row in rows})
    return known[name]


def _note_change(_mapper: object, _connection: object, row: Base) -> None:
    session = object_session(row)
    if session is not None:
        touch(session, _WATCHED[type(row)])


# On the watched tables alone: a listener on all flushes would cost every act.
for _row in _WATCHED:
    for _moment in ("before_insert", "before_update", "before_delete"):
        event.listen(_row, _moment, _note_change)
