"""Constraints on data: what is taken and given, where it is kept, and what it is made of."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.specification.data import (
    bindings,
    data_objects,
    data_wiring,
    event_data,
    io_sets,
    items,
)

RULES: tuple[Rule[Definitions], ...] = (
    *io_sets.RULES,
    *data_objects.RULES,
    *data_wiring.RULES,
    *event_data.RULES,
    *bindings.RULES,
    *items.RULES,
)
