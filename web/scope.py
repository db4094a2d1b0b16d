"""The request's scope: the application behind it, who asks, and the one transaction of an act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from engine.bootstrap import Application
from engine.domain.routing import Unit
from engine.persistence import notices, people
from engine.services import catalogue
from engine.services.act import Act

EXTENSION = "quytrinh"


@dataclass(frozen=True)
class Visitor:
    """The signed-in user of this request, as plain values."""

    user_id: int
    username: str
    name: str
    language: str
    must_change: bool = False  # the password was given by an administrator


def application() -> Application:
    """The application this Flask app was made for."""
    return cast(Application, current_app.extensions[EXTENSION])


def visitor() -> Visitor | None:
    """Who asks; None when nobody is signed in."""
    return cast("Visitor | None", g.get("visitor"))


@contextmanager
def act(write: bool = False) -> Iterator[Act]:
    """One act of the signed-in user: one transaction, opened here and nowhere deeper.

    A view returns its response inside: success or a safe redirect commits, an error page is
    raised as an exception and rolls back. Also lets the page's frame know what the actor may do.
    """
    who = visitor()
    if who is None:
        raise RuntimeError("a page that acts must be behind the sign-in")
    with application().act(who.user_id, write=write) as opened:
        g.actor = opened.actor
        if not write and "unread" not in g:  # a form shown again: its page has a bell too
            count_unread(opened)
        if not write:
            g.receives = catalogue.receives(opened)
        g.units = people.units(opened.session)
        yield opened


def count_unread(opened: Act) -> None:
    """Lets the frame know how many notices the visitor has not read."""
    who = visitor()
    if who is not None:
        g.unread = notices.unread(opened.session, who.user_id)


def unread() -> int:
    """That number, as this request last knew it; at most notices.COUNT_LIMIT + 1."""
    return cast(int, g.get("unread", 0))


def receives() -> bool:
    """Whether the visitor receives dossiers of any procedure."""
    return cast(bool, g.get("receives", False))


def units() -> dict[int, Unit]:
    """All units by id, as the act of this request saw them."""
    return cast("dict[int, Unit]", g.get("units", {}))


@contextmanager
def system_act(write: bool = False) -> Iterator[Act]:
    """An act before anybody is signed in: resuming a session, signing in."""
    with application().act(None, write=write) as opened:
        yield opened
