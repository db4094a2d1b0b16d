"""Constraints on tasks and call activities."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, is_true, text_of
from engine.bpmn.checks.kinds import ACTIVITIES
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, warning
from engine.bpmn.checks.specification.triggers import (
    each,
    has_trigger,
    into,
    is_said_elsewhere,
    level_of,
    nodes_of,
)
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}")
_IMPLEMENTED = (
    "userTask", "businessRuleTask", "sendTask", "receiveTask", "serviceTask", "globalUserTask",
    "globalBusinessRuleTask",
)  # fmt: skip
_IMPLEMENTATIONS = frozenset({"##unspecified", "##WebService"})


def receive_instantiate_incoming(definitions: Definitions) -> Iterator[Problem]:
    """A receive task that starts the process has no flow into it.

    Bước nhận mở quy trình (instantiate) đứng ở đầu, nên không có luồng đi vào.

    BPMN 2.0.2, 10.3.3
    """
    for task in _opening(definitions):
        if into(definitions, task):
            yield problem(
                task,
                say(
                    "Bước nhận “%(who)s” được đặt là mở quy trình (instantiate) mà lại có luồng "
                    "đi vào.",
                    who=label(task),
                ),
                say("Bỏ dấu Instantiate; hoặc xóa luồng đi vào để quy trình bắt đầu ở bước này."),
            )


def receive_instantiate_level(definitions: Definitions) -> Iterator[Problem]:
    """A receive task that starts the process stands at its top, not inside a sub-process.

    Bước nhận mở quy trình phải đứng ở cấp ngoài cùng; quy trình con do luồng mở.

    BPMN 2.0.2, 10.3.3
    """
    for task in _opening(definitions):
        level = level_of(task)
        if level is not None and local(level) != "process":
            yield problem(
                task,
                say(
                    "Bước nhận “%(who)s” được đặt là mở quy trình (instantiate), nhưng nằm trong "
                    "quy trình con “%(level)s”.",
                    who=label(task),
                    level=label(level),
                ),
                say("Bỏ dấu Instantiate, hoặc đưa bước này ra cấp ngoài cùng."),
            )


def _opening(definitions: Definitions) -> Iterator[etree._Element]:
    return (task for task in definitions.all("receiveTask") if is_true(task, "instantiate"))


def send_nothing(definitions: Definitions) -> Iterator[Problem]:
    """In a process to be executed a send task says what it sends: a message or an operation.

    Trong quy trình thực thi, bước gửi phải nói gửi thông điệp nào.

    BPMN 2.0.2, 2.2.2, 10.3.3; Table 2.3, Common Executable Conformance Sub-Class
    """
    for task in definitions.all("sendTask"):
        said = task.get("messageRef") or task.get("operationRef")
        if not said and is_run(task) and not is_said_elsewhere(task):
            yield problem(
                task,
                say("Bước gửi “%(who)s” không nói gửi thông điệp nào.", who=label(task)),
                say("Chọn thông điệp cho công việc này, hoặc đổi thành công việc người dùng."),
            )


def service_nothing(definitions: Definitions) -> Iterator[Problem]:
    """In a process to be executed a service task says which operation it calls.

    Trong quy trình thực thi, công việc dịch vụ phải nói gọi dịch vụ nào.

    BPMN 2.0.2, 2.2.2, 10.3.3; Table 2.3, Common Executable Conformance Sub-Class
    """
    for task in definitions.all("serviceTask"):
        if not task.get("operationRef") and is_run(task) and not is_said_elsewhere(task):
            yield problem(
                task,
                say("Công việc dịch vụ “%(who)s” không nói gọi dịch vụ nào.", who=label(task)),
                say("Chọn dịch vụ cho công việc này, hoặc đổi thành công việc người dùng."),
            )


def script_format(definitions: Definitions) -> Iterator[Problem]:
    """A script says the language it is written in.

    Công việc chạy mã lệnh đã ghi mã lệnh thì phải ghi cả ngôn ngữ của nó.

    BPMN 2.0.2, 10.3.3; Table 10.12, ScriptTask
    """
    for task in definitions.all("scriptTask", "globalScriptTask"):
        attribute = "scriptFormat" if local(task) == "scriptTask" else "scriptLanguage"
        if _script(task) and not (task.get(attribute) or "").strip():
            yield problem(
                task,
                say("“%(who)s” có mã lệnh nhưng không ghi ngôn ngữ.", who=label(task)),
                say("Ghi ngôn ngữ ở mục Format, ví dụ text/javascript."),
            )


def script_missing(definitions: Definitions) -> Iterator[Problem]:
    """In a process to be executed a script task has a script, or else it does nothing.

    Trong quy trình thực thi, công việc chạy mã lệnh phải có mã lệnh, nếu không thì nó không làm gì.

    BPMN 2.0.2, 10.3.3, 13.3.3
    """
    for task in definitions.all("scriptTask"):
        if not _script(task) and is_run(task) and not is_said_elsewhere(task):
            yield problem(
                task,
                say("Công việc “%(who)s” chạy mã lệnh nhưng không có mã lệnh.", who=label(task)),
                say("Ghi mã lệnh, hoặc đổi thành công việc người dùng."),
            )


def _script(task: etree._Element) -> bool:
    return any(text_of(script) or len(script) for script in children(task, "script"))


def implementation_word(definitions: Definitions) -> Iterator[Problem]:
    """Where an implementation is one of the standard words, it is one that exists.

    Mục Implementation chỉ có hai từ chuẩn: ##unspecified và ##WebService (phân biệt chữ hoa,
    chữ thường); công nghệ khác thì ghi bằng địa chỉ.

    BPMN 2.0.2, 10.3.3
    """
    for task in definitions.all(*_IMPLEMENTED):
        word = (task.get("implementation") or "").strip()
        if word.startswith("##") and word not in _IMPLEMENTATIONS:
            yield problem(
                task,
                say(
                    "“%(who)s” ghi Implementation là “%(word)s”, không phải từ chuẩn.",
                    who=label(task),
                    word=word[:60],
                ),
                say("Ghi ##unspecified hoặc ##WebService, hoặc bỏ trống."),
            )


def start_quantity(definitions: Definitions) -> Iterator[Problem]:
    """The number of tokens on which an activity begins is a whole number, at least one.

    Số lượt cần có để bắt đầu một công việc (startQuantity) là số nguyên, từ 1 trở lên.

    BPMN 2.0.2, 10.3; Table 10.3, Activity
    """
    yield from _quantity(definitions, "startQuantity")


def completion_quantity(definitions: Definitions) -> Iterator[Problem]:
    """The number of tokens that a finished activity sends on is a whole number, at least one.

    Số lượt đi tiếp sau khi xong một công việc (completionQuantity) là số nguyên, từ 1 trở lên.

    BPMN 2.0.2, 10.3; Table 10.3, Activity
    """
    yield from _quantity(definitions, "completionQuantity")


def _quantity(definitions: Definitions, attribute: str) -> Iterator[Problem]:
    for activity in each(definitions, ACTIVITIES):
        said = activity.get(attribute)
        if said is None or (_WHOLE_NUMBER.fullmatch(said.strip()) and int(said) >= 1):
            continue
        yield problem(
            activity,
            say(
                "“%(who)s” ghi %(attribute)s là “%(said)s”; phải là số nguyên từ 1 trở lên.",
                who=label(activity),
                attribute=attribute,
                said=said[:20],
            ),
            say("Xóa giá trị này (mặc định là 1), hoặc ghi một số từ 1 trở lên."),
        )


def called_without_start(definitions: Definitions) -> Iterator[Problem]:
    """A process that is called has a plain start event: its other ones are not for calls.

    Quy trình được gọi phải có sự kiện bắt đầu trơn: khi được gọi, các sự kiện bắt đầu bằng thông
    điệp, hẹn giờ… của nó không dùng đến.

    BPMN 2.0.2, 10.3.6, 10.5.2
    """
    for call in definitions.all("callActivity"):
        called = definitions.resolve(call, call.get("calledElement"))
        if called is None or local(called) != "process":
            continue
        starts = [node for node in nodes_of(called) if local(node) == "startEvent"]
        if starts and all(has_trigger(start) for start in starts):
            yield problem(
                call,
                say(
                    "“%(who)s” gọi quy trình “%(called)s”, nhưng quy trình đó không có sự kiện bắt "
                    "đầu trơn nào để bắt đầu khi được gọi.",
                    who=label(call),
                    called=label(called),
                ),
                say("Vẽ thêm một sự kiện bắt đầu trơn trong quy trình được gọi."),
            )


RULES: tuple[Rule[Definitions], ...] = (
    error("receive-instantiate-incoming", receive_instantiate_incoming),
    warning("receive-instantiate-level", receive_instantiate_level),
    warning("send-nothing", send_nothing),
    warning("service-nothing", service_nothing),
    error("script-format", script_format),
    warning("script-missing", script_missing),
    error("implementation-word", implementation_word),
    error("start-quantity", start_quantity),
    error("completion-quantity", completion_quantity),
    error("called-without-start", called_without_start),
)
