"""The overdue list of those who watch over others, and giving work to somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.conftest import words


@pytest.fixture
def late(town):
    case_id = town.file()
    town.at("2026-03-05 09:00")
    return town.task(case_id, "B1b")


def test_a_supervisor_sees_what_is_late_below(browser, late):
    said = words(browser("phuc").get("/qua-han"))
    assert "AP-2026-000001" in said
    assert "Quá hạn 2 ngày làm việc" in said
    assert "UBND xã An Phú" in said
    assert "Chưa ai nhận" in said


def test_it_can_be_narrowed_to_one_unit(browser, town, late):
    phuc = browser("phuc")
    assert "AP-2026-000001" in words(phuc.get(f"/qua-han?don_vi={town.units['ap']}"))
    assert "Không có việc nào như đã" in words(phuc.get(f"/qua-han?don_vi={town.units['bm']}"))


def test_a_head_sees_the_late_work_of_their_role(browser, late):
    assert "AP-2026-000001" in words(browser("hoa").get("/qua-han"))
    assert "AP-2026-000001" not in words(browser("dung").get("/qua-han"))


@pytest.mark.parametrize("who", ["hanh", "binh", "quan", "tam"])
def test_others_have_no_such_list(browser, journal, late, who):
    one = browser(who)
    assert one.get("/qua-han").status_code == 403
    assert one.get(f"/viec/{late.id}/giao-lai").status_code == 403
    assert one.post(f"/viec/{late.id}/giao-lai", user="1", reason="Vì").status_code == 403
    assert len(journal("permission:refused")) == 3


def test_the_work_goes_to_a_holder_whose_desk_is_shown(browser, town, late, journal):
    phuc = browser("phuc")
    page = words(phuc.get(f"/viec/{late.id}/giao-lai"))
    assert "Hanh" in page
    assert "Hoa" in page
    assert "Đang có 0 việc" in page
    assert "Quan" not in page
    answer = phuc.post(
        f"/viec/{late.id}/giao-lai", user=str(town.users["hanh"]), reason="Hoa nghỉ phép"
    )
    assert answer.location == "/qua-han"
    assert "Đã giao “Kiểm tra, tiếp nhận hồ sơ” cho Hanh." in words(phuc.get("/qua-han"))
    assert town.task(late.case_id, "B1b").assignee_id == town.users["hanh"]
    assert journal("task:reassigned")[0]["reason"] == "Hoa nghỉ phép"


def test_a_person_and_a_reason_are_asked_for(browser, town, late):
    phuc = browser("phuc")
    phuc.get(f"/viec/{late.id}/giao-lai")
    back = phuc.post(f"/viec/{late.id}/giao-lai", user=str(town.users["hanh"]), reason=" ")
    assert back.status_code == 422
    assert "Hãy ghi lý do." in words(back)
    assert f'value="{town.users["hanh"]}" required checked' in back.text
    assert phuc.post(f"/viec/{late.id}/giao-lai", reason="Vì").status_code == 422
    long = phuc.post(f"/viec/{late.id}/giao-lai", user=str(town.users["hanh"]), reason="x" * 301)
    assert long.status_code == 422
    assert "Lý do dài quá 300 ký tự." in words(long)


def test_nobody_outside_the_role_can_be_given_the_work(browser, town, late):
    phuc = browser("phuc")
    phuc.get(f"/viec/{late.id}/giao-lai")
    answer = phuc.post(f"/viec/{late.id}/giao-lai", user=str(town.users["binh"]), reason="Vì")
    assert answer.status_code == 400
    assert town.task(late.case_id, "B1b").assignee_id is None


def test_a_case_past_its_date_is_listed_whatever_its_step_may_take(browser, town):
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", bang_mo_hu_hai=True)  # B6 has no deadline of its own
    town.clock.move_to(town.case(case_id).due_at + timedelta(days=3))
    said = words(browser("phuc").get("/qua-han"))
    assert "Hồ sơ quá hẹn trả 2 ngày làm việc" in said
    assert "22/07/2026 17:00" in said
    assert "Niêm yết công khai" in said
