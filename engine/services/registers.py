"""Form 07, the sổ theo dõi hồ sơ: every dossier received in a year, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from engine.domain.access import Permission, require
from engine.domain.clock import ZONE, local_day
from engine.domain.errors import Misuse
from engine.domain.messages import Message, say
from engine.domain.states import CaseState, StopKind
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence import registers
from engine.persistence.calendars import load_calendar
from engine.persistence.paging import Page
from engine.persistence.registers import Entry, Place
from engine.services.act import Act
from engine.services.looking_up import APPLICANTS

NOTHING_PROMISED = Message("–")

_ENDED = {StopKind.STOPPED: say("Dừng giải quyết"), StopKind.WITHDRAWN: say("Người nộp rút hồ sơ")}


@dataclass(frozen=True)
class Line:
    """A line of the register in words."""

    entry: Entry
    place: str  # what it came to, or where it is now
    standing: Message  # on time, late, still in time; empty where nothing was promised
    late: bool


def page(act: Act, unit_id: int, year: int, after: str | None) -> Page[Line]:
    """The unit's dossiers of a local year, the latest first. Raises NotPermitted, Misuse."""
    starts, ends = _checked(act, unit_id, year)
    found = registers.entries(act.session, unit_id, starts, ends, after)
    return Page(tuple(_lines(act, unit_id, found.lines)), found.after)


def whole(act: Act, unit_id: int, year: int, most: int) -> Iterator[Line]:
    """The same in the order in which they came, batch by batch, at most so many."""
    starts, ends = _checked(act, unit_id, year)  # at once, not when the first line is read
    return _in_batches(
        act, unit_id, registers.all_entries(act.session, unit_id, starts, ends, most)
    )


def years(act: Act, unit_id: int) -> list[int]:
    """The years of which there is a register: from the first dossier's on, the latest first."""
    first = registers.first_year_moment(act.session, unit_id)
    begins = local_day(first).year if first else act.today.year
    return list(range(act.today.year, min(begins, act.today.year) - 1, -1))


def span(year: int) -> tuple[datetime, datetime]:
    """A local calendar year from its first moment to the next year's, in UTC."""
    if not 1 < year < 9999:
        raise Misuse(say("Không có sổ của năm %(year)s.", year=year))
    starts, ends = (datetime(one, 1, 1, tzinfo=ZONE) for one in (year, year + 1))
    return starts.astimezone(UTC), ends.astimezone(UTC)


def over(act: Act, year: int) -> bool:
    """Whether a year's register may be closed: from its last day on."""
    return act.today >= date(year, 12, 31)


# --- lines ---------------------------------------------------------------------------------------


def _checked(act: Act, unit_id: int, year: int) -> tuple[datetime, datetime]:
    require(act.actor, Permission.BOOK_VIEW, unit_id)
    return span(year)


def _in_batches(act: Act, unit_id: int, entries: Iterable[Entry]) -> Iterator[Line]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == registers.BATCH:
            yield from _lines(act, unit_id, batch)
            batch = []
    yield from _lines(act, unit_id, batch)


def _lines(act: Act, unit_id: int, found: Sequence[Entry]) -> Iterator[Line]:
    if not found:
        return
    calendar = load_calendar(act.session, act.app.settings.shifts, unit_id)
    running = [entry.case_id for entry in found if entry.state != CaseState.FINISHED]
    places = registers.places(act.session, running) if running else {}
    ends = _ends(act, found)
    for entry in found:
        if entry.state == CaseState.FINISHED:
            place = ends.get((entry.version_id, entry.outcome or ""), "")
        else:
            place = _place(act, places.get(entry.case_id, ()))
        yield Line(
            entry=entry,
            place=place,
            standing=standing(entry, act.now, calendar),
            late=is_late(entry, act.now),
        )


def _ends(act: Act, found: Iterable[Entry]) -> Mapping[tuple[int, str], str]:
    """What the ends of these cases are called, by version and end."""
    names: dict[tuple[int, str], str] = {}
    for version_id, outcome in {(entry.version_id, entry.outcome) for entry in found}:
        if outcome is None:
            continue
        if outcome in set(StopKind):
            names[version_id, outcome] = str(_ENDED[StopKind(outcome)])
            continue
        node = act.version(version_id).drawing.nodes.get(outcome)
        names[version_id, outcome] = node.name if node else ""
    return names


def _place(act: Act, found: Iterable[Place]) -> str:
    return "; ".join(_told(act, place) for place in found)


def _told(act: Act, place: Place) -> str:
    """In Vietnamese, as the names of steps and units are."""
    role = act.app.roles.roles.get(place.outside)
    if role is None:
        return f"{place.step} – {place.unit}" if place.unit else place.step
    if role.kind == APPLICANTS:
        return "Chờ người nộp bổ sung hồ sơ"
    return f"{place.step} – chờ {role.name}"


def is_late(entry: Entry, now: datetime) -> bool:
    """Whether the result came, or would come now, after the promised moment."""
    if entry.due_at is None or entry.outcome in set(StopKind) or entry.state == CaseState.PAUSED:
        return False
    return (entry.finished_at or now) > entry.due_at


def standing(entry: Entry, now: datetime, calendar: WorkingCalendar) -> Message:
    """How a dossier stands to its date, in words."""
    if entry.due_at is None or entry.outcome in set(StopKind):
        return NOTHING_PROMISED
    if entry.state == CaseState.PAUSED:
        return say("Tạm dừng tính thời hạn")
    if is_late(entry, now):
        hours = calendar.working_hours_between(entry.due_at, entry.finished_at or now)
        days = int(hours / calendar.hours_per_day)
        if entry.finished_at is None:
            return say("Quá hẹn %(days)s ngày làm việc", days=days) if days else say("Quá hẹn")
        return say("Trễ hẹn %(days)s ngày làm việc", days=days) if days else say("Trễ hẹn")
    if entry.finished_at is None:
        return say("Trong hạn")
    if local_day(entry.finished_at) < local_day(entry.due_at):
        return say("Trước hẹn")
    return say("Đúng hẹn")
