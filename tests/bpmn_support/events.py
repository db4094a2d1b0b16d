"""The full table of BPMN's events: where one stands, what it is about, what we do with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.bpmn_support.samples import Sample, Verdict, around, beside, end, flow, line, start, task

#: What an event may be about, in the order of BPMN's own table.
DEFINITIONS: Mapping[str, str] = {
    "none": "",
    "message": '<messageEventDefinition id="D" messageRef="tin"/>',
    "timer": '<timerEventDefinition id="D"><timeDuration>5 ngày</timeDuration>'
    "</timerEventDefinition>",
    "error": '<errorEventDefinition id="D" errorRef="loi"/>',
    "escalation": '<escalationEventDefinition id="D" escalationRef="bao"/>',
    "cancel": '<cancelEventDefinition id="D"/>',
    "compensation": '<compensateEventDefinition id="D"/>',
    "conditional": '<conditionalEventDefinition id="D"><condition xsi:type="tFormalExpression">'
    "lan_thu &gt; 1</condition></conditionalEventDefinition>",
    "link": '<linkEventDefinition id="D" name="Nối"/>',
    "signal": '<signalEventDefinition id="D" signalRef="hieu"/>',
    "terminate": '<terminateEventDefinition id="D"/>',
    "multiple": '<signalEventDefinition id="D" signalRef="hieu"/>'
    '<messageEventDefinition id="D2" messageRef="tin"/>',
    "parallel multiple": '<signalEventDefinition id="D" signalRef="hieu"/>'
    '<messageEventDefinition id="D2" messageRef="tin"/>',
}
ROOT = (
    '<message id="tin" name="Tin"/><error id="loi" name="Lỗi" errorCode="L1"/>'
    '<escalation id="bao" name="Báo" escalationCode="B1"/><signal id="hieu" name="Hiệu"/>'
)
POSITIONS = (
    "start",
    "start of an event sub-process",
    "start of an event sub-process, interrupting nothing",
    "intermediate, catching",
    "boundary",
    "boundary, interrupting nothing",
    "intermediate, throwing",
    "end",
)
#: What BPMN has at all: definition -> positions (BPMN 2.0.2, 10.5, table “Types of Events”).
_ALLOWED: Mapping[str, str] = {
    "none": "start|intermediate, throwing|end",
    "message": "|".join(POSITIONS),
    "timer": "|".join(POSITIONS[:6]),
    "error": "start of an event sub-process|boundary|end",
    "escalation": "|".join((*POSITIONS[1:3], *POSITIONS[4:])),
    "cancel": "boundary|end",
    "compensation": "start of an event sub-process|boundary|intermediate, throwing|end",
    "conditional": "|".join(POSITIONS[:6]),
    "link": "intermediate, catching|intermediate, throwing",
    "signal": "|".join(POSITIONS),
    "terminate": "end",
    "multiple": "|".join(POSITIONS),
    "parallel multiple": "|".join(POSITIONS[:6]),
}
_RUNS = {
    ("none", "start"), ("none", "end"), ("timer", "start of an event sub-process"),
    ("timer", "start of an event sub-process, interrupting nothing"),
    ("timer", "intermediate, catching"), ("timer", "boundary"),
    ("timer", "boundary, interrupting nothing"), ("terminate", "end"),
}  # fmt: skip
_NORMALISED = {
    ("none", "intermediate, throwing"): "cột mốc: đi qua",
    ("message", "start"): "hồ sơ đến chính là thông điệp: như bắt đầu trơn",
    ("link", "intermediate, catching"): "nối từ đầu đi cùng tên như một luồng",
    ("link", "intermediate, throwing"): "nối tới đầu đến cùng tên như một luồng",
    ("signal", "intermediate, throwing"): "đi qua; không có gì nhận tín hiệu (cảnh báo)",
    ("signal", "end"): "như kết thúc trơn; không có gì nhận tín hiệu (cảnh báo)",
}


def is_bpmn(definition: str, position: str) -> bool:
    """Whether BPMN knows such an event."""
    return position in _ALLOWED[definition].split("|")


def cells() -> Iterator[tuple[str, str, Sample]]:
    """Each cell of the table: definition, position, sample."""
    for definition in DEFINITIONS:
        for position in POSITIONS:
            key = (definition, position)
            verdict = Verdict.RUNS if key in _RUNS else Verdict.REFUSED
            verdict = Verdict.NORMALISED if key in _NORMALISED else verdict
            name = f"{definition} · {position}"
            body, means = _drawing(definition, position), _NORMALISED.get(key, "")
            yield definition, position, Sample(name, body, verdict, means=means, root=ROOT)


def _drawing(definition: str, position: str) -> str:
    inner = DEFINITIONS[definition]
    many = ' parallelMultiple="true"' if definition == "parallel multiple" else ""
    if definition == "cancel" and is_bpmn(definition, position):
        return _cancelled(inner, position)
    if position == "start":
        return start("X", inner).replace("<startEvent", f"<startEvent{many}") + (
            task("A") + end() + line("X", "A", "E")
        )
    if position.startswith("start of"):
        calm = ' isInterrupting="false"' if "nothing" in position else ""
        begin = start("X", inner).replace("<startEvent", f"<startEvent{calm}{many}")
        inside = begin + task("B") + end("F") + line("X", "B", "F")
        return beside(
            f'<subProcess id="H" name="Xử lý" triggeredByEvent="true">{inside}</subProcess>'
        )
    if position == "end":
        return start() + task("A") + end("X", inner) + line("S", "A", "X")
    if position.startswith("boundary"):
        calm = ' cancelActivity="false"' if "nothing" in position else ""
        event = f'<boundaryEvent id="X" name="Biên" attachedToRef="A"{calm}{many}>{inner}'
        event += "</boundaryEvent>"
        return beside(event, task("B"), end("F"), line("X", "B", "F"))
    tag = f"intermediate{'Catch' if 'catching' in position else 'Throw'}Event"
    event = f'<{tag} id="X" name="Giữa"{many}>{inner}</{tag}>'
    if definition != "link":
        return around(event)
    other = tag.replace("Catch", "?").replace("Throw", "Catch").replace("?", "Throw")
    pair = event + f'<{other} id="Y" name="Kia">{_again(inner)}</{other}>'
    throwing, catching = ("Y", "X") if "catching" in position else ("X", "Y")
    return (
        start()
        + task("A")
        + pair
        + task("B")
        + end()
        + (line("S", "A", throwing) + flow(catching, "B") + flow("B", "E"))
    )


def _cancelled(inner: str, position: str) -> str:
    """A transaction: BPMN knows a cancellation nowhere but in it and on its edge."""
    inside, edge = ("X", "Y") if position == "end" else ("Y", "X")
    work = start("S1") + task("B1") + end(inside, inner) + line("S1", "B1", inside)
    event = f'<boundaryEvent id="{edge}" name="Biên" attachedToRef="A">{_again(inner)}'
    return (
        start()
        + f'<transaction id="A" name="Giao dịch">{work}</transaction>'
        + end()
        + line("S", "A", "E")
        + (event + "</boundaryEvent>" + task("B") + end("F") + line(edge, "B", "F"))
    )


def _again(inner: str) -> str:
    """The same definition once more in a file, under an id of its own."""
    return inner.replace('"D"', '"D2"')
