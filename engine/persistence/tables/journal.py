"""Tables of the journal: lines, ends of chains, daily anchors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base, Digest


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


class JournalEndRow(Base):
    """Where a chain without a case of its own ends: a line cut off its end is missed here."""

    __tablename__ = "journal_end"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(Digest)


class AnchorRow(Base):
    """The daily anchor: one hash over the anchor before and all lines written since."""

    __tablename__ = "journal_anchor"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime]
    last_id: Mapped[int]  # the last journal line covered
    lines: Mapped[int]  # how many lines this anchor covers
    hash: Mapped[str] = mapped_column(String(64))
