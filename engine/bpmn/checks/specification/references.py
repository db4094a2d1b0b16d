"""Constraints on references from what is done: each names an element of the right kind."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.definitions import Definitions, is_run
from engine.bpmn.checks.kinds import (
    EVENT_DEFINITIONS,
    EVENTS,
    FLOW_NODES,
    GLOBAL_TASKS,
    kind_name,
)
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification import data_references, partner_references
from engine.bpmn.checks.specification.resolving import (
    Reference,
    at,
    attribute,
    child,
    foreign_prefix,
    unresolved,
    written,
)
from engine.bpmn.reading import BPMN
from engine.bpmn.reading.elements import local
from engine.domain.messages import say

MESSAGES = (
    attribute("messageRef", ["messageEventDefinition", "sendTask", "receiveTask"], ["message"]),
    attribute("messageRef", ["messageFlow"], ["message"]),
)
ERRORS = (
    attribute("errorRef", ["errorEventDefinition"], ["error"]),
    child("errorRef", ["operation"], ["error"]),
)
SIGNALS = (attribute("signalRef", ["signalEventDefinition"], ["signal"]),)
ESCALATIONS = (attribute("escalationRef", ["escalationEventDefinition"], ["escalation"]),)
OPERATIONS = (
    attribute("operationRef", ["serviceTask", "sendTask", "receiveTask"], ["operation"]),
    attribute("operationRef", ["ioBinding"], ["operation"]),
    child("operationRef", ["messageEventDefinition"], ["operation"]),
)
EVENT_KINDS = (child("eventDefinitionRef", EVENTS, EVENT_DEFINITIONS),)
LINKS = (
    child("source", ["linkEventDefinition"], ["linkEventDefinition"]),
    child("target", ["linkEventDefinition"], ["linkEventDefinition"]),
)
CALLABLE = GLOBAL_TASKS | {"process"}
CALLS = (attribute("calledElement", ["callActivity"], CALLABLE),)
_DRAWN_DATA = {"dataObject", "dataObjectReference", "dataStoreReference"}
CATEGORIES = (
    attribute("categoryValueRef", ["group"], ["categoryValue"]),
    child("categoryValueRef", FLOW_NODES | _DRAWN_DATA | {"sequenceFlow"}, ["categoryValue"]),
)
LOOP_EVENTS = (
    attribute("oneBehaviorEventRef", ["multiInstanceLoopCharacteristics"], EVENT_DEFINITIONS),
    attribute("noneBehaviorEventRef", ["multiInstanceLoopCharacteristics"], EVENT_DEFINITIONS),
)
REFERENCES: tuple[Reference, ...] = (
    *MESSAGES,
    *ERRORS,
    *SIGNALS,
    *ESCALATIONS,
    *OPERATIONS,
    *EVENT_KINDS,
    *LINKS,
    *CATEGORIES,
    *LOOP_EVENTS,
    *data_references.REFERENCES,
    *partner_references.REFERENCES,
)
"""All of them but those of flows, pools, lanes and associations, which have rules of their own."""


def message(definitions: Definitions) -> Iterator[Problem]:
    """The message that an event, a task or a message flow names is a message of the file.

    Thông điệp mà sự kiện, công việc hay luồng thông điệp nhắc tới phải có trong tệp.

    BPMN 2.0.2, 8.4.11
    """
    remedy = say("Chọn lại thông điệp (Message) trong bảng thuộc tính, hoặc tạo mới.")
    yield from unresolved(definitions, MESSAGES, say("thông điệp"), remedy)


def error_named(definitions: Definitions) -> Iterator[Problem]:
    """The error that an event or an operation names is an error of the file.

    Lỗi mà sự kiện hoặc thao tác dịch vụ nhắc tới phải có trong tệp.

    BPMN 2.0.2, 8.4.3
    """
    remedy = say("Chọn lại lỗi (Error) trong bảng thuộc tính, hoặc tạo mới.")
    yield from unresolved(definitions, ERRORS, say("lỗi"), remedy)


def signal(definitions: Definitions) -> Iterator[Problem]:
    """The signal that an event names is a signal of the file.

    Tín hiệu mà sự kiện nhắc tới phải có trong tệp.

    BPMN 2.0.2, 10.5.5
    """
    remedy = say("Chọn lại tín hiệu (Signal) trong bảng thuộc tính, hoặc tạo mới.")
    yield from unresolved(definitions, SIGNALS, say("tín hiệu"), remedy)


def escalation(definitions: Definitions) -> Iterator[Problem]:
    """The escalation that an event names is an escalation of the file.

    Việc báo cấp trên mà sự kiện nhắc tới phải có trong tệp.

    BPMN 2.0.2, 8.4.4
    """
    remedy = say("Chọn lại mục báo cấp trên (Escalation) trong bảng thuộc tính, hoặc tạo mới.")
    yield from unresolved(definitions, ESCALATIONS, say("báo cấp trên"), remedy)


def operation(definitions: Definitions) -> Iterator[Problem]:
    """The operation that a task, an event or a binding names is an operation of the file.

    Thao tác dịch vụ mà công việc hoặc sự kiện nhắc tới phải có trong tệp.

    BPMN 2.0.2, 8.5.3
    """
    remedy = say("Bỏ thao tác dịch vụ; hệ thống không gọi dịch vụ ngoài.")
    yield from unresolved(definitions, OPERATIONS, say("thao tác dịch vụ"), remedy)


def event_definition(definitions: Definitions) -> Iterator[Problem]:
    """The definition that an event shares with others is an event definition of the file.

    Định nghĩa sự kiện dùng chung mà sự kiện nhắc tới phải có trong tệp.

    BPMN 2.0.2, 10.5.5
    """
    remedy = say("Vẽ lại sự kiện với loại của riêng nó (hẹn giờ, thông điệp…).")
    yield from unresolved(definitions, EVENT_KINDS, say("định nghĩa sự kiện"), remedy)


def link(definitions: Definitions) -> Iterator[Problem]:
    """What a link event names as its other end is a link event.

    Đầu kia của sự kiện liên kết phải là một sự kiện liên kết có trong tệp.

    BPMN 2.0.2, 10.5.5; LinkEventDefinition attributes
    """
    remedy = say("Đặt cùng một tên cho hai sự kiện liên kết, rồi lưu lại.")
    yield from unresolved(definitions, LINKS, say("sự kiện liên kết"), remedy)


def called_element(definitions: Definitions) -> Iterator[Problem]:
    """What a call activity calls is a process or a global task, where it is of the same file.

    Bước gọi quy trình chỉ gọi một quy trình hoặc công việc dùng chung, không gọi phần tử khác.

    BPMN 2.0.2, 10.3.6
    """
    for _reference, place, text in written(definitions, CALLS):
        found = definitions.resolve(place, text)
        # (what is run is looked for among all drawings, by a rule of its own)
        if found is not None and local(found) not in CALLABLE and not is_run(place):
            message = say(
                "“%(who)s” gọi “%(key)s”, nhưng đó là %(kind)s, không phải quy trình.",
                who=label(place),
                key=text,
                kind=kind_name(found),
            )
            yield at(place, message, say("Ghi ở mục Called element mã (id) của quy trình cần gọi."))


def category(definitions: Definitions) -> Iterator[Problem]:
    """The category that a group or an element belongs to is in the file.

    Phân loại mà khung nhóm hoặc phần tử thuộc về phải có trong tệp.

    BPMN 2.0.2, 8.4.1; Category attributes
    """
    remedy = say("Ghi lại tên của khung nhóm trong phần mềm vẽ.")
    yield from unresolved(definitions, CATEGORIES, say("giá trị phân loại"), remedy)


def loop_event(definitions: Definitions) -> Iterator[Problem]:
    """The event that a repeated activity throws as its rounds end is an event definition.

    Sự kiện mà công việc lặp phát ra sau mỗi lượt phải là một định nghĩa sự kiện có trong tệp.

    BPMN 2.0.2, 10.3.8
    """
    remedy = say("Bỏ sự kiện của dấu lặp; vẽ vòng lặp bằng cổng loại trừ.")
    yield from unresolved(definitions, LOOP_EVENTS, say("định nghĩa sự kiện"), remedy)


def prefix(definitions: Definitions) -> Iterator[Problem]:
    """The prefix of a reference is declared: without that it is of no namespace.

    Tiền tố đứng trước dấu hai chấm trong một tham chiếu phải được khai báo ở thẻ gốc.

    BPMN 2.0.2, 8.2.1
    """
    for _reference, place, text in written(definitions, REFERENCES):
        unknown = foreign_prefix(place, text)
        if unknown is not None:
            yield at(
                place,
                say(
                    "Tham chiếu “%(key)s” dùng tiền tố “%(prefix)s” chưa khai báo.",
                    key=text,
                    prefix=unknown,
                ),
                say("Bỏ tiền tố, hoặc khai báo nó ở thẻ gốc của tệp."),
            )


def not_imported(definitions: Definitions) -> Iterator[Problem]:
    """A reference to an element of another file is covered by an import of that file's namespace.

    Nhắc tới phần tử của tệp khác thì phải nhập (import) tệp đó.

    BPMN 2.0.2, 8.2.2
    """
    imported = {place.get("namespace") for place in definitions.all("import")}
    for reference, place, text in written(definitions, REFERENCES):
        namespace = place.nsmap.get(text.partition(":")[0])
        if not reference.wanted or not definitions.is_imported(place, text):
            continue
        # (simple types of XML Schema need no import)
        if namespace not in imported | {BPMN, "http://www.w3.org/2001/XMLSchema"}:
            yield at(
                place,
                say(
                    "Tham chiếu “%(key)s” chỉ sang tệp khác (%(namespace)s), nhưng tệp đó không "
                    "được nhập.",
                    key=text,
                    namespace=namespace or "",
                ),
                say("Bỏ tham chiếu này, hoặc đưa phần tử được nhắc tới vào cùng tệp."),
            )


RULES = (
    error("message-reference", message),
    error("error-reference", error_named),
    error("signal-reference", signal),
    error("escalation-reference", escalation),
    error("operation-reference", operation),
    error("event-definition-reference", event_definition),
    error("link-reference", link),
    error("called-element", called_element),
    error("category-reference", category),
    error("loop-event-reference", loop_event),
    error("reference-prefix", prefix),
    warning("not-imported", not_imported),
    *data_references.RULES,
    *partner_references.RULES,
)
