"""`quytrinh rules`: what drawings are checked by, and what each rule teaches."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import click

from engine.bpmn.checks import ALL_RULES, AnyRule
from engine.bpmn.checks.headings import heading_of, under_headings
from engine.bpmn.checks.showing import Lessons, Shown, examples_shown
from engine.bpmn.findings import Severity
from web.commands.answers import answer, json_option
from web.commands.composed import Composed

WORDS = {Severity.ERROR: "lỗi", Severity.WARNING: "cảnh báo", None: "không kiểm tra"}
_WIDTH = 96

Tuned = Mapping[str, Severity | None]


@click.command()
@click.argument("rule", required=False, metavar="[ID]")
@json_option
@click.pass_obj
def rules(composition: Composed, rule: str | None, as_json: bool) -> None:
    """Quy tắc kiểm tra bản vẽ: danh sách, hoặc một quy tắc với ví dụ đúng và sai."""
    tuned = composition.application.severities
    if rule is None:
        document = {"rules": [_to_json(one, tuned) for one in ALL_RULES]}
        answer(document, _listed(tuned), as_json)
        return
    found = next((one for one in ALL_RULES if one.id == rule), None)
    if found is None:
        raise click.BadParameter(f"không có quy tắc “{rule}”.", param_hint="ID")
    shown = examples_shown(rule) or Lessons((), ())
    document_of_one = _to_json(found, tuned) | {
        "good": [one.piece for one in shown.good],
        "bad": [
            {"piece": one.piece, "findings": [finding.to_json() for finding in one.findings]}
            for one in shown.bad
        ],
    }
    answer(document_of_one, _page(found, tuned, shown), as_json)


def _to_json(rule: AnyRule, tuned: Tuned) -> dict[str, object]:
    here = tuned.get(rule.id, rule.severity)
    return {
        "id": rule.id,
        "subject": str(heading_of(rule)),
        "severity": rule.severity.value,
        "severity_here": here.value if here else "off",
        "fixed": rule.firm,
        "vietnamese": rule.lesson.vietnamese,
        "english": rule.lesson.english,
        "source": rule.lesson.source,
    }


def _listed(tuned: Tuned) -> str:
    lines = []
    for heading, listed in under_headings(ALL_RULES):
        lines += ["", f"{heading} ({len(listed)})"]
        lines += [
            f"  {rule.id:<28}  {WORDS[tuned.get(rule.id, rule.severity)]:<14}  "
            f"{_first_sentence(rule)}"
            for rule in listed
        ]
    return "\n".join([f"{len(ALL_RULES)} quy tắc.", *lines])


def _first_sentence(rule: AnyRule) -> str:
    text = rule.lesson.vietnamese or rule.lesson.english
    return text.partition(". ")[0].rstrip(".")


def _page(rule: AnyRule, tuned: Tuned, shown: Lessons) -> str:
    here = tuned.get(rule.id, rule.severity)
    grave = WORDS[here]
    if here is not rule.severity:
        grave += f" (của chính quy tắc: {WORDS[rule.severity]}; đặt lại trong bpmn/rules.toml)"
    parts = [f"{rule.id}: {grave}", str(heading_of(rule))]
    for text in (rule.lesson.vietnamese, rule.lesson.english, rule.lesson.source):
        if text:
            parts += ["", textwrap.fill(text, _WIDTH)]
    for one in shown.bad:
        parts += ["", "Sai:", *_piece(one)]
        for finding in one.findings:
            parts += [f"    {finding.message}", f"    → {finding.remedy}"]
    for one in shown.good:
        parts += ["", "Đúng:", *_piece(one)]
    return "\n".join(parts)


def _piece(one: Shown) -> list[str]:
    noted = [f"    {one.note}"] if one.note else []
    return [*noted, textwrap.indent(one.piece, "    ")]
