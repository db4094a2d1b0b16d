"""The small words of the domain: messages, the clock, folding, states."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.clock import HandClock, SystemClock, local, local_day, utc
from engine.domain.errors import Conflict, NaiveMoment, TaskClosed
from engine.domain.folding import fold
from engine.domain.messages import Message, say
from engine.domain.states import CaseState, TaskState, change_case, change_task

# --- messages --------------------------------------------------------------------------------


def test_a_message_fills_its_places() -> None:
    assert str(say("Bản vẽ có %(count)s lỗi.", count=3)) == "Bản vẽ có 3 lỗi."


def test_a_message_without_values_is_taken_literally() -> None:
    assert str(say("giảm 100% học phí")) == "giảm 100% học phí"


def test_a_message_survives_json_with_its_values_as_text() -> None:
    message = say("Đến %(day)s còn %(left)s.", day=date(2026, 3, 2), left=2)
    stored = message.to_json()

    assert stored["params"] == {"day": "2026-03-02", "left": 2}
    assert str(Message.from_json(stored)) == str(message)


def test_a_stored_message_with_broken_values_is_refused() -> None:
    with pytest.raises(TypeError, match="mapping"):
        Message.from_json({"template": "x", "params": [1]})


# --- clock -----------------------------------------------------------------------------------

NAIVE = datetime(2026, 3, 2, 8)  # noqa: DTZ001


@pytest.mark.parametrize("read", [utc, local, local_day])
def test_a_moment_without_a_zone_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(NaiveMoment):
        read(NAIVE)


def test_the_local_day_is_vietnams() -> None:
    assert local_day(datetime(2026, 3, 2, 17, tzinfo=UTC)) == date(2026, 3, 3)
    assert local(datetime(2026, 3, 2, 17, tzinfo=UTC)).hour == 0


def test_the_hand_clock_moves_only_by_hand() -> None:
    clock = HandClock(datetime(2026, 3, 2, 8, tzinfo=UTC))

    assert clock.now() == clock.now()
    clock.advance(timedelta(hours=2))
    assert clock.now().hour == 10
    clock.move_to(datetime(2026, 3, 1, tzinfo=UTC))
    assert clock.now().day == 1


def test_the_system_clock_tells_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


# --- folding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Đào", "nguyen thi dao"),
        ("  ĐẶNG   văn Ước ", "dang van uoc"),
        ("Tổ quốc ghi công", "to quoc ghi cong"),
        ("HS-2026-000123", "hs-2026-000123"),
    ],
)
def test_folding_drops_what_people_do_not_type(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_does_not_depend_on_composition_and_is_stable(text: str) -> None:
    folded = fold(unicodedata.normalize("NFC", text))

    assert folded == fold(unicodedata.normalize("NFD", text))
    assert fold(folded) == folded


# --- states ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (CaseState.FILED, CaseState.RUNNING),
        (CaseState.FILED, CaseState.FINISHED),
        (CaseState.RUNNING, CaseState.PAUSED),
        (CaseState.PAUSED, CaseState.RUNNING),
        (CaseState.PAUSED, CaseState.FINISHED),
        (CaseState.RUNNING, CaseState.RUNNING),
    ],
)
def test_a_case_may_go_where_it_is_declared(state: CaseState, to: CaseState) -> None:
    assert change_case(state, to) is to


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (CaseState.RUNNING, CaseState.FILED),
        (CaseState.PAUSED, CaseState.FILED),
        *((CaseState.FINISHED, to) for to in CaseState if to is not CaseState.FINISHED),
    ],
)
def test_a_case_goes_nowhere_else(state: CaseState, to: CaseState) -> None:
    with pytest.raises(Conflict):
        change_case(state, to)


def test_an_open_task_closes_once() -> None:
    assert change_task(TaskState.OPEN, TaskState.DONE) is TaskState.DONE
    assert change_task(TaskState.OPEN, TaskState.WITHDRAWN) is TaskState.WITHDRAWN
    for closed in (TaskState.DONE, TaskState.WITHDRAWN):
        for to in TaskState:
            with pytest.raises(TaskClosed):
                change_task(closed, to)
