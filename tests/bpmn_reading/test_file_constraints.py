"""The constraints on the whole file: on every process of it, on every reference BPMN knows."""

from __future__ import annotations

from importlib import resources

import pytest
from lxml import etree

from engine.bpmn.checks import FILE_RULES
from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.specification import references
from engine.bpmn.reading import BPMN

SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
ELSEWHERE = {
    "incoming", "outgoing", "default", "flowNodeRef", "processRef", "partitionElementRef",
    "calledElement", "attachedToRef", "activityRef",
}  # fmt: skip
"""References with rules of their own: flows, lanes, pools, calls, boundary events, handlers."""
JOINING = {"sequenceFlow", "messageFlow", "association"}
"""What joins two ends, with rules of its own on them."""
OUTSIDE = {"definition", "implementationRef", "evaluatesToTypeRef"}
"""References to what no BPMN file holds: extensions, services, types."""
ABSTRACT = {
    "activity", "catchEvent", "throwEvent", "event", "flowNode", "flowElement", "gateway",
    "choreographyActivity", "conversationNode", "callableElement", "rootElement", "baseElement",
}  # fmt: skip
"""What no file holds as such."""


def in_file(inside):
    return (
        f'<definitions xmlns="{BPMN}" xmlns:tns="urn:thu" xmlns:khac="urn:khac" id="tep" '
        f'targetNamespace="urn:thu">{inside}</definitions>'
    )


def found(inside):
    """(rule, element) of everything that the rules on files find."""
    definitions = Definitions(etree.fromstring(in_file(inside)), "thu.bpmn")
    return {(rule.id, one.element) for rule in FILE_RULES for one in rule.find(definitions)}


def schema_references():
    """(tag, name) wherever BPMN's own schema lets an element refer to another one."""
    folder = resources.files("SpiffWorkflow") / "bpmn" / "parser" / "schema"
    schema = etree.fromstring((folder / "Semantic.xsd").read_bytes())
    types = {kind.get("name"): kind for kind in schema.iter(f"{SCHEMA}complexType")}

    def referring(kind):
        """The names of the references of a type, those it inherits included."""
        for part in types[kind].iter(f"{SCHEMA}attribute", f"{SCHEMA}element"):
            if part.get("type") in {"xsd:QName", "xsd:IDREF"}:
                yield part.get("name")
        for extension in types[kind].iter(f"{SCHEMA}extension"):
            yield from referring(extension.get("base"))

    for element in schema.iter(f"{SCHEMA}element"):
        tag, kind = element.get("name"), element.get("type")
        if kind in types and tag not in ABSTRACT:
            yield from ((tag, name) for name in referring(kind))


def test_every_reference_of_the_schema_has_a_rule():
    known = set(schema_references())
    looked_at = {(tag, one.name) for one in references.REFERENCES for tag in one.owners}
    assert looked_at <= known
    missing = {
        (tag, name)
        for tag, name in known
        if (tag, name) not in looked_at
        and name not in ELSEWHERE | OUTSIDE
        and not (tag in JOINING and name in {"sourceRef", "targetRef"})
    }
    assert missing == {
        ("itemDefinition", "structureRef"),  # a type of another language
        ("relationship", "source"),  # of any kind, often of other files
        ("relationship", "target"),
    }


def test_a_process_that_is_only_looked_at_keeps_to_bpmn_too():
    run = '<process id="chay" isExecutable="true"><userTask id="B1" name="Nhận" /></process>'
    seen = '<process id="xem"><userTask id="B2" name="Nhận" />{}</process>'
    assert ("flow-end", "f1") not in found(run + seen.format(""))
    loose = seen.format('<sequenceFlow id="f1" sourceRef="B2" targetRef="B3" />')
    assert ("flow-end", "f1") in found(run + loose)


def test_nothing_is_said_of_what_another_file_holds():
    task = '<process id="thu"><receiveTask id="B1" name="Nhận" messageRef="{}" /></process>'
    imported = (
        f'<import importType="{BPMN}" location="khac.bpmn" namespace="urn:khac" />'
        + task.format("khac:giay_bao")
    )
    assert found(imported) == set()
    assert found(task.format("khac:giay_bao")) == {("not-imported", "B1")}
    assert ("message-reference", "B1") in found(task.format("tns:giay_bao"))
    assert ("reference-prefix", "B1") in found(task.format("la:giay_bao"))


def test_an_undeclared_prefix_is_told_once():
    told = found('<process id="thu"><receiveTask id="B1" name="N" messageRef="la:x" /></process>')
    assert {rule for rule, _element in told} == {"reference-prefix"}


@pytest.mark.parametrize("attribute", ["sourceRef", "targetRef"])
def test_the_ends_of_a_sequence_flow_are_ids_without_a_prefix(attribute):
    flow = '<sequenceFlow id="f1" sourceRef="B1" targetRef="B2" />'
    prefixed = flow.replace(f'{attribute}="', f'{attribute}="tns:')
    tasks = '<userTask id="B1" name="Nhận" /><userTask id="B2" name="Trả" />'
    assert found(f'<process id="thu">{tasks}{flow}</process>') == set()
    assert ("flow-end", "f1") in found(f'<process id="thu">{tasks}{prefixed}</process>')


def test_a_flow_node_where_none_can_be_drawn_is_no_end_of_a_flow():
    hidden = '<extensionElements><userTask id="B2" name="Trả" /></extensionElements>'
    tasks = f'<userTask id="B1" name="Nhận">{hidden}</userTask>'
    flow = '<sequenceFlow id="f1" sourceRef="B1" targetRef="B2" />'
    assert ("flow-end", "f1") in found(f'<process id="thu">{tasks}{flow}</process>')


def test_lanes_within_lanes_share_out_their_nodes_at_every_level():
    lanes = (
        '<laneSet id="lan"><lane id="L1" name="Xã"><childLaneSet id="con">'
        '<lane id="L2" name="Một cửa"><flowNodeRef>B1</flowNodeRef></lane>'
        '<lane id="L3" name="Chủ tịch"><flowNodeRef>{}</flowNodeRef></lane></childLaneSet></lane>'
        '</laneSet><userTask id="B1" name="Nhận" /><userTask id="B2" name="Ký" />'
    )
    assert found(f'<process id="thu">{lanes.format("B2")}</process>') == set()
    assert found(f'<process id="thu">{lanes.format("B1")}</process>') == {("two-lanes", "L3")}


def test_pools_may_show_one_process_in_two_diagrams():
    diagrams = "".join(
        f'<collaboration id="C{n}"><participant id="P{n}" name="Xã" processRef="thu" />'
        "</collaboration>"
        for n in (1, 2)
    )
    task = '<process id="thu"><userTask id="B1" name="Nhận" /></process>'
    assert found(diagrams + task) == set()
