"""Whether conditions can hold together: which of the drawn ways exclude one another.

Only what can be decided for certain is: comparisons of a variable with constants, and their
and/or/not. Anything else (a function, arithmetic, two variables compared) is taken as possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.bpmn.expressions import Expression, Tree, evaluate_tree, holds, parse
from engine.domain.errors import BadExpression

#: Assignments tried before a question is left open (and its answer taken as “possible”).
_PATIENCE = 20_000
#: Stands for any text that no condition mentions.
_ANYTHING_ELSE = "\N{REPLACEMENT CHARACTER}"

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
        return (*self.values.get(name, (None,)), _ANYTHING_ELSE)


def possible(
    requirements: Sequence[Requirement],
    domains: Mapping[str, Sequence[object]],
) -> bool:
    """Whether some choice of values, one per variable out of its domain, meets all requirements."""
    decidable = [r for r in requirements if _decidable(r.condition)]
    variables = list(dict.fromkeys(v for r in decidable for v in r.variables.values()))
    after: list[list[Requirement]] = [[] for _ in variables]  # checked once this one is chosen
    for requirement in decidable:
        places = [variables.index(v) for v in requirement.variables.values()]
        if places:
            after[max(places)].append(requirement)
        elif not _met(requirement, {}):
            return False
    patience = _PATIENCE

    def choose(place: int, chosen: dict[str, object]) -> bool:
        nonlocal patience
        if place == len(variables):
            return True
        for value in domains[variables[place]]:
            patience -= 1
            if patience < 0:
                return True
            chosen[variables[place]] = value
            if all(_met(r, chosen) for r in after[place]) and choose(place + 1, chosen):
                return True
        del chosen[variables[place]]
        return False

    return choose(0, {})


def names_of(condition: str) -> tuple[str, ...]:
    """The variables that `condition` reads, in a fixed order; none when it cannot be read."""
    try:
        return tuple(sorted(parse(condition).names))
    except BadExpression:
        return ()


def _met(requirement: Requirement, chosen: Mapping[str, object]) -> bool:
    values = {name: chosen[variable] for name, variable in requirement.variables.items()}
    try:
        return holds(requirement.condition, values) is requirement.expected
    except BadExpression:
        return False  # with these values the act would fail: no way at all


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
    return str(left[1]), tuple(value) if isinstance(value, list) else (value,)


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
