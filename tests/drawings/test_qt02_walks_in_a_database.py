"""Quy trình số 02 is walked by its officers: every way on SQLite, every passage on PostgreSQL."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import select

from engine.domain.states import CaseState, TimerState
from engine.persistence.tables import CaseRow, TimerRow
from engine.services import timers
from tests.drawings.qt02_walks import WALKS, Step, Walk
from tests.factories import World

WITHOUT_TERM = {"B1a", "B1b"}  # before acceptance
PAUSED = {"KN", "S1", "S2", "S3"}


def test_officers_walk_every_way_to_its_end(town: World, kind: str) -> None:
    for name, walk in (WALKS if kind == "sqlite" else passages(WALKS)).items():
        case = walked(town, walk)
        assert (name, case.state, case.outcome) == (name, CaseState.FINISHED, walk[1])
        assert (name, case.due_term) == (name, term(walk[0]))


def passages(walks: dict[str, Walk]) -> dict[str, Walk]:
    """As few walks as go at least once from each step to each that may follow it."""
    chosen: dict[str, Walk] = {}
    left = set().union(*map(_passages, walks.values()))
    while left:
        name = max(walks, key=lambda one: len(_passages(walks[one]) & left))
        chosen[name] = walks[name]
        left -= _passages(walks[name])
    return chosen


def _passages(walk: Walk) -> set[tuple[str, str]]:
    elements = [*(element for element, _ in walk[0]), walk[1]]
    return set(pairwise(elements))


def walked(town: World, walk: Walk) -> CaseRow:
    steps, _ = walk
    town.at("2026-03-02 08:00")
    case_id = town.file(**steps[0][1])
    for element, answers in steps[1:]:
        assert_stands_at(town, case_id, element)
        if element == "B6_cho":
            wait_for_the_timer(town, case_id)
        else:
            town.do(case_id, element, **answers)
    return town.case(case_id)


def assert_stands_at(town: World, case_id: int, element: str) -> None:
    assert town.open_elements(case_id) == ([] if element == "B6_cho" else [element])
    state = town.case(case_id).state
    if element in PAUSED:
        assert state == CaseState.PAUSED
    else:
        assert state == (CaseState.FILED if element in WITHOUT_TERM else CaseState.RUNNING)


def wait_for_the_timer(town: World, case_id: int) -> None:
    with town.act(write=False) as act:
        waiting = select(TimerRow).where(
            TimerRow.case_id == case_id, TimerRow.state == TimerState.WAITING
        )
        timer = act.session.scalars(waiting).one()
    assert timer.element == "B6_cho"
    assert (timer.fires_at - timer.opened_at).days >= 40
    town.clock.move_to(timer.fires_at)
    assert timers.fire_due(town.app).fired == 1


def term(steps: list[Step]) -> str:
    """The legal term that stands at the end of a walk; none without acceptance."""
    said: dict[str, object] = {}
    for _, answers in steps:
        said |= answers
    if said.get("ket_qua_tiep_nhan") != "du":
        return ""
    long = said.get("bang_mo_hu_hai") or said.get("huong_giai_quyet") == "giam_dinh"
    return "99 ngày làm việc" if long else "56 ngày làm việc"
