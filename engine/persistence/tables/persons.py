"""Tables of the persons whom dossiers concern, and of dossiers that belong together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base, prefixed


class PersonRow(Base):
    """A liệt sĩ, thân nhân or người nộp. Dates as known: “1948”, “1948-05”, “1948-05-12”, “”.

    Names are kept NFC as written; `folded` without diacritics, to compare by.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(prefixed(200), index=True)
    gender: Mapped[str] = mapped_column(String(10), default="")
    born: Mapped[str] = mapped_column(String(10), default="")
    died: Mapped[str] = mapped_column(String(10), default="")  # of a liệt sĩ: hy sinh
    identity_number: Mapped[str] = mapped_column(String(20), default="")  # CCCD, CMND
    home_then: Mapped[str] = mapped_column(String(300), default="")  # quê quán, as it was called
    home_now: Mapped[str] = mapped_column(String(300), default="")  # the same place today
    residence: Mapped[str] = mapped_column(String(300), default="")  # nơi thường trú
    phone: Mapped[str] = mapped_column(String(30), default="")
    made_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (Index("ix_person_identity_number", "identity_number"),)


class PersonNameRow(Base):
    """Another name of a person, as some paper has it (bí danh, cách viết khác)."""

    __tablename__ = "person_name"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(prefixed(200), index=True)


class PersonEndingRow(Base):
    """The folded names of a person from each of their words on, found by their beginning."""

    __tablename__ = "person_ending"
    ending: Mapped[str] = mapped_column(prefixed(200), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class CasePersonRow(Base):
    """A person's part in a dossier: applicant, subject (the liệt sĩ, …) or relative."""

    __tablename__ = "case_person"
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)  # PersonPart
    relation: Mapped[str] = mapped_column(String(100), default="")  # to the subject: “con đẻ”


class CaseLinkRow(Base):
    """Two dossiers that belong together, and why; `case_id` is the lower id."""

    __tablename__ = "case_link"
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CaseApartRow(Base):
    """Two dossiers that somebody found to be no duplicates; `case_id` is the lower id."""

    __tablename__ = "case_apart"
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
