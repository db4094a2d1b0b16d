"""What the composition root hands to a command."""

from __future__ import annotations

from typing import Protocol

from engine.services.act import Application
from engine.settings import Settings


class Composed(Protocol):
    """Settings and application, made when first asked for."""

    @property
    def settings(self) -> Settings: ...

    @property
    def application(self) -> Application: ...

    @property
    def office(self) -> Application:
        """The application, once its database is known to be fit to work on."""
        ...
