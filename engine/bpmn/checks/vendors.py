"""Rules on what other tools and engines write into a file, by name, with what to use instead."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule

RULES: tuple[Rule[Definitions], ...] = ()
