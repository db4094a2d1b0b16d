"""A library's coroutines come to their end wherever they are called from."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.adapters.coroutines import outcome


async def twice(number: int) -> int:
    await asyncio.sleep(0)
    if number < 0:
        raise ValueError(number)
    return 2 * number


def test_its_outcome_is_known_in_plain_code() -> None:
    assert outcome(twice(3)) == 6
    with pytest.raises(ValueError, match="-1"):
        outcome(twice(-1))


def test_its_outcome_is_known_where_an_event_loop_runs_already() -> None:
    async def somewhere() -> int:
        return outcome(twice(3))

    with ThreadPoolExecutor() as elsewhere:  # here a browser's loop may be running already
        assert elsewhere.submit(lambda: asyncio.run(somewhere())).result() == 6
