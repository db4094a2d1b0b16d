"""Constraints on services, messages, errors and the other things that a file declares for all."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.kinds import kind_name
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.data.data_parts import named
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say


def interface_operations(definitions: Definitions) -> Iterator[Problem]:
    """An interface of a service has an operation, or several.

    Giao diện dịch vụ phải có ít nhất một thao tác.

    BPMN 2.0.2, 8.5.1
    """
    for interface in definitions.all("interface"):
        if next(children(interface, "operation"), None) is None:
            yield problem(
                interface,
                say("Giao diện dịch vụ “%(who)s” không có thao tác nào.", who=label(interface)),
                say("Thêm thao tác, hoặc xóa giao diện dịch vụ này."),
            )


def operation_input(definitions: Definitions) -> Iterator[Problem]:
    """An operation takes exactly one message in, and gives at most one out.

    Thao tác dịch vụ nhận đúng một thông điệp vào, và trả ra nhiều nhất một thông điệp.

    BPMN 2.0.2, 8.5.3
    """
    for operation in definitions.all("operation"):
        taken = sum(1 for _ in children(operation, "inMessageRef"))
        given = sum(1 for _ in children(operation, "outMessageRef"))
        if taken != 1 or given > 1:
            yield at(
                operation,
                say(
                    "Thao tác “%(who)s” nhận %(taken)s thông điệp vào, trả ra %(given)s.",
                    who=label(operation),
                    taken=taken,
                    given=given,
                ),
                say("Ghi đúng một thông điệp vào, và nhiều nhất một thông điệp ra."),
            )


def operation_name(definitions: Definitions) -> Iterator[Problem]:
    """Operations of one interface have names of their own.

    Các thao tác của một giao diện dịch vụ không được trùng tên nhau.

    BPMN 2.0.2, 8.5.3
    """
    for interface in definitions.all("interface"):
        known: set[str] = set()
        for operation in children(interface, "operation"):
            name = (operation.get("name") or "").strip()
            if name and name in known:
                yield at(
                    operation,
                    say(
                        "Giao diện dịch vụ “%(who)s” có hai thao tác cùng tên “%(name)s”.",
                        who=label(interface),
                        name=name,
                    ),
                    say("Đổi tên một thao tác."),
                )
            known.add(name)


def task_message(definitions: Definitions) -> Iterator[Problem]:
    """A task that sends by an operation sends the message that the operation takes in.

    Bước gửi qua một thao tác dịch vụ thì phải gửi đúng thông điệp mà thao tác đó nhận; bước nhận
    thì phải nhận đúng thông điệp của thao tác.

    BPMN 2.0.2, 10.3.3; Send Task and Receive Task
    """
    wanted = {"sendTask": ("inMessageRef",), "receiveTask": ("inMessageRef", "outMessageRef")}
    for task in definitions.all(*wanted):
        operation = definitions.resolve(task, task.get("operationRef"))
        message = definitions.resolve(task, task.get("messageRef"))
        yield from _disagree(definitions, task, operation, message, wanted[local(task)])


def event_message(definitions: Definitions) -> Iterator[Problem]:
    """A message event with an operation has one of the messages of that operation.

    Sự kiện thông điệp đi với một thao tác dịch vụ thì thông điệp phải là của thao tác đó.

    BPMN 2.0.2, 10.5.5; MessageEventDefinition attributes and model associations
    """
    for definition in definitions.all("messageEventDefinition"):
        message = definitions.resolve(definition, definition.get("messageRef"))
        for _, operation in named(definitions, definition, "operationRef"):
            tags = ("inMessageRef", "outMessageRef")
            yield from _disagree(definitions, definition, operation, message, tags)


def _disagree(
    definitions: Definitions,
    place: etree._Element,
    operation: etree._Element | None,
    message: etree._Element | None,
    tags: tuple[str, ...],
) -> Iterator[Problem]:
    if operation is None or message is None or local(operation) != "operation":
        return
    messages = [found for _, found in named(definitions, operation, *tags)]
    if messages and all(found is not message for found in messages):
        yield at(
            place,
            say(
                "Thông điệp “%(message)s” không phải của thao tác “%(operation)s”, nhận hoặc trả "
                "“%(meant)s”.",
                message=label(message),
                operation=label(operation),
                meant=label(messages[0]),
            ),
            say("Chọn đúng thông điệp của thao tác, hoặc bỏ thao tác."),
        )


def nameless_root(definitions: Definitions) -> Iterator[Problem]:
    """A message, an error or an escalation has a name, by which people know it.

    Thông điệp, lỗi và báo cấp trên phải có tên, để người đọc biết đó là gì.

    BPMN 2.0.2, 8.4.3, 8.4.11, 10.5.5
    """
    for root in definitions.all("message", "error", "escalation"):
        if not (root.get("name") or "").strip():
            yield problem(
                root,
                say(
                    "“%(who)s” (%(kind)s) không có tên.",
                    kind=kind_name(root),
                    who=label(root),
                ),
                say("Đặt tên trong bảng thuộc tính của sự kiện hoặc bước dùng đến nó."),
            )


def same_name(definitions: Definitions) -> Iterator[Problem]:
    """Two messages, or two signals, do not have the same name.

    Hai thông điệp, hoặc hai tín hiệu, không được trùng tên: nhận theo tên thì không biết là cái
    nào.

    BPMN 2.0.2, 8.4.11, 10.5.5
    """
    for tag in ("message", "signal"):
        known: dict[str, etree._Element] = {}
        for root in definitions.all(tag):
            name = " ".join((root.get("name") or "").split())
            if name and known.setdefault(name, root) is not root:
                yield problem(
                    root,
                    say(
                        "Trùng tên “%(name)s”: “%(one)s” và “%(other)s” (%(kind)s).",
                        name=name,
                        one=known[name].get("id") or "?",
                        other=root.get("id") or "?",
                        kind=kind_name(root),
                    ),
                    say("Gộp thành một, hoặc đặt tên khác."),
                )


def same_code(definitions: Definitions) -> Iterator[Problem]:
    """Two errors, or two escalations, do not have the same code.

    Hai lỗi, hoặc hai báo cấp trên, không được trùng mã: sự kiện bắt lỗi phân biệt bằng mã.

    BPMN 2.0.2, 8.4.3, 10.5.5
    """
    for tag, attribute in (("error", "errorCode"), ("escalation", "escalationCode")):
        known: dict[str, etree._Element] = {}
        for root in definitions.all(tag):
            code = (root.get(attribute) or "").strip()
            if code and known.setdefault(code, root) is not root:
                yield problem(
                    root,
                    say(
                        "Trùng mã “%(code)s”: “%(one)s” và “%(other)s”.",
                        code=code,
                        one=label(known[code]),
                        other=label(root),
                    ),
                    say("Dùng chung một khai báo, hoặc đổi mã."),
                )


RULES = (
    error("interface-operations", interface_operations),
    error("operation-input", operation_input),
    warning("operation-name", operation_name),
    error("task-message", task_message),
    error("event-message", event_message),
    warning("nameless-root", nameless_root),
    warning("same-name", same_name),
    warning("same-code", same_code),
)
