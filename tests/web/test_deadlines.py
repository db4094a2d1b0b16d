"""“Vì sao ngày này?” for steps, terms, receipts and waits."""

from __future__ import annotations

import re

import pytest

from engine.persistence.tables import TimerRow
from tests.services.test_walks import COMMUNE, MINISTRY, PROVINCE
from tests.web.conftest import title, words


@pytest.fixture
def accepted(town):
    case_id = town.file()
    town.do(case_id, "B1b")
    return case_id


def test_a_step_counts_working_hours_day_by_day(browser, town, accepted):
    task = town.task(accepted, "B2")
    page = browser("binh").get(f"/viec/{task.id}/vi-sao")
    said = words(page)
    assert title(page) == "Vì sao là 04/03/2026 08:00?"
    assert "2 ngày làm việc" in said
    assert "Tính theo giờ làm việc của cơ quan" in said
    assert "02/03/2026 thứ Hai Tính 7,5 giờ làm việc" in said


def test_a_legal_term_shows_months_with_the_number_of_each_day(browser, accepted):
    page = browser("hoa").get(f"/ho-so/{accepted}/vi-sao")
    said = words(page)
    assert title(page) == "Vì sao là ngày 22/05/2026?"
    assert "Bộ luật Dân sự 2015, Điều 147, Điều 148" in said
    assert "Tháng 03/2026" in said
    assert "Giỗ Tổ Hùng Vương" in said
    assert re.search(r'class="start"[^>]*>2<', page.text)
    assert re.search(r'class="counted last"[^>]*>22<small>56</small>', page.text)
    assert len(re.findall(r'class="counted[^"]*"', page.text)) == 56


def test_a_receipt_keeps_the_explanation_it_was_issued_with(browser, town, accepted):
    town.do(accepted, "B2", bang_mo_hu_hai=True)
    hoa = browser("hoa")
    first = hoa.get(f"/ho-so/{accepted}/giay-hen/1/vi-sao")
    second = hoa.get(f"/ho-so/{accepted}/giay-hen/2/vi-sao")
    assert "56 ngày làm việc" in words(first)
    assert "99 ngày làm việc" in words(second)
    assert hoa.get(f"/ho-so/{accepted}/giay-hen/3/vi-sao").status_code == 404


def test_a_wait_says_why_it_lasts_so_long(browser, town, accepted):
    town.do(accepted, "B2", bang_mo_hu_hai=True)
    town.do(accepted, "B6", "binh")
    with town.act(write=False) as act:
        timer = act.session.query(TimerRow).one()
    path = f"/ho-so/{accepted}/cho/{timer.id}/vi-sao"
    assert "Thời gian tối thiểu" in words(browser("binh").get(path))
    assert path in browser("binh").get(f"/ho-so/{accepted}").text


def test_before_acceptance_there_is_no_term_to_explain(browser, town):
    case_id = town.file()
    assert browser("hoa").get(f"/ho-so/{case_id}/vi-sao").status_code == 404
    assert "Thời hạn bắt đầu tính từ khi" in words(browser("hoa").get(f"/ho-so/{case_id}"))


def test_nobody_from_elsewhere_is_told(browser, town, accepted):
    task = town.task(accepted, "B2")
    for path in (f"/viec/{task.id}/vi-sao", f"/ho-so/{accepted}/vi-sao"):
        assert browser("quan").get(path).status_code == 404


def test_it_explains_itself_in_english(browser, accepted):
    hoa = browser("hoa")
    hoa.get("/viec")
    hoa.post("/ngon-ngu", language="en")
    said = words(hoa.get(f"/ho-so/{accepted}/vi-sao"))
    assert "Why 22/05/2026?" in said
    assert "The day it starts does not count" in said


def test_a_step_that_shares_a_date_says_with_whom(browser, town, accepted):
    town.do(accepted, "B2", bang_mo_hu_hai=True)
    town.do(accepted, "B6", "binh")
    town.pass_posting(accepted)
    task = town.task(accepted, "B6_ket_qua")
    said = words(browser("binh").get(f"/viec/{task.id}/vi-sao"))
    assert "Cùng hạn với bước “Niêm yết ít nhất 40 ngày”." in said
    assert "29 ngày làm việc" in said
    assert f"/viec/{task.id}/vi-sao" in browser("binh").get(f"/viec/{task.id}").text


def test_a_step_by_appointment_shows_the_date_of_the_case(browser, town, accepted):
    town.walk(accepted, *COMMUNE[1:], *PROVINCE, *MINISTRY[:-1])
    task = town.task(accepted, "B22")
    page = browser("hoa").get(f"/viec/{task.id}/vi-sao")
    assert title(page) == "Vì sao là ngày 22/05/2026?"
    assert "Làm theo giấy hẹn" in words(page)
