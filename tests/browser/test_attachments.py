"""Files in a browser: photos dropped and joined, shown again, replaced; a line that is cut."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from playwright.sync_api import Locator, Route, expect
from sqlalchemy import select

from engine.adapters.file_store import FolderFileStore
from engine.persistence.tables import AttachmentRow
from tests.browser.conftest import UNHURRIED
from tests.browser.offices import Officer, Offices
from tests.browser.serving import Stage
from tests.pages import pages
from tests.scans import pdf, photo

pytestmark = pytest.mark.browser

FIELD = "Bản quét hồ sơ"


def drop(officer: Officer, zone: Locator, files: dict[str, bytes]) -> None:
    """Lets files fall on a place of the page, as from a folder's window."""
    held = officer.page.evaluate_handle(
        """files => {
            const held = new DataTransfer();
            for (const [name, content] of Object.entries(files)) {
                const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
                held.items.add(new File([bytes], name));
            }
            return held;
        }""",
        {name: b64encode(content).decode() for name, content in files.items()},
    )
    zone.dispatch_event("drop", {"dataTransfer": held})


def stored(offices: Offices) -> list[AttachmentRow]:
    with offices.town.act(write=False) as act:
        return list(act.session.scalars(select(AttachmentRow).order_by(AttachmentRow.id)))


def test_two_photos_become_one_pdf_that_can_be_looked_at_and_replaced(offices: Offices) -> None:
    case_id = offices.town.file()
    task = offices.town.task(case_id, "B1b")
    hoa = offices["hoa"]
    hoa.goes_to(f"/viec/{task.id}")
    for paper in hoa.form.locator(".papers > li").all():
        paper.get_by_role("radio").nth(1).check()
    hoa.chooses("Đầy đủ")
    zone = hoa.form.locator(".drop-zone")
    drop(hoa, zone, {"trang 1.jpg": photo(orientation=6), "trang 2.jpg": photo(200, 300)})
    rows = zone.get_by_role("listitem")
    expect(rows).to_have_count(2)
    join = zone.get_by_role("button", name="Ghép thành một tệp PDF (2)")
    join.wait_for()
    rows.first.get_by_role("button", name="Đưa xuống dưới: trang 1.jpg").click()
    assert "trang 2.jpg" in rows.first.inner_text()
    rows.first.get_by_role("button", name="Xoay ảnh: trang 2.jpg").click()
    join.click()
    expect(rows).to_have_count(1)
    assert f"{FIELD}" in rows.inner_text()
    hoa.completes()

    (file,) = stored(offices)
    assert (file.media_type, file.filename.endswith(".pdf")) == ("application/pdf", True)
    hoa.goes_to(f"/ho-so/{case_id}")
    hoa.follows(file.filename, within=hoa.page.locator("section", has=hoa.page.locator("#files")))
    assert "Trang 1 / 2" in hoa.reads()
    first = hoa.main.get_by_role("img", name=f"Trang 1 của {file.filename}")
    first.scroll_into_view_if_needed()
    hoa.page.wait_for_function(
        "() => [...document.querySelectorAll('.leaf img')].some((it) => it.naturalWidth > 900)"
    )
    hoa.follows("Thay bằng bản mới")
    hoa.page.get_by_label("Bản mới").set_input_files(
        {"name": "rõ hơn.pdf", "mimeType": "application/pdf", "buffer": pdf(3)}
    )
    hoa.page.get_by_label("Lý do thay").fill("Trang 2 bị mờ")
    hoa.presses("Thay bằng bản mới")
    assert "Đã thay bằng bản mới, lần thứ 2." in hoa.told()
    assert "3 trang" in hoa.reads()
    assert [row.version for row in stored(offices)] == [1, 2]


def test_an_upload_goes_on_after_a_cut_line_and_after_signing_in_again(
    offices: Offices, stage: Stage
) -> None:
    town = offices.town
    files = FolderFileStore(town.app.settings.files_dir, 2**23)
    app = replace(town.app, ports=replace(town.app.ports, files=files))
    stage.show(pages(app, UNHURRIED))
    task = town.task(town.file(), "B1b")
    hoa = offices["hoa"]
    hoa.goes_to(f"/viec/{task.id}")
    content = pdf() + os.urandom(2_500_000)
    offsets: list[int] = []

    def piece(route: Route) -> None:
        request = route.request
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))
            if len(offsets) == 2:
                stage.show(pages(app, UNHURRIED))  # the server starts anew meanwhile
                route.abort("connectionreset")
                return
            if len(offsets) == 4:
                hoa.screen.context.clear_cookies()  # the session ends
        route.continue_()

    hoa.page.route("**/tai-len/*", piece)
    hoa.encloses(FIELD, "hồ sơ quét.pdf", content)
    row = hoa.form.locator(".upload-row")
    expect(row).to_contain_text("Phiên làm việc đã hết.")
    hoa.page.get_by_role("button", name="Lưu nháp").click()
    expect(hoa.page.locator("[data-upload-note]")).to_contain_text("Còn tệp chưa tải lên được")
    hoa.comes_in()
    with hoa.page.expect_navigation():
        hoa.page.evaluate("window.dispatchEvent(new Event('focus'))")  # back from the other tab
        expect(row).to_contain_text("đã tải lên")
        hoa.page.get_by_role("button", name="Lưu nháp").click()
    assert "Đã lưu nháp" in hoa.told()
    assert offsets == [0, 2**20, 2**20, 2**21, 2**21]
    unlucky = [it for it in hoa.screen.complaints if "ERR_CONNECTION_RESET" in it or "401" in it]
    assert unlucky == hoa.screen.complaints, "nothing else went wrong"
    hoa.screen.complaints.clear()
    draft = town.task(task.case_id, "B1b").draft
    assert draft is not None
    (file,) = draft["ho_so_quet"]
    assert file["file"] == sha256(content).hexdigest()
    assert app.ports.files.read(file["file"]) == content
