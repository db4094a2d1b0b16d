"""Each rule teaches by examples: the bad one is found at its place, the good one passes."""

from __future__ import annotations

import re

import pytest

from engine.bpmn.checks import ALL_RULES, FILE_RULES, schema
from engine.bpmn.checks.refusals import REFUSALS
from engine.bpmn.checks.rule import Rule
from engine.bpmn.checks.teaching import FOLDER, Example, Examples, examples_of, found_in
from engine.bpmn.findings import Finding

UNSHOWN = {refusal.id for refusal in REFUSALS if refusal.unshown}
SHOWN = [rule for rule in ALL_RULES if rule.id not in UNSHOWN]
OF_ANY_FILE = {rule.id for rule in (*FILE_RULES, *schema.RULES)}
SOURCE = re.compile(r"BPMN 2\.0\.2, (?P<clauses>\d+[\d.]*(?:, \d+[\d.]*)*)(?:; \S.*)?")
#: How many clauses the sections of formal/2013-12-09 have: the edition of 2011 counts otherwise.
CLAUSES = {
    "2.2": 8, "7.6": 2, "8.2": 3, "8.3": 5, "8.4": 13, "8.5": 3, "9.3": 2, "9.4": 2, "9.5": 8,
    "10.3": 8, "10.4": 3, "10.5": 7, "10.6": 6, "10.7": 3, "13.3": 7,
}  # fmt: skip
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]")


def ids(rule):
    return rule.id


def found(examples: Examples, example: Example) -> tuple[Finding, ...]:
    return found_in(example, examples.vocabulary)


@pytest.mark.parametrize("rule", ALL_RULES, ids=ids)
def test_a_rule_teaches_in_both_languages(rule):
    assert rule.lesson.english.endswith("."), rule.lesson
    assert VIETNAMESE.search(rule.lesson.vietnamese), rule.lesson
    assert not VIETNAMESE.search(rule.lesson.english)


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if isinstance(rule, Rule)], ids=ids)
def test_a_constraint_of_the_specification_names_its_clause(rule):
    if "specification" in rule.find.__module__ or rule.lesson.source:
        told = SOURCE.fullmatch(rule.lesson.source)
        assert told, rule.lesson.source
        for clause in told["clauses"].split(", "):
            section, _, number = clause.rpartition(".")
            assert section.count(".") != 1 or 1 <= int(number) <= CLAUSES[section], clause


@pytest.mark.parametrize("rule", SHOWN, ids=ids)
def test_a_rule_finds_its_bad_examples_and_passes_its_good_ones(rule):
    examples = examples_of(rule.id)
    assert examples, f"examples/{rule.id}.xml"
    for bad in examples.bad:
        said = found(examples, bad)
        told = [one for one in said if one.rule == rule.id]
        assert told, [(one.rule, one.element, str(one.message)) for one in said]
        if bad.element is not None:
            assert bad.element in {one.element for one in told}
        for one in told:
            assert one.file == bad.name
            assert str(one.message).endswith((".", "…", "”", ")")), str(one.message)
            assert str(one.remedy)
    for good in examples.good:
        said = found(examples, good)
        told = [(one.rule, str(one.message)) for one in said if one.rule in {rule.id, *OF_ANY_FILE}]
        assert not told


def test_no_example_is_left_of_a_rule_that_is_gone():
    assert {path.stem for path in FOLDER.glob("*.xml")} == {rule.id for rule in SHOWN}


@pytest.mark.parametrize("rule", REFUSALS, ids=ids)
def test_what_no_example_can_show_says_why(rule):
    assert rule.unshown is None or VIETNAMESE.search(str(rule.unshown))


def test_rule_ids_are_unique():
    assert len({rule.id for rule in ALL_RULES}) == len(ALL_RULES)


def test_rules_are_functions_of_their_own():
    finders = [rule.find for rule in ALL_RULES if isinstance(rule, Rule)]
    assert len(set(finders)) == len(finders)
