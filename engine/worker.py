"""The worker: wakes at the next due moment and fires what is due."""

from __future__ import annotations

from engine.bootstrap import Application


def run(app: Application) -> None:
    """Works until SIGTERM or SIGINT; any number of workers may run at once."""
    raise NotImplementedError
