"""Checking drawings and deploying them as versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.bpmn.findings import Finding
from engine.persistence.tables import VersionRow
from engine.services.act import Act, Application


@dataclass(frozen=True)
class Deployed:
    """A procedure after a deployment; `new` is False when the same bytes were there already."""

    key: str
    number: int
    new: bool
    findings: tuple[Finding, ...]  # warnings accepted with the reason
    version: VersionRow


def lint(app: Application, files: Sequence[tuple[str, bytes]]) -> tuple[Finding, ...]:
    """Everything wrong with `.bpmn`, `.dmn` and `.form` files, all at once; touches nothing."""
    raise NotImplementedError


def deploy(act: Act, files: Sequence[tuple[str, bytes]], reason: str = "") -> list[Deployed]:
    """Deploys drawings with everything they reference: all of them, or none.

    1. permission; 2. lint all files; errors refuse all (DrawingRefused with every finding);
    3. warnings need a `reason` (otherwise DrawingRefused with the warnings); 4. pin each
    drawing's forms, decisions and called drawings, transitively; 5. same digest: no new version;
    6. effective dates: close the open previous version, refuse overlaps and holes; 7. journal.
    """
    raise NotImplementedError
