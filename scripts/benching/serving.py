"""The real web server on localhost, and officers who send it forms as browsers do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from waitress.server import create_server

from engine.services.act import Application
from tests.factories import PASSWORD
from web.app import create_app

THREADS = 4
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Fields = list[tuple[str, str]]


class Refused(RuntimeError):
    """The server answered something else than was expected."""


@dataclass
class Officer:
    """Somebody signed in, over one connection that stays open."""

    username: str
    connection: HTTPConnection
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> None:
        token = self._token("/dang-nhap")
        known = {"username": self.username, "password": PASSWORD, "csrf_token": token}
        self.post("/dang-nhap", list(known.items()), expected=302)

    def empty(self) -> None:
        """A request for next to nothing: no sign-in, no database."""
        self.get("/static/favicon.svg")

    def get(self, path: str, expected: int = 200) -> str:
        return self._ask("GET", path, expected=expected)[1]

    def post(self, path: str, fields: Fields, expected: int) -> str:
        """Sends a form; the address of the redirect, or the text of the page."""
        response, text = self._ask("POST", path, urlencode(fields), FORM, expected=expected)
        return response.headers["Location"] if expected == 302 else text

    def prepare(self, task_id: int, answers: Mapping[str, Any]) -> Page:
        """Opens a task and fills in its form; nothing is sent yet."""
        return Page(
            self, task_id, [("csrf_token", self._token(f"/viec/{task_id}")), *flat(answers)]
        )

    def _token(self, path: str) -> str:
        found = TOKEN.search(self.get(path))
        if found is None:
            raise Refused(f"no form on {path}")
        return found[1]

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        expected: int = 200,
    ) -> tuple[HTTPResponse, str]:
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        self.connection.request(method, path, body, {**(headers or {}), **cookie})
        response = self.connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie", ()):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        if response.status != expected:
            raise Refused(f"{method} {path}: {response.status}\n{text[:4000]}")
        return response, text


@dataclass(frozen=True)
class Page:
    """A task's form, filled in."""

    officer: Officer
    task_id: int
    fields: Fields

    def send(self) -> None:
        self.officer.post(f"/viec/{self.task_id}/hoan-thanh", self.fields, expected=302)


@dataclass
class Site:
    """The address of the server, and who has signed in there."""

    host: str
    port: int
    officers: dict[str, Officer] = field(default_factory=dict)

    def officer(self, username: str) -> Officer:
        """The officer, signed in when first asked for."""
        if username not in self.officers:
            officer = self.newcomer(username)
            officer.sign_in()
            self.officers[username] = officer
        return self.officers[username]

    def newcomer(self, username: str) -> Officer:
        """Another browser of the officer, not yet signed in."""
        return Officer(username, HTTPConnection(self.host, self.port, timeout=60))


@contextmanager
def serving(app: Application, threads: int = THREADS) -> Iterator[Site]:
    """The web server over an application, in a thread, at a free port."""
    flask = create_app(app, {"SIGN_IN_LIMIT": "100000 per minute"})
    server = create_server(flask, host="127.0.0.1", port=0, threads=threads)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    site = Site(server.effective_host, server.effective_port)
    try:
        yield site
    finally:
        for officer in site.officers.values():
            officer.connection.close()
        server.task_dispatcher.shutdown()  # a thread that still answers would miss the server
        server.close()
        thread.join(timeout=10)


def flat(answers: Mapping[str, Any], prefix: str = "") -> Fields:
    """The fields of a form post for nested answers: `than_nhan-0-ho_ten`."""
    fields: Fields = []
    for name, value in answers.items():
        fields += _field(f"{prefix}{name}", value)
    return fields


def _field(name: str, value: Any) -> Fields:
    match value:
        case None | False:
            return []
        case True:
            return [(name, "on")]
        case Mapping():
            return flat(value, f"{name}-")
        case list():
            rows = [isinstance(one, Mapping) for one in value]
            return [
                pair
                for index, one in enumerate(value)
                for pair in (flat(one, f"{name}-{index}-") if rows[index] else _field(name, one))
            ]
    return [(name, str(value))]
