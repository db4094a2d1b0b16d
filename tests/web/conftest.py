"""The town behind its web pages: one browser per officer, forms sent as browsers send them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.persistence.tables import JournalRow
from tests import factories
from tests.factories import World
from tests.pages import pages
from web.app import WEB

CATALOGUE = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """One person's browser: follows no redirect by itself, sends the page's own token."""

    client: FlaskClient
    last: TestResponse | None = None

    def get(self, path: str) -> TestResponse:
        self.last = self.client.get(path)
        return self.last

    def post(self, path: str, token: str | None = None, **fields: Any) -> TestResponse:
        """Posts fields with the token of the page seen last (or of the sign-in page)."""
        data = {"csrf_token": token if token is not None else self.token(), **fields}
        uploads = any(isinstance(value, tuple) for value in fields.values())
        kind = "multipart/form-data" if uploads else None
        self.last = self.client.post(path, data=data, content_type=kind)
        return self.last

    def token(self) -> str:
        text = self.last.text if self.last else ""
        found = TOKEN.search(text) or TOKEN.search(self.client.get("/tai-khoan").text)
        found = found or TOKEN.search(self.client.get("/dang-nhap").text)
        assert found
        return found[1]

    def sign_in(self, who: str, password: str = factories.PASSWORD) -> TestResponse:
        self.get("/dang-nhap")
        return self.post("/dang-nhap", username=who, password=password)


def words(response: TestResponse) -> str:
    """What people read of a page: no tags, single blanks."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def title(response: TestResponse) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.text, re.DOTALL)
    assert found, response.text[:2000]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


def upload(name: str, content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


@pytest.fixture
def town(small_town: World) -> World:
    return small_town


@pytest.fixture(scope="session")
def translations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English catalogue, compiled as `scripts/setup` does."""
    folder = tmp_path_factory.mktemp("translations")
    target = folder / "en" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with CATALOGUE.open("rb") as source, (target / "messages.mo").open("wb") as compiled:
        write_mo(compiled, read_po(source, locale="en"))
    return folder


@pytest.fixture
def web(town: World, translations: Path) -> Flask:
    return pages(
        town.app,
        {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": False,
            "BABEL_TRANSLATION_DIRECTORIES": str(translations),
        },
    )


@pytest.fixture
def browser(web: Flask) -> Callable[[str | None], Browser]:
    """`browser("hoa")`: her browser, signed in; `browser(None)`: somebody's."""

    def make(who: str | None) -> Browser:
        one = Browser(web.test_client())
        if who:
            assert one.sign_in(who).status_code == 302
        return one

    return make


@pytest.fixture
def journal(town: World) -> Callable[[str], list[dict[str, Any]]]:
    """The facts of all lines of an act, with who did it as `actor`."""

    def lines(act: str) -> list[dict[str, Any]]:
        with town.act(write=False) as reading:
            rows = reading.session.scalars(
                select(JournalRow).where(JournalRow.act == act).order_by(JournalRow.id)
            )
            return [{**row.facts, "actor": row.actor_id} for row in rows]

    return lines
