"""Rules on a drawing that is to be put in force: our dialect, its words, its way to the end."""

from __future__ import annotations

from engine.bpmn.checks.dialect import (
    answers,
    conditions,
    ignored,
    lengths,
    lists,
    parts,
    people,
    questions,
    references,
    shape,
    shared_times,
    soundness,
    tables,
    terms,
    time_limits,
    timers,
    unsaid,
    unsupported,
)
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.subject import Subject

RULES: tuple[Rule[Subject], ...] = (
    *lengths.RULES,
    *unsupported.RULES,
    *shape.RULES,
    *unsaid.RULES,
    *timers.RULES,
    *soundness.RULES,
    *people.RULES,
    *parts.RULES,
    *references.RULES,
    *tables.RULES,
    *conditions.RULES,
    *answers.RULES,
    *questions.RULES,
    *terms.RULES,
    *shared_times.RULES,
    *time_limits.RULES,
    *lists.RULES,
    *ignored.RULES,
)
