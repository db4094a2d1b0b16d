"""Constraints on what events wait for or tell: conditions, messages, signals, codes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, is_true, text_of
from engine.bpmn.checks.kinds import CATCHING, EVENTS, THROWING, owner_of
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, warning
from engine.bpmn.checks.specification.triggers import (
    each,
    of_kind,
    triggers,
)
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import Message, say


def parallel_multiple(definitions: Definitions) -> Iterator[Problem]:
    """An event that waits for all of several things names at least two.

    Sự kiện “nhiều song song” (chờ đủ mọi việc) phải nêu ít nhất hai việc để chờ.

    BPMN 2.0.2, 10.5.1, 10.5.5
    """
    for event in each(definitions, CATCHING):
        said = [child for child in event.iterchildren() if _is_definition(child)]
        if is_true(event, "parallelMultiple") and len(said) < 2:
            yield problem(
                event,
                say(
                    "“%(who)s” được đặt là chờ đủ nhiều việc (parallel multiple) nhưng chỉ nêu "
                    "%(count)s việc.",
                    who=label(event),
                    count=len(said),
                ),
                say("Nêu đủ các việc phải chờ, hoặc đổi thành sự kiện chờ một việc."),
            )


def _is_definition(child: etree._Element) -> bool:
    return local(child).endswith(("EventDefinition", "eventDefinitionRef"))


def condition_missing(definitions: Definitions) -> Iterator[Problem]:
    """A conditional event says its condition; one to be executed does not leave it empty.

    Sự kiện điều kiện phải ghi điều kiện; trong quy trình thực thi thì không được để trống.

    BPMN 2.0.2, 10.5.5; Table 10.95, ConditionalEventDefinition
    """
    for definition in definitions.all("conditionalEventDefinition"):
        event = owner_of(definition)
        said = next(iter(children(definition, "condition")), None)
        if said is None or (is_run(event) and not text_of(said)):
            yield problem(
                event,
                say("Sự kiện điều kiện “%(who)s” không ghi điều kiện.", who=label(event)),
                say("Ghi điều kiện ở mục Condition, ví dụ ket_qua == 'du'."),
            )


def _unsaid(
    definitions: Definitions, events: frozenset[str], kind: str, *attributes: str
) -> Iterator[etree._Element]:
    """Events to be executed with a trigger of a kind that names nothing by the attributes."""
    for event in each(definitions, events):
        said = of_kind(definitions, event, kind)
        if not all(_names(one, *attributes) for one in said) and is_run(event):
            yield event


def _names(said: etree._Element, *attributes: str) -> bool:
    return any((said.get(attribute) or "").strip() for attribute in attributes) or any(
        text_of(child) for child in children(said, *attributes)
    )


def message_unnamed(definitions: Definitions) -> Iterator[Problem]:
    """In a process to be executed a message event names its message, or an operation.

    Trong quy trình thực thi, sự kiện thông điệp phải nói là thông điệp nào.

    BPMN 2.0.2, 10.5.5; Table 10.99, MessageEventDefinition
    """
    said = _unsaid(definitions, EVENTS, "messageEventDefinition", "messageRef", "operationRef")
    for event in said:
        yield problem(
            event,
            say("“%(who)s” không nói gửi hay chờ thông điệp nào.", who=label(event)),
            say("Chọn hoặc tạo một thông điệp ở mục Message."),
        )


def signal_unnamed(definitions: Definitions) -> Iterator[Problem]:
    """In a process to be executed a signal event names its signal.

    Trong quy trình thực thi, sự kiện tín hiệu phải nói là tín hiệu nào.

    BPMN 2.0.2, 10.5.5; Table 10.100, SignalEventDefinition
    """
    for event in _unsaid(definitions, EVENTS, "signalEventDefinition", "signalRef"):
        yield problem(
            event,
            say("“%(who)s” không nói phát hay chờ tín hiệu nào.", who=label(event)),
            say("Chọn hoặc tạo một tín hiệu ở mục Signal."),
        )


def signal_nameless(definitions: Definitions) -> Iterator[Problem]:
    """A signal that events speak of has a name: who waits for it knows it by that.

    Tín hiệu được dùng phải có tên, vì bên phát và bên chờ nhận ra nhau bằng tên.

    BPMN 2.0.2, 10.5.5
    """
    yield from _without_code(definitions, EVENTS, "signalEventDefinition", "signalRef", "name",
                             say("Đặt tên cho tín hiệu ở mục Signal."))  # fmt: skip


def error_unnamed(definitions: Definitions) -> Iterator[Problem]:
    """In a process to be executed an error end event names the error that it raises.

    Trong quy trình thực thi, sự kiện kết thúc báo lỗi phải nói là lỗi nào; nơi bắt lỗi mới được để
    trống (bắt mọi lỗi).

    BPMN 2.0.2, 10.5.3, 10.5.5
    """
    for event in _unsaid(definitions, THROWING, "errorEventDefinition", "errorRef"):
        yield problem(
            event,
            say("Sự kiện kết thúc “%(who)s” không nói báo lỗi nào.", who=label(event)),
            say("Chọn hoặc tạo một lỗi ở mục Error, có mã lỗi."),
        )


def error_code(definitions: Definitions) -> Iterator[Problem]:
    """An error that is raised in a process to be executed bears a code.

    Lỗi do sự kiện kết thúc báo ra phải có mã, vì nơi bắt lỗi nhận ra nó bằng mã.

    BPMN 2.0.2, 8.4.3, 10.5.3
    """
    yield from _without_code(definitions, THROWING, "errorEventDefinition", "errorRef",
                             "errorCode", say("Ghi mã lỗi (Error code) cho lỗi đó."))  # fmt: skip


def escalation_unnamed(definitions: Definitions) -> Iterator[Problem]:
    """In a process to be executed an event that escalates names the escalation.

    Trong quy trình thực thi, sự kiện báo cấp trên phải nói báo việc gì.

    BPMN 2.0.2, 10.5.3, 10.5.4, 10.5.5
    """
    for event in _unsaid(definitions, THROWING, "escalationEventDefinition", "escalationRef"):
        yield problem(
            event,
            say("“%(who)s” không nói báo cấp trên việc gì.", who=label(event)),
            say("Chọn hoặc tạo một mục ở Escalation, có mã."),
        )


def escalation_code(definitions: Definitions) -> Iterator[Problem]:
    """An escalation that is raised in a process to be executed bears a code.

    Việc báo cấp trên do sự kiện phát ra phải có mã, vì nơi bắt nhận ra nó bằng mã.

    BPMN 2.0.2, 8.4.4, 10.5.3, 10.5.4
    """
    yield from _without_code(definitions, THROWING, "escalationEventDefinition", "escalationRef",
                             "escalationCode",
                             say("Ghi mã (Escalation code) cho việc đó."))  # fmt: skip


def _without_code(
    definitions: Definitions, events: frozenset[str], kind: str, reference: str, code: str,
    remedy: Message,
) -> Iterator[Problem]:  # fmt: skip
    """Events to be executed that name something declared without its code."""
    for event in each(definitions, events):
        for said in triggers(definitions, event):
            meant = definitions.resolve(said, said.get(reference))
            if local(said) != kind or meant is None or not is_run(event):
                continue
            if not (meant.get(code) or "").strip():
                yield problem(
                    event,
                    say(
                        "“%(who)s” dùng “%(what)s”, nhưng mục đó không có mã hay tên để nhận ra.",
                        who=label(event),
                        what=label(meant),
                    ),
                    remedy,
                )


def borrowed_definition(definitions: Definitions) -> Iterator[Problem]:
    """What an event waits for or tells is its own, or stands at the top of the file: it is not
    borrowed from another event.

    Một sự kiện hoặc tự nêu việc của mình, hoặc nhắc tới định nghĩa dùng chung ở cấp tệp; không nhắc
    tới định nghĩa nằm trong sự kiện khác.

    BPMN 2.0.2, 10.5.1
    """
    for said in definitions.all("eventDefinitionRef"):
        meant = definitions.resolve(said, text_of(said))
        if meant is None or not _is_definition(meant):
            continue
        holder = meant.getparent()
        if holder is None or holder is said.getparent() or local(holder) not in EVENTS:
            continue
        yield problem(
            owner_of(said),
            say(
                "“%(who)s” dùng lại định nghĩa nằm trong sự kiện “%(other)s”.",
                who=label(owner_of(said)),
                other=label(holder),
            ),
            say("Chọn lại loại sự kiện và nêu việc ngay trong sự kiện này."),
        )


RULES: tuple[Rule[Definitions], ...] = (
    error("parallel-multiple", parallel_multiple),
    error("condition-missing", condition_missing),
    error("message-unnamed", message_unnamed),
    error("signal-unnamed", signal_unnamed),
    warning("signal-nameless", signal_nameless),
    error("error-unnamed", error_unnamed),
    error("error-code", error_code),
    error("escalation-unnamed", escalation_unnamed),
    error("escalation-code", escalation_code),
    error("borrowed-definition", borrowed_definition),
)
