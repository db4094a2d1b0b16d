"""An infected file on its way in by the pages, past a real ClamAV daemon; and no daemon."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.adapters.clamav import ClamAV
from engine.adapters.file_store import FolderFileStore
from engine.persistence.tables import AttachmentRow, UploadRow
from tests.factories import World
from tests.scans import pdf
from tests.virus_scanner import HARMLESS, clamd, no_clamd
from tests.web.conftest import Browser, upload, words
from tests.web.test_tasks import accept
from tests.web.test_uploads import Tus

Make = Callable[[str | None], Browser]


@pytest.fixture(scope="module")
def daemon() -> Iterator[str]:
    reason = no_clamd()
    if reason:
        pytest.skip(reason)
    with clamd() as address:
        yield address


@pytest.fixture
def scanner(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Its address; of nobody for a test that asks for that."""
    if getattr(request, "param", "") == "away":
        return f"unix:{tmp_path}/nobody"
    return str(request.getfixturevalue("daemon"))


@pytest.fixture
def town(small_town: World, scanner: str) -> World:
    files = FolderFileStore(small_town.app.settings.files_dir, 2**20, ClamAV(scanner))
    return replace(
        small_town, app=replace(small_town.app, ports=replace(small_town.app.ports, files=files))
    )


def send(browser: Make, town: World, content: bytes) -> tuple[int, str]:
    """Completes a check with a scan; what the page then says."""
    case_id = town.file()
    task = town.task(case_id, "B1b")
    answers = town.answers_to_task(task.id)
    hoa = browser("hoa")
    hoa.get(f"/viec/{task.id}")
    sent = {**answers, "ho_so_quet": upload("đơn.pdf", content)}
    answer = hoa.post(f"/viec/{task.id}/luu-nhap", **sent)
    return answer.status_code, words(answer)


def test_an_infected_file_is_named_and_not_kept_whichever_way_it_comes(
    browser: Make, town: World
) -> None:
    status, said = send(browser, town, pdf() + HARMLESS)
    assert status == 422
    assert "Tệp “đơn.pdf” bị nhiễm vi-rút" in said
    tus = Tus(browser("hoa"))
    content = pdf(2) + HARMLESS
    place = tus.begin(len(content)).headers["Location"]
    refused = tus.piece(place, 0, content)
    assert refused.status_code == 422
    assert "Tệp “đơn.pdf” bị nhiễm vi-rút" in refused.text
    with town.act(write=False) as act:
        assert act.session.scalars(select(UploadRow)).all() == []
        assert act.session.scalars(select(AttachmentRow)).all() == []
    assert not town.app.settings.files_dir.exists()


def test_a_clean_file_is_attached_as_scanned(browser: Make, town: World) -> None:
    case_id = town.file()
    task = town.task(case_id, "B1b")
    hoa = browser("hoa")
    reference = json.dumps({"upload": Tus(hoa).whole(pdf()), "name": ""})
    sent = accept(hoa.get(f"/viec/{task.id}"), ho_so_quet=reference)
    done = hoa.post(f"/viec/{task.id}/hoan-thanh", **sent)
    assert done.status_code == 302, words(done)
    with town.act(write=False) as act:
        row = act.session.scalars(select(AttachmentRow)).one()
    assert (row.scan, row.filename) == ("clean", "đơn.pdf")


@pytest.mark.parametrize("scanner", ["away"], indirect=True)
def test_while_the_scanner_is_away_nothing_is_taken_and_the_page_says_to_try_again(
    browser: Make, town: World
) -> None:
    status, said = send(browser, town, pdf())
    assert status == 503
    assert "Chưa quét vi-rút được nên chưa nhận tệp. Hãy thử lại sau ít phút." in said
    tus = Tus(browser("hoa"))
    content = pdf()
    place = tus.begin(len(content)).headers["Location"]
    assert tus.piece(place, 0, content[:100]).status_code == 204
    late = tus.piece(place, 100, content[100:])
    assert late.status_code == 503
    assert tus.offset(place) == 100, "the last piece is sent again once the scanner is back"
