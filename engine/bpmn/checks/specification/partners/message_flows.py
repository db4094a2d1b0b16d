"""Constraints on message flows: they join two pools, at ends that can send and receive."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.kinds import ACTIVITIES, CONVERSATIONS, EVENTS, kind_name
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.resolving import dangles, unknown
from engine.bpmn.reading.elements import event_definitions, local
from engine.domain.messages import say

_ENDS = ("sourceRef", "targetRef")
_MEET = ACTIVITIES | EVENTS | CONVERSATIONS | {"participant"}
"""What a message flow may join (InteractionNode)."""
_RECEIVES_ONLY = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})
_SENDS_ONLY = frozenset({"endEvent", "intermediateThrowEvent", "implicitThrowEvent", "sendTask"})
_THROWING = frozenset({"intermediateThrowEvent"})
_WAITING = frozenset({"intermediateCatchEvent", "boundaryEvent"})
_REDRAW = say("Xóa luồng thông điệp rồi nối lại giữa hai pool.")


def message_flow_end(definitions: Definitions) -> Iterator[Problem]:
    """A message flow says who sends and who receives, and both are in the file.

    Luồng thông điệp phải có bên gửi và bên nhận, cả hai đều có trong tệp.

    BPMN 2.0.2, 9.4; MessageFlow attributes and model associations
    """
    for flow in definitions.all("messageFlow"):
        for end in _ENDS:
            text = (flow.get(end) or "").strip()
            if not text:
                message = say("Luồng thông điệp “%(flow)s” thiếu một đầu.", flow=label(flow))
                yield problem(flow, message, _REDRAW)
            elif dangles(definitions, flow, text):
                yield unknown(flow, say("phần tử"), text, _REDRAW)


def message_flow_kind(definitions: Definitions) -> Iterator[Problem]:
    """Messages pass between pools, activities and events; gateways, lanes and data take none.

    Luồng thông điệp nối pool, công việc hoặc sự kiện; cổng, làn và dữ liệu không gửi nhận thông
    điệp.

    BPMN 2.0.2, 9.4.1
    """
    for flow in definitions.all("messageFlow"):
        for end in _ENDS:
            found = definitions.resolve(flow, flow.get(end))
            if found is not None and local(found) not in _MEET:
                yield problem(
                    flow,
                    say(
                        "Luồng thông điệp “%(flow)s” nối vào “%(who)s”, là %(kind)s.",
                        flow=label(flow),
                        who=label(found),
                        kind=kind_name(found),
                    ),
                    say("Nối vào khung pool, một công việc hoặc một sự kiện thông điệp."),
                )


def message_within_pool(definitions: Definitions) -> Iterator[Problem]:
    """A message flow joins two different pools, never two things of one pool.

    Luồng thông điệp chỉ đi giữa hai pool khác nhau; trong một pool thì dùng luồng thường.

    BPMN 2.0.2, 9.4
    """
    shown = _shown(definitions)
    for flow, source, target in _joined(definitions):
        side = _side(source, shown)
        if side is _side(target, shown) and local(side) != "process":
            yield problem(
                flow,
                say(
                    "Luồng thông điệp “%(flow)s” đi từ “%(one)s” tới “%(other)s” trong cùng một "
                    "pool.",
                    flow=label(flow),
                    one=label(source),
                    other=label(target),
                ),
                say("Trong một pool, nối bằng luồng thường (mũi tên nét liền)."),
            )


def message_outside_pools(definitions: Definitions) -> Iterator[Problem]:
    """What sends or receives a message stands in a process that a pool shows.

    Bước gửi hoặc nhận thông điệp phải nằm trong một pool.

    BPMN 2.0.2, 9.4
    """
    shown = _shown(definitions)
    for flow, source, target in _joined(definitions):
        for node in (source, target):
            side = _side(node, shown)
            if local(node) in ACTIVITIES | EVENTS and local(side) == "process":
                yield problem(
                    flow,
                    say(
                        "Luồng thông điệp “%(flow)s” nối “%(who)s”, nằm ngoài mọi pool.",
                        flow=label(flow),
                        who=label(node),
                    ),
                    say("Đưa bước đó vào một pool, hoặc xóa luồng thông điệp."),
                )


def message_sender(definitions: Definitions) -> Iterator[Problem]:
    """What only receives (start, catching and boundary events, receive tasks) sends no message.

    Sự kiện bắt đầu, sự kiện chờ, sự kiện biên và bước nhận chỉ nhận, không gửi thông điệp.

    BPMN 2.0.2, 7.6.2
    """
    for flow, source, _target in _joined(definitions):
        if local(source) in _RECEIVES_ONLY:
            yield problem(
                flow,
                say(
                    "Luồng thông điệp “%(flow)s” đi ra từ “%(who)s”, là %(kind)s: chỗ này chỉ "
                    "nhận.",
                    flow=label(flow),
                    who=label(source),
                    kind=kind_name(source),
                ),
                say("Đổi chiều mũi tên, hoặc cho một bước gửi đi."),
            )


def message_receiver(definitions: Definitions) -> Iterator[Problem]:
    """What only sends (end and throwing events, send tasks) receives no message.

    Sự kiện kết thúc, sự kiện phát và bước gửi chỉ gửi, không nhận thông điệp.

    BPMN 2.0.2, 7.6.2
    """
    for flow, _source, target in _joined(definitions):
        if local(target) in _SENDS_ONLY:
            yield problem(
                flow,
                say(
                    "Luồng thông điệp “%(flow)s” đi vào “%(who)s”, là %(kind)s: chỗ này chỉ gửi.",
                    flow=label(flow),
                    who=label(target),
                    kind=kind_name(target),
                ),
                say("Đổi chiều mũi tên, hoặc cho một bước nhận lấy."),
            )


def message_event(definitions: Definitions) -> Iterator[Problem]:
    """An event that a message flow joins is a message event, or one of several triggers.

    Sự kiện có luồng thông điệp phải là sự kiện thông điệp (hình phong bì).

    BPMN 2.0.2, 10.5
    """
    for flow, source, target in _joined(definitions):
        for node in (source, target):
            defined = {local(one) for one in event_definitions(node)}
            if local(node) not in EVENTS or defined & {
                "messageEventDefinition",
                "eventDefinitionRef",
            }:
                continue
            yield problem(
                node,
                say(
                    "“%(who)s” có luồng thông điệp “%(flow)s” nhưng không phải sự kiện thông điệp.",
                    who=label(node),
                    flow=label(flow),
                ),
                say("Đổi thành sự kiện thông điệp (Message), hoặc nối luồng vào khung pool."),
            )


def several_messages(definitions: Definitions) -> Iterator[Problem]:
    """An intermediate or boundary message event sends or receives one message, by one flow.

    Sự kiện thông điệp trung gian, hoặc sự kiện biên loại thông điệp, chỉ gửi hoặc nhận một thông
    điệp, qua một luồng thông điệp.

    BPMN 2.0.2, 10.5.4
    """
    seen: set[etree._Element] = set()
    for flow, source, target in _joined(definitions):
        for node, single in ((source, _THROWING), (target, _WAITING)):
            if local(node) not in single:
                continue
            if node in seen:
                yield problem(
                    node,
                    say(
                        "“%(who)s” có nhiều luồng thông điệp; “%(flow)s” là luồng thừa.",
                        who=label(node),
                        flow=label(flow),
                    ),
                    say("Mỗi thông điệp vẽ một sự kiện riêng, hoặc nối các luồng vào khung pool."),
                )
            seen.add(node)


def _joined(
    definitions: Definitions,
) -> Iterator[tuple[etree._Element, etree._Element, etree._Element]]:
    """Each message flow whose ends may exchange messages, with both."""
    for flow, source, target in definitions.joined("messageFlow"):
        if local(source) in _MEET and local(target) in _MEET:
            yield flow, source, target


def _shown(definitions: Definitions) -> dict[etree._Element, etree._Element]:
    """The pool of each process, where there is one."""
    found: dict[etree._Element, etree._Element] = {}
    for pool in definitions.all("participant"):
        process = definitions.resolve(pool, pool.get("processRef"))
        if process is not None:
            found.setdefault(process, pool)
    return found


def _side(node: etree._Element, shown: dict[etree._Element, etree._Element]) -> etree._Element:
    """The pool that something belongs to; its process where no pool shows that; else itself."""
    process = next((up for up in node.iterancestors() if local(up) == "process"), None)
    return node if process is None else shown.get(process, process)


RULES = (
    error("message-flow-end", message_flow_end),
    error("message-flow-kind", message_flow_kind),
    error("message-within-pool", message_within_pool),
    error("message-outside-pools", message_outside_pools),
    error("message-sender", message_sender),
    error("message-receiver", message_receiver),
    warning("message-event", message_event),
    warning("several-messages", several_messages),
)
