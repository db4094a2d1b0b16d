"""The static constraints of the BPMN 2.0 specification (OMG formal/2013-12-09), one rule each."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.specification import (
    artifacts,
    boundary_events,
    choreographies,
    collaborations,
    compensation_events,
    compensations,
    conversations,
    data,
    diagrams,
    end_events,
    event_definitions,
    flows,
    gateways,
    identity,
    intermediate_events,
    items,
    lanes,
    loops,
    references,
    resources,
    start_events,
    sub_processes,
    tasks,
    timer_definitions,
)

RULES: tuple[Rule[Definitions], ...] = (
    *identity.RULES,
    *references.RULES,
    *flows.RULES,
    *gateways.RULES,
    *lanes.RULES,
    *collaborations.RULES,
    *artifacts.RULES,
    *start_events.RULES,
    *end_events.RULES,
    *intermediate_events.RULES,
    *boundary_events.RULES,
    *event_definitions.RULES,
    *timer_definitions.RULES,
    *tasks.RULES,
    *sub_processes.RULES,
    *loops.RULES,
    *compensations.RULES,
    *compensation_events.RULES,
    *data.RULES,
    *items.RULES,
    *resources.RULES,
    *conversations.RULES,
    *choreographies.RULES,
    *diagrams.RULES,
)
