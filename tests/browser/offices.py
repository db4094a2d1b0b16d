"""Officers in front of their screens: what they look for, click and type, in their own words."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

from engine import worker
from engine.services import timers
from tests.factories import PASSWORD, World

PATIENCE_MS = 30_000

#: Said by Chromium of every page with an error status; the status itself is looked at.
STATUS_NOISE = "Failed to load resource: the server responded with a status of"

#: The page was left before this had arrived, as people do; nothing is wrong with it.
LEFT_EARLY = "net::ERR_ABORTED"

CSRF_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Screen:
    """A browser window of somebody's own; keeps what is wrong with any page shown in it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.refused: list[int] = []  # statuses of pages that no test has spoken of
        self._address = address
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def leave(self) -> list[str]:
        """Forgets who sat here, and what a tab keeps of half-filled forms; gives what was wrong."""
        self.context.clear_cookies()
        self.page.close()
        self.page = self.context.new_page()
        wrong = [*self.complaints, *(f"a page was refused: {status}" for status in self.refused)]
        self.complaints.clear()
        self.refused.clear()
        return wrong

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and STATUS_NOISE not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._address, "data:", "blob:")):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure == LEFT_EARLY:
            return
        self.complaints.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status < 400:
            return
        if response.request.is_navigation_request():
            self.refused.append(response.status)
        else:
            self.complaints.append(f"{response.status}: {response.url}")


