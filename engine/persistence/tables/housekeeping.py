"""Tables of housekeeping: change stamps and heartbeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base


class ChangeStampRow(Base):
    """Counts changes of what processes keep in memory; triggers raise it (see the migration).

    Names: `units` (table unit), `calendar` (the calendar tables), `ladders` (table ladder).
    """

    __tablename__ = "change_stamp"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]


class HeartbeatRow(Base):
    """When each worker last woke."""

    __tablename__ = "heartbeat"
    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime]
