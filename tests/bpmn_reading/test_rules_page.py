"""The rules are shown as they are now: their index, and the pictures of their examples."""

from __future__ import annotations

from engine.bpmn.checks import ALL_RULES
from engine.bpmn.checks.showing import examples_shown, picture_of
from engine.bpmn.checks.teaching import examples_of
from scripts import rules_page


def test_the_index_of_the_rules_is_not_stale():
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.page(), "run scripts/rules"


def test_every_example_can_be_drawn_or_is_no_drawing():
    drawn = 0
    for rule in ALL_RULES:
        examples = examples_of(rule.id)
        if examples:
            pieces = (*examples.good, *examples.bad)
            drawn += sum(picture_of(one) is not None for one in pieces)
    assert drawn > len(ALL_RULES)


def test_a_bad_example_bears_the_mark_of_its_finding():
    shown = examples_shown("unknown-lane")
    (bad,), (good,) = shown.bad, shown.good
    assert 'class="faulty"' in bad.picture
    assert {finding.rule for finding in bad.findings} == {"unknown-lane"}
    assert 'class="faulty"' not in good.picture
    assert good.findings == ()
    assert examples_shown("khong-co") is None
