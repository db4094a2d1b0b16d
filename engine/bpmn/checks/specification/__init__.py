"""The static constraints of the BPMN 2.0 specification (OMG formal/2013-12-09), one rule each."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.specification import (
    activities,
    artifacts,
    data,
    declarations,
    diagrams,
    event_gateways,
    events,
    flow_conditions,
    flows,
    gateways,
    identity,
    lanes,
    partners,
    references,
)

RULES: tuple[Rule[Definitions], ...] = (
    *identity.RULES,
    *declarations.RULES,
    *references.RULES,
    *flows.RULES,
    *flow_conditions.RULES,
    *gateways.RULES,
    *event_gateways.RULES,
    *lanes.RULES,
    *partners.RULES,
    *artifacts.RULES,
    *activities.RULES,
    *events.RULES,
    *data.RULES,
    *diagrams.RULES,
)
