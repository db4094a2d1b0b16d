"""Rules on the diagram: what is drawn can be seen, told apart, and means what it shows."""

from __future__ import annotations

from engine.bpmn.checks.legibility import names, places, presence, routes
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.subject import Subject

RULES: tuple[Rule[Subject], ...] = (
    *presence.RULES,
    *places.RULES,
    *routes.RULES,
    *names.RULES,
)
