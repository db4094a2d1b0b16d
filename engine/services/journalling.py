"""Writing the journal: lines of an act, and attempts that were refused."""

from __future__ import annotations

from engine.domain.errors import QuyTrinhError
from engine.services.act import Application


def refused(
    app: Application, user_id: int | None, attempt: str, error: QuyTrinhError
) -> None:
    """Journals a refused attempt in a transaction of its own (the act's was rolled back).

    Called by the edge for NotPermitted, NotFound and SignInRefused; `attempt` says what was tried
    (`POST /viec/12`, `sign-in lan.tt`).
    """
    raise NotImplementedError
