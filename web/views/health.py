"""Whether this server can serve: for the machine that watches it."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from web import scope

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def show() -> ResponseReturnValue:
    """200 when the database answers; an error page otherwise."""
    with scope.system_act() as act:
        return jsonify(status="ok", now=act.now.isoformat())
