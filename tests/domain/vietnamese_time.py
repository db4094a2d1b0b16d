"""Moments written as an office's wall clock shows them."""

from __future__ import annotations

from datetime import datetime

from engine.domain.clock import ZONE, local


def at(text: str) -> datetime:
    """`2026-02-13 15:00` in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def shown(moment: datetime) -> str:
    """The same, back."""
    return f"{local(moment):%Y-%m-%d %H:%M}"
