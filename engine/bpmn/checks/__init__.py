"""The checks of a drawing before it is put in force: all problems at once, with their remedies."""

from __future__ import annotations

from engine.bpmn.checks import (
    conditions,
    ids,
    ignored,
    lengths,
    lists,
    parts,
    people,
    references,
    shape,
    soundness,
    tables,
    terms,
    timers,
    unsupported,
)
from engine.bpmn.checks.subject import Rule, Subject, Vocabulary
from engine.bpmn.dialect import read_tree
from engine.bpmn.findings import Finding, Severity
from engine.domain.errors import DrawingRefused

__all__ = ("RULES", "Rule", "Vocabulary", "check")

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

RULES: tuple[Rule, ...] = (
    Rule("missing-id", _ERROR, ids.missing),
    Rule("duplicate-id", _ERROR, ids.duplicate),
    Rule("malformed-id", _ERROR, ids.malformed),
    Rule("reserved-id", _ERROR, ids.reserved),
    Rule("too-long", _ERROR, lengths.too_long),
    Rule("outside-dialect", _ERROR, unsupported.outside_dialect),
    Rule("repetition", _ERROR, unsupported.repetition),
    Rule("compensation", _ERROR, unsupported.compensation),
    Rule("event-sub-process", _ERROR, timers.event_sub_process),
    Rule("non-interrupting", _ERROR, timers.non_interrupting),
    Rule("start-event", _ERROR, shape.start),
    Rule("end-event", _ERROR, shape.end),
    Rule("loose-flow", _ERROR, shape.loose_flow),
    Rule("flow-at-edge", _ERROR, shape.flow_at_edge),
    Rule("several-ways-out", _ERROR, shape.several_ways_out),
    Rule("boundary-event", _ERROR, shape.boundary),
    Rule("way-without-condition", _ERROR, shape.no_way),
    Rule("idle-condition", _ERROR, shape.idle_condition),
    Rule("default-flow", _ERROR, shape.default_flow),
    Rule("event-gateway", _ERROR, shape.event_gateway),
    Rule("dead-end", _ERROR, shape.dead_end),
    Rule("unreachable", _ERROR, shape.unreachable),
    Rule("no-end-ahead", _ERROR, shape.no_end_ahead),
    Rule("endless-loop", _ERROR, shape.endless),
    Rule("deadlock", _ERROR, soundness.stuck),
    Rule("done-twice", _ERROR, soundness.twice),
    Rule("too-many-states", _WARNING, soundness.untold),
    Rule("lane-lists", _ERROR, shape.lane_lists),
    Rule("unknown-lane", _ERROR, people.unknown_lane),
    Rule("no-lane", _ERROR, people.no_lane),
    Rule("unknown-group", _ERROR, people.unknown_group),
    Rule("decided-performer", _ERROR, people.decided_performer),
    Rule("undecided-performer", _WARNING, people.undecided_performer),
    Rule("procedures-only", _ERROR, parts.procedures_only),
    Rule("unknown-field", _ERROR, parts.unknown_field),
    Rule("nobody-files", _ERROR, parts.nobody_files),
    Rule("unknown-form", _ERROR, references.unknown_form),
    Rule("unknown-document", _ERROR, references.unknown_document),
    Rule("reserved-variable", _ERROR, references.reserved_variable),
    Rule("unknown-decision", _ERROR, tables.unknown_decision),
    Rule("doubtful-decision", _WARNING, tables.doubtful_decision),
    Rule("unanswered-decision", _ERROR, tables.unanswered_decision),
    Rule("decision-input", _ERROR, tables.unknown_input),
    Rule("unknown-call", _ERROR, references.unknown_call),
    Rule("circular-call", _ERROR, references.circular_call),
    Rule("bad-expression", _ERROR, conditions.bad_expression),
    Rule("foreign-language", _ERROR, conditions.foreign_language),
    Rule("blank-condition", _ERROR, conditions.blank_condition),
    Rule("unknown-variable", _ERROR, conditions.unknown_variable),
    Rule("read-too-early", _WARNING, conditions.read_too_early),
    Rule("unknown-answer", _ERROR, conditions.unknown_answer),
    Rule("uncovered-answer", _ERROR, conditions.uncovered_answer),
    Rule("bad-due", _ERROR, terms.bad_due),
    Rule("said-twice", _ERROR, terms.said_twice),
    Rule("same-due", _ERROR, terms.same_due),
    Rule("since-opening", _ERROR, terms.since_opening),
    Rule("timer", _ERROR, timers.timer),
    Rule("endless-cycle", _WARNING, timers.endless_cycle),
    Rule("legal-term", _ERROR, terms.legal_term),
    Rule("acceptance", _ERROR, terms.acceptance),
    Rule("clock", _ERROR, terms.clock),
    Rule("period", _ERROR, terms.period),
    Rule("list", _ERROR, lists.begun),
    Rule("list-number", _ERROR, lists.numbered),
    Rule("unknown-property", _ERROR, ignored.unknown_property),
    Rule("ignored-camunda", _ERROR, ignored.ignored_camunda),
    Rule("harmless-camunda", _WARNING, ignored.harmless_camunda),
    Rule("other-engine", _ERROR, ignored.other_engine),
    Rule("performer", _WARNING, ignored.performer),
)


def check(content: bytes, filename: str, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Everything wrong with a drawing, in the order of its lines. Never raises for bad input."""
    try:
        tree = read_tree(content, filename)
    except DrawingRefused as refused:
        return tuple(finding for finding in refused.findings if isinstance(finding, Finding))
    subject = Subject(tree, vocabulary)
    found = [*tree.refusals, *(f for rule in RULES for f in rule.findings(subject))]
    return tuple(sorted(found, key=lambda finding: finding.line or 0))
