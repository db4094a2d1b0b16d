"""One real browser per test process, for every room that looks at pages.

Playwright's synchronous half runs once in a process, so rooms share the `browser` fixture.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: The first is Chromium without the window that nobody sees: a page costs it half as much.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

#: Nothing of the browser's own goes out into the network, and it runs in a bare container.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """The Chromium to run: QUYTRINH_TEST_CHROMIUM, else the first one on PATH."""
    named = os.environ.get("QUYTRINH_TEST_CHROMIUM")  # noqa: TID251
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def started(path: str) -> Iterator[Browser]:
    """The browser at `path`, running."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
