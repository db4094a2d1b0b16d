"""Tables of housekeeping: change stamps, heartbeats, settings kept here, who read what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
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


class OfficeSettingRow(Base):
    """A setting that administrators keep on pages: `shifts`, `retention`; the last one counts."""

    __tablename__ = "office_setting"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    value: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")


class ReadingRow(Base):
    """Who read which person's data: a page, a file or a print of a case or a person."""

    __tablename__ = "reading"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(100))  # page, or “tệp đơn.pdf”
    request: Mapped[str] = mapped_column(String(36), default="")  # the request's id, as in the log
    __table_args__ = (
        Index("ix_reading_case_at", "case_id", "at"),
        Index("ix_reading_person_at", "person_id", "at"),
        Index("ix_reading_user_at", "user_id", "at"),
    )
