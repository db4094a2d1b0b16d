"""The worker: wakes at the next due moment, with a short interval as a net, for its rounds."""

from __future__ import annotations

import logging
import math
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from engine.adapters import logs
from engine.bootstrap import Application
from engine.domain.errors import Unavailable
from engine.services import (
    desks,
    digesting,
    escalating,
    heartbeats,
    incidents,
    journalling,
    mailing,
    moving,
    person_round,
    step_times,
    tidying,
    timers,
    uploading,
)

log = logging.getLogger(__name__)

_NET, _NEXT = "net", "next"

#: The least rest between two sweeps: what stays due because somebody acts on its case is not asked
#: for without end, and what one sweep left over does not wait long.
SHORTEST_WAIT = timedelta(seconds=0.2)

#: A clock set back by more than this is noticed.
SET_BACK = timedelta(seconds=2)

#: What a sweep does, in this order: each round does what is due, each piece in a transaction of
#: its own, and says when it next has something to do (None: unless something happens, nothing).
#: One round that fails never stops the others.
ROUNDS: tuple[Callable[[Application], datetime | None], ...] = (
    journalling.anchor_round,
    timers.fire_round,
    escalating.escalate_round,
    incidents.settle_round,
    step_times.roll_up_round,
    digesting.digest_round,
    mailing.send_round,
    moving.move_round,
    desks.clear_round,
    person_round.enter_round,
    uploading.expire_round,
    tidying.tidy_round,
)


class Worker:
    """Does what is due. Any number of them may run: each piece is claimed in the database."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._name = f"{socket.gethostname()}-{os.getpid()}"
        self._net = IntervalTrigger(seconds=app.settings.worker_seconds, timezone="UTC")
        # One thread: a sweep finishes before the next one begins.
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        self._leaving = threading.Event()
        self._in_hand = threading.Lock()  # held by the sweep under way
        self._watching = threading.Thread(target=self._watch_the_clock, daemon=True)
        self._ahead = self._clock_ahead()
        self._beaten = -math.inf  # on the process's own clock, in seconds
        self._away = False  # whether the database did not answer when last asked

    def start(self) -> None:
        """Sweeps at once, then at each due moment, and at least every `worker_seconds`."""
        self._scheduler.add_job(self.sweep, self._net, id=_NET)
        self._scheduler.add_job(self.sweep, id=_NEXT, replace_existing=True)
        self._scheduler.start()
        self._watching.start()

    def stop(self) -> None:
        """Waits for the round in hand, then stops; nobody takes the worker for lost."""
        self._leaving.set()
        # Without jobs first: APScheduler would hand a due one to the pool it has just closed.
        self._scheduler.pause()
        self._scheduler.remove_all_jobs()
        # Then the sweep in hand comes to its end: APScheduler would wait for it holding the lock
        # that planning the next one needs. One that begins from now on goes no rounds.
        with self._in_hand:
            pass
        self._scheduler.shutdown(wait=True)
        self._watching.join()
        try:
            with self._app.act(None) as act:
                heartbeats.fall_silent(act, self._name)
        except Unavailable as error:  # the worker stops all the same
            log.error("the worker could not say that it stops: %s", error)
        except Exception:
            log.exception("the worker could not say that it stops")

    def sweep(self) -> None:
        """Says that this worker lives, goes its rounds, and plans when to wake next."""
        with self._in_hand:
            self._go_rounds()

    def _go_rounds(self) -> None:
        moments = []
        for round_ in ROUNDS:
            if self._leaving.is_set():
                return
            try:
                self._beat()
                moments.append(self._go(round_))
            except Unavailable as error:  # for a while: the net tries again
                self._note_away(error)
                return
            except Exception:
                log.exception("the worker could not tell that it lives")
                return
        self._note_away(None)
        coming = [moment for moment in moments if moment is not None]
        if coming:
            self._wake_at(min(coming))
        self._beaten = -math.inf

    def wake_if_set_back(self) -> bool:
        """Plans anew when the machine's clock was set back since it was last asked; whether so.

        APScheduler plans by that clock: set back by a day, it would sleep for a day.
        """
        before, self._ahead = self._ahead, self._clock_ahead()
        if before - self._ahead < SET_BACK.total_seconds():
            return False
        log.warning("the clock was set back by %.0f seconds", before - self._ahead)
        self._scheduler.reschedule_job(_NET, trigger=self._net)
        self._scheduler.add_job(self.sweep, id=_NEXT, replace_existing=True)
        return True

    def _watch_the_clock(self) -> None:
        while not self._leaving.wait(self._app.settings.worker_seconds):
            self.wake_if_set_back()

    def _clock_ahead(self) -> float:
        """How far the clock is ahead of the process's own, which nobody sets, in seconds."""
        return self._app.clock.now().timestamp() - monotonic()

    def _beat(self) -> None:
        """Before the first round of a sweep, and again where its rounds take long."""
        if monotonic() - self._beaten < self._app.settings.worker_seconds / 2:
            return
        with self._app.act(None) as act:
            heartbeats.beat(act, self._name)
        self._beaten = monotonic()

    def _note_away(self, error: Unavailable | None) -> None:
        """One line when the database goes away, one when it is back: not one for each sweep."""
        if error is not None and not self._away:
            seconds = self._app.settings.worker_seconds
            log.error("%s Trying again every %s seconds.", error, seconds)
        elif error is None and self._away:
            log.info("the database answers again")
        self._away = error is not None

    def _go(self, round_: Callable[[Application], datetime | None]) -> datetime | None:
        try:
            with logs.about(round=f"{round_.__module__.rpartition('.')[2]}.{round_.__name__}"):
                return round_(self._app)
        except Unavailable:
            raise
        except Exception:  # the net tries again, and the other rounds go on
            log.exception("%s.%s failed", round_.__module__, round_.__qualname__)
            return None

    def _wake_at(self, moment: datetime) -> None:
        earliest = self._app.clock.now() + SHORTEST_WAIT
        trigger = DateTrigger(run_date=max(moment, earliest), timezone="UTC")
        self._scheduler.add_job(self.sweep, trigger, id=_NEXT, replace_existing=True)


def run(app: Application) -> None:
    """Works until SIGTERM or SIGINT; the act in hand is finished first."""
    with _leaving() as leaves:
        worker = Worker(app)
        worker.start()
        log.info("worker started")
        leaves.recv(1)
        worker.stop()
    log.info("worker stopped")


@contextmanager
def _leaving() -> Iterator[socket.socket]:
    """A socket on which something comes once this process is asked to leave.

    Not an Event that a handler sets: the handler runs inside whatever the main thread is doing, and
    may find it within the lock of that very Event.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        try:
            yield ours
        finally:
            signal.set_wakeup_fd(-1)
