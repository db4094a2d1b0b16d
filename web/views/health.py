"""Whether this server can serve: for the machine that watches it."""

from __future__ import annotations

import logging

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from engine.domain.errors import Unavailable
from engine.services import health
from web import scope

bp = Blueprint("health", __name__)

log = logging.getLogger(__name__)


@bp.get("/healthz")
def show() -> ResponseReturnValue:
    """`ok`, or `degraded` where no worker lives; 503 where pages could not work.

    `degraded` is answered with 200 too: whoever balances the load must not take away servers that
    serve, because a worker elsewhere is lost.
    """
    try:
        with scope.system_act() as act:
            found = health.look(act)
            now = act.now
    except Unavailable as error:
        log.error("%s", error)
        return jsonify(status="unavailable"), 503
    age = found.worker_age
    answer = jsonify(
        status="ok" if found.sound else "degraded" if found.migrated else "unavailable",
        now=now.isoformat(),
        migrated=found.migrated,
        worker="living" if found.worker_lives else "lost",
        worker_seconds_ago=None if age is None else int(age.total_seconds()),
        open_incidents=found.incidents,
        due_timers=found.due_timers,
    )
    return answer, 200 if found.migrated else 503
