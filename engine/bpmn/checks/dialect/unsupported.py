"""Rules on BPMN that this engine does not execute: named one by one, with what to draw instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.definitions import is_true
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.specification.triggers import TRIGGERS
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import Kind, Node
from engine.bpmn.reading.elements import camunda, children, event_definitions, local
from engine.bpmn.reading.node_kinds import kind_of, walk
from engine.domain.messages import Message, say

_USE_USER_TASK = say("Dùng công việc người dùng (user task) trong làn của chức danh thực hiện.")
_USE_RECEIVE_TASK = say("Dùng bước nhận (receive task); chức danh ghi nhận sẽ đánh dấu đã nhận.")
_USE_TIMER = say("Dùng sự kiện hẹn giờ, bước nhận (receive task) hoặc cổng loại trừ.")
_USE_PLAIN_END = say("Dùng sự kiện kết thúc trơn; mỗi kết quả một sự kiện.")

_TAGS: Mapping[str, tuple[Message, Message]] = {
    "task": (say("công việc chưa rõ loại"), _USE_USER_TASK),
    "manualTask": (say("công việc thủ công"), _USE_USER_TASK),
    "sendTask": (
        say("bước gửi"),
        say("Dùng công việc người dùng và thuộc tính documents cho văn bản gửi đi."),
    ),
    "scriptTask": (
        say("công việc chạy mã lệnh"),
        say("Không dùng mã lệnh. Dùng bảng quyết định (business rule task) hoặc điều kiện."),
    ),
    "complexGateway": (
        say("cổng phức hợp"),
        say("Dùng cổng loại trừ, cổng song song hoặc cổng bao hàm."),
    ),
    "transaction": (say("giao dịch"), say("Dùng quy trình con thường.")),
    "adHocSubProcess": (say("quy trình con tùy nghi"), say("Vẽ rõ thứ tự các bước.")),
    "intermediateThrowEvent": (
        say("sự kiện phát giữa chừng"),
        say("Xóa sự kiện; nối thẳng hai phần tử, hoặc dùng công việc người dùng."),
    ),
    "startEvent": (
        say("sự kiện bắt đầu có điều kiện kích hoạt"),
        say("Dùng sự kiện bắt đầu trơn; hồ sơ được mở khi tiếp nhận."),
    ),
    "endEvent": (say("sự kiện kết thúc có tác động"), _USE_PLAIN_END),
    "intermediateCatchEvent": (say("sự kiện chờ không phải hẹn giờ"), _USE_RECEIVE_TASK),
    "boundaryEvent": (say("sự kiện biên không phải hẹn giờ"), _USE_TIMER),
}
_IN_HANDLER = (
    say("sự kiện kích hoạt không phải hẹn giờ"),
    say("Quy trình con kích hoạt bởi sự kiện phải bắt đầu bằng một sự kiện hẹn giờ."),
)
#: A condition is looked at when somebody has done something, never of itself.
_USE_CONDITION = say(
    "Điều kiện chỉ thay đổi khi có người ghi vào hồ sơ: vẽ cổng loại trừ sau bước ghi giá trị đó. "
    "Cần xem lại theo thời gian thì dùng hẹn giờ, rồi rẽ ở một cổng loại trừ."
)
_USE_ANSWER = say(
    "Cho trường hợp này thành một câu trả lời trong biểu mẫu của công việc, rồi rẽ ở một cổng loại "
    "trừ sau nó."
)
_USE_SUPERIOR = say(
    "Muốn cấp trên làm thì thêm một công việc ở làn của cấp trên; muốn cấp trên biết việc quá hạn "
    "thì hệ thống tự nhắc theo thang nhắc hạn."
)
_USE_BRANCH = say("Vẽ việc khắc phục thành một nhánh của quy trình.")
_USE_DOCUMENTS = say("Dùng công việc người dùng và thuộc tính documents cho văn bản gửi đi.")
_USE_ARRIVAL = say(
    "Vẽ bước nhận (receive task) trên một nhánh song song với công việc; chức danh ghi nhận sẽ "
    "đánh dấu đã nhận."
)
_ONE_EACH = say(
    "Mỗi sự kiện một việc: vẽ một chỗ chờ cho mỗi việc sau cổng chờ sự kiện (event-based gateway) "
    "hoặc trên các nhánh song song."
)
_OPENED_BY_PEOPLE = say(
    "Hồ sơ do người mở: dùng sự kiện bắt đầu trơn. Việc định kỳ trong một hồ sơ thì dùng hẹn giờ "
    "lặp lại."
)
#: What to draw instead of an event, by what it is about; else by where it stands.
_INSTEAD: Mapping[str, Message] = {
    "conditionalEventDefinition": _USE_CONDITION,
    "errorEventDefinition": _USE_ANSWER,
    "cancelEventDefinition": _USE_ANSWER,
    "escalationEventDefinition": _USE_SUPERIOR,
    "compensateEventDefinition": _USE_BRANCH,
}
_INSTEAD_HERE: Mapping[tuple[str, str], Message] = {
    ("startEvent", "timerEventDefinition"): _OPENED_BY_PEOPLE,
    ("startEvent", "signalEventDefinition"): _OPENED_BY_PEOPLE,
    ("boundaryEvent", "messageEventDefinition"): _USE_ARRIVAL,
    ("boundaryEvent", "signalEventDefinition"): _USE_ARRIVAL,
    ("intermediateThrowEvent", "messageEventDefinition"): _USE_DOCUMENTS,
    ("endEvent", "messageEventDefinition"): _USE_DOCUMENTS,
}
_ELSE = (say("phần tử"), say("Vẽ lại bằng các phần tử mà hệ thống thực hiện được."))


def outside_dialect(subject: Subject) -> Iterator[Problem]:
    """Only elements that the engine executes.

    Bản vẽ chỉ dùng những phần tử mà hệ thống thực hiện được; mỗi phần tử khác được nêu tên cùng
    cách vẽ thay.
    """
    for element, _parent in walk(subject.tree.process):
        node = subject.drawing.nodes.get(element.get("id") or "")
        if node is None or kind_of(element) is not Kind.OTHER or local(element) != node.tag:
            continue
        if node.tag == "serviceTask":
            yield _service(element)
            continue
        what, remedy = _told(subject, node)
        defined = [local(event) for event in event_definitions(element)]
        remedy = _instead(subject, node, defined) or remedy
        events = ", ".join(str(TRIGGERS.get(each, each)) for each in defined)
        yield problem(
            node,
            say(
                "“%(who)s” là %(what)s%(events)s (%(tag)s); hệ thống không thực hiện được.",
                who=label(node),
                what=what,
                events=f" ({events})" if events else "",
                tag=node.tag,
            ),
            remedy,
        )


def _instead(subject: Subject, node: Node, defined: list[str]) -> Message | None:
    """What to draw instead of an event that is about these things; None where all depends on
    where it stands."""
    if len(defined) > 1:
        return _ONE_EACH
    about = defined[0] if defined else ""
    handles = _told(subject, node) is _IN_HANDLER
    here = None if handles else _INSTEAD_HERE.get((node.tag, about))
    return here or _INSTEAD.get(about)


def _told(subject: Subject, node: Node) -> tuple[Message, Message]:
    around = subject.drawing.nodes.get(node.parent or "")
    if node.tag == "startEvent" and around and around.kind is Kind.EVENT_SUB_PROCESS:
        return _IN_HANDLER
    return _TAGS.get(node.tag, _ELSE)


def _service(element: etree._Element) -> Problem:
    topic = element.get(camunda("topic"))
    if topic:
        message = say(
            "“%(who)s” gọi dịch vụ “%(topic)s”, hệ thống không có dịch vụ này.",
            who=label(element),
            topic=topic,
        )
    else:
        message = say("“%(who)s” là công việc dịch vụ không nói rõ dịch vụ.", who=label(element))
    return problem(element, message, _USE_USER_TASK)


def repetition(subject: Subject) -> Iterator[Problem]:
    """No loop or multi-instance marks: loops are drawn.

    Không dùng dấu lặp (↻) hay dấu nhiều lần (|||) ở công việc: vòng lặp thì vẽ ra bằng cổng, nhiều
    người hay nhiều giấy tờ thì dùng danh sách trong biểu mẫu.
    """
    for node in subject.nodes:
        element = subject.tree.elements[node.id]
        marks = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
        if any(True for _ in children(element, *marks)):
            yield problem(
                node,
                say("“%(who)s” có dấu lặp hoặc thực hiện nhiều lần.", who=label(node)),
                say(
                    "Bỏ dấu lặp; vẽ vòng lặp bằng cổng loại trừ, hoặc dùng danh sách trong biểu "
                    "mẫu."
                ),
            )


def compensation(subject: Subject) -> Iterator[Problem]:
    """No compensation handlers.

    Không dùng công việc bù trừ: việc khắc phục được vẽ thành một nhánh của quy trình.
    """
    for node in subject.nodes:
        if is_true(subject.tree.elements[node.id], "isForCompensation"):
            yield problem(
                node,
                say(
                    "“%(who)s” là công việc bù trừ; hệ thống không thực hiện được.", who=label(node)
                ),
                say("Vẽ việc khắc phục thành một nhánh của quy trình."),
            )


def quantity(subject: Subject) -> Iterator[Problem]:
    """A step is begun by one token and passes one on.

    Một lượt tới là bước được mở, xong thì đi tiếp một lượt: hệ thống không gom nhiều lượt
    (startQuantity) và không nhân thành nhiều lượt (completionQuantity).

    BPMN 2.0.2, 10.3
    """
    for node in subject.nodes:
        element = subject.tree.elements[node.id]
        for name in ("startQuantity", "completionQuantity"):
            said = (element.get(name) or "1").strip()
            if said.isascii() and said.isdigit() and int(said[:9]) > 1:
                yield problem(
                    node,
                    say(
                        "“%(who)s” ghi %(name)s là %(said)s; hệ thống không thực hiện được.",
                        who=label(node),
                        name=name,
                        said=said,
                    ),
                    say(
                        "Bỏ đi. Chờ nhiều nhánh thì dùng cổng song song; nhiều người hay nhiều "
                        "giấy tờ thì dùng danh sách trong biểu mẫu."
                    ),
                )


RULES = (
    firm("outside-dialect", outside_dialect),
    firm("repetition", repetition),
    firm("compensation", compensation),
    firm("quantity", quantity),
)
