"""Sorts what the validator did not expect: what may never stand there, what comes late or twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.checks.schema.grammar import Grammar, grammar

UNEXPECTED = "SCHEMAV_ELEMENT_CONTENT"
ABSTRACT = frozenset({"SCHEMAV_CVC_TYPE_2", "SCHEMAV_CVC_ELT_2"})
CHILDLESS = frozenset({"SCHEMAV_CVC_TYPE_3_1_2", "SCHEMAV_CVC_COMPLEX_TYPE_2_1"})


@dataclass
class Strays:
    """What stands where the schema does not expect it."""

    misplaced: list[etree._Element] = field(default_factory=list)  # never allowed there
    late: list[etree._Element] = field(default_factory=list)  # allowed, in another order
    twice: list[etree._Element] = field(default_factory=list)  # once too often


def sort_strays(
    unexpected: Iterable[etree._Element], passed_over: Iterable[etree._Element]
) -> Strays:
    """`unexpected`: what the validator stopped at, once in each parent; the rest is looked at.

    `passed_over` is what has been told of otherwise.
    """
    tables = grammar()
    found = Strays()
    silent = set(passed_over)
    for child in unexpected:
        parent = child.getparent()
        if parent is None:
            continue
        kind = _kind(child, parent, tables, found)
        if child not in silent:
            kind.append(child)
        found.misplaced += (
            later
            for later in child.itersiblings("*")
            if later not in silent and not _may_stand(later, parent, tables)
        )
    found.misplaced = list(dict.fromkeys(found.misplaced))
    return found


def _kind(
    child: etree._Element, parent: etree._Element, tables: Grammar, found: Strays
) -> list[etree._Element]:
    allowed = tables.allowed(str(parent.tag)).get(str(child.tag))
    if allowed is None or tables.is_abstract(str(child.tag)):
        return found.misplaced
    if allowed.many:
        return found.late
    before = child.itersiblings("*", preceding=True)
    rivals = (tables.allowed(str(parent.tag)).get(str(one.tag)) for one in before)
    taken = any(one and (one is allowed or (one.choice and allowed.choice)) for one in rivals)
    return found.twice if taken else found.late


def _may_stand(child: etree._Element, parent: etree._Element, tables: Grammar) -> bool:
    return str(child.tag) in tables.allowed(str(parent.tag))


def mend(unexpected: Iterable[etree._Element]) -> None:
    """Makes the validator content with a file, as far as it has read it: takes out what it named.

    What comes late is put in order.
    """
    found = sort_strays(unexpected, ())
    for element in (*found.misplaced, *found.twice):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for parent in {element.getparent(): None for element in found.late}:
        if parent is not None:
            places = {tag: number for number, tag in enumerate(grammar().allowed(str(parent.tag)))}
            last = len(places)
            parent[:] = sorted(parent, key=lambda child: places.get(str(child.tag), last))
