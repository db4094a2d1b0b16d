"""A small sound drawing, and the ways in which tests spoil it."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.bpmn.checks import Vocabulary, check, legibility
from engine.bpmn.checks.teaching import ExampleForm as PlainForm
from engine.bpmn.findings import Finding
from engine.domain.roles import Role, RoleRegister

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="defs" targetNamespace="urn:thu">
"""
PROCESS = """<bpmn:process id="thu" name="Thử" isExecutable="true">
<bpmn:extensionElements><camunda:properties>
<camunda:property name="legal_term"
    value="9 ngày làm việc + 95 ngày khi hu_hai; 5 ngày làm việc + 95 ngày" />
<camunda:property name="legal_term.so" value="5 ngày làm việc + 95 ngày" />
<camunda:property name="effective_from" value="2025-07-01" />
</camunda:properties></bpmn:extensionElements>
<bpmn:laneSet id="lan">
<bpmn:lane id="L1" name="Một cửa"><bpmn:flowNodeRef>bat_dau</bpmn:flowNodeRef>
<bpmn:flowNodeRef>B1</bpmn:flowNodeRef><bpmn:flowNodeRef>G1</bpmn:flowNodeRef></bpmn:lane>
<bpmn:lane id="L2" name="Chuyên viên Sở"><bpmn:flowNodeRef>B2</bpmn:flowNodeRef>
<bpmn:flowNodeRef>cho</bpmn:flowNodeRef><bpmn:flowNodeRef>B3</bpmn:flowNodeRef></bpmn:lane>
</bpmn:laneSet>
<bpmn:startEvent id="bat_dau" />
<bpmn:userTask id="B1" name="Tiếp nhận" camunda:formRef="tiep-nhan"
    camunda:dueDate="8 giờ làm việc khi kenh == 'online'; 0,5 ngày làm việc">
<bpmn:documentation>Nhận hồ sơ.</bpmn:documentation>
<bpmn:extensionElements><camunda:properties>
<camunda:property name="acceptance" value="ket_qua == 'du'" />
</camunda:properties></bpmn:extensionElements></bpmn:userTask>
<bpmn:exclusiveGateway id="G1" name="Đủ?" />
<bpmn:userTask id="B2" name="Xử lý" camunda:dueDate="2 ngày làm việc" />
<bpmn:intermediateCatchEvent id="cho" name="Niêm yết">
<bpmn:timerEventDefinition id="gio"><bpmn:timeDuration>40 ngày</bpmn:timeDuration>
</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
<bpmn:receiveTask id="B3" name="Nhận kết quả"><bpmn:extensionElements><camunda:properties>
<camunda:property name="due" value="cùng hạn B2" />
<camunda:property name="clock" value="paused" />
</camunda:properties></bpmn:extensionElements></bpmn:receiveTask>
<bpmn:endEvent id="xong" name="Trả kết quả" />
<bpmn:endEvent id="tu_choi" name="Từ chối" />
<bpmn:sequenceFlow id="f1" sourceRef="bat_dau" targetRef="B1" />
<bpmn:sequenceFlow id="f2" sourceRef="B1" targetRef="G1" />
<bpmn:sequenceFlow id="f3" sourceRef="G1" targetRef="B2">
<bpmn:conditionExpression>${ket_qua == 'du'}</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f4" sourceRef="G1" targetRef="tu_choi">
<bpmn:conditionExpression>ket_qua == 'tu_choi'</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f5" sourceRef="B2" targetRef="cho" />
<bpmn:sequenceFlow id="f6" sourceRef="cho" targetRef="B3" />
<bpmn:sequenceFlow id="f7" sourceRef="B3" targetRef="xong" />
</bpmn:process>
"""
DIAGRAM = """<bpmndi:BPMNDiagram id="so_do"><bpmndi:BPMNPlane id="mat" bpmnElement="thu">
<bpmndi:BPMNShape id="B1_di" bpmnElement="B1">
<dc:Bounds x="100" y="50" width="120" height="80" /></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="f2_di" bpmnElement="f2">
<di:waypoint x="220" y="90" /><di:waypoint x="260" y="90" /></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
"""
SOUND = HEAD + PROCESS + DIAGRAM + "</bpmn:definitions>\n"

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dmn">
<decision id="muc" name="Mức hưởng"><decisionTable id="t" hitPolicy="{policy}"{more}>
<input id="i1" label="Tỷ lệ"><inputExpression typeRef="integer"><text>ty_le</text>
</inputExpression></input>
<output id="o1" name="muc_huong" />
{rules}
</decisionTable></decision></definitions>
"""


def table(*rules: tuple[str, str], policy: str = "UNIQUE", more: str = "") -> str:
    """A DMN file with one input `ty_le` and one output `muc_huong`."""
    rows = "\n".join(
        f'<rule id="r{count}">'
        f'<inputEntry id="a{count}"><text><![CDATA[{test}]]></text></inputEntry>'
        f'<outputEntry id="b{count}"><text><![CDATA[{result}]]></text></outputEntry></rule>'
        for count, (test, result) in enumerate(rules, 1)
    )
    return TABLE.format(policy=policy, rules=rows, more=more)


@dataclass
class Surroundings:
    """What the drawing under test may refer to; at its diagram nobody looks here."""

    forms: dict[str, PlainForm] = field(
        default_factory=lambda: {
            "tiep-nhan": PlainForm({"ket_qua": ("du", "tu_choi"), "hu_hai": None, "ty_le": None}),
            "ket-luan": PlainForm({"ket_luan": ("dat", "khong_dat")}),
        }
    )
    decisions: dict[str, str] = field(default_factory=dict)
    drawings: dict[str, bytes] = field(default_factory=dict)

    def vocabulary(self) -> Vocabulary:
        roles = [
            Role("mot-cua", "Một cửa", "xa", "xã", internal=True),
            Role("cv-so", "Chuyên viên Sở", "so", "tỉnh", internal=True, aliases=("Phòng NCC",)),
            Role("y-khoa", "Hội đồng y khoa", "hdyk", "tỉnh", internal=False),
        ]
        register = RoleRegister(roles, {"xa": "UBND xã", "so": "Sở"})
        return Vocabulary(
            register,
            self.forms.get,
            self.decisions.get,
            self.drawings.get,
            tuple(self.forms),
            severities={rule.id: None for rule in legibility.RULES},
        )


def spoiled(*changes: tuple[str, str], text: str = SOUND) -> str:
    """The sound drawing with each `old` text replaced by `new`; every `old` must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def found_in(text: str, around: Surroundings | None = None) -> tuple[Finding, ...]:
    return check(text.encode(), "thu.bpmn", (around or Surroundings()).vocabulary())


def line_with(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1
