"""The rules of BPMN's schema: a file holds what the schema lets it hold, and where it may."""

from __future__ import annotations

from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.schema import namespaces, structure, values
from engine.bpmn.checks.schema.conformance import Conformance

RULES: tuple[Rule[Conformance], ...] = (*namespaces.RULES, *structure.RULES, *values.RULES)

__all__ = ("RULES", "Conformance")
