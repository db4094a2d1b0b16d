"""Signing in and out, and the accounts themselves."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse, NotFound, SignInRefused
from engine.domain.journal import SYSTEM_CHAIN, JournalLine
from engine.domain.journal import Act as Journalled
from engine.domain.mail import checked_address
from engine.domain.messages import Message, say
from engine.domain.states import MailWish
from engine.persistence import journal_store, people
from engine.persistence.tables import SignInRow, UserRow
from engine.services import journalling, mailing
from engine.services.act import Act

LANGUAGES = ("vi", "en")

#: What each wish means, in words.
WISHES: Mapping[MailWish, Message] = {
    MailWish.EACH: say("từng thông báo và bản tin sáng"),
    MailWish.DIGEST: say("chỉ bản tin sáng"),
    MailWish.NONE: say("không nhận thư"),
}

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200  # argon2 would take any; a body of megabytes should not cost its time
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}")
AGENT_LENGTH = 200

#: How exactly a session knows when it was last in use: writing it down at every page would cost
#: each a transaction.
SEEN_EVERY = timedelta(minutes=15)


def sign_in(act: Act, username: str, password: str, user_agent: str = "") -> str:
    """Opens a session on the server and returns its key (for the cookie).

    1. find the account; 2. verify the password (an unknown name costs the same time); 3. forget
    sessions that have expired; 4. store the key's hash with its expiry; 5. journal.
    Raises SignInRefused; the edge then calls `journalling.refused`.
    """
    user = people.user_named(act.session, username.strip().lower())
    if len(password) > LONGEST_PASSWORD or not _matches(act, user, password):
        raise SignInRefused()
    if user is None or user.locked:
        raise SignInRefused()
    people.end_expired_sign_ins(act.session, act.now)
    key = secrets.token_urlsafe(32)
    act.session.add(
        SignInRow(
            key_hash=_hash(key),
            user_id=user.id,
            created_at=act.now,
            expires_at=act.now + act.app.settings.session_length,
            seen_at=act.now,
            user_agent=user_agent[:AGENT_LENGTH],
        )
    )
    _note_own(act, user, Journalled.SIGNED_IN)
    return key


@dataclass(frozen=True)
class Resumed:
    """Somebody who comes back; `unseen`: it is some time since the session was last noted."""

    user: UserRow
    unseen: bool


def recognise(act: Act, key: str) -> Resumed | None:
    """Who comes back with a session's key; None when it is unknown, expired or locked."""
    found = people.signed_in_user(act.session, _hash(key), act.now)
    if found is None:
        return None
    signed_in, user = found
    return Resumed(user, unseen=act.now - signed_in.seen_at >= SEEN_EVERY)


def resume(act: Act, key: str) -> UserRow | None:
    """The user whose session `key` opens now; None when it is unknown, expired or locked."""
    found = recognise(act, key)
    return found.user if found else None


def note_seen(act: Act, key: str) -> None:
    """Notes that a session is in use."""
    found = people.signed_in_user(act.session, _hash(key), act.now)
    if found:
        found[0].seen_at = act.now


def sign_out(act: Act, key: str) -> None:
    """Ends the session on the server; a session that has ended already stays so."""
    found = people.signed_in_user(act.session, _hash(key), act.now)
    people.end_sign_in(act.session, _hash(key))
    if found:
        _note_own(act, found[1], Journalled.SIGNED_OUT)


def add_user(
    act: Act,
    username: str,
    full_name: str,
    password: str,
    *,
    administrator: bool = False,
    analyst: bool = False,
    demo: bool = False,
    generated: bool = False,
) -> UserRow:
    """Adds an account; one whose password was `generated` changes it at the first sign-in.

    Raises NotPermitted, Misuse (name taken or odd, password too short).
    """
    require(act.actor, Permission.USER_ADMIN)
    if not USERNAME.fullmatch(username):
        raise Misuse(
            say("Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số và các dấu . _ - (2–80 ký tự).")
        )
    if not full_name.strip():
        raise Misuse(say("Hãy ghi họ và tên."))
    if people.user_named(act.session, username) is not None:
        raise Misuse(say("Đã có tài khoản “%(username)s”.", username=username))
    user = UserRow(
        username=username,
        full_name=" ".join(full_name.split()),
        password_hash=(
            act.app.ports.passwords.hash_generated(password)
            if generated
            else _hashed(act, password)
        ),
        administrator=administrator,
        analyst=analyst,
        demo=demo,
        must_change=generated,
    )
    act.session.add(user)
    act.session.flush()  # gives the id that posts refer to
    journalling.note(act, Journalled.USER_ADDED, username=username, user=user.id)
    return user


def set_password(act: Act, username: str, password: str) -> UserRow:
    """Sets a password and ends all sessions of the account. Administrators, or one's own."""
    user = people.user_named(act.session, username)
    if user is None or user.id != act.actor.user_id:
        require(act.actor, Permission.USER_ADMIN)
    if user is None:
        raise NotFound(say("Không có tài khoản “%(username)s”.", username=username))
    user.password_hash = _hashed(act, password)
    user.must_change = False
    people.end_sign_ins_of(act.session, user.id)
    journalling.note(act, Journalled.PASSWORD_SET, username=username)
    return user


def set_mail(act: Act, username: str, address: str, wish: MailWish) -> UserRow:
    """Where an account gets mail, and what: one's own, or any for an administrator.

    What waits goes to the new address too. An empty one: no mail. Raises NotPermitted, NotFound,
    Misuse for what is no address.
    """
    user = people.user_named(act.session, username)
    if user is None or user.id != act.actor.user_id:
        require(act.actor, Permission.USER_ADMIN)
    if user is None:
        raise NotFound(say("Không có tài khoản “%(username)s”.", username=username))
    checked = checked_address(address) if address.strip() else ""
    if wish is not MailWish.NONE and not checked:
        raise Misuse(say("Hãy ghi địa chỉ thư, hoặc chọn không nhận thư."))
    if (user.email, user.mail) == (checked, wish):
        return user
    user.email, user.mail = checked, wish
    mailing.readdress(act, user.id, "" if wish is MailWish.NONE else checked)
    journalling.note(act, Journalled.MAIL_SET, username=username, wish=str(WISHES[wish]))
    return user


def set_language(act: Act, language: str) -> None:
    """Keeps the interface language of the actor (`vi`, `en`): a taste, nothing for the journal."""
    if language not in LANGUAGES or act.actor.user_id is None:
        raise Misuse(say("Không có ngôn ngữ này."))
    act.session.get_one(UserRow, act.actor.user_id).language = language


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _hashed(act: Act, password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Misuse(say("Mật khẩu phải dài ít nhất %(length)s ký tự.", length=SHORTEST_PASSWORD))
    return act.app.ports.passwords.hash(password)


def _matches(act: Act, user: UserRow | None, password: str) -> bool:
    """Whether the password is the user's. For nobody it hashes: that takes as long, and fails."""
    passwords = act.app.ports.passwords
    if user is None:
        passwords.hash(password)
        return False
    return passwords.verify(user.password_hash, password)


def _note_own(act: Act, user: UserRow, what: Journalled) -> None:
    """Signing in and out happen before or after somebody acts: the line names the user itself."""
    line = JournalLine(act=what, facts={"user": user.id, "username": user.username})
    journal_store.append(act.session, SYSTEM_CHAIN, [line], act.now, act.actor)
