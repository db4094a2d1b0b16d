"""Writing the system's journal: acts that concern no case, and attempts that were refused."""

from __future__ import annotations

from engine.domain.access import SYSTEM
from engine.domain.clock import local_day
from engine.domain.errors import NotFound, QuyTrinhError, SignInRefused
from engine.domain.journal import SYSTEM_CHAIN, JournalLine
from engine.domain.journal import Act as Journalled
from engine.persistence import journal_store
from engine.persistence.people import actor_of
from engine.services.act import Act, Application

ATTEMPT_LENGTH = 200


def note(act: Act, what: Journalled, /, **facts: object) -> None:
    """One line in the system's journal, written with the act."""
    line = JournalLine(act=what, facts=facts)
    journal_store.append(act.session, SYSTEM_CHAIN, [line], act.now, act.actor)


def refused(app: Application, user_id: int | None, attempt: str, error: QuyTrinhError) -> None:
    """Journals a refused attempt in a transaction of its own (the act's was rolled back).

    Called by the edge for NotPermitted, NotFound and SignInRefused; `attempt` says what was tried
    (`POST /viec/12`, or the name somebody tried to sign in with).
    """
    attempt = attempt[:ATTEMPT_LENGTH]
    with app.act(None) as act:
        if isinstance(error, SignInRefused):
            note(act, Journalled.SIGN_IN_REFUSED, username=attempt)
            return
        actor = SYSTEM
        if user_id is not None:
            try:
                actor = actor_of(act.session, user_id, local_day(act.now))
            except NotFound:  # locked since
                attempt = f"{attempt} (#{user_id})"
        line = JournalLine(
            act=Journalled.PERMISSION_REFUSED,
            facts={"permission": attempt, "error": type(error).__name__},
        )
        journal_store.append(act.session, SYSTEM_CHAIN, [line], act.now, actor)
