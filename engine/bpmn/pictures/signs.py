"""The signs of BPMN as paths: what an event waits for, what sort a task is, how it repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Symbol:
    """A path in a square box of its own, and how thick its lines are."""

    path: str
    box: float
    thin: float = 1.5


_CLOCK = "M18 8 a10 10 0 1 0 0.1 0 Z M18 11 V18 L22.5 20.5"
_PENTAGON = "M18 8 L28 15.5 L24.2 27 H11.8 L8 15.5 Z"
_CROSS = "M15 8 H21 V15 H28 V21 H21 V28 H15 V21 H8 V15 H15 Z"

EVENTS: Mapping[str, Symbol] = {
    "messageEventDefinition": Symbol("M9 12 H27 V24 H9 Z M9 12 L18 19 L27 12", 36),
    "timerEventDefinition": Symbol(_CLOCK, 36),
    "conditionalEventDefinition": Symbol(
        "M11 9 H25 V27 H11 Z M13.5 13 H22.5 M13.5 16.5 H22.5 M13.5 20 H22.5 M13.5 23.5 H22.5", 36
    ),
    "escalationEventDefinition": Symbol("M18 8 L25.5 27 L18 20 L10.5 27 Z", 36),
    "errorEventDefinition": Symbol("M9 26 L14 10 L20.5 19 L27 9 L22 26.5 L15.5 17.5 Z", 36),
    "cancelEventDefinition": Symbol(
        "M10.5 13.5 L13.5 10.5 L18 15 L22.5 10.5 L25.5 13.5 L21 18 L25.5 22.5 L22.5 25.5 L18 21 "
        "L13.5 25.5 L10.5 22.5 L15 18 Z",
        36,
    ),
    "compensateEventDefinition": Symbol("M18 11 V25 L9 18 Z M27 11 V25 L18 18 Z", 36),
    "signalEventDefinition": Symbol("M18 9 L27.5 25 H8.5 Z", 36),
    "linkEventDefinition": Symbol("M9 14.5 H19 V10.5 L28 18 L19 25.5 V21.5 H9 Z", 36),
    "terminateEventDefinition": Symbol("M18 8 a10 10 0 1 0 0.1 0 Z", 36),
    "multiple": Symbol(_PENTAGON, 36),
    "parallelMultiple": Symbol(_CROSS, 36),
}
"""By the event's definition; two of them make `multiple`."""

THROWN = frozenset({"endEvent", "intermediateThrowEvent", "implicitThrowEvent"})
"""The events whose signs are filled: they send, where others wait."""

GATEWAYS: Mapping[str, Symbol] = {
    "exclusiveGateway": Symbol("M17 16 L33 34 M33 16 L17 34", 50, 4),
    "parallelGateway": Symbol("M25 12 V38 M12 25 H38", 50, 4),
    "inclusiveGateway": Symbol("M25 14 a11 11 0 1 0 0.1 0 Z", 50, 2.5),
    "complexGateway": Symbol("M25 11 V39 M11 25 H39 M15 15 L35 35 M35 15 L15 35", 50, 3.5),
    "eventBasedGateway": Symbol(
        "M25 10 a15 15 0 1 0 0.1 0 Z M25 15 L34.5 22 L31 33 H19 L15.5 22 Z", 50
    ),
    "instantiating": Symbol(
        "M25 10 a15 15 0 1 0 0.1 0 Z M25 15 L34.5 22 L31 33 H19 L15.5 22 Z", 50
    ),
    "instantiatingParallel": Symbol("M25 10 a15 15 0 1 0 0.1 0 Z M25 15 V35 M15 25 H35", 50),
}

_ENVELOPE = "M1 3 H15 V13 H1 Z M1 3 L8 9 L15 3"
_PERSON = "M8 1.5 a3.2 3.2 0 1 0 0.1 0 Z M1.8 15 V13 a6.2 4.6 0 0 1 12.4 0 V15 Z"
_TABLE = "M1 2.5 H15 V13.5 H1 Z M1 6 H15 M1 9.8 H15 M5.5 6 V13.5"
_HAND = (
    "M8.5 3.5 H4.8 L1.2 7.2 V13 H11.5 V11.2 H13.4 V9.2 H14.6 V7.2 H15.4 V5.2 H7 M8.5 3.5 V5.2 "
    "M8 7.2 H14.6 M8 9.2 H13.4 M8 11.2 H11.5"
)
_GEAR = (
    "M8 5.2 a2.8 2.8 0 1 0 0.1 0 Z M8 1 V3.2 M8 12.8 V15 M1 8 H3.2 M12.8 8 H15 M3 3 L4.6 4.6 "
    "M11.4 11.4 L13 13 M13 3 L11.4 4.6 M4.6 11.4 L3 13 M8 3.2 a4.8 4.8 0 1 0 0.1 0 Z"
)
_SCROLL = "M4 1.5 H14 Q10 5 12 8 Q14 11.5 10 14.5 H2 Q5.5 11.5 3.5 8 Q1.5 4.5 4 1.5 Z"
_SCROLL += " M5.5 5 H10 M5.5 8 H10.5 M6 11 H10.5"

TASKS: Mapping[str, Symbol] = {
    "userTask": Symbol(_PERSON, 16, 1.2),
    "manualTask": Symbol(_HAND, 16, 1.1),
    "serviceTask": Symbol(_GEAR, 16, 1.1),
    "scriptTask": Symbol(_SCROLL, 16, 1.1),
    "sendTask": Symbol(_ENVELOPE, 16, 1.2),
    "receiveTask": Symbol(_ENVELOPE, 16, 1.2),
    "businessRuleTask": Symbol(_TABLE, 16, 1.2),
}

MARKERS: Mapping[str, Symbol] = {
    "folded": Symbol("M1 1 H13 V13 H1 Z M7 3.5 V10.5 M3.5 7 H10.5", 14, 1.2),
    "loop": Symbol("M4.5 12 A5.4 5.4 0 1 1 8.8 12.2 M4.8 8.6 V12.2 H1.4", 14, 1.4),
    "parallel": Symbol("M3 1.5 V12.5 M7 1.5 V12.5 M11 1.5 V12.5", 14, 2.2),
    "sequential": Symbol("M1.5 3 H12.5 M1.5 7 H12.5 M1.5 11 H12.5", 14, 2.2),
    "compensation": Symbol("M7 3 V11 L1.5 7 Z M12.5 3 V11 L7 7 Z", 14, 1.2),
    "adHoc": Symbol("M1.5 8.5 Q4 3.5 7 7 Q10 10.5 12.5 5.5", 14, 2.2),
    "participants": Symbol("M3 1.5 V12.5 M7 1.5 V12.5 M11 1.5 V12.5", 14, 2.2),
}
