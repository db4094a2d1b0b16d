"""The index of the rules tells them as they are now."""

from __future__ import annotations

from scripts import rules_page


def test_the_index_of_the_rules_is_not_stale():
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.page(), "run scripts/rules"
