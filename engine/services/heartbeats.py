"""Heartbeats: which workers live."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from engine.domain.access import Permission, require
from engine.persistence.tables import HeartbeatRow
from engine.services.act import Act

NAME_LENGTH = 80

#: A worker silent for so long will not come back.
SILENCE = timedelta(days=7)


def beat(act: Act, worker: str) -> None:
    """Notes that a worker lives; those long silent are forgotten."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    act.session.merge(HeartbeatRow(worker=worker[:NAME_LENGTH], at=act.now))
    act.session.execute(delete(HeartbeatRow).where(HeartbeatRow.at < act.now - SILENCE))


def fall_silent(act: Act, worker: str) -> None:
    """A worker that stops as it was told is not missed."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    act.session.execute(delete(HeartbeatRow).where(HeartbeatRow.worker == worker[:NAME_LENGTH]))
