"""How commands answer: as text for people or, with `--json`, as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from engine.bpmn.findings import Finding, Severity
from engine.domain.errors import DrawingRefused
from web.wording import words

#: Exit codes beside 0.
FINDINGS = 1
FAILED = 1  # the database or a folder cannot be used
MISUSE = 2
ABORTED = 130  # Ctrl+C, as shells count it

Command = TypeVar("Command", bound=Callable[..., object])


def json_option(command: Command) -> Command:
    """Adds `--json`, handed to the command as `as_json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Trả lời bằng JSON.")
    return option(command)


def answer(document: object, text: str, as_json: bool) -> None:
    """Prints the document as JSON or the text."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else text)


def findings_of(refused: DrawingRefused) -> list[Finding]:
    """What a refusal found, as findings."""
    return [one for one in refused.findings if isinstance(one, Finding)]


def findings_text(findings: Sequence[Finding]) -> str:
    """Findings for a terminal: place, rule, sentence, remedy; errors first within each file."""
    grave = {Severity.ERROR: "lỗi", Severity.WARNING: "cảnh báo"}
    lines = []
    for finding in sorted(findings, key=_rank):
        place = ":".join(str(part) for part in (finding.file, finding.line) if part)
        element = f" {finding.element}" if finding.element else ""
        name = f" “{finding.name}”" if finding.name else ""
        lines.append(f"{place}: {grave[finding.severity]} [{finding.rule}]{element}{name}")
        lines.append(f"    {finding.message}")
        lines.append(f"    → {finding.remedy}")
    return "\n".join(lines)


def _rank(finding: Finding) -> tuple[str, bool]:
    return finding.file or "", finding.severity is not Severity.ERROR


def finding_to_json(finding: Finding) -> dict[str, object]:
    """A finding with its sentences in both languages."""
    return finding.to_json() | {
        "message_en": words(finding.message, "en"),
        "remedy_en": words(finding.remedy, "en"),
    }


def tell_findings(findings: Sequence[Finding], fine: str, as_json: bool) -> None:
    """Prints findings, or the sentence that there are none."""
    document = {"findings": [finding_to_json(finding) for finding in findings]}
    answer(document, findings_text(findings) if findings else fine, as_json)


def tell_error(sentence: str, as_json: bool) -> None:
    """One sentence of why nothing was done: on standard error, or as the JSON answer."""
    if as_json:
        click.echo(json.dumps({"error": sentence}, ensure_ascii=False))
    else:
        click.echo(sentence, err=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table, columns as wide as their longest cell."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, tuple("─" * width for width in widths), *rows)
    )
