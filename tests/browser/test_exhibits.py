"""A drawing that no dossier is to follow is kept to be looked at, and taken down again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.offices import Offices

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parents[1] / "interchange" / "phoi-hop.bpmn"


def test_an_analyst_keeps_a_drawing_that_others_look_at(offices: Offices) -> None:
    vinh = offices["vinh"]
    vinh.goes_to("/thu-tuc")
    vinh.follows("Gửi bản vẽ mới")
    vinh.page.get_by_label("Các tệp").set_input_files(
        {"name": SAMPLE.name, "mimeType": "text/xml", "buffer": SAMPLE.read_bytes()}
    )
    vinh.presses("Chỉ kiểm tra")
    vinh.page.get_by_text("Giữ chỉ để xem").first.click()
    vinh.page.get_by_label("Tên bản vẽ").fill("Phối hợp giám định")
    vinh.presses("Giữ chỉ để xem")
    assert vinh.title() == "Phối hợp giám định"
    assert vinh.page.locator("svg.drawing").count() == 2

    hoa = offices["hoa"]
    hoa.goes_to("/thu-tuc")
    hoa.follows("Phối hợp giám định")
    assert "Không có hồ sơ nào chạy theo bản vẽ này." in hoa.reads()
    hoa.page.get_by_text("Xem sơ đồ dưới dạng danh sách").first.click()
    assert "Họp kết luận – bước phối hợp" in hoa.reads()
    hoa.page.set_viewport_size({"width": 390, "height": 844})
    wide = hoa.page.evaluate("document.documentElement.scrollWidth")
    hoa.page.set_viewport_size({"width": 1280, "height": 720})
    assert wide <= 390

    vinh.page.get_by_text("Gỡ bản vẽ này").click()
    vinh.presses("Gỡ hẳn")
    assert "Chưa có bản vẽ nào." in vinh.reads()
