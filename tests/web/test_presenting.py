"""How values look: remaining time, dates, numbers, documentation."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest

from engine.adapters.holiday_years import shipped_years
from engine.bpmn.pictures import telling
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.clock import ZONE
from engine.domain.messages import say
from engine.domain.working_calendar import WorkingCalendar
from tests.bpmn_execution import drawn
from web import presenting

CALENDAR = WorkingCalendar(shipped_years())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(autouse=True)
def page(web):
    with web.test_request_context():
        yield


@pytest.mark.parametrize(
    ("due", "now", "text", "tone"),
    [
        ("2026-03-04 08:00", "2026-03-02 08:00", "Còn 2 ngày làm việc", "in-time"),
        ("2026-03-02 15:30", "2026-03-02 10:00", "Hôm nay 15:30", "soon"),
        ("2026-03-03 09:00", "2026-03-02 09:00", "Ngày mai 09:00", "soon"),
        ("2026-03-09 09:00", "2026-03-06 16:00", "Còn 2 giờ làm việc", "soon"),
        ("2026-03-02 10:00", "2026-03-02 10:20", "Quá hạn 20 phút", "overdue"),
        ("2026-03-02 10:00", "2026-03-02 14:30", "Quá hạn 3 giờ làm việc", "overdue"),
        ("2026-03-02 10:00", "2026-03-05 08:00", "Quá hạn 2 ngày làm việc", "overdue"),
        ("2026-03-06 17:00", "2026-03-08 10:00", "Vừa quá hạn", "overdue"),  # a Sunday
        ("2026-02-13 17:00", "2026-02-23 08:30", "Quá hạn 1 giờ làm việc", "overdue"),  # Tết
    ],
)
def test_remaining_time_is_said_in_working_time(due, now, text, tone):
    said = presenting.remaining(at(due), at(now), CALENDAR)
    assert (said.text, said.tone) == (text, tone)


def test_no_deadline_is_said_too():
    assert presenting.remaining(None, at("2026-03-02 08:00"), CALENDAR).text == "Không định hạn"


def test_moments_are_local_and_vietnamese():
    moment = datetime.fromisoformat("2026-03-01T18:30:00+00:00")
    assert presenting.moment_text(moment) == "02/03/2026 01:30"
    assert presenting.day(moment) == "02/03/2026"
    assert presenting.weekday(moment) == "thứ Hai"
    assert presenting.day(None) == ""


@pytest.mark.parametrize(
    ("value", "text"), [(2, "2"), (Fraction(5, 2), "2,5"), (Fraction(1, 3), "0,33"), (0, "0")]
)
def test_numbers_have_a_decimal_comma(value, text):
    assert presenting.number(value) == text


def test_sizes_of_files_are_short():
    assert presenting.file_size(312_400) == "312 KB"
    assert presenting.file_size(1_440_000) == "1,4 MB"
    assert presenting.file_size(3) == "1 KB"


def test_a_stored_message_is_filled_in():
    stored = say("Quá hạn %(time)s", time="2 phút").to_json()
    assert presenting.sentence(stored) == "Quá hạn 2 phút"


def test_percent_signs_in_values_do_no_harm():
    assert presenting.sentence(say("Liệt sĩ %(name)s", name="100%(x)s")) == "Liệt sĩ 100%(x)s"


def test_a_guide_puts_the_work_before_its_source():
    guide = presenting.guide(
        "Nguồn – mục III, bước B3: “…”\nViệc làm: Xem xét, ký nháy.\n"
        "Đầu vào: dự thảo.\nBổ sung của dự án (nguồn không quy định): trả lại kèm lý do."
    )
    assert guide.work == [("Việc làm", "Xem xét, ký nháy."), ("Đầu vào", "dự thảo.")]
    assert len(guide.background) == 2


def test_documentation_without_labels_is_all_work():
    guide = presenting.guide("Nguồn – chỉ có thế.")
    assert guide.work == [("", "Nguồn – chỉ có thế.")]
    assert guide.background == []


@pytest.mark.parametrize(
    ("agent", "text"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/120 Safari/537", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) Safari/604", "Safari, iPhone"),
        ("curl/8", "Trình duyệt khác"),
    ],
)
def test_browsers_are_named_as_people_know_them(agent, text):
    assert presenting.browser(agent) == text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a\n\n<b>b</b>", '" onmouseover="x'])
def test_documentation_is_escaped(text):
    assert "<script" not in presenting.paragraphs(text)
    assert "<b>" not in presenting.paragraphs(text)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("70 ngày kể từ A", "70 ngày kể từ khi mở “Thẩm định”"),
        ("cùng hạn A", "cùng hạn với “Thẩm định”"),
        (
            "5 ngày khi x; 10 ngày làm việc kể từ A",
            "10 ngày làm việc kể từ khi mở “Thẩm định” (tùy hồ sơ có thể là 5 ngày)",
        ),
    ],
)
def test_the_time_a_step_is_allowed_names_the_step_it_leans_on(due, said):
    drawing = read_drawing(
        drawn.process(drawn.start(), drawn.user("A", name="Thẩm định"), drawn.end()), ""
    )
    assert presenting.allowed_time(telling.allowed(drawing, due)) == said


def test_the_step_it_leans_on_may_stand_in_a_called_drawing():
    part = read_drawing(drawn.process(drawn.user("A", name="Họp Hội đồng"), key="phan"), "")
    outer = read_drawing(drawn.process(drawn.call("K", "phan"), drawn.user("B"), key="goi"), "")
    told = telling.allowed(outer, "cùng hạn K/A", {"phan": part})
    assert presenting.allowed_time(told) == "cùng hạn với “Họp Hội đồng”"
