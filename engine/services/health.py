"""Whether the installation does its work: for the machine that watches it; no personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from engine.domain.states import TimerState
from engine.persistence import incidents, migrating
from engine.persistence.tables import HeartbeatRow, TimerRow
from engine.services.act import Act

#: A worker that has missed so many of its rounds is taken for lost.
ROUNDS_MISSED = 3


@dataclass(frozen=True)
class Health:
    """What a machine may want to be called for."""

    migrated: bool  # the tables are those of this program
    worker_age: timedelta | None  # since the last sign of life of any worker; None: never one
    worker_lives: bool
    incidents: int  # open
    due_timers: int  # due and not yet fired

    @property
    def sound(self) -> bool:
        return self.migrated and self.worker_lives


def look(act: Act) -> Health:
    """The installation as it stands. Raises Unavailable when the database does not answer."""
    longest = timedelta(seconds=ROUNDS_MISSED * act.app.settings.worker_seconds)
    beaten = act.session.scalar(select(func.max(HeartbeatRow.at)))
    age = act.now - beaten if beaten else None
    due = select(func.count()).where(
        TimerRow.state == TimerState.WAITING, TimerRow.try_at <= act.now
    )
    return Health(
        migrated=migrating.is_current(act.session.connection()),
        worker_age=age,
        worker_lives=age is not None and age <= longest,
        incidents=incidents.open_count(act.session),
        due_timers=act.session.scalar(due) or 0,
    )
