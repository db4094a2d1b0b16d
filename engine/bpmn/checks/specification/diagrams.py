"""Constraints on diagram interchange: what is drawn, and where."""

from __future__ import annotations

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.rule import Rule

RULES: tuple[Rule[Definitions], ...] = ()
