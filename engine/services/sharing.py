"""How long a case has stood with each authority, beside the share of the term stated for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from engine.bpmn.budgets.amounts import role_of
from engine.domain.clock import local_day
from engine.domain.durations import Duration, parse_duration
from engine.domain.legal_clock import Pause, paused_days, united
from engine.domain.states import CaseState
from engine.persistence.calendars import load_calendar
from engine.persistence.tables import CaseRow, TaskRow, TimerRow
from engine.services.act import Act
from engine.services.projecting import chosen


@dataclass(frozen=True)
class Stay:
    """The case stood with an authority from one moment to another (None: it still does)."""

    authority: str
    unit_id: int
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Share:
    """One authority: days used, the share stated for it, and whether it holds the case now.

    `used` counts as the share does: working days, or calendar days where it is stated in plain
    days (`working` False); working days where none is stated.
    """

    authority: str
    name: str
    used: Fraction
    working: bool
    stated: Duration | None
    holds: bool
    limit: Fraction | None  # the share as a number of the same days; None: not comparable

    @property
    def exceeded(self) -> bool:
        return self.limit is not None and self.used > self.limit


def shares(
    act: Act,
    case: CaseRow,
    tasks: Iterable[TaskRow],
    timers: Iterable[TimerRow],
    pauses: Sequence[Pause],
) -> list[Share]:
    """Every authority that the accepted case stood with or has a share for, in order of arrival.

    A case stands with the authorities of its open steps and waits: time at two of them at once is
    each one's; standstills are nobody's.
    """
    if case.accepted_at is None:
        return []
    stated = stated_shares(act, case)
    stays = list(_stays(act, case, tasks, timers))
    known = list(dict.fromkeys([*(stay.authority for stay in stays), *stated]))
    found = [_share(act, case, key, stays, stated.get(key), united(pauses)) for key in known]
    return [one for one in found if one.used or one.stated or one.holds]


def stated_shares(act: Act, case: CaseRow) -> dict[str, Duration]:
    """The shares that hold now, by authority, from the drawing's `legal_term.<authority>`."""
    facts = {**case.data, "kenh": case.channel, "lan_thu": None}
    terms = act.version(case.version_id).drawing.authority_terms
    found = {authority: chosen(text, facts) for authority, text in terms.items()}
    return {authority: parse_duration(text) for authority, text in found.items() if text}


def working_time(
    stays: Iterable[Stay], pauses: Sequence[Pause], until: datetime, act: Act
) -> Fraction:
    """Working days of stays of one authority, together; what overlaps counts once."""
    days, reached = Fraction(0), None
    for stay in sorted(stays, key=lambda stay: stay.starts_at):
        starts = stay.starts_at if reached is None else max(stay.starts_at, reached)
        ends = min(stay.ends_at or until, until)
        if ends <= starts:
            continue
        reached = ends
        calendar = load_calendar(act.session, act.app.settings.shifts, stay.unit_id)
        hours = sum(
            (calendar.working_hours_between(a, b) for a, b in _running(starts, ends, pauses)),
            Fraction(0),
        )
        days += hours / calendar.hours_per_day
    return days


def calendar_days(stays: Iterable[Stay], pauses: Sequence[Pause], until: datetime) -> int:
    """Calendar dates of stays of one authority: not the day of arrival, not paused ones."""
    days: set[date] = set()
    for stay in stays:
        first, last = local_day(stay.starts_at), local_day(min(stay.ends_at or until, until))
        days |= {first + timedelta(days=number) for number in range(1, (last - first).days + 1)}
    return len(days - paused_days(pauses, local_day(until)))


def _running(
    starts: datetime, ends: datetime, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches from `starts` to `ends` outside of pauses; these are united and in order."""
    for pause in pauses:
        if pause.ends_at is not None and pause.ends_at <= starts:
            continue
        if pause.starts_at >= ends:
            break
        if pause.starts_at > starts:
            yield starts, pause.starts_at
        if pause.ends_at is None or pause.ends_at >= ends:
            return
        starts = pause.ends_at
    yield starts, ends


def _stays(
    act: Act, case: CaseRow, tasks: Iterable[TaskRow], timers: Iterable[TimerRow]
) -> Iterator[Stay]:
    """From acceptance on."""
    version, roles = act.version(case.version_id), act.app.roles
    since = case.accepted_at
    if since is None:
        return
    for task in tasks:
        role = roles.roles.get(task.role)
        if role is not None and (task.closed_at is None or task.closed_at > since):
            yield Stay(role.kind, task.unit_id, max(task.opened_at, since), task.closed_at)
    for timer in timers:
        drawing = version.spec.drawing(timer.process)
        node = drawing.nodes.get(timer.element)
        lane = role_of(drawing, node, roles) if node and not node.attached_to else None
        if lane is not None and (timer.closed_at is None or timer.closed_at > since):
            yield Stay(lane.kind, case.unit_id, max(timer.opened_at, since), timer.closed_at)


def _share(
    act: Act,
    case: CaseRow,
    authority: str,
    stays: Iterable[Stay],
    stated: Duration | None,
    pauses: Sequence[Pause],
) -> Share:
    mine = [stay for stay in stays if stay.authority == authority]
    until = case.finished_at or act.now
    working = stated is None or any(span.unit.is_working for span in stated.spans)
    return Share(
        authority=authority,
        name=act.app.roles.authorities.get(authority, authority),
        used=working_time(mine, pauses, until, act)
        if working
        else Fraction(calendar_days(mine, pauses, until)),
        working=working,
        stated=stated,
        holds=case.state != CaseState.FINISHED and any(stay.ends_at is None for stay in mine),
        limit=_limit(stated, act) if stated else None,
    )


def _limit(stated: Duration, act: Act) -> Fraction | None:
    """A share as a number of days; None where it mixes kinds of days, or is of months."""
    kinds = {span.unit.is_working for span in stated.spans}
    if stated.calendar_months or len(kinds) > 1:
        return None
    hours = load_calendar(act.session, act.app.settings.shifts).hours_per_day
    return stated.working_days(hours) if True in kinds else stated.calendar_days
