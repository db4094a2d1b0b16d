"""The working calendar to read."""

from __future__ import annotations

from tests.web.conftest import title, words


def test_it_shows_this_years_days_with_their_documents(browser):
    page = browser("hoa").get("/lich")
    said = words(page)
    assert title(page) == "Lịch làm việc 2026"
    assert "02/01/2026 thứ Sáu Nghỉ" in said
    assert "10/01/2026 thứ Bảy Làm việc" in said
    assert "07:30–11:30, 13:00–17:00" in said


def test_a_year_that_is_not_signed_off_says_so(browser):
    assert "chưa được duyệt" in words(browser("hoa").get("/lich?nam=2027"))
    assert "chưa được duyệt" not in words(browser("hoa").get("/lich?nam=2025"))


def test_a_year_that_is_not_there_is_not_found(browser):
    assert browser("hoa").get("/lich?nam=1999").status_code == 404


def test_before_any_calendar_was_loaded_the_page_says_what_to_do(browser, town):
    from engine.persistence.tables import CalendarDayRow, CalendarYearRow, ChangeStampRow

    with town.act() as act:
        act.session.query(CalendarDayRow).delete()
        act.session.query(CalendarYearRow).delete()
        for stamp in act.session.query(ChangeStampRow):
            stamp.number += 1
    page = browser("hoa").get("/lich")
    assert page.status_code == 200
    assert "Chưa có năm nào" in words(page)
