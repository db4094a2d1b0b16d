"""What a date says for itself survives being stored."""

from __future__ import annotations

import json

import pytest

from engine.domain.deadlines import Deadline, legal_deadline, step_deadline, timer_moment
from engine.domain.durations import parse_duration
from engine.domain.explanations import RULE_SENTENCES, Explanation, Rule
from engine.domain.legal_clock import Pause
from engine.domain.working_calendar import WorkingCalendar
from tests.domain.vietnamese_time import at


@pytest.fixture
def deadlines(calendar: WorkingCalendar) -> list[Deadline]:
    start = at("2026-02-13 15:20")
    pause = Pause(at("2026-02-24 10:00"), at("2026-02-26 09:00"))
    return [
        step_deadline(parse_duration("0,0625 ngày làm việc"), start, calendar),
        step_deadline(parse_duration("2,5 ngày làm việc + 3 ngày"), start, calendar),
        legal_deadline(parse_duration("5 ngày làm việc"), start, calendar, [pause]),
        timer_moment("40 ngày", start, calendar),
    ]


def test_an_explanation_survives_json(deadlines: list[Deadline]) -> None:
    for deadline in deadlines:
        stored = json.loads(json.dumps(deadline.explanation.to_json()))
        assert Explanation.from_json(stored) == deadline.explanation


def test_stored_hours_are_exact_and_reasons_readable(calendar: WorkingCalendar) -> None:
    duration = parse_duration("1 ngày làm việc")
    stored = step_deadline(duration, at("2026-03-06 16:40"), calendar).explanation.to_json()

    assert stored["counted"] == [["2026-03-06", 1, "1/3"], ["2026-03-09", 1, "23/3"]]
    assert stored["skipped"] == [["2026-03-07", "Thứ Bảy", "Chủ nhật"]]


def test_long_terms_are_stored_in_stretches_of_days(calendar: WorkingCalendar) -> None:
    duration = parse_duration("56 ngày làm việc")
    stored = legal_deadline(duration, at("2026-03-02 08:00"), calendar).explanation.to_json()

    assert stored["counted"][:2] == [["2026-03-03", 4], ["2026-03-09", 5]]
    assert sum(days for _, days in stored["counted"]) == 56
    assert len(json.dumps(stored, ensure_ascii=False).encode()) < 1600


def test_an_explanation_knows_its_moments_and_rule_in_words(deadlines: list[Deadline]) -> None:
    for deadline in deadlines:
        explanation = deadline.explanation
        assert explanation.due == deadline.due_at
        assert explanation.start == at("2026-02-13 15:20")
        assert explanation.rule_sentence == RULE_SENTENCES[explanation.rule]


def test_every_rule_has_a_sentence() -> None:
    assert set(RULE_SENTENCES) == set(Rule)
