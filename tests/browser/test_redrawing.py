"""An analyst uploads a redrawn procedure: everything wrong is said at once, then it is deployed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

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


#: Times that nobody understands, on many steps: a long list.
LATE = (('camunda:dueDate="0,5 ngày làm việc"', 'camunda:dueDate="lâu lâu"'),)

NEW = "/thu-tuc/ban-ve-moi"


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


def figure(vinh: Officer, key: str) -> Locator:
    return vinh.page.locator(f"[id='ve-1-{key}']")


def finding(vinh: Officer, key: str) -> Locator:
    return vinh.page.locator(f".finding[data-figure='ve-1-{key}']")


def in_sight(inner: Locator, frame: Locator) -> bool:
    """Whether the middle of one lies within the other, as they stand on the screen."""
    one, around = inner.bounding_box(), frame.bounding_box()
    assert one
    assert around
    x, y = one["x"] + one["width"] / 2, one["y"] + one["height"] / 2
    return (
        around["x"] <= x <= around["x"] + around["width"]
        and around["y"] <= y <= around["y"] + around["height"]
    )


def test_a_finding_chosen_is_shown_on_the_diagram_and_said_aloud(vinh: Officer) -> None:
    send(vinh, redrawn(*SPOILED), "Chỉ kiểm tra")
    far = finding(vinh, "B8")
    frame = vinh.page.locator(".diagram-frame")
    frame.evaluate("(one) => one.scrollTo(0, 0)")
    assert not in_sight(figure(vinh, "B8"), frame)
    far.get_by_role("link", name="Chỉ trên sơ đồ").press("Enter")
    assert in_sight(figure(vinh, "B8"), frame)
    assert "is-shown" in (figure(vinh, "B8").get_attribute("class") or "")
    said = vinh.page.locator("[data-selected]").inner_text()
    assert "1 phát hiện" in said
    assert "liet-si/khong-co" in said
    vinh.page.locator(".finding .said").first.click()
    assert vinh.page.locator(".is-shown").count() == 1
    assert "is-shown" not in (figure(vinh, "B8").get_attribute("class") or "")


def test_a_lane_is_shown_where_its_name_stands(vinh: Officer) -> None:
    send(vinh, redrawn(*SPOILED), "Chỉ kiểm tra")
    finding(vinh, "B8").get_by_role("link", name="Chỉ trên sơ đồ").click()
    frame, lane = vinh.page.locator(".diagram-frame"), vinh.page.locator("[data-lane].faulty")
    name = lane.locator("text")
    assert "chưa ai biết" in (name.text_content() or "")
    assert not in_sight(name, frame)
    vinh.page.locator(".finding").filter(has_text="Không có chức danh").get_by_role(
        "link"
    ).first.click()
    assert in_sight(name, frame)


def test_a_figure_chosen_leads_to_its_findings_also_inside_a_closed_group(vinh: Officer) -> None:
    send(vinh, redrawn(*SPOILED), "Chỉ kiểm tra")
    vinh.follows("Theo quy tắc")
    of_b8 = finding(vinh, "B8")
    for group in vinh.page.locator("details.findings-group[open] > summary").all():
        group.click()
    assert not of_b8.is_visible()
    figure(vinh, "B8").locator("xpath=..").press("Enter")
    assert of_b8.is_visible()
    assert of_b8.evaluate("(one) => one === document.activeElement")
    assert "is-selected" in (of_b8.get_attribute("class") or "")


def test_the_drawing_stays_in_sight_beside_a_long_list(offices: Offices) -> None:
    vinh = offices.elsewhere("vinh", viewport={"width": 1440, "height": 800})
    vinh.goes_to(NEW)
    send(vinh, redrawn(*SPOILED, *LATE), "Chỉ kiểm tra")
    last = vinh.page.locator(".finding").last
    last.scroll_into_view_if_needed()
    beside, frame = last.bounding_box(), vinh.page.locator(".diagram-frame").bounding_box()
    assert beside
    assert frame
    assert beside["x"] + beside["width"] <= frame["x"]
    assert frame["y"] >= 0
    assert frame["y"] + frame["height"] <= 800


def test_on_a_phone_the_list_comes_first_and_leads_to_the_drawing_and_back(
    offices: Offices,
) -> None:
    vinh = offices.elsewhere("vinh", viewport={"width": 390, "height": 780}, is_mobile=True)
    vinh.goes_to(NEW)
    send(vinh, redrawn(*SPOILED), "Chỉ kiểm tra")
    assert vinh.page.evaluate("document.documentElement.scrollWidth") <= 390
    frame = vinh.page.locator(".diagram-frame")
    first, drawing = vinh.page.locator(".finding").first.bounding_box(), frame.bounding_box()
    assert first
    assert drawing
    assert first["y"] < drawing["y"]
    finding(vinh, "B8").get_by_role("link", name="Chỉ trên sơ đồ").click()
    box = figure(vinh, "B8").bounding_box()
    assert box
    assert 0 <= box["y"] <= 780
    vinh.page.get_by_role("link", name="Về danh sách").click()
    expect(finding(vinh, "B8")).to_be_in_viewport()


def test_without_javascript_findings_and_figures_are_links(offices: Offices) -> None:
    vinh = offices.elsewhere("vinh", java_script_enabled=False)
    vinh.goes_to(NEW)
    send(vinh, redrawn(*SPOILED), "Chỉ kiểm tra")
    finding(vinh, "B8").get_by_role("link", name="Chỉ trên sơ đồ").click()
    assert vinh.page.url.endswith("#ve-1-B8")
    figure(vinh, "B8").click()
    assert vinh.page.url.endswith(f"#{finding(vinh, 'B8').get_attribute('id')}")


def test_what_was_checked_is_deployed_without_choosing_it_again(vinh: Officer) -> None:
    content = redrawn(("2025-07-01", "2026-04-01"))
    send(vinh, content, "Chỉ kiểm tra")
    assert "Bản vẽ không có lỗi" in vinh.reads()
    vinh.follows("Gửi bản vẽ mới")
    vinh.page.go_back()  # a page come back to still knows the files
    vinh.presses("Ban hành bản vẽ")
    assert "bản thứ 2." in vinh.told()


def test_a_rule_is_read_from_its_finding_and_left_again(vinh: Officer) -> None:
    send(vinh, redrawn(*SPOILED), "Chỉ kiểm tra")
    vinh.follows("Quy tắc unknown-lane")
    assert "Chuyên viên Sỡ" in vinh.reads()
    vinh.page.go_back()
    assert "chưa ban hành được" in vinh.reads()


def test_a_broken_drawing_is_not_deployed(vinh: Officer) -> None:
    send(vinh, redrawn(*SPOILED), "Ban hành bản vẽ")
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
    send(vinh, content, "Ban hành bản vẽ")
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
    send(vinh, redrawn(), "Ban hành bản vẽ")
    assert "không có gì thay đổi so với bản thứ 1" in vinh.told()


def test_officers_see_the_procedure_but_cannot_hand_one_in(offices: Offices) -> None:
    binh = offices["binh"]
    binh.goes_to("/thu-tuc")
    assert binh.main.get_by_role("link", name="Gửi bản vẽ mới").count() == 0
    binh.follows("Cấp đổi Bằng")
    assert binh.lines("Họp Hội đồng xác nhận người có công").count() == 1
    binh.goes_to("/thu-tuc/ban-ve-moi")
    binh.was_refused(403)
