"""What rules teach, in the language of the reader."""

from __future__ import annotations

import re

from engine.bpmn.checks import ALL_RULES, AnyRule
from web import auth

RULES: dict[str, AnyRule] = {rule.id: rule for rule in ALL_RULES}
_FIRST_SENTENCE = re.compile(r".+?[.;](?=\s|$)")


def text(rule: AnyRule) -> str:
    """What must hold; in the other language where this one has nothing to say."""
    told = rule.lesson
    ours, other = told.vietnamese, told.english
    if auth.language() == "en":
        ours, other = other, ours
    return ours or other


def title(rule: str) -> str:
    """The first sentence of what a rule teaches; empty for rules without a page."""
    found = RULES.get(rule)
    if found is None:
        return ""
    whole = text(found)
    first = _FIRST_SENTENCE.match(whole)
    return (first[0] if first else whole).rstrip(".;")
