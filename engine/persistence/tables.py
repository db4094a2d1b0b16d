"""Every table: rows as SQLAlchemy classes, one short name each, moments in UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base, Digest, Moment, Packed, prefixed

__all__ = ("Base", "Moment")

#: Two reasons may come together, each with the names of steps in it.
RECEIPT_REASON_LENGTH = 500

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
    """The bytes of a drawing, form, decision or template, by their hash; never changed."""

    __tablename__ = "part"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


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
    """A hồ sơ. `state_text` is the token tree, `data` the variables; pages read only rows.

    The wide columns stand last: SQLite reads a row from its beginning and stops where it may.
    The end of the case's journal chain is kept here, so that an act reads and writes it together
    with the case it has locked anyway. JSON values are replaced, never changed in place.
    """

    __tablename__ = "case_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(prefixed(40), unique=True)  # "AP-2026-000123"
    filing_key: Mapped[str] = mapped_column(String(40), unique=True)  # from the filing page: once
    procedure_key: Mapped[str] = mapped_column(String(100))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the receiving unit
    channel: Mapped[str] = mapped_column(String(10))  # counter | post | online
    applicant: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200), default="")  # the liệt sĩ, …
    search: Mapped[str] = mapped_column(String(600), default="")  # set by searching.index_case
    state: Mapped[str] = mapped_column(String(10))  # CaseState
    received_at: Mapped[datetime]  # this filing or the last resubmission
    filed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # the legal term's moment; None before acceptance
    due_expected: Mapped[bool] = mapped_column(Boolean, default=False)  # “dự kiến”
    due_term: Mapped[str] = mapped_column(String(120), default="")  # the term in words
    receipt_number: Mapped[int] = mapped_column(Integer, default=0)  # of the last receipt
    outcome: Mapped[str | None] = mapped_column(String(80))  # end event id
    finished_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(Integer)
    journal_number: Mapped[int] = mapped_column(Integer, default=0)
    journal_hash: Mapped[str] = mapped_column(Digest, default="")
    step_dues: Mapped[
        dict[str, Any]
    ]  # element id -> explanation of its deadline, if others share it
    rounds: Mapped[dict[str, Any]]  # element id -> how often it has opened
    due_explanation: Mapped[dict[str, Any] | None] = mapped_column(Packed)
    data: Mapped[dict[str, Any]]
    state_text: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (
        Index("ix_case_unit_state_due", "unit_id", "state", "due_at"),
        Index("ix_case_procedure_state", "procedure_key", "state"),
    )


class CaseSequenceRow(Base):
    """The last number given to a case of a receiving unit in a year: no doubles, no holes."""

    __tablename__ = "case_sequence"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class CaseEndingRow(Base):
    """The folded code and names of a case from each of their words on, found by their beginning.

    “nguyen van an”, “van an”, “an”: what people type is the beginning of one of these.
    """

    __tablename__ = "case_ending"
    ending: Mapped[str] = mapped_column(prefixed(200), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)


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
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_explanation: Mapped[dict[str, Any] | None] = mapped_column(Packed)
    draft: Mapped[dict[str, Any] | None]
    data: Mapped[dict[str, Any] | None]  # what was submitted


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
    __table_args__ = (
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
    """One line of the journal; append-only in the database too (triggers).

    Its hash covers the hash of the line before it in the chain (domain.journal.link). `chain`
    is the case id, 0 for system acts. Two writers cannot fork it: (chain, number) is unique.
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
    hash: Mapped[str] = mapped_column(Digest)
    __table_args__ = (UniqueConstraint("chain", "number"),)


class AnchorRow(Base):
    """The daily anchor: one hash over the anchor before and all lines written since."""

    __tablename__ = "journal_anchor"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime]
    last_id: Mapped[int]  # the last journal line covered
    lines: Mapped[int]  # how many lines this anchor covers
    hash: Mapped[str] = mapped_column(String(64))


# --- housekeeping ------------------------------------------------------------------------------


class ChangeStampRow(Base):
    """Counts changes of what processes keep in memory; triggers raise it (see the migration).

    Names: `units` (table unit), `calendar` (the calendar tables).
    """

    __tablename__ = "change_stamp"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]


class HeartbeatRow(Base):
    """When each worker last woke."""

    __tablename__ = "heartbeat"
    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime]
