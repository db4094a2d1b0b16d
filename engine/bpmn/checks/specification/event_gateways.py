"""Constraints on event-based gateways: the waits that stand behind them, and how they begin."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_true, text_of
from engine.bpmn.checks.kinds import CHOREOGRAPHY_ACTIVITIES
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, error, firm
from engine.bpmn.checks.specification.flow_conditions import is_conditional
from engine.bpmn.reading.elements import children, event_definitions, local
from engine.domain.messages import say

_WAITED_FOR = frozenset(
    {
        "messageEventDefinition",
        "timerEventDefinition",
        "signalEventDefinition",
        "conditionalEventDefinition",
    }
)
_WAITS = say(
    "Sau cổng này chỉ vẽ bước nhận (receive task) hoặc sự kiện hẹn giờ, mỗi chỗ một luồng vào."
)


def ways(definitions: Definitions) -> Iterator[Problem]:
    """An event-based gateway has at least two ways out: it waits for whichever happens first.

    Cổng chờ sự kiện phải có ít nhất hai đường ra: việc nào xảy ra trước thì đi đường đó.

    BPMN 2.0.2, 10.6.6
    """
    for gateway in definitions.all("eventBasedGateway"):
        count = len(_flows(definitions, gateway))
        if count < 2:
            yield problem(
                gateway,
                say(
                    "Cổng chờ sự kiện “%(who)s” phải dẫn thẳng tới ít nhất hai chỗ chờ; ở đây có "
                    "%(count)s.",
                    who=label(gateway),
                    count=count,
                ),
                say("Vẽ thêm chỗ chờ, hoặc bỏ cổng nếu chỉ chờ một việc."),
            )


def condition(definitions: Definitions) -> Iterator[Problem]:
    """The ways out of an event-based gateway have no condition: events decide.

    Các đường ra khỏi cổng chờ sự kiện không mang điều kiện, vì sự kiện quyết định đường đi.

    BPMN 2.0.2, 10.6.6
    """
    for gateway in definitions.all("eventBasedGateway"):
        for flow in _flows(definitions, gateway):
            if is_conditional(flow):
                yield problem(
                    flow,
                    say(
                        "Điều kiện trên luồng “%(flow)s” không có tác dụng: luồng này ra từ cổng "
                        "chờ sự kiện “%(who)s”.",
                        flow=label(flow),
                        who=label(gateway),
                    ),
                    say("Xóa điều kiện; muốn chọn theo giá trị thì dùng cổng loại trừ."),
                )


def target(definitions: Definitions) -> Iterator[Problem]:
    """Right behind an event-based gateway stand waits alone: receive tasks, or intermediate events
    that wait for a message, a signal, a time or a condition.

    Ngay sau cổng chờ sự kiện chỉ có chỗ chờ: thông điệp, tín hiệu, thời gian, điều kiện, hoặc
    bước nhận.

    BPMN 2.0.2, 10.6.6
    """
    for gateway in definitions.all("eventBasedGateway"):
        for node in _targets(definitions, gateway):
            # (in a choreography the waits are its activities)
            if local(node) in CHOREOGRAPHY_ACTIVITIES | {"receiveTask"}:
                continue
            defined = _defined(definitions, node)
            waits = local(node) == "intermediateCatchEvent" and defined
            if not waits or not defined <= _WAITED_FOR:
                yield problem(
                    gateway,
                    say(
                        "Ngay sau cổng chờ sự kiện “%(who)s” là “%(next)s”, không phải chỗ chờ.",
                        who=label(gateway),
                        next=label(node),
                    ),
                    _WAITS,
                )


def messages_or_tasks(definitions: Definitions) -> Iterator[Problem]:
    """Behind one event-based gateway messages are waited for by events or by tasks, not by both.

    Sau một cổng chờ sự kiện, thông điệp được nhận bằng sự kiện hoặc bằng bước nhận, không dùng
    cả hai.

    BPMN 2.0.2, 10.6.6
    """
    for gateway in definitions.all("eventBasedGateway"):
        targets = list(_targets(definitions, gateway))
        tasks = [node for node in targets if local(node) == "receiveTask"]
        events = [
            node for node in targets if "messageEventDefinition" in _defined(definitions, node)
        ]
        if tasks and events:
            yield problem(
                gateway,
                say(
                    "Sau cổng “%(who)s” vừa có bước nhận “%(task)s” vừa có sự kiện thông điệp "
                    "“%(event)s”.",
                    who=label(gateway),
                    task=label(tasks[0]),
                    event=label(events[0]),
                ),
                say("Đổi để mọi chỗ nhận sau cổng này cùng một loại: đều là bước nhận."),
            )


def other_way_in(definitions: Definitions) -> Iterator[Problem]:
    """What stands behind an event-based gateway is reached through that gateway alone.

    Chỗ chờ sau cổng chờ sự kiện chỉ có một luồng vào, là luồng từ cổng đó.

    BPMN 2.0.2, 10.6.6
    """
    for gateway in definitions.all("eventBasedGateway"):
        for node in _targets(definitions, gateway):
            if len(definitions.incoming.get(node.get("id") or "", ())) > 1:
                yield problem(
                    node,
                    say(
                        "“%(who)s” đứng sau cổng chờ sự kiện “%(gateway)s” nhưng còn luồng khác "
                        "đi vào.",
                        who=label(node),
                        gateway=label(gateway),
                    ),
                    say("Nối luồng kia vào trước cổng, hoặc vẽ một chỗ chờ riêng cho nó."),
                )


def boundary(definitions: Definitions) -> Iterator[Problem]:
    """A receive task behind an event-based gateway bears no boundary events.

    Bước nhận đứng sau cổng chờ sự kiện không gắn sự kiện biên: hẹn giờ thì vẽ thành một đường ra
    của cổng.

    BPMN 2.0.2, 10.6.6
    """
    borders = {
        (event.get("attachedToRef") or "").strip().rpartition(":")[2]: event
        for event in definitions.all("boundaryEvent")
    }
    for gateway in definitions.all("eventBasedGateway"):
        for node in _targets(definitions, gateway):
            event = borders.get(node.get("id") or "")
            if local(node) == "receiveTask" and event is not None:
                yield problem(
                    event,
                    say(
                        "“%(event)s” gắn vào bước nhận “%(who)s”, là chỗ chờ của cổng "
                        "“%(gateway)s”.",
                        event=label(event),
                        who=label(node),
                        gateway=label(gateway),
                    ),
                    say("Vẽ sự kiện đó thành một đường ra khác của cổng chờ sự kiện."),
                )


def beginning(definitions: Definitions) -> Iterator[Problem]:
    """An event-based gateway that begins a process has no flow in.

    Cổng chờ sự kiện mở đầu quy trình (instantiate) không có luồng nào đi vào.

    BPMN 2.0.2, 10.6.6
    """
    for gateway in definitions.all("eventBasedGateway"):
        flows = definitions.incoming.get(gateway.get("id") or "", [])
        if flows and is_true(gateway, "instantiate"):
            yield problem(
                gateway,
                say(
                    "Cổng “%(who)s” mở đầu quy trình (instantiate), nhưng có luồng “%(flow)s” đi "
                    "vào.",
                    who=label(gateway),
                    flow=label(flows[0]),
                ),
                say("Bỏ dấu instantiate của cổng, hoặc xóa luồng đi vào."),
            )


def parallel(definitions: Definitions) -> Iterator[Problem]:
    """Only a gateway that begins a process may wait for all of its events.

    Chỉ cổng mở đầu quy trình mới được chờ đủ mọi sự kiện (eventGatewayType = Parallel).

    BPMN 2.0.2, 10.6.6
    """
    for gateway in definitions.all("eventBasedGateway"):
        if gateway.get("eventGatewayType") == "Parallel" and not is_true(gateway, "instantiate"):
            yield problem(
                gateway,
                say(
                    "Cổng “%(who)s” chờ đủ mọi sự kiện (Parallel) nhưng không mở đầu quy trình.",
                    who=label(gateway),
                ),
                say("Bỏ thuộc tính eventGatewayType; muốn chờ đủ thì dùng cổng song song."),
            )


def _flows(definitions: Definitions, gateway: etree._Element) -> list[etree._Element]:
    return definitions.outgoing.get(gateway.get("id") or "", [])


def _targets(definitions: Definitions, gateway: etree._Element) -> Iterator[etree._Element]:
    for flow in _flows(definitions, gateway):
        node = definitions.by_id.get(flow.get("targetRef") or "")
        if node is not None:
            yield node


def _defined(definitions: Definitions, event: etree._Element) -> set[str]:
    """The kinds of what an event waits for, by value or by reference."""
    found = {local(one) for one in event_definitions(event)} - {"eventDefinitionRef"}
    for place in children(event, "eventDefinitionRef"):
        meant = definitions.resolve(place, text_of(place))
        if meant is not None:
            found.add(local(meant))
    return found


RULES = (
    firm("event-gateway-ways", ways),
    firm("event-gateway-condition", condition),
    firm("event-gateway-target", target),
    error("event-gateway-messages", messages_or_tasks),
    firm("event-gateway-other-way-in", other_way_in),
    firm("event-gateway-boundary", boundary),
    error("event-gateway-beginning", beginning),
    firm("event-gateway-parallel", parallel),
)
