"""Tables of watching time: ladders, escalations, apologies, incidents, statistics."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base


class LadderRow(Base):
    """An escalation ladder as saved; changed by saving a new one, which ends the one before.

    `procedure_key` and `role` say for what it holds; None: for all. What opened under a ladder
    keeps it.
    """

    __tablename__ = "ladder"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(10))  # ladder.Subject: task | case
    procedure_key: Mapped[str | None] = mapped_column(String(100))
    role: Mapped[str | None] = mapped_column(String(60))
    rungs: Mapped[list[Any]]  # domain.ladder.Ladder.to_json; none: no ladder here
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(300), default="")
    ended_at: Mapped[datetime | None]


class EscalationRow(Base):
    """A rung that was reached: who was told, of which date. Each rung once for each date."""

    __tablename__ = "escalation"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    subject: Mapped[str] = mapped_column(String(30))  # "case" or "task:<id>"
    rung: Mapped[int]  # 1, 2, …
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    tells: Mapped[str] = mapped_column(String(10))  # whom it would tell (ladder.Tells)
    told: Mapped[list[Any]]  # whom it told: [[user id, name], …]
    __table_args__ = (UniqueConstraint("case_id", "subject", "rung", "due_at"),)


class ApologyRow(Base):
    """A thư xin lỗi for a case that passes its date: drafted beforehand, issued by a person."""

    __tablename__ = "apology"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    due_at: Mapped[datetime]  # the date that is or will be missed
    state: Mapped[str] = mapped_column(String(10))  # ApologyState
    opened_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    new_day: Mapped[date | None] = mapped_column(Date)  # promised anew
    letter: Mapped[dict[str, Any] | None]  # what the letter names, as it was when issued
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    __table_args__ = (UniqueConstraint("case_id", "due_at"),)


class StepTimeRow(Base):
    """How often a step took how long: tasks finished in one week, and once more in one month.

    `buckets` says how many of them took which working time: whole numbers of working quarter-hours
    (domain.step_times), as text, to how many. Filled by the worker. The key is the table, in the
    order in which it is read: a stretch of weeks or months of one procedure.
    """

    __tablename__ = "step_time"
    procedure_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    span: Mapped[str] = mapped_column(String(5), primary_key=True)  # step_times.Span
    starts: Mapped[date] = mapped_column(Date, primary_key=True)  # the span's first day
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id"), primary_key=True, autoincrement=False
    )
    process: Mapped[str] = mapped_column(String(100), primary_key=True)
    element: Mapped[str] = mapped_column(String(100), primary_key=True)
    late: Mapped[int]  # how many of them were finished after their deadline
    buckets: Mapped[dict[str, Any]]
    __table_args__ = ({"sqlite_with_rowid": False},)


class ProgressRow(Base):
    """How far a round of the worker has come: up to which moment, up to which id."""

    __tablename__ = "progress"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    number: Mapped[int] = mapped_column(Integer, default=0)


class IncidentRow(Base):
    """Something that failed and waits for an administrator; open while `closed_at` is empty."""

    __tablename__ = "incident"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # IncidentKind
    key: Mapped[str] = mapped_column(String(120))  # what failed: one open incident each
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    timer_id: Mapped[int | None] = mapped_column(ForeignKey("timer.id"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    name: Mapped[str] = mapped_column(String(300))
    cause: Mapped[str] = mapped_column(Text)  # in plain words
    detail: Mapped[str] = mapped_column(Text, default="")  # in technical ones
    role: Mapped[str | None] = mapped_column(String(60))  # whose unit would have to be chosen
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(Integer, default=1)
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")  # IncidentEnd
    closed_by: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    __table_args__ = (
        Index(
            "ix_incident_open",
            "key",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
