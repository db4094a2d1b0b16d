"""The values of variables worth trying, to see which conditions hold and which never do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise, product

from engine.bpmn.checks.subject import FACTS, Subject
from engine.bpmn.expressions import Tree, holds, parse
from engine.bpmn.ways.feasibility import ANYTHING_ELSE
from engine.domain.errors import BadExpression
from engine.domain.messages import Message, say

#: Combinations tried before a question is left open.
_MOST = 500
_MOST_TICKED = 8  # options of a checklist of which every two are tried
_COMPARING = frozenset({"==", "!=", "<", "<=", ">", ">="})
_ORDERING = frozenset({"<", "<=", ">", ">="})


@dataclass
class _Use:
    """How conditions read a variable."""

    constants: list[object] = field(default_factory=list)
    truth: bool = False
    ordered: bool = False
    ticked: bool = False  # a checklist: `'x' in name`
    unknown: bool = False  # computed with, or compared with another variable


def cases(
    subject: Subject, conditions: Sequence[str]
) -> Iterator[tuple[Mapping[str, object], tuple[bool, ...]]]:
    """Each combination of values that tells the conditions apart, with which of them hold.

    Nothing where that cannot be told for certain. What nobody has answered yet is no value here.
    """
    domains = domains_of(subject, conditions)
    return iter(()) if domains is None else _tried(domains, conditions)


def _tried(
    domains: Mapping[str, Sequence[object]], conditions: Sequence[str]
) -> Iterator[tuple[Mapping[str, object], tuple[bool, ...]]]:
    for chosen in product(*domains.values()):
        values = dict(zip(domains, chosen, strict=True))
        try:
            yield values, tuple(holds(text, values) for text in conditions)
        except BadExpression:
            continue  # values of a kind that these conditions cannot read


def domains_of(subject: Subject, conditions: Sequence[str]) -> dict[str, Sequence[object]] | None:
    """The values to try for each variable; None where some are not known, or they are too many."""
    uses: dict[str, _Use] = {}
    try:
        for text in conditions:
            _learn(parse(text).tree, uses)
    except BadExpression:
        return None
    found: dict[str, Sequence[object]] = {}
    size = 1
    for name, use in sorted(uses.items()):
        values = _domain(subject, name, use)
        if not values:
            return None
        size *= len(values)
        if size > _MOST:
            return None
        found[name] = values
    return found


def typed(subject: Subject, conditions: Sequence[str]) -> frozenset[str]:
    """The variables that conditions compare with texts, and that may hold any text at all."""
    domains = domains_of(subject, conditions) or {}
    return frozenset(name for name, values in domains.items() if ANYTHING_ELSE in values)


def told(values: Mapping[str, object]) -> Message:
    """Values in words."""
    parts = [say("“%(name)s” là %(value)s", name=n, value=_told(v)) for n, v in values.items()]
    whole = parts[0]
    for part in parts[1:]:
        whole = say("%(some)s và %(more)s", some=whole, more=part)
    return whole


def _told(value: object) -> Message:
    if value is None:
        return say("để trống")
    if isinstance(value, bool):
        return say("có đánh dấu") if value else say("không đánh dấu")
    if value == ANYTHING_ELSE:
        return say("một câu trả lời khác")
    if isinstance(value, (list, tuple)):
        return Message("%(all)s", {"all": ", ".join(f"“{one}”" for one in value)})
    shown = f"{float(value):g}".replace(".", ",") if isinstance(value, Fraction) else str(value)
    return Message("“%(value)s”", {"value": shown})


# ── how conditions read ─────────────────────────────────────────────────────────────────────────


def _learn(tree: Tree, uses: dict[str, _Use]) -> None:
    """Takes note of a condition: what stands where a truth is wanted."""
    kind = tree[0]
    if kind in {"and", "or"}:
        for part in tree[1]:
            _learn(part, uses)
    elif kind == "not":
        _learn(tree[1], uses)
    elif kind == "name":
        uses.setdefault(str(tree[1]), _Use()).truth = True
    elif kind in _COMPARING or kind == "in":
        _learn_comparison(str(kind), tree[1], tree[2], uses)
    else:
        _give_up(tree, uses)


def _learn_comparison(kind: str, left: Tree, right: Tree, uses: dict[str, _Use]) -> None:
    if left[0] != "name":
        if kind == "in" and right[0] == "name" and left[0] == "value":
            use = uses.setdefault(str(right[1]), _Use())
            use.ticked = True
            use.constants.append(left[1])
            return
        left, right = right, left
    constants = tuple(_constants(right))
    if left[0] != "name" or not constants or (kind == "in" and right[0] != "list"):
        _give_up((kind, left, right), uses)
        return
    use = uses.setdefault(str(left[1]), _Use())
    use.constants += constants
    use.ordered = use.ordered or kind in _ORDERING


def _constants(tree: Tree) -> Iterator[object]:
    """The constants that a tree is made of; nothing where it reads anything."""
    if tree[0] == "value":
        yield tree[1]
    elif tree[0] == "minus" and tree[1][0] == "value" and isinstance(tree[1][1], (int, Fraction)):
        yield -tree[1][1]
    elif tree[0] == "list":
        parts = [tuple(_constants(part)) for part in tree[1]]
        if all(len(part) == 1 for part in parts):
            yield from (part[0] for part in parts)


def _give_up(tree: object, uses: dict[str, _Use]) -> None:
    if isinstance(tree, tuple):
        if len(tree) == 2 and tree[0] == "name":
            uses.setdefault(str(tree[1]), _Use()).unknown = True
        for part in tree:
            _give_up(part, uses)


# ── what to try ─────────────────────────────────────────────────────────────────────────────────


def _domain(subject: Subject, name: str, use: _Use) -> Sequence[object] | None:
    if use.unknown:
        return None
    given = subject.given(name)
    blank: list[object] = [None] if None in use.constants else []
    constants = [one for one in use.constants if one is not None]
    if use.ticked:
        alone = given is not None and len(use.constants) == len(constants) and not use.ordered
        return _ticked(given or ()) if alone and not use.truth else None
    if given is not None:
        return [*(one for one in given if one is not None), *blank]
    if use.truth or (constants and all(isinstance(one, bool) for one in constants)):
        plain = all(isinstance(one, bool) for one in constants) and not use.ordered
        return [True, False, *blank] if plain else None
    numbers = [one for one in constants if isinstance(one, (int, Fraction))]
    if len(numbers) == len(constants) and numbers:
        least = 1 if name in FACTS else 0  # the round of a step
        return [*_numbers(numbers, least), *blank]
    texts = [one for one in constants if isinstance(one, str)]
    if len(texts) == len(constants) and not use.ordered:
        return [*texts, ANYTHING_ELSE, *blank]
    return None


def _ticked(options: Iterable[object]) -> list[object]:
    """Each option alone, and every two of a short list: what is not ticked at all is no answer."""
    known = list(options)
    pairs = combinations(known, 2) if len(known) <= _MOST_TICKED else ()
    return [*([one] for one in known), *(list(pair) for pair in pairs)]


def _numbers(constants: Sequence[int | Fraction], least: int) -> list[int | Fraction]:
    """The constants, and numbers before, between and after them; whole ones among whole ones."""
    known = sorted(set(constants))
    tried: set[int | Fraction] = set(known)
    for one in known:
        tried |= {one - 1, one + 1}
    if any(isinstance(one, Fraction) for one in known):
        tried |= {Fraction(a + b) / 2 for a, b in pairwise(known)}
    return sorted(one for one in tried if one >= min(least, known[0]))
