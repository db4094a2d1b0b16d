"""The date of a dossier whose procedure states no term: the rehearsed end of its longest way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

from engine.bpmn.budgets.amounts import Longest
from engine.bpmn.budgets.budgeting import budget_of, explorer_of_spec
from engine.bpmn.model import STARTING
from engine.bpmn.ways.paths import Explorer, Path
from engine.domain.clock import local_day
from engine.domain.deadlines import Deadline
from engine.domain.durations import parse_duration
from engine.domain.errors import ExecutionFailed, Misuse
from engine.domain.explanations import Explanation, Rule, day_text
from engine.domain.legal_clock import Pause, paused_days
from engine.domain.messages import Message, say
from engine.domain.roles import Role
from engine.domain.routing import nearest_units
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar
from engine.persistence import cases
from engine.persistence.people import units
from engine.services import projecting
from engine.services.answering import Placed
from engine.services.casework import Casework
from engine.services.rehearsal import Rehearsal
from engine.services.rehearsing import rehearse_spec

#: What stands where a stated term would.
EXPECTED = "dự kiến"

#: Rehearsals of ways before the longest found so far has to do.
_MOST_TRIES = 12


def expected_deadline(work: Casework) -> Deadline | None:
    """When the dossier, received when it was, would be ready on its longest granted way.

    None where no step of that way has a time of its own: nothing says when it may be ready.

    The granted end is the one that the plainest answers lead to; of all ways to it the one that
    takes longest is rehearsed. Which that is, is found once per version and start. Where no way to
    it can be rehearsed, it is the rehearsal with the forms' own answers that tells.
    """
    case, version = work.case, work.version
    known = (version.id, str(case.data.get(STARTING, "")))
    answers = work.act.app.shelf.longest.get(known)
    if answers is None:
        answers = _longest(work)
        work.act.app.shelf.longest[known] = answers
    rehearsed = _rehearsed(work, answers)
    if not any(step.amount for step in rehearsed.steps):
        return None
    ready = max(rehearsed.ready, work.act.now)
    calendar = work.calendar(case.unit_id)
    return _deadline(calendar, calendar.next_working_day(local_day(ready)), case.received_at)


def moved_deadline(work: Casework, pauses: Iterable[Pause]) -> Deadline:
    """The date first promised, moved by the working days on which the clock has stood still.

    As the legal count has it: only what stood still before the date moves it.
    """
    calendar = work.calendar(work.case.unit_id)
    standstills = projecting.standstills(pauses)
    due = _first_date(work, calendar)
    for day in sorted(paused_days(standstills, date.max)):
        if day <= due and calendar.is_working_day(day):
            due = calendar.next_working_day(due + ONE_DAY)
    notes = [
        say(
            "Tạm dừng tính thời hạn từ %(start)s đến %(end)s: "
            "tính ngày bắt đầu, không tính các ngày sau đó cho đến hết ngày kết thúc.",
            start=day_text(local_day(pause.starts_at)),
            end=day_text(local_day(pause.ends_at)),
        )
        for pause in standstills
        if pause.ends_at is not None
    ]
    return _deadline(calendar, due, work.case.received_at, notes)


def _first_date(work: Casework, calendar: WorkingCalendar) -> date:
    """The day first promised, counted on the calendar as it is now: changes have moved it."""
    case = work.case
    first = cases.first_receipt(work.act.session, case.id)
    if first is None or case.accepted_at is None:
        return local_day(work.act.now)
    if first.term != EXPECTED:  # a stated term that holds no more
        term = parse_duration(first.term)
        return local_day(projecting.term_deadline(term, case.accepted_at, calendar, ()).due_at)
    days = Explanation.from_json(first.explanation).working_days
    if days is None:  # written before their number was
        return local_day(first.due_at)
    return calendar.working_day_after(local_day(case.received_at), days)


def _deadline(
    calendar: WorkingCalendar, day: date, start: datetime, notes: Iterable[Message] = ()
) -> Deadline:
    due = calendar.closing_moment(day)
    told = say(
        "Không có văn bản nào quy định thời hạn. Ngày này là dự kiến: ngày xong của đường đi dài "
        "nhất khi mỗi bước làm đúng hạn."
    )
    explanation = Explanation(
        Rule.MIXED,
        article="",
        term=EXPECTED,
        start=start,
        due=due,
        notes=(told, *notes),
        working_days=calendar.working_days(local_day(start), day),
    )
    return Deadline(due, explanation)


def _longest(work: Casework) -> Placed:
    explorer = explorer_of_spec(work.version.spec, work.version.forms.get, _begun(work))
    hours = work.calendar(work.case.unit_id).hours_per_day
    counted = budget_of(explorer, work.act.app.roles, hours).paths
    ways = list(zip(explorer.paths()[0], (one.total for one in counted), strict=True))
    return longest_way(explorer, ways, lambda answers: _rehearsed(work, answers))


def longest_way(
    explorer: Explorer,
    ways: Sequence[tuple[Path, Longest]],
    rehearsed: Callable[[Placed], Rehearsal],
) -> Placed:
    """The answers that lead along the longest of all ways to the granted end.

    `ways` are all ways with what they count. Of those that no other exceeds in every measure, each
    is rehearsed, because only the calendar tells which of them ends last.
    """
    end = granted_end(explorer, ways)
    longest: Placed = {}
    latest, tries = datetime.min.replace(tzinfo=UTC), 0
    granted = [(path, total) for path, total in ways if path.outcome == end]
    for amount in Longest.beside(total for _, total in granted).amounts:
        for path, total in granted:
            if amount not in total.amounts or tries == _MOST_TRIES:
                continue
            tries += 1
            answers = _answers_on(explorer, path)
            try:
                tried = rehearsed(answers)
            except (Misuse, ExecutionFailed):  # these answers do not go together after all
                continue
            if tried.outcome != end:
                continue
            if tried.ready > latest:
                longest, latest = answers, tried.ready
            break
    return longest


def granted_end(explorer: Explorer, ways: Sequence[tuple[Path, Longest]]) -> str | None:
    """The end to which the plainest answers lead: those that a form has first among its choices.

    Where they leave several open (what is measured or ticked is no choice), the one to which the
    longest way leads. None for a drawing without ways.
    """
    plain = [way for way in ways if explorer.judge.allows_plainly(way[0])] or list(ways)
    longest = Longest.beside(total for _, total in plain).amounts
    return next((path.outcome for path, total in plain if set(total.amounts) & set(longest)), None)


def _answers_on(explorer: Explorer, path: Path) -> Placed:
    """What each step of a way answers; of one that is passed twice, the last time."""
    given = explorer.answers(path) or ()
    return {
        place: answers
        for place, answers in zip(path.elements, given, strict=bool(given))
        if answers
    }


def _rehearsed(work: Casework, answers: Placed) -> Rehearsal:
    return rehearse_spec(
        work.version.spec,
        work.version.forms.get,
        work.case.received_at,
        work.calendar(work.case.unit_id),
        work.act.app.roles,
        {"kenh": work.case.channel, **_begun(work)},
        calendar_of=lambda role: _calendar_of(work, role),
        placed=answers,
    )


def _begun(work: Casework) -> dict[str, object]:
    """Where the dossier began, as far as its data say so: they do where there was a choice."""
    return {name: work.case.data[name] for name in (STARTING,) if name in work.case.data}


def _calendar_of(work: Casework, role: Role) -> WorkingCalendar:
    """The working calendar where a role works on the case, as far as routing tells beforehand."""
    options = nearest_units(units(work.act.session), work.case.unit_id, role.kind)
    return work.calendar(options[0] if len(options) == 1 else work.case.unit_id)
