"""Procedures: versions, drawings, and redrawn ones coming in."""

from __future__ import annotations

import re

import pytest

from engine.persistence.tables import VersionRow
from engine.services import deploying
from tests import factories
from tests.factories import QT02, QT02_FILE
from tests.services.test_catalogue import part, procedure
from tests.services.test_periods import DON
from tests.web.conftest import title, upload, words

NEW = "/thu-tuc/ban-ve-moi"


def broken() -> bytes:
    text = QT02_FILE.read_text(encoding="utf-8")
    text = text.replace('camunda:dueDate="2 ngày làm việc"', 'camunda:dueDate="hai hôm"')
    return text.replace('name="Lãnh đạo UBND cấp xã"', 'name="Lãnh đạo không có"').encode()


def later() -> bytes:
    text = QT02_FILE.read_text(encoding="utf-8")
    return text.replace('value="2025-07-01"', 'value="2026-04-01"').encode()


def versions(town):
    with town.act(write=False) as act:
        return act.session.query(VersionRow).all()


def test_everybody_signed_in_reads_versions_and_how_many_dossiers_they_carry(browser, town):
    town.file()
    said = words(browser("binh").get("/thu-tuc"))
    assert "Cấp đổi Bằng “Tổ quốc ghi công”" in said
    assert "Liệt sĩ và thân nhân liệt sĩ (1)" in said
    assert "Pháp lệnh ưu đãi người có công với cách mạng năm 2020 và 4 căn cứ khác" in said
    assert "56 ngày làm việc hoặc 99 ngày làm việc, tùy hồ sơ" in said
    assert "Đang áp dụng Bản 1 từ 01/07/2025 1 " in said
    assert "Gửi bản vẽ mới" not in said


def test_a_version_shows_its_diagram_terms_and_every_step(browser):
    page = browser("binh").get(f"/thu-tuc/{QT02}/1")
    said = words(page)
    assert 'class="drawing"' in page.text
    assert "56 ngày làm việc" in said
    assert "B22" in said
    assert "Văn thư Sở Nội vụ" in said
    assert browser("binh").get(f"/thu-tuc/{QT02}/9").status_code == 404


def test_the_drawing_can_be_taken_home_as_it_was_deployed(browser):
    response = browser("vinh").get(f"/thu-tuc/{QT02}/1/ban-ve")
    assert response.data == QT02_FILE.read_bytes()
    assert "filename=qt02-cap-doi-bang-1.bpmn" in response.headers["Content-Disposition"]


