"""The files of a case on its pages: shown, drawn, replaced; for those who may see the case."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import select

from engine.persistence.tables import AttachmentRow
from engine.ports import UploadedFile
from tests.factories import World
from tests.persistence.test_adapters import DOCX
from tests.scans import pdf, photo
from tests.web.conftest import Browser, title, upload, words

Make = Callable[[str | None], Browser]


@pytest.fixture
def case_id(town: World) -> int:
    found = town.file()
    scans = [
        UploadedFile("ảnh.jpg", photo(400, 200, orientation=6, place=True)),
        UploadedFile("quét.pdf", pdf(25)),
        UploadedFile("hỏng.pdf", b"%PDF-1.7 broken"),
    ]
    town.do(found, "B1b", "hoa", ho_so_quet=scans)
    return found


def address(town: World, name: str) -> str:
    with town.act(write=False) as act:
        rows = act.session.scalars(select(AttachmentRow).where(AttachmentRow.filename == name))
        row = rows.one()
        return f"/ho-so/{row.case_id}/tep/{row.id}"


def test_the_case_lists_its_files_with_small_pictures(
    browser: Make, town: World, case_id: int
) -> None:
    hoa = browser("hoa")
    page = hoa.get(f"/ho-so/{case_id}")
    for name in ("ảnh.jpg", "quét.pdf", "hỏng.pdf"):
        assert f'href="{address(town, name)}/xem"' in page.text
        assert f'href="{address(town, name)}"' in page.text
    small = hoa.get(f"{address(town, 'ảnh.jpg')}/anh-nho")
    picture = Image.open(io.BytesIO(small.data))
    assert (small.mimetype, picture.width, picture.height) == ("image/jpeg", 160, 320)
    assert not picture.getexif(), "neither the place nor the camera"
    assert small.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    broken = hoa.get(f"{address(town, 'hỏng.pdf')}/anh-nho")
    assert (broken.status_code, broken.mimetype) == (200, "image/svg+xml")


def test_pages_of_a_file_are_shown_twenty_at_a_time(
    browser: Make, town: World, case_id: int
) -> None:
    hoa, place = browser("hoa"), address(town, "quét.pdf")
    page = hoa.get(f"{place}/xem")
    assert title(page) == "quét.pdf"
    assert "Trang 20 / 25" in words(page)
    assert "Trang 21 / 25" not in words(page)
    later = hoa.get(f"{place}/xem?tu=21")
    assert "Trang 21 / 25" in words(later)
    assert "Trang 20 / 25" not in words(later)
    drawn = re.search(r'src="([^"]+/trang/21)"', later.text)
    assert drawn
    picture = Image.open(io.BytesIO(hoa.get(drawn[1]).data))
    assert picture.width == 1000
    near = hoa.get(f"{drawn[1]}?co=lon")
    assert Image.open(io.BytesIO(near.data)).width == 2000
    assert hoa.get(f"{place}/trang/26").mimetype == "image/svg+xml"
    for asked in ("0", "-5", "999", "x"):
        assert "Trang 1 / 25" in words(hoa.get(f"{place}/xem?tu={asked}"))


def test_what_cannot_be_shown_is_offered_for_download(
    browser: Make, town: World, case_id: int
) -> None:
    hoa = browser("hoa")
    page = hoa.get(f"{address(town, 'hỏng.pdf')}/xem")
    assert "Không xem trước được tệp này. Hãy tải về máy để mở." in words(page)
    hoa.get(f"{address(town, 'quét.pdf')}/thay")
    with town.act("hoa") as act:
        row = act.session.scalars(select(AttachmentRow)).first()
        assert row is not None
        kept = act.app.ports.files.keep(UploadedFile("đơn.docx", DOCX))
        row.sha256, row.filename, row.media_type = kept.sha256, kept.filename, kept.media_type
    word = hoa.get(f"{address(town, 'đơn.docx')}/xem")
    assert "Tệp Word, Excel không xem trước được ở đây" in words(word)
    assert hoa.get(f"{address(town, 'đơn.docx')}/anh-nho").mimetype == "image/svg+xml"


def test_nobody_else_sees_a_file_or_a_picture_of_it(
    browser: Make, town: World, case_id: int
) -> None:
    quan, place = browser("quan"), address(town, "ảnh.jpg")
    for path in (place, f"{place}/xem", f"{place}/anh-nho", f"{place}/trang/1", f"{place}/thay"):
        assert quan.get(path).status_code == 404
    other = place.replace(f"/ho-so/{case_id}/", "/ho-so/999/")
    assert browser("hoa").get(f"{other}/xem").status_code == 404


def test_a_better_file_takes_the_place_of_one(browser: Make, town: World, case_id: int) -> None:
    hoa, place = browser("hoa"), address(town, "quét.pdf")
    hoa.get(f"{place}/thay")
    refused = hoa.post(f"{place}/thay", reason="Trang 2 mờ")
    assert refused.status_code == 422
    assert "Hãy chọn tệp thay thế" in words(refused)
    assert "Trang 2 mờ" in refused.text, "what was typed is still there"
    done = hoa.post(f"{place}/thay", reason="Trang 2 mờ", tep=upload("rõ.pdf", pdf(2)))
    assert done.status_code == 302
    page = hoa.get(done.location)
    assert title(page) == "rõ.pdf"
    assert "Trang 2 mờ" in words(page)
    old = words(hoa.get(f"{place}/xem"))
    assert "Đây là bản cũ" in old
    assert "Xem bản mới nhất (lần 2)" in old
    case = words(hoa.get(f"/ho-so/{case_id}"))
    assert "Bản lần 2: Trang 2 mờ" in case
    assert "Các bản trước (1)" in case
    assert "Thay tệp “quét.pdf” bằng bản mới, lần thứ 2: Trang 2 mờ." in case
    again = hoa.post(f"{place}/thay", reason="nữa", tep=upload("x.pdf", pdf(3)))
    assert again.status_code == 409
    assert "đã có bản mới hơn" in words(hoa.get(f"{place}/thay"))


def test_a_supervisor_sees_files_and_is_not_offered_to_replace_them(
    browser: Make, town: World, case_id: int
) -> None:
    phuc, place = browser("phuc"), address(town, "quét.pdf")
    assert "Thay bằng bản mới" not in words(phuc.get(f"{place}/xem"))
    assert "Thay bằng bản mới" not in words(phuc.get(f"/ho-so/{case_id}"))
    assert phuc.post(f"{place}/thay", reason="x", tep=upload("x.pdf", pdf(2))).status_code == 403
