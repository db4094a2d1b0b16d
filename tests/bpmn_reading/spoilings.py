"""How the sound drawing is spoiled for each rule, and where the rule finds it."""

from __future__ import annotations

B2 = '<bpmn:userTask id="B2" name="Xử lý" camunda:dueDate="2 ngày làm việc" />'
CATCH = "<bpmn:timeDuration>40 ngày</bpmn:timeDuration>"
END = '<bpmn:endEvent id="xong" name="Trả kết quả" />'
F7 = '<bpmn:sequenceFlow id="f7" sourceRef="B3" targetRef="xong" />'
IF_DU = "<bpmn:conditionExpression>${ket_qua == 'du'}</bpmn:conditionExpression>"
PART = 'isExecutable="true" camunda:isStartableInTasklist="false"'
IN_B2 = '<bpmn:userTask id="B2" name="Xử lý" camunda:dueDate="2 ngày làm việc">'


def prop(name: str, value: str) -> str:
    return (
        "<bpmn:extensionElements><camunda:properties>"
        f'<camunda:property name="{name}" value="{value}" />'
        "</camunda:properties></bpmn:extensionElements>"
    )


def b2_with(inside: str) -> tuple[str, str]:
    return B2, f"{IN_B2}{inside}</bpmn:userTask>"


def b2_as(tag: str, inside: str = "", more: str = "") -> tuple[str, str]:
    return B2, f'<bpmn:{tag} id="B2" name="Xử lý" {more}>{inside}</bpmn:{tag}>'


def _timing(says: str, kind: str) -> str:
    return (
        f"<bpmn:timerEventDefinition><bpmn:time{kind}>{says}</bpmn:time{kind}>"
        "</bpmn:timerEventDefinition>"
    )


def nhac(
    says: str = "1 ngày làm việc",
    kind: str = "Duration",
    *,
    interrupting: bool = False,
    target: str = "nhac_xong",
) -> str:
    """A boundary timer on B2 that leads to an end of its own."""
    own = '<bpmn:endEvent id="nhac_xong" />' if target == "nhac_xong" else ""
    return (
        '<bpmn:boundaryEvent id="nhac" attachedToRef="B2" '
        f'cancelActivity="{str(interrupting).lower()}">{_timing(says, kind)}</bpmn:boundaryEvent>'
        f'{own}<bpmn:sequenceFlow id="f8" sourceRef="nhac" targetRef="{target}" />'
    )


def handler(
    says: str, kind: str = "Duration", *, interrupting: bool = True, begin: str = ""
) -> str:
    """An event sub-process `H` with its timer `h1`, an automatic step and an end."""
    first = begin or (
        f'<bpmn:startEvent id="h1" isInterrupting="{str(interrupting).lower()}">'
        f"{_timing(says, kind)}</bpmn:startEvent>"
        '<bpmn:sequenceFlow id="h3" sourceRef="h1" targetRef="h2" />'
    )
    return (
        f'<bpmn:subProcess id="H" name="Quá hạn" triggeredByEvent="true">{first}'
        '<bpmn:exclusiveGateway id="h2" /><bpmn:endEvent id="h5" />'
        '<bpmn:sequenceFlow id="h4" sourceRef="h2" targetRef="h5" /></bpmn:subProcess>'
    )


