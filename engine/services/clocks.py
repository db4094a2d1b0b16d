"""What pages show of a legal clock: how it stands, what acts did to it, which are allowed now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.domain.access import Permission, allows
from engine.domain.clock import local_day
from engine.domain.deadlines import Deadline
from engine.domain.explanations import Explanation
from engine.domain.extensions import counts_plain_days
from engine.domain.legal_clock import Pause, paused_days, remaining_days, united
from engine.domain.states import ApologyState, CaseState
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar
from engine.persistence import cases, legal_acts
from engine.persistence.calendars import load_calendar
from engine.persistence.tables import (
    ApologyRow,
    CalendarChangeRow,
    CaseStopRow,
    DateMoveRow,
    ExtensionRow,
    PauseRow,
    UserRow,
)
from engine.services import sharing
from engine.services.act import Act
from engine.services.sharing import Share
from engine.services.viewing import CasePage


@dataclass(frozen=True)
class Moved:
    """A date that moved with the calendar, and the change that moved it."""

    row: DateMoveRow
    change: CalendarChangeRow


@dataclass(frozen=True)
class Clock:
    """The legal clock of one case.

    `used` and `left` are days as the term counts them (`plain`: calendar days); `left` is negative
    once the date has passed, by working days. Both None before acceptance.
    """

    explanation: Explanation | None
    plain: bool
    used: int | None
    left: int | None
    still_since: datetime | None  # the clock stands still now, since then
    still: Sequence[PauseRow]  # the pauses that make it stand still
    extension: ExtensionRow | None
    stop: CaseStopRow | None
    letters: Sequence[ApologyRow]  # issued
    draft: ApologyRow | None
    shares: Sequence[Share]
    moves: Sequence[Moved]  # of every date of the case
    people: Mapping[int, str]
    may: frozenset[str]  # pause | resume | extend | apologise | stop | withdraw


def clock(act: Act, page: CasePage) -> Clock:
    """The clock of a case whose page the actor may see."""
    case = page.case
    letters = legal_acts.apologies_of(act.session, case.id)
    extension = legal_acts.extension_of(act.session, case.id)
    stop = legal_acts.stop_of(act.session, case.id)
    draft = next((one for one in letters if one.state == ApologyState.DRAFT), None)
    issued = [one for one in letters if one.state == ApologyState.ISSUED]
    moved = moves(act, case.id)
    pauses = [Pause(one.starts_at, one.ends_at) for one in page.pauses]
    still = [one for one in page.pauses if one.ends_at is None]
    still_since = united(pauses)[-1].starts_at if still else None
    explanation = Explanation.from_json(case.due_explanation) if case.due_explanation else None
    calendar = load_calendar(act.session, act.app.settings.shifts, case.unit_id)
    now = still_since or case.finished_at or act.now
    return Clock(
        explanation=explanation,
        plain=explanation is not None and counts_plain_days(explanation),
        used=_used(explanation, pauses, now, calendar) if explanation else None,
        left=_left(explanation, now, calendar) if explanation else None,
        still_since=still_since,
        still=still,
        extension=extension,
        stop=stop,
        letters=issued,
        draft=draft,
        shares=sharing.shares(act, case, page.tasks, page.timers, pauses),
        moves=moved,
        people=_names(
            act,
            (
                extension.by_id if extension else None,
                stop.by_id if stop else None,
                *(one.closed_by_id for one in issued),
            ),
        ),
        may=_allowed(act, page, extension, draft, issued),
    )


def moves_of(
    clock_moves: Iterable[Moved], task_id: int | None = None, timer_id: int | None = None
) -> list[Moved]:
    """The moves of one date: of a task, of a timer, or (neither) of the case."""
    return [
        one for one in clock_moves if (one.row.task_id, one.row.timer_id) == (task_id, timer_id)
    ]


def moves(act: Act, case_id: int) -> list[Moved]:
    """Every move of a date of the case with the calendar; for who may see the case."""
    return [Moved(*found) for found in legal_acts.moves_of(act.session, case_id)]


def _used(
    explanation: Explanation, pauses: Sequence[Pause], now: datetime, calendar: WorkingCalendar
) -> int:
    """How many days of the term are over by the day of `now`, that day counted."""
    today, day = local_day(now), local_day(explanation.start)
    if explanation.counted:
        return sum(one.day <= today for one in explanation.counted)
    still, days = paused_days(united(pauses), today), 0
    while day < today:
        day += ONE_DAY
        days += calendar.is_working_day(day) and day not in still
    return days


def _left(explanation: Explanation, now: datetime, calendar: WorkingCalendar) -> int:
    return remaining_days(Deadline(explanation.due, explanation), now, calendar)


def _allowed(
    act: Act,
    page: CasePage,
    extension: ExtensionRow | None,
    draft: ApologyRow | None,
    issued: Sequence[ApologyRow],
) -> frozenset[str]:
    """The acts to offer. A courtesy: the services decide."""
    case = page.case
    if case.state == CaseState.FINISHED:
        return frozenset()
    subject = cases.surroundings(act.session, case.id).subject
    late = case.due_at is not None and case.due_at < act.now
    promised = any(one.due_at == case.due_at for one in issued)
    extendable = case.state == CaseState.RUNNING and extension is None and not late
    apologisable = (draft is not None or late) and not promised
    offered = {
        "pause": page.may_pause,
        "resume": page.may_resume,
        "extend": extendable and allows(act.actor, Permission.CASE_EXTEND, subject),
        "apologise": apologisable and allows(act.actor, Permission.CASE_APOLOGISE, subject),
        "stop": allows(act.actor, Permission.CASE_STOP, subject),
        "withdraw": allows(act.actor, Permission.CASE_WITHDRAW, case.unit_id),
    }
    return frozenset(name for name, allowed in offered.items() if allowed)


def _names(act: Act, user_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    rows = act.session.execute(select(UserRow.id, UserRow.full_name).where(UserRow.id.in_(wanted)))
    return {row.id: row.full_name for row in rows}
