"""Every way through Quy trình số 02 can be walked, saved and restored at each step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import pytest

from engine.bpmn import execution
from engine.bpmn.budgets.budgeting import budget
from engine.bpmn.execution.advance import Advance
from engine.bpmn.execution.specs import Spec, parse_spec
from engine.bpmn.model import Drawing
from engine.domain.durations import Duration, parse_alternatives, parse_due
from engine.domain.errors import FormInvalid
from engine.domain.roles import RoleRegister
from tests.drawings.files import QT02, form_named
from tests.drawings.qt02_walks import (
    ACCEPTED,
    BUDGETS,
    ENDED_IN_COMMUNE,
    FILED,
    THROUGH,
    WAIT_FOR_MORE,
    WALKS,
    Step,
)

HOURS_PER_DAY = Fraction(8)


@pytest.fixture(scope="module")
def specs() -> tuple[Spec, Spec]:
    """The drawing parsed twice: what one wrote, the other restores."""
    content = QT02.read_bytes()
    return parse_spec(content), parse_spec(content)


@dataclass
class Hiker:
    """Walks a case without services: answers through the real forms, state as bytes only."""

    specs: tuple[Spec, Spec]
    data: dict[str, object] = field(default_factory=lambda: {"kenh": "counter"})
    rounds: Counter[str] = field(default_factory=Counter)
    way: list[str] = field(default_factory=list)
    turn: int = 0

    def begin(self) -> Advance:
        return self.keep(execution.start(self.spec(), self.data))

    def spec(self) -> Spec:
        self.turn += 1
        return self.specs[self.turn % 2]

    def keep(self, advance: Advance) -> Advance:
        self.way += [element for _, element in advance.passed]
        self.data |= advance.decided
        return advance

    def step(self, state: bytes, element: str, answers: Mapping[str, object]) -> Advance:
        """Does the one open thing, which must be `element`."""
        works, timers = execution.waiting(self.spec(), state)
        assert [open_.element for open_ in (*works, *timers)] == [element]
        if timers:
            return self.keep(execution.fire(self.spec(), state, self.data, timers[0].token))
        self.rounds[element] += 1
        self.data |= self.answered(element, answers)
        return self.keep(execution.complete(self.spec(), state, self.data, works[0].token))

    def answered(self, element: str, answers: Mapping[str, object]) -> dict[str, object]:
        reference = self.specs[0].drawing(self.specs[0].main).nodes[element].form
        form = form_named(reference or "")
        assert form is not None
        known = {**self.data, "lan_thu": self.rounds[element]}
        # an officer decides afresh: only what the walk answers, the rest as first drawn
        return form.validate({**form.defaults({"kenh": "counter"}), **answers}, known)


def walked(specs: tuple[Spec, Spec], steps: list[Step]) -> tuple[Hiker, Advance]:
    hiker = Hiker(specs)
    advance = hiker.begin()
    for element, answers in steps:
        assert not advance.finished
        advance = hiker.step(advance.state, element, answers)
    return hiker, advance


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_reaches_its_end(name: str, specs: tuple[Spec, Spec]) -> None:
    steps, end = WALKS[name]
    _, advance = walked(specs, steps)
    assert (advance.finished, advance.outcome) == (True, end)


def test_the_walks_together_pass_every_flow(specs: tuple[Spec, Spec], qt02: Drawing) -> None:
    gone = set[tuple[str, str]]()
    for steps, _ in WALKS.values():
        hiker, _ = walked(specs, steps)
        gone |= set(zip(hiker.way, hiker.way[1:], strict=False))
    missing = {flow.id for flow in qt02.flows.values() if (flow.source, flow.target) not in gone}
    assert missing == set()


def test_the_walks_are_all_the_ways_there_are(roles: RoleRegister) -> None:
    drawn = budget(QT02.read_bytes(), roles, HOURS_PER_DAY, form=form_named)
    ways = {(tuple(step.element for step in way.steps), way.outcome) for way in drawn.paths}
    straight_on = THROUGH | ENDED_IN_COMMUNE
    assert ways == {(tuple(key for key, _ in steps), end) for steps, end in straight_on.values()}


def test_a_second_supplement_is_refused(specs: tuple[Spec, Spec]) -> None:
    hiker, advance = walked(specs, [*FILED, WAIT_FOR_MORE, *FILED])
    with pytest.raises(FormInvalid) as refused:
        hiker.step(advance.state, *WAIT_FOR_MORE)
    assert set(refused.value.errors) == {"ket_qua_tiep_nhan"}


def test_an_incomplete_dossier_is_not_accepted(specs: tuple[Spec, Spec]) -> None:
    hiker, advance = walked(specs, FILED)
    lacking = {**ACCEPTED[-1][1], "thanh_phan_ho_so": {"don_mau_16": "ban_chinh"}}
    with pytest.raises(FormInvalid) as refused:
        hiker.step(advance.state, "B1b", lacking)
    assert set(refused.value.errors) == {"thanh_phan_ho_so"}


def test_a_leader_who_returns_says_why(specs: tuple[Spec, Spec]) -> None:
    hiker, advance = walked(specs, [*ACCEPTED, ("B2", {})])
    with pytest.raises(FormInvalid) as refused:
        hiker.step(advance.state, "B3", {"y_kien_B3": "tra_lai"})
    assert set(refused.value.errors) == {"ly_do_tra_lai_B3"}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_granted_walk_allows_the_days_of_the_decision(
    name: str, qt02: Drawing, roles: RoleRegister
) -> None:
    spent = defaultdict[str, Fraction](Fraction)
    for element, _ in WALKS[name][0]:
        role = roles.find(qt02.lane_name(element) or "")
        assert role is not None
        spent[role.kind] += days(qt02, element)
    total, commune, department, ministry = map(Fraction, BUDGETS[name])
    assert sum(spent.values()) == total
    assert spent["ubnd-cap-xa"] == commune
    assert spent["so-noi-vu"] == department
    assert spent["bo-noi-vu"] == ministry


def days(drawing: Drawing, element: str) -> Fraction:
    """The working days drawn at an element, by the alternative that stands for the rest."""
    text = drawing.nodes[element].due
    due = parse_due(parse_alternatives(text)[-1].value) if text else None
    return due.working_days(HOURS_PER_DAY) if isinstance(due, Duration) else Fraction(0)
