"""Tables of what leaves the office: books and their numbers, documents as issued, lists, keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base, Digest, Packed


class BookRow(Base):
    """A sổ: the numbers that a unit gives to one kind of paper in a year."""

    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(40))  # books.Kind
    year: Mapped[int]  # local calendar year
    pattern: Mapped[str] = mapped_column(String(60))  # "{number}/{sign}": a number in full
    last: Mapped[int] = mapped_column(Integer, default=0)  # the highest number given or reserved
    limit: Mapped[int | None]  # no number above; None: no limit
    closed_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("unit_id", "kind", "year"),)


class BookNumberRow(Base):
    """A number of a book: reserved, used or voided, never taken out again."""

    __tablename__ = "book_number"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))  # NumberState
    sign: Mapped[str] = mapped_column(String(80))  # in full: "12/SNV-NCC"
    purpose: Mapped[str] = mapped_column(String(300), default="")  # trích yếu, or what it waits for
    at: Mapped[datetime]  # given or reserved
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")  # why voided
    search: Mapped[str] = mapped_column(String(400), default="")  # sign and purpose, folded
    __table_args__ = (
        UniqueConstraint("book_id", "number"),
        Index(  # the few that are not simply used
            "ix_book_number_apart",
            "book_id",
            "state",
            "number",
            sqlite_where=text("state <> 'used'"),
            postgresql_where=text("state <> 'used'"),
        ),
    )


class DossierListRow(Base):
    """A danh sách of many dossiers that go on together under one letter (Mẫu số 83)."""

    __tablename__ = "dossier_list"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    procedure_key: Mapped[str] = mapped_column(String(100))
    process: Mapped[str] = mapped_column(String(100))
    element: Mapped[str] = mapped_column(String(100))  # where its dossiers stand together now
    kind: Mapped[str] = mapped_column(String(40))  # the list's document: "mau-83"
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10))  # ListState
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]  # issued or dropped
    reason: Mapped[str] = mapped_column(String(300), default="")  # why returned or dropped
    letter: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what its công văn says
    row_version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (Index("ix_dossier_list_unit_state", "unit_id", "state"),)


class ListedCaseRow(Base):
    """A dossier on a list, in its place; taken off with a reason. On one open list at a time."""

    __tablename__ = "listed_case"
    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("dossier_list.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    position: Mapped[int]
    open: Mapped[bool] = mapped_column(default=True)  # on the list while that is open
    taken_off_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    row: Mapped[dict[str, Any]] = mapped_column(default=dict)  # columns as written on the list
    __table_args__ = (
        Index("ix_listed_case_case", "case_id"),
        Index(
            "uq_listed_case_open",
            "case_id",
            unique=True,
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
    )


class DocumentRow(Base):
    """A văn bản: a draft, then as issued. What was issued is never rendered again.

    Of a case, of a list, or (a book printed) of neither. `data` is everything the template was
    given; a reissue is a new row that names the one it replaces, and why.
    """

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # the template: "bm-01", "cong-van", "mau-83"
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("dossier_list.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # whose letterhead
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10))  # DocumentState
    number_id: Mapped[int | None] = mapped_column(ForeignKey("book_number.id"), index=True)
    sign: Mapped[str] = mapped_column(String(80), default="")  # its number in full; "" without one
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    signed_at: Mapped[datetime | None]  # approved by who signs
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]  # replaced or voided
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")  # of the reissue, or of voiding
    template_sha256: Mapped[str | None] = mapped_column(Digest)  # of everything it was set from
    data: Mapped[dict[str, Any]] = mapped_column(Packed)
    pdf_sha256: Mapped[str | None] = mapped_column(Digest)  # in the file store; signed: the last
    docx_sha256: Mapped[str | None] = mapped_column(Digest)
    xlsx_sha256: Mapped[str | None] = mapped_column(Digest)
    __table_args__ = (Index("ix_document_unit_issued", "unit_id", "issued_at"),)


class SigningKeyRow(Base):
    """A certificate with which a person or a unit signs; its key is at `store`, `label`."""

    __tablename__ = "signing_key"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    store: Mapped[str] = mapped_column(String(10))  # software | pkcs11
    label: Mapped[str] = mapped_column(String(100))  # what finds the key in its store
    certificate: Mapped[str] = mapped_column(Text)  # PEM
    subject: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # of the certificate
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None]


class SignatureRow(Base):
    """A digital signature put on a document; the signed file is `sha256` in the store."""

    __tablename__ = "signature"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sha256: Mapped[str] = mapped_column(Digest)
    before_sha256: Mapped[str] = mapped_column(Digest)
