"""Takes pictures of the product's pages in a real browser; the README shows them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HOUSE = Path(__file__).resolve().parent.parent
PICTURES = HOUSE / "docs" / "pictures"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
TALL = {"width": 1280, "height": 1200}
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
SECONDS_TO_START = 120


@contextmanager
def product() -> Iterator[str]:
    """A product of its own with demo data; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "start", "--port", str(port)],
            cwd=HOUSE,
            env={"QUYTRINH_DATA_DIR": folder, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            for line in process.stdout or ():
                if "http://" in line:
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS_TO_START)


def signed_in(browser: Browser, address: str, username: str, size: dict[str, int]) -> Page:
    """A page of somebody who has just signed in with one click on the demo list."""
    page = browser.new_context(viewport=size, locale="vi-VN").new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/dang-nhap")
    page.locator(f"form:has(input[value='{username}']) button").first.click()
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state()
    return page


def take(browser: Browser, address: str) -> None:
    """Inbox on desktop and phone, a task, a case's diagram; the supervisor's board and heat map."""
    page = signed_in(browser, address, "mai.pt", DESKTOP)
    page.goto(f"{address}/viec?xem=unit")
    page.screenshot(path=PICTURES / "inbox.png")
    page.goto(f"{address}/viec")
    page.locator("main a[href^='/viec/']").first.click()
    page.screenshot(path=PICTURES / "task.png", full_page=True)
    page = signed_in(browser, address, "mai.pt", PHONE)
    page.goto(f"{address}/viec?xem=unit")
    page.screenshot(path=PICTURES / "inbox-phone.png")
    page = signed_in(browser, address, "giam.nv", DESKTOP)
    page.goto(f"{address}/qua-han")
    # The latest of all waits for a ministry, where the drawing is nearly empty.
    page.locator("main a[href^='/ho-so/']").nth(1).click()
    page.locator(".diagram-frame").first.screenshot(path=PICTURES / "diagram.png")
    page.goto(f"{address}/giam-sat")
    page.screenshot(path=PICTURES / "board.png")
    page.set_viewport_size(TALL)
    page.goto(f"{address}/giam-sat/ban-do-nhiet/qt02-cap-doi-bang")
    page.screenshot(path=PICTURES / "heat-map.png")


def main() -> None:
    chromium = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if chromium is None:
        sys.exit("scripts/pictures needs a Chromium on PATH")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with product() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        take(browser, address)
        browser.close()
    print(*sorted(path.relative_to(HOUSE) for path in PICTURES.iterdir()), sep="\n")


if __name__ == "__main__":
    main()
