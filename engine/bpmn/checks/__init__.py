"""The checks of a drawing before it is put in force: all problems at once, with their remedies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.bpmn.checks import dialect, legibility, refusals, schema, specification, vendors
from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.echoes import without_echoes
from engine.bpmn.checks.rule import Refusal, Rule
from engine.bpmn.checks.subject import Subject, Vocabulary
from engine.bpmn.findings import Finding
from engine.bpmn.reading import read_xml
from engine.bpmn.reading.dialect import tree_of
from engine.domain.errors import DrawingRefused

__all__ = ("ALL_RULES", "FILE_RULES", "RULES", "AnyRule", "Vocabulary", "check")

#: What must hold of any BPMN file, whatever is drawn in it.
FILE_RULES: tuple[Rule[Definitions], ...] = (
    *specification.RULES,
    *vendors.RULES,
)

#: What must hold of a drawing that is to be put in force.
RULES: tuple[Rule[Subject], ...] = (*dialect.RULES, *legibility.RULES)

AnyRule = Rule[Definitions] | Rule[Subject] | Rule[schema.Conformance] | Refusal

#: Everything that may be found of a file, what is told outside the tables included.
ALL_RULES: tuple[AnyRule, ...] = (
    *refusals.REFUSALS,
    *schema.RULES,
    *FILE_RULES,
    *RULES,
)


def check(content: bytes, filename: str, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Everything wrong with a drawing, in the order of its lines. Never raises for bad input."""
    try:
        root = read_xml(content, filename)
    except DrawingRefused as refused:
        return _told(refused)
    found = list(_found(root, filename, vocabulary))
    found += _against_schema(root, filename, vocabulary, found)
    return tuple(sorted(without_echoes(found), key=lambda finding: finding.line or 0))


def _found(root: etree._Element, filename: str, vocabulary: Vocabulary) -> Iterator[Finding]:
    tuned = vocabulary.severities
    definitions = Definitions(root, filename)
    for rule in FILE_RULES:
        if tuned.get(rule.id, rule.severity) is not None:
            yield from rule.findings(definitions, filename, tuned.get(rule.id))
    try:
        tree = tree_of(root, filename)
    except DrawingRefused as refused:
        yield from _told(refused)
        return
    yield from tree.refusals
    subject = Subject(tree, vocabulary)
    for each in RULES:
        if tuned.get(each.id, each.severity) is not None:
            yield from each.findings(subject, filename, tuned.get(each.id))


def _against_schema(
    root: etree._Element, filename: str, vocabulary: Vocabulary, found: Iterable[Finding]
) -> Iterator[Finding]:
    """What the schema alone says: last, so that plainer words of other rules come first."""
    tuned = vocabulary.severities
    constraints = {rule.id for rule in FILE_RULES}
    conformance = schema.Conformance(root, [one for one in found if one.rule in constraints])
    for rule in schema.RULES:
        if tuned.get(rule.id, rule.severity) is not None:
            yield from rule.findings(conformance, filename, tuned.get(rule.id))


def _told(refused: DrawingRefused) -> tuple[Finding, ...]:
    return tuple(finding for finding in refused.findings if isinstance(finding, Finding))
