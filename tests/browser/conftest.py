"""A town whose offices are open: a server, and officers in front of their screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.offices import Building, Offices
from tests.browser.serving import Stage, serving
from tests.factories import World
from tests.pages import pages

#: An afternoon of tests signs in more often from one address than a town in a month. Who read what
#: is written at once: a thread would still write when the next test has the database.
UNHURRIED = {"SIGN_IN_LIMIT": "100000 per minute", "READINGS": "at-once"}


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The server of this test process."""
    with serving() as started:
        yield started


@pytest.fixture(scope="session")
def building(browser: Browser, stage: Stage) -> Building:
    """The screens of this test process."""
    return Building(browser, stage.address)


@pytest.fixture
def offices(stage: Stage, building: Building, small_town: World) -> Iterator[Offices]:
    """The town at work, on a Monday morning; at the end no page had anything wrong with it."""
    stage.show(pages(small_town.app, UNHURRIED))
    opened = Offices(small_town, building)
    yield opened
    assert opened.close() == []
