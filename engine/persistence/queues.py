"""The queues that lists of tasks are read from, and the keys of a page out of several of them.

Every queue is a stretch of one index in the list's own order (tables.OfferRow): one limited query
per queue, then merged. `IN` over several queues would make the database read and sort all that
waits in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import aliased

from engine.domain.access import Actor
from engine.persistence.columns import Moment
from engine.persistence.paging import Key
from engine.persistence.tables import CaseRow, OfferRow

#: More queues than this are read as one list filtered in passing (a province's supervisor sees
#: nearly every line of it).
MOST_QUEUES = 24

Condition = ColumnElement[bool]
Queue = Callable[[type[OfferRow]], Condition]  # which offers stand in it


class Scope(StrEnum):
    """Whose work an inbox shows."""

    MINE = "mine"  # assigned to me
    ROLE = "role"  # mine, and what is offered to my posts and taken by nobody
    UNIT = "unit"  # all in the units where I hold a post


def queues_of(actor: Actor, scope: Scope) -> list[Queue]:
    """The queues that make up a scope."""
    if actor.user_id is None:
        return []
    posts = sorted({(post.role, post.unit_id) for post in actor.posts})
    match scope:
        case Scope.MINE:
            return [_assigned(actor.user_id, posts)] if posts else []
        case Scope.ROLE if not posts:
            return []
        case Scope.ROLE:
            return [_assigned(actor.user_id, posts), *(_free(role, unit) for role, unit in posts)]
        case Scope.UNIT:
            return [_in_unit(unit_id) for unit_id in sorted(actor.units)]


def watched_queues(
    actor: Actor, unit_id: int | None = None, *, passing: bool = False
) -> list[Queue]:
    """What the actor watches over: units they supervise, posts of roles they head; of one unit.

    `passing`: all in one, for a list that is read by something else than its unit.
    """
    units, headed = _watched(actor, unit_id)
    posts = [_post(role, unit) for role, unit in headed]
    if passing and (units or posts):
        whole = _in_any_unit(units)
        return [lambda offer: or_(whole(offer), *(post(offer) for post in posts))]
    if len(units) > MOST_QUEUES:
        return [_in_any_unit(units), *posts]
    return [*(_in_unit(unit) for unit in units), *posts]


def watched_rows(actor: Actor, unit_id: int | None = None) -> Queue | None:
    """The same as one condition, for adding up; None where there is nothing to watch over."""
    units, headed = _watched(actor, unit_id)
    posts = [_post(role, unit) for role, unit in headed]
    if not units and not posts:
        return None
    if not posts:
        return lambda offer: offer.unit_id.in_(units)
    return lambda offer: or_(offer.unit_id.in_(units), *(post(offer) for post in posts))


def watched_units(actor: Actor) -> frozenset[int]:
    """The units in which the actor watches over anything."""
    units, headed = _watched(actor, None)
    return frozenset(units) | {unit for _, unit in headed}


def headed_posts(actor: Actor) -> list[tuple[str, int]]:
    """The posts (role, unit) that the actor heads where they do not supervise the whole unit."""
    return _watched(actor, None)[1]


def _watched(actor: Actor, unit_id: int | None) -> tuple[list[int], list[tuple[str, int]]]:
    units = sorted(actor.supervised if unit_id is None else actor.supervised & {unit_id})
    headed = {
        (post.role, post.unit_id)
        for post in actor.posts
        if post.head and post.unit_id not in units and unit_id in (None, post.unit_id)
    }
    return units, sorted(headed)


def urgent_queues(actor: Actor, scope: Scope) -> list[Queue]:
    """What is urgent in a scope, each read from its unit's few urgent ones.

    Whose it is is looked at in passing, in words that no other index answers to.
    """
    if actor.user_id is None:
        return []
    posts = sorted({(post.role, post.unit_id) for post in actor.posts})
    return [_urgent(actor.user_id, scope, unit_id, posts) for unit_id in sorted(actor.units)]


def _urgent(user_id: int, scope: Scope, unit_id: int, posts: Sequence[tuple[str, int]]) -> Queue:
    roles = [role for role, unit in posts if unit == unit_id]

    def queue(offer: type[OfferRow]) -> Condition:
        urgent = and_(offer.unit_id == unit_id, offer.urgent == true())
        if scope is Scope.UNIT:
            return urgent
        role = (offer.role + "").in_(roles)
        holder = func.coalesce(offer.assignee_id, 0)
        holders = [user_id] if scope is Scope.MINE else [user_id, 0]
        return and_(urgent, role, holder.in_(holders))

    return queue


def _assigned(user_id: int, posts: Sequence[tuple[str, int]]) -> Queue:
    """What lies on a desk; what came there by a post since lost is others' work."""
    return lambda offer: and_(
        offer.assignee_id == user_id, or_(*(_post(role, unit)(offer) for role, unit in posts))
    )


