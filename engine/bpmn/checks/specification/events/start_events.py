"""Constraints on start events, of processes, of sub-processes and of event sub-processes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_true
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, firm, warning
from engine.bpmn.checks.specification.triggers import (
    TRIGGERS,
    beside,
    has_trigger,
    into,
    is_handler,
    kinds,
    level_of,
    misplaced,
    nodes_of,
    out_of,
    stands_alone,
)
from engine.bpmn.reading.elements import local
from engine.domain.messages import say

_AT_TOP = frozenset(
    {
        "messageEventDefinition",
        "timerEventDefinition",
        "conditionalEventDefinition",
        "signalEventDefinition",
    }
)
_IN_HANDLER = _AT_TOP | {
    "escalationEventDefinition",
    "errorEventDefinition",
    "compensateEventDefinition",
}
_BEGUN_BY_FLOW = ("subProcess", "transaction")


def _of_handlers(definitions: Definitions) -> Iterator[etree._Element]:
    for event in definitions.all("startEvent"):
        if is_handler(event.getparent()):
            yield event


def start_incoming(definitions: Definitions) -> Iterator[Problem]:
    """Nothing leads back into a start event: no sequence flow enters it.

    Không có luồng đi vào sự kiện bắt đầu; muốn làm lại thì quay về bước đứng sau nó.

    BPMN 2.0.2, 10.5.2
    """
    for event in definitions.all("startEvent"):
        if into(definitions, event):
            yield problem(
                event,
                say("Có luồng đi vào sự kiện bắt đầu “%(who)s”.", who=label(event)),
                say("Nối luồng đó vào bước đứng sau sự kiện này."),
            )


def start_outgoing(definitions: Definitions) -> Iterator[Problem]:
    """A start event leads on: at least one sequence flow leaves it.

    Sự kiện bắt đầu phải dẫn tới bước đầu tiên: có ít nhất một luồng đi ra.

    BPMN 2.0.2, 10.5.2
    """
    for event in definitions.all("startEvent"):
        if not out_of(definitions, event):
            yield problem(
                event,
                say("Sự kiện bắt đầu “%(who)s” không dẫn tới bước nào.", who=label(event)),
                say("Nối sự kiện này với bước đầu tiên, hoặc xóa đi."),
            )


def start_top_trigger(definitions: Definitions) -> Iterator[Problem]:
    """A process is started by nothing in particular, a message, a timer, a condition or a signal.

    Quy trình chỉ bắt đầu bằng sự kiện trơn, thông điệp, hẹn giờ, điều kiện hay tín hiệu; lỗi, báo
    cấp trên, bù trừ, hủy, liên kết và chấm dứt xảy ra khi quy trình đang chạy nên không mở được nó.

    BPMN 2.0.2, 10.5.2; Table 10.84, Top-Level Process Start Event Types
    """
    at_top = (e for e in definitions.all("startEvent") if _stands_in(e, "process"))
    for event, what in misplaced(definitions, at_top, _AT_TOP):
        yield problem(
            event,
            say(
                "Sự kiện bắt đầu “%(who)s” của quy trình dùng loại “%(what)s”, loại này không mở "
                "được một quy trình.",
                who=label(event),
                what=what,
            ),
            say(
                "Đổi thành sự kiện bắt đầu trơn, thông điệp, hẹn giờ, điều kiện hoặc tín hiệu; cần "
                "bắt sự việc khi quy trình đang chạy thì vẽ quy trình con kích hoạt bởi sự kiện."
            ),
        )


def start_in_sub_process(definitions: Definitions) -> Iterator[Problem]:
    """A sub-process is begun by the flow that reaches it, so its start event has no trigger.

    Quy trình con bắt đầu khi luồng đi tới nó, nên sự kiện bắt đầu bên trong phải là loại trơn.

    BPMN 2.0.2, 10.5.2; Table 10.85, Sub-Process Start Event Types
    """
    for event in definitions.all("startEvent"):
        level = event.getparent()
        if _stands_in(event, *_BEGUN_BY_FLOW) and not is_handler(level) and has_trigger(event):
            yield problem(
                event,
                say(
                    "Sự kiện bắt đầu “%(who)s” nằm trong quy trình con thường mà lại có điều kiện "
                    "kích hoạt.",
                    who=label(event),
                ),
                say(
                    "Đổi thành sự kiện bắt đầu trơn; hoặc đổi quy trình con thành loại kích hoạt "
                    "bởi sự kiện (event sub-process)."
                ),
            )


def handler_trigger(definitions: Definitions) -> Iterator[Problem]:
    """The start event of an event sub-process says which event triggers it.

    Sự kiện bắt đầu của quy trình con kích hoạt bởi sự kiện phải nói rõ chờ sự kiện gì.

    BPMN 2.0.2, 10.3.5, 10.5.2
    """
    for event in _of_handlers(definitions):
        if not has_trigger(event):
            yield problem(
                event,
                say(
                    "Sự kiện bắt đầu “%(who)s” để trơn, nên quy trình con kích hoạt bởi sự kiện "
                    "này không bao giờ bắt đầu.",
                    who=label(event),
                ),
                say("Chọn loại cho sự kiện bắt đầu, ví dụ hẹn giờ (timer start event)."),
            )


def handler_kinds(definitions: Definitions) -> Iterator[Problem]:
    """An event sub-process is triggered by what can happen while its surroundings run.

    Quy trình con kích hoạt bởi sự kiện bắt đầu bằng thông điệp, hẹn giờ, báo cấp trên, lỗi, bù trừ,
    điều kiện hoặc tín hiệu; không bằng liên kết, hủy giao dịch hay chấm dứt.

    BPMN 2.0.2, 10.5.2; Table 10.86, Event Sub-Process Start Event Types
    """
    for event, what in misplaced(definitions, _of_handlers(definitions), _IN_HANDLER):
        yield problem(
            event,
            say(
                "Sự kiện bắt đầu “%(who)s” dùng loại “%(what)s”, không kích hoạt được quy trình "
                "con kích hoạt bởi sự kiện.",
                who=label(event),
                what=what,
            ),
            say("Chọn thông điệp, hẹn giờ, báo cấp trên, lỗi, bù trừ, điều kiện hoặc tín hiệu."),
        )


def start_always_interrupting(definitions: Definitions) -> Iterator[Problem]:
    """An event sub-process for an error or for compensation is always drawn with a solid start.

    Quy trình con bắt lỗi hoặc bù trừ luôn bắt đầu bằng sự kiện nét liền: việc đang làm đã hỏng
    hoặc đã xong, không thể vừa xử lý vừa để nó chạy tiếp.

    BPMN 2.0.2, 10.5.2; Table 10.86, Event Sub-Process Start Event Types
    """
    solid = ("errorEventDefinition", "compensateEventDefinition")
    for event in _of_handlers(definitions):
        wrong = [kind for kind in solid if kind in kinds(definitions, event)]
        if wrong and not is_true(event, "isInterrupting", default=True):
            yield problem(
                event,
                say(
                    "Sự kiện bắt đầu “%(who)s” (%(what)s) được đặt là không ngắt; loại này không "
                    "có dạng không ngắt.",
                    who=label(event),
                    what=TRIGGERS[wrong[0]],
                ),
                say("Đổi sự kiện bắt đầu sang loại ngắt (nét liền)."),
            )


def idle_interrupting(definitions: Definitions) -> Iterator[Problem]:
    """Only the start event of an event sub-process can be non-interrupting.

    Chỉ sự kiện bắt đầu của quy trình con kích hoạt bởi sự kiện mới có dạng không ngắt; ở chỗ khác
    dấu này không có tác dụng vì chưa có việc gì để ngắt.

    BPMN 2.0.2, 10.5.2
    """
    for event in definitions.all("startEvent"):
        if not is_true(event, "isInterrupting", default=True) and not is_handler(event.getparent()):
            yield problem(
                event,
                say(
                    "Sự kiện bắt đầu “%(who)s” được đặt là không ngắt, nhưng ở đây không có gì để "
                    "ngắt.",
                    who=label(event),
                ),
                say(
                    "Đổi lại thành sự kiện bắt đầu thường; nếu nó phải chạy bên cạnh công việc "
                    "khác thì đặt vào một quy trình con kích hoạt bởi sự kiện."
                ),
            )


def start_needed(definitions: Definitions) -> Iterator[Problem]:
    """A process drawn beside the one put in force has a start event where it has an end event.

    Quy trình vẽ kèm trong tệp (của pool khác) có sự kiện kết thúc thì vẽ cả sự kiện bắt đầu, hoặc
    một bước nhận, một cổng chờ sự kiện mở được quy trình.

    BPMN 2.0.2, 10.5.2
    """
    for level in beside(definitions, "process", *_BEGUN_BY_FLOW):
        nodes = nodes_of(level)
        ends = [node for node in nodes if local(node) == "endEvent"]
        if is_handler(level) or not ends or any(_begins(node) for node in nodes):
            continue
        yield problem(
            level,
            say("“%(who)s” có sự kiện kết thúc mà không có sự kiện bắt đầu.", who=label(level)),
            say("Vẽ sự kiện bắt đầu và nối nó với bước đầu tiên."),
        )


def _begins(node: etree._Element) -> bool:
    """Whether a level may begin there: receive tasks and gateways can be told to open one."""
    return local(node) == "startEvent" or is_true(node, "instantiate")


def start_leaves_out(definitions: Definitions) -> Iterator[Problem]:
    """In a process beside the one put in force, what has no flow into it is a start event.

    Quy trình vẽ kèm trong tệp đã có sự kiện bắt đầu thì mọi phần tử khác phải có luồng đi vào (trừ
    sự kiện biên, đầu đến của liên kết, việc bù trừ và quy trình con kích hoạt bởi sự kiện).

    BPMN 2.0.2, 10.5.2
    """
    for level in beside(definitions, "process", *_BEGUN_BY_FLOW):
        nodes = nodes_of(level)
        if not any(local(node) == "startEvent" for node in nodes):
            continue
        for node in nodes:
            told = local(node) in {"endEvent", "boundaryEvent"} or _begins(node)
            alone = stands_alone(definitions, node, "intermediateCatchEvent")
            if not told and not alone and not into(definitions, node):
                yield problem(
                    node,
                    say("Không có luồng nào đi tới “%(who)s”.", who=label(node)),
                    say("Nối phần tử này vào quy trình, hoặc xóa đi."),
                )


def sub_process_starts(definitions: Definitions) -> Iterator[Problem]:
    """A sub-process that is reached by a flow has one start event at most.

    Quy trình con chỉ có một sự kiện bắt đầu: luồng đi tới nó chỉ mở được một chỗ.

    BPMN 2.0.2, 10.5.2, 13.3.4
    """
    for level in definitions.all(*_BEGUN_BY_FLOW):
        starts = [node for node in nodes_of(level) if local(node) == "startEvent"]
        if len(starts) > 1 and not is_handler(level):
            yield problem(
                level,
                say(
                    "Quy trình con “%(who)s” có %(count)s sự kiện bắt đầu: %(starts)s.",
                    who=label(level),
                    count=len(starts),
                    starts=", ".join(label(start) for start in starts[:5]),
                ),
                say(
                    "Giữ một sự kiện bắt đầu, rồi rẽ bằng cổng song song hoặc cổng loại trừ ngay "
                    "sau nó."
                ),
            )


def _stands_in(event: etree._Element, *tags: str) -> bool:
    level = level_of(event)
    return level is not None and local(level) in tags


RULES: tuple[Rule[Definitions], ...] = (
    firm("start-incoming", start_incoming),
    firm("start-outgoing", start_outgoing),
    error("start-top-trigger", start_top_trigger),
    error("start-in-sub-process", start_in_sub_process),
    firm("event-sub-process-trigger", handler_trigger),
    error("event-sub-process-kinds", handler_kinds),
    error("start-always-interrupting", start_always_interrupting),
    warning("start-idle-interrupting", idle_interrupting),
    warning("start-needed", start_needed),
    warning("start-leaves-out", start_leaves_out),
    firm("sub-process-starts", sub_process_starts),
)
