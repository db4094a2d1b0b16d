"""Uploads piece by piece, as the page's script speaks tus to the server; and hostile ones."""

from __future__ import annotations

import json
import socket
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from engine.persistence.tables import AttachmentRow, UploadRow
from engine.services import uploading
from tests.factories import World
from tests.scans import pdf, photo
from tests.web.conftest import Browser, words

Make = Callable[[str | None], Browser]

PDF = pdf(2)


class Tus:
    """What tus-js-client does, one request at a time."""

    def __init__(self, browser: Browser) -> None:
        self.client = browser.client
        self.token = self.client.get("/tai-len").json["token"]  # type: ignore[index]

    def begin(self, size: int, name: str = "đơn.pdf", **headers: str) -> TestResponse:
        metadata = f"filename {b64encode(name.encode()).decode()}"
        told = {"Upload-Length": str(size), "Upload-Metadata": metadata, **headers}
        return self._send("POST", "/tai-len", told)

    def piece(self, place: str, offset: int, content: bytes, **headers: str) -> TestResponse:
        told = {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            **headers,
        }
        return self._send("PATCH", place, told, content)

    def offset(self, place: str) -> int:
        return int(self._send("HEAD", place, {}).headers["Upload-Offset"])

    def drop(self, place: str) -> TestResponse:
        return self._send("DELETE", place, {})

    def whole(self, content: bytes, name: str = "đơn.pdf") -> str:
        """Uploads a file at once; gives its key."""
        place = self.begin(len(content), name).headers["Location"]
        answer = self.piece(place, 0, content)
        assert answer.status_code == 204, answer.text
        return place.rpartition("/")[2]

    def _send(
        self, method: str, place: str, headers: dict[str, str], content: bytes = b""
    ) -> TestResponse:
        told = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token, **headers}
        return self.client.open(place, method=method, headers=told, data=content)


@pytest.fixture
def tus(browser: Make) -> Callable[[str], Tus]:
    return lambda who: Tus(browser(who))


def rows(town: World, table: type[Any]) -> list[Any]:
    with town.act(write=False) as act:
        return list(act.session.scalars(select(table).order_by(table.__mapper__.primary_key[0])))


def lying(town: World) -> list[str]:
    folder = town.app.settings.uploads_dir
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_comes_in_pieces_and_is_kept_by_its_hash(
    tus: Callable[[str], Tus], town: World
) -> None:
    hoa = tus("hoa")
    begun = hoa.begin(len(PDF))
    assert begun.status_code == 201
    place = begun.headers["Location"]
    assert hoa.offset(place) == 0
    for start in range(0, len(PDF), 300):
        answer = hoa.piece(place, start, PDF[start : start + 300])
        assert answer.status_code == 204
        assert hoa.offset(place) == min(start + 300, len(PDF))
    (row,) = rows(town, UploadRow)
    assert (row.filename, row.media_type, row.received) == ("đơn.pdf", "application/pdf", len(PDF))
    assert town.app.ports.files.read(row.sha256) == PDF
    assert lying(town) == []
    again = hoa.piece(place, len(PDF), b"")
    assert again.status_code == 204, "the last answer was lost on its way: nothing more to do"


def test_the_server_says_what_it_speaks(browser: Make) -> None:
    answer = browser("hoa").client.options("/tai-len")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,expiration"
    assert answer.headers["Tus-Max-Size"] == str(20 * 2**20)


def test_nobody_else_can_see_continue_or_drop_an_upload(
    tus: Callable[[str], Tus], town: World
) -> None:
    place = tus("hoa").begin(len(PDF)).headers["Location"]
    quan = tus("quan")
    assert quan.piece(place, 0, PDF).status_code == 404
    assert quan.drop(place).status_code == 404
    head = quan.client.head(place, headers={"Tus-Resumable": "1.0.0"})
    assert head.status_code == 404
    assert "Upload-Offset" not in head.headers
    assert rows(town, UploadRow)[0].received == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "²"}, 400),
        ({"Upload-Length": "nhiều"}, 400),
        ({"Upload-Length": str(20 * 2**20 + 1)}, 413),
        ({"Upload-Length": "9" * 15}, 413),
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"X-CSRFToken": "cũ"}, 403),
    ],
)
def test_an_upload_that_cannot_be_meant_is_not_begun(
    tus: Callable[[str], Tus], town: World, headers: dict[str, str], status: int
) -> None:
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert tus("hoa").begin(10, **headers).status_code == status
    assert rows(town, UploadRow) == []


