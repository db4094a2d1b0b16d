"""How the sound drawing is spoiled in ways that no rule's example shows, and where it is found."""

from __future__ import annotations

B2 = '<bpmn:userTask id="B2" name="Xử lý" camunda:dueDate="2 ngày làm việc" />'
CATCH = "<bpmn:timeDuration>40 ngày</bpmn:timeDuration>"
END = '<bpmn:endEvent id="xong" name="Trả kết quả" />'
F7 = '<bpmn:sequenceFlow id="f7" sourceRef="B3" targetRef="xong" />'
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
    """An event sub-process `H` with its timer `h1`, a choice that needs nobody, and its ends."""
    first = begin or (
        f'<bpmn:startEvent id="h1" isInterrupting="{str(interrupting).lower()}">'
        f"{_timing(says, kind)}</bpmn:startEvent>"
        '<bpmn:sequenceFlow id="h3" sourceRef="h1" targetRef="h2" />'
    )
    return (
        f'<bpmn:subProcess id="H" name="Quá hạn" triggeredByEvent="true">{first}'
        '<bpmn:exclusiveGateway id="h2" name="Lần đầu?" default="h6" /><bpmn:endEvent id="h5" />'
        '<bpmn:endEvent id="h7" /><bpmn:sequenceFlow id="h4" sourceRef="h2" targetRef="h5">'
        "<bpmn:conditionExpression>lan_thu &lt; 2</bpmn:conditionExpression></bpmn:sequenceFlow>"
        '<bpmn:sequenceFlow id="h6" sourceRef="h2" targetRef="h7" /></bpmn:subProcess>'
    )


# rule, element at which it is found, how the sound drawing is spoiled
CASES: list[tuple[str, str | None, tuple[str, str]]] = [
    ("too-long", "b" * 81, ('<bpmn:userTask id="B2"', f'<bpmn:userTask id="{"b" * 81}"')),
    ("too-long", "t" * 101, ('process id="thu"', f'process id="{"t" * 101}"')),
    ("too-long", "thu", ('name="Thử"', f'name="{"Thử " * 63}"')),
    ("too-long", "thu", ('value="5 ngày', f'value="{"1 ngày + " * 14}5 ngày')),
    ("too-long", "L1", ('name="Một cửa"', f'name="{"Một cửa " * 32}"')),
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
    ("outside-dialect", "B2", b2_as("task")),
    ("outside-dialect", "B2", b2_as("manualTask")),
    ("outside-dialect", "B2", b2_as("complexGateway")),
    ("outside-dialect", "B2", b2_as("intermediateThrowEvent", "<bpmn:messageEventDefinition />")),
    ("outside-dialect", "B2", b2_as("transaction")),
    ("outside-dialect", "B2", b2_as("transaction", "", 'triggeredByEvent="true"')),
    ("outside-dialect", "cho", ((f'<bpmn:timerEventDefinition id="gio">{CATCH}\n'
                                "</bpmn:timerEventDefinition>"),
                                '<bpmn:messageEventDefinition id="m" />')),
    ("non-interrupting", "nhac", (END, END + nhac(target="xong"))),
    ("dead-end", "h2", (END, END + handler("1 ngày").replace('sourceRef="h2"', 'sourceRef="h0"'))),
    ("outside-dialect", "h1", (END, END + handler("").replace("timerEvent", "messageEvent"))),
    ("endless-cycle", "h1", (END, END + handler("mỗi 5 ngày", "Cycle", interrupting=False))),
    ("timer", "nhac", (END, END + nhac("mỗi 5 ngày, 0 lần", "Cycle"))),
    ("timer", "nhac", (END, END + nhac("mỗi 5 ngày, 2 lần", "Cycle", interrupting=True))),
    ("timer", "h1", (END, END + handler("mỗi 5 ngày, 2 lần", "Cycle"))),
    ("timer", "nhac", (END, END + nhac("31/02/2026", "Date"))),
    ("timer", "nhac", (END, END + nhac("31/12/2026 khi hu_hai", "Date"))),
    ("unknown-variable", "nhac", (END, END + nhac("${ngay_hen}", "Date"))),
    ("start-event", "thu", ('<bpmn:startEvent id="bat_dau" />', "")),
    ("unknown-lane", "L2", (' name="Chuyên viên Sở"', "")),
    ("unknown-form", "B3", ('name="due" value="cùng hạn B2"', 'name="formRef" value="la"')),
    ("unknown-variable", "f3", ("${ket_qua == 'du'}", "${ket_qu == 'du'}")),
    ("unknown-variable", "thu", ("khi hu_hai", "khi hu_hai_2")),
    ("bad-due", "B2", ('"2 ngày làm việc" />', '"2 ngày lv" />')),
    ("bad-due", "B2", ('"2 ngày làm việc" />', '"PT8H" />')),
    ("bad-due", "B1", ("; 0,5 ngày làm việc", "; 0,5 ngày làm việc; 1 ngày")),
    ("since-opening", "B3", ("cùng hạn B2", "9 ngày kể từ B22")),
    ("since-opening", "B3", ("cùng hạn B2", "9 ngày kể từ G1")),
    ("since-opening", "B2", ('"2 ngày làm việc" />', '"9 ngày kể từ B3" />')),
    ("bad-due", "B2", ('"2 ngày làm việc" />', '"9 ngày kể từ ngày nhận" />')),
    ("timer", "cho", (CATCH, "<bpmn:timeDate>ngày mai</bpmn:timeDate>")),
    ("timer", "cho", (CATCH, "<bpmn:timeCycle>R3/P1D</bpmn:timeCycle>")),
    ("list", "B2", b2_with(prop("list", "mau-83; mau-83"))),
    ("unknown-property", "B2", b2_with(prop("thoi_han", "3 ngày"))),
    ("unknown-property", "G1", ('name="Đủ?" />', (f'name="Đủ?">{prop("clock", "paused")}'
                                                 "</bpmn:exclusiveGateway>"))),
    ("unknown-property", "L1", ('name="Một cửa">', f'name="Một cửa">{prop("due", "3 ngày")}')),
]  # fmt: skip
