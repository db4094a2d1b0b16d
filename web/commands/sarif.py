"""Findings in SARIF 2.1.0 (OASIS): what editors and build servers show beside a file's lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engine.bpmn.checks import ALL_RULES, AnyRule
from engine.bpmn.findings import Finding, Severity
from engine.domain.messages import Message
from web.wording import words

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def document(
    findings: Sequence[Finding],
    site: str,
    version: str,
    tuned: Mapping[str, Severity | None] | None = None,
) -> dict[str, Any]:
    """One run over the files. `site`: where the pages of the rules are reached."""
    rules = [_rule(rule, site) for rule in ALL_RULES]
    rules += _told_elsewhere(findings, {rule.id for rule in ALL_RULES})
    places = {rule["id"]: number for number, rule in enumerate(rules)}
    overridden = [_override(name, level, places[name]) for name, level in (tuned or {}).items()]
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "quytrinh",
                        "semanticVersion": version,
                        "informationUri": site,
                        "language": "vi-VN",
                        "rules": rules,
                    }
                },
                "invocations": [
                    {"executionSuccessful": True, "ruleConfigurationOverrides": overridden}
                ],
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, places) for finding in findings],
            }
        ],
    }


def _rule(rule: AnyRule, site: str) -> dict[str, Any]:
    lesson = rule.lesson
    whole = lesson.vietnamese or lesson.english
    told = f"{whole} ({lesson.source})" if lesson.source else whole
    return {
        "id": rule.id,
        "shortDescription": {"text": whole.partition(". ")[0].rstrip(".") + "."},
        "fullDescription": {"text": told},
        "help": {"text": lesson.english or whole},
        "helpUri": f"{site.rstrip('/')}/thu-tuc/quy-tac/{rule.id}",
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _told_elsewhere(findings: Iterable[Finding], known: set[str]) -> list[dict[str, Any]]:
    """Of what is found outside the tables of rules: each sort once, by its own sentence."""
    found: dict[str, Finding] = {}
    for finding in findings:
        if finding.rule not in known:
            found.setdefault(finding.rule, finding)
    return [
        {
            "id": name,
            "shortDescription": {"text": str(one.message)},
            "help": {"text": str(one.remedy)},
            "defaultConfiguration": {"level": _LEVELS[one.severity]},
        }
        for name, one in found.items()
    ]


def _override(name: str, severity: Severity | None, place: int) -> dict[str, Any]:
    """What `bpmn/rules.toml` makes of a rule."""
    configuration = {"enabled": False} if severity is None else {"level": _LEVELS[severity]}
    return {"configuration": configuration, "descriptor": {"id": name, "index": place}}


def _result(finding: Finding, places: Mapping[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": places[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.remedy}"},
        "properties": {
            "remedy": str(finding.remedy),
            "message_en": _english(finding.message),
            "remedy_en": _english(finding.remedy),
        },
    }
    location: dict[str, Any] = {}
    if finding.file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file)}}
        if finding.line:
            physical["region"] = {"startLine": finding.line}
        location["physicalLocation"] = physical
    if finding.element:
        logical = {"name": finding.name or finding.element, "fullyQualifiedName": finding.element}
        location["logicalLocations"] = [logical | {"kind": "element"}]
    return result | ({"locations": [location]} if location else {})


def _uri(file: str) -> str:
    """A file's address: absolute ones as such, others relative to where the command ran."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _english(message: Message) -> str:
    return words(message, "en")
