"""Constraints on activities: tasks, sub-processes, their repetition, undoing and performers."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.specification.activities import (
    compensations,
    loops,
    resources,
    sub_processes,
    tasks,
)

RULES: tuple[Rule[Definitions], ...] = (
    *tasks.RULES,
    *sub_processes.RULES,
    *loops.RULES,
    *compensations.RULES,
    *resources.RULES,
)
