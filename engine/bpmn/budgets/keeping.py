"""Whether every way through a drawing keeps the terms that it states, as far as it can be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.bpmn.budgets import PathBudget, StatedTerm
from engine.bpmn.budgets.amounts import Longest
from engine.bpmn.budgets.bounding import Bound, bound
from engine.bpmn.budgets.counting import way_budget
from engine.bpmn.budgets.verdicts import Verdict
from engine.bpmn.decisions.tables import DecisionTable
from engine.bpmn.model import Drawing, Node
from engine.bpmn.ways.blocks import joins, splits
from engine.bpmn.ways.feasibility import Allowance, Exhausted
from engine.bpmn.ways.paths import FACTS, Explorer
from engine.domain.errors import BadDuration
from engine.domain.roles import RoleRegister
from engine.ports import Form

#: Ways looked at, tries and steps spent on judging them, and flow nodes of a drawing with its
#: parts: beyond them the question is left open, within about a second. The longest procedure of
#: the house has 175 ways and 90 nodes.
MOST_WAYS = 300
_MOST_TRIES = 120_000
_MOST_NODES = 1_000


@dataclass(frozen=True)
class Beside:
    """A term that stands beside what one way counts; `authority` None: the whole procedure's."""

    way: PathBudget
    authority: str | None
    term: StatedTerm
    counted: Longest


@dataclass(frozen=True)
class Kept:
    """What was found out of a drawing's terms; nothing where each is kept on every way."""

    exceeded: tuple[Beside, ...] = ()
    undecided: tuple[Beside, ...] = ()  # it hangs on the calendar, or on the case
    loose: tuple[Node, ...] = ()  # splits whose branches do not come together: not counted right
    complete: bool = True  # every way was looked at, or none can take too long
    bound: Bound | None = None  # no way takes more


def terms_kept(
    drawing: Drawing,
    called: Mapping[str, Drawing],
    form: Callable[[str], Form | None],
    table: Callable[[str], DecisionTable | None],
    roles: RoleRegister,
    hours_per_day: Fraction,
) -> Kept:
    """Judges a drawing that others do not call, with the parts it calls, however it is drawn.

    Where even the most that any way may take keeps every term, no way is looked at. Of what is no
    way at all (loose flows, durations that cannot be read) nothing is said.
    """
    drawings = {**called, drawing.key: drawing}
    if not (drawing.legal_term or drawing.authority_terms) or not drawing.startable:
        return Kept()
    if not all(_can_be_walked(each) for each in drawings.values()):
        return Kept()
    try:
        found = bound(drawing, called, roles, hours_per_day)
        if found is not None and found.keeps(drawing, hours_per_day):
            return Kept(loose=_loose(drawing), bound=found)
        if sum(len(each.nodes) for each in drawings.values()) > _MOST_NODES:
            return Kept(complete=False, bound=found)
        explorer = Explorer(
            drawing, called, form, FACTS, table, most=MOST_WAYS, allowance=Allowance(_MOST_TRIES)
        )
        return replace(_judged(explorer, roles, hours_per_day), bound=found)
    except BadDuration:
        return Kept()
    except Exhausted:
        return Kept(complete=False, bound=found)


def _can_be_walked(drawing: Drawing) -> bool:
    """Whether its flows lead from somewhere to somewhere on one level."""
    return all(
        flow.source in drawing.nodes
        and flow.target in drawing.nodes
        and drawing.nodes[flow.source].parent == drawing.nodes[flow.target].parent
        for flow in drawing.flows.values()
    )


def _judged(explorer: Explorer, roles: RoleRegister, hours_per_day: Fraction) -> Kept:
    paths, complete = explorer.paths()
    exceeded: list[Beside] = []
    undecided: list[Beside] = []
    for path in paths:
        way = way_budget(explorer, path, roles, hours_per_day, waits_count=True)
        for beside in _stated(way):
            over = [one for one in beside if one.term.verdict is Verdict.EXCEEDED]
            doubtful = [one for one in beside if one.term.verdict is not Verdict.WITHIN]
            if over and len(over) == len(beside):  # whichever of them holds
                exceeded.append(over[0])
            elif doubtful:
                undecided.append(doubtful[0])
    return Kept(tuple(exceeded), tuple(undecided), _loose(explorer.drawing), complete)


def _loose(drawing: Drawing) -> tuple[Node, ...]:
    met = joins(drawing)
    return tuple(split for split in splits(drawing) if split.id not in met)


def _stated(way: PathBudget) -> Iterator[list[Beside]]:
    """The terms that hold or may hold on a way; of authorities, of those with time on it."""
    yield [Beside(way, None, term, way.total) for term in way.terms if term.applies is not False]
    for authority, counted in way.authorities.items():
        terms = way.authority_terms.get(authority, ())
        yield [Beside(way, authority, one, counted) for one in terms if one.applies is not False]
