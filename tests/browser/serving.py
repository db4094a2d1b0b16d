"""A real server on a port of 127.0.0.1 that shows whichever application the test is about."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Stage:
    """What the server shows; tests of one process take turns on it."""

    def __init__(self) -> None:
        self.address = ""
        self._shown: Wsgi | None = None

    def show(self, application: Wsgi) -> None:
        """Shows an application from now on: a browser asks for a page's icon when it likes."""
        self._shown = application

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        assert self._shown is not None, "a page was asked for before the first test"
        return self._shown(environ, start)


@contextmanager
def serving() -> Iterator[Stage]:
    """Waitress in a thread, as in production, while the block runs."""
    stage, sockets = Stage(), {}
    server = create_server(
        stage,
        map=sockets,
        host="127.0.0.1",
        port=0,
        threads=4,
        # Screens stay open from test to test, each with its six idle connections: at waitress's
        # own limit of 100 a new screen would wait until some of them are given up.
        connection_limit=1000,
        asyncore_use_poll=True,
    )
    stage.address = f"http://127.0.0.1:{server.effective_port}"
    thread = threading.Thread(target=server.run, name="waitress")
    thread.start()
    try:
        yield stage
    finally:
        # In its own thread, which leaves its loop when no socket is left.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join(10)
        server.task_dispatcher.shutdown()
