"""The index of the rules: docs/rules.md, from what the rules themselves teach."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from engine.bpmn.checks import ALL_RULES, AnyRule
from engine.bpmn.checks.headings import under_headings
from engine.bpmn.checks.teaching import examples_of
from engine.bpmn.findings import Severity
from web.wording import words

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rules.md"

HEAD = """# Rules on drawings

Written by `scripts/rules`. A page with examples for each: Thủ tục → Quy tắc kiểm tra, or
`quytrinh rules ID`. Errors refuse a deploy, warnings ask for a reason; `bpmn/rules.toml` tunes
them, except those marked *fixed*, which the engine counts on. Clauses are those of the OMG's BPMN
2.0.2 (formal/2013-12-09).

"""


def page() -> str:
    """The text of docs/rules.md as the rules are now."""
    return HEAD + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    errors = sum(rule.severity is Severity.ERROR for rule in ALL_RULES)
    yield f"{len(ALL_RULES)} rules: {errors} errors, {len(ALL_RULES) - errors} warnings."
    for heading, rules in under_headings(ALL_RULES):
        yield ""
        yield f"## {words(heading, 'en')} ({len(rules)})"
        yield ""
        yield "| rule | severity | what must hold | source | examples |"
        yield "|---|---|---|---|---|"
        yield from map(_row, rules)


def _row(rule: AnyRule) -> str:
    severity = rule.severity.value + (", fixed" if rule.firm else "")
    examples = examples_of(rule.id)
    shown = f"{len(examples.good)} good, {len(examples.bad)} bad" if examples else ""
    cells = (f"`{rule.id}`", severity, rule.lesson.english, rule.lesson.source, shown)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: list[str]) -> int:
    """Writes the page, or only says whether it is stale."""
    made = page()
    stale = not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != made
    if "--check" in arguments:
        return int(stale)
    if stale:
        PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
