"""Constraints on gateways: how many flows meet there, and which of them may choose."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run
from engine.bpmn.checks.kinds import GATEWAYS
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.specification.flow_conditions import is_conditional
from engine.bpmn.reading.elements import children
from engine.domain.messages import Message, say

_FORGET = say(
    "Hướng của cổng (gatewayDirection) không hiện trên hình: xóa cổng rồi vẽ lại, hoặc xóa thuộc "
    "tính này trong tệp."
)


def converging(definitions: Definitions) -> Iterator[Problem]:
    """A gateway marked as converging joins flows: it has no more than one flow out.

    Cổng ghi là gộp (Converging) chỉ có một luồng ra.

    BPMN 2.0.2, 8.4.9; Gateway attributes
    """
    for gateway, into, out_of in _directed(definitions, "Converging"):
        if out_of > 1:
            yield _counted(
                gateway,
                say(
                    "“%(who)s” ghi là cổng gộp, nhưng có %(into)s luồng vào và %(out)s luồng ra.",
                    who=label(gateway),
                    into=into,
                    out=out_of,
                ),
            )


def diverging(definitions: Definitions) -> Iterator[Problem]:
    """A gateway marked as diverging splits a flow: it has no more than one flow in.

    Cổng ghi là tách (Diverging) chỉ có một luồng vào.

    BPMN 2.0.2, 8.4.9; Gateway attributes
    """
    for gateway, into, out_of in _directed(definitions, "Diverging"):
        if into > 1:
            yield _counted(
                gateway,
                say(
                    "“%(who)s” ghi là cổng tách, nhưng có %(into)s luồng vào và %(out)s luồng ra.",
                    who=label(gateway),
                    into=into,
                    out=out_of,
                ),
            )


def mixed(definitions: Definitions) -> Iterator[Problem]:
    """A gateway marked as mixed has several flows in and several out.

    Cổng ghi là vừa gộp vừa tách (Mixed) phải có nhiều luồng vào và nhiều luồng ra.

    BPMN 2.0.2, 8.4.9; Gateway attributes
    """
    for gateway, into, out_of in _directed(definitions, "Mixed"):
        if into < 2 or out_of < 2:
            yield _counted(
                gateway,
                say(
                    "“%(who)s” ghi là cổng vừa gộp vừa tách, nhưng có %(into)s luồng vào và "
                    "%(out)s luồng ra.",
                    who=label(gateway),
                    into=into,
                    out=out_of,
                ),
            )


def idle_gateway(definitions: Definitions) -> Iterator[Problem]:
    """A gateway joins or splits: it has several flows in, or several out.

    Cổng dùng để tách hoặc gộp đường đi; chỉ một luồng vào và một luồng ra thì cổng là thừa.

    BPMN 2.0.2, 10.6.1
    """
    for gateway in definitions.all(*sorted(GATEWAYS - {"eventBasedGateway"})):
        into, out_of = _ways(definitions, gateway)
        # (what leads nowhere, or is never reached, is told of the process that is run)
        if into == out_of == 1 or (into == out_of == 0 and not is_run(gateway)):
            yield problem(
                gateway,
                say(
                    "Cổng “%(who)s” không tách cũng không gộp: %(into)s luồng vào, %(out)s luồng "
                    "ra.",
                    who=label(gateway),
                    into=into,
                    out=out_of,
                ),
                say("Xóa cổng và nối thẳng, hoặc vẽ thêm các đường còn thiếu."),
            )


def parallel_condition(definitions: Definitions) -> Iterator[Problem]:
    """A parallel gateway takes all its ways: none of them has a condition.

    Cổng song song đi mọi đường cùng lúc, nên không đường nào mang điều kiện.

    BPMN 2.0.2, 8.4.13
    """
    for gateway in definitions.all("parallelGateway"):
        for flow in definitions.outgoing.get(gateway.get("id") or "", ()):
            if is_conditional(flow):
                yield problem(
                    flow,
                    say(
                        "Điều kiện trên luồng “%(flow)s” không có tác dụng: luồng này ra từ cổng "
                        "song song “%(who)s”.",
                        flow=label(flow),
                        who=label(gateway),
                    ),
                    say(
                        "Xóa điều kiện; nếu chỉ đi một số đường thì đổi thành cổng bao hàm hoặc "
                        "cổng loại trừ."
                    ),
                )


def complex_activation(definitions: Definitions) -> Iterator[Problem]:
    """A complex gateway that joins flows says how many of them it waits for.

    Cổng phức hợp gộp nhiều luồng phải ghi điều kiện kích hoạt: chờ đủ những luồng nào.

    BPMN 2.0.2, 10.6.5
    """
    for gateway in definitions.all("complexGateway"):
        into, _out_of = _ways(definitions, gateway)
        if into > 1 and not any(True for _ in children(gateway, "activationCondition")):
            yield problem(
                gateway,
                say(
                    "Cổng phức hợp “%(who)s” gộp %(into)s luồng nhưng không ghi chờ những luồng "
                    "nào.",
                    who=label(gateway),
                    into=into,
                ),
                say(
                    "Dùng cổng song song (chờ đủ các nhánh), loại trừ (nhánh nào tới thì đi tiếp) "
                    "hoặc bao hàm."
                ),
            )


def _directed(definitions: Definitions, said: str) -> Iterator[tuple[etree._Element, int, int]]:
    """The gateways with that direction, and how many flows they have in and out."""
    for gateway in definitions.all(*sorted(GATEWAYS)):
        if gateway.get("gatewayDirection") == said:
            yield gateway, *_ways(definitions, gateway)


def _ways(definitions: Definitions, gateway: etree._Element) -> tuple[int, int]:
    key = gateway.get("id") or ""
    return len(definitions.incoming.get(key, ())), len(definitions.outgoing.get(key, ()))


def _counted(gateway: etree._Element, message: Message) -> Problem:
    return problem(gateway, message, _FORGET)


RULES = (
    warning("converging-gateway", converging),
    warning("diverging-gateway", diverging),
    warning("mixed-gateway", mixed),
    warning("idle-gateway", idle_gateway),
    firm("parallel-condition", parallel_condition),
    warning("complex-activation", complex_activation),
)
