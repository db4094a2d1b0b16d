"""Demo data: one province, three communes, a dozen dossiers, made through the real services."""

from __future__ import annotations

from dataclasses import dataclass

from engine.services.act import Application


@dataclass(frozen=True)
class DemoAccount:
    """An account to print: who it is and how to sign in."""

    username: str
    password: str
    name: str
    title: str  # role and unit, in Vietnamese


def load(app: Application) -> int:
    """Loads the demo data when there is none yet; returns how many dossiers were made.

    Needs the procedure qt02-cap-doi-bang deployed and the calendar seeded.
    """
    raise NotImplementedError


def accounts() -> tuple[DemoAccount, ...]:
    """The demo accounts, in the order in which they make sense to somebody looking around."""
    raise NotImplementedError
