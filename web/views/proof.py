"""The proof of time on the page of a procedure: sums of ways beside the terms stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from flask_babel import gettext as _

from engine.bpmn.budgets import Budget, Group, StatedTerm
from engine.bpmn.budgets.amounts import Amount
from engine.bpmn.budgets.verdicts import Verdict
from web.presenting import Remaining


@dataclass(frozen=True)
class Beside:
    """A stated term: its words, when it holds, and whether it is kept."""

    term: str
    condition: str | None  # None where it holds for certain; empty for “otherwise”
    verdict: Remaining


@dataclass(frozen=True)
class Line:
    """The time of the whole or of one authority, with the terms stated for it."""

    name: str
    time: str
    terms: tuple[Beside, ...]


@dataclass(frozen=True)
class Row:
    """Ways with the same sums."""

    ways: int
    whole: Line
    authorities: tuple[Line, ...]
    minimum: str
    waits: tuple[str, ...]  # waits for the outside that nothing limits: names of the steps


@dataclass(frozen=True)
class Outcome:
    """An end with the sums of the ways to it: what is read first, and what takes no longer."""

    id: str
    name: str
    told: tuple[Row, ...]
    others: tuple[Row, ...]


def outcomes(found: Budget) -> list[Outcome]:
    """What the ways to each end take, told once where they take the same; the longest first."""
    by_end = groupby(found.groups, key=lambda group: group.first.outcome)
    told = [(key, sorted(groups, key=_roughly, reverse=True)) for key, groups in by_end]
    told.sort(key=lambda end: -_roughly(end[1][0]))
    return [_outcome(key, groups, found) for key, groups in told]


def _outcome(key: str, groups: Sequence[Group], found: Budget) -> Outcome:
    """The longest sum of an end is read first, and with it every sum that may exceed a term."""
    first = {id(groups[0]), *(id(group) for group in groups if _doubtful(group))}
    return Outcome(
        key,
        groups[0].first.outcome_name,
        tuple(_row(group, found) for group in groups if id(group) in first),
        tuple(_row(group, found) for group in groups if id(group) not in first),
    )


def _doubtful(group: Group) -> bool:
    terms = [*group.first.terms, *chain.from_iterable(group.first.authority_terms.values())]
    return any(
        term.applies is not False and term.verdict in (Verdict.EXCEEDED, Verdict.UNDECIDED)
        for term in terms
    )


def _roughly(group: Group) -> float:
    """Days of all kinds in one figure: for the order on the page, and for nothing else."""
    most = group.first.total.most
    return float(most.working_days) * 7 / 5 + float(most.days) + most.months * 30


def _row(group: Group, found: Budget) -> Row:
    path = group.first
    names = {step.element: step.name or step.element for step in path.steps}
    return Row(
        ways=group.ways,
        whole=Line(_("Cả thủ tục"), str(path.total), _beside(path.terms)),
        authorities=tuple(
            Line(
                found.roles.authorities.get(key, key),
                str(amount),
                _beside(path.authority_terms.get(key, ())),
            )
            for key, amount in path.authorities.items()
        ),
        minimum=str(path.minimum) if path.minimum else "",
        waits=tuple(dict.fromkeys(names[element] for element in path.undated_waits)),
    )


def _beside(terms: Sequence[StatedTerm]) -> tuple[Beside, ...]:
    return tuple(
        Beside(
            one.term,
            None if one.applies else one.condition or "",
            _kept(one),
        )
        for one in terms
        if one.applies is not False
    )


def _kept(term: StatedTerm) -> Remaining:
    if term.verdict is Verdict.UNDECIDED:
        return Remaining(_("Chỉ diễn tập mới biết"), "soon", "hourglass-split")
    if term.verdict is Verdict.EXCEEDED:
        text = _("Vượt %(time)s", time=Amount() - term.left) if term.left else _("Vượt thời hạn")
        return Remaining(text, "overdue", "exclamation-octagon-fill")
    if term.left:
        return Remaining(_("Còn thừa %(time)s", time=term.left), "done", "check-circle-fill")
    return Remaining(_("Vừa đủ"), "done", "check-circle-fill")
