"""The rule of the XML schema: a file holds what BPMN's own schema lets it hold, where it may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from engine.bpmn.checks.rule import Rule
from engine.bpmn.findings import Finding

RULES: tuple[Rule[etree._Element], ...] = ()


def untold(found: Iterable[Finding], told: Sequence[Finding]) -> Iterator[Finding]:
    """What the schema found where no rule has said in plain words what is wrong."""
    lines = {finding.line for finding in told}
    return (finding for finding in found if finding.line not in lines)
