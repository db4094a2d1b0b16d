"""An analyst uploads a redrawn procedure: everything wrong is said at once, then it is deployed."""

from __future__ import annotations

import pytest

from tests.browser.offices import Officer, Offices
from tests.factories import QT02_FILE

pytestmark = pytest.mark.browser

DRAWING = QT02_FILE.read_text(encoding="utf-8")

#: What is spoiled -> a word of the finding it must lead to.
SPOILED = {
    ('name="Thành viên Hội đồng"', 'name="Hội đồng chưa ai biết"'): "Hội đồng chưa ai biết",
    ('camunda:dueDate="2,5 ngày làm việc"', 'camunda:dueDate="hai ngày rưỡi"'): "hai ngày rưỡi",
    (
        'camunda:formRef="liet-si/tong-hop"',
        'camunda:formRef="liet-si/khong-co"',
    ): "liet-si/khong-co",
}


def redrawn(*changes: tuple[str, str]) -> bytes:
    text = DRAWING
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def send(vinh: Officer, content: bytes, button: str) -> None:
    vinh.page.get_by_label("Các tệp").set_input_files(
        {"name": "qt02-cap-doi-bang.bpmn", "mimeType": "text/xml", "buffer": content}
    )
    vinh.presses(button)


@pytest.fixture
def vinh(offices: Offices) -> Officer:
    """The analyst, at the page where drawings are handed in."""
    analyst = offices["vinh"]
    analyst.goes_to("/thu-tuc")
    analyst.follows("Gửi bản vẽ mới")
    return analyst


def test_a_broken_drawing_shows_all_that_is_wrong_with_it(vinh: Officer) -> None:
    send(vinh, redrawn(*SPOILED), "Chỉ kiểm tra")
    said = vinh.reads()
    assert "chưa ban hành được" in said
    for word in SPOILED.values():
        assert word in said
    assert said.count("Cách sửa:") >= len(SPOILED)
    assert "dòng " in said
    vinh.main.get_by_role("link", name="Chỉ trên sơ đồ").first.click()
    vinh.page.locator(".is-shown").first.wait_for()


def test_a_broken_drawing_is_not_deployed(vinh: Officer) -> None:
    send(vinh, redrawn(*SPOILED), "Ban hành")
    said = vinh.was_refused(422)
    for word in SPOILED.values():
        assert word in said
    vinh.goes_to("/thu-tuc")
    assert "Bản 2" not in vinh.lines("Cấp đổi Bằng").inner_text()


def test_a_file_that_is_no_drawing_is_refused(vinh: Officer) -> None:
    send(vinh, b"<bpmn:definitions", "Chỉ kiểm tra")
    assert "chưa ban hành được" in vinh.reads()


def test_a_redrawn_procedure_is_deployed_and_used_from_its_day_on(
    offices: Offices, vinh: Officer
) -> None:
    old = offices.town.file()
    content = redrawn(
        ("2025-07-01", "2026-04-01"),
        ('name="Kiểm tra, tiếp nhận hồ sơ"', 'name="Kiểm tra và tiếp nhận hồ sơ"'),
    )
    send(vinh, content, "Ban hành")
    assert "bản thứ 2." in vinh.told()
    assert "Kiểm tra và tiếp nhận hồ sơ" in vinh.reads()
    vinh.goes_to("/thu-tuc")
    said = vinh.lines("Cấp đổi Bằng").inner_text()
    assert "Bản 2 từ 01/04/2026 · sẽ áp dụng" in said
    assert "Đang áp dụng" in said
    assert "Bản 1 từ 01/07/2025 đến trước 01/04/2026" in said

    offices.at("2026-04-01 08:00")
    new = offices.town.file()
    hoa = offices["hoa"]
    assert hoa.waiting(offices.town.case(new).code) == ["Kiểm tra và tiếp nhận hồ sơ"]
    assert hoa.waiting(offices.town.case(old).code) == ["Kiểm tra, tiếp nhận hồ sơ"]


def test_the_same_drawing_again_makes_no_new_version(vinh: Officer) -> None:
    send(vinh, redrawn(), "Ban hành")
    assert "không có gì thay đổi so với bản thứ 1" in vinh.told()


def test_officers_see_the_procedure_but_cannot_hand_one_in(offices: Offices) -> None:
    binh = offices["binh"]
    binh.goes_to("/thu-tuc")
    assert binh.main.get_by_role("link", name="Gửi bản vẽ mới").count() == 0
    binh.follows("Cấp đổi Bằng")
    assert binh.lines("Họp Hội đồng xác nhận người có công").count() == 1
    binh.goes_to("/thu-tuc/ban-ve-moi")
    binh.was_refused(403)
