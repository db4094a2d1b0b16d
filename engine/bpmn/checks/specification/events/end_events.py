"""Constraints on end events: what they may tell, and that they end a way."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, firm, warning
from engine.bpmn.checks.specification.triggers import (
    beside,
    into,
    kinds,
    level_of,
    misplaced,
    nodes_of,
    out_of,
    stands_alone,
)
from engine.bpmn.reading.elements import local
from engine.domain.messages import say

_AT_END = frozenset(
    {
        "messageEventDefinition",
        "escalationEventDefinition",
        "errorEventDefinition",
        "cancelEventDefinition",
        "compensateEventDefinition",
        "signalEventDefinition",
        "terminateEventDefinition",
    }
)


def end_incoming(definitions: Definitions) -> Iterator[Problem]:
    """An end event is reached: at least one sequence flow leads to it.

    Sự kiện kết thúc phải có luồng đi tới, nếu không thì không bao giờ kết thúc ở đó.

    BPMN 2.0.2, 10.5.3
    """
    for event in definitions.all("endEvent"):
        if not into(definitions, event):
            yield problem(
                event,
                say("Không có luồng nào đi tới sự kiện kết thúc “%(who)s”.", who=label(event)),
                say("Nối bước cuối cùng tới sự kiện này, hoặc xóa sự kiện."),
            )


def end_outgoing(definitions: Definitions) -> Iterator[Problem]:
    """An end event ends its way: no sequence flow leaves it.

    Không có luồng đi ra từ sự kiện kết thúc: đường đi hết ở đó.

    BPMN 2.0.2, 10.5.3
    """
    for event in definitions.all("endEvent"):
        if out_of(definitions, event):
            yield problem(
                event,
                say("Có luồng đi ra từ sự kiện kết thúc “%(who)s”.", who=label(event)),
                say("Xóa luồng; nếu còn phải đi tiếp thì bỏ sự kiện kết thúc này."),
            )


def end_trigger(definitions: Definitions) -> Iterator[Problem]:
    """An end event tells something or nothing; it cannot wait, nor jump elsewhere.

    Sự kiện kết thúc chỉ phát đi (thông điệp, báo cấp trên, lỗi, hủy, bù trừ, tín hiệu, chấm dứt)
    hoặc để trơn; hẹn giờ và điều kiện là chờ đợi, liên kết là đi tiếp, nên không đặt ở đây.

    BPMN 2.0.2, 10.5.3; Table 10.88, End Event Types
    """
    for event, what in misplaced(definitions, definitions.all("endEvent"), _AT_END):
        yield problem(
            event,
            say(
                "Sự kiện kết thúc “%(who)s” dùng loại “%(what)s”, loại này không kết thúc được gì.",
                who=label(event),
                what=what,
            ),
            say(
                "Nếu còn phải chờ hay đi tiếp thì đổi thành sự kiện trung gian rồi nối tới một "
                "sự kiện kết thúc trơn."
            ),
        )


def end_cancel(definitions: Definitions) -> Iterator[Problem]:
    """A cancel end event stands inside a transaction: nothing else can be cancelled.

    Sự kiện kết thúc “hủy” chỉ đặt bên trong một giao dịch, vì chỉ giao dịch mới hủy được.

    BPMN 2.0.2, 10.5.3; Table 10.88, End Event Types
    """
    for event in definitions.all("endEvent"):
        around = any(local(up) == "transaction" for up in event.iterancestors())
        if not around and "cancelEventDefinition" in kinds(definitions, event):
            yield problem(
                event,
                say(
                    "Sự kiện kết thúc “%(who)s” hủy giao dịch, nhưng không nằm trong giao dịch "
                    "nào.",
                    who=label(event),
                ),
                say(
                    "Đổi quy trình con chứa nó thành giao dịch (transaction), hoặc dùng sự kiện "
                    "kết thúc báo lỗi hay kết thúc trơn."
                ),
            )


def cancel_uncaught(definitions: Definitions) -> Iterator[Problem]:
    """What happens after a transaction is cancelled is drawn: a cancel event on its edge.

    Giao dịch có thể bị hủy thì phải vẽ đi đâu sau khi hủy: một sự kiện biên loại hủy trên cạnh.

    BPMN 2.0.2, 10.3.5, 10.5.5
    """
    caught = {
        (event.get("attachedToRef") or "").strip().rpartition(":")[2]
        for event in definitions.all("boundaryEvent")
        if "cancelEventDefinition" in kinds(definitions, event)
    }
    for event in definitions.all("endEvent"):
        level = level_of(event)
        if level is None or local(level) != "transaction" or level.get("id") in caught:
            continue
        if "cancelEventDefinition" in kinds(definitions, event):
            yield problem(
                event,
                say(
                    "“%(who)s” hủy giao dịch “%(level)s”, nhưng trên cạnh giao dịch không có sự "
                    "kiện biên nào nói đi đâu sau khi hủy.",
                    who=label(event),
                    level=label(level),
                ),
                say("Gắn một sự kiện biên loại hủy (cancel) vào cạnh giao dịch và nối tiếp từ đó."),
            )


def end_needed(definitions: Definitions) -> Iterator[Problem]:
    """A process drawn beside the one put in force has an end event where it has a start event.

    Quy trình vẽ kèm trong tệp (của pool khác) có sự kiện bắt đầu thì vẽ cả sự kiện kết thúc.

    BPMN 2.0.2, 10.5.3
    """
    for level in beside(definitions, "process", "subProcess", "transaction"):
        tags = {local(node) for node in nodes_of(level)}
        if "startEvent" in tags and "endEvent" not in tags and len(tags) > 1:
            yield problem(
                level,
                say("“%(who)s” có sự kiện bắt đầu mà không có sự kiện kết thúc.", who=label(level)),
                say("Vẽ sự kiện kết thúc cho mỗi kết quả và nối bước cuối cùng tới đó."),
            )


def end_leaves_out(definitions: Definitions) -> Iterator[Problem]:
    """In a process beside the one put in force, what has no flow out of it is an end event.

    Quy trình vẽ kèm trong tệp đã có sự kiện kết thúc thì mọi phần tử khác phải có luồng đi ra (trừ
    đầu đi của liên kết, việc bù trừ và quy trình con kích hoạt bởi sự kiện).

    BPMN 2.0.2, 10.5.3
    """
    for level in beside(definitions, "process", "subProcess", "transaction"):
        nodes = nodes_of(level)
        if not any(local(node) == "endEvent" for node in nodes):
            continue
        for node in nodes:
            told = local(node) in {"startEvent", "endEvent", "boundaryEvent"}
            alone = stands_alone(definitions, node, "intermediateThrowEvent")
            if not told and not alone and not out_of(definitions, node):
                yield problem(
                    node,
                    say("“%(who)s” không dẫn tới đâu.", who=label(node)),
                    say("Nối tiếp sang bước sau, hoặc sang một sự kiện kết thúc."),
                )


RULES: tuple[Rule[Definitions], ...] = (
    firm("end-incoming", end_incoming),
    firm("end-outgoing", end_outgoing),
    error("end-trigger", end_trigger),
    error("end-cancel", end_cancel),
    warning("cancel-uncaught", cancel_uncaught),
    warning("end-needed", end_needed),
    warning("end-leaves-out", end_leaves_out),
)
