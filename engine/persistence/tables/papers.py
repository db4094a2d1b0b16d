"""Tables of papers that come in: attachments, uploads under way, originals and their moves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base, Digest


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
    version: Mapped[int] = mapped_column(Integer, default=1)
    replaces_id: Mapped[int | None]  # the attachment before it
    reason: Mapped[str] = mapped_column(String(300), default="")  # why a new version
    scan: Mapped[str] = mapped_column(String(10), default="")  # ScanState; "": no scanner then


class UploadRow(Base):
    """A file on its way in, piece by piece; waits for its form until it expires."""

    __tablename__ = "upload"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)  # bytes announced
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    sha256: Mapped[str | None] = mapped_column(Digest)  # whole, scanned and in the file store
    media_type: Mapped[str] = mapped_column(String(100), default="")


class OriginalRow(Base):
    """A paper original of a dossier (bản gốc, bằng gốc), and who holds it now.

    Holder: a unit, or in words whoever is outside (the applicant, an expert body).
    """

    __tablename__ = "original"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))  # “Bằng Tổ quốc ghi công”
    number: Mapped[str] = mapped_column(String(100), default="")  # what is written on it
    condition: Mapped[str] = mapped_column(String(300), default="")  # mờ, rách, …
    state: Mapped[str] = mapped_column(String(10))  # OriginalState
    holder_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    holder_name: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (Index("ix_original_holder", "holder_unit_id", "state"),)


class HandOverRow(Base):
    """A hand-over of an original: handed by one side, confirmed by the other."""

    __tablename__ = "hand_over"
    id: Mapped[int] = mapped_column(primary_key=True)
    original_id: Mapped[int] = mapped_column(ForeignKey("original.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))  # HandOverState
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    from_name: Mapped[str] = mapped_column(String(200), default="")
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    handed_at: Mapped[datetime]
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))  # signed paper
    __table_args__ = (
        Index(
            "ix_hand_over_waiting",
            "to_unit_id",
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )
