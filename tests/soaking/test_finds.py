"""What the fuzzer found, each as small as it could be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.checks import check
from engine.bpmn.findings import Severity
from engine.bpmn.layout import laid_out
from engine.bpmn.pictures.svg import render
from engine.bpmn.reading.dialect import read_drawing
from engine.services.sources import Sources
from forms.compiling import JsonFormCompiler
from tests.bpmn_reading.sketching import found_in, spoiled
from tests.bpmn_reading.spoilings import END, nhac
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
