"""Constraints on events: where each kind may stand, and what may set it off."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.specification.events import (
    boundary_events,
    compensation_events,
    end_events,
    event_definitions,
    intermediate_events,
    start_events,
    timer_definitions,
)

RULES: tuple[Rule[Definitions], ...] = (
    *start_events.RULES,
    *end_events.RULES,
    *intermediate_events.RULES,
    *boundary_events.RULES,
    *event_definitions.RULES,
    *timer_definitions.RULES,
    *compensation_events.RULES,
)
