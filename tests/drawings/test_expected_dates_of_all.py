"""Each procedure's expected date is that of its longest granted way, and is found fast."""

from __future__ import annotations

import time
import tomllib
from datetime import datetime
from fractions import Fraction
from functools import cache

import pytest

from engine.adapters.holiday_years import shipped_years
from engine.bpmn.budgets.amounts import Amount, Longest
from engine.bpmn.budgets.budgeting import budget_of, explorer_of
from engine.bpmn.execution.specs import Spec
from engine.bpmn.ways.paths import Explorer
from engine.domain.clock import ZONE
from engine.domain.working_calendar import WorkingCalendar
from engine.services.answering import Placed
from engine.services.expecting import granted_end, longest_way
from engine.services.rehearsal import Rehearsal
from engine.services.rehearsing import rehearse_spec
from engine.settings import Settings
from tests.drawings.files import ROOT
from tests.drawings.library import PROCEDURES, Piece, content, decisions, drawing, form, roles

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=ZONE)
CALENDAR = WorkingCalendar(shipped_years(), Settings().shifts)
CATALOGUE = tomllib.loads(
    (ROOT / "tests" / "drawings" / "catalogue_totals.toml").read_text(encoding="utf-8")
)
#: Seconds of this process. One is allowed, most need a tenth of it; a slow machine gets two.
AT_MOST = 2.0


def explorer(piece: Piece) -> Explorer:
    called = {drawing(path).key: content(path) for path in piece.called}
    return explorer_of(content(piece.path), called, decisions(), form)


@cache
def spec_of(piece: Piece) -> Spec:
    """Read once, as the shelf of a process does: a rehearsal leaves it as it is."""
    return piece.spec()


def rehearsed(piece: Piece, answers: Placed) -> Rehearsal:
    return rehearse_spec(spec_of(piece), form, MONDAY, CALENDAR, roles(), placed=answers)


def granted_in_catalogue(name: str) -> Longest:
    """The longest of what the catalogue counts for the first end it grants."""
    rows = CATALOGUE[name]
    first = next((one["end"] for one in rows if one["outcome"] == "granted"), rows[0]["end"])
    return Longest.of(
        Amount(
            Fraction(str(one["total"].get("working_days", 0))),
            Fraction(str(one["total"].get("days", 0))),
        )
        for one in rows
        if one["end"] == first
    )


@pytest.mark.parametrize("piece", PROCEDURES, ids=lambda piece: piece.id)
def test_the_longest_granted_way_is_found_in_no_time_and_rehearsed_as_it_is_counted(
    piece: Piece,
) -> None:
    rehearsed(piece, {})  # whatever is read once per process
    begin = time.process_time()
    found = explorer(piece)
    counted = budget_of(found, roles(), CALENDAR.hours_per_day).paths
    ways = [(path, one.total) for path, one in zip(found.paths()[0], counted, strict=True)]
    answers = longest_way(found, ways, lambda answers: rehearsed(piece, answers))
    taken = time.process_time() - begin
    run = rehearsed(piece, answers)
    assert run.outcome == granted_end(found, ways)
    assert run.total in granted_in_catalogue(piece.id).amounts
    assert run.end >= MONDAY
    assert taken < AT_MOST
