"""Constraints on sequence flows: their ends, their conditions, the lists that repeat them."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule

RULES: tuple[Rule[Definitions], ...] = ()
