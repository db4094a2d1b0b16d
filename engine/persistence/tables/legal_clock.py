"""Tables of the legal clock of a case: pauses, receipts, the extension, how it was ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base, Packed

#: Two reasons may come together, each with the names of steps in it.
RECEIPT_REASON_LENGTH = 500


class PauseRow(Base):
    """The legal clock of a case stood still: `task_id` or `timer_id` when the drawing paused it."""

    __tablename__ = "pause"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    timer_id: Mapped[int | None] = mapped_column(ForeignKey("timer.id"))
    reason: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    @property
    def by_act(self) -> bool:
        """Whether somebody's act began it."""
        return self.task_id is None and self.timer_id is None


class ReceiptRow(Base):
    """A giấy tiếp nhận hồ sơ và hẹn trả kết quả (BM 01) as issued: number, date promised, why."""

    __tablename__ = "receipt"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    number: Mapped[int]  # 1, 2, … within the case
    issued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    term: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(RECEIPT_REASON_LENGTH), default="")
    explanation: Mapped[dict[str, Any]] = mapped_column(Packed)
    __table_args__ = (UniqueConstraint("case_id", "number"),)


class ExtensionRow(Base):
    """The one gia hạn a case may have."""

    __tablename__ = "extension"
    case_id: Mapped[int] = mapped_column(
        ForeignKey("case_file.id"), primary_key=True, autoincrement=False
    )
    term: Mapped[str] = mapped_column(String(120))  # a duration as people write it
    reason: Mapped[str] = mapped_column(String(300))
    before: Mapped[datetime]
    after: Mapped[datetime]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CaseStopRow(Base):
    """Why a case ended without going its way: stopped by the office, withdrawn by the applicant."""

    __tablename__ = "case_stop"
    case_id: Mapped[int] = mapped_column(
        ForeignKey("case_file.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(10))  # StopKind
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
