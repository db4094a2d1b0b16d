"""Half-filled forms: kept as drafts, asked about before they are left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser

NOTE = "Bằng gốc còn rõ chữ, đối chiếu với hồ sơ lưu."


@pytest.fixture
def accepted(offices: Offices) -> str:
    """The code of a dossier that waits for its appraisal."""
    case_id = offices.town.file()
    offices.town.do(case_id, "B1b")
    return offices.town.case(case_id).code


def test_a_draft_is_shown_again_wherever_one_goes_on(offices: Offices, accepted: str) -> None:
    binh = offices["binh"]
    binh.opens(accepted, steps.APPRAISAL)
    binh.chooses("Không đủ căn cứ")
    binh.types("Nội dung thẩm định, đề xuất", NOTE)
    binh.presses("Lưu nháp")
    assert "Đã lưu nháp." in binh.told()

    offices.at("2026-03-03 08:00")
    home = offices.elsewhere("binh")
    home.goes_to("/viec")
    home.follows("Làm tiếp", within=home.lines(accepted))
    assert home.field("Nội dung thẩm định, đề xuất").input_value() == NOTE
    assert home.form.get_by_role("radio", name="Không đủ căn cứ").is_checked()
    home.types("Lý do không đủ căn cứ", "Đã được cấp đổi năm 1998.")
    assert "Đã hoàn thành" in home.completes()


def test_a_task_given_back_keeps_its_draft_for_the_next(offices: Offices, accepted: str) -> None:
    binh, son = offices["binh"], offices["son"]
    binh.opens(accepted, steps.APPRAISAL)
    binh.types("Nội dung thẩm định, đề xuất", NOTE)
    binh.presses("Lưu nháp")
    binh.presses("Trả lại hàng chờ")
    assert "hàng chờ" in binh.told()
    son.opens(accepted, steps.APPRAISAL)
    assert son.field("Nội dung thẩm định, đề xuất").input_value() == NOTE


def test_leaving_what_was_typed_asks_first(offices: Offices, accepted: str) -> None:
    binh = offices["binh"]
    binh.opens(accepted, steps.APPRAISAL)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    binh.page.once("dialog", stay)
    binh.field("Nội dung thẩm định, đề xuất").press_sequentially(NOTE)
    binh.main.get_by_role("link", name="Việc của tôi").click()
    assert asked == ["beforeunload"]
    assert binh.field("Nội dung thẩm định, đề xuất").input_value() == NOTE
    assert "Đã hoàn thành" in binh.completes()


def test_a_page_left_untouched_is_left_without_a_question(offices: Offices, accepted: str) -> None:
    binh = offices["binh"]
    binh.opens(accepted, steps.APPRAISAL)
    asked: list[str] = []
    binh.page.once("dialog", lambda dialog: asked.append(dialog.type))
    binh.follows("Việc của tôi")
    assert binh.title() == "Việc của tôi"
    assert asked == []
