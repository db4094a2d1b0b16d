"""docs/bpmn-support.md: what of BPMN runs, is normalised, is refused or only read, from samples."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bpmn_support.constructs import GROUPS
from tests.bpmn_support.events import DEFINITIONS, POSITIONS, cells, is_bpmn
from tests.bpmn_support.samples import Sample, Verdict, errors

PAGE = Path(__file__).resolve().parent.parent / "docs" / "bpmn-support.md"

HEAD = """\
# BPMN: what runs, what is normalised, what is refused

Made by `scripts/support` from the samples of `tests/bpmn_support`, each of which the tests check,
and walk to its end where it runs. Change a sample or a rule, run it again.

- **chạy**: executed as drawn.
- **chuẩn hóa**: executed as the plain elements it stands for
  ([decision 038](decisions/038-what-is-left-unsaid-is-said-once.md)); tasks, errors and pictures
  speak of what was drawn.
- **từ chối**: refused, with what to draw instead.
- **chỉ để đọc**: read and shown; it changes nothing.

"""
_EVENTS = """\
## Events

All of BPMN's events, the ones that BPMN itself does not know marked “—” (they are refused too).

"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for group, samples in GROUPS.items():
        parts += [f"## {group}\n\n", *_table(samples), "\n"]
    return "".join((*parts, _EVENTS, *_matrix(), "\n", *_notes()))


def _table(samples: tuple[Sample, ...]) -> Iterator[str]:
    yield "| BPMN | | |\n|---|---|---|\n"
    for sample in samples:
        yield f"| {sample.name} | {sample.verdict} | {_said(sample)} |\n"


def _said(sample: Sample) -> str:
    """What it means, or what to draw instead and the rule that says so."""
    if sample.verdict is not Verdict.REFUSED:
        return sample.means
    rule = sample.rule or "outside-dialect"
    told = [one for one in errors(sample) if one.rule == rule]
    if not told:
        raise LookupError(f"{sample.name}: {rule} does not refuse it")
    finding = next((one for one in told if one.element == "X"), told[0])
    return f"{finding.remedy} (`{finding.rule}`)"


def _matrix() -> Iterator[str]:
    yield f"| | {' | '.join(POSITIONS)} |\n|{'---|' * (len(POSITIONS) + 1)}\n"
    found = {(definition, position): sample for definition, position, sample in cells()}
    for definition in DEFINITIONS:
        row = [
            str(found[definition, position].verdict) if is_bpmn(definition, position) else "—"
            for position in POSITIONS
        ]
        yield f"| {definition} | {' | '.join(row)} |\n"


def _notes() -> Iterator[str]:
    """Below the table: what is meant by what is normalised, what to draw for what is refused."""
    yield "| event | | |\n|---|---|---|\n"
    for definition, position, sample in cells():
        told = is_bpmn(definition, position) and sample.verdict is not Verdict.RUNS
        if told:
            yield f"| {definition}, {position} | {sample.verdict} | {_said(sample)} |\n"


def main() -> int:
    text = page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
