"""Demo data: one province at work, its people, families and dossiers, all fictional."""

from engine.services.demo.loading import DemoAccount, accounts, load

__all__ = ("DemoAccount", "accounts", "load")
