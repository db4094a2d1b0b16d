"""What one rule has said of an element, another does not say again in other words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.bpmn.findings import Finding, Severity

#: BPMN itself lets no such event, or no such step, stand where it stands. That the engine does not
#: execute it either would send people after something else that BPMN forbids there.
_FORBIDDEN_HERE = frozenset(
    {
        "boundary-cancel",
        "boundary-nothing",
        "boundary-trigger",
        "catch-nothing",
        "catch-trigger",
        "choreography-in-process",
        "end-cancel",
        "end-trigger",
        "event-definition-reference",
        "event-sub-process-kinds",
        "start-in-sub-process",
        "start-top-trigger",
        "throw-trigger",
    }
)
#: Conditions that have no effect where they stand: they go, whatever they say.
_IDLE_CONDITION = frozenset(
    {
        "default-condition",
        "event-condition",
        "event-gateway-condition",
        "lone-condition",
        "parallel-condition",
    }
)

#: An id was renamed, copied or deleted in one place and not in the others.
_LOST_IDS = frozenset({"duplicate-id", "flow-end"})

#: Rule → the rules after which, at the same element, it would say the same thing once more.
SAID_BY: Mapping[str, frozenset[str]] = {
    "outside-dialect": _FORBIDDEN_HERE,
    "dead-end": frozenset({"choreography-in-process", "outside-dialect"}),  # it is drawn anew
    "bad-expression": _IDLE_CONDITION,
    "blank-condition": _IDLE_CONDITION,
    "foreign-language": _IDLE_CONDITION,
    "read-too-early": _IDLE_CONDITION,
    "unknown-answer": _IDLE_CONDITION,
    "unknown-variable": _IDLE_CONDITION,
    "expression-type": frozenset({"foreign-language"}),
    "acceptance": frozenset({"procedures-only"}),
    "binding-operation": frozenset({"binding-reference"}),
    "choreography-answers": frozenset({"choreography-messages"}),
    "choreography-foreign-participant": frozenset({"choreography-in-process"}),
    "choreography-messages": frozenset({"choreography-foreign-participant"}),
    "compensation-activity-unwired": frozenset({"compensation-activity-flows"}),
    "done-twice": frozenset({"event-gateway-other-way-in"}),
    "link-without-target": frozenset({"link-reference"}),
    "tiny-shape": frozenset({"shape-bounds"}),
    "unasked-step": frozenset({"unknown-variable"}),
    "unheard-signal": frozenset({"signal-reference", "signal-unnamed"}),
    "unknown-call": frozenset({"called-element", "called-without-start", "foreign-call"}),
    "unknown-decision": frozenset({"foreign-call", "foreign-code"}),
    "implicit-end": frozenset({"unreachable"}),
    "unreachable": frozenset(
        {"boundary-host", "compensation-target", "link-targets", "link-without-source"}
    ),
}
#: Rule → the rules after which it would say the same thing of the whole drawing once more.
SAID_ANYWHERE: Mapping[str, frozenset[str]] = {
    # Where an id leads to nothing, or to two things, what hangs together cannot be known.
    "done-twice": frozenset({"parallel-condition"}),  # a choice was meant, not a split
    "figure-of-nothing": frozenset({"flow-end"}),
    "implicit-end": _LOST_IDS,
    "lane-node": _LOST_IDS,
    "listed-flow": _LOST_IDS,
    "no-end-ahead": _LOST_IDS,
    "no-internal-role": frozenset({"no-lane"}),
    "no-lane": _LOST_IDS,
    "not-drawn": _LOST_IDS,
    "read-too-early": _LOST_IDS | {"unreachable"},
    "schema-name": frozenset({"malformed-id"}),
    "too-many-states": frozenset({"deadlock", "done-twice"}),  # nothing is left to be proved
    "unknown-variable": frozenset({"duplicate-id"}),
    "unreachable": _LOST_IDS,
    "untold-term": frozenset({"deadlock", "done-twice"}),
}


def without_echoes(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, but for what a finding that is no less grave has said already."""
    told = list(found)
    grave = {(one.rule, one.element) for one in told if one.severity is Severity.ERROR}
    mild = {(one.rule, one.element) for one in told}
    rules = {rule for rule, _ in grave}
    for one in told:
        said = grave if one.severity is Severity.ERROR else mild
        if any((rule, one.element) in said for rule in SAID_BY.get(one.rule, ())):
            continue
        if rules.isdisjoint(SAID_ANYWHERE.get(one.rule, ())):
            yield one


__all__ = ("SAID_ANYWHERE", "SAID_BY", "without_echoes")
