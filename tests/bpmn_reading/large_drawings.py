"""Large drawings of a plain shape, to measure reading and checks by."""

from __future__ import annotations

from tests.bpmn_reading.sketching import HEAD

#: How many nodes and flows one block adds: a step, a gateway with two ways, two steps, a merge.
BLOCK = 11
_STEP, _ROW = 160, 60
_TERM = (
    "<bpmn:extensionElements><camunda:properties>"
    '<camunda:property name="legal_term" value="9999 ngày làm việc" />'
    "</camunda:properties></bpmn:extensionElements>"
)
_ACCEPTS = (
    "<bpmn:extensionElements><camunda:properties>"
    """<camunda:property name="acceptance" value="ket_qua == 'du'" />"""
    "</camunda:properties></bpmn:extensionElements>"
)


def large_drawing(elements: int) -> bytes:
    """A drawing of about so many nodes and flows, drawn out in one long line, all of it sound.

    In each block a step is done and two ways part, with a step each, which meet again: by choice,
    in every third block side by side. A legal term is stated, so every way has to keep it.
    """
    blocks = max((elements - 5) // BLOCK, 1)
    drawing = _Drawing()
    drawing.node('startEvent id="bat_dau" name="Nộp hồ sơ"', 36, 36)
    last = "bat_dau"
    for number in range(blocks):
        last = drawing.block(number, last)
    drawing.row = 0
    drawing.column += 1
    drawing.node('endEvent id="xong" name="Trả kết quả"', 36, 36)
    drawing.flow(last, "xong")
    return drawing.text().encode()


class _Drawing:
    """Nodes in columns and rows, with their shapes."""

    def __init__(self) -> None:
        self.column = self.row = 0
        self.parts: list[str] = []
        self.figures: list[str] = []
        self.places: dict[str, tuple[int, int, int, int]] = {}
        self.flows = 0

    def block(self, number: int, before: str) -> str:
        asks, opens, one, other, closes = (f"{head}{number}" for head in ("B", "G", "C", "D", "H"))
        self._on(0)
        form = ' camunda:formRef="tiep-nhan"'
        due = ' camunda:dueDate="2 ngày làm việc"'
        self.node(f'userTask id="{asks}" name="Thẩm định {number}"{form}{due}', 100, 40)
        self._on(0)
        side_by_side = number % 3 == 2
        kind = "parallelGateway" if side_by_side else "exclusiveGateway"
        asked = "" if side_by_side else f' name="Đủ?" default="m{number}"'
        self.node(f'{kind} id="{opens}"{asked}', 40, 40)
        self._on(0)
        self.node(f'userTask id="{one}" name="Trình ký {number}"{due}', 100, 40)
        self.row = 1
        self.node(f'userTask id="{other}" name="Trả lời {number}"{due}', 100, 40)
        self._on(0)
        self.node(f'{kind} id="{closes}"', 40, 40)
        self.flow(before, asks)
        self.flow(asks, opens)
        self.flow(opens, one, "" if side_by_side else "ket_qua == 'du'")
        self.flow(opens, other, key=f"m{number}")
        self.flow(one, closes)
        self.flow(other, closes)
        return closes

    def _on(self, row: int) -> None:
        self.column += 1
        self.row = row

    def node(self, said: str, width: int, height: int) -> None:
        key = said.split('id="')[1].split('"')[0]
        x = 60 + self.column * _STEP + (100 - width) // 2
        y = 40 + self.row * _ROW - height // 2
        inside = _ACCEPTS if key == "B0" else ""
        tag = said.split()[0]
        self.parts.append(f"<bpmn:{said}>{inside}</bpmn:{tag}>" if inside else f"<bpmn:{said} />")
        self.places[key] = x, y, width, height
        self.figures.append(
            f'<bpmndi:BPMNShape id="s_{key}" bpmnElement="{key}">'
            f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" /></bpmndi:BPMNShape>'
        )

    def flow(self, source: str, target: str, condition: str = "", key: str = "") -> None:
        self.flows += 1
        key = key or f"f{self.flows}"
        told = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
        ends = f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}"'
        self.parts.append(f"{ends}>{told}</bpmn:sequenceFlow>" if condition else f"{ends} />")
        x, y, width, height = self.places[source]
        to_x, to_y, _, to_height = self.places[target]
        begin, end = (x + width, y + height // 2), (to_x, to_y + to_height // 2)
        points = [begin, end]
        if begin[1] != end[1]:  # down before the lower step, up after it
            turn = end[0] - 15 if end[1] > begin[1] else begin[0] + 15
            points = [begin, (turn, begin[1]), (turn, end[1]), end]
        drawn = "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)
        self.figures.append(
            f'<bpmndi:BPMNEdge id="e_{key}" bpmnElement="{key}">{drawn}</bpmndi:BPMNEdge>'
        )

    def text(self) -> str:
        listed = "".join(f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>" for key in self.places)
        width = 200 + (self.column + 1) * _STEP
        lane = (
            f'<bpmndi:BPMNShape id="s_L1" bpmnElement="L1" isHorizontal="true">'
            f'<dc:Bounds x="10" y="0" width="{width}" height="140" /></bpmndi:BPMNShape>'
        )
        return (
            f'{HEAD}<bpmn:process id="thu" name="Thử" isExecutable="true">{_TERM}'
            '<bpmn:laneSet id="cac_lan"><bpmn:lane id="L1" name="Chuyên viên Sở">'
            f"{listed}</bpmn:lane></bpmn:laneSet>{''.join(self.parts)}</bpmn:process>"
            '<bpmndi:BPMNDiagram id="so_do"><bpmndi:BPMNPlane id="mat" bpmnElement="thu">'
            f"{lane}{''.join(self.figures)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
            "</bpmn:definitions>"
        )
