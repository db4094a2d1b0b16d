"""The worker: wakes at the next due moment, with a short interval as a net, and fires timers."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
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
        """One round: say that this worker lives, anchor the journal, fire what is due, plan on."""
        try:
            with self._app.act(None) as act:
                timers.beat(act, self._name)
            journalling.anchor_yesterday(self._app)
            done = timers.fire_due(self._app)
        except Exception:  # the database may be away for a while: the net tries again
            log.exception("the sweep failed")
            return
        if done.fired or done.failed:
            log.info("fired %s timers, %s failed", done.fired, done.failed)
        if done.next_at is not None:
            self._wake_at(done.next_at)

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
