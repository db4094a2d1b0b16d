"""What people do with their own account: change the password, see and end their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select

from engine.domain.errors import Misuse, NotPermitted, SignInRefused
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import MailWish
from engine.persistence.tables import SignInRow, UserRow
from engine.services import accounts, journalling
from engine.services.act import Act


@dataclass(frozen=True)
class OpenSession:
    """A sign-in that still holds; `current` is the one asking."""

    user_agent: str
    created_at: datetime
    expires_at: datetime
    current: bool


def sessions(act: Act, key: str) -> list[OpenSession]:
    """The actor's open sessions, the latest first; `key` is the cookie's."""
    rows = act.session.scalars(
        select(SignInRow)
        .where(SignInRow.user_id == _own_id(act), SignInRow.expires_at > act.now)
        .order_by(SignInRow.created_at.desc())
    )
    own = _hash(key)
    return [
        OpenSession(row.user_agent, row.created_at, row.expires_at, row.key_hash == own)
        for row in rows
    ]


def end_other_sessions(act: Act, key: str) -> None:
    """Ends all of the actor's sessions but the one of `key`."""
    act.session.execute(
        delete(SignInRow).where(SignInRow.user_id == _own_id(act), SignInRow.key_hash != _hash(key))
    )
    journalling.note(act, Journalled.SESSIONS_ENDED)


def change_password(act: Act, current: str, new: str) -> None:
    """Changes the actor's password, who proves to know the present one; ends all sessions.

    Raises SignInRefused for a wrong present password (the edge then calls `journalling.refused`),
    Misuse for a new one that is too short, or the same.
    """
    user = act.session.get_one(UserRow, _own_id(act))
    too_long = len(current) > accounts.LONGEST_PASSWORD
    if too_long or not act.app.ports.passwords.verify(user.password_hash, current):
        raise SignInRefused()
    if new == current:
        raise Misuse(say("Mật khẩu mới phải khác mật khẩu hiện tại."))
    accounts.set_password(act, user.username, new)


@dataclass(frozen=True)
class MailWishes:
    """Where the actor gets mail, and what."""

    address: str  # empty: nowhere
    wish: MailWish
    written: bool  # whether this installation writes mails at all
    leaves: bool  # False: mails stay in the outbox (demo)


def mail_wishes(act: Act) -> MailWishes:
    user = act.session.get_one(UserRow, _own_id(act))
    mailer = act.app.ports.mailer
    return MailWishes(
        address=user.email,
        wish=MailWish(user.mail),
        written=mailer is not None,
        leaves=mailer is not None and mailer.leaves,
    )


def set_mail(act: Act, address: str, wish: MailWish) -> None:
    """Where the actor gets mail, and what. Raises Misuse for what is no address."""
    accounts.set_mail(act, act.session.get_one(UserRow, _own_id(act)).username, address, wish)


def _own_id(act: Act) -> int:
    if act.actor.user_id is None:
        raise NotPermitted()
    return act.actor.user_id


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
