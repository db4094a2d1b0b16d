"""The Flask application: settings, headers, languages, errors and views put together."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Request, abort, g, request, url_for
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from engine.bootstrap import Application
from engine.persistence import notices
from web import auth, errors, presenting, readings, requests, scope, views

WEB = Path(__file__).resolve().parent
DIST = WEB / "static" / "dist"

#: Nothing from elsewhere, nothing inline; `data:` images are Bootstrap's own little pictures.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

#: A form may carry several scans; each is held to `max_upload` by the file store.
FILES_AT_ONCE = 5

#: The keys of the tables are 32-bit on PostgreSQL.
LARGEST_ID = 2**31 - 1

ONE_DAY = 24 * 3600
ONE_YEAR = 365 * 24 * 3600


def create_app(application: Application, config: dict[str, Any] | None = None) -> Flask:
    """The WSGI application over a composed `Application`; `config` overrides Flask's settings."""
    app = Flask("web", root_path=str(WEB))
    app.config.update(_config(application), **(config or {}))
    app.url_map.converters["int"] = RowId
    app.request_class = CleanRequest
    app.before_request(_refuse_control_characters)
    app.extensions[scope.EXTENSION] = application
    requests.register(app, application)
    readings.register(app, application)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="vi", locale_selector=auth.language)
    auth.protect(app)  # first: a form sent after its session ended is told so, not "bad request"
    CSRFProtect(app)
    errors.register(app, application)
    views.register(app)
    _show_values(app, application)
    app.after_request(_headers)
    return app


class RowId(IntegerConverter):
    """A whole number in an address, at most what a database key can be: others are unknown."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        options.setdefault("max", LARGEST_ID)
        super().__init__(url_map, *args, **options)


class CleanFields(ImmutableMultiDict[str, Any]):
    """Fields of an address or a form without invisible control characters.

    People do not type them: they come along from other programs by the clipboard, Word's line
    breaks (vertical tabs) among them, which become plain ones. NUL stays, to be refused.
    """

    def __init__(self, fields: Any = ()) -> None:
        pairs = fields.items(multi=True) if isinstance(fields, MultiDict) else fields or ()
        super().__init__([(name, _clean(value)) for name, value in pairs])


def _clean(value: Any) -> Any:
    return value.translate(_CONTROLS) if isinstance(value, str) else value


#: C0 and C1 controls, and what turns the direction of writing around.
_INVISIBLE = (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_BREAKS = "\v\f\x85"
_KEPT = "\0\t\n\r"
_CONTROLS: dict[int, str | None] = {code: None for code in _INVISIBLE if chr(code) not in _KEPT} | {
    ord(character): "\n" for character in _LINE_BREAKS
}


class CleanRequest(Request):
    """A request whose fields hold what people can see."""

    parameter_storage_class = CleanFields


def _refuse_control_characters() -> None:
    """No person types a NUL; PostgreSQL cannot store one."""
    values = (request.path, *request.args.values())
    if any("\0" in value for value in values):
        abort(400)
    if request.method == "POST":
        for posted in request.form.listvalues():
            if any("\0" in value for value in posted):
                abort(400)


def _config(application: Application) -> dict[str, Any]:
    settings = application.settings
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "quytrinh",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "MAX_CONTENT_LENGTH": FILES_AT_ONCE * settings.max_upload,
        "MAX_FORM_MEMORY_SIZE": 2_000_000,
        "MAX_FORM_PARTS": 5_000,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: forms stay open over lunch
        "RATELIMIT_STORAGE_URI": "memory://",
        "SIGN_IN_LIMIT": "10 per minute; 60 per hour",  # failures of one address
        "ACCOUNT_LIMIT": "20 per 15 minutes",  # failures of one account, from anywhere
        "ALIKE_LIMIT": "60 per minute; 600 per hour",  # looks for second dossiers, of one session
        "LOOK_UP_LIMIT": "10 per minute; 60 per hour",  # wrong codes or keys, of one address
        "LOOK_UP_CODE_LIMIT": "20 per hour",  # wrong keys for one code, from anywhere
    }


def _show_values(app: Flask, application: Application) -> None:
    """Filters, functions and the frame's values for templates."""
    app.jinja_env.filters.update(
        sentence=presenting.sentence,
        day=presenting.day,
        moment=presenting.moment_text,
        clock_time=presenting.clock_time,
        weekday=presenting.weekday,
        number=presenting.number,
        grouped=presenting.grouped,
        channel=presenting.channel,
        file_size=presenting.file_size,
        guide=presenting.guide,
        paragraphs=presenting.paragraphs,
        case_state=presenting.case_state,
        round_days=presenting.round_days,
        browser=presenting.browser,
        stored=presenting.stored,
    )
    app.jinja_env.globals["asset"] = asset

    @app.context_processor
    def frame() -> dict[str, Any]:
        actor = g.get("actor")
        return {
            "visitor": scope.visitor(),
            "language": auth.language(),
            "languages": auth.LANGUAGES,
            "menu": views.menu(actor) if actor else [],
            "posts": views.posts(application, actor) if actor else [],
            "unread": presenting.capped(scope.unread(), notices.COUNT_LIMIT),
            "demo_mode": application.settings.demo,
        }


@cache
def _manifest(_stamp: int) -> dict[str, str]:
    return dict(json.loads((DIST / "manifest.json").read_text(encoding="utf-8")))


def asset(name: str) -> str:
    """The address of a bundled file under its hashed name.

    Raises FileNotFoundError when the front end was never built (`./scripts/setup` does).
    """
    changed = (DIST / "manifest.json").stat().st_mtime_ns  # a rebuild needs no restart
    return url_for("static", filename=f"dist/{_manifest(changed)[name]}")


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Dossiers hold personal data: nothing of them stays in a shared machine's cache.
        response.headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith("/static/dist/") and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    elif response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={ONE_DAY}"
    return response
