"""A file beside BPMN's schema: what the schema's validator says, and of which element."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property

from lxml import etree

from engine.bpmn.checks.kinds import owner_of
from engine.bpmn.checks.schema.grammar import XSI, grammar
from engine.bpmn.checks.schema.placing import figure_of, shown_by
from engine.bpmn.checks.schema.slips import Slips, slips_in
from engine.bpmn.checks.schema.strays import ABSTRACT, CHILDLESS, UNEXPECTED, Strays, sort_strays
from engine.bpmn.checks.schema.validating import Verdict, Violation, validate
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.reading import BPMN, DI, line_of

_MISSING = "SCHEMAV_CVC_COMPLEX_TYPE_4"
_UNKNOWN_ATTRIBUTE = frozenset({"SCHEMAV_CVC_COMPLEX_TYPE_3_2_2", "SCHEMAV_CVC_TYPE_3_1_1"})
_TEXT = frozenset({"SCHEMAV_CVC_COMPLEX_TYPE_2_1", "SCHEMAV_CVC_COMPLEX_TYPE_2_3"})
_TYPE = f"{{{XSI}}}type"
_OF_FORMAL_EXPRESSIONS = frozenset({"language", "evaluatesToTypeRef"})
_WRONG_VALUE = re.compile(r"SCHEMAV_CVC_(?:DATATYPE|\w+_VALID)")
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_WHOLE = frozenset({"definitions", "process", "collaboration"})


class Conformance:
    """What is wrong with a file by BPMN's schema, found when first asked for.

    `told` is what the plain rules have already found. Where one of them refuses an element, the
    schema's own word on what that element holds or lacks is left out: it would say the same
    in a worse way. Unknown attributes and slips of the namespace no other rule tells of.
    """

    def __init__(self, root: etree._Element, told: Collection[Finding] = ()) -> None:
        self.root = root
        self._told = {
            (finding.element, finding.line)
            for finding in told
            if finding.severity is Severity.ERROR
        }

    @cached_property
    def slips(self) -> Slips:
        """What stands in the wrong namespace, or under a name that there is not."""
        return slips_in(self.root)

    @cached_property
    def verdict(self) -> Verdict:
        """What the validator says."""
        return validate(self.root)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What the validator says beside the slips, one thing of each attribute or element."""
        found: dict[tuple[etree._Element, str | None, str], Violation] = {}
        for violation in self.verdict.violations:
            slipped = violation.attribute in self.slips.attributes.get(violation.element, ())
            if not slipped and not _is_decoration(violation):
                apart = violation.detail if violation.kind == _MISSING else ""
                found.setdefault((violation.element, violation.attribute, apart), violation)
        return tuple(found.values())

    def of(self, *kinds: str) -> Iterator[Violation]:
        """The violations of these kinds that nothing else tells of."""
        return (
            one
            for one in self.violations
            if one.kind in kinds and one.element not in self.slips.elements
        )

    @cached_property
    def strays(self) -> Strays:
        """Elements that stand where they may not."""
        unexpected = [one.element for one in self.violations if one.is_unexpected]
        strays = sort_strays(unexpected, self.slips.elements)
        for violation in self.of(*ABSTRACT):
            strays.misplaced.append(violation.element)
        for violation in self.of(*CHILDLESS):
            strays.misplaced += violation.element.iterchildren("*")
        for kind in (strays.misplaced, strays.late, strays.twice):
            kind[:] = [
                one for one in kind if one not in self.slips.elements and not self._is_told(one)
            ]
        return strays

    @cached_property
    def incomplete(self) -> list[Violation]:
        """Elements without the parts that they must have."""
        return [
            one
            for one in self.of(UNEXPECTED)
            if not one.is_unexpected
            and not self._is_told(one.element)
            and self.slips.elements.isdisjoint(one.element.iterchildren("*"))
        ]

    @cached_property
    def loose_texts(self) -> list[Violation]:
        """Elements with text in them where no text may be."""
        return [one for one in self.of(*_TEXT) if "Character content" in one.detail]

    @cached_property
    def missing_attributes(self) -> list[Violation]:
        """Attributes that are not there; that of the file itself has a rule of its own."""
        return [
            one
            for one in self.of(_MISSING)
            if one.element is not self.root and not self._is_told(one.element)
        ]

    @cached_property
    def unknown_attributes(self) -> list[Violation]:
        """Attributes that there are not."""
        return [
            one
            for one in self.of(*_UNKNOWN_ATTRIBUTE)
            if not _lacks_type(one)
            and not (one.attribute in grammar().all_attributes and self._is_told(one.element))
        ]

    @cached_property
    def types(self) -> list[Violation]:
        """Where xsi:type says the wrong thing, or is missing."""
        return [
            one
            for one in self.violations
            if one.attribute == _TYPE or (one.kind in _UNKNOWN_ATTRIBUTE and _lacks_type(one))
        ]

    @cached_property
    def wrong_values(self) -> list[Violation]:
        """Attributes and texts with a value that the schema does not know."""
        childless = {one.element for one in self.of(*CHILDLESS)}
        return [
            one
            for one in self.violations
            if _WRONG_VALUE.match(one.kind)
            and one.attribute != _TYPE
            and one.element not in childless
            and not _repeats(one)
            and not self._is_told(one.element)
        ]

    @cached_property
    def others(self) -> list[Violation]:
        """What the validator says besides all of that."""
        known = {UNEXPECTED, _MISSING, *_TEXT, *ABSTRACT, *CHILDLESS, *_UNKNOWN_ATTRIBUTE}
        return [
            one
            for one in self.violations
            if one.kind not in known and not _WRONG_VALUE.match(one.kind) and one.attribute != _TYPE
        ]

    def _is_told(self, element: etree._Element) -> bool:
        drawn = figure_of(element)
        if drawn is not None:
            key = shown_by(drawn)
            return any((key, line_of(one)) in self._told for one in (element, drawn))
        owner = owner_of(element)
        if etree.QName(owner).localname in _WHOLE:
            return (owner.get("id"), line_of(element)) in self._told
        return any((owner.get("id"), line_of(one)) in self._told for one in (element, owner))


def _repeats(violation: Violation) -> bool:
    """Whether the validator minds that an id is there twice, of which a rule tells."""
    if violation.attribute is None or not violation.is_of("ID"):
        return False
    return _NAME.fullmatch((violation.element.get(violation.attribute) or "").strip()) is not None


def _lacks_type(violation: Violation) -> bool:
    expression = violation.element.tag != f"{{{BPMN}}}formalExpression"
    return expression and violation.attribute in _OF_FORMAL_EXPRESSIONS


def _is_decoration(violation: Violation) -> bool:
    """What the schema minds of a diagram's decoration, and nobody else does.

    It asks that what is in the extension of a figure be declared, which no vendor can do; and it
    forbids the prefix with which older modellers wrote a diagram's name and resolution.
    """
    if (violation.attribute or "").startswith(f"{{{DI}}}"):
        return True
    return any(up.tag == f"{{{DI}}}extension" for up in violation.element.iterancestors())
