"""Counts one way through a drawing: what each authority is allowed, beside the stated terms.

One after the other adds up; of branches side by side the longest counts. Which one that is, is
told measure by measure, for the whole and for each authority by itself: a branch that takes more
working days and fewer calendar days than another is neither longer nor shorter, and then both
are told (engine.bpmn.budgets.amounts.Longest).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from engine.bpmn.budgets import BudgetStep, PathBudget, StatedTerm
from engine.bpmn.budgets.amounts import (
    NOTHING,
    Amount,
    Longest,
    amount_of,
    amount_of_duration,
    role_of,
)
from engine.bpmn.budgets.verdicts import verdict
from engine.bpmn.model import TIMED, TIMERS, Kind, Node
from engine.bpmn.ways import Block, Item
from engine.bpmn.ways.paths import Explorer, Passed, Path
from engine.domain.durations import (
    Alternative,
    Due,
    Since,
    parse_alternatives,
    parse_due,
    parse_duration,
)
from engine.domain.errors import BadDuration
from engine.domain.roles import Role, RoleRegister
from engine.domain.timing import Timing


def way_budget(
    explorer: Explorer,
    path: Path,
    roles: RoleRegister,
    hours_per_day: Fraction,
    *,
    waits_count: bool = False,
) -> PathBudget:
    """What one way counts, beside its terms. Raises BadDuration.

    `waits_count`: a timer that says no `due` counts what it waits.
    """
    return _Count(explorer, path, roles, hours_per_day, waits_count).path()


@dataclass
class _Sums:
    """What was taken so far: by all, and by each authority."""

    total: Longest = NOTHING
    authorities: dict[str, Longest] = field(default_factory=dict)

    def add(self, authority: str | None, amount: Longest) -> None:
        self.total += amount
        if authority is not None and amount:
            self.authorities[authority] = self.authorities.get(authority, NOTHING) + amount

    def add_longest(self, branches: list[_Sums]) -> None:
        """Branches that began here and are all done: each authority waits for its own longest."""
        self.total = Longest.beside(branch.total for branch in branches)
        for authority in dict.fromkeys(key for branch in branches for key in branch.authorities):
            self.authorities[authority] = Longest.beside(
                branch.authorities.get(authority, NOTHING) for branch in branches
            )

    def branch(self) -> _Sums:
        return _Sums(self.total, dict(self.authorities))


class _Count:
    """The counting of one way."""

    def __init__(
        self,
        explorer: Explorer,
        path: Path,
        roles: RoleRegister,
        hours_per_day: Fraction,
        waits_count: bool,
    ) -> None:
        self.waits_count = waits_count
        self.explorer = explorer
        self.way = path
        self.roles = roles
        self.hours_per_day = hours_per_day
        self.steps: list[BudgetStep] = []
        self.opened: dict[tuple[str, str], Longest] = {}  # element -> what was taken by then
        self.allowed: dict[tuple[tuple[str, bool], ...], bool] = {}
        self.place = -1  # of the element under way among those passed

    def path(self) -> PathBudget:
        sums = _Sums()
        self.count(self.way.items, sums, "")
        drawing = self.explorer.drawing
        end = drawing.nodes[self.way.outcome]
        return PathBudget(
            steps=tuple(self.steps),
            ways=tuple((flow.shown, flow.name) for flow in self.way.flows),
            outcome=end.shown,
            outcome_name=end.name,
            total=sums.total,
            authorities=sums.authorities,
            terms=self.terms(drawing.legal_term, sums.total),
            authority_terms={
                authority: self.terms(text, sums.authorities.get(authority, NOTHING))
                for authority, text in drawing.authority_terms.items()
            },
            minimum=sum((self.minimum(one.node) for one in self.way.passed), Amount()),
        )

    def count(self, items: tuple[Item, ...], sums: _Sums, branch: str) -> None:
        for item in items:
            if isinstance(item, Block):
                branches = []
                for number, inside in enumerate(item.branches, 1):
                    branches.append(sums.branch())
                    self.count(inside, branches[-1], f"{item.split.id}.{number}")
                sums.add_longest(branches)
            elif isinstance(item, Passed):
                self.place += 1
                self.pass_over(item, sums, branch)

    def pass_over(self, passed: Passed, sums: _Sums, branch: str) -> None:
        node = passed.node
        for element in (node.id, node.attached_to or node.id):  # what a timer cut short, was open
            self.opened.setdefault((passed.process, element), sums.total)
        if node.kind not in TIMED:
            return
        texts = self.counted_texts(node)
        amount = Longest.of(self.amount(text, passed, sums) for text in texts)
        role = self.role(passed)
        authority = role.kind if role else None
        sums.add(authority, amount)
        self.steps.append(
            BudgetStep(
                process=passed.process,
                element=node.id,
                name=node.name,
                authority=authority,
                due=texts,
                amount=amount,
                minimum=node.timer if node.kind in TIMERS else None,
                waits=node.kind is Kind.RECEIVE_TASK or node.kind in TIMERS,
                branch=branch,
            )
        )

    def counted_texts(self, node: Node) -> tuple[str, ...]:
        """What may apply here."""
        said = counted_time(node, self.waits_count)
        texts = (one.value for one, applies in self.alternatives(said) if applies is not False)
        return tuple(text for text in texts if node.due or is_duration(text))

    def amount(self, text: str, passed: Passed, sums: _Sums) -> Amount:
        due, usual = read_due(text, self.hours_per_day)
        if isinstance(due, Since) and (passed.process, due.element) in self.opened:
            taken = sums.total.least.less(self.opened[passed.process, due.element].most)
            return amount_of(due, self.hours_per_day, taken)
        return usual

    def role(self, passed: Passed) -> Role | None:
        """Whose time it is: of the role that a table chose for certain, else of the lane's."""
        node = passed.node
        if node.performer is not None:
            chosen = self.explorer.judge.settings(self.way, node.performer, self.place)
            found = {self.roles.find(str(name)) for name in chosen or ()}
            role = found.pop() if len(found) == 1 else None
            if role is not None:
                return role
        return role_of(self.explorer.drawings[passed.process], node, self.roles)

    def minimum(self, node: Node) -> Amount:
        """What a timer on the way waits at least; a date is no length."""
        if node.kind is not Kind.TIMER_CATCH or node.timing is not Timing.DURATION:
            return Amount()
        texts = (
            one.value for one, applies in self.alternatives(node.timer) if applies is not False
        )
        amounts = tuple(
            amount_of_duration(parse_duration(text), self.hours_per_day)
            for text in texts
            if is_duration(text)
        )
        return Longest(amounts or (Amount(),)).least

    def terms(self, text: str | None, counted: Longest) -> tuple[StatedTerm, ...]:
        return tuple(self.term(each, applies, counted) for each, applies in self.alternatives(text))

    def term(self, stated: Alternative, applies: bool | None, counted: Longest) -> StatedTerm:
        duration = parse_duration(stated.value)
        amount = amount_of_duration(duration, self.hours_per_day)
        only = counted.only
        return StatedTerm(
            condition=stated.condition,
            term=str(duration),
            applies=applies,
            amount=amount,
            verdict=verdict(amount, counted),
            left=amount - only if only is not None else None,
            difference=_difference(amount, only) if only is not None else None,
        )

    def allows(self, further: tuple[tuple[str, bool], ...]) -> bool:
        """Whether `further` conditions can hold on this way; terms ask the same again and again."""
        if further not in self.allowed:
            self.allowed[further] = self.explorer.allows(self.way, further)
        return self.allowed[further]

    def alternatives(self, text: str | None) -> list[tuple[Alternative, bool | None]]:
        """Each alternative of a text, with whether it applies on this way (None: it may)."""
        stated = parse_alternatives(text) if text else ()
        if len(stated) == 1 and stated[0].condition is None:
            return [(stated[0], True)]
        may: list[bool] = []
        before: tuple[tuple[str, bool], ...] = ()
        for each in stated:
            own = ((each.condition, True),) if each.condition else ()
            may.append(self.allows(before + own))
            if each.condition:
                before += ((each.condition, False),)
        certain = sum(may) == 1
        return [
            (each, (True if certain else None) if one else False)
            for each, one in zip(stated, may, strict=True)
        ]


def counted_time(node: Node, waits_count: bool) -> str | None:
    """The text that says what a step counts: its own `due`, else what a timer waits."""
    waits = node.kind in TIMERS and node.timing is Timing.DURATION and waits_count
    return node.due or (node.timer if waits else None)


@lru_cache(maxsize=1024)  # hundreds of ways pass the same steps
def read_due(text: str, hours_per_day: Fraction) -> tuple[Due, Amount]:
    """What a step's `due` says, and counts where nothing was taken before."""
    due = parse_due(text)
    return due, amount_of(due, hours_per_day)


def is_duration(text: str) -> bool:
    """A timer may hold an expression, which is known in the case alone."""
    try:
        parse_duration(text)
    except BadDuration:
        return False
    return True


def _difference(stated: Amount, counted: Amount) -> Fraction | None:
    """Stated minus counted, in working days, or in plain days where both have no others."""
    both = stated + counted
    if not both.days and not both.months:
        return stated.working_days - counted.working_days
    if not both.working_days and not both.months:
        return stated.days - counted.days
    return None
