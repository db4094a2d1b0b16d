"""The working calendar's years in the database."""

from __future__ import annotations

from engine.services.act import Act


def seed(act: Act) -> tuple[int, ...]:
    """Stores the shipped years that the database does not hold yet; returns them."""
    raise NotImplementedError
