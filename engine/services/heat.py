"""The heat map of a procedure: where work lies and gets late on its drawing, and what it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from engine.bpmn.execution.specs import Spec
from engine.bpmn.model import HUMAN, Drawing, Node, called_from
from engine.bpmn.pictures.figures import HOTTEST
from engine.bpmn.pictures.svg import step_code
from engine.bpmn.pictures.telling import Allowed, allowed
from engine.domain.access import Permission, require
from engine.domain.errors import NotFound
from engine.domain.step_times import Lookback, Times
from engine.persistence import board, step_times
from engine.persistence.board import Tally
from engine.persistence.queues import watched_units
from engine.persistence.step_times import Step
from engine.persistence.tables import VersionRow
from engine.persistence.versions import latest_version, version_in_force
from engine.persistence.watching import Limits
from engine.services.act import Act

#: A share of late work up to so much is of that level; above the last it is the hottest.
_SHARES = (Fraction(0), Fraction(1, 10), Fraction(1, 4), Fraction(1, 2))


@dataclass(frozen=True)
class HeatStep:
    """A step with its open work and what it took."""

    process: str
    element: str
    name: str
    performer: str  # the lane
    allowed: Allowed
    tally: Tally = field(default_factory=Tally)
    times: Times = field(default_factory=Times)
    drawn: bool = True  # on the main drawing of the version shown
    part: str = ""  # name of the called drawing where it stands

    @property
    def code(self) -> str:
        """The code that people know the step by, if any."""
        return step_code(self.element)

    @property
    def level(self) -> int:
        """How hot, by the share of its open work that is overdue."""
        share = Fraction(self.tally.overdue, self.tally.open) if self.tally.open else Fraction(0)
        return next((level for level, most in enumerate(_SHARES) if share <= most), HOTTEST)


@dataclass(frozen=True)
class HeatMap:
    """A procedure's drawing as it is in force, and its steps in the order of the drawing."""

    version: VersionRow
    drawing: Drawing
    steps: list[HeatStep]
    calls: list[HeatStep]  # what calls a part, with the open work of the part; times are empty
    since: date  # the day from which finished work is counted


def heat(
    act: Act, known: Limits, procedure_key: str, unit_id: int | None, back: Lookback
) -> HeatMap:
    """Open work that the actor watches over, finished work of the units where they do.

    Tasks of older versions count with the element of the same id; what the present drawings do not
    have comes last. Raises NotPermitted, NotFound.
    """
    require(act.actor, Permission.BOARD_VIEW)
    row = version_in_force(act.session, procedure_key, act.today)
    row = row or latest_version(act.session, procedure_key)
    if row is None:
        raise NotFound()
    units = watched_units(act.actor)
    chosen = units if unit_id is None else units & {unit_id}
    times = step_times.times(act.session, procedure_key, back, act.today, chosen)
    tallies: dict[Step, Tally] = {}
    samples: dict[Step, int] = {}
    for heap in board.tallies(act.session, act.actor, known, unit_id, procedure_key):
        step = (heap.place.process, heap.place.element)
        tallies.setdefault(step, Tally()).add(heap.tally)
        samples[step] = heap.sample
    spec = act.version(row.id).spec
    others = (drawing for key, drawing in spec.drawings.items() if key != spec.main)
    main = spec.drawing(spec.main)
    steps = [
        HeatStep(
            process=drawing.key,
            element=node.id,
            name=node.name or node.id,
            performer=drawing.lane_name(node.id) or "",
            allowed=allowed(drawing, node.due, spec.drawings),
            tally=tallies.pop((drawing.key, node.id), Tally()),
            times=times.pop((drawing.key, node.id), Times()),
            drawn=drawing is main,
            part="" if drawing is main else drawing.name or drawing.key,
        )
        for drawing in (main, *others)
        for node in drawing.nodes.values()
        if node.kind in HUMAN
    ]
    former = _former(act, tallies, times, samples)
    calls = [_called(spec, main, node, steps) for node in main.calls()]
    return HeatMap(row, main, [*steps, *former], calls, back.since(act.today))


def _called(spec: Spec, main: Drawing, node: Node, steps: Iterable[HeatStep]) -> HeatStep:
    """A call as a step: in it lies what lies in the part, and in what that part calls."""
    inside = called_from(node.called or "", spec.drawings)
    tally = Tally()
    for step in steps:
        if step.process in inside:
            tally.add(step.tally)
    return HeatStep(
        process=main.key,
        element=node.id,
        name=node.name or node.id,
        performer=main.lane_name(node.id) or "",
        allowed=Allowed(),
        tally=tally,
    )


def _former(
    act: Act,
    tallies: Mapping[Step, Tally],
    times: Mapping[Step, Times],
    samples: Mapping[Step, int],
) -> list[HeatStep]:
    """Steps that older versions have and the present one has not."""
    names = board.task_names(act.session, samples.values())
    return [
        HeatStep(
            process=step[0],
            element=step[1],
            name=names.get(samples.get(step, 0), step[1]),
            performer="",
            allowed=Allowed(),
            tally=tallies.get(step, Tally()),
            times=times.get(step, Times()),
            drawn=False,
        )
        for step in sorted({*tallies, *times})
    ]
