"""The most that any way through a drawing takes, found without looking at the ways one by one.

Conditions are left out, so there is no way that takes more, and perhaps none that takes as much.
Of branches side by side the longest counts and of a choice the longest may be taken: both are the
longest way over the flows, found measure by measure, for the whole and for each authority. A way
visits nothing twice: a flow that leads back to what every way has passed already is on none of
them, and of elements that lie on other rounds each counts once. What is counted from an earlier
step on (`kể từ S2`) counts what is left where every way passes that step and days of one kind
alone are counted, otherwise all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from engine.bpmn.budgets.amounts import Amount, amount_of_duration, role_of
from engine.bpmn.budgets.counting import counted_time, is_duration, read_due
from engine.bpmn.model import TIMED, Drawing, Kind, Node
from engine.bpmn.ways.branches import handlers
from engine.bpmn.ways.dominance import Dominance, dominance, in_order, rounds, turned
from engine.domain.durations import Since, parse_alternatives, parse_duration
from engine.domain.roles import RoleRegister

#: What is counted: the whole's (None) or an authority's, in one measure.
_Column = tuple[str | None, str]
_Sums = tuple[Fraction, ...]  # one for each column

_MEASURES = ("working_days", "days", "months")
_DEEPEST = 50  # calls and sub-processes within each other


@dataclass(frozen=True)
class Bound:
    """No way takes more than `total`, nor an authority on any way more than its own."""

    total: Amount
    authorities: Mapping[str, Amount]

    def keeps(self, drawing: Drawing, hours_per_day: Fraction) -> bool:
        """Whether every term that may hold is kept, whatever is answered. Raises BadDuration."""
        stated = [(drawing.legal_term, self.total)]
        stated += [(text, self.authorities[key]) for key, text in drawing.authority_terms.items()]
        return all(
            most <= amount_of_duration(parse_duration(one.value), hours_per_day)
            for text, most in stated
            if text
            for one in parse_alternatives(text)
        )


def bound(
    drawing: Drawing,
    called: Mapping[str, Drawing],
    roles: RoleRegister,
    hours_per_day: Fraction,
) -> Bound | None:
    """None where drawings call each other in a circle. Raises BadDuration."""
    drawings = {**called, drawing.key: drawing}
    return _Bounding(drawing, drawings, roles, hours_per_day).bound()


@dataclass(frozen=True)
class _Time:
    """What a step may take: the most of what is said, or what is left since earlier steps."""

    most: Amount
    plain: Amount  # of what is counted from no earlier step
    since: tuple[tuple[str, Amount], ...]
    owners: frozenset[str]  # the authorities whose time it may be


class _Bounding:
    """The search through a drawing with its parts, each scope of it once."""

    def __init__(
        self,
        drawing: Drawing,
        drawings: Mapping[str, Drawing],
        roles: RoleRegister,
        hours_per_day: Fraction,
    ) -> None:
        self.drawing = drawing
        self.drawings = drawings
        self.roles = roles
        self.hours_per_day = hours_per_day
        self.authorities = frozenset(drawing.authority_terms)
        self.cutting = {key: _cutting(each) for key, each in drawings.items()}
        self.known: dict[tuple[str, str | None], _Sums] = {}

    def bound(self) -> Bound | None:
        try:
            sums = dict(zip(self.columns, self.scope(self.drawing, None, ()), strict=True))
        except _Endless:
            return None
        return Bound(_amount(sums, None), {one: _amount(sums, one) for one in self.authorities})

    @cached_property
    def times(self) -> dict[tuple[str, str], _Time]:
        """Of every step that takes any."""
        found = {}
        for key, drawing in self.drawings.items():
            for node in drawing.nodes.values():
                if node.kind in TIMED and (time := self.time(drawing, node)).most:
                    found[key, node.id] = time
        return found

    def time(self, drawing: Drawing, node: Node) -> _Time:
        plain, since = [Amount()], []
        said = counted_time(node, waits_count=True)
        for one in parse_alternatives(said) if said else ():
            if node.due or is_duration(one.value):
                due, amount = read_due(one.value, self.hours_per_day)
                if isinstance(due, Since):
                    since.append((due.element, amount))
                else:
                    plain.append(amount)
        most = _most([*plain, *(amount for _, amount in since)])
        return _Time(most, _most(plain), tuple(since), self.owners(drawing, node))

    def owners(self, drawing: Drawing, node: Node) -> frozenset[str]:
        if node.performer is not None:
            return self.authorities  # a table chooses
        role = role_of(drawing, node, self.roles)
        return self.authorities & ({role.kind} if role and role.kind else set())

    @cached_property
    def columns(self) -> tuple[_Column, ...]:
        """Only what something counts in."""
        found = {
            (owner, measure)
            for time in self.times.values()
            for owner in (None, *time.owners)
            for measure in _MEASURES
            if getattr(time.most, measure)
        }
        return tuple(sorted(found, key=lambda one: (one[0] or "", one[1])))

    @cached_property
    def nothing(self) -> _Sums:
        return (Fraction(0),) * len(self.columns)

    @cached_property
    def one_measure(self) -> bool:
        """Whether days of one kind alone are counted: then what is left can be told."""
        return sum(owner is None for owner, _ in self.columns) == 1

    def scope(self, drawing: Drawing, parent: str | None, stack: tuple[str, ...]) -> _Sums:
        """The most of a drawing (parent None), or of one of its sub-processes."""
        here = drawing.key, parent
        if here not in self.known:
            if parent is None and drawing.key in stack:
                raise _Endless
            if len(stack) > _DEEPEST:
                raise _Endless
            self.known[here] = _Level(self, drawing, parent, (*stack, drawing.key)).most()
        return self.known[here]

    def inside(self, drawing: Drawing, node: Node, stack: tuple[str, ...]) -> _Sums:
        """What a call or a sub-process takes."""
        called = self.drawings.get(node.called or "") if node.kind is Kind.CALL_ACTIVITY else None
        if called is not None:
            return self.scope(called, None, stack)
        if node.kind is Kind.SUB_PROCESS:
            return self.scope(drawing, node.id, stack)
        return self.nothing

    def sums(self, amount: Amount, owners: frozenset[str]) -> _Sums:
        return tuple(
            Fraction(getattr(amount, measure)) if owner is None or owner in owners else Fraction(0)
            for owner, measure in self.columns
        )


class _Level:
    """The longest way over the flows of one level."""

    def __init__(
        self, search: _Bounding, drawing: Drawing, parent: str | None, stack: tuple[str, ...]
    ) -> None:
        self.search = search
        self.drawing = drawing
        self.stack = stack
        self.begun: dict[str, _Sums] = {}  # element -> the most that was taken by then
        self.left: dict[str, _Sums] = {}
        nodes = drawing.nodes.values()
        starts = [one.id for one in nodes if one.kind is Kind.START and one.parent == parent]
        instead = [one.id for one in handlers(drawing, parent) if one.interrupting]
        self.roots = [*starts, *instead]

    def most(self) -> _Sums:
        cutting = self.search.cutting[self.drawing.key]
        ways = _Onward(self.drawing, cutting)
        passed = dominance(self.roots, ways.all)
        forward = ways.without_returns(passed)
        order = in_order(self.roots, forward)
        before = turned(order, forward)
        for together in rounds(order, before):
            self.reach(together, before, passed)
        return _longest(self.left.values(), self.search.nothing)

    def reach(
        self, together: list[str], before: Mapping[str, list[str]], passed: Dominance
    ) -> None:
        outside = [(one, key) for one in together for key in before[one] if key not in together]
        begun = _longest((self.handed(key, one) for one, key in outside), self.search.nothing)
        if len(together) == 1:
            (one,) = together
            self.begun[one] = begun
            self.left[one] = self.over(self.drawing.nodes[one], begun, passed)
            return
        for one in together:
            begun = _plus(begun, self.whole(self.drawing.nodes[one]))
        for one in together:
            self.begun[one] = self.left[one] = begun

    def handed(self, source: str, target: str) -> _Sums:
        """An event on the edge of an activity is reached without the activity being done."""
        cut = self.drawing.nodes[target].attached_to == source
        return self.begun[source] if cut else self.left[source]

    def whole(self, node: Node) -> _Sums:
        """What an element takes where nothing is known of what was taken before."""
        inside = self.search.inside(self.drawing, node, self.stack)
        time = self.search.times.get((self.drawing.key, node.id))
        return inside if time is None else _plus(inside, self.search.sums(time.most, time.owners))

    def over(self, node: Node, begun: _Sums, passed: Dominance) -> _Sums:
        """What was taken when an element is left."""
        time = self.search.times.get((self.drawing.key, node.id))
        ample = _plus(begun, self.whole(node))
        if time is None or not time.since or not self.search.one_measure:
            return ample
        if any(not passed.passes(node.id, key) or key == node.id for key, _ in time.since):
            return ample
        nobody: frozenset[str] = frozenset()
        left = [_plus(begun, self.search.sums(time.plain, nobody))]
        for key, amount in time.since:
            left.append(_longest([begun, _plus(self.begun[key], self.search.sums(amount, nobody))]))
        longest = _longest(left, self.search.nothing)
        return tuple(
            total if owner is None else whole
            for (owner, _), total, whole in zip(self.search.columns, longest, ample, strict=True)
        )


class _Onward:
    """Where the elements of a drawing lead: over flows, and to the events that end them."""

    def __init__(self, drawing: Drawing, cutting: Mapping[str, list[str]]) -> None:
        self.all = {
            node.id: [
                *dict.fromkeys(drawing.flows[key].target for key in node.outgoing),
                *cutting.get(node.id, ()),
            ]
            for node in drawing.nodes.values()
        }

    def without_returns(self, passed: Dominance) -> dict[str, list[str]]:
        """Without the flows back to what every way has passed already."""
        return {
            one: [target for target in targets if not passed.passes(one, target)]
            for one, targets in self.all.items()
        }


class _Endless(Exception):
    """Drawings that call each other in a circle, or are nested deeper than anybody draws."""


def _cutting(drawing: Drawing) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in drawing.nodes.values():
        if node.attached_to is not None and node.interrupting:
            found.setdefault(node.attached_to, []).append(node.id)
    return found


def _amount(sums: Mapping[_Column, Fraction], owner: str | None) -> Amount:
    working, days, months = (sums.get((owner, one), Fraction(0)) for one in _MEASURES)
    return Amount(working, days, int(months))


def _most(amounts: Iterable[Amount]) -> Amount:
    given = list(amounts)
    return Amount(
        max(one.working_days for one in given),
        max(one.days for one in given),
        max(one.months for one in given),
    )


def _plus(one: _Sums, other: _Sums) -> _Sums:
    return tuple(map(Fraction.__add__, one, other))


def _longest(all_sums: Iterable[_Sums], least: _Sums | None = None) -> _Sums:
    found = [*all_sums] if least is None else [least, *all_sums]
    return found[0] if len(found) == 1 else tuple(map(max, *found))
