"""Constraints on the data that events and message tasks carry."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, text_of
from engine.bpmn.checks.kinds import CATCHING, THROWING
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.data.data_parts import differ, inputs, item_of, outputs
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import children, event_definitions, local
from engine.domain.messages import say

_CARRIERS = {
    "messageEventDefinition": ("messageRef", "itemRef"),
    "signalEventDefinition": ("signalRef", "structureRef"),
    "errorEventDefinition": ("errorRef", "structureRef"),
    "escalationEventDefinition": ("escalationRef", "structureRef"),
}
"""Event definitions that carry data: what they name, and where that says its type."""


def _definitions_of(definitions: Definitions, event: etree._Element) -> list[etree._Element]:
    """The event definitions of an event; those written elsewhere looked up."""
    found: list[etree._Element] = []
    for one in event_definitions(event):
        meant = (
            definitions.resolve(one, text_of(one)) if local(one) == "eventDefinitionRef" else one
        )
        if meant is not None:
            found.append(meant)
    return found


def direction(definitions: Definitions) -> Iterator[Problem]:
    """An event that throws takes data in; an event that catches gives data out.

    Sự kiện phát chỉ có dữ liệu vào (để gửi đi), sự kiện chờ chỉ có dữ liệu ra (vừa nhận được).

    BPMN 2.0.2, 10.5.1; Data Modeling and Events
    """
    wrong = (
        (THROWING, ("dataOutput", "dataOutputAssociation", "outputSet")),
        (CATCHING, ("dataInput", "dataInputAssociation", "inputSet")),
    )
    for events, tags in wrong:
        for event in definitions.all(*sorted(events)):
            for part in children(event, *tags):
                yield at(
                    part,
                    say("“%(who)s” khai báo dữ liệu ngược chiều với sự kiện.", who=label(event)),
                    say(
                        "Sự kiện phát dùng dữ liệu vào, sự kiện chờ dùng dữ liệu ra; xóa phần kia."
                    ),
                )


def count(definitions: Definitions) -> Iterator[Problem]:
    """An event has no more data than it has messages, signals, errors or escalations to carry it.

    Mỗi dữ liệu của sự kiện đi với một thông điệp, tín hiệu, lỗi hoặc báo cấp trên; hẹn giờ, điều
    kiện và các loại khác không mang dữ liệu.

    BPMN 2.0.2, 10.5.1; Data Modeling and Events
    """
    for event in definitions.all(*sorted(THROWING | CATCHING)):
        carried = list(children(event, "dataInput", "dataOutput"))
        if not carried:
            continue
        found = _definitions_of(definitions, event)
        if len(found) < len(event_definitions(event)):
            continue  # (one is not to be found, of which another rule tells)
        room = sum(1 for one in found if local(one) in _CARRIERS)
        if len(carried) > room:
            yield at(
                carried[room],
                say(
                    "“%(who)s” có %(count)s dữ liệu, nhưng chỉ mang được %(room)s.",
                    who=label(event),
                    count=len(carried),
                    room=room,
                ),
                say("Xóa dữ liệu thừa khỏi sự kiện."),
            )


def event_item(definitions: Definitions) -> Iterator[Problem]:
    """The data of an event has the type of the message, signal, error or escalation it comes with.

    Dữ liệu của sự kiện phải cùng kiểu với thông điệp, tín hiệu, lỗi hay báo cấp trên mà nó đi kèm.

    BPMN 2.0.2, 10.5.1; Data Modeling and Events
    """
    for event in definitions.all(*sorted(THROWING | CATCHING)):
        carried = list(children(event, "dataInput", "dataOutput"))
        found = [one for one in _definitions_of(definitions, event) if local(one) in _CARRIERS]
        if len(carried) != len(found):
            continue
        for data, definition in zip(carried, found, strict=True):
            named, typed = _CARRIERS[local(definition)]
            source = definitions.resolve(definition, definition.get(named))
            meant = None if source is None else definitions.resolve(source, source.get(typed))
            item = item_of(definitions, data)
            if meant is not None and item is not None and differ(meant, item):
                yield at(
                    data,
                    say(
                        "Dữ liệu của “%(who)s” thuộc kiểu “%(item)s”, còn “%(source)s” mang kiểu "
                        "“%(meant)s”.",
                        who=label(event),
                        item=label(item),
                        source=label(source) if source is not None else "?",
                        meant=label(meant),
                    ),
                    say("Chọn cùng một kiểu dữ liệu cho cả hai."),
                )


# The two rules on the data of tasks are warnings: engines that hand over settings as inputs write
# several, and ours reads none of them.


def message_task_data(definitions: Definitions) -> Iterator[Problem]:
    """A send task takes in just what it sends; a receive task gives out just what it receives.

    Bước gửi có nhiều nhất một dữ liệu vào và không có dữ liệu ra; bước nhận có nhiều nhất một dữ
    liệu ra và không có dữ liệu vào.

    BPMN 2.0.2, 10.3.3; Send Task and Receive Task
    """
    for task in definitions.all("sendTask", "receiveTask"):
        own, other = inputs(task), outputs(task)
        if local(task) == "receiveTask":
            own, other = other, own
        if len(own) > 1 or other:
            yield at(
                task,
                say(
                    "“%(who)s” có dữ liệu ngoài chính thông điệp mà bước này gửi hoặc nhận.",
                    who=label(task),
                ),
                say("Chỉ giữ một dữ liệu: cái được gửi đi, hoặc cái nhận được."),
            )


def message_task_item(definitions: Definitions) -> Iterator[Problem]:
    """What a task sends or receives has the type of its message.

    Dữ liệu của bước gửi, bước nhận phải cùng kiểu với thông điệp của bước đó.

    BPMN 2.0.2, 10.3.3; Send Task and Receive Task
    """
    for task in definitions.all("sendTask", "receiveTask"):
        message = definitions.resolve(task, task.get("messageRef"))
        meant = None if message is None else definitions.resolve(message, message.get("itemRef"))
        if message is None or meant is None:
            continue
        for data in inputs(task) if local(task) == "sendTask" else outputs(task):
            item = item_of(definitions, data)
            if item is not None and differ(item, meant):
                yield at(
                    data,
                    say(
                        "Dữ liệu của “%(who)s” thuộc kiểu “%(item)s”, còn thông điệp “%(message)s” "
                        "mang kiểu “%(meant)s”.",
                        who=label(task),
                        item=label(item),
                        message=label(message),
                        meant=label(meant),
                    ),
                    say("Chọn cùng một kiểu dữ liệu cho cả hai."),
                )


def service_data(definitions: Definitions) -> Iterator[Problem]:
    """A service task has one set of inputs, at most one of outputs, and one piece of data in each.

    Công việc dịch vụ có một tập dữ liệu vào, nhiều nhất một tập dữ liệu ra, mỗi tập nhiều nhất một
    dữ liệu: thông điệp gửi đi và thông điệp trả về.

    BPMN 2.0.2, 10.3.3; Service Task
    """
    for task in definitions.all("serviceTask"):
        if not (task.get("operationRef") or "").strip():
            continue
        sets = [
            sum(1 for one in children(task, "ioSpecification") for _ in children(one, tag))
            for tag in ("inputSet", "outputSet")
        ]
        if max(*sets, len(inputs(task)), len(outputs(task))) > 1:
            yield at(
                task,
                say(
                    "“%(who)s” gọi một thao tác dịch vụ nhưng có nhiều dữ liệu vào hoặc ra.",
                    who=label(task),
                ),
                say("Giữ một dữ liệu vào và một dữ liệu ra, như thông điệp của thao tác."),
            )


RULES = (
    error("event-data-direction", direction),
    error("event-data-count", count),
    error("event-data-type", event_item),
    warning("message-task-data", message_task_data),
    error("message-task-type", message_task_item),
    warning("service-data", service_data),
)
