"""Drawings that are only looked at, on pages: kept from the checks, seen by all, taken down."""

from __future__ import annotations

import re
from pathlib import Path

from engine.persistence.tables import ExhibitRow
from tests.web.conftest import title, upload, words

SAMPLE = Path(__file__).parents[1] / "interchange" / "phoi-hop.bpmn"
SHELF = "/thu-tuc/chi-de-xem"


def checked(browser, content=None):
    """The page of a file that was handed in, and the key under which it lies."""
    vinh = browser("vinh")
    vinh.get("/thu-tuc/ban-ve-moi")
    there = vinh.post(
        "/thu-tuc/ban-ve-moi/kiem-tra",
        files=upload("phoi-hop.bpmn", content or SAMPLE.read_bytes()),
    ).headers["Location"]
    page = vinh.get(there)
    return vinh, page, there.rpartition("/")[2]


def kept(browser, name="Phối hợp giám định"):
    vinh, _page, key = checked(browser)
    there = vinh.post(SHELF, kept=key, title=name, note="Bản nháp")
    return vinh, there.headers["Location"]


def test_a_drawing_that_cannot_be_deployed_is_offered_to_be_kept(browser):
    _vinh, page, _key = checked(browser)
    assert "Giữ chỉ để xem" in words(page)
    assert page.text.count('class="drawing"') == 2  # every diagram
    vinh, there = kept(browser)
    page = vinh.get(there)
    assert title(page) == "Phối hợp giám định"
    said = words(page)
    assert "Không có hồ sơ nào chạy theo bản vẽ này." in said
    assert "Vì sao chưa ban hành được" in said
    assert page.text.count('class="drawing"') == 2


def test_what_is_wrong_in_it_is_marked_on_its_diagram(browser):
    nobody = SAMPLE.read_bytes().replace(b"<participantRef>hd</participantRef>", b"")
    _vinh, page, _key = checked(browser, nobody)
    assert "Họp kết luận” có 1 bên tham gia" in words(page)
    assert re.search(r'<a href="#phat-hien-\d"><g class="element faulty"', page.text)


def test_everybody_signed_in_sees_it_and_may_take_the_file(browser):
    _vinh, there = kept(browser)
    binh = browser("binh")
    assert "Phối hợp giám định" in words(binh.get("/thu-tuc"))
    assert "Bản nháp" in words(binh.get(SHELF))
    page = binh.get(there)
    assert "Giới thiệu đi giám định – bước phối hợp" in words(page)
    assert "Vì sao chưa ban hành được" not in words(page)
    assert "Gỡ" not in words(page)
    file = binh.get(f"{there}/tep")
    assert file.data == SAMPLE.read_bytes()
    assert file.headers["Content-Disposition"] == "attachment; filename=phoi-hop.bpmn"


def test_only_analysts_keep_and_take_down(browser, town):
    vinh, there = kept(browser)
    binh = browser("binh")
    binh.get(there)
    assert binh.post(f"{there}/go").status_code == 403
    assert binh.post(SHELF, kept="x", title="y").status_code == 403
    vinh.get(there)
    vinh.post(f"{there}/go")
    assert vinh.get(there).status_code == 404
    with town.act("vinh") as act:
        assert act.session.query(ExhibitRow).count() == 0


def test_without_a_title_nothing_is_kept(browser, town):
    vinh, _page, key = checked(browser)
    answer = vinh.post(SHELF, kept=key, title=" ")
    assert answer.headers["Location"].endswith(key)  # back where the file still lies
    assert "Hãy đặt tên cho bản vẽ" in words(vinh.get(answer.headers["Location"]))
    with town.act("vinh") as act:
        assert act.session.query(ExhibitRow).count() == 0


def test_a_file_kept_already_is_told_beside_its_findings(browser):
    kept(browser)
    vinh, _page, key = checked(browser)
    answer = vinh.post(SHELF, kept=key, title="Lần nữa")
    assert "đã được giữ với tên “Phối hợp giám định”" in words(vinh.get(answer.headers["Location"]))


def test_what_cannot_be_read_is_not_offered_to_be_kept(browser):
    _vinh, page, _key = checked(browser, b"%PDF-1.7\n")
    assert "tài liệu PDF" in words(page)
    assert "Giữ chỉ để xem" not in words(page)


def test_the_name_of_the_drawing_is_proposed_as_its_title(browser):
    _vinh, page, _key = checked(browser)
    (proposed,) = re.findall(r'name="title"[^>]* value="([^"]*)"', page.text)
    assert proposed
    assert proposed in words(page)


def test_the_shelf_is_empty_at_first(browser):
    assert "Chưa có bản vẽ nào." in words(browser("binh").get(SHELF))
    assert "Bản vẽ chỉ để xem" not in words(browser("binh").get("/thu-tuc"))
