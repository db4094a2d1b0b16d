"""Writing the system's journal: acts on no case, refused attempts, and the daily anchor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from engine.domain.access import SYSTEM
from engine.domain.clock import local_day
from engine.domain.errors import NotFound, QuyTrinhError, SignInRefused
from engine.domain.journal import SYSTEM_CHAIN, JournalLine
from engine.domain.journal import Act as Journalled
from engine.persistence import journal_store
from engine.persistence.journal_store import Break
from engine.persistence.people import actor_of
from engine.persistence.tables import ProgressRow
from engine.services.act import Act, Application

ATTEMPT_LENGTH = 200

_GATHERED = "quytrinh_gathered"  # in session.info: lines waiting for the end of `together`

#: The row of `progress` that says when the journal was verified.
VERIFIED = "journal-verified"


def note(act: Act, what: Journalled, /, **facts: object) -> None:
    """One line in the system's journal, written with the act."""
    line = JournalLine(act=what, facts=facts)
    gathered = act.session.info.get(_GATHERED)
    if gathered is not None:
        gathered.append(line)
        return
    journal_store.append(act.session, SYSTEM_CHAIN, [line], act.now, act.actor)


@contextmanager
def together(act: Act) -> Iterator[None]:
    """Writes what is noted inside at the end, all at once: an act of thousands of lines."""
    gathered: list[JournalLine] = []
    act.session.info[_GATHERED] = gathered
    try:
        yield
    finally:
        del act.session.info[_GATHERED]
    journal_store.append(act.session, SYSTEM_CHAIN, gathered, act.now, act.actor)


def refused(app: Application, user_id: int | None, attempt: str, error: QuyTrinhError) -> None:
    """Journals a refused attempt in a transaction of its own (the act's was rolled back).

    Called by the edge for NotPermitted, NotFound and SignInRefused; `attempt` says what was tried
    (`POST /viec/12`, or the name somebody tried to sign in with). SignInRefused of somebody signed
    in is a wrong present password.
    """
    attempt = "".join(c if c.isprintable() else "�" for c in attempt[:ATTEMPT_LENGTH])
    with app.act(None) as act:
        if isinstance(error, SignInRefused) and user_id is None:
            note(act, Journalled.SIGN_IN_REFUSED, username=attempt)
            return
        actor = SYSTEM
        if user_id is not None:
            try:
                actor = actor_of(act.session, user_id, local_day(act.now))
            except NotFound:  # locked since
                attempt = f"{attempt} (#{user_id})"
        if isinstance(error, SignInRefused):
            line = JournalLine(Journalled.PASSWORD_REFUSED, {"username": attempt})
        else:
            facts = {"permission": attempt, "error": type(error).__name__}
            line = JournalLine(Journalled.PERMISSION_REFUSED, facts)
        journal_store.append(act.session, SYSTEM_CHAIN, [line], act.now, actor)


def verify(app: Application) -> list[Break]:
    """Looks through the whole journal while officers work, and notes that it was done, and when."""
    with app.act(None, write=False) as act:
        journal_store.hold_still(act.session)
        breaks = journal_store.verify(act.session)
    with app.act(None) as act:
        act.session.merge(ProgressRow(name=VERIFIED, at=act.now, number=len(breaks)))
    return breaks


def last_verified(act: Act) -> ProgressRow | None:
    """When the journal was last looked through, and how many breaks there were (`number`)."""
    return act.session.get(ProgressRow, VERIFIED)


def anchor_round(app: Application) -> datetime | None:
    """The worker's round: yesterday's anchor; the next is due after midnight, like any sweep."""
    anchor_yesterday(app)
    return None


def anchor_yesterday(app: Application) -> bool:
    """Writes the anchor over the journal up to yesterday's end, unless it stands; the worker's.

    Days on which no worker ran are covered by the next anchor. True when this call wrote it.
    """
    with app.act(None, write=False) as act:
        yesterday = act.today - timedelta(days=1)
        last = journal_store.last_anchor(act.session)
        if last is not None and last.day >= yesterday:
            return False
    try:
        with app.act(None) as act:
            journal_store.anchor_day(act.session, yesterday, act.now)
    except IntegrityError:  # another worker was faster
        return False
    return True
