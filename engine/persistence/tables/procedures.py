"""Tables of procedures: versions and the parts that they pin."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base


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
    accepted: Mapped[list[Any]] = mapped_column(default=list)  # those warnings, as said then
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


class ExhibitRow(Base):
    """A drawing that is only looked at: as it came, whether or not it could ever be executed."""

    __tablename__ = "exhibit"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    errors: Mapped[int]  # what the checks found when it was kept
    warnings: Mapped[int]
    kept_at: Mapped[datetime]
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    kept_by: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
