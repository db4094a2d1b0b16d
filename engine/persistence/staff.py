"""Units, posts, substitutes and sign-ins as the pages of administrators list them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.domain.states import CaseState
from engine.persistence import people
from engine.persistence.tables import (
    CaseRow,
    OfferRow,
    PostRow,
    SignInRow,
    SubstituteRow,
    UnitRow,
    UserRow,
)


@dataclass(frozen=True)
class UserLine:
    """An account in a list."""

    id: int
    username: str
    full_name: str
    administrator: bool
    analyst: bool
    locked: bool
    must_change: bool
    email: str


def users(session: Session) -> list[UserLine]:
    """Every account, by its username."""
    rows = session.execute(
        select(
            UserRow.id,
            UserRow.username,
            UserRow.full_name,
            UserRow.administrator,
            UserRow.analyst,
            UserRow.locked,
            UserRow.must_change,
            UserRow.email,
        ).order_by(UserRow.username)
    )
    return [UserLine(*row) for row in rows]


def posted_users(session: Session, on: date) -> frozenset[int]:
    """Users with a post, in person or as substitute, on the day or later."""
    lasting = or_(PostRow.ends.is_(None), PostRow.ends > on)
    standing_in = or_(SubstituteRow.ends.is_(None), SubstituteRow.ends > on)
    own = select(PostRow.user_id).where(lasting)
    others = select(SubstituteRow.user_id).where(standing_in)
    return frozenset(session.scalars(own)) | frozenset(session.scalars(others))


def other_administrators(session: Session, user_id: int) -> int:
    """How many administrators can sign in beside this one."""
    found = session.scalar(
        select(func.count()).where(
            UserRow.administrator, UserRow.locked.is_(False), UserRow.id != user_id
        )
    )
    return found or 0


@dataclass(frozen=True)
class PostLine:
    """A post with whom it belongs to and where."""

    id: int
    user_id: int
    user: str
    username: str
    locked: bool
    role: str
    unit_id: int
    unit: str
    starts: date
    ends: date | None
    head: bool
    leader: bool

    def holds_on(self, day: date) -> bool:
        return self.starts <= day and not self.over_on(day)

    def over_on(self, day: date) -> bool:
        return self.ends is not None and self.ends <= day


def posts(
    session: Session,
    *,
    unit_id: int | None = None,
    user_ids: Iterable[int] | None = None,
    lasting_on: date | None = None,
) -> list[PostLine]:
    """Posts of a unit, of users, or all, the latest first; `lasting_on`: not over by that day."""
    asked = (
        select(
            PostRow.id,
            PostRow.user_id,
            UserRow.full_name,
            UserRow.username,
            UserRow.locked,
            PostRow.role,
            PostRow.unit_id,
            UnitRow.name,
            PostRow.starts,
            PostRow.ends,
            PostRow.head,
            PostRow.leader,
        )
        .join(UserRow, UserRow.id == PostRow.user_id)
        .join(UnitRow, UnitRow.id == PostRow.unit_id)
        .order_by(PostRow.starts.desc(), UserRow.full_name, PostRow.id)
    )
    if unit_id is not None:
        asked = asked.where(PostRow.unit_id == unit_id)
    if user_ids is not None:
        asked = asked.where(PostRow.user_id.in_(sorted(set(user_ids))))
    if lasting_on is not None:
        asked = asked.where(or_(PostRow.ends.is_(None), PostRow.ends > lasting_on))
    rows: Sequence[Any] = session.execute(asked).all()
    return [PostLine(*row) for row in rows]


@dataclass(frozen=True)
class SubstituteLine:
    """Somebody who stands in at a post for a time."""

    id: int
    post_id: int
    user_id: int
    user: str
    holder_id: int
    holder: str
    role: str
    unit_id: int
    unit: str
    starts: date
    ends: date | None

    def holds_on(self, day: date) -> bool:
        return self.starts <= day and not self.over_on(day)

    def over_on(self, day: date) -> bool:
        return self.ends is not None and self.ends <= day


def substitutes(
    session: Session,
    *,
    unit_id: int | None = None,
    user_id: int | None = None,
    post_ids: Iterable[int] | None = None,
    lasting_on: date | None = None,
) -> list[SubstituteLine]:
    """Substitutes in a unit, at posts, or those that a user is or has; the latest first."""
    holder = aliased(UserRow)
    asked = (
        select(
            SubstituteRow.id,
            SubstituteRow.post_id,
            SubstituteRow.user_id,
            UserRow.full_name,
            holder.id,
            holder.full_name,
            PostRow.role,
            PostRow.unit_id,
            UnitRow.name,
            SubstituteRow.starts,
            SubstituteRow.ends,
        )
        .join(PostRow, PostRow.id == SubstituteRow.post_id)
        .join(UserRow, UserRow.id == SubstituteRow.user_id)
        .join(holder, holder.id == PostRow.user_id)
        .join(UnitRow, UnitRow.id == PostRow.unit_id)
        .order_by(SubstituteRow.starts.desc(), SubstituteRow.id.desc())
    )
    if unit_id is not None:
        asked = asked.where(PostRow.unit_id == unit_id)
    if user_id is not None:
        asked = asked.where(or_(SubstituteRow.user_id == user_id, PostRow.user_id == user_id))
    if post_ids is not None:
        asked = asked.where(SubstituteRow.post_id.in_(sorted(set(post_ids))))
    if lasting_on is not None:
        asked = asked.where(or_(SubstituteRow.ends.is_(None), SubstituteRow.ends > lasting_on))
    rows: Sequence[Any] = session.execute(asked).all()
    return [SubstituteLine(*row) for row in rows]


def substitutes_of(session: Session, post_id: int) -> Sequence[SubstituteRow]:
    return session.scalars(select(SubstituteRow).where(SubstituteRow.post_id == post_id)).all()


def held_tasks(session: Session, user_id: int, role: str, unit_id: int) -> list[int]:
    """Open tasks that lie on somebody's desk and are offered to a post."""
    found = session.scalars(
        select(OfferRow.task_id)
        .where(OfferRow.assignee_id == user_id, OfferRow.role == role, OfferRow.unit_id == unit_id)
        .distinct()
        .order_by(OfferRow.task_id)
    )
    return list(found)


