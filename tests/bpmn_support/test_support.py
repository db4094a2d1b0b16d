"""docs/bpmn-support.md holds: its samples are checked, and what runs is walked to its end."""

from __future__ import annotations

import pytest

from engine.bpmn.execution.specs import parse_spec
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from scripts import support_page
from tests.bpmn_execution.walking import Walk
from tests.bpmn_support.constructs import GROUPS
from tests.bpmn_support.events import DEFINITIONS, POSITIONS, cells, is_bpmn
from tests.bpmn_support.samples import DECISION, PART, Sample, Verdict, beside, errors, findings

CELLS = {f"{definition} at {position}": sample for definition, position, sample in cells()}
SAMPLES = {
    **{f"{group}: {one.name}": one for group, samples in GROUPS.items() for one in samples},
    **CELLS,
}
OTHERS = {"phan": PART}
TABLES = {"muc": DECISION.encode()}
FACTS = {"kenh": "counter", "lan_thu": 1, "bat_dau_tai": "X"}
MOST_ACTS = 20


def of(*verdicts: Verdict) -> object:
    """Tests about the samples with one of these verdicts."""
    chosen = [
        pytest.param(one, id=name) for name, one in SAMPLES.items() if one.verdict in verdicts
    ]
    return pytest.mark.parametrize("sample", chosen)


def walked_to_the_end(sample: Sample) -> Walk:
    """Every work is done as it opens, each timer beside a work fires first."""
    walk = Walk(parse_spec(sample.content, OTHERS, TABLES), **FACTS)
    fired: set[str] = set()
    for _ in range(MOST_ACTS):
        beside = [key for key in walk.timers if key not in fired]
        if walk.finished:
            break
        if beside:
            fired.add(beside[0])
            walk.fire(beside[0])
        else:
            walk.do(walk.open[0])
    return walk


@of(Verdict.RUNS, Verdict.NORMALISED)
def test_what_runs_is_not_refused_and_comes_to_its_end(sample: Sample) -> None:
    assert [(one.rule, one.element) for one in errors(sample)] == []
    walk = walked_to_the_end(sample)
    assert walk.finished
    assert walk.last.outcome in read_drawing(sample.content, "").nodes


@of(Verdict.NORMALISED)
def test_what_is_normalised_speaks_of_what_was_drawn(sample: Sample) -> None:
    drawn = read_drawing(sample.content, "")
    walk = walked_to_the_end(sample)
    assert set(walk.trace) <= drawn.nodes.keys()
    assert {one.element for one in findings(sample)} <= {*drawn.nodes, drawn.key}
    assert sample.means


@of(Verdict.RUNS)
def test_what_runs_as_it_is_has_nothing_added(sample: Sample) -> None:
    drawing = read_drawing(sample.content, "")
    assert explicit(drawing) is drawing


@of(Verdict.READ)
def test_decoration_changes_nothing(sample: Sample) -> None:
    assert [(one.rule, one.element) for one in errors(sample)] == []
    assert f'id="{sample.element}"' in sample.content.decode()
    plain = Sample("", beside(), Verdict.RUNS)
    assert walked_to_the_end(sample).trace == walked_to_the_end(plain).trace == ["S", "A", "E"]


@of(Verdict.REFUSED)
def test_what_is_refused_says_what_to_draw_instead(sample: Sample) -> None:
    told = [one for one in errors(sample) if one.element in {sample.element, "H", "A"}]
    assert told
    assert all(str(one.remedy) for one in told)
    if sample.rule:
        assert sample.rule in {one.rule for one in told}


def test_the_table_of_events_is_whole() -> None:
    assert len(CELLS) == len(DEFINITIONS) * len(POSITIONS)
    for definition, position, sample in cells():
        if not is_bpmn(definition, position):
            assert sample.verdict is Verdict.REFUSED, "what BPMN does not know cannot run"


def test_the_page_is_up_to_date() -> None:
    """Run scripts/support after a change of the samples, of a rule or of its remedy."""
    assert support_page.PAGE.read_text(encoding="utf-8") == support_page.page()
