"""Timers of every kind as Camunda Modeler and bpmn.io write them: read, checked, drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.execution.specs import parse_spec
from engine.bpmn.findings import Severity
from engine.bpmn.model import Kind
from engine.bpmn.pictures import svg
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.timing import Timing
from tests.bpmn_reading.sketching import PlainForm, Surroundings, found_in

CAMUNDA = Path(__file__).with_name("modelled").joinpath("camunda-timers.bpmn").read_text()
#: bpmn.io writes the same without Camunda's head, and BPMN as the default namespace or `bpmn2:`.
AS_DRAWN = {
    "camunda": CAMUNDA,
    "default": re.sub(r"(</?)bpmn:", r"\1", CAMUNDA)
    .replace("xmlns:bpmn=", "xmlns=")
    .replace('"bpmn:tFormal', '"tFormal'),
    "bpmn2": CAMUNDA.replace("<bpmn:", "<bpmn2:")
    .replace("</bpmn:", "</bpmn2:")
    .replace("xmlns:bpmn=", "xmlns:bpmn2=")
    .replace('"bpmn:tFormal', '"bpmn2:tFormal'),
}


@pytest.mark.parametrize("text", AS_DRAWN.values(), ids=AS_DRAWN)
def test_timers_read_as_they_were_modelled(text):
    nodes = read_drawing(text.encode(), "").nodes
    assert {
        (n.id, n.kind, n.timing, n.timer, n.interrupting)
        for n in nodes.values()
        if n.timer is not None
    } == {
        ("nhac", Kind.TIMER_BOUNDARY, Timing.CYCLE, "mỗi 3 ngày làm việc, 2 lần", False),
        ("het_han", Kind.TIMER_BOUNDARY, Timing.DATE, "${ngay_hen} 17:00", True),
        ("T_H", Kind.TIMER_START, Timing.DURATION, "60 ngày", True),
        ("T_K", Kind.TIMER_START, Timing.CYCLE, "mỗi tháng", False),
    }
    assert {nodes[key].kind for key in "HK"} == {Kind.EVENT_SUB_PROCESS}
    assert (nodes["H1"].parent, nodes["H1"].lane) == ("H", "Lane_1")
    around = Surroundings(forms={"tiep-nhan": PlainForm({"ngay_hen": None})})
    (finding,) = found_in(text, around)
    assert (finding.rule, finding.severity) == ("endless-cycle", Severity.WARNING)
    assert "“Thử hẹn giờ”" in str(finding.message)
    assert set(parse_spec(text.encode()).processes) == {
        "thu-hen-gio",
        "thu-hen-gio/H",
        "thu-hen-gio/K",
    }


def test_what_interrupts_nothing_is_dashed_and_what_an_event_begins_is_dotted():
    picture = svg.render(read_drawing(CAMUNDA.encode(), ""), {"T_H": "waiting", "nhac": "waiting"})
    dashes = {
        group.get("data-element"): [ring.get("stroke-dasharray") for ring in group if ring.get("r")]
        for group in etree.fromstring(picture.encode()).iter("{*}g")
    }
    assert dashes["nhac"][:2] == ["5 3", "5 3"]
    assert (dashes["T_K"], dashes["het_han"]) == (["5 3"], [None, None])
    assert dashes["T_H"][0] is None
    assert picture.count('stroke-dasharray="1.5 3"') == 2  # H and K
    assert picture.index('data-element="H"') < picture.index('data-flow="Flow_7"')
