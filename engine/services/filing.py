"""Filing a dossier: a new case from a submitted start form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.model import Node
from engine.persistence.tables import CaseRow, UnitRow, VersionRow
from engine.ports import Form
from engine.services.act import Act

CHANNELS = ("counter", "post", "online")


@dataclass(frozen=True)
class FilingPage:
    """What the filing page shows: the version in force today and its first form."""

    version: VersionRow
    node: Node  # the filing step, with its documentation
    form: Form
    known: Mapping[str, object]  # facts its conditions may read: lan_thu, kenh
    units: tuple[UnitRow, ...]  # where the actor may receive dossiers


def filing_page(act: Act, procedure_key: str, channel: str = "counter") -> FilingPage:
    """The form with which a dossier of `procedure_key` is filed today.

    Raises NotPermitted when the actor receives nowhere, NotFound when no version is in force.
    """
    raise NotImplementedError


def file_case(
    act: Act,
    procedure_key: str,
    unit_id: int,
    channel: str,
    submission: Mapping[str, object],
    filing_key: str,
    units: Mapping[str, int] | None = None,
) -> CaseRow:
    """Receives a dossier at a unit; the same `filing_key` again returns the same case.

    1. permission; 2. the same key before: that case; 3. the version in force today;
    4. start its drawing: the first step is the filing itself; 5. validate the submission;
    6. take the next code of unit and year; 7. complete the filing step, project; 8. journal.
    Raises FormInvalid, UnitChoiceNeeded, NotFound (no version in force), NotPermitted, Misuse.
    """
    raise NotImplementedError
