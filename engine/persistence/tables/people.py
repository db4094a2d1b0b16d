"""Tables of people: units, users, their posts and substitutes, sign-ins."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base


class UnitRow(Base):
    """A đơn vị; `kind` is an authority of the role register."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)  # "xa-an-phu", in case codes too
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(60), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    # What letterheads and receipts say (Nghị định 30/2020/NĐ-CP, Phụ lục I):
    sign: Mapped[str] = mapped_column(String(30), default="")  # ký hiệu: "SNV", "UBND"
    place: Mapped[str] = mapped_column(String(100), default="")  # địa danh: “An Phú”
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    closed: Mapped[bool] = mapped_column(Boolean, default=False)  # no longer an office


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
    email: Mapped[str] = mapped_column(String(254), default="")  # empty: told in the page alone
    mail: Mapped[str] = mapped_column(String(10), default="each")  # MailWish
    must_change: Mapped[bool] = mapped_column(Boolean, default=False)  # the password, at sign-in


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
