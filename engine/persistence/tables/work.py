"""Tables of open and finished work: tasks, their offers in queues, timers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base, Packed


class TaskRow(Base):
    """One open or finished piece of human work."""

    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    token: Mapped[str] = mapped_column(String(40))  # its id inside the state text
    process: Mapped[str] = mapped_column(String(100))  # drawing it stands in
    element: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(300))
    external: Mapped[bool] = mapped_column(Boolean, default=False)  # recorded for an outside role
    role: Mapped[str] = mapped_column(String(60))  # performer's role id (the lane's)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # where its first offer stands
    round: Mapped[int] = mapped_column(Integer, default=1)  # 1st, 2nd … time in this case
    state: Mapped[str] = mapped_column(String(10))  # TaskState
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    due_text: Mapped[str] = mapped_column(String(120), default="")  # as drawn
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_explanation: Mapped[dict[str, Any] | None] = mapped_column(Packed)
    draft: Mapped[dict[str, Any] | None]
    data: Mapped[dict[str, Any] | None]  # what was submitted
    ladder_id: Mapped[int | None]  # LadderRow in force when it opened; None: the default one
    rung: Mapped[int] = mapped_column(Integer, default=0)  # how many rungs of it are done
    remind_at: Mapped[datetime | None]  # the next rung's moment; None once closed
    remind_failures: Mapped[int] = mapped_column(Integer, default=0)  # since it last went well
    __table_args__ = (
        Index(
            "ix_task_remind",
            "remind_at",
            "id",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
        Index(
            "ix_task_closed",  # who finished how much is counted out of it alone
            "closed_at",
            "closed_by_id",
            "unit_id",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
    )


_BOARD = (
    *("unit_id", "procedure_key", "process", "element", "assignee_id"),
    *("sort_due", "opened_at", "external", "urgent", "first", "task_id", "role"),
)


class OfferRow(Base):
    """An open task as it stands in a queue; gone when the task closes. The inbox reads only this.

    `due_at` is the task's own moment, none where it goes by the case's. `sort_due` is that or the
    case's date, whichever is earlier, else FAR: what is due first comes first, and whatever is
    overdue stands before now. (While a case is paused it has no date that could pass.)
    Each index is one queue in the order in which its page is read, so that a page costs what it
    shows and not what waits. A task offered to two roles has two offers with one sort key.
    """

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    role: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sort_due: Mapped[datetime]
    due_at: Mapped[datetime | None]
    procedure_key: Mapped[str] = mapped_column(String(100))
    process: Mapped[str] = mapped_column(String(100))
    element: Mapped[str] = mapped_column(String(100))
    opened_at: Mapped[datetime]
    first: Mapped[bool] = mapped_column(Boolean)  # one offer of each task: for counting tasks
    external: Mapped[bool] = mapped_column(Boolean)
    urgent: Mapped[bool] = mapped_column(Boolean)
    __table_args__ = (
        Index(
            "ix_offer_urgent",
            "unit_id",
            "sort_due",
            "task_id",
            sqlite_where=text("urgent = 1"),
            postgresql_where=text("urgent"),
        ),
        Index(
            "ix_offer_free",
            "unit_id",
            "role",
            "sort_due",
            "task_id",
            sqlite_where=text("assignee_id IS NULL"),
            postgresql_where=text("assignee_id IS NULL"),
        ),
        Index("ix_offer_assignee", "assignee_id", "sort_due", "task_id", "unit_id", "role"),
        Index("ix_offer_unit", "unit_id", "sort_due", "task_id"),
        Index("ix_offer_due", "sort_due", "task_id"),
        # Everything the supervisors' board counts, in the order in which it is added up.
        Index("ix_offer_board", *_BOARD),
    )


class TimerRow(Base):
    """A waiting timer of a drawing; fired by the worker once `fires_at` has come."""

    __tablename__ = "timer"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    token: Mapped[str] = mapped_column(String(40))
    process: Mapped[str] = mapped_column(String(100))
    element: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10))  # TimerState
    opened_at: Mapped[datetime]
    fires_at: Mapped[datetime]
    try_at: Mapped[datetime]  # fires_at, then later after each failure
    explanation: Mapped[dict[str, Any] | None] = mapped_column(Packed)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_timer_state_try", "state", "try_at"),)