def _free(role: str, unit_id: int) -> Queue:
    return lambda offer: and_(
        offer.unit_id == unit_id, offer.role == role, offer.assignee_id.is_(None)
    )


def _in_unit(unit_id: int) -> Queue:
    return lambda offer: offer.unit_id == unit_id


def _in_any_unit(unit_ids: Sequence[int]) -> Queue:
    # `+ 0` keeps the planner on the index by moment: not unit by unit, then sorted.
    return lambda offer: (offer.unit_id + 0).in_(unit_ids)


def _post(role: str, unit_id: int) -> Queue:
    return lambda offer: and_(offer.unit_id == unit_id, offer.role == role)


def late(queue: Queue, now: datetime) -> Queue:
    """Of a queue, what is overdue: past its own moment, or of a case past its date."""
    return lambda offer: and_(queue(offer), offer.sort_due < now)


def due_between(queue: Queue, now: datetime, soon: datetime) -> Queue:
    """Of a queue, what is due from `now` up to `soon`."""
    return lambda offer: and_(queue(offer), offer.sort_due.between(now, soon))


def first_keys(
    queues: Sequence[Queue], start: Key | None, limit: int, cases: Sequence[Condition] = ()
) -> Subquery:
    """The first keys (`sort_due`, `task_id`) after `start` of all queues together.

    `cases` are conditions on CaseRow, looked at in passing. A task offered to two posts has the
    same key in both queues and comes once.
    """
    firsts = [_first(queue, start, limit, cases) for queue in queues]
    if len(firsts) == 1:
        return firsts[0].subquery("page")
    merged = union(*(select(first.subquery()) for first in firsts)).subquery("queues")
    return (
        select(merged).order_by(merged.c.sort_due, merged.c.task_id).limit(limit).subquery("page")
    )


def _first(
    queue: Queue, start: Key | None, limit: int, cases: Sequence[Condition]
) -> Select[*tuple[Any, ...]]:
    keys = select(OfferRow.sort_due, OfferRow.task_id).where(queue(OfferRow)).distinct()
    if start is not None:
        keys = keys.where(_past(OfferRow, start))
    if cases:
        keys = keys.join(CaseRow, CaseRow.id == OfferRow.case_id).where(*cases)
    return keys.order_by(OfferRow.sort_due, OfferRow.task_id).limit(limit)


def keys_among(
    case_ids: Sequence[int],
    queues: Sequence[Queue],
    start: Key | None,
    limit: int,
) -> Subquery:
    """The same, of a few cases only: their offers first, then what stands in the queues."""
    few = (
        select(OfferRow)
        .where(OfferRow.case_id.in_(case_ids))
        .cte("few")
        .prefix_with("MATERIALIZED")  # else a planner may walk the queues first
    )
    offer = aliased(OfferRow, few)
    keys = select(offer.sort_due, offer.task_id).where(or_(*(q(offer) for q in queues))).distinct()
    if start is not None:
        keys = keys.where(_past(offer, start))
    return keys.order_by(offer.sort_due, offer.task_id).limit(limit).subquery("page")


def counted(queues: Sequence[Queue], limit: int) -> ScalarSelect[int]:
    """How many tasks stand in the queues, counted up to `limit`."""
    if not queues:
        return select(literal(0)).scalar_subquery()
    return select(func.count()).select_from(first_keys(queues, None, limit)).scalar_subquery()


def _past(offer: type[OfferRow], start: Key) -> Condition:
    moment, number = start
    past: Condition = tuple_(offer.sort_due, offer.task_id) > tuple_(
        literal(moment, Moment()), literal(number)
    )
    return past
