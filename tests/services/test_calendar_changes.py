"""Changing the calendar: what is refused, what a preview tells, who may do it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from engine.domain.calendar_changes import DayChange, days_between, read_rows, swapped
from engine.domain.errors import Conflict, FormInvalid, Misuse, NotPermitted
from engine.domain.states import ChangeState
from engine.persistence.calendars import load_calendar
from engine.persistence.tables import CalendarChangeRow
from engine.services import calendar_changes
from engine.services.calendar_preview import Subject
from tests.domain.vietnamese_time import shown
from tests.factories import World

DOCUMENT = "Công văn số 15/BNV-CVL"
#: 30/4/2026 is a Thursday, 1/5 a Friday; Saturday 9 May is made worked for Monday 4 May.
SPRING = swapped(date(2026, 5, 4), date(2026, 5, 9), DOCUMENT)


def off(*days: str, reason: str = "Nghỉ lễ", document: str = DOCUMENT) -> list[DayChange]:
    return [DayChange(date.fromisoformat(day), False, reason, document) for day in days]


def drafted(
    town: World, days: Sequence[DayChange], unit: str | None = None, who: str = "uyen"
) -> int:
    with town.act(who) as act:
        unit_id = town.units[unit] if unit else None
        return calendar_changes.draft(act, days, DOCUMENT, unit_id).id


def confirmed(town: World, days: Sequence[DayChange], unit: str | None = None) -> int:
    change_id = drafted(town, days, unit)
    with town.act("uyen") as act:
        calendar_changes.confirm(act, change_id)
    return change_id


def refusal(town: World, days: Sequence[DayChange], unit: str | None = None) -> str:
    with pytest.raises(FormInvalid) as refused:
        drafted(town, days, unit)
    return " ".join(str(one) for one in refused.value.errors[""])


def test_only_administrators_change_the_calendar(small_town: World) -> None:
    for who in ("hoa", "phuc", "vinh"):
        with pytest.raises(NotPermitted):
            drafted(small_town, SPRING, who=who)


def test_what_makes_no_sense_is_refused_with_the_day_and_the_reason(small_town: World) -> None:
    town = small_town
    assert "02/03/2026 đã là ngày làm việc" in refusal(
        town, [DayChange(date(2026, 3, 2), True, "Làm bù", DOCUMENT)]
    )
    assert "30/04/2026 đã là ngày nghỉ (Ngày Chiến thắng 30/4)" in refusal(town, off("2026-04-30"))
    assert "01/03/2026 đã qua" in refusal(town, off("2026-03-01"))
    assert "chưa có năm 2031" in refusal(town, off("2031-03-03"))
    assert "nêu hai lần" in refusal(town, off("2026-05-04", "2026-05-04"))
    assert "đã được duyệt nên thay đổi phải nêu văn bản" in refusal(
        town, off("2026-05-04", document="")
    )
    assert "hãy ghi lý do" in refusal(town, off("2026-05-04", reason=""))
    assert "vốn đang bình thường" in refusal(town, [DayChange(date(2026, 5, 4), None)])
    assert "ít nhất một ngày" in refusal(town, [])
    assert "nhiều nhất 100 ngày" in refusal(
        town, [DayChange(day, False, "x", "y") for day in days_between(*_LONG)]
    )
    assert "đơn vị đã nghỉ sẵn (Chủ nhật)" in refusal(town, off("2026-03-08"), "ap")
    assert "đã qua hơn 7 ngày" in refusal(town, off("2026-02-20"), "ap")
    assert "không đóng cửa" in refusal(town, [DayChange(date(2026, 3, 4), None)], "ap")


_LONG = date(2026, 6, 1), date(2026, 6, 1) + timedelta(days=100)


def test_a_unit_that_was_cut_off_may_tell_of_it_afterwards(small_town: World) -> None:
    small_town.at("2026-03-06 10:00")
    assert drafted(small_town, off("2026-03-04", "2026-03-05", reason="Lũ"), "ap")


def test_two_open_drafts_do_not_touch_the_same_day(small_town: World) -> None:
    first = drafted(small_town, SPRING)
    assert f"thay đổi lịch số {first} chưa xác nhận" in refusal(small_town, SPRING)
    assert drafted(small_town, off("2026-05-04", reason="Lũ"), "ap")  # a unit's own is another
    with small_town.act("uyen") as act:
        calendar_changes.drop(act, first)
    assert drafted(small_town, SPRING)
    with pytest.raises(Conflict), small_town.act("uyen") as act:
        calendar_changes.confirm(act, first)


def test_a_preview_tells_what_would_move_and_changes_nothing(town: World) -> None:
    town.at("2026-04-29 15:00")
    case_id = town.file()
    before = town.task(case_id, "B1b").due_at
    change_id = drafted(town, SPRING)
    with town.act("uyen", write=False) as act:
        summary = calendar_changes.preview(act, change_id)
        lines = calendar_changes.listed(act, calendar_changes.one(act, change_id), 0)
    assert before is not None
    assert [(one.unit_id, one.moving, one.kept) for one in summary.groups] == [
        (town.units["ap"], summary.moving, 0)
    ]
    (task,) = [move for move in lines.moves if move.subject is Subject.TASK]
    assert (shown(task.before), shown(task.after)) == ("2026-05-04 09:30", "2026-05-05 09:30")
    with town.act("uyen", write=False) as act:
        calendar = load_calendar(act.session, act.app.settings.shifts)
        assert (task.calendar_days(), task.working_days(calendar)) == (1, 1)
    assert town.task(case_id, "B1b").due_at == before
    assert town.acts(case_id).count("deadline:moved") == 0


def test_confirming_writes_the_calendar_at_once_and_notes_what_stood_there(town: World) -> None:
    days = [*SPRING, DayChange(date(2026, 4, 27), None, "", DOCUMENT)]
    change_id = confirmed(town, days)
    with town.act(write=False) as act:
        calendar = load_calendar(act.session, act.app.settings.shifts)
        row = act.session.get_one(CalendarChangeRow, change_id)
        lines = [line.act for line in town.system_lines(act)]
    assert not calendar.is_working_day(date(2026, 5, 4))
    assert calendar.is_working_day(date(2026, 5, 9))
    assert calendar.is_working_day(date(2026, 4, 27))
    assert DOCUMENT in calendar.years[2026].documents
    assert row.state == ChangeState.MOVING
    assert calendar_changes.days_of(row)[0].was is not None
    assert lines[-2:] == ["calendar:drafted", "calendar:confirmed"]
    with pytest.raises(Conflict), town.act("uyen") as act:
        calendar_changes.confirm(act, change_id)


def test_a_draft_whose_day_has_passed_meanwhile_is_not_confirmed(small_town: World) -> None:
    change_id = drafted(small_town, SPRING)
    small_town.at("2026-05-05 08:00")
    with pytest.raises(FormInvalid), small_town.act("uyen") as act:
        calendar_changes.confirm(act, change_id)
    with small_town.act("uyen") as act:
        assert calendar_changes.one(act, change_id).state == ChangeState.DRAFT


def test_years_are_added_one_after_the_other_and_signed_off_once(small_town: World) -> None:
    with small_town.act("uyen") as act:
        calendar_changes.add_year(act, 2028)
    for year, expected in ((2028, Conflict), (2030, Misuse)):
        with pytest.raises(expected), small_town.act("uyen") as act:
            calendar_changes.add_year(act, year)
    drafted(small_town, off("2027-03-08", document=""))
    with pytest.raises(Misuse, match="chưa được xác nhận"), small_town.act("uyen") as act:
        calendar_changes.sign_off(act, 2027, DOCUMENT)
    with pytest.raises(Misuse, match="văn bản"), small_town.act("uyen") as act:
        calendar_changes.sign_off(act, 2028, " ")
    with small_town.act("uyen") as act:
        calendar_changes.sign_off(act, 2028, DOCUMENT)
    with small_town.act(write=False) as act:
        calendar = load_calendar(act.session, act.app.settings.shifts)
        assert calendar.is_signed_off(2028)
        assert calendar.years[2028].documents == (DOCUMENT,)
    with pytest.raises(Conflict), small_town.act("uyen") as act:
        calendar_changes.sign_off(act, 2028, DOCUMENT)


def test_a_table_may_repeat_what_is_known_and_each_bad_line_is_named(small_town: World) -> None:
    days, wrong = read_rows(
        "\ufeffngày;nghỉ hay làm;lý do;văn bản\n"
        "30/04/2026;nghỉ;Ngày Chiến thắng 30/4;Bộ luật Lao động 2019, Điều 111, Điều 112\n"
        "01/01/2026;nghỉ;Tết Dương lịch, theo thông báo;TB 1\n"
        "\n"
        "4/5/2026;nghỉ;Hoán đổi;TB 1\n"
        "2026-05-09;làm;Bù;TB 1\n"
        "31/02/2026;nghỉ;;\n"
        "12/05/2026;lễ;;\n"
    )
    assert [str(one).split(":")[0] for one in wrong] == ["Dòng 7", "Dòng 8"]
    with small_town.act("uyen") as act:
        new = calendar_changes.of_table(act, days, None)
        assert [one.day.isoformat() for one in new] == ["2026-01-01", "2026-05-04", "2026-05-09"]
        calendar_changes.draft(act, new, "TB 1", restates=True)