def test_all_problems_are_listed_with_place_and_remedy_and_shown_on_the_diagram(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    page = vinh.post(f"{NEW}/kiem-tra", files=upload("hong.bpmn", broken()))
    said = words(page)
    assert "chưa ban hành được" in said
    assert "“hai hôm” không phải là thời hạn hợp lệ" in said
    assert "Không có chức danh nào tên “Lãnh đạo không có”" in said
    assert re.search(r"hong\.bpmn ?, dòng \d+", said)
    assert "Cách sửa:" in said
    assert re.search(r'overdue" data-element="B2"', page.text)
    assert len(versions(town)) == 1


def test_an_erroneous_drawing_is_not_deployed(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    page = vinh.post(f"{NEW}/ban-hanh", files=upload("hong.bpmn", broken()), reason="Cứ làm")
    assert page.status_code == 422
    assert "“hai hôm”" in words(page)
    assert "Cứ làm" in page.text
    assert len(versions(town)) == 1


def test_a_redrawn_procedure_becomes_the_next_version(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    answer = vinh.post(f"{NEW}/ban-hanh", files=upload("moi.bpmn", later()), reason="Đã xem")
    assert answer.status_code == 302
    assert answer.location == f"/thu-tuc/{QT02}/2"
    assert "bản thứ 2" in words(vinh.get(answer.location))
    said = words(vinh.get("/thu-tuc"))
    assert "Bản 2 từ 01/04/2026 · sẽ áp dụng" in said
    assert "Đang áp dụng" in said
    assert "Bản 1 từ 01/07/2025 đến trước 01/04/2026" in said


def test_the_same_drawing_again_makes_no_version(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    answer = vinh.post(
        f"{NEW}/ban-hanh", files=upload(QT02_FILE.name, QT02_FILE.read_bytes()), reason="Lại"
    )
    assert answer.location == f"/thu-tuc/{QT02}/1"
    assert "không có gì thay đổi" in words(vinh.get(answer.location))
    assert len(versions(town)) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rong.bpmn", b""),
        ("xml.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("cat.bpmn", QT02_FILE.read_bytes()[:5000]),
        ("anh.bpmn", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_a_file_that_is_no_drawing_is_explained(browser, town, name, content):
    vinh = browser("vinh")
    vinh.get(NEW)
    for door in ("kiem-tra", "ban-hanh"):
        page = vinh.post(f"{NEW}/{door}", files=upload(name, content))
        assert page.status_code in (200, 422)
        assert "Cách sửa:" in words(page)
    assert len(versions(town)) == 1


def test_other_kinds_of_file_and_no_file_at_all_are_refused(browser):
    vinh = browser("vinh")
    vinh.get(NEW)
    assert vinh.post(f"{NEW}/kiem-tra", files=upload("x.exe", b"MZ")).status_code == 400
    vinh.get(NEW)
    assert vinh.post(f"{NEW}/kiem-tra").status_code == 400


@pytest.mark.parametrize("who", ["hoa", "phuc", "uyen"])
def test_only_analysts_may_check_and_deploy(browser, town, journal, who):
    one = browser(who)
    assert one.get(NEW).status_code == 403
    one.get("/thu-tuc")
    for door in ("kiem-tra", "ban-hanh"):
        answer = one.post(f"{NEW}/{door}", files=upload("moi.bpmn", later()), reason="Tôi")
        assert answer.status_code == 403
    assert len(versions(town)) == 1
    assert len(journal("permission:refused")) == 3


def test_names_in_an_uploaded_drawing_are_never_markup(browser):
    text = factories.QT02_FILE.read_text(encoding="utf-8")
    text = text.replace('name="Phê duyệt"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"')
    vinh = browser("vinh")
    vinh.get(NEW)
    page = vinh.post(f"{NEW}/kiem-tra", files=upload("xau.bpmn", text.encode()))
    assert "<script>alert" not in page.text
    assert title(page) == "Gửi bản vẽ mới"


def put_in_force(town):
    closed = procedure(
        "cu", "cv-ncc-xa", effective_from="2013-06-01", effective_to="2022-02-15", field="liet-si"
    )
    tells = "Căn cứ pháp lý:\n- Điều 62;\n- Điều 63.\nNgười nộp: người bị bắt."
    caller = procedure("goi", "Tổ chức, cá nhân", call="chung-x", tells=tells, field="tu-day")
    with town.act("vinh") as act:
        deploying.deploy(act, [part("chung-x"), caller, closed, DON], "Thử.")


def test_the_register_is_searched_without_diacritics_and_by_field(browser, town):
    put_in_force(town)
    binh = browser("binh")
    said = words(binh.get("/thu-tuc"))
    assert "3 thủ tục" in said
    assert "Điều 62 và 1 căn cứ khác Dự kiến Đang áp dụng" in said
    assert "Hết hiệu lực Bản 1 từ 01/06/2013 đến trước 15/02/2022" in said
    assert "Phần dùng chung" in said
    assert "Chung Thử goi Bản 1" in said  # the part, and who calls it
    for query, seen, hidden in (
        ("?q=bi+dich+bat", "Thử goi", "Cấp đổi Bằng"),
        ("?linh_vuc=liet-si", "Cấp đổi Bằng", "Thử goi"),
        ("?linh_vuc=khong-co", "Thử goi", "không-có"),
    ):
        found = words(binh.get(f"/thu-tuc{query}"))
        assert seen in found
        assert hidden not in found
    assert "Không có thủ tục nào khớp" in words(binh.get("/thu-tuc?q=xyz"))


def test_the_page_of_a_procedure_tells_what_applicants_ask(browser, town):
    put_in_force(town)
    binh = browser("binh")
    assert binh.get("/thu-tuc/goi").location == "/thu-tuc/goi/1"
    said = words(binh.get("/thu-tuc/goi/1"))
    assert "Người nộp người bị bắt. Căn cứ pháp lý Điều 62; Điều 63." in said
    assert "Tiếp nhận hồ sơ" not in said
    assert "Tiếp nhận hồ sơ" in words(browser("hoa").get("/thu-tuc/goi/1"))
    assert "không nhận hồ sơ mới theo bản này" in words(binh.get("/thu-tuc/cu/1"))
    of_part = words(binh.get("/thu-tuc/chung-x/1"))
    assert "Thủ tục gọi phần này Thử goi" in of_part
    assert "Thời hạn giải quyết" not in of_part
    assert binh.get("/thu-tuc/khong-co").status_code == 404


def test_a_call_of_a_drawing_that_is_nowhere_is_refused_on_the_page(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    name, content = procedure("goi", "cv-ncc-xa", call="khong-co")
    page = vinh.post(f"{NEW}/ban-hanh", files=upload(name, content), reason="x")
    said = words(page)
    assert page.status_code == 422
    assert "“B” gọi quy trình “khong-co”, không có quy trình này." in said
    assert "hoặc gửi kèm bản vẽ của phần đó." in said
    assert len(versions(town)) == 1
