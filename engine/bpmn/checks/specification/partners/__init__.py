"""Constraints on partners: pools, what flows between them, conversations and choreographies."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.specification.partners import (
    choreographies,
    collaborations,
    conversations,
    correlations,
    message_flows,
)

RULES: tuple[Rule[Definitions], ...] = (
    *collaborations.RULES,
    *message_flows.RULES,
    *conversations.RULES,
    *correlations.RULES,
    *choreographies.RULES,
)
