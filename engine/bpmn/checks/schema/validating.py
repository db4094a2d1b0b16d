"""Runs the validator of BPMN's schema over a file, and finds the element that each fault is of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock
from typing import Any

from lxml import etree

from engine.bpmn.checks.schema.grammar import MAIN
from engine.bpmn.checks.schema.strays import UNEXPECTED, mend

MOST_FAULTS = 500
"""From how many faults on only the first of many brothers are looked at. For each fault the
validator counts the brothers that stand before its element: a flood would hold it for minutes."""

_MOST_BROTHERS = 500
_MOST_ROUNDS = 6  # each goes one level further in
_MOST_PATHS = 200  # looked up one by one where a line holds several elements of one kind
_SAID = re.compile(r"Element '([^']*)'(?:, attribute '([^']*)')?: (.*)", re.DOTALL)


@dataclass(frozen=True)
class Violation:
    """One thing that the validator says, in its own words."""

    kind: str  # as libxml2 calls it
    element: etree._Element
    attribute: str | None
    detail: str

    @property
    def is_unexpected(self) -> bool:
        """Whether the element may not stand where it stands; else it may lack a child."""
        return self.kind == UNEXPECTED and "Missing child" not in self.detail

    def is_of(self, *types: str) -> bool:
        """Whether a value was expected of one of these types of XML Schema."""
        if "QName" in types and "no corresponding namespace" in self.detail:
            return True
        return any(f"type 'xs:{name}'" in self.detail for name in types)


@dataclass(frozen=True)
class Verdict:
    """What the validator has to say of a file."""

    violations: tuple[Violation, ...] = ()
    pruned: bool = False  # there were too many faults: not everything has been looked at


def validate(root: etree._Element) -> Verdict:
    """The faults of a file.

    At the first child that it does not expect, the validator leaves the rest of the parent
    unread. So that all is found at once, it is asked again of a copy without what it has named.
    """
    faults = _faults(root)
    if not faults:
        return Verdict()
    copy = deepcopy(root)
    originals = dict(zip(copy.iter("*"), root.iter("*"), strict=True))
    found: dict[tuple[etree._Element, str | None, str], Violation] = {}
    pruned = False
    for _ in range(_MOST_ROUNDS):
        if faults > MOST_FAULTS:
            _prune(copy)
            pruned = True
        said = list(_validated(copy))
        for one in said:
            told = replace(one, element=originals[one.element])
            found.setdefault((told.element, told.attribute, told.detail), told)
        unexpected = [one.element for one in said if one.is_unexpected]
        if not unexpected:
            break
        mend(unexpected)
        faults = _faults(copy)
    return Verdict(tuple(found.values()), pruned)


def _faults(root: etree._Element) -> int:
    """How many faults there are; counted while reading, which takes no longer for many."""
    parser = etree.XMLParser(schema=_validator(), resolve_entities=False, no_network=True)
    try:
        etree.fromstring(etree.tostring(root), parser)
    except etree.XMLSyntaxError:
        log: Any = parser.error_log  # (the stubs do not know its length)
        return max(1, len(log))
    return 0


def _prune(root: etree._Element) -> None:
    for parent in list(root.iter("*")):
        for child in list(parent)[_MOST_BROTHERS:]:
            parent.remove(child)


def _validated(root: etree._Element) -> Iterator[Violation]:
    with _validating:
        validator = _validator()
        if validator.validate(root):
            return iter(())
        log: Any = validator.error_log  # (the stubs do not know its entries' paths)
        entries = list(log)
    return _violations(root, entries)


_validating = Lock()  # the validator keeps what it said last: one file at a time


@cache
def _validator() -> etree.XMLSchema:
    """The compiled schema, made when first asked for, from files on this machine alone."""
    return etree.XMLSchema(etree.parse(MAIN, etree.XMLParser(no_network=True)))


def _violations(root: etree._Element, entries: list[Any]) -> Iterator[Violation]:
    places: dict[tuple[object, str], list[etree._Element]] = {}
    for element in root.iter("*"):
        places.setdefault((element.sourceline, str(element.tag)), []).append(element)
    looked_up = 0
    repeated: Counter[tuple[object, str]] = Counter()
    for entry in entries:
        said = _SAID.match(entry.message)
        if said is None:
            yield Violation(entry.type_name, root, None, entry.message.strip())
            continue
        tag, attribute, detail = said.groups()
        candidates = places.get((entry.line, tag), [])
        element = candidates[0] if candidates else root
        if len(candidates) != 1 and looked_up < _MOST_PATHS:
            looked_up += 1
            element = _at(root, entry.path or "", element)
        elif len(candidates) > 1:  # (only to be counted any more)
            repeated[entry.line, entry.message] += 1
            element = candidates[-(repeated[entry.line, entry.message] % len(candidates))]
        yield Violation(entry.type_name, element, attribute, detail.strip())


def _at(root: etree._Element, path: str, otherwise: etree._Element) -> etree._Element:
    prefixes = {prefix: space for prefix, space in root.nsmap.items() if prefix}
    try:
        found = root.getroottree().xpath(path, namespaces=prefixes)
    except etree.XPathError:
        return otherwise  # (a prefix that is declared further in)
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, etree._Element) else otherwise
