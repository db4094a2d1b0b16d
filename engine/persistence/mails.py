"""Mails that wait, are on their way, or have left: written with the act, claimed one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    Date,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, load_only
from sqlalchemy.sql.base import ExecutableOption

from engine.domain.states import MailState, MailWish
from engine.persistence import paging
from engine.persistence.paging import Page
from engine.persistence.tables import (
    CaseRow,
    IncidentRow,
    MailRow,
    PostRow,
    ProgressRow,
    TaskRow,
    UserRow,
)
from engine.persistence.upserting import insert_into

#: Mails that still have to leave. One that is being sent counts: its sender may have died.
UNDERWAY = (MailState.WAITING, MailState.SENDING)

#: Mails written anew each day begin their key so; yesterday's is of no use today.
DIGEST = "digest:"

COUNT_LIMIT = 999

#: The row that says since when, and how often in a row, the mail server has not answered.
_SERVER = "mail-server"


@dataclass(frozen=True)
class Reader:
    """Somebody who gets mail."""

    user_id: int
    name: str
    address: str
    language: str


def readers(session: Session, user_ids: Iterable[int]) -> list[Reader]:
    """Of these users, those who want each notice by mail."""
    found = session.connection().execute(_readers(), {"ids": sorted(user_ids)})
    return [Reader(*row) for row in found]


# The statements of telling somebody are built once, and their plain columns read by the connection:
# an evening's sweep may tell thousands.


@cache
def _readers() -> Select[*tuple[Any, ...]]:
    return (
        select(UserRow.id, UserRow.full_name, UserRow.email, UserRow.language)
        .where(
            UserRow.id.in_(bindparam("ids", expanding=True)),
            UserRow.mail == MailWish.EACH,
            UserRow.email != "",
            UserRow.locked.is_(False),
        )
        .order_by(UserRow.id)
    )


def behind(
    session: Session, case_id: int | None, task_id: int | None
) -> tuple[CaseRow | None, TaskRow | None]:
    """The case and the task of a notice, as far as mails speak of them; one statement.

    As rows, not as columns: what this act has changed of them is not yet in the database.
    """
    if task_id is not None:
        both = session.execute(_task_behind(), {"id": task_id}).one_or_none()
        return (both[1], both[0]) if both else (None, None)
    if case_id is not None:
        return session.execute(_case_behind(), {"id": case_id}).scalar_one_or_none(), None
    return None, None


@cache
def _task_behind() -> Select[*tuple[TaskRow, CaseRow]]:
    return (
        select(TaskRow, CaseRow)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(TaskRow.id == bindparam("id"))
        .options(
            load_only(
                TaskRow.name, TaskRow.role, TaskRow.unit_id, TaskRow.due_at, TaskRow.assignee_id
            ),
            _of_case(),
        )
    )


@cache
def _case_behind() -> Select[*tuple[CaseRow]]:
    return select(CaseRow).where(CaseRow.id == bindparam("id")).options(_of_case())


def _of_case() -> ExecutableOption:
    return load_only(CaseRow.code, CaseRow.unit_id, CaseRow.due_at, CaseRow.due_expected)


def answerable(session: Session, role: str, unit_id: int, on: date) -> list[tuple[int, str]]:
    """Who answers for a role's work in a unit (id, name): whoever heads it, then the leader."""
    asked = {"role": role, "unit": unit_id, "day": on}
    return [(row.id, row.full_name) for row in session.connection().execute(_answerable(), asked)]


@cache
def _answerable() -> Select[*tuple[Any, ...]]:
    day: BindParameter[date] = bindparam("day", type_=Date())
    return (
        select(UserRow.id, UserRow.full_name)
        .join(PostRow, PostRow.user_id == UserRow.id)
        .where(
            PostRow.unit_id == bindparam("unit"),
            PostRow.starts <= day,
            or_(PostRow.ends.is_(None), PostRow.ends > day),
            or_(and_(PostRow.role == bindparam("role"), PostRow.head), PostRow.leader),
            UserRow.locked.is_(False),
        )
        .order_by(PostRow.leader, PostRow.id)
        .limit(5)
    )


