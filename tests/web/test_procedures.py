"""Procedures: their versions and drawings."""

from __future__ import annotations

from engine.services import deploying
from tests.factories import QT02, QT02_FILE
from tests.services.test_catalogue import part, procedure
from tests.services.test_periods import DON
from tests.web.conftest import words


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