# rule, element at which it is found, how the sound drawing is spoiled
CASES: list[tuple[str, str | None, tuple[str, str]]] = [
    ("missing-id", None, ('id="B2" ', "")),
    ("duplicate-id", "f1", ('id="B1_di"', 'id="f1"')),
    ("malformed-id", "B 2", ('<bpmn:userTask id="B2"', '<bpmn:userTask id="B 2"')),
    ("too-long", "B2", ('name="Xử lý"', f'name="{"Xử lý " * 42}"')),
    ("too-long", "b" * 81, ('<bpmn:userTask id="B2"', f'<bpmn:userTask id="{"b" * 81}"')),
    ("too-long", "t" * 101, ('process id="thu"', f'process id="{"t" * 101}"')),
    ("too-long", "thu", ('name="Thử"', f'name="{"Thử " * 63}"')),
    ("too-long", "thu", ('value="5 ngày', f'value="{"1 ngày + " * 14}5 ngày')),
    ("too-long", "L1", ('name="Một cửa"', f'name="{"Một cửa " * 32}"')),
    ("too-long", "B2", ('"2 ngày làm việc" />', f'"2 ngày làm việc{" + 1 ngày" * 14}" />')),
    ("too-long", "cho", ("40 ngày", f"{'40 ngày + ' * 14}1 ngày")),
    ("too-long", "B1", ('formRef="tiep-nhan"', f'formRef="{"tiep-nhan/" * 21}"')),
    ("too-long", "f1", ('id="f1" ', f'id="f1" name="{"đi " * 84}" ')),
    (
        "too-long",
        "b" * 70,
        (
            '<bpmn:receiveTask id="B3" name="Nhận kết quả">',
            f'<bpmn:receiveTask id="{"b" * 70}" name="{"Nhận " * 48}">',
        ),
    ),
    ("outside-dialect", "B2", b2_as("scriptTask", "<bpmn:script>1</bpmn:script>")),
    ("outside-dialect", "B2", b2_as("task")),
    ("outside-dialect", "B2", b2_as("manualTask")),
    ("outside-dialect", "B2", b2_as("sendTask")),
    ("outside-dialect", "B2", b2_as("serviceTask", "", 'camunda:topic="gui-thu"')),
    ("outside-dialect", "B2", b2_as("complexGateway")),
    ("outside-dialect", "B2", b2_as("intermediateThrowEvent", "<bpmn:messageEventDefinition />")),
    ("outside-dialect", "B2", b2_as("transaction")),
    ("outside-dialect", "B2", b2_as("transaction", "", 'triggeredByEvent="true"')),
    (
        "unheard-signal",
        "xong",
        (END, '<bpmn:endEvent id="xong"><bpmn:signalEventDefinition id="s" /></bpmn:endEvent>'),
    ),
    ("outside-dialect", "cho", ((f'<bpmn:timerEventDefinition id="gio">{CATCH}\n'
                                "</bpmn:timerEventDefinition>"),
                                '<bpmn:messageEventDefinition id="m" />')),
    (
        "repetition",
        "B2",
        b2_with('<bpmn:multiInstanceLoopCharacteristics isSequential="true" />'),
    ),
    ("compensation", "B2", (' name="Xử lý"', ' name="Xử lý" isForCompensation="true"')),
    ("non-interrupting", "nhac", (END, END + nhac(target="xong"))),
    ("non-interrupting", "nhac", (END, END + nhac(target="cho"))),
    ("dead-end", "h2", (END, END + handler("1 ngày").replace('sourceRef="h2"', 'sourceRef="h0"'))),
    ("outside-dialect", "h1", (END, END + handler("").replace("timerEvent", "messageEvent"))),
    ("endless-cycle", "nhac", (END, END + nhac("mỗi 5 ngày", "Cycle"))),
    ("endless-cycle", "h1", (END, END + handler("mỗi 5 ngày", "Cycle", interrupting=False))),
    ("timer", "nhac", (END, END + nhac("R3/P5D", "Cycle"))),
    ("timer", "nhac", (END, END + nhac("mỗi 5 ngày, 0 lần", "Cycle"))),
    ("timer", "nhac", (END, END + nhac("mỗi 5 ngày, 2 lần", "Cycle", interrupting=True))),
    ("timer", "h1", (END, END + handler("mỗi 5 ngày, 2 lần", "Cycle"))),
    ("timer", "nhac", (END, END + nhac("31/02/2026", "Date"))),
    ("timer", "nhac", (END, END + nhac("31/12/2026 khi hu_hai", "Date"))),
    ("unknown-variable", "nhac", (END, END + nhac("${ngay_hen}", "Date"))),
    ("start-event", "thu", ('<bpmn:startEvent id="bat_dau" />', "")),
    ("start-names", "hai", (END, END + '<bpmn:startEvent id="hai" />')),
    ("sub-process-empty", "B2", b2_as("subProcess")),
    ("flow-end", "f7", ('targetRef="xong"', 'targetRef="dau_do"')),
    ("way-without-condition", "f3", (IF_DU, "")),
    (
        "lone-condition",
        "f7",
        (
            F7,
            F7.replace(" />", ">")
            + "<bpmn:conditionExpression>hu_hai</bpmn:conditionExpression></bpmn:sequenceFlow>",
        ),
    ),
    ("default-condition", "f4", ('id="G1" name="Đủ?"', 'id="G1" name="Đủ?" default="f4"')),
    ("default-flow", "G1", ('id="G1" name="Đủ?"', 'id="G1" name="Đủ?" default="f7"')),
    ("event-gateway-target", "G1", ("exclusiveGateway", "eventBasedGateway")),
    ("implicit-end", "B3", (F7, "")),
    ("end-incoming", "xong", (F7, "")),
    ("unreachable", "B2", ('targetRef="B2"', 'targetRef="tu_choi"')),
    ("no-end-ahead", "B3", ('sourceRef="B3" targetRef="xong"', 'sourceRef="B3" targetRef="cho"')),
    ("endless-loop", "G1", ('sourceRef="G1" targetRef="tu_choi"', 'sourceRef="G1" targetRef="G1"')),
    ("lane-node", "L2", ("<bpmn:flowNodeRef>B3<", "<bpmn:flowNodeRef>B33<")),
    ("two-lanes", "L2", ("<bpmn:flowNodeRef>B3<", "<bpmn:flowNodeRef>B1<")),
    ("unknown-lane", "L2", ('name="Chuyên viên Sở"', 'name="Chuyen vien So"')),
    ("unknown-lane", "L2", (' name="Chuyên viên Sở"', "")),
    ("no-lane", "B2", ("<bpmn:flowNodeRef>B2</bpmn:flowNodeRef>", "")),
    ("unknown-group", "B2", ('"2 ngày làm việc"', ('"2 ngày làm việc" '
                                                  'camunda:candidateGroups="mot-cua, Mỗi cửa"'))),
    ("unknown-form", "B1", ('formRef="tiep-nhan"', 'formRef="tiep-nhn"')),
    ("unknown-form", "B3", ('name="due" value="cùng hạn B2"', 'name="formRef" value="la"')),
    ("unknown-decision", "B2", b2_as("businessRuleTask", "", 'camunda:decisionRef="muc"')),
    ("unknown-decision", "B2", b2_as("businessRuleTask")),
    ("unknown-call", "B2", b2_as("callActivity", "", 'calledElement="khac"')),
    ("circular-call", "B2", b2_as("callActivity", "", 'calledElement="thu"')),
    ("bad-expression", "f3", ("${ket_qua == 'du'}", "${ket_qua = 'du'}")),
    ("bad-expression", "B1", ("ket_qua == 'du'\" />", "ket_qua.lower() == 'du'\" />")),
    ("bad-expression", "B1", ("kenh == 'online'", "kenh === 'online'")),
    (
        "foreign-language",
        "f3",
        (IF_DU, IF_DU.replace("Expression>$", 'Expression language="javascript">$')),
    ),
    (
        "blank-condition",
        "f7",
        (
            F7,
            F7.replace(" />", "><bpmn:conditionExpression /></bpmn:sequenceFlow>"),
        ),
    ),
    ("unknown-variable", "f3", ("${ket_qua == 'du'}", "${ket_qu == 'du'}")),
    ("unknown-variable", "thu", ("khi hu_hai", "khi hu_hai_2")),
    ("read-too-early", "B1", ("kenh == 'online'", "hu_hai")),
    ("unknown-answer", "f3", ("${ket_qua == 'du'}", "${ket_qua == 'dủ'}")),
    ("uncovered-answer", "G1", ("ket_qua == 'tu_choi'", "ket_qua == null")),
    ("bad-due", "B2", ('"2 ngày làm việc" />', '"2 ngày lv" />')),
    ("bad-due", "B2", ('"2 ngày làm việc" />', '"PT8H" />')),
    ("bad-due", "B1", ("; 0,5 ngày làm việc", "; 0,5 ngày làm việc; 1 ngày")),
    (
        "said-twice",
        "B3",
        ('<bpmn:receiveTask id="B3"', '<bpmn:receiveTask id="B3" camunda:dueDate="3 ngày"'),
    ),
    ("same-due", "B3", ("cùng hạn B2", "cùng hạn B22")),
    ("same-due", "B3", ("cùng hạn B2", "cùng hạn G1")),
    ("same-due", "B2", ('"2 ngày làm việc" />', '"cùng hạn B3" />')),
    ("since-opening", "B3", ("cùng hạn B2", "9 ngày kể từ B22")),
    ("since-opening", "B3", ("cùng hạn B2", "9 ngày kể từ G1")),
    ("since-opening", "B2", ('"2 ngày làm việc" />', '"9 ngày kể từ B3" />')),
    ("bad-due", "B2", ('"2 ngày làm việc" />', '"9 ngày kể từ ngày nhận" />')),
    ("timer", "cho", (CATCH, "<bpmn:timeDate>ngày mai</bpmn:timeDate>")),
    ("timer", "cho", (CATCH, "<bpmn:timeCycle>R3/P1D</bpmn:timeCycle>")),
    ("timer", "cho", (CATCH, CATCH.replace("40 ngày", "PT40H"))),
    ("timer", "cho", (CATCH, CATCH.replace("40 ngày", "40 ngày khi hu_hai"))),
    ("legal-term", "thu", ("; 5 ngày làm việc", "; năm ngày")),
    ("legal-term", "thu", ("legal_term.so", "legal_term.soo")),
    ("procedures-only", "B1", ('isExecutable="true"', PART)),
    ("procedures-only", "thu", ('isExecutable="true"', PART)),
    ("unknown-field", "thu", ('name="effective_from" value="2025-07-01"',
                              'name="field" value="liet-sỉ"')),
    ("nobody-files", "B1", ('name="Một cửa"', 'name="Hội đồng y khoa"')),
    ("acceptance", "thu", ('name="acceptance"', 'name="documents"')),
    ("acceptance", "B2", b2_with(prop("acceptance", "hu_hai"))),
    ("clock", "B3", ('value="paused"', 'value="dừng"')),
    ("period", "thu", ("2025-07-01", "01/07/2025")),
    (
        "period",
        "thu",
        (
            '<camunda:property name="effective_from"',
            ('<camunda:property name="effective_to" value="2025-07-01" />\n'
            '<camunda:property name="effective_from"'),
        ),
    ),
    ("list", "B2", b2_with(prop("list", "mau-38"))),
    ("list", "B2", b2_with(prop("list", "mau-83"))),  # and no step that gives it a number
    ("list", "B2", b2_with(prop("list", "mau-83; mau-83"))),
    ("list-number", "B2", b2_with(prop("list_number", "van_ban_so"))),
    ("unknown-property", "B2", b2_with(prop("thoi_han", "3 ngày"))),
    ("unknown-property", "G1", ('name="Đủ?" />', (f'name="Đủ?">{prop("clock", "paused")}'
                                                 "</bpmn:exclusiveGateway>"))),
    ("unknown-property", "L1", ('name="Một cửa">', f'name="Một cửa">{prop("due", "3 ngày")}')),
    ("foreign-performer", "B2", (' name="Xử lý"', ' name="Xử lý" camunda:assignee="lan"')),
    ("foreign-form", "B2", (' name="Xử lý"', ' name="Xử lý" camunda:formKey="x"')),
    ("foreign-form", "bat_dau", ('id="bat_dau" />', 'id="bat_dau" camunda:formRef="x" />')),
    (
        "foreign-listener",
        "B2",
        b2_with('<bpmn:extensionElements><camunda:taskListener event="create" class="X" />'
                "</bpmn:extensionElements>"),
    ),
    ("foreign-running", "thu", ('isExecutable="true"', ('isExecutable="true" '
                                                       'camunda:jobPriority="180"'))),
    (
        "foreign-code",
        "B2",
        b2_with('<bpmn:extensionElements><zeebe:taskDefinition type="x" />'
                "</bpmn:extensionElements>"),
    ),
    ("performer", "B2", b2_with("<bpmn:potentialOwner />")),
    ("no-executable-process", "thu", ('isExecutable="true"', 'isExecutable="false"')),
    (
        "several-executable-processes",
        "hai",
        ("<bpmndi:BPMNDiagram", '<bpmn:process id="hai" isExecutable="true" /><bpmndi:BPMNDiagram'),
    ),
]  # fmt: skip
