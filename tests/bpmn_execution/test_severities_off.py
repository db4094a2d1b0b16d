"""What no tuning of `bpmn/rules.toml` lets pass: all that the engine could not run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.bpmn.checks import ALL_RULES, AnyRule, check
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.subject import Vocabulary
from engine.bpmn.checks.teaching import Example, examples_of
from engine.bpmn.execution.specs import Spec, parse_spec
from engine.bpmn.model import Drawing, Kind
from engine.bpmn.reading.dialect import read_drawing

#: Whatever may be switched off.
OFF = {rule.id: None for rule in ALL_RULES if isinstance(rule, Rule) and not rule.firm}


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_what_passes_the_firm_rules_alone_becomes_a_spec(rule: AnyRule) -> None:
    examples = examples_of(rule.id)
    if examples is None:
        pytest.skip("a rule that no example can show")
    around = replace(examples.vocabulary, severities=OFF)
    for example in (*examples.good, *examples.bad):
        if not check(example.content, example.name, around):
            drawn = main_drawing(parsed(example, around))
            assert all(node.kind is not Kind.OTHER for node in drawn.nodes.values())


def main_drawing(spec: Spec) -> Drawing:
    return spec.drawing(spec.main)


def parsed(example: Example, around: Vocabulary) -> Spec:
    drawing = read_drawing(example.content, example.name)
    named = [(node.kind, node.called) for node in drawing.nodes.values() if node.called]
    called = {key: around.drawing(key) for kind, key in named if kind is Kind.CALL_ACTIVITY}
    tables = {key: around.decision(key) for kind, key in named if kind is Kind.RULE_TASK}
    return parse_spec(
        example.content,
        {key: content for key, content in called.items() if content is not None},
        {key: text.encode() for key, text in tables.items() if text is not None},
    )
