"""Units, posts and substitutes: who sits where."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from engine.domain.access import SUPERVISOR, Permission, require
from engine.domain.errors import Misuse
from engine.domain.explanations import day_text
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.working_calendar import ONE_DAY
from engine.persistence.tables import PostRow, SubstituteRow, UnitRow, UserRow
from engine.services import journalling
from engine.services.act import Act

#: The longest code leaves room for year and number in a case's code.
CODE = re.compile(r"[a-z0-9]{1,20}")


def add_unit(act: Act, code: str, name: str, kind: str, parent_id: int | None = None) -> UnitRow:
    """Adds a unit of a known kind under its parent. Its code begins the codes of its cases."""
    require(act.actor, Permission.USER_ADMIN)
    if kind not in act.app.roles.authorities:
        raise Misuse(say("Không có loại cơ quan “%(kind)s”.", kind=kind))
    taken = act.session.scalar(select(UnitRow.id).where(UnitRow.code == code))
    if not CODE.fullmatch(code) or taken is not None:
        raise Misuse(
            say("Mã đơn vị “%(code)s” đã có, hoặc không chỉ gồm chữ thường và chữ số.", code=code)
        )
    unit = UnitRow(code=code, name=name, kind=kind, parent_id=parent_id)
    act.session.add(unit)
    act.session.flush()  # gives the id that posts and units below refer to
    journalling.note(act, Journalled.UNIT_ADDED, unit=name, code=code)
    return unit


def appoint(
    act: Act,
    user: UserRow,
    role: str,
    unit: UnitRow,
    starts: date,
    *,
    ends: date | None = None,
    head: bool = False,
    leader: bool = False,
) -> PostRow:
    """Gives a user a post: an internal role of the unit's kind, or supervision of the unit.

    Raises NotPermitted, Misuse (role and unit do not fit, the unit is closed, the period is empty,
    the user holds the post in it, or the unit has another leader in it).
    """
    require(act.actor, Permission.USER_ADMIN)
    known = act.app.roles.roles.get(role)
    fits = role == SUPERVISOR or (known is not None and known.internal and known.kind == unit.kind)
    if not fits:
        raise Misuse(say("Chức danh này không thuộc loại đơn vị của %(unit)s.", unit=unit.name))
    if unit.closed:
        raise Misuse(say("%(unit)s đã ngừng hoạt động.", unit=unit.name))
    _refuse_empty(starts, ends)
    # Locked: two appointments to one unit queue here.
    act.session.get_one(UnitRow, unit.id, with_for_update=True)
    _refuse_twice(act, user, role, unit, starts, ends, head=head, leader=leader)
    if leader:
        _refuse_second_leader(act, unit, starts, ends)
    post = PostRow(
        user_id=user.id,
        role=role,
        unit_id=unit.id,
        starts=starts,
        ends=ends,
        head=head,
        leader=leader,
    )
    act.session.add(post)
    act.session.flush()  # gives the id that substitutes refer to
    journalling.note(
        act,
        Journalled.POST_GIVEN,
        role=role_name(act, role),
        unit=unit.name,
        user=user.full_name,
        leader=leader,
    )
    return post


def substitute(
    act: Act, post: PostRow, user: UserRow, starts: date, ends: date | None = None
) -> SubstituteRow:
    """Lets a user stand in for the holder of a post, from (inclusive) to (exclusive) dates.

    Work of the post shows to both meanwhile; the journal says who acted for whom.
    Raises NotPermitted, Misuse (the holder themself, an empty period, one outside the post's, or
    the user stands in there already).
    """
    require(act.actor, Permission.USER_ADMIN)
    if post.user_id == user.id:
        raise Misuse(say("Không ai tự thay chính mình."))
    _refuse_empty(starts, ends)
    if (ends is not None and ends <= post.starts) or (
        post.ends is not None and starts >= post.ends
    ):
        raise Misuse(
            say("Thời gian thay nằm ngoài thời gian giữ chức danh (%(period)s).",
                period=period_text(post.starts, post.ends))
        )  # fmt: skip
    act.session.get_one(PostRow, post.id, with_for_update=True)
    again = select(SubstituteRow.id).where(
        SubstituteRow.post_id == post.id,
        SubstituteRow.user_id == user.id,
        *_overlapping(SubstituteRow, starts, ends),
    )
    if act.session.scalar(again.limit(1)) is not None:
        raise Misuse(say("%(user)s đã được cử thay trong thời gian này.", user=user.full_name))
    row = SubstituteRow(post_id=post.id, user_id=user.id, starts=starts, ends=ends)
    act.session.add(row)
    act.session.flush()
    journalling.note(
        act,
        Journalled.SUBSTITUTE_SET,
        user=user.full_name,
        holder=act.session.get_one(UserRow, post.user_id).full_name,
        role=role_name(act, post.role),
        unit=act.session.get_one(UnitRow, post.unit_id).name,
        starts=day_text(starts),
        ends=day_text(ends) if ends else None,
    )
    return row


def role_name(act: Act, role: str) -> str:
    """What people call a role; supervision is none of the register's."""
    if role == SUPERVISOR:
        return str(say("Giám sát"))
    known = act.app.roles.roles.get(role)
    return known.name if known else role


def _refuse_empty(starts: date, ends: date | None) -> None:
    if ends is not None and ends <= starts:
        raise Misuse(say("Ngày kết thúc phải sau ngày bắt đầu."))


def period_text(starts: date, ends: date | None) -> Message:
    """A period as people say it: its last day is part of it."""
    if ends is None:
        return say("từ %(starts)s", starts=day_text(starts))
    last = day_text(ends - ONE_DAY)
    return say("từ %(starts)s đến hết %(last)s", starts=day_text(starts), last=last)


def _overlapping(
    row: type[PostRow] | type[SubstituteRow], starts: date, ends: date | None
) -> list[ColumnElement[bool]]:
    """Rows with a day in common with the period."""
    lasting = or_(row.ends.is_(None), row.ends > starts)
    return [lasting] if ends is None else [lasting, row.starts < ends]


def _refuse_twice(
    act: Act,
    user: UserRow,
    role: str,
    unit: UnitRow,
    starts: date,
    ends: date | None,
    *,
    head: bool,
    leader: bool,
) -> None:
    """Nobody is given at a time what they hold already; other marks may be added to a post."""
    again = select(PostRow).where(
        PostRow.user_id == user.id,
        PostRow.role == role,
        PostRow.unit_id == unit.id,
        PostRow.head == head,
        PostRow.leader == leader,
        *_overlapping(PostRow, starts, ends),
    )
    held = act.session.scalars(again.limit(1)).one_or_none()
    if held is not None:
        raise Misuse(
            say(
                "%(user)s đã được giao %(role)s tại %(unit)s %(period)s.",
                user=user.full_name,
                role=role_name(act, role),
                unit=unit.name,
                period=period_text(held.starts, held.ends),
            )
        )


def _refuse_second_leader(act: Act, unit: UnitRow, starts: date, ends: date | None) -> None:
    """A unit has one leader at a time; heads of a role there may be several, a deputy in charge."""
    overlapping = (
        select(UserRow.full_name)
        .join(PostRow, PostRow.user_id == UserRow.id)
        .where(PostRow.unit_id == unit.id, PostRow.leader, *_overlapping(PostRow, starts, ends))
    )
    other = act.session.scalars(overlapping.limit(1)).one_or_none()
    if other is not None:
        raise Misuse(
            say(
                "Trong thời gian này %(unit)s đã có người đứng đầu là %(name)s.",
                unit=unit.name,
                name=other,
            )
        )
