"""Constraints on the conditions of sequence flows, and on the flow taken where none holds."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, is_true
from engine.bpmn.checks.kinds import ACTIVITIES, EVENTS, FLOW_NODES, kind_name
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_DEFAULTS = ACTIVITIES | {"exclusiveGateway", "inclusiveGateway", "complexGateway"}
"""What may have a default flow."""


def is_conditional(flow: etree._Element) -> bool:
    """Whether a flow bears a condition, be it an empty one."""
    return any(True for _ in children(flow, "conditionExpression"))


def event_condition(definitions: Definitions) -> Iterator[Problem]:
    """A flow out of an event has no condition: an event does not choose.

    Luồng đi ra từ sự kiện không mang điều kiện, vì sự kiện không lựa chọn.

    BPMN 2.0.2, 8.4.13
    """
    for event in definitions.all(*sorted(EVENTS)):
        for flow in definitions.outgoing.get(event.get("id") or "", ()):
            if is_conditional(flow):
                yield problem(
                    flow,
                    say(
                        "Luồng “%(flow)s” đi ra từ sự kiện “%(who)s” mà lại có điều kiện.",
                        flow=label(flow),
                        who=label(event),
                    ),
                    say("Xóa điều kiện, hoặc vẽ một cổng loại trừ ngay sau sự kiện."),
                )


def lone_condition(definitions: Definitions) -> Iterator[Problem]:
    """A flow with a condition is not the only way out: where it fails, nothing would go on.

    Luồng có điều kiện không được là đường ra duy nhất: khi điều kiện sai, quy trình dừng ở đó.

    BPMN 2.0.2, 8.4.13
    """
    for node in definitions.all(*sorted(_DEFAULTS)):
        flows = definitions.outgoing.get(node.get("id") or "", [])
        if len(flows) == 1 and is_conditional(flows[0]):
            yield problem(
                flows[0],
                say(
                    "Điều kiện trên luồng “%(flow)s” không có tác dụng: đây là đường duy nhất ra "
                    "khỏi “%(who)s”.",
                    flow=label(flows[0]),
                    who=label(node),
                ),
                say("Xóa điều kiện, hoặc vẽ thêm cổng loại trừ với các đường còn lại."),
            )


def default_condition(definitions: Definitions) -> Iterator[Problem]:
    """The default flow has no condition: it is taken when no other is.

    Luồng mặc định không mang điều kiện: nó được đi khi các điều kiện kia đều sai.

    BPMN 2.0.2, 10.6.2
    """
    for node in definitions.all(*sorted(_DEFAULTS)):
        flow = definitions.resolve(node, node.get("default"))
        if flow is not None and local(flow) == "sequenceFlow" and is_conditional(flow):
            yield problem(
                flow,
                say(
                    "Luồng “%(flow)s” là luồng mặc định của “%(who)s”, nên điều kiện trên đó "
                    "không có tác dụng.",
                    flow=label(flow),
                    who=label(node),
                ),
                say("Xóa điều kiện, hoặc bỏ dấu mặc định (Default flow) khỏi luồng này."),
            )


def idle_default(definitions: Definitions) -> Iterator[Problem]:
    """The default flow out of a step is for when no condition holds: beside a flow without a
    condition, which is always taken, it never is.

    Luồng mặc định ra khỏi một bước dùng khi không điều kiện nào đúng; bên cạnh nó có luồng không
    điều kiện, luôn được đi, thì luồng mặc định không bao giờ được đi.

    BPMN 2.0.2, 13.3
    """
    for node in definitions.all(*sorted(_DEFAULTS)):
        if local(node).endswith("Gateway"):
            continue  # there each way bears a condition
        flows = definitions.outgoing.get(node.get("id") or "", [])
        default = definitions.resolve(node, node.get("default"))
        if default is None or default not in flows:
            continue
        always = next((f for f in flows if f is not default and not is_conditional(f)), None)
        if always is not None:
            yield problem(
                node,
                say(
                    "Luồng mặc định “%(flow)s” ra khỏi “%(who)s” không bao giờ được đi, vì luồng "
                    "“%(other)s” không có điều kiện nên lúc nào cũng đi.",
                    flow=label(default),
                    who=label(node),
                    other=label(always),
                ),
                say(
                    "Ghi điều kiện cho “%(other)s”; hoặc bỏ dấu mặc định (Default flow) nếu cả hai "
                    "đều phải làm.",
                    other=label(always),
                ),
            )


def default_flow(definitions: Definitions) -> Iterator[Problem]:
    """A default flow is one of the flows out of the very element that names it.

    Luồng mặc định phải là một luồng đi ra từ chính phần tử đó.

    BPMN 2.0.2, 10.6.2
    """
    for node in definitions.all(*sorted(_DEFAULTS)):
        said = (node.get("default") or "").strip()
        own = definitions.outgoing.get(node.get("id") or "", ())
        if said and definitions.resolve(node, said) not in list(own):
            yield problem(
                node,
                say(
                    "Luồng mặc định “%(flow)s” không đi ra từ “%(who)s”.",
                    flow=said,
                    who=label(node),
                ),
                say("Chọn luồng mặc định (Default flow) trong các luồng đi ra từ phần tử này."),
            )


def default_place(definitions: Definitions) -> Iterator[Problem]:
    """Only what chooses has a default flow: activities, exclusive, inclusive and complex gateways.

    Chỉ nơi có lựa chọn mới có luồng mặc định: công việc, cổng loại trừ, bao hàm hay phức hợp.

    BPMN 2.0.2, 8.4.13
    """
    for node in definitions.all(*sorted(FLOW_NODES - _DEFAULTS)):
        if (node.get("default") or "").strip():
            yield problem(
                node,
                say(
                    "“%(who)s” là %(kind)s, không có luồng mặc định được.",
                    who=label(node),
                    kind=kind_name(node),
                ),
                say("Bỏ luồng mặc định, hoặc đổi thành cổng loại trừ."),
            )


def not_immediate(definitions: Definitions) -> Iterator[Problem]:
    """In a process that is run, nothing happens between the two ends of a flow.

    Trong quy trình thực thi, đi hết luồng là tới ngay bước sau, không có việc nào chen giữa.

    BPMN 2.0.2, 8.4.13; SequenceFlow attributes and model associations
    """
    for flow in definitions.all("sequenceFlow"):
        if not flow.get("isImmediate") or is_true(flow, "isImmediate"):
            continue
        if is_run(flow):
            yield problem(
                flow,
                say(
                    "Luồng “%(flow)s” ghi isImmediate = false, nhưng quy trình này để thực thi.",
                    flow=label(flow),
                ),
                say("Bỏ thuộc tính isImmediate; việc chen giữa thì vẽ thành một bước."),
            )


RULES = (
    firm("event-condition", event_condition),
    firm("lone-condition", lone_condition),
    firm("default-condition", default_condition),
    firm("idle-default", idle_default),
    firm("default-flow", default_flow),
    firm("default-place", default_place),
    warning("not-immediate", not_immediate),
)
