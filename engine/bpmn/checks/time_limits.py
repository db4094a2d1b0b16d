"""Rules on the law's time: every way through a drawing keeps the terms it states."""

from __future__ import annotations

from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.subject import Subject

RULES: tuple[Rule[Subject], ...] = ()
