"""Constraints on start events, of processes and of event sub-processes."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule

RULES: tuple[Rule[Definitions], ...] = ()
