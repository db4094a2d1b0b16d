"""The supervisor's board: what burns, where, at which step, on whose desk."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from engine.bpmn.pictures.svg import step_code
from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.step_times import YEAR, moment_before
from engine.persistence import board, people, step_times
from engine.persistence.board import Heap, Place, Tally
from engine.persistence.calendars import load_calendar
from engine.persistence.queues import headed_posts, watched_units
from engine.persistence.watching import Limits
from engine.services.act import Act

#: What waits outside longer than this is stuck, where nobody knows yet what is usual.
LONG_OUTSIDE = timedelta(days=30)

#: How far back finished work is counted.
FINISHED = timedelta(days=30)

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Line:
    """A unit, procedure or step with its open work."""

    name: str
    tally: Tally
    unit_id: int | None = None
    procedure_key: str | None = None
    procedure: str = ""
    step: tuple[str, str] | None = None  # process, element


@dataclass(frozen=True)
class Officer:
    """A desk: what lies on it, and what has gone over it lately."""

    user_id: int
    name: str
    posts: tuple[tuple[str, int], ...]  # role, unit; none where the posts are lost
    tally: Tally
    finished: int


@dataclass(frozen=True)
class Board:
    """Everything the board shows, the worst first."""

    total: Tally
    units: list[Line] = field(default_factory=list)
    procedures: list[Line] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)


def limits(act: Act) -> Limits:
    """The moments by which the actor's watched work is late, due soon or stuck.

    Due soon: by the end of the next working day. Not taken up: for a working day. Outside for too
    long: longer than nine of ten took in the last 12 months, or 30 days where too few were done.
    """
    require(act.actor, Permission.BOARD_VIEW)
    calendar = load_calendar(act.session, act.app.settings.shifts)
    tomorrow = calendar.next_working_day(local_day(act.now), inclusive=False)
    outside: dict[str, list[step_times.Step]] = {}
    for procedure_key, process, element in board.steps_outside(act.session, act.actor):
        outside.setdefault(procedure_key, []).append((process, element))
    usual: dict[tuple[str, str, str], datetime] = {}
    for key, steps in outside.items():
        for step, times in step_times.times(act.session, key, YEAR, act.today, steps=steps).items():
            if times.usual is not None:
                usual[(key, *step)] = moment_before(act.now, times.usual, calendar)
    return Limits(
        now=act.now,
        soon=calendar.closing_moment(tomorrow),
        unclaimed=moment_before(act.now, calendar.hours_per_day, calendar),
        outside=act.now - LONG_OUTSIDE,
        outside_of=usual,
    )


def overview(
    act: Act, known: Limits, unit_id: int | None = None, procedure_key: str | None = None
) -> Board:
    """The board of what the actor watches over, of one unit and procedure where asked.

    Raises NotPermitted.
    """
    require(act.actor, Permission.BOARD_VIEW)
    heaps = board.tallies(act.session, act.actor, known, unit_id, procedure_key)
    total = Tally()
    for heap in heaps:
        total.add(heap.tally)
    return Board(
        total=total,
        units=_units(act, heaps),
        procedures=_procedures(act, heaps),
        steps=_steps(act, heaps),
        officers=_officers(act, heaps, unit_id),
    )


def _rolled(heaps: Iterable[Heap], key: Callable[[Place], K]) -> dict[K, Tally]:
    rolled: dict[K, Tally] = {}
    for heap in heaps:
        rolled.setdefault(key(heap.place), Tally()).add(heap.tally)
    return rolled


def _worst_first(line: Line) -> tuple[int, int, int, str]:
    return -line.tally.overdue, -line.tally.soon, -line.tally.open, line.name


def _units(act: Act, heaps: Iterable[Heap]) -> list[Line]:
    known = people.units(act.session)
    rolled = _rolled(heaps, lambda place: place.unit_id)
    lines = [Line(known[unit].name, tally, unit_id=unit) for unit, tally in rolled.items()]
    return sorted(lines, key=_worst_first)


def _procedures(act: Act, heaps: Iterable[Heap]) -> list[Line]:
    names = board.procedure_names(act.session)
    rolled = _rolled(heaps, lambda place: place.procedure_key)
    lines = [Line(names.get(key, key), tally, procedure_key=key) for key, tally in rolled.items()]
    return sorted(lines, key=_worst_first)


def _steps(act: Act, heaps: list[Heap]) -> list[Line]:
    """Named as the newest task there is."""
    samples: dict[tuple[str, str, str], int] = {}
    for heap in heaps:
        place = (heap.place.procedure_key, heap.place.process, heap.place.element)
        samples[place] = max(heap.sample, samples.get(place, 0))
    names = board.task_names(act.session, samples.values())
    procedures = board.procedure_names(act.session)
    rolled = _rolled(heaps, lambda place: (place.procedure_key, place.process, place.element))
    lines = [
        Line(
            name=_step_name(step[2], names.get(samples[step], step[2])),
            tally=tally,
            procedure_key=step[0],
            procedure=procedures.get(step[0], step[0]),
            step=step[1:],
        )
        for step, tally in rolled.items()
    ]
    return sorted(lines, key=_worst_first)


def _step_name(element: str, name: str) -> str:
    """With the code that people know it by: a procedure has several steps called “Phê duyệt”."""
    code = step_code(element)
    return f"{code} {name}" if code and code != name else name


def _officers(act: Act, heaps: Iterable[Heap], unit_id: int | None) -> list[Officer]:
    """Who holds a post there, and whoever else has such work on the desk."""
    units = watched_units(act.actor) if unit_id is None else {unit_id} & watched_units(act.actor)
    supervised = units & act.actor.supervised
    headed = [post for post in headed_posts(act.actor) if post[1] in units]
    posts: dict[int, list[tuple[str, int]]] = {}
    names: dict[int, str] = {}
    for one in people.posted(act.session, supervised, headed, act.today):
        posts.setdefault(one.user_id, []).append((one.role, one.unit_id))
        names[one.user_id] = one.name
    rolled = _rolled(heaps, lambda place: place.officer_id)
    rolled.pop(None, None)
    tallies = {user: tally for user, tally in rolled.items() if user is not None}
    names |= people.names(act.session, tallies.keys() - names.keys())
    finished = board.finished_by(act.session, act.now - FINISHED, units)
    officers = [
        Officer(
            user_id=user_id,
            name=name,
            posts=tuple(posts.get(user_id, ())),
            tally=tallies.get(user_id, Tally()),
            finished=finished.get(user_id, 0),
        )
        for user_id, name in names.items()
    ]
    return sorted(
        officers,
        key=lambda one: (-one.tally.overdue, -one.tally.soon, -one.tally.open, one.name),
    )
