"""Everything of BPMN that is no event, and what the project makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bpmn_support.samples import (
    Sample,
    Verdict,
    around,
    beside,
    end,
    flow,
    line,
    start,
    task,
)

RUNS, NORMALISED, REFUSED, READ = Verdict
_OUT = "outside-dialect"


def _sub(inner: str, tag: str = "subProcess", **said: str) -> str:
    return around(task("X", inner, tag, **said))


_INSIDE = start("I") + task("B") + end("F") + line("I", "B", "F")
_TWO = task("B") + task("C")
_REPEATED = '<multiInstanceLoopCharacteristics isSequential="{}"><loopCardinality>3'
_REPEATED += "</loopCardinality></multiInstanceLoopCharacteristics>"


def _gateway(tag: str, *flows: str, more: str = "") -> str:
    split = task("A") + f'<{tag} id="X" name="Tách"{more}/>'
    return (
        start()
        + split
        + _TWO
        + end()
        + line("S", "A", "X")
        + "".join(flows)
        + line("B", "E")
        + line("C", "E")
    )


_ACTIVITIES = (
    Sample("user task", around(task("X")), RUNS),
    Sample("receive task", around(task("X", tag="receiveTask")), RUNS,
           means="chờ bên ngoài; một chức danh đánh dấu đã nhận"),
    Sample("business rule task", around(task("X", tag="businessRuleTask",
                                             camunda__decisionRef="muc")), RUNS),
    Sample("call activity", around(task("X", tag="callActivity", calledElement="phan")), RUNS),
    Sample("sub-process", _sub(_INSIDE), RUNS),
    Sample("sub-process without start or end event", _sub(task("B")), NORMALISED,
           means="bước không có luồng vào là bước đầu, không có luồng ra là hết (cảnh báo)"),
    Sample("sub-process with several start events",
           _sub(start("I") + start("J") + task("B") + end("F") + line("I", "B", "F")
                + flow("J", "B")), REFUSED, "sub-process-starts"),
    Sample("abstract task", around(task("X", tag="task")), REFUSED, _OUT),
    Sample("manual task", around(task("X", tag="manualTask")), REFUSED, _OUT),
    Sample("send task", around(task("X", tag="sendTask")), REFUSED, _OUT),
    Sample("script task", around(task("X", "<script>x = 1</script>", "scriptTask",
                                      scriptFormat="python")), REFUSED, _OUT),
    Sample("service task", around(task("X", tag="serviceTask")), REFUSED, _OUT),
    Sample("transaction", _sub(_INSIDE, "transaction"), REFUSED, _OUT),
    Sample("ad-hoc sub-process", _sub(task("B"), "adHocSubProcess"), REFUSED, _OUT),
    Sample("loop", around(task("X", "<standardLoopCharacteristics/>")), REFUSED, "repetition"),
    Sample("multi-instance, parallel", around(task("X", _REPEATED.format("false"))), REFUSED,
           "repetition"),
    Sample("multi-instance, sequential", around(task("X", _REPEATED.format("true"))), REFUSED,
           "repetition"),
    Sample("compensation handler", beside(task("X", isForCompensation="true")), REFUSED,
           "compensation"),
)  # fmt: skip

_FLOWS = (
    Sample("several flows out of an activity", start() + task("X") + _TWO + end()
           + line("S", "X", "B", "E") + line("X", "C", "E"), NORMALISED,
           means="tách song song: đi mọi luồng"),
    Sample("conditional flows out of an activity, with default",
           start() + task("X", default="X_C") + _TWO + end() + flow("S", "X")
           + flow("X", "B", "lan_thu &gt; 1") + flow("X", "C") + line("B", "E") + line("C", "E"),
           NORMALISED, means="tách bao hàm: mọi luồng có điều kiện đúng, không có thì mặc định"),
    Sample("flows with and without condition out of an activity",
           start() + task("X") + _TWO + end() + flow("S", "X") + flow("X", "B", "lan_thu &gt; 1")
           + flow("X", "C") + line("B", "E") + line("C", "E"),
           NORMALISED, means="luồng không điều kiện luôn đi, luồng kia tùy điều kiện"),
    Sample("several flows out of a start event", start("X") + task("A") + task("B") + end()
           + line("X", "A", "E") + line("X", "B", "E"), NORMALISED, means="tách song song"),
    Sample("several flows into an activity",
           start() + task("A") + '<exclusiveGateway id="G" default="G_C"/>' + _TWO + task("X")
           + end() + line("S", "A", "G") + flow("G", "B", "lan_thu &gt; 1") + flow("G", "C")
           + line("B", "X") + line("C", "X") + flow("X", "E"), RUNS,
           means="mỗi lượt tới được làm một lần; hai lượt cùng tới bị báo (done-twice)"),
    Sample("condition on the only flow out", start() + task("X") + end() + flow("S", "X")
           + flow("X", "E", "lan_thu &gt; 1", key="luong"), REFUSED, "lone-condition",
           element="luong"),
)  # fmt: skip

_CHOICE = (flow("X", "B", "lan_thu &gt; 1"), flow("X", "C"))
_GATEWAYS = (
    Sample("exclusive gateway", _gateway("exclusiveGateway", *_CHOICE, more=' default="X_C"'),
           RUNS),
    Sample("inclusive gateway", _gateway("inclusiveGateway", *_CHOICE, more=' default="X_C"'),
           RUNS),
    Sample("parallel gateway", _gateway("parallelGateway", flow("X", "B"), flow("X", "C")), RUNS),
    Sample("event-based gateway", start() + task("A") + '<eventBasedGateway id="X" name="Chờ"/>'
           + task("B", tag="receiveTask") + task("C", tag="receiveTask") + end()
           + line("S", "A", "X", "B", "E") + line("X", "C", "E"), RUNS),
    Sample("event-based gateway that begins a process",
           '<eventBasedGateway id="X" name="Chờ" instantiate="true"/>'
           + task("B", tag="receiveTask") + task("C", tag="receiveTask") + end()
           + line("X", "B", "E") + line("X", "C", "E"), REFUSED,
           "first-step"),
    Sample("complex gateway", _gateway("complexGateway", flow("X", "B"), flow("X", "C")), REFUSED,
           _OUT),
)  # fmt: skip

_LINKED = (
    '<intermediateThrowEvent id="X" name="Đi"><linkEventDefinition id="D" name="Nối"/>'
    "</intermediateThrowEvent>"
)
_SCOPES = (
    Sample("several start events", start() + start("X") + task("A") + task("B") + end()
           + line("S", "A", "E") + line("X", "B", "E"), NORMALISED,
           means="khi nộp, người tiếp nhận chọn hồ sơ bắt đầu từ đâu"),
    Sample("process without start event", task("X") + end() + line("X", "E"), NORMALISED,
           means="bước không có luồng vào là bước đầu (cảnh báo)", element="thu"),
    Sample("process without end event", start() + task("X") + line("S", "X"), NORMALISED,
           means="bước không có luồng ra là hết; kết quả mang tên bước đó (cảnh báo)"),
    Sample("link that leads nowhere", start() + task("A") + _LINKED + line("S", "A", "X"),
           REFUSED, "link-without-target"),
    Sample("event definition by reference",
           around('<intermediateCatchEvent id="X" name="Chờ"><eventDefinitionRef>gio'
                  "</eventDefinitionRef></intermediateCatchEvent>"), NORMALISED,
           means="đọc như ghi tại chỗ",
           root='<timerEventDefinition id="gio"><timeDuration>5 ngày</timeDuration>'
                "</timerEventDefinition>"),
    Sample("ids that execution engines reserve", start("Start") + task("Root") + end("End")
           + line("Start", "Root", "End"), NORMALISED, means="dùng được như mã khác",
           element="Root"),
    Sample("lanes", beside(), RUNS, means="tên làn là chức danh của bước", element="L"),
    Sample("start quantity, completion quantity", start() + task("X", startQuantity="2") + end()
           + line("S", "X", "E"), REFUSED, "quantity"),
)  # fmt: skip

_OBJECT = '<dataObject id="du_lieu"/><dataObjectReference id="X" dataObjectRef="du_lieu"/>'
_DATA = (
    Sample("data object", beside(_OBJECT), READ),
    Sample("data store", beside('<dataStoreReference id="X" name="Sổ" dataStoreRef="so"/>'), READ,
           root='<dataStore id="so" name="Sổ đăng ký"/>'),
    Sample("data association", start() + _OBJECT
           + task("A", '<dataOutputAssociation id="noi"><targetRef>X</targetRef>'
                       "</dataOutputAssociation>") + end() + line("S", "A", "E"), READ),
    Sample("property", start() + task("A", '<property id="X" name="thuộc tính"/>') + end()
           + line("S", "A", "E"), READ),
    Sample("input and output sets", start() + task("A", '<ioSpecification id="X">'
           '<dataInput id="vao"/><inputSet id="tap"><dataInputRefs>vao</dataInputRefs></inputSet>'
           '<outputSet id="ra"/></ioSpecification>') + end() + line("S", "A", "E"), READ),
    Sample("item definition", beside(), READ, root='<itemDefinition id="X"/>'),
)  # fmt: skip
_NOTE = '<textAnnotation id="X"><text>Ghi chú</text></textAnnotation>'
_ARTIFACTS = (
    Sample("text annotation", beside(_NOTE), READ),
    Sample("association", beside(_NOTE, '<association id="noi" sourceRef="A" targetRef="X"/>'),
           READ, element="noi"),
    Sample("group", beside('<group id="X" categoryValueRef="gia_tri"/>'), READ,
           root='<category id="loai"><categoryValue id="gia_tri" value="Nhóm"/></category>'),
    Sample("documentation", start() + task("X", "<documentation>Làm gì</documentation>") + end()
           + line("S", "X", "E"), RUNS, means="hướng dẫn của bước, hiện cho người làm"),
)  # fmt: skip

_POOLS = (
    '<collaboration id="ct"><participant id="P1" name="Thử" processRef="thu"/>'
    '<participant id="X" name="Người dân"/>{}</collaboration>'
)
_COLLABORATION = (
    Sample("pool", beside(), READ, root=_POOLS.format("")),
    Sample("message flow", beside(), READ, element="M",
           root=_POOLS.format('<messageFlow id="M" sourceRef="X" targetRef="A"/>')),
    Sample("conversation", beside(), READ, element="K", root=_POOLS.format(
        '<conversation id="K"><participantRef>P1</participantRef><participantRef>X'
        "</participantRef></conversation>")),
    Sample("conversation link", beside(), READ, element="K", root=_POOLS.format(
        '<conversation id="K"><participantRef>P1</participantRef><participantRef>X'
        "</participantRef></conversation>"
        '<conversationLink id="N" sourceRef="X" targetRef="K"/>'
        '<conversationLink id="N2" sourceRef="P1" targetRef="K"/>')),
    Sample("choreography beside the process", beside(), READ, element="c2",
           root=_POOLS.format("") + '<choreography id="vu"><participant id="Q1" name="Một"/>'
           '<participant id="Q2" name="Hai"/><messageFlow id="m1" sourceRef="Q1" targetRef="Q2"/>'
           '<startEvent id="c1"/><choreographyTask id="c2" name="Trao đổi" '
           'initiatingParticipantRef="Q1"><participantRef>Q1</participantRef><participantRef>Q2'
           "</participantRef><messageFlowRef>m1</messageFlowRef></choreographyTask>"
           '<endEvent id="c3"/><sequenceFlow id="c4" sourceRef="c1" targetRef="c2"/>'
           '<sequenceFlow id="c5" sourceRef="c2" targetRef="c3"/></choreography>'),
    Sample("choreography activity in a process", around(
        '<choreographyTask id="X" name="Trao đổi" initiatingParticipantRef="P1"><participantRef>P1'
        "</participantRef><participantRef>P2</participantRef><messageFlowRef>M</messageFlowRef>"
        "</choreographyTask>"), REFUSED, _OUT,
        root=_POOLS.format('<messageFlow id="M" sourceRef="P1" targetRef="P2"/>').replace(
            '"X"', '"P2"')),
    Sample("second process, not executable", beside(), READ, root='<process id="khac" '
           'isExecutable="false">' + task("X") + "</process>"),
    Sample("second process, executable", beside(), REFUSED, "several-executable-processes",
           root='<process id="X" isExecutable="true">' + start("K1") + end("K2")
                + line("K1", "K2") + "</process>", element="thu"),
    Sample("global task", beside(), READ, root='<globalUserTask id="X" name="Dùng chung"/>'),
    Sample("resource", beside(), READ, root='<resource id="X" name="Cán bộ"/>'),
    Sample("correlation property", beside(), READ, root='<message id="tin" name="Tin"/>'
           '<correlationProperty id="X"><correlationPropertyRetrievalExpression id="R" '
           'messageRef="tin"><messagePath>ma</messagePath>'
           "</correlationPropertyRetrievalExpression></correlationProperty>"),
)  # fmt: skip

GROUPS: Mapping[str, tuple[Sample, ...]] = {
    "Activities": _ACTIVITIES,
    "Flows": _FLOWS,
    "Gateways": _GATEWAYS,
    "Starts, ends, ids": _SCOPES,
    "Data": _DATA,
    "Artifacts": _ARTIFACTS,
    "Collaborations, conversations, choreographies": _COLLABORATION,
}
"""The samples, in the order of the page."""
