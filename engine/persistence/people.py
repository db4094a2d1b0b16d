"""Users, units, posts and sign-ins, as services ask for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    delete,
    false,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from engine.domain.access import SUPERVISOR, Actor, Held
from engine.domain.errors import NotFound
from engine.domain.routing import Unit
from engine.persistence import stamps
from engine.persistence.tables import (
    OfferRow,
    PostRow,
    SignInRow,
    SubstituteRow,
    UnitRow,
    UserRow,
)


def units(session: Session) -> dict[int, Unit]:
    """All units by id; kept in memory until one of them changes. Not to be changed."""
    return stamps.kept(session, stamps.UNITS, "units", lambda: _load_units(session))


def _load_units(session: Session) -> dict[int, Unit]:
    rows = session.execute(
        select(UnitRow.id, UnitRow.kind, UnitRow.parent_id, UnitRow.name, UnitRow.closed)
    )
    return {row.id: Unit(*row) for row in rows}


def unit_with_code(session: Session, code: str) -> int | None:
    """The id of the unit that bears a code (`xa-an-phu`)."""
    return session.scalar(select(UnitRow.id).where(UnitRow.code == code))


def below(known: dict[int, Unit], tops: Iterable[int]) -> frozenset[int]:
    """The units `tops` with everything below them."""
    children: dict[int | None, list[int]] = {}
    for unit in known.values():
        children.setdefault(unit.parent_id, []).append(unit.id)
    found: set[int] = set()
    waiting = list(tops)
    while waiting:
        unit_id = waiting.pop()
        if unit_id not in found:
            found.add(unit_id)
            waiting.extend(children.get(unit_id, ()))
    return frozenset(found)


#: Bound in the statements below, which are built once: building them costs more than they do.
_ON: BindParameter[date] = bindparam("on", type_=Date())
_USER: BindParameter[int] = bindparam("user_id", type_=Integer())


def _in_force(row: type[PostRow] | type[SubstituteRow]) -> ColumnElement[bool]:
    return and_(row.starts <= _ON, or_(row.ends.is_(None), row.ends > _ON))


def _posts(of_one_user: bool) -> Subquery:
    """Posts held on a day in person and as substitute: user, role, unit, head, leader, holder.

    Of one user: said inside, because SQLite would not carry it there by itself.
    """
    own = select(
        PostRow.user_id,
        PostRow.role,
        PostRow.unit_id,
        PostRow.head,
        PostRow.leader,
        null().label("holder_id"),
    ).where(_in_force(PostRow))
    standing_in = (
        select(
            SubstituteRow.user_id,
            PostRow.role,
            PostRow.unit_id,
            PostRow.head,
            PostRow.leader,
            PostRow.user_id.label("holder_id"),
        )
        .join(PostRow, PostRow.id == SubstituteRow.post_id)
        .where(_in_force(PostRow), _in_force(SubstituteRow))
    )
    if of_one_user:
        own = own.where(PostRow.user_id == _USER)
        standing_in = standing_in.where(SubstituteRow.user_id == _USER)
    return union_all(own, standing_in).subquery("held")


def posts_held() -> Subquery:
    """Posts held on a day by anybody: columns user_id, role, unit_id, …; binds `on`."""
    return _posts(of_one_user=False)


@cache
def _actor() -> Select[Any]:
    """A user with posts and change stamps; binds `user_id`, `on`."""
    held = _posts(of_one_user=True)
    return (
        select(
            UserRow.full_name,
            UserRow.administrator,
            UserRow.analyst,
            held.c.role,
            held.c.unit_id,
            held.c.head,
            held.c.leader,
            held.c.holder_id,
            *stamps.columns(),
        )
        .select_from(UserRow)
        .outerjoin(held, held.c.user_id == UserRow.id)
        .where(UserRow.id == _USER, UserRow.locked.is_(False))
    )


def actor_of(session: Session, user_id: int, on: date) -> Actor:
    """The user with the posts held on the local day `on`, in person and as substitute.

    Raises NotFound for an unknown or locked account. One statement, which reads the change
    stamps too.
    """
    # By the connection: plain columns need no ORM, which would take as long again.
    rows = session.connection().execute(_actor(), {"user_id": user_id, "on": on}).all()
    if not rows:
        raise NotFound()
    first = rows[0]
    stamps.remember(session, first)
    posts = tuple(
        Held(row.role, row.unit_id, bool(row.head), row.holder_id, bool(row.leader))
        for row in rows
        if row.role is not None
    )
    tops = {post.unit_id for post in posts if post.role == SUPERVISOR}
    return Actor(
        user_id=user_id,
        name=first.full_name,
        posts=posts,
        administrator=first.administrator,
        analyst=first.analyst,
        supervised=below(units(session), tops) if tops else frozenset(),
    )


def still_holds(session: Session, user_id: int, posts: Iterable[tuple[str, int]], on: date) -> bool:
    """Whether a user, not locked, holds one of `posts` (role, unit) on the day."""
    try:
        actor = actor_of(session, user_id, on)
    except NotFound:
        return False
    return any(actor.holds((role,), unit_id) for role, unit_id in posts)


def works_in(session: Session, user_id: int, unit_id: int, on: date) -> bool:
    """Whether a user, not locked, holds any post in a unit on the day, or stands in for one."""
    try:
        return unit_id in actor_of(session, user_id, on).units
    except NotFound:
        return False


@dataclass(frozen=True)
class Holder:
    """Somebody a task could be given to."""

    user_id: int
    name: str
    role: str
    unit_id: int
    head: bool
    substitute_for: int | None  # user id of the holder stood in for
    open_tasks: int  # open tasks assigned to them now


def holders(session: Session, posts: Iterable[tuple[str, int]], on: date) -> list[Holder]:
    """Who holds one of `posts` (role, unit) on the day, with their open work, least first."""
    held = _posts(of_one_user=False)
    wanted = [and_(held.c.role == role, held.c.unit_id == unit_id) for role, unit_id in posts]
    open_tasks = (
        select(func.count(OfferRow.task_id.distinct()))
        .where(OfferRow.assignee_id == UserRow.id)
        .scalar_subquery()
        .label("open_tasks")
    )
    rows = session.execute(
        select(UserRow.id, UserRow.full_name, held, open_tasks)
        .join(held, held.c.user_id == UserRow.id)
        .where(UserRow.locked.is_(False), or_(false(), *wanted))
        .order_by(open_tasks, UserRow.full_name, UserRow.id),
        {"on": on},
    )
    return [
        Holder(
            user_id=row.id,
            name=row.full_name,
            role=row.role,
            unit_id=row.unit_id,
            head=bool(row.head),
            substitute_for=row.holder_id,
            open_tasks=row.open_tasks,
        )
        for row in rows
    ]


def seats(
    session: Session, on: date, unit_ids: Collection[int] | None = None
) -> Sequence[Row[Any]]:
    """Posts filled on the day: user_id, full_name, role, unit_id, head, leader, holder_id.

    Of some units or of all. `holder_id` is the user stood in for; locked accounts fill none.
    """
    connection = session.connection()
    if unit_ids is None:
        return connection.execute(_seats(of_some_units=False), {"on": on}).all()
    known = {"on": on, "unit_ids": sorted(unit_ids)}
    return connection.execute(_seats(of_some_units=True), known).all()


@cache
def _seats(of_some_units: bool) -> Select[Any]:
    held = _posts(of_one_user=False)
    found = (
        select(UserRow.full_name, held)
        .join(held, held.c.user_id == UserRow.id)
        .where(UserRow.locked.is_(False))
        .order_by(UserRow.full_name, UserRow.id)
    )
    if of_some_units:
        return found.where(held.c.unit_id.in_(bindparam("unit_ids", expanding=True)))
    return found


@dataclass(frozen=True)
class Posted:
    """Somebody at a post."""

    user_id: int
    name: str
    role: str
    unit_id: int


def posted(
    session: Session, unit_ids: Iterable[int], posts: Iterable[tuple[str, int]], on: date
) -> list[Posted]:
    """Who holds a post on the day in one of the units, or one of `posts` (role, unit), by name."""
    held = _posts(of_one_user=False)
    wanted = [and_(held.c.role == role, held.c.unit_id == unit_id) for role, unit_id in posts]
    rows = session.execute(
        select(UserRow.id, UserRow.full_name, held.c.role, held.c.unit_id)
        .join(held, held.c.user_id == UserRow.id)
        .where(
            UserRow.locked.is_(False),
            held.c.role != SUPERVISOR,
            or_(held.c.unit_id.in_(sorted(unit_ids)), *wanted),
        )
        .order_by(UserRow.full_name, UserRow.id),
        {"on": on},
    )
    return [Posted(*row) for row in rows]


def names(session: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """What users are called."""
    rows = session.execute(
        select(UserRow.id, UserRow.full_name).where(UserRow.id.in_(sorted(set(user_ids))))
    )
    return {row.id: row.full_name for row in rows}


def user_named(session: Session, username: str) -> UserRow | None:
    return session.scalars(select(UserRow).where(UserRow.username == username)).one_or_none()


def demo_usernames(session: Session) -> list[str]:
    """Demo accounts in this database: production refuses to start with any."""
    found = session.scalars(select(UserRow.username).where(UserRow.demo).order_by(UserRow.username))
    return list(found)


def signed_in_user(
    session: Session, key_hash: str, now: datetime
) -> tuple[SignInRow, UserRow] | None:
    """The sign-in behind a cookie's key and its user; None when ended, expired or locked."""
    row = session.execute(
        select(SignInRow, UserRow)
        .join(UserRow, UserRow.id == SignInRow.user_id)
        .where(
            SignInRow.key_hash == key_hash, SignInRow.expires_at > now, UserRow.locked.is_(False)
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def end_sign_in(session: Session, key_hash: str) -> None:
    session.execute(delete(SignInRow).where(SignInRow.key_hash == key_hash))


def end_sign_ins_of(session: Session, user_id: int) -> None:
    """Signs a user out everywhere (password changed, account locked)."""
    session.execute(delete(SignInRow).where(SignInRow.user_id == user_id))


def end_expired_sign_ins(session: Session, now: datetime) -> None:
    session.execute(delete(SignInRow).where(SignInRow.expires_at <= now))