def desk_of(session: Session, user_id: int) -> list[int]:
    """Open tasks that lie on somebody's desk."""
    lying = select(OfferRow.task_id).where(OfferRow.assignee_id == user_id).distinct()
    return list(session.scalars(lying.order_by(OfferRow.task_id)))


def left_behind(session: Session, on: date) -> list[int]:
    """Open tasks on the desks of people who hold none of their posts on the day, or are locked."""
    held = people.posts_held()
    other = aliased(OfferRow)
    may = (
        select(held.c.user_id)
        .join(UserRow, UserRow.id == held.c.user_id)
        .join(other, and_(other.role == held.c.role, other.unit_id == held.c.unit_id))
        .where(
            other.task_id == OfferRow.task_id,
            held.c.user_id == OfferRow.assignee_id,
            UserRow.locked.is_(False),
        )
    )
    lying = select(OfferRow.task_id).where(OfferRow.assignee_id.is_not(None), ~may.exists())
    return list(session.scalars(lying.distinct().order_by(OfferRow.task_id), {"on": on}))


def count_held(session: Session, user_id: int) -> int:
    """How many open tasks lie on somebody's desk."""
    found = session.scalar(
        select(func.count(OfferRow.task_id.distinct())).where(OfferRow.assignee_id == user_id)
    )
    return found or 0


def count_open_tasks(session: Session, unit_id: int) -> int:
    """How many open tasks stand before a unit."""
    found = session.scalar(
        select(func.count(OfferRow.task_id.distinct())).where(OfferRow.unit_id == unit_id)
    )
    return found or 0


def count_running_cases(session: Session, unit_id: int) -> int:
    """How many dossiers that a unit has received are not finished."""
    found = session.scalar(
        select(func.count()).where(
            CaseRow.unit_id == unit_id, CaseRow.state != str(CaseState.FINISHED)
        )
    )
    return found or 0


def sign_ins(session: Session, user_id: int, now: datetime) -> Sequence[SignInRow]:
    """Sessions that hold, the one seen last first."""
    return session.scalars(
        select(SignInRow)
        .where(SignInRow.user_id == user_id, SignInRow.expires_at > now)
        .order_by(SignInRow.seen_at.desc(), SignInRow.created_at.desc())
    ).all()


def end_sign_in_of(session: Session, user_id: int, key_hash: str) -> int:
    """Ends one session of a user; how many there were."""
    ended = session.execute(
        delete(SignInRow)
        .where(SignInRow.user_id == user_id, SignInRow.key_hash == key_hash)
        .returning(SignInRow.key_hash)
    )
    return len(ended.all())
