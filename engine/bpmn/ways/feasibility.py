"""Whether conditions can hold together: which of the drawn ways exclude one another.

Only what can be decided for certain is: comparisons of a variable with constants, and their
and/or/not. Anything else (a function, arithmetic, two variables compared) is taken as possible.
What a rule table sets follows from what it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from engine.bpmn.expressions import Expression, Tree, evaluate_tree, holds, parse
from engine.domain.errors import BadExpression

#: Assignments tried before a question is left open (and its answer taken as “possible”).
_PATIENCE = 20_000
#: Stands for any text that no condition mentions.
ANYTHING_ELSE = "\N{REPLACEMENT CHARACTER}"

_ORDERED = frozenset({"<", "<=", ">", ">="})
_EQUAL = frozenset({"==", "!=", "in"})


@dataclass(frozen=True)
class Requirement:
    """`condition` must be `expected`, where each of its names stands for a variable.

    A name that is answered anew on the way stands for another variable afterwards.
    """

    condition: str
    expected: bool
    variables: Mapping[str, str]  # name in the condition -> variable


@dataclass
class Domains:
    """The values worth trying for each name: those that the conditions compare it with."""

    values: dict[str, list[object]] = field(default_factory=dict)

    def learn(self, condition: str) -> None:
        """Take note of the constants in `condition`; one that cannot be read teaches nothing."""
        try:
            tree = parse(condition).tree
        except BadExpression:
            return
        for name, constant in _telling(tree):
            self.allow(name, (constant,))

    def allow(self, name: str, values: Iterable[object]) -> None:
        known = self.values.setdefault(name, [None])
        known += [value for value in values if not _among(value, known)]

    def of(self, name: str) -> tuple[object, ...]:
        """What to try: the constants, something that nobody mentions, nothing at all."""
        return (*self.values.get(name, (None,))[1:], ANYTHING_ELSE, None)


@dataclass(frozen=True)
class Ruling:
    """A rule table decides: in exactly one of `cases` the way goes on.

    Of a case its requirements hold, and what it sets is known: `outputs` are the variables that
    the table writes, `sets` per case the constants among them (the others may be anything).
    """

    key: str  # a variable of its own: the number of the case, from 0
    cases: tuple[tuple[Requirement, ...], ...]
    sets: tuple[Mapping[str, object], ...]  # variable -> constant, case by case
    outputs: frozenset[str]


class Exhausted(Exception):
    """All the tries allowed to a whole judgement are used up."""


@dataclass
class Allowance:
    """The tries that many questions may use together."""

    left: int

    def use(self, tries: int = 1) -> None:
        """Takes some. Raises Exhausted when none is left."""
        self.left -= tries
        if self.left < 0:
            raise Exhausted


@dataclass(frozen=True)
class Solution:
    """Values that meet all requirements; `found` is False where the search was given up."""

    values: Mapping[str, object]
    found: bool = True


def possible(
    requirements: Sequence[Requirement],
    domains: Mapping[str, Sequence[object]],
    rulings: Sequence[Ruling] = (),
) -> bool:
    """Whether some choice of values, one per variable out of its domain, meets all requirements."""
    return solution(requirements, domains, rulings) is not None


def solution(
    requirements: Sequence[Requirement],
    domains: Mapping[str, Sequence[object]],
    rulings: Sequence[Ruling] = (),
    allowance: Allowance | None = None,
) -> Solution | None:
    """Values, one per variable out of its domain, that meet all requirements; None: there are none.

    Earlier values of a domain are preferred. Variables that no decidable requirement reads are left
    out. A search that takes too long is given up, and what it looked for taken as possible. Raises
    Exhausted where an `allowance` is used up.
    """
    return _Search(requirements, domains, rulings, allowance).solution()


class _GivenUp(Exception):
    """The search took too long."""


class _Search:
    """Chooses values one after the other, and turns back as soon as a requirement fails.

    1. which case each table decides, with what that sets; 2. the variables in the order in which
    requirements read them. A requirement is looked at once the last of its variables is chosen.
    """

    def __init__(
        self,
        requirements: Sequence[Requirement],
        domains: Mapping[str, Sequence[object]],
        rulings: Sequence[Ruling],
        allowance: Allowance | None,
    ) -> None:
        self._domains = domains
        self._allowance = allowance
        self._rulings = {ruling.key: ruling for ruling in rulings}
        self._patience = _PATIENCE
        plain = [r for r in requirements if _decidable(r.condition)]
        cases = [r for ruling in rulings for case in ruling.cases for r in case]
        set_by = {name: ruling for ruling in rulings for name in ruling.outputs}
        read = [v for r in (*plain, *cases) for v in r.variables.values()]
        self._order = list(dict.fromkeys([*self._rulings, *_outputs_first(read, set_by)]))
        place = {variable: number for number, variable in enumerate(self._order)}
        self._set_by = {name: ruling for name, ruling in set_by.items() if name in place}
        self._after: list[list[Requirement]] = [[] for _ in self._order]
        self._cases_after: list[list[tuple[Ruling, int, Requirement]]] = [[] for _ in self._order]
        self._hopeless = False
        for one in plain:
            places = [place[v] for v in one.variables.values()]
            if places:
                self._after[max(places)].append(one)
            else:
                self._hopeless = self._hopeless or not _met(one, {})
        for ruling in rulings:
            for number, case in enumerate(ruling.cases):
                for one in filter(lambda r: _decidable(r.condition), case):
                    last = max([place[ruling.key], *(place[v] for v in one.variables.values())])
                    self._cases_after[last].append((ruling, number, one))

    def solution(self) -> Solution | None:
        chosen: dict[str, Any] = {}
        if self._hopeless:
            return None
        try:
            return Solution(chosen) if self._choose(0, chosen) else None
        except _GivenUp:
            return Solution({}, found=False)

    def _choose(self, place: int, chosen: dict[str, Any]) -> bool:
        if place == len(self._order):
            return True
        variable = self._order[place]
        for value in self._values(variable, chosen):
            self._patience -= 1
            if self._patience < 0:
                raise _GivenUp
            if self._allowance is not None:
                self._allowance.use()
            chosen[variable] = value
            if self._holds(place, chosen) and self._choose(place + 1, chosen):
                return True
        chosen.pop(variable, None)
        return False

    def _values(self, variable: str, chosen: Mapping[str, Any]) -> Iterable[object]:
        ruling = self._rulings.get(variable)
        if ruling is not None:
            return range(len(ruling.cases))
        ruling = self._set_by.get(variable)
        if ruling is not None:
            sets = ruling.sets[chosen[ruling.key]]
            if variable in sets:
                return (sets[variable],)
        return self._domains[variable]

    def _holds(self, place: int, chosen: Mapping[str, Any]) -> bool:
        return all(_met(one, chosen) for one in self._after[place]) and all(
            _met(one, chosen)
            for ruling, number, one in self._cases_after[place]
            if chosen[ruling.key] == number
        )


def _outputs_first(read: Iterable[str], outputs: Iterable[str]) -> list[str]:
    """The variables as they are read, those first that tables set: they hang on no free choice."""
    set_by_tables = set(outputs)
    return sorted(dict.fromkeys(read), key=lambda variable: variable not in set_by_tables)


@lru_cache(maxsize=4096)
def names_of(condition: str) -> tuple[str, ...]:
    """The variables that `condition` reads, in a fixed order; none when it cannot be read."""
    try:
        return tuple(sorted(parse(condition).names))
    except BadExpression:
        return ()


def _met(requirement: Requirement, chosen: Mapping[str, object]) -> bool:
    values = [chosen[variable] for variable in requirement.variables.values()]
    names = tuple(requirement.variables)
    try:
        return _truth(requirement.condition, names, *values) is requirement.expected
    except TypeError:  # a list
        values_by_name = dict(zip(names, values, strict=True))
        return _found_out(requirement.condition, values_by_name) is requirement.expected


@lru_cache(maxsize=65_536, typed=True)  # 1 is not true
def _truth(condition: str, names: tuple[str, ...], *values: object) -> bool | None:
    """Ways ask the same of the same few values thousands of times."""
    return _found_out(condition, dict(zip(names, values, strict=True)))


def _found_out(condition: str, values: Mapping[str, object]) -> bool | None:
    try:
        return holds(condition, values)
    except BadExpression:
        return None  # with these values the act would fail: no way at all


@lru_cache(maxsize=4096)
def _decidable(condition: str) -> bool:
    try:
        tree = parse(condition).tree
    except BadExpression:
        return False
    return _plain(tree)


def _plain(tree: Tree) -> bool:
    """Whether `tree` only compares variables with constants."""
    kind = tree[0]
    if kind in {"name", "value"}:
        return True
    if kind in {"and", "or"}:
        return all(_plain(part) for part in tree[1])
    if kind == "not":
        return _plain(tree[1])
    if kind in _EQUAL:
        return _sides(tree) is not None
    if kind in _ORDERED:
        sides = _sides(tree)
        return sides is not None and all(_is_number(constant) for constant in sides[1])
    return False


def _sides(tree: Tree) -> tuple[str, tuple[object, ...]] | None:
    """(name, constants) of a comparison of a name with constants."""
    kind, left, right = tree
    if kind != "in" and right[0] == "name":
        left, right = right, left
    if left[0] != "name" or not _constant(right):
        return None
    value = evaluate_tree(Expression("", right, frozenset()), {})
    if kind == "in" and isinstance(value, list):
        return str(left[1]), tuple(value)
    return str(left[1]), (value,)


def _constant(tree: Tree) -> bool:
    if tree[0] == "list":
        return all(_constant(part) for part in tree[1])
    return tree[0] == "value" or (tree[0] == "minus" and _constant(tree[1]))


def _telling(tree: Tree) -> Iterator[tuple[str, object]]:
    """Each name with values that tell the cases of its conditions apart."""
    kind = tree[0]
    if kind == "name":  # read as a truth
        yield from ((str(tree[1]), True), (str(tree[1]), False))
    elif kind in {"and", "or"}:
        for part in tree[1]:
            yield from _telling(part)
    elif kind == "not":
        yield from _telling(tree[1])
    elif kind in _EQUAL or kind in _ORDERED:
        name, constants = _sides(tree) or ("", ())
        for constant in constants:
            yield name, constant
            if isinstance(constant, int | Fraction) and kind in _ORDERED:
                yield from ((name, constant - 1), (name, constant + 1))


def _is_number(value: object) -> bool:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _among(value: object, known: Iterable[object]) -> bool:
    """Membership that tells 1 from true."""
    return any(type(value) is type(other) and value == other for other in known)
