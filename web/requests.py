"""What each request leaves behind: its id, one line in the log, what it counted."""

from __future__ import annotations

import logging
import re
import uuid
from time import perf_counter

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from engine.adapters import logs
from engine.bootstrap import Application
from web import metrics

#: An id that a reverse proxy may give: what fits the column `reading.request`.
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,36}")
HEADER = "X-Request-ID"

#: Asked for all the time by machines; told in the log only when they fail.
QUIET = frozenset({"static", "health.show", "metrics.show"})

log = logging.getLogger(__name__)


def register(app: Flask, application: Application) -> None:
    """Every request gets an id before anything else happens to it, and a line at its end."""
    believes = bool(application.settings.trusted_proxy)

    def begin() -> None:
        given = request.headers.get(HEADER, "") if believes else ""
        g.request_id = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        g.began = perf_counter()
        logs.forget()
        asked = request.view_args or {}
        logs.now_about(
            request=g.request_id, case=_whole(asked, "case_id"), task=_whole(asked, "task_id")
        )

    app.extensions[metrics.EXTENSION] = metrics.Measures(application)
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of the request under way; "" outside of one."""
    return str(g.get("request_id", ""))


def route() -> str:
    """The address as a pattern: what people typed into it stays out of logs and figures."""
    return str(request.url_rule) if request.url_rule else "(unknown)"


def seconds() -> float:
    """How long the request has taken."""
    return perf_counter() - g.get("began", perf_counter())


def _whole(asked: dict[str, object], name: str) -> int | None:
    value = asked.get(name)
    return value if isinstance(value, int) else None


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    who = g.get("visitor")
    measures: metrics.Measures = current_app.extensions[metrics.EXTENSION]
    measures.count(request.method, route(), response.status_code, seconds())
    if request.endpoint in QUIET and response.status_code < 500:
        return response
    log.info(
        "%s %s %s",
        request.method,
        route(),
        response.status_code,
        extra={
            "user": who.user_id if who else None,
            "act": request.endpoint,
            "method": request.method,
            "route": route(),
            "status": response.status_code,
            "ms": round(seconds() * 1000, 1),
        },
    )
    return response
