"""The page on which administrators edit the escalation ladders, and ladders on tasks and cases."""

from __future__ import annotations

import pytest

from engine.services.escalating import escalate_due
from tests.services.test_escalating import at_b2
from tests.web.conftest import title, words

LIST = "/quan-tri/bac-nhac-han"
EDIT = f"{LIST}/sua"
STEPS = {"doi_tuong": "task", "thu_tuc": "", "chuc_danh": "cv-ncc-xa", "dang_dung": ""}


def row(number: int, count: str, when: str, whom: str) -> dict[str, str]:
    return {f"so-{number}": count, f"khi-{number}": when, f"ai-{number}": whom}


def test_an_administrator_tries_saves_and_removes_a_ladder(browser, town):
    uyen = browser("uyen")
    said = words(uyen.get(LIST))
    assert "Mọi bước của mọi thủ tục" in said
    assert "Còn 1 ngày làm việc: báo trưởng bộ phận, mở dự thảo thư xin lỗi" in said
    assert "Chưa có bậc riêng" in words(uyen.get(f"{EDIT}?doi_tuong=task&chuc_danh=cv-ncc-xa"))
    rows = {**row(0, "50%", "share", "holders"), **row(1, "", "due", "leader")}
    tried = uyen.post(EDIT, lam="xem", ly_do="", **STEPS, **rows)
    assert "Chưa lưu" in words(tried)
    assert "Thứ Tư 11/03/2026 13:30" in words(tried)  # half of five days from Monday 8:00
    assert "Có chức danh chưa có lãnh đạo đơn vị: sẽ báo giám sát cấp trên thay" in words(tried)
    more = uyen.post(EDIT, lam="them", ly_do="Vì", **STEPS, **rows)
    assert more.text.count('name="khi-') == 5
    saved = uyen.post(EDIT, lam="luu", ly_do="Theo chỉ đạo.", **STEPS, **rows)
    assert (saved.status_code, saved.headers["Location"]) == (302, LIST)
    said = words(uyen.get(LIST))
    assert "Đã lưu bậc nhắc hạn" in said
    assert "1. Đã qua 50% thời gian: báo người giữ việc" in said
    page = uyen.get(f"{EDIT}?doi_tuong=task&chuc_danh=cv-ncc-xa")
    assert "Lý do: Theo chỉ đạo." in words(page)
    own = {**STEPS, "dang_dung": "1"}
    assert "Hãy ghi lý do" in words(uyen.post(f"{LIST}/bo", ly_do_bo="", **own))
    assert uyen.post(f"{LIST}/bo", ly_do_bo="Thôi.", **own).status_code == 302
    assert "50%" not in words(uyen.get(LIST))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({}, "phải báo cho ít nhất một người"),
        (row(0, "ba", "after", "head"), "Hãy ghi một số từ 1 đến 60."),
        (row(0, "120", "share", "head"), "Hãy ghi một số từ 1 đến 99."),
        (row(0, "3", "", "head"), "Hãy chọn khi nào."),
        (row(0, "3", "after", "?"), "Hãy chọn báo ai."),
        (
            {**row(0, "3", "after", "head"), **row(1, "", "", ""), **row(2, "", "due", "head")},
            "Bậc 2 phải đến sau bậc 1.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_the_row_and_what_was_typed_stays(browser, rows, said):
    uyen = browser("uyen")
    uyen.get(LIST)
    page = uyen.post(EDIT, lam="luu", ly_do="Lý do dài dòng", **STEPS, **rows)
    assert page.status_code == 422
    assert said in words(page)
    assert "Lý do dài dòng" in page.text
    assert all(f'value="{value}"' in page.text for value in rows.values() if value not in {"", "?"})


def test_somebody_else_saved_meanwhile(browser):
    uyen = browser("uyen")
    uyen.get(LIST)
    rows = row(0, "", "due", "head")
    assert uyen.post(EDIT, lam="luu", ly_do="Vì", **STEPS, **rows).status_code == 302
    page = uyen.post(EDIT, lam="luu", ly_do="Vì", **STEPS, **row(0, "1", "after", "head"))
    assert page.status_code == 409
    assert "vừa được người khác sửa" in words(page)


def test_others_may_not_and_what_is_not_there_is_not_found(browser):
    assert browser("hoa").get(LIST).status_code == 403
    assert browser("hoa").get(f"{EDIT}?doi_tuong=task").status_code == 403
    uyen = browser("uyen")
    for query in (
        "",
        "?doi_tuong=x",
        "?doi_tuong=task&thu_tuc=qt99",
        "?doi_tuong=task&chuc_danh=x",
    ):
        assert uyen.get(f"{EDIT}{query}").status_code == 404


def test_a_task_and_its_case_show_the_ladder(browser, town):
    case_id = at_b2(town, None)
    task = town.task(case_id, "B2")
    town.at("2026-03-03 13:30")
    escalate_due(town.app)
    page = browser("binh").get(f"/viec/{task.id}")
    assert title(page).startswith("Thẩm định hồ sơ")
    said = words(page)
    assert "03/03/2026 13:30 (đã qua 75% thời gian) Đã báo Binh, Son" in said
    assert "04/03/2026 08:00 (đến hạn) Sẽ báo trưởng bộ phận: Phuc" in said
    said = words(browser("binh").get(f"/ho-so/{case_id}"))
    assert "Nhắc hạn hồ sơ" in said
    assert "21/05/2026 17:00 (còn 1 ngày làm việc, mở dự thảo thư xin lỗi)" in said
