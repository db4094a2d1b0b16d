"""Runs a library's coroutine to its end from plain code."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def outcome(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns or raises, once it has ended.

    A thread in which an event loop runs already may not start another: there it runs beside.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, coroutine).result()
