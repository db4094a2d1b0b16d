"""What the morning digest of a person counts and lists, and how far its round has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.domain.access import Actor
from engine.domain.states import MailWish
from engine.persistence.mails import Reader
from engine.persistence.queues import (
    Queue,
    Scope,
    counted,
    first_keys,
    late,
    queues_of,
    watched_queues,
)
from engine.persistence.tables import (
    CaseRow,
    IncidentRow,
    ProgressRow,
    TaskRow,
    UnitRow,
    UserRow,
)
from engine.persistence.upserting import insert_into

#: Counting stops here (“hơn 100”).
COUNT_LIMIT = 100

#: So many lines of each section are listed; for the others there is the page.
LISTED = 10

_MARK = "digest"


@dataclass(frozen=True)
class DigestLine:
    """An open task in a digest: no names in it."""

    task_id: int
    code: str
    step: str
    due_at: datetime
    unit: str


@dataclass(frozen=True)
class Section:
    """How many there are, `more` when counting stopped, and the first of them."""

    number: int
    more: bool
    lines: tuple[DigestLine, ...]

    @property
    def text(self) -> str:
        return f"{self.number}+" if self.more else str(self.number)


def own_work(
    session: Session, actor: Actor, edges: Sequence[tuple[datetime | None, datetime]]
) -> list[Section]:
    """The actor's work and what their posts are offered, due between each pair of `edges`.

    From (inclusive; None: ever) to (exclusive). One statement counts, one more lists each section
    that is not empty.
    """
    queues = queues_of(actor, Scope.ROLE)
    return _sections(
        session, [[_between(queue, *edge) for queue in queues] for edge in edges] if queues else []
    )


def watched(session: Session, actor: Actor, now: datetime) -> Section | None:
    """What is overdue where the actor watches, apart from `own_work`; None: nothing to watch."""
    queues = [late(_of_others(queue, actor), now) for queue in watched_queues(actor)]
    return _sections(session, [queues])[0] if queues else None


def open_incidents(session: Session) -> tuple[int, list[str]]:
    """How many incidents wait, and what the latest are about."""
    waiting = (
        select(IncidentRow.name)
        .where(IncidentRow.closed_at.is_(None))
        .order_by(IncidentRow.last_at.desc(), IncidentRow.id.desc())
    )
    names = list(session.scalars(waiting.limit(COUNT_LIMIT + 1)))
    return len(names), names[:LISTED]


def _between(queue: Queue, since: datetime | None, until: datetime) -> Queue:
    if since is None:
        return late(queue, until)
    return lambda offer: and_(queue(offer), offer.sort_due >= since, offer.sort_due < until)


def _of_others(queue: Queue, actor: Actor) -> Queue:
    """What a queue holds that is neither on the actor's desk nor offered to their posts."""
    posts = {(post.role, post.unit_id) for post in actor.posts}
    return lambda offer: and_(
        queue(offer),
        or_(offer.assignee_id.is_(None), offer.assignee_id != actor.user_id),
        *(
            or_(offer.assignee_id.is_not(None), offer.role != role, offer.unit_id != unit_id)
            for role, unit_id in sorted(posts)
        ),
    )


def _sections(session: Session, parts: Sequence[Sequence[Queue]]) -> list[Section]:
    if not parts:
        return []
    numbers = session.execute(select(*(counted(part, COUNT_LIMIT + 1) for part in parts))).one()
    return [
        Section(
            min(number, COUNT_LIMIT),
            number > COUNT_LIMIT,
            _lines(session, part) if number else (),
        )
        for part, number in zip(parts, numbers, strict=True)
    ]


def _lines(session: Session, queues: Sequence[Queue]) -> tuple[DigestLine, ...]:
    keys = first_keys(queues, None, LISTED)
    rows = session.execute(
        select(TaskRow.id, CaseRow.code, TaskRow.name, keys.c.sort_due, UnitRow.name)
        .select_from(keys)
        .join(TaskRow, TaskRow.id == keys.c.task_id)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .join(UnitRow, UnitRow.id == TaskRow.unit_id)
        .order_by(keys.c.sort_due, keys.c.task_id)
    )
    return tuple(DigestLine(*row) for row in rows)


def readers_after(session: Session, user_id: int, limit: int) -> list[Reader]:
    """The next users who want a digest, by id."""
    found = session.execute(
        select(UserRow.id, UserRow.full_name, UserRow.email, UserRow.language)
        .where(
            UserRow.id > user_id,
            UserRow.mail.in_((MailWish.EACH, MailWish.DIGEST)),
            UserRow.email != "",
            UserRow.locked.is_(False),
        )
        .order_by(UserRow.id)
        .limit(limit)
    )
    return [Reader(*row) for row in found]


@dataclass(frozen=True)
class Mark:
    """How far the digests of a morning are written: up to which user."""

    morning: datetime
    user_id: int


def mark(session: Session) -> Mark | None:
    row = session.execute(
        select(ProgressRow.at, ProgressRow.number).where(ProgressRow.name == _MARK)
    ).one_or_none()
    return None if row is None else Mark(row.at, row.number)


def move_mark(session: Session, to: Mark) -> None:
    """Moves the mark on, or to another morning; one further on in the same morning stays.

    Whoever gets a second digest of a day by that does not: its key is the day's.
    """
    adding = insert_into(session, ProgressRow).values(name=_MARK, at=to.morning, number=to.user_id)
    session.execute(
        adding.on_conflict_do_update(
            index_elements=[ProgressRow.name],
            set_={"at": to.morning, "number": to.user_id},
            where=or_(ProgressRow.at != to.morning, ProgressRow.number < to.user_id),
        )
    )
