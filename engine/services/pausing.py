"""Stopping and restarting the legal clock of a case by an act with evidence."""

from __future__ import annotations

from engine.persistence.tables import PauseRow
from engine.ports import UploadedFile
from engine.services.act import Act


def pause(act: Act, case_id: int, reason: str, evidence: UploadedFile) -> PauseRow:
    """Stops the legal clock of an accepted case; `evidence` is the document that says so.

    Raises Conflict when the case is not accepted, finished, or already paused by an act.
    """
    raise NotImplementedError


def resume(act: Act, case_id: int) -> PauseRow:
    """Ends the pause made by an act; the case's date moves. Raises Conflict when there is none."""
    raise NotImplementedError
