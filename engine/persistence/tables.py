"""Every table: rows as SQLAlchemy classes, one short name each, moments in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from engine.domain.errors import NaiveMoment


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; naive ones are refused. SQLite forgets zones: we add it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment()
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment(), dict[str, Any]: JSON, list[Any]: JSON}


# --- people ------------------------------------------------------------------------------------


class UnitRow(Base):
    """A đơn vị; `kind` is an authority of the role register."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)  # "xa-an-phu", in case codes too
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(60), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class UserRow(Base):
    """Somebody who can sign in."""

    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    administrator: Mapped[bool] = mapped_column(Boolean, default=False)
    analyst: Mapped[bool] = mapped_column(Boolean, default=False)
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    locked: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str] = mapped_column(String(5), default="vi")


class PostRow(Base):
    """A user holds a role in a unit, from (inclusive) to (exclusive) local dates."""

    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)
    head: Mapped[bool] = mapped_column(Boolean, default=False)  # the role's head in the unit
    leader: Mapped[bool] = mapped_column(Boolean, default=False)  # the unit's one leader
    __table_args__ = (Index("ix_post_role_unit", "role", "unit_id"),)


class SubstituteRow(Base):
    """`user` stands in for the holder of a post, from (inclusive) to (exclusive) local dates."""

    __tablename__ = "substitute"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)


class SignInRow(Base):
    """A session on the server: revoked by deleting it. `key_hash` = sha256 of the cookie key."""

    __tablename__ = "sign_in"
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(String(200), default="")


# --- calendar ----------------------------------------------------------------------------------


class CalendarYearRow(Base):
    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signed_off: Mapped[bool] = mapped_column(Boolean, default=False)
    documents: Mapped[list[Any]]  # official documents, as text


class CalendarDayRow(Base):
    """A day that differs from its weekday: off although a weekday, or worked although a weekend."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    worked: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(200))
    document: Mapped[str | None] = mapped_column(String(300))


class UnitClosureRow(Base):
    """A unit is closed on a day (flood, office move)."""

    __tablename__ = "unit_closure"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))


# --- procedures --------------------------------------------------------------------------------


class PartRow(Base):
    """The text of a drawing, form, decision or template, by its hash; never changed."""

    __tablename__ = "part"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class VersionRow(Base):
    """A deployed version of a procedure. `digest` covers the drawing and all it references."""

    __tablename__ = "version"
    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_key: Mapped[str] = mapped_column(String(100), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(300))
    digest: Mapped[str] = mapped_column(String(64))
    effective_from: Mapped[date | None] = mapped_column(Date)  # None: from the deploy day on
    effective_to: Mapped[date | None] = mapped_column(Date)  # exclusive
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text, default="")  # why warnings were accepted
    __table_args__ = (
        UniqueConstraint("procedure_key", "number"),
        UniqueConstraint("procedure_key", "digest"),
    )


class VersionPartRow(Base):
    """What a version pins: kind `drawing`, `form`, `decision`, `document`; name as referenced."""

    __tablename__ = "version_part"
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("part.sha256"))


# --- cases -------------------------------------------------------------------------------------


class CaseRow(Base):
    """A hồ sơ. `state_text` is the token tree, `data` the variables; pages read only rows."""

    __tablename__ = "case_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)  # "AP-2026-000123"
    filing_key: Mapped[str] = mapped_column(String(40), unique=True)  # from the filing page: once
    procedure_key: Mapped[str] = mapped_column(String(100))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the receiving unit
    channel: Mapped[str] = mapped_column(String(10))  # counter | post | online
    applicant: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200), default="")  # the liệt sĩ, …
    search: Mapped[str] = mapped_column(String(600), default="")  # fold(code applicant subject)
    state: Mapped[str] = mapped_column(String(10))  # CaseState
    received_at: Mapped[datetime]  # this filing or the last resubmission
    filed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # the legal term's moment; None before acceptance
    due_expected: Mapped[bool] = mapped_column(Boolean, default=False)  # “dự kiến”
    due_term: Mapped[str] = mapped_column(String(120), default="")  # the term in words
    due_explanation: Mapped[dict[str, Any] | None]
    data: Mapped[dict[str, Any]]
    step_dues: Mapped[dict[str, Any]]  # element id -> ISO moment of its last deadline
    rounds: Mapped[dict[str, Any]]  # element id -> how often it has opened
    state_text: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    outcome: Mapped[str | None] = mapped_column(String(80))  # end event id
    finished_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (
        Index("ix_case_unit_state_due", "unit_id", "state", "due_at"),
        Index("ix_case_procedure_state", "procedure_key", "state"),
    )


class CaseUnitRow(Base):
    """The case has or had a task in the unit: whoever holds a post there sees the case."""

    __tablename__ = "case_unit"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)


class CaseRoleUnitRow(Base):
    """The unit an officer chose for a role of this case (when routing alone could not tell)."""

    __tablename__ = "case_role_unit"
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(60), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))


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
    due_explanation: Mapped[dict[str, Any] | None]
    draft: Mapped[dict[str, Any] | None]
    data: Mapped[dict[str, Any] | None]  # what was submitted
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    __table_args__ = (Index("ix_task_element_state", "element", "state"),)


class OfferRow(Base):
    """An open task as it stands in a queue; gone when the task closes. The inbox reads only this.

    `sort_due` is the task's due moment, else the case's, else FAR: what is due first comes first.
    """

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    role: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sort_due: Mapped[datetime]
    due_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_offer_queue", "unit_id", "role", "sort_due", "id"),
        Index("ix_offer_assignee", "assignee_id", "sort_due", "id"),
        Index("ix_offer_unit_due", "unit_id", "due_at"),
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
    explanation: Mapped[dict[str, Any] | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_timer_state_try", "state", "try_at"),)


class PauseRow(Base):
    """The legal clock of a case stood still. `task_id` when the drawing paused it."""

    __tablename__ = "pause"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    reason: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class ReceiptRow(Base):
    """A giấy tiếp nhận hồ sơ và hẹn trả kết quả (BM 01) as issued: number, date promised, why."""

    __tablename__ = "receipt"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    number: Mapped[int]  # 1, 2, … within the case
    issued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    term: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(300), default="")
    explanation: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("case_id", "number"),)


class AttachmentRow(Base):
    """An uploaded file; its bytes lie in the file store under `sha256`."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    field: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


# --- journal -----------------------------------------------------------------------------------


class JournalRow(Base):
    """One line of the journal, chained by hash; append-only in the database too (triggers).

    `chain` is the case id, 0 for system acts.
    """

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int]
    number: Mapped[int]  # 1, 2, … within the chain
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(200))
    act: Mapped[str] = mapped_column(String(40))  # journal vocabulary
    element: Mapped[str | None] = mapped_column(String(100))
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (UniqueConstraint("chain", "number"),)


class JournalHeadRow(Base):
    """The last link of each chain; written with every line, so that two writers cannot fork it."""

    __tablename__ = "journal_head"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class AnchorRow(Base):
    """The daily anchor: one hash over all chain heads."""

    __tablename__ = "journal_anchor"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime]
    lines: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class HeartbeatRow(Base):
    """When each worker last woke."""

    __tablename__ = "heartbeat"
    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime]