def write(session: Session, mails: Sequence[dict[str, Any]]) -> None:
    """Writes mails that wait; one whose key is there already is left as it is."""
    if not mails:
        return
    session.connection().execute(
        _writing(session.get_bind().dialect.name),
        [
            {"state": MailState.WAITING, "attempts": 0, "error": "", "sent_at": None, **mail}
            for mail in mails
        ],
    )


@cache
def _writing(dialect: str) -> postgresql.Insert | sqlite.Insert:
    table = cast(Table, MailRow.__table__)
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing(index_elements=[MailRow.key])
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=[MailRow.key])


def next_try(session: Session) -> datetime | None:
    """When the next mail is due; by the index of states, however many have left."""
    firsts = (
        select(func.min(MailRow.try_at)).where(MailRow.state == state).scalar_subquery()
        for state in UNDERWAY
    )
    moments = [moment for moment in session.execute(select(*firsts)).one() if moment is not None]
    return min(moments, default=None)


def claim(session: Session, now: datetime, until: datetime) -> MailRow | None:
    """Takes the mail that has been due longest for this sender alone, until `until`.

    A mail that another sender took and did not bring to an end in its time is due again; that
    counts as an attempt, so that a mail that kills its senders ends as an incident.
    """
    mail_id = next(filter(None, (_due(session, state, now) for state in UNDERWAY)), None)
    if mail_id is None:
        return None
    abandoned = (MailRow.state == MailState.SENDING).cast(MailRow.attempts.type)
    taken = session.execute(
        update(MailRow)
        .where(MailRow.id == mail_id, MailRow.state.in_(UNDERWAY), MailRow.try_at <= now)
        .values(state=MailState.SENDING, try_at=until, attempts=MailRow.attempts + abandoned)
        .returning(MailRow),
        execution_options={"synchronize_session": False},
    )
    return taken.scalar_one_or_none()


