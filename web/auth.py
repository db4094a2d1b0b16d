"""Signing in as pages see it: denied by default, a session row on the server, an opaque key here.

The signed cookie holds that key, the anti-forgery token and notices waiting to be shown.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from engine.domain.errors import Unavailable
from engine.services import accounts
from web.scope import Visitor, count_unread, system_act, visitor

KEY = "key"
LANGUAGE = "language"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}

#: Endpoints open to everybody; all others ask for a signed-in user.
PUBLIC = frozenset(
    {
        "static",
        "health.show",
        "metrics.show",
        "signing.show",
        "signing.sign_in",
        "signing.language",
        "looking_up.show",
    }
)


#: What somebody may do before they have changed a password that an administrator gave them.
BEFORE_CHANGING = frozenset({"account.first", "account.password", "signing.sign_out"}) | PUBLIC

#: Rooms that only scripts of our pages ask: they are told plainly that the session has ended.
SCRIPTED = frozenset({"uploads"})


def account() -> str:
    """The account that a sign-in is for, whether there is one or not."""
    return request.form.get("username", "").strip().lower()[:80]


def visit() -> str:
    """Whose requests are counted together: those of one sign-in."""
    return str(session.get(KEY) or get_remote_address())


def failed(response: Response) -> bool:
    """Whether an attempt counts: a whole office signs in from one address in the morning."""
    return response.status_code >= 400


limiter = Limiter(key_func=get_remote_address, strategy="moving-window")


def protect(app: Flask) -> None:
    """Puts the sign-in in front of every endpoint that is not PUBLIC."""
    limiter.init_app(app)
    app.before_request(_recognise)


def _recognise() -> Response | None:
    if request.endpoint in {"static", "health.show", "metrics.show"}:
        return None
    key = session.get(KEY)
    if key:
        with system_act() as act:
            found = accounts.recognise(act, key)
            if found is None:
                session.pop(KEY)
            else:
                user = found.user
                g.visitor = Visitor(
                    user.id, user.username, user.full_name, user.language, user.must_change
                )
                if request.method == "GET":
                    count_unread(act)  # on the way: the bell costs no transaction of its own
        if found is not None and found.unseen:
            _note_seen(key)
    who = visitor()
    if who is not None and who.must_change and request.endpoint not in BEFORE_CHANGING:
        return redirect(url_for("account.first"))
    if who is None and request.endpoint is not None and request.endpoint not in PUBLIC:
        if request.blueprint in SCRIPTED:
            return Response(status=401)
        return redirect(_to_sign_in())
    return None


def _note_seen(key: str) -> None:
    """Only a courtesy to administrators: nobody waits or fails for it."""
    with suppress(Unavailable), system_act(write=True) as act:
        accounts.note_seen(act, key)


def _to_sign_in() -> str:
    """The sign-in page, which leads back: to the page asked for, or that of the form sent in vain.

    A form sent after its session ended has changed nothing, and the sign-in page says so.
    """
    if request.method == "GET":
        return url_for("signing.show", next=request.full_path.rstrip("?"))
    came_from = urlsplit(request.referrer or "")
    form_page = came_from.path if came_from.netloc == request.host else None
    return url_for("signing.show", next=inside(form_page), chua_gui=1)


def begin(key: str) -> None:
    """Starts the cookie session anew with the key of a server-side session."""
    language = session.get(LANGUAGE)
    session.clear()  # also a fresh anti-forgery token: none is carried over from before
    session.permanent = True
    session[KEY] = key
    if language:
        session[LANGUAGE] = language


def end() -> str | None:
    """Empties the cookie session; returns the key it held."""
    key = session.get(KEY)
    language = session.get(LANGUAGE)
    session.clear()
    if language:
        session[LANGUAGE] = language
    return key


def language() -> str:
    """The interface language: chosen in this session, else the user's, else Vietnamese."""
    chosen = session.get(LANGUAGE)
    if chosen in LANGUAGES:
        return str(chosen)
    who = visitor()
    return who.language if who and who.language in LANGUAGES else "vi"


def inside(target: str | None) -> str | None:
    """`target` when it is a path of this site; None for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(c) < 32 for c in target) or "\\" in target:
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
