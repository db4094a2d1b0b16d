"""Rules on the diagram: what is drawn can be seen, and told apart."""

from __future__ import annotations

from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.subject import Subject

RULES: tuple[Rule[Subject], ...] = ()
