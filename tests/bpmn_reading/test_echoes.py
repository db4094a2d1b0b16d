"""A fault is told once: what one rule has said of an element, no other says in other words."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

from engine.bpmn.checks import ALL_RULES, FILE_RULES, RULES, schema
from engine.bpmn.checks.echoes import SAID_ANYWHERE, SAID_BY, without_echoes
from engine.bpmn.checks.refusals import REFUSALS
from engine.bpmn.checks.teaching import examples_of, found_in
from engine.bpmn.findings import Finding, Severity
from engine.domain.messages import say

DRAWN = {rule.id for rule in RULES}
#: What an example leaves out, for it shows one thing: who does a step, how a dossier is filed …
LEFT_OUT = {"filing-form", "first-step", "no-lane"}
#: … and, where it is a piece of a file, what makes the file a drawing to be run.
NO_DRAWING = {
    "end-event", "no-executable-process", "no-process", "start-event", "unknown-call",
    "unknown-variable",
}  # fmt: skip
#: That the engine does not execute a construct at all, where the rule is about a detail of it.
NOT_RUN = {"compensation", "outside-dialect", "repetition"}
#: Rule → what else is said of its bad example, and is another fault of the same element.
ANOTHER_FAULT = {
    "compensation": {"compensation-activity-unwired"},  # (a compensation that nothing calls)
    "complex-activation": {"done-twice"},  # what comes of it on the way
    "end-event": {"start-event"},  # an empty process lacks both
    "foreign-code": {"foreign-data"},  # two attributes, each with a remedy
    "idle-gateway": {"dead-end"},  # (one without any flow)
    "mixed-gateway": {"done-twice"},  # what comes of it on the way
    "prefixed-attribute": {"unnamed-step"},  # any attribute may be prefixed, not the name alone
    "schema-attribute": {"unnamed-step"},  # (`nam` is but guessed to be the name)
    "start-event": {"end-event"},
    "too-many-ways": {"acceptance"},
    "unreachable": {"no-end-ahead"},  # it lacks a way in and a way out
}


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_what_a_bad_example_shows_is_told_by_one_rule(rule):
    examples = examples_of(rule.id)
    elsewhere = LEFT_OUT | ANOTHER_FAULT.get(rule.id, set())
    if rule.id not in DRAWN:
        elsewhere |= NO_DRAWING | NOT_RUN
    for bad in examples.bad if examples else ():
        found = found_in(bad, examples.vocabulary)
        shown = {one.element for one in found if one.rule == rule.id}
        others = {
            (one.rule, str(one.message))
            for one in found
            if one.severity is Severity.ERROR and one.rule != rule.id and one.element in shown
        }
        assert {one for one in others if one[0] not in elsewhere} == set()


def test_the_exceptions_are_of_rules_that_there_are():
    named = {*ANOTHER_FAULT, *SAID_BY, *SAID_ANYWHERE, *NOT_RUN}
    for others in (*ANOTHER_FAULT.values(), *SAID_BY.values(), *SAID_ANYWHERE.values()):
        named |= others
    assert named <= {rule.id for rule in ALL_RULES}


def test_no_rule_is_silenced_by_one_that_it_silences():
    for rule, others in SAID_BY.items():
        assert all(rule not in SAID_BY.get(other, ()) for other in others)


def finding(rule: str, element: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(rule, severity, say("Sai."), say("Sửa."), element)


def told(*found: Finding) -> list[str]:
    return [one.rule for one in without_echoes(found)]


def test_an_echo_is_left_out_at_the_same_element_alone():
    forbidden = finding("boundary-trigger", "cho")
    assert told(finding("outside-dialect", "cho"), forbidden) == ["boundary-trigger"]
    assert len(told(finding("outside-dialect", "khac"), forbidden)) == 2


def test_a_warning_silences_no_error():
    mild = finding("boundary-trigger", "cho", Severity.WARNING)
    refused = finding("outside-dialect", "cho")
    assert told(refused, mild) == ["outside-dialect", "boundary-trigger"]
    milder = dataclasses.replace(refused, severity=Severity.WARNING)
    assert told(milder, mild) == ["boundary-trigger"]


def test_that_nobody_inside_works_is_not_said_where_steps_lack_their_lanes():
    found = [finding("no-internal-role", "quy-trinh"), finding("no-lane", "B1")]
    assert told(*found) == ["no-lane"]


def test_constraints_and_schema_share_no_rule():
    counts = Counter(rule.id for rule in (*FILE_RULES, *schema.RULES, *RULES, *REFUSALS))
    assert max(counts.values()) == 1
