"""BPMN's own schema, told in plain words: once, of the right element, never in a flood."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.checks import check
from engine.bpmn.checks.schema import RULES, Conformance
from engine.bpmn.checks.schema.grammar import grammar
from engine.bpmn.checks.schema.validating import validate
from engine.bpmn.checks.teaching import read_examples
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.reading import BPMN, read_xml
from engine.domain.messages import say

DRAWINGS = Path(__file__).resolve().parents[2] / "bpmn"
HEAD = (
    f'<definitions xmlns="{BPMN}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:khac="urn:khac" id="tep" targetNamespace="urn:thu">'
)
VOCABULARY = read_examples("<examples><good>một</good><bad>hai</bad></examples>").vocabulary


def read(inside: str) -> etree._Element:
    return read_xml(f"{HEAD}{inside}</definitions>".encode(), "thu.bpmn")


def process(inside: str) -> str:
    return f'<process id="Q1" name="Thử" isExecutable="true">{inside}</process>'


DIAGRAM = (
    process('<userTask id="B1" />') + "<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement='Q1'>"
    "<bpmndi:BPMNShape bpmnElement='B1'>{}</bpmndi:BPMNShape></bpmndi:BPMNPlane>"
    "</bpmndi:BPMNDiagram>"
)


def told(root: etree._Element, found: tuple[Finding, ...] = ()) -> list[Finding]:
    conformance = Conformance(root, found)
    return [one for rule in RULES for one in rule.findings(conformance, "thu.bpmn")]


def rules_told(inside: str) -> list[str]:
    return [one.rule for one in told(read(inside))]


@pytest.mark.parametrize("drawing", sorted(DRAWINGS.glob("**/*.bpmn")), ids=lambda path: path.stem)
def test_our_own_drawings_keep_to_the_schema(drawing):
    assert told(read_xml(drawing.read_bytes(), drawing.name)) == []


def test_what_stands_behind_a_fault_is_looked_at_as_well():
    faults = (
        '<khac:ghi-chu /><userTask id="B1" nam="x" />'
        '<userTask id="B2"><outgoing>F1</outgoing><documentation>y</documentation></userTask>'
        '<participant id="P1" />'
    )
    assert sorted(rules_told(process(faults))) == [
        "foreign-element",
        "schema-attribute",
        "schema-element",
        "schema-order",
    ]


def test_a_file_written_on_one_line_still_names_each_element():
    faults = "".join(f'<userTask id="B{number}" mau="x" />' for number in range(1, 6))
    found = told(read(process(faults)))
    assert [one.element for one in found] == ["B1", "B2", "B3", "B4", "B5"]


def test_a_flood_is_cut_and_counted():
    faults = "".join(f'<userTask id="B{number}" mau="x" />' for number in range(1, 501))
    found = told(read(process(faults)))
    assert len(found) == 10
    assert "còn 490 chỗ nữa" in str(found[-1].message)
    assert "chỗ nữa" not in str(found[-2].message)


def test_of_what_another_tool_adds_to_every_element_one_of_a_kind_is_told():
    faults = "".join(
        f'<userTask id="B{number}"><geometry xmlns="" /></userTask>' for number in range(1, 6)
    )
    [found] = told(read(process(faults)))
    assert (found.rule, found.severity) == ("foreign-element", Severity.WARNING)
    assert "còn 4 chỗ nữa" in str(found.message)


def test_what_a_plain_rule_has_said_is_not_said_again():
    root = read(process('<sequenceFlow id="F1" sourceRef="B1" />'))
    said = Finding("flow-ends", Severity.ERROR, say("…"), say("…"), "F1", None, 1)
    assert [one.rule for one in told(root)] == ["schema-missing-attribute"]
    assert told(root, (said,)) == []


def test_what_a_plain_rule_only_warns_of_is_still_refused():
    root = read(process('<sequenceFlow id="F1" sourceRef="B1" />'))
    said = Finding("flow-name", Severity.WARNING, say("…"), say("…"), "F1", None, 1)
    assert [one.rule for one in told(root, (said,))] == ["schema-missing-attribute"]


def test_an_unknown_attribute_is_told_of_beside_anything_else():
    root = read(process('<sequenceFlow id="F1" sourceRef="B1" mau="x" />'))
    said = Finding("flow-ends", Severity.ERROR, say("…"), say("…"), "F1", None, 1)
    assert [one.rule for one in told(root, (said,))] == ["schema-attribute"]


def test_an_id_there_twice_is_left_to_the_rule_of_ids():
    assert rules_told(process('<userTask id="B1" /><userTask id="B1" />')) == []


@pytest.mark.parametrize(
    "decoration",
    [
        '<userTask id="B1" khac:mau="x" />',
        '<task id="B1"><extensionElements><khac:a><khac:b /></khac:a></extensionElements></task>',
        '<task id="B1"><documentation><b xmlns="urn:html">x</b></documentation></task>',
        '<scriptTask id="B1"><script><khac:x /></script></scriptTask>',
    ],
)
def test_decoration_is_read_without_complaint(decoration):
    assert rules_told(process(decoration)) == []


def test_extensions_of_a_diagram_need_not_be_declared():
    assert (
        rules_told(
            process('<userTask id="B1" />')
            + "<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement='Q1'>"
            "<bpmndi:BPMNShape bpmnElement='B1'><di:extension><khac:bong /></di:extension>"
            "<dc:Bounds x='1' y='1' width='1' height='1' /></bpmndi:BPMNShape>"
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        )
        == []
    )


def test_a_name_of_a_diagram_under_the_prefix_of_older_modellers_is_read_without_complaint():
    diagram = DIAGRAM.format("<dc:Bounds x='1' y='1' width='1' height='1' />")
    older = diagram.replace("<bpmndi:BPMNDiagram", "<bpmndi:BPMNDiagram di:name='x'")
    assert "di:name" in older
    assert rules_told(older) == []


@pytest.mark.parametrize(
    ("inside", "rule", "words"),
    [
        (process('<userTask id="B1" dueDate="2 ngày" />'), "camunda-prefix", "camunda:dueDate"),
        (process('<UserTask id="B1" />'), "unknown-element", "userTask"),
        (process('<receiveTask id="B1" mesageRef="x" />'), "schema-attribute", "messageRef"),
        (process('<subProcess id="B1" triggeredByEvent="True" />'), "boolean-value", "true"),
        (process('<adHocSubProcess id="B1" ordering="x" />'), "schema-value", "Sequential"),
        (process('<parallelGateway gatewayDirection="mixed" />'), "schema-case", "Mixed"),
        (process('<task id="B1" startQuantity="1,5" />'), "schema-value", "dấu chấm"),
        (process('<boundaryEvent id="S1" attachedToRef="q:B1" />'), "schema-name", "“q”"),
        ("<userTask id='B1' />", "schema-element", "process"),
        (
            DIAGRAM.format("<dc:Bounds x='1' y='1' width='1' height='1'>x</dc:Bounds>"),
            "schema-text",
            "Xóa",
        ),
    ],
)
def test_the_remedy_says_what_to_write_instead(inside, rule, words):
    found = [one for one in told(read(inside)) if one.rule == rule]
    assert [words in str(one.remedy) for one in found] == [True]


def test_a_figure_is_told_of_by_what_it_draws():
    [found] = told(
        read(
            process('<userTask id="B1" />')
            + "<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement='Q1'>"
            "<bpmndi:BPMNShape bpmnElement='B1'><dc:Bounds x='1,5' y='1' width='1' height='1' />"
            "</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        )
    )
    assert (found.rule, found.element) == ("schema-value", "B1")


def test_the_verdicts_reach_whoever_checks_a_file():
    inside = process('<UserTask id="B1" />')
    content = f"{HEAD}{inside}</definitions>".encode()
    found = {one.rule: one for one in check(content, "thu.bpmn", VOCABULARY)}
    assert found["unknown-element"].element == "B1"


@pytest.mark.parametrize("between", ["", "\n"])
def test_a_flood_of_faults_takes_no_longer_than_its_length(between):
    unexpected = "<participant />"
    faults = between.join(['<task mau="x"><incoming>a b</incoming></task>'] * 10_000)
    root = read(process(unexpected + faults))
    began = time.process_time()
    found = {one.rule for one in told(root)}
    assert found == {"schema-attribute", "schema-element", "schema-name", "schema-other"}
    assert time.process_time() - began < 10


def test_many_threads_may_check_at_once():
    sound, faulty = read(process('<task id="B1" />')), read(process('<task id="B1" mau="x" />'))
    found: list[tuple[int, int]] = []

    def run() -> None:
        found.extend((len(told(sound)), len(told(faulty))) for _ in range(50))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {(0, 1)}
    assert len(found) == 200


def test_the_schema_costs_little_on_the_drawing_of_quy_trinh_02():
    path = DRAWINGS / "liet-si" / "qt02-cap-doi-bang.bpmn"
    root = read_xml(path.read_bytes(), path.name)
    told(root)  # compiles the schema, once per process
    spent = []
    for _ in range(5):
        began = time.process_time()
        told(root)
        spent.append(time.process_time() - began)
    assert min(spent) < 0.015


@pytest.mark.parametrize("around", ["process", "userTask", "definitions"])
def test_wherever_the_validator_refuses_an_element_something_is_told(around):
    silent = []
    for tag in sorted(grammar().tags):
        root = read(process('<userTask id="B1" />'))
        holder = root if around == "definitions" else next(root.iter(f"{{{BPMN}}}{around}"))
        etree.SubElement(holder, tag)
        if bool(validate(root).violations) != bool(told(root)):
            silent.append(tag)
    assert not silent
