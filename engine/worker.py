"""The worker: wakes at the next due moment, with a short interval as a net, for its rounds."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from engine.bootstrap import Application
from engine.services import journalling, timers

log = logging.getLogger(__name__)

_NET, _NEXT = "net", "next"

#: A timer that stays due because somebody acts on its case is tried again after this much.
SHORTEST_WAIT = timedelta(seconds=1)

#: What a sweep does, in this order: each round does what is due, each piece in a transaction of
#: its own, and says when it next has something to do (None: unless something happens, nothing).
#: One round that fails never stops the others.
ROUNDS: tuple[Callable[[Application], datetime | None], ...] = (
    journalling.anchor_round,
    timers.fire_round,
)


class Worker:
    """Fires what is due. Any number of them may run: each timer is claimed in the database."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._name = f"{socket.gethostname()}-{os.getpid()}"
        # One thread: a sweep finishes before the next one begins.
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )

    def start(self) -> None:
        """Sweeps at once, then at each due moment, and at least every `worker_seconds`."""
        net = IntervalTrigger(seconds=self._app.settings.worker_seconds, timezone="UTC")
        self._scheduler.add_job(self.sweep, net, id=_NET)
        self._scheduler.add_job(self.sweep, id=_NEXT)
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for the act in hand, then stops."""
        # Without jobs first: APScheduler would hand a due one to the pool it has just closed.
        self._scheduler.pause()
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=True)

    def sweep(self) -> None:
        """Says that this worker lives, goes its rounds, and plans when to wake next."""
        try:
            with self._app.act(None) as act:
                timers.beat(act, self._name)
        except Exception:  # the database may be away for a while: the net tries again
            log.exception("the worker could not tell that it lives")
            return
        moments = [self._go(round_) for round_ in ROUNDS]
        coming = [moment for moment in moments if moment is not None]
        if coming:
            self._wake_at(min(coming))

    def _go(self, round_: Callable[[Application], datetime | None]) -> datetime | None:
        try:
            return round_(self._app)
        except Exception:  # the net tries again, and the other rounds go on
            log.exception("%s.%s failed", round_.__module__, round_.__qualname__)
            return None

    def _wake_at(self, moment: datetime) -> None:
        earliest = self._app.clock.now() + SHORTEST_WAIT
        trigger = DateTrigger(run_date=max(moment, earliest), timezone="UTC")
        self._scheduler.add_job(self.sweep, trigger, id=_NEXT, replace_existing=True)


def run(app: Application) -> None:
    """Works until SIGTERM or SIGINT; the act in hand is finished first."""
    leaving = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        leaving.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    worker = Worker(app)
    worker.start()
    log.info("worker started")
    leaving.wait()
    worker.stop()
    log.info("worker stopped")
