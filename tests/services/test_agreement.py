"""A rehearsal and the stored case tell the same story, moment by moment."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.persistence.calendars import load_calendar
from engine.persistence.tables import CaseRow
from engine.persistence.versions import version_texts
from engine.services import timers
from engine.services.rehearsal import Rehearsal
from engine.services.rehearsing import rehearse
from tests.bpmn_execution import drawn
from tests.factories import APPLICATION, World
from tests.services.drawings import COUNTER, SPECIALIST, file, publish

Given = Mapping[str, object]


def rehearsed(town: World, case: CaseRow, given: Given, waits: Mapping[str, str]) -> Rehearsal:
    with town.act(write=False) as act:
        texts = version_texts(act.session, case.version_id)
        return rehearse(
            texts.drawing,
            texts.called,
            texts.decisions,
            act.version(case.version_id).forms.get,
            case.filed_at,
            load_calendar(act.session, act.app.settings.shifts, case.unit_id),
            act.app.roles,
            given,
            waits,
        )


def follow(town: World, case: CaseRow, story: Rehearsal, given: Given) -> None:
    """Does in the database what was rehearsed, at the same moments, and compares."""
    for step in story.steps[1:]:  # the filing is done
        town.clock.move_to(max(town.clock.now(), step.finished))
        if step.timer:
            assert (step.element, town.timer(case.id).fires_at) == (step.element, step.finished)
            assert timers.fire_due(town.app).fired == 1
            continue
        task = town.task(case.id, step.element)
        told = (step.element, task.round, task.opened_at, task.due_at, task.due_text)
        assert told == (step.element, step.round, step.opened, step.due, step.due_text)
        town.do(case.id, step.element, **given)
    ended, term = town.case(case.id), story.term
    assert term is not None
    assert (ended.state, ended.outcome) == ("finished", story.outcome)
    assert (ended.accepted_at, ended.due_term) == (story.accepted, term.text)
    assert ended.due_at == term.deadline.due_at
    assert ended.finished_at == story.end


@pytest.mark.parametrize(
    ("given", "waits"),
    [
        ({}, {}),
        ({}, {"S2": "5 ngày làm việc", "S3": "12 ngày", "B6": "2 ngày làm việc"}),
        ({"huong_giai_quyet": "giam_dinh"}, {"S1": "40 ngày", "S2": "3 ngày làm việc"}),
        (
            {"bang_mo_hu_hai": True, "huong_giai_quyet": "giam_dinh"},
            {"B6": "3 ngày làm việc", "S1": "1 tháng", "S3": "10 ngày"},
        ),
        (
            {"bang_mo_hu_hai": True, "co_khieu_nai": "co", "noi_dung_khieu_nai": "Có."}
            | {"noi_dung_xac_minh": "Không.", "ket_luan_khieu_nai": "khong_co_co_so"},
            {"KN": "15 ngày"},
        ),
    ],
)
def test_quy_trinh_02_goes_as_it_was_rehearsed(
    small_town: World, given: Given, waits: Given
) -> None:
    """What each database keeps of moments, timers and pauses, the branches below tell."""
    town = small_town
    case = town.case(town.file())
    story = rehearsed(town, case, {**APPLICATION, **given}, dict(waits))
    follow(town, case, story, given)


BRANCHES = (
    drawn.start(),
    drawn.user("N", form="don"),
    drawn.gateway("parallel", "P"),
    drawn.user("A", due="1,5 ngày làm việc", acceptance="true"),
    drawn.user("C", due="4 ngày làm việc"),
    drawn.user("D", due="cùng hạn C"),
    drawn.timer("T", "10 ngày", due="3 ngày làm việc", clock="paused"),
    drawn.user("F", due="cùng hạn T"),
    drawn.receive("R", clock="paused"),
    drawn.gateway("parallel", "J"),
    drawn.user("B", due="theo giấy hẹn"),
    drawn.end(),
    drawn.line("S", "N", "P", "A", "R", "J", "B", "E"),
    drawn.line("P", "C", "D", "J"),
    drawn.line("P", "T", "F", "J"),
)


@pytest.mark.parametrize("waits", [{}, {"R": "2 ngày làm việc"}, {"R": "25 ngày"}])
def test_branches_with_a_paused_timer_go_as_they_were_rehearsed(town: World, waits: Given) -> None:
    publish(
        town,
        *BRANCHES,
        lanes={COUNTER: "A C B", SPECIALIST: "D F R T"},
        legal_term="9 ngày làm việc",
    )
    case = file(town)
    said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    story = rehearsed(town, case, said, dict(waits))
    assert story.pauses  # the timer, open at acceptance, stops the clock
    follow(town, case, story, {})


def test_a_paused_timer_moves_the_rehearsed_date(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.timer("T", "10 ngày", clock="paused"),
        drawn.user("B", due="theo giấy hẹn"),
        drawn.end(),
        drawn.line("S", "N", "T", "B", "E"),
        lanes={COUNTER: "B"},
        legal_term="15 ngày làm việc",
    )
    case = file(town)
    story = rehearsed(town, case, {"nguoi_ho_ten": "Nguyễn Văn A"}, {})
    assert story.term is not None
    # 15 working days after 2 March would end on the 23rd; 3 to 13 March do not count.
    assert f"{story.term.deadline.due_at:%d/%m}" == "03/04"
    follow(town, case, story, {})
