"""Firing timers that are due, each in its own transaction, exactly once in effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.persistence.tables import CaseRow, TimerRow
from engine.services.act import Act, Application


@dataclass(frozen=True)
class Sweep:
    """What one sweep did, and the next moment at which a timer is due."""

    fired: int
    failed: int
    next_at: datetime | None


def fire_due(app: Application, limit: int = 100) -> Sweep:
    """Fires every timer whose moment has come; one failure never stops the others."""
    raise NotImplementedError


def fire(act: Act, timer_id: int) -> CaseRow | None:
    """Fires one due timer; None when another worker was faster or it is no longer waiting."""
    raise NotImplementedError


def incidents(act: Act) -> list[TimerRow]:
    """Parked timers, for an administrator."""
    raise NotImplementedError


def retry(act: Act, timer_id: int) -> TimerRow:
    """Sets a parked timer waiting again, due at once (administrators)."""
    raise NotImplementedError
