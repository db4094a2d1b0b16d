"""Signing in and out, and the accounts themselves."""

from __future__ import annotations

from engine.persistence.tables import UserRow
from engine.services.act import Act


def sign_in(act: Act, username: str, password: str, user_agent: str = "") -> str:
    """Opens a session on the server and returns its key (for the cookie).

    1. find the account; 2. verify the password (an unknown name costs the same time);
    3. store the key's hash with its expiry; 4. journal.
    Raises SignInRefused; the edge then calls `journalling.refused`.
    """
    raise NotImplementedError


def resume(act: Act, key: str) -> UserRow | None:
    """The user whose session `key` opens now; None when it is unknown, expired or locked."""
    raise NotImplementedError


def sign_out(act: Act, key: str) -> None:
    """Ends the session on the server."""
    raise NotImplementedError


def add_user(
    act: Act,
    username: str,
    full_name: str,
    password: str,
    *,
    administrator: bool = False,
    analyst: bool = False,
    demo: bool = False,
) -> UserRow:
    """Adds an account. Raises Misuse when the name is taken or the password too short."""
    raise NotImplementedError


def set_password(act: Act, username: str, password: str) -> UserRow:
    """Sets a password and ends all sessions of the account. Administrators, or one's own."""
    raise NotImplementedError


def set_language(act: Act, language: str) -> None:
    """Keeps the interface language of the actor (`vi`, `en`)."""
    raise NotImplementedError
