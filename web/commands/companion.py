"""A worker process beside the server: started again when it dies, gone when the server goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

STOP_SECONDS = 20  # an act in hand is finished first
RESTART_SECONDS = 2


class Companion:
    """Keeps one `quytrinh worker` running."""

    def __init__(self) -> None:
        self._leaving = threading.Event()
        self._process = self._start()
        self._watch = threading.Thread(target=self._keep, name="companion", daemon=True)
        self._watch.start()

    def _start(self) -> subprocess.Popen[bytes]:
        # Its standard input is a pipe from us: when we are gone, however we went, it ends too.
        return subprocess.Popen(
            [sys.executable, "-m", "web.cli", "worker", "--beside"], stdin=subprocess.PIPE
        )

    def _keep(self) -> None:
        while True:
            code = self._process.wait()
            if self._leaving.wait(RESTART_SECONDS):
                return
            click.echo(f"Bộ hẹn giờ đã dừng bất ngờ (mã {code}); khởi động lại.", err=True)
            self._process = self._start()

    def stop(self) -> None:
        """Lets the worker finish its act, then ends it."""
        self._leaving.set()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def worker_beside() -> Iterator[None]:
    """A worker runs while the block does."""
    companion = Companion()
    try:
        yield
    finally:
        companion.stop()


def leave_with_parent() -> None:
    """Ends this process as TERM does once its parent is gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):  # unbuffered: the interpreter may end meanwhile
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
