"""A supervisor sees what is overdue, and gives it to somebody else."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser


@pytest.fixture
def late(offices: Offices) -> list[str]:
    """Two dossiers that lie at An Phú beyond their time, and one that does not."""
    town = offices.town
    first, second = town.file(), town.file(nguoi_ho_ten="Lê Văn Đợi")
    town.do(second, "B1b")
    offices.at("2026-03-09 10:00")
    third = town.file(nguoi_ho_ten="Phạm Thị Sớm")
    return [town.case(case).code for case in (first, second, third)]


def test_the_latest_work_stands_first(offices: Offices, late: list[str]) -> None:
    phuc = offices["phuc"]
    phuc.goes_to("/viec")
    phuc.follows("Giám sát")
    phuc.follows("Danh sách việc")
    lines = phuc.lines().all_inner_texts()
    assert [next(code for code in late if code in line) for line in lines] == late[:2]
    assert "Quá hạn" in lines[0]
    assert "Chưa ai nhận" in lines[0]
    assert "UBND xã An Phú" in lines[0]


def test_overdue_work_is_given_to_somebody_else(offices: Offices, late: list[str]) -> None:
    code, hoa, hanh, phuc = late[0], offices["hoa"], offices["hanh"], offices["phuc"]
    hoa.opens(code, steps.RECEPTION)
    hoa.presses("Nhận việc")
    phuc.goes_to("/qua-han")
    assert "Đang giữ: Hoa" in phuc.lines(code).inner_text()
    phuc.follows("Giao lại", within=phuc.lines(code))
    phuc.main.get_by_role("radio", name="Hanh").check()
    phuc.presses("Giao lại")
    assert "lý do" in phuc.was_refused(422).lower()
    phuc.main.get_by_label("Lý do giao lại").fill("Chị Hoa đi công tác.")
    phuc.presses("Giao lại")
    assert f"Đã giao “{steps.RECEPTION}” cho Hanh." in phuc.told()
    assert "Đang giữ: Hanh" in phuc.lines(code).inner_text()
    assert steps.RECEPTION in hanh.waiting(code)
    hanh.goes_to("/viec?xem=mine")
    hanh.follows("Làm tiếp", within=hanh.lines(code))
    steps.accept(hanh)
    assert "Đã hoàn thành" in hanh.completes()
    phuc.goes_to("/qua-han")
    assert phuc.lines(code).count() == 0


def test_the_journal_keeps_who_gave_it_to_whom(offices: Offices, late: list[str]) -> None:
    town = offices.town
    task = town.task(1, "B1b")
    phuc = offices["phuc"]
    phuc.goes_to(f"/viec/{task.id}/giao-lai")
    phuc.main.get_by_role("radio", name="Hanh").check()
    phuc.main.get_by_label("Lý do giao lại").fill("Chị Hoa đi công tác.")
    phuc.presses("Giao lại")
    phuc.goes_to("/ho-so/1")
    phuc.main.get_by_text("Nhật ký hồ sơ").click()
    assert phuc.lines("Chị Hoa đi công tác.").filter(has_text="Phuc").count() == 1


def test_the_inbox_says_what_is_overdue_and_what_is_not(offices: Offices, late: list[str]) -> None:
    hoa = offices["hoa"]
    hoa.goes_to("/viec?xem=role")
    assert "Quá hạn" in hoa.lines(late[0]).inner_text()
    assert "Hôm nay 15:30" in hoa.lines(late[2]).inner_text()
    assert "1 quá hạn" in hoa.main.get_by_role("link", name="Của chức danh tôi").inner_text()
    first = hoa.lines().first.inner_text()
    assert late[0] in first


def test_the_search_box_needs_no_diacritics(offices: Offices, late: list[str]) -> None:
    hoa = offices["hoa"]
    hoa.goes_to("/viec?xem=role")
    hoa.main.get_by_role("searchbox").fill("pham thi som")
    hoa.presses("Tìm")
    assert [late[2] in line for line in hoa.lines().all_inner_texts()] == [True]
