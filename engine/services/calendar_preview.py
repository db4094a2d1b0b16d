"""Which dates a change of the calendar would move: of tasks, of waiting timers, of cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.bpmn.model import named_in
from engine.domain.clock import local_day
from engine.domain.durations import ByAppointment, SameAs, parse_due
from engine.domain.legal_clock import Pause
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence import changes
from engine.services.act import Act
from engine.services.shifting import Shift, Shifted, Term

#: Cases looked at together: a few statements for all of them.
BATCH = 500


class Subject(StrEnum):
    """Whose date moves."""

    TASK = "task"
    TERM = "term"  # the case's own: what the receipt promises
    TIMER = "timer"


@dataclass(frozen=True)
class Move:
    """A date that moves, or that would lie in the past and therefore stays (`kept`)."""

    subject: Subject
    case_id: int
    code: str
    procedure_key: str
    unit_id: int
    name: str  # of the step; of a case's date none
    before: datetime
    after: datetime
    kept: bool

    def calendar_days(self) -> int:
        """By how many calendar days; negative when it comes nearer."""
        return (local_day(self.after) - local_day(self.before)).days

    def working_days(self, calendar: WorkingCalendar) -> int:
        """By how many working days of the changed calendar."""
        first, last = local_day(self.before), local_day(self.after)
        if last < first:
            return -calendar.working_days(last, first)
        return calendar.working_days(first, last)


@dataclass
class Affected:
    """What a change does to the dates of one case."""

    case_id: int
    moves: list[Move] = field(default_factory=list)


def affected(
    act: Act, shift: Shift, after: int = 0, unit_id: int | None = None
) -> Iterator[Affected]:
    """The cases with an id above `after` of which dates move, in order, read in batches.

    `unit_id` leaves out cases that never were in that unit. Raises CalendarUnknown.
    """
    unit_id = unit_id if unit_id is not None else shift.unit_id
    while ids := changes.open_cases(act.session, after, BATCH, unit_id):
        yield from affected_of(act, shift, ids)
        after = ids[-1]


def affected_of(act: Act, shift: Shift, case_ids: Sequence[int]) -> list[Affected]:
    """The same of these cases."""
    batch = _Batch(act, shift, case_ids)
    found = {case_id: Affected(case_id) for case_id in batch.cases}
    for move in batch.moves():
        found[move.case_id].moves.append(move)
    return [one for one in found.values() if one.moves]


def concerned(act: Act, shift: Shift, case_ids: Sequence[int]) -> list[int]:
    """Those of the cases that a change may move anything of, reminders too.

    Some of them may turn out to stay as they are.
    """
    return sorted(_Batch(act, shift, case_ids).concerned())


class _Batch:
    """A few hundred cases under a change."""

    def __init__(self, act: Act, shift: Shift, case_ids: Sequence[int]) -> None:
        self._act, self._shift = act, shift
        self.cases = {row.id: row for row in changes.dated_cases(act.session, case_ids)}

    def moves(self) -> Iterator[Move]:
        shift = self._shift
        for task, case, unit_id in self._tasks():
            if task.due_at is not None and task.due_explanation is not None:
                moved = shift.step(task.due_explanation, task.due_at, unit_id)
                yield from _move(Subject.TASK, case, task.unit_id, task.name, task.due_at, moved)
        for timer, case in self._timers():
            moved = shift.step(timer.explanation, timer.fires_at, case.unit_id)
            name = timer.name or timer.element
            yield from _move(Subject.TIMER, case, case.unit_id, name, timer.fires_at, moved)
        for case, term in self._terms():
            moved = shift.term(term)
            yield from _move(Subject.TERM, case, case.unit_id, "", case.due_at, moved)

    def concerned(self) -> set[int]:
        shift, found = self._shift, set()
        for task, case, unit_id in self._tasks():
            stored, due_at = task.due_explanation, task.due_at
            if (stored and due_at and shift.step(stored, due_at, unit_id)) or _reminded(
                shift, task.unit_id, task.opened_at, task.remind_at
            ):
                found.add(case.id)
        for timer, case in self._timers():
            if shift.may_move(timer.explanation, timer.fires_at, case.unit_id):
                found.add(case.id)
        found |= {case.id for case, term in self._terms() if shift.may_move_term(term)}
        return found | {case.id for case in self.cases.values() if self._moves_unseen(case)}

    def _tasks(self) -> Iterator[tuple[Any, Any, int]]:
        """Open tasks with dates of their own, their cases, and whose calendar they go by."""
        session = self._act.session
        tasks = [
            task
            for task in changes.dated_tasks(session, self.cases.keys(), self._shift.since)
            if task.case_id in self.cases and not goes_by_case(task.due_text)
        ]
        partners = {task.id: partner_of(task.due_text) for task in tasks}
        elements = {last_of(partner) for partner in partners.values() if partner}
        units = changes.units_of_steps(session, self.cases.keys(), elements) if elements else {}
        for task in tasks:
            case, unit_id, partner = self.cases[task.case_id], task.unit_id, partners[task.id]
            if partner:  # where no step of that name stood it is a timer's: the case's
                place = place_of(self._act, case.version_id, task.process, partner)
                unit_id = units.get((case.id, *place), case.unit_id)
            yield task, case, unit_id

    def _timers(self) -> Iterator[tuple[Any, Any]]:
        """Waiting timers that are not due yet, with their cases."""
        session, since = self._act.session, self._shift.since
        for timer in changes.waiting_timers(session, self.cases.keys(), since):
            case = self.cases.get(timer.case_id)
            if case and timer.explanation is not None and timer.fires_at > self._act.now:
                yield timer, case

    def _terms(self) -> Iterator[tuple[Any, Term]]:
        """What the dates of accepted cases are counted from."""
        session = self._act.session
        dated = [case for case in self.cases.values() if self._has_term(case)]
        ids = [case.id for case in dated]
        if not ids:
            return
        pauses, extensions = changes.pauses_of(session, ids), changes.extensions_of(session, ids)
        guessed = [case.id for case in dated if case.due_expected]
        numbers = changes.expected_days(session, guessed) if guessed else {}
        for case in dated:
            extension = extensions.get(case.id)
            yield case, term_of(case, pauses.get(case.id, ()), extension, numbers.get(case.id))

    def _has_term(self, case: Any) -> bool:
        return (
            case.due_at is not None
            and case.accepted_at is not None
            and case.due_at >= self._shift.since
            and self._shift.concerns(case.unit_id)
        )

    def _moves_unseen(self, case: Any) -> bool:
        """Whether a reminder of the case moves, or the remembered date of a step."""
        start = case.accepted_at or case.received_at
        return _reminded(self._shift, case.unit_id, start, case.remind_at) or any(
            self._shift.touches(
                datetime.fromisoformat(stored["start"]), datetime.fromisoformat(stored["due"])
            )
            for stored in case.step_dues.values()
        )


def term_of(
    case: Any, pauses: Sequence[Pause], extension: str | None, working_days: int | None
) -> Term:
    """What the date of an accepted case is counted from; `case` is its row, or part of it."""
    return Term(
        unit_id=case.unit_id,
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        due_at=case.due_at,
        term=case.due_term,
        expected=case.due_expected,
        pauses=pauses,
        extension=extension,
        working_days=working_days,
    )


def _move(
    subject: Subject, case: Any, unit_id: int, name: str, before: datetime, moved: Shifted | None
) -> Iterator[Move]:
    if moved is not None:
        yield Move(
            subject=subject,
            case_id=case.id,
            code=case.code,
            procedure_key=case.procedure_key,
            unit_id=unit_id,
            name=name,
            before=before,
            after=moved.deadline.due_at,
            kept=moved.kept,
        )


def goes_by_case(due_text: str) -> bool:
    """Whether a task is due when the case is."""
    return due_text == str(ByAppointment())


def partner_of(due_text: str) -> str | None:
    """The element whose moment a task shares, as drawn (`cùng hạn S9`, `cùng hạn C1/N3`)."""
    if not due_text.casefold().startswith("cùng hạn"):
        return None
    due = parse_due(due_text)
    return due.element if isinstance(due, SameAs) else None


def last_of(partner: str) -> str:
    """The element's own id: N3 of `C1/N3`."""
    return partner.rsplit("/", 1)[-1]