class Building:
    """The screens of one browser, kept from test to test: a new one costs as much as ten pages."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._desks: dict[str, Screen] = {}

    def desk(self, username: str) -> Screen:
        """The plain screen of an officer."""
        if username not in self._desks:
            self._desks[username] = self.screen()
        return self._desks[username]

    def screen(self, **like: Any) -> Screen:
        """A new screen: a phone, a browser without JavaScript, …"""
        context = self._browser.new_context(base_url=self._address, locale="vi-VN", **like)
        return Screen(context, self._address)


class Offices:
    """The town with its officers at their screens, for one test."""

    password = PASSWORD

    def __init__(self, town: World, building: Building) -> None:
        self.town = town
        self._building = building
        self._officers: dict[str, Officer] = {}
        self._others: list[Screen] = []

    def __getitem__(self, username: str) -> Officer:
        """The officer at their own desk."""
        if username not in self._officers:
            self._officers[username] = Officer(self._building.desk(username), username)
        return self._officers[username]

    def elsewhere(self, username: str, **like: Any) -> Officer:
        """The officer at another screen: `viewport`, `java_script_enabled`, …"""
        self._others.append(self._building.screen(**like))
        return Officer(self._others[-1], username)

    def at(self, moment: str) -> None:
        """Moves the clock of the town: `2026-03-03 09:00`."""
        self.town.at(moment)

    def sweep(self) -> int:
        """What the worker does when it wakes; gives the number of timers that fired."""
        swept = timers.fire_due(self.town.app)
        assert swept.failed == 0
        return swept.fired

    def round(self) -> None:
        """Everything that the worker does when it wakes: timers, ladders, mails, moving dates."""
        for part in worker.ROUNDS:
            part(self.town.app)

    def close(self) -> list[str]:
        """Everybody leaves; gives what was wrong with any page that was shown."""
        wrong = [
            f"{name}: {it}" for name, one in self._officers.items() for it in one.screen.leave()
        ]
        for screen in self._others:
            wrong += screen.leave()
            screen.context.close()
        return wrong


class Officer:
    """One person at one screen."""

    def __init__(self, screen: Screen, username: str) -> None:
        self.screen = screen
        self.page = screen.page
        self.username = username
        self._came_in = False

    # --- going about ------------------------------------------------------------------------------

    def goes_to(self, path: str) -> None:
        """Opens an address, signed in; signs in when asked to, as on every morning."""
        if not self._came_in:
            self.comes_in()
        self.page.goto(path)
        if urlsplit(self.page.url).path == "/dang-nhap":
            self.signs_in()

    def comes_in(self) -> None:
        """Sends the sign-in form unseen: most tests are about what comes after it."""
        request = self.screen.context.request
        token = CSRF_TOKEN.search(request.get("/dang-nhap").text())
        assert token
        form = {"csrf_token": token[1], "username": self.username, "password": PASSWORD}
        assert request.post("/dang-nhap", form=form, max_redirects=0).status == 302
        self._came_in = True

    def signs_in(self, password: str = PASSWORD) -> None:
        self.page.get_by_label("Tên đăng nhập").fill(self.username)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.presses("Đăng nhập")

    def follows(self, name: str, within: Locator | None = None) -> None:
        with self.page.expect_navigation():
            (within or self.page).get_by_role("link", name=name).first.click()

    def follows_into_new_tab(self, name: str) -> Page:
        """The page that a link opens beside this one, which stays as it is."""
        with self.screen.context.expect_page() as opened:
            self.page.get_by_role("link", name=name).first.click()
        return opened.value

    def presses(self, name: str, within: Locator | None = None) -> None:
        """Presses a button that leads to a page."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("button", name=name, exact=True).click()

    def was_refused(self, status: int) -> str:
        """The page now shown came with this status; gives what it says."""
        assert self.screen.refused[-1:] == [status]
        self.screen.refused.pop()
        return self.reads()

    # --- reading ----------------------------------------------------------------------------------

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def reads(self) -> str:
        return self.main.inner_text()

    def title(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def told(self) -> str:
        """The notice on top of the page."""
        return self.main.get_by_role("status").first.inner_text()

    def complaint_beside(self, label: str, within: Locator | None = None) -> str:
        """What stands beside a field that was refused."""
        described = self.field(label, within).get_attribute("aria-describedby")
        assert described is not None, f"nothing is said of “{label}”"
        error = described.split()[-1]
        assert error.endswith("-error")
        return self.page.locator(f"[id='{error}']").inner_text()

    # --- what one is told -------------------------------------------------------------------------

    def bell(self) -> str:
        """What the bell on the page now shown says: how much is unread."""
        return self.page.get_by_role("banner").get_by_role("link", name="Thông báo").inner_text()

    def looks_at_the_bell(self) -> Locator:
        """Goes to what one was told, by the bell; gives the unread pieces, the latest first."""
        self.goes_to("/viec")
        self.follows("Thông báo", within=self.page.get_by_role("banner"))
        return self.main.locator("li.unread")

    # --- the inbox --------------------------------------------------------------------------------

    def waiting(self, code: str) -> list[str]:
        """The steps of a dossier in the inbox of the officer's posts."""
        self.goes_to("/viec?xem=role")
        return self.lines(code).locator("a.first").all_inner_texts()

    def lines(self, text: str = "") -> Locator:
        """The lines of the list on this page that hold a text."""
        return self.main.locator("tbody tr").filter(has_text=text)

    def opens(self, code: str, step: str) -> None:
        """Goes to the inbox, finds the step of the dossier and opens it."""
        self.goes_to("/viec")
        if self.lines(code).count() == 0:
            self.follows("Của chức danh tôi")
        self.follows(step, within=self.lines(code))
        assert self.title().startswith(step)

    def finds_case(self, code: str) -> None:
        """Looks a dossier up by its code and opens it."""
        self.goes_to("/ho-so")
        self.main.get_by_role("searchbox").fill(code)
        self.presses("Tìm")
        self.follows(code)

    # --- forms ------------------------------------------------------------------------------------

    @property
    def form(self) -> Locator:
        return self.main.locator("form[data-form]")

    def part(self, name: str) -> Locator:
        """A part of the form under its own heading."""
        return self.form.get_by_role("group", name=name)

    def field(self, label: str, within: Locator | None = None) -> Locator:
        return (within or self.form).get_by_label(label)

    def types(self, label: str, text: str, within: Locator | None = None) -> None:
        self.field(label, within).fill(text)

    def chooses(self, answer: str) -> None:
        """Chooses the answer that begins so (“Đủ căn cứ” is not “Không đủ căn cứ”)."""
        self.form.get_by_role("radio", name=re.compile(f"^{re.escape(answer)}")).check()

    def ticks(self, label: str) -> None:
        self.form.get_by_role("checkbox", name=label).check()

    def has(self, paper: str, state: str = "Bản chính") -> None:
        """Marks a paper of the dossier as handed in."""
        self.form.get_by_role("radiogroup", name=paper).get_by_label(state).check()

    def encloses(self, label: str, filename: str, content: bytes) -> None:
        self.field(label).set_input_files(
            {"name": filename, "mimeType": "application/octet-stream", "buffer": content}
        )

    def completes(self) -> str:
        """Completes the task, or records outside work; gives what the inbox then says."""
        button = re.compile("^(Hoàn thành|Ghi nhận kết quả)$")
        with self.page.expect_navigation():
            self.page.locator("#work").get_by_role("button", name=button).click()
        return self.told()
