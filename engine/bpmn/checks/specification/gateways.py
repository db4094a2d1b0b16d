"""Constraints on gateways: directions, defaults, what may follow an event-based one."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule

RULES: tuple[Rule[Definitions], ...] = ()