def _due(session: Session, state: MailState, now: datetime) -> int | None:
    """By the index, state for state: together they would have to be sorted."""
    first = (
        select(MailRow.id)
        .where(MailRow.state == state, MailRow.try_at <= now)
        .order_by(MailRow.try_at, MailRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.execute(first).scalar_one_or_none()


def settle(session: Session, mail_id: int, until: datetime, **values: object) -> bool:
    """What became of a claimed mail; False when the claim had run out and another took it."""
    settled = session.execute(
        update(MailRow)
        .where(MailRow.id == mail_id, MailRow.state == MailState.SENDING, MailRow.try_at == until)
        .values(**values)
        .returning(MailRow.id),
        execution_options={"synchronize_session": False},
    )
    return settled.scalar_one_or_none() is not None


def drop_digests(session: Session, now: datetime, before: datetime, reason: str) -> None:
    """Gives up digests that are due and were written before a moment."""
    session.execute(
        update(MailRow)
        .where(
            MailRow.state.in_(UNDERWAY),
            MailRow.try_at <= now,
            MailRow.key.startswith(DIGEST, autoescape=True),
            MailRow.created_at < before,
        )
        .values(state=MailState.GIVEN_UP, error=reason),
        execution_options={"synchronize_session": False},
    )


@dataclass(frozen=True)
class Silence:
    """A mail server that does not answer: when it is asked again, how often in vain so far."""

    until: datetime
    attempts: int


def silence(session: Session) -> Silence | None:
    row = session.execute(
        select(ProgressRow.at, ProgressRow.number).where(ProgressRow.name == _SERVER)
    ).one_or_none()
    return None if row is None else Silence(row.at, row.number)


def note_silence(session: Session, attempts: int, until: datetime) -> None:
    """Several senders may note it at once: the last word stands."""
    adding = insert_into(session, ProgressRow).values(name=_SERVER, at=until, number=attempts)
    session.execute(
        adding.on_conflict_do_update(
            index_elements=[ProgressRow.name], set_={"at": until, "number": attempts}
        )
    )


def end_silence(session: Session) -> bool:
    """Whether there was any."""
    ended = session.execute(
        delete(ProgressRow).where(ProgressRow.name == _SERVER).returning(ProgressRow.name)
    )
    return ended.first() is not None


def address_of(session: Session, user_id: int | None) -> str:
    """Where a user gets mail now; empty: nowhere."""
    if user_id is None:
        return ""
    return session.execute(select(UserRow.email).where(UserRow.id == user_id)).scalar_one()


def parked_like(session: Session, mail_id: int) -> list[MailRow]:
    """The parked mails to the person to whom this one goes: what failed for one fails for all."""
    mail = session.get(MailRow, mail_id)
    if mail is None:
        return []
    same = MailRow.address == mail.address
    if mail.user_id is not None:
        same = or_(same, MailRow.user_id == mail.user_id)
    return list(
        session.scalars(
            select(MailRow)
            .where(MailRow.state == MailState.PARKED, same)
            .order_by(MailRow.id)
            .with_for_update()
        )
    )


def unsent_of(session: Session, user_id: int) -> list[MailRow]:
    """Mails to a user that wait or are parked."""
    return list(
        session.scalars(
            select(MailRow)
            .where(
                MailRow.state.in_((MailState.WAITING, MailState.PARKED)), MailRow.user_id == user_id
            )
            .with_for_update()
        )
    )


def one(session: Session, mail_id: int) -> tuple[MailRow, str | None] | None:
    """A mail and the name of whom it goes to."""
    found = session.execute(
        select(MailRow, UserRow.full_name)
        .outerjoin(UserRow, UserRow.id == MailRow.user_id)
        .where(MailRow.id == mail_id)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def open_incident(session: Session, key: str) -> int | None:
    """The id of the open incident under a key."""
    found = select(IncidentRow.id).where(IncidentRow.key == key, IncidentRow.closed_at.is_(None))
    return session.execute(found).scalar_one_or_none()


@dataclass(frozen=True)
class MailLine:
    """What the outbox page shows of a mail."""

    mail_id: int
    name: str | None
    address: str
    subject: str
    state: str
    created_at: datetime
    try_at: datetime
    attempts: int
    error: str
    sent_at: datetime | None


def listed(
    session: Session, state: MailState | None = None, after: str | None = None, limit: int = 50
) -> Page[MailLine]:
    """Mails, the latest first; of one state or of all. Raises Misuse for a bad cursor."""
    limit = paging.checked_limit(limit)
    start = paging.id_of(after)
    wanted: Select[*tuple[Any, ...]] = (
        select(
            MailRow.id,
            UserRow.full_name,
            MailRow.address,
            MailRow.subject,
            MailRow.state,
            MailRow.created_at,
            MailRow.try_at,
            MailRow.attempts,
            MailRow.error,
            MailRow.sent_at,
        )
        .outerjoin(UserRow, UserRow.id == MailRow.user_id)
        .order_by(MailRow.id.desc())
        .limit(limit + 1)
    )
    if state is not None:
        wanted = wanted.where(MailRow.state == state)
    if start is not None:
        wanted = wanted.where(MailRow.id < start)
    lines = [MailLine(*row) for row in session.execute(wanted)]
    return paging.page(lines, limit, lambda line: paging.cursor_of_id(line.mail_id))


def counts(session: Session) -> dict[MailState, int]:
    """How many mails are in each state, counted up to COUNT_LIMIT + 1."""
    numbers = [
        select(func.count())
        .select_from(
            select(MailRow.id).where(MailRow.state == state).limit(COUNT_LIMIT + 1).subquery()
        )
        .scalar_subquery()
        for state in MailState
    ]
    return dict(zip(MailState, session.execute(select(*numbers)).one(), strict=True))
