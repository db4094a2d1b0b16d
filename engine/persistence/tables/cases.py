"""Tables of cases: the dossier, who may see it, how it is found, where it was brought in from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base, Digest, Packed, prefixed


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
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    ladder_id: Mapped[int | None]  # LadderRow it stands under since acceptance; None: the default
    rung: Mapped[int] = mapped_column(Integer, default=0)  # how many rungs of it are done
    remind_at: Mapped[datetime | None]  # the next rung's moment; None: none, or the clock stands
    remind_failures: Mapped[int] = mapped_column(Integer, default=0)  # since it last went well
    look_up_key: Mapped[str | None] = mapped_column(String(20))  # opens the public look-up page
    import_id: Mapped[int | None]  # CaseImportRow that brought it in, begun elsewhere
    list_id: Mapped[int | None]  # DossierListRow it goes with, while that is open
    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (
        Index(
            "ix_case_remind",
            "remind_at",
            "id",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
        Index("ix_case_unit_state_due", "unit_id", "state", "due_at"),
        Index("ix_case_procedure_state", "procedure_key", "state"),
        Index("ix_case_unit_filed", "unit_id", "filed_at", "id"),  # the unit's register of a year
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


class CaseImportRow(Base):
    """A sheet of running dossiers that was brought in, and by whom."""

    __tablename__ = "case_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(Digest)
    rows: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
