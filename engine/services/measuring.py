"""Figures of the whole installation for whoever watches over machines: counts, never names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from engine.domain.states import MailState, TimerState
from engine.persistence import incidents, migrating
from engine.persistence.tables import (
    HeartbeatRow,
    JournalRow,
    MailRow,
    OfferRow,
    ProgressRow,
    TimerRow,
)
from engine.services import health, journalling
from engine.services.act import Act

#: The row of `progress` that says when the installation was last backed up.
BACKED_UP = "backed-up"


@dataclass(frozen=True)
class Figures:
    """The installation at one moment; ages in seconds, None: it never happened."""

    open_tasks: Mapping[str, int]  # claimed | free | outside
    overdue_tasks: int
    timers: Mapping[str, int]  # waiting | due | parked
    mails: Mapping[str, int]  # waiting | sending | parked
    oldest_mail_age: float
    incidents: int
    workers: int  # that live
    worker_age: float | None
    journal_lines: int
    backup_age: float | None
    verified_age: float | None
    journal_breaks: int  # when it was last looked through
    revision: str


def look(act: Act) -> Figures:
    """Counts what is open, never what is finished: the cost does not grow with the years.

    Raises Unavailable.
    """
    progress = {
        row.name: row
        for row in act.session.scalars(
            select(ProgressRow).where(ProgressRow.name.in_((BACKED_UP, journalling.VERIFIED)))
        )
    }
    beats = act.session.scalars(select(HeartbeatRow.at)).all()
    longest = health.ROUNDS_MISSED * act.app.settings.worker_seconds
    ages = [(act.now - beat).total_seconds() for beat in beats]
    tasks, overdue = _open_tasks(act)
    mails, oldest = _mails(act)
    backed_up, verified = progress.get(BACKED_UP), progress.get(journalling.VERIFIED)
    return Figures(
        open_tasks=tasks,
        overdue_tasks=overdue,
        timers=_timers(act),
        mails=mails,
        oldest_mail_age=oldest,
        incidents=incidents.open_count(act.session),
        workers=sum(1 for age in ages if age <= longest),
        worker_age=min(ages, default=None),
        journal_lines=act.session.scalar(select(func.max(JournalRow.id))) or 0,
        backup_age=_age(act, backed_up.at if backed_up else None),
        verified_age=_age(act, verified.at if verified else None),
        journal_breaks=verified.number if verified else 0,
        revision=migrating.revision(act.session.connection()) or "",
    )


def _open_tasks(act: Act) -> tuple[dict[str, int], int]:
    """How many open tasks somebody holds, nobody holds, lie outside; and how many are overdue."""
    one, none = 1, 0
    counted = act.session.execute(
        select(
            func.sum(case((OfferRow.external, one), else_=none)),
            func.sum(case((~OfferRow.external & OfferRow.assignee_id.is_(None), one), else_=none)),
            func.count(),
            func.sum(case((OfferRow.sort_due < act.now, one), else_=none)),
        ).where(OfferRow.first)
    ).one()
    outside, free, whole, overdue = (int(number or 0) for number in counted)
    return {"claimed": whole - outside - free, "free": free, "outside": outside}, overdue


def _timers(act: Act) -> dict[str, int]:
    found = act.session.execute(
        select(TimerRow.state, func.count().label("number"))
        .where(TimerRow.state.in_((TimerState.WAITING, TimerState.PARKED)))
        .group_by(TimerRow.state)
    )
    counted = {row.state: row.number for row in found}
    due = select(func.count()).where(
        TimerRow.state == TimerState.WAITING, TimerRow.try_at <= act.now
    )
    return {
        "waiting": counted.get(TimerState.WAITING, 0),
        "parked": counted.get(TimerState.PARKED, 0),
        "due": act.session.scalar(due) or 0,
    }


def _mails(act: Act) -> tuple[dict[str, int], float]:
    states = (MailState.WAITING, MailState.SENDING, MailState.PARKED)
    counted, oldest = {str(state): 0 for state in states}, act.now
    for state, number, first in act.session.execute(
        select(MailRow.state, func.count(), func.min(MailRow.created_at))
        .where(MailRow.state.in_(states))
        .group_by(MailRow.state)
    ):
        counted[state] = number
        if state != MailState.PARKED:
            oldest = min(oldest, first)
    return counted, (act.now - oldest).total_seconds()


def _age(act: Act, at: datetime | None) -> float | None:
    return None if at is None else (act.now - at).total_seconds()