def place_of(act: Act, version_id: int, process: str, partner: str) -> tuple[str, str]:
    """The drawing and the id of the element whose moment a task of `process` shares."""
    if "/" not in partner:  # most: no version need be loaded
        return process, partner
    named = named_in(process, partner, act.version(version_id).spec.drawings)
    return (process, partner) if named is None else (named[0], named[1].id)


def _reminded(shift: Shift, unit_id: int, start: datetime, remind_at: datetime | None) -> bool:
    """Whether the moment of a reminder hangs on a changed day."""
    return (
        remind_at is not None
        and remind_at >= shift.since
        and shift.concerns(unit_id)
        and shift.touches(start, remind_at)
    )


# --- summed up -----------------------------------------------------------------------------------


@dataclass
class Group:
    """How many dates of a unit and a procedure move."""

    unit_id: int
    procedure_key: str
    tasks: int = 0
    terms: int = 0
    timers: int = 0
    kept: int = 0

    @property
    def moving(self) -> int:
        return self.tasks + self.terms + self.timers


@dataclass
class Summary:
    """What a change would move, as counted at a moment."""

    at: datetime
    groups: list[Group]

    @property
    def moving(self) -> int:
        return sum(group.moving for group in self.groups)

    @property
    def kept(self) -> int:
        return sum(group.kept for group in self.groups)

    def to_json(self) -> dict[str, Any]:
        return {"at": self.at.isoformat(), "groups": [asdict(group) for group in self.groups]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Summary:
        groups = [Group(**group) for group in stored["groups"]]
        return cls(datetime.fromisoformat(stored["at"]), groups)


def summed_up(act: Act, shift: Shift) -> Summary:
    """Counts everything that a change would move. Raises CalendarUnknown."""
    groups: dict[tuple[int, str], Group] = {}
    for one in affected(act, shift):
        for move in one.moves:
            key = (move.unit_id, move.procedure_key)
            group = groups.setdefault(key, Group(*key))
            if move.kept:
                group.kept += 1
            elif move.subject is Subject.TASK:
                group.tasks += 1
            elif move.subject is Subject.TERM:
                group.terms += 1
            else:
                group.timers += 1
    found = sorted(groups.values(), key=lambda group: (-group.moving, -group.kept, group.unit_id))
    return Summary(act.now, found)


@dataclass(frozen=True)
class Listed:
    """A page of the dates that move, case by case."""

    moves: tuple[Move, ...]
    after: int | None  # the last case on it; None: these are the last ones


def listed(
    act: Act,
    shift: Shift,
    *,
    after: int = 0,
    limit: int = 50,
    unit_id: int | None = None,
    procedure_key: str | None = None,
) -> Listed:
    """Dates that move, from the case after `after` on; whole cases, until `limit` lines stand."""
    found: list[Move] = []
    last = after
    for one in affected(act, shift, after, unit_id):
        if len(found) >= limit:
            return Listed(tuple(found), last)
        found += [
            move
            for move in one.moves
            if unit_id in (None, move.unit_id) and procedure_key in (None, move.procedure_key)
        ]
        last = one.case_id
    return Listed(tuple(found), None)
