"""`/metrics`: figures for Prometheus, opened with a key of their own or not at all."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from web import metrics, scope

bp = Blueprint("metrics", __name__)

_SCHEME = "Bearer "


@bp.get("/metrics")
def show() -> ResponseReturnValue:
    """Not found where QUYTRINH_METRICS sets no key; 401 without it."""
    key = scope.application().settings.metrics
    if not key:
        abort(404)
    given = request.headers.get("Authorization", "")
    if not compare_digest(given.encode(), (_SCHEME + key).encode()):
        refused = Response("Cần khóa QUYTRINH_METRICS.\n", 401, mimetype="text/plain")
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    measures: metrics.Measures = current_app.extensions[metrics.EXTENSION]
    return Response(measures.text(), content_type=CONTENT_TYPE_LATEST)