@pytest.mark.parametrize(
    ("offset", "content", "headers", "status"),
    [
        ("-1", PDF, {}, 422),
        ("1", PDF[1:], {}, 409),
        ("0", PDF + b"more", {}, 413),
        ("0", PDF, {"Content-Type": "application/octet-stream"}, 415),
        ("0", PDF, {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ("0", PDF, {"Upload-Offset": ""}, 422),
        ("0", PDF, {"X-CSRFToken": ""}, 403),
    ],
)
def test_a_piece_that_does_not_fit_changes_nothing(
    tus: Callable[[str], Tus],
    town: World,
    offset: str,
    content: bytes,
    headers: dict[str, str],
    status: int,
) -> None:
    hoa = tus("hoa")
    place = hoa.begin(len(PDF)).headers["Location"]
    sent = {"Upload-Offset": offset, **headers}
    assert hoa.piece(place, 0, content, **sent).status_code == status
    assert hoa.offset(place) == 0
    assert hoa.piece(place, 0, PDF).status_code == 204


def test_a_finished_upload_takes_no_more(tus: Callable[[str], Tus]) -> None:
    hoa = tus("hoa")
    place = f"/tai-len/{hoa.whole(PDF)}"
    assert hoa.piece(place, 0, PDF).status_code == 409
    assert hoa.piece(place, len(PDF), b"more").status_code == 413
    assert hoa.offset(place) == len(PDF)


def test_a_wrong_file_is_refused_when_it_is_whole_and_leaves_nothing(
    tus: Callable[[str], Tus], town: World
) -> None:
    hoa = tus("hoa")
    for content, told in (
        (b"MZ" + bytes(50), "không thuộc loại được nhận"),
        (pdf(password="bi-mat"), "có mật khẩu"),
    ):
        place = hoa.begin(len(content)).headers["Location"]
        answer = hoa.piece(place, 0, content)
        assert answer.status_code == 422
        assert answer.mimetype == "text/plain"
        assert told in answer.text
    assert rows(town, UploadRow) == []
    assert lying(town) == []


def test_who_is_no_longer_signed_in_is_told_so_and_goes_on_after_signing_in_again(
    browser: Make, town: World
) -> None:
    hoa = browser("hoa")
    before = Tus(hoa)
    place = before.begin(len(PDF)).headers["Location"]
    assert before.piece(place, 0, PDF[:400]).status_code == 204
    hoa.post("/dang-xuat")
    assert before.piece(place, 400, PDF[400:]).status_code == 401
    hoa.sign_in("hoa")
    assert before.piece(place, 400, PDF[400:]).status_code == 403, "the token of the old session"
    after = Tus(hoa)
    assert after.offset(place) == 400
    assert after.piece(place, 400, PDF[400:]).status_code == 204
    assert town.app.ports.files.read(rows(town, UploadRow)[0].sha256) == PDF


def test_somebody_who_begins_uploads_without_end_is_stopped(
    tus: Callable[[str], Tus], town: World
) -> None:
    hoa = tus("hoa")
    for _ in range(uploading.MOST_UNDER_WAY):
        assert hoa.begin(10).status_code == 201
    refused = hoa.begin(10)
    assert refused.status_code == 400
    assert "dở dang" in refused.text
    assert tus("quan").begin(10).status_code == 201
    assert hoa.drop(f"/tai-len/{rows(town, UploadRow)[0].key}").status_code in {204, 404}


def test_a_form_takes_its_users_upload_instead_of_bytes(
    browser: Make, town: World, tus: Callable[[str], Tus]
) -> None:
    case_id = town.file()
    task_id = town.task(case_id, "B1b").id
    hoa = browser("hoa")
    key = Tus(hoa).whole(PDF, "phiếu kiểm.pdf")
    hoa.get(f"/viec/{task_id}")
    sent = {**town.answers_to_task(task_id), "ho_so_quet": json.dumps({"upload": key, "name": ""})}
    saved = hoa.post(f"/viec/{task_id}/luu-nhap", **sent)
    assert saved.status_code == 302, words(saved)
    draft = town.task(case_id, "B1b").draft
    assert draft is not None
    (file,) = draft["ho_so_quet"]
    assert (file["name"], file["size"]) == ("phiếu kiểm.pdf", len(PDF))


def test_a_form_does_not_take_somebody_elses_upload(
    browser: Make, town: World, tus: Callable[[str], Tus]
) -> None:
    case_id = town.file()
    task_id = town.task(case_id, "B1b").id
    stolen = tus("quan").whole(PDF)
    hoa = browser("hoa")
    hoa.get(f"/viec/{task_id}")
    sent = {
        **town.answers_to_task(task_id),
        "ho_so_quet": json.dumps({"upload": stolen, "name": ""}),
    }
    refused = hoa.post(f"/viec/{task_id}/hoan-thanh", **sent)
    assert refused.status_code == 422
    assert "Tệp đính kèm không đọc được. Hãy chọn lại tệp." in words(refused)
    assert rows(town, AttachmentRow) == []


def test_photos_become_one_pdf_in_the_order_asked_for(
    tus: Callable[[str], Tus], town: World
) -> None:
    hoa = tus("hoa")
    first, second = hoa.whole(photo(), "1.jpg"), hoa.whole(photo(200, 300), "2.jpg")
    form = {"key": [second, first], "quarters": ["0", "1"], "name": "Ảnh/giấy tờ"}
    joined = hoa.client.post("/tai-len/ghep", data=form, headers={"X-CSRFToken": hoa.token})
    assert joined.status_code == 201
    told = joined.json
    assert told is not None
    assert told["name"] == "giấy tờ.pdf"
    row = next(row for row in rows(town, UploadRow) if row.key == told["key"])
    pages = town.app.ports.pictures.leaves(row.sha256, row.media_type)
    assert pages.count == 2
    assert [wide < high for wide, high in pages.sizes] == [True, True]


def test_a_photo_that_cannot_be_read_is_named(tus: Callable[[str], Tus], town: World) -> None:
    hoa = tus("hoa")
    good, bad = hoa.whole(photo(), "1.jpg"), hoa.whole(photo()[:150], "2.jpg")
    form = {"key": [good, bad], "quarters": ["0", "0"], "name": "Ảnh"}
    refused = hoa.client.post("/tai-len/ghep", data=form, headers={"X-CSRFToken": hoa.token})
    assert refused.status_code == 422
    assert refused.json == {"problems": {bad: "Ảnh bị hỏng, không mở được. Hãy chụp lại."}}
    stolen = tus("quan").client.post(
        "/tai-len/ghep", data=form, headers={"X-CSRFToken": tus("quan").token}
    )
    assert stolen.status_code in {403, 404}
    assert len(rows(town, UploadRow)) == 2


def test_a_connection_closed_midway_loses_nothing_that_arrived(
    web: Flask, browser: Make, town: World
) -> None:
    """On a server that hands bodies on as they come: half a piece, then the line is dead."""
    hoa = browser("hoa")
    tus = Tus(hoa)
    place = tus.begin(len(PDF)).headers["Location"]
    cookie = hoa.client.get_cookie("quytrinh")
    assert cookie is not None
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: quytrinh={cookie.value}\r\n"
        f"Tus-Resumable: 1.0.0\r\nX-CSRFToken: {tus.token}\r\nUpload-Offset: 0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(PDF)}\r\n\r\n"
    )
    server = make_server("127.0.0.1", 0, web)
    with socket.create_connection(("127.0.0.1", server.server_port)) as line:
        line.sendall(head.encode() + PDF[:333])
    server.handle_request()
    server.server_close()
    assert tus.offset(place) == 333
    assert tus.piece(place, 333, PDF[333:]).status_code == 204
    assert town.app.ports.files.read(rows(town, UploadRow)[0].sha256) == PDF
