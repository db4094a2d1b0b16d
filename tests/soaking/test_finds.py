"""What the fuzzer found, each as small as it could be made."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest

from engine.bpmn.budgets.budgeting import budget
from engine.bpmn.checks import check
from engine.bpmn.findings import Severity
from engine.bpmn.layout import laid_out
from engine.bpmn.pictures.svg import render
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.soundness.nets import Allowance, Fault, Net, Search, Step
from engine.services.sources import Sources
from forms.compiling import JsonFormCompiler
from tests.bpmn_reading.sketching import DIAGRAM, PROCESS, SOUND, Surroundings, found_in, spoiled
from tests.bpmn_reading.spoilings import END, F7, nhac
from tests.drawings import library


def test_a_flow_from_nowhere_is_drawn_without_its_default_mark():
    text = spoiled(('id="f3" sourceRef="G1"', 'id="f3" sourceRef="khong_co"'))
    assert render(read_drawing(text.encode(), "thu.bpmn"))


@pytest.mark.parametrize("host", ["nhac", "nhac2"])
def test_an_event_that_rides_an_event_is_laid_out_beside_it(host):
    rides = nhac("5 ngày").replace('attachedToRef="B2"', f'attachedToRef="{host}"')
    other = rides.replace('"nhac', '"nhac2_').replace('"nhac2_"', '"nhac2"').replace("f8", "f9")
    text = spoiled((END, END + rides + other.replace(f'"{host}"', '"nhac"', 1)))
    assert b"BPMNShape" in laid_out(text.encode(), "thu.bpmn")


def test_a_form_with_a_name_that_no_file_can_bear_is_unknown(tmp_path: Path):
    sources = Sources((), library.roles(), JsonFormCompiler(), forms_dir=tmp_path)
    text = spoiled(('formRef="tiep-nhan"', f'formRef="{"không " * 500}"'))
    found = check(text.encode(), "thu.bpmn", sources.vocabulary)
    assert "unknown-form" in {finding.rule for finding in found}


LOST = (
    '<bpmn:sequenceFlow id="f4" sourceRef="G1" targetRef="tu_choi">\n'
    "<bpmn:conditionExpression>ket_qua == 'tu_choi'</bpmn:conditionExpression>"
    "</bpmn:sequenceFlow>\n"
)


def test_the_only_way_out_of_a_gateway_stands_under_no_condition():
    text = spoiled((LOST, ""), ('<bpmn:endEvent id="tu_choi" name="Từ chối" />', ""))
    found = [finding for finding in found_in(text) if finding.severity is Severity.ERROR]
    assert [(finding.rule, finding.element) for finding in found] == [("lone-condition", "f3")]


def test_a_flow_lost_in_a_documentation_is_a_fault_of_its_end():
    text = spoiled((LOST, ""), ("Nhận hồ sơ.", f"Nhận hồ sơ.{LOST}"))
    found = {(finding.rule, finding.element) for finding in found_in(text)}
    assert found >= {("buried-element", "f4"), ("lone-condition", "f3")}


@pytest.mark.parametrize("said", ["99999999999999999999", "2026-13-45", "ket_qua", "'du'"])
def test_a_number_or_a_text_alone_is_no_condition(said):
    text = spoiled(("${ket_qua == 'du'}", said))
    assert ("no-truth", "f3") in {(finding.rule, finding.element) for finding in found_in(text)}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "windows-1258"])
def test_a_file_is_laid_out_in_the_encoding_it_is_written_in(encoding):
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = spoiled(('<?xml version="1.0" encoding="UTF-8"?>', head))
    content = text.encode(encoding, "xmlcharrefreplace")
    drawn = laid_out(content, "thu.bpmn")
    assert len(read_drawing(drawn, "").places) > len(read_drawing(content, "").places)
    assert read_drawing(drawn, "").nodes["B1"].name == "Tiếp nhận"
    assert laid_out(drawn, "thu.bpmn") == drawn


def test_a_file_is_laid_out_whatever_letters_its_prefix_has():
    content = SOUND.replace(DIAGRAM, "").replace("bpmn:", "đ:").replace(":bpmn=", ":đ=").encode()
    assert read_drawing(laid_out(content, "thu.bpmn"), "").places


def test_many_flows_from_one_element_to_another_are_laid_out_at_once():
    flows = "".join(F7.replace("f7", f"g{number}") for number in range(60))
    begun = time.process_time()
    laid_out(spoiled((F7, F7 + flows)).encode(), "thu.bpmn")
    assert time.process_time() - begun < 3


def test_a_budget_of_a_thousand_flows_beside_each_other_is_given_up_in_time():
    first = '<bpmn:sequenceFlow id="g{}" sourceRef="G1" targetRef="B2">'
    said = "<bpmn:conditionExpression>ket_qua == 'du' and ty_le != {}</bpmn:conditionExpression>"
    end = "</bpmn:sequenceFlow>"
    flows = "".join(first.format(n) + said.format(n) + end for n in range(1_000))
    content = spoiled((F7, F7 + flows)).encode()
    begun = time.process_time()
    found = Surroundings().vocabulary()
    assert not budget(content, found.roles, Fraction(8), form=found.form).complete
    assert time.process_time() - begun < 15


def test_a_proof_keeps_only_so_many_tokens_in_mind():
    """A thousand branches that wait for nothing: each state of them holds a thousand tokens."""
    wide = [Step(f"s{place}", (place,), (2_000 + place,)) for place in range(1, 1_001)]
    begins = Step("G", (0,), tuple(range(1, 1_001)))
    places = {place: f"e{place}" for place in range(3_001)}
    search = Search(Net("thu", 0, [begins, *wide], entered=places), Allowance(20_000, 60))
    (verdict,) = search.faults()
    assert verdict.fault is Fault.UNKNOWN
    assert verdict.count < 3_000


def test_a_default_beside_a_flow_that_is_always_taken_is_refused():
    """The engine took it, an interpreter of the drawing did not: nobody may be left to guess."""
    split = '<bpmn:sequenceFlow id="f9" sourceRef="B2" targetRef="tu_choi" />'
    text = spoiled(
        (END, END + split), ('<bpmn:userTask id="B2"', '<bpmn:userTask id="B2" default="f9"')
    )
    assert ("idle-default", "B2") in {(one.rule, one.element) for one in found_in(text)}


@pytest.mark.parametrize("other", ['<bpmndi:BPMNDiagram id="khac" />', DIAGRAM.strip()])
def test_laying_out_a_file_with_diagrams_before_and_behind_its_process_keeps_the_process(other):
    text = spoiled((PROCESS, other.replace("so_do", "khac").replace("mat", "mat2") + PROCESS))
    drawn = laid_out(text.encode(), "thu.bpmn")
    assert read_drawing(drawn, "thu.bpmn") is not None
    assert drawn.count(b"<bpmndi:BPMNDiagram") == 1
    assert laid_out(drawn, "thu.bpmn") == drawn


def test_flows_that_nobody_can_tell_apart_are_refused():
    """An inclusive gateway could not count what came over two flows from the same step."""
    twin = '<bpmn:sequenceFlow id="f9" sourceRef="B2" targetRef="cho" />'
    found = found_in(spoiled((END, END + twin)))
    assert ("twin-flows", Severity.ERROR) in {(one.rule, one.severity) for one in found}
