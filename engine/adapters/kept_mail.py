"""Mails of a demo: they stay in the outbox page and nothing goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.ports import Mail


class KeptMailer:
    """Takes every mail; what it said stands in the outbox anyway."""

    leaves = False

    @contextmanager
    def opened(self) -> Iterator[Callable[[Mail], None]]:
        yield lambda _mail: None
