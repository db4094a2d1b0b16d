"""Which kinds of events may stand where: the tables of BPMN 2.0.2, 10.5, cell by cell."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.specification.activities import compensations, sub_processes
from engine.bpmn.checks.specification.events import (
    boundary_events,
    end_events,
    intermediate_events,
    start_events,
)
from engine.bpmn.reading import BPMN

KINDS = (
    "none", "message", "timer", "error", "escalation", "cancel", "compensate", "conditional",
    "link", "signal", "terminate",
)  # fmt: skip
#: Tables 10.84, 10.85, 10.86, 10.88, 10.89 and 10.90.
MAY_STAND = {
    "start": {"none", "message", "timer", "conditional", "signal"},
    "start in a sub-process": {"none"},
    "start in an event sub-process": {
        "message", "timer", "error", "escalation", "compensate", "conditional", "signal",
    },
    "end": {"none", "message", "error", "escalation", "compensate", "signal", "terminate"},
    "end in a transaction": {
        "none", "message", "error", "escalation", "compensate", "signal", "terminate", "cancel",
    },
    "catch": {"message", "timer", "conditional", "link", "signal"},
    "throw": {"none", "message", "escalation", "compensate", "link", "signal"},
    "boundary": {"message", "timer", "error", "escalation", "compensate", "conditional", "signal"},
    "boundary of a transaction": {
        "message", "timer", "error", "escalation", "compensate", "conditional", "signal", "cancel",
    },
}  # fmt: skip
ON_KINDS = {
    "start-top-trigger",
    "start-in-sub-process",
    "event-sub-process-trigger",
    "event-sub-process-kinds",
    "end-trigger",
    "end-cancel",
    "catch-nothing",
    "catch-trigger",
    "throw-trigger",
    "boundary-nothing",
    "boundary-trigger",
    "boundary-cancel",
}
TABLE = (
    *start_events.RULES,
    *end_events.RULES,
    *intermediate_events.RULES,
    *boundary_events.RULES,
    *sub_processes.RULES,
    *compensations.RULES,
)


def placed(place: str, inside: str) -> str:
    """An event that holds `inside`, at its place."""
    match place:
        case "start":
            return f'<startEvent id="E">{inside}</startEvent>'
        case "start in a sub-process":
            return f'<subProcess id="P"><startEvent id="E">{inside}</startEvent></subProcess>'
        case "start in an event sub-process":
            start = f'<startEvent id="E">{inside}</startEvent>'
            return f'<subProcess id="P" triggeredByEvent="true">{start}</subProcess>'
        case "end":
            return f'<endEvent id="E">{inside}</endEvent>'
        case "end in a transaction":
            return f'<transaction id="P"><endEvent id="E">{inside}</endEvent></transaction>'
        case "catch":
            return f'<intermediateCatchEvent id="E">{inside}</intermediateCatchEvent>'
        case "throw":
            return f'<intermediateThrowEvent id="E">{inside}</intermediateThrowEvent>'
        case "boundary" | "boundary of a transaction":
            host = "task" if place == "boundary" else "transaction"
            event = f'<boundaryEvent id="E" attachedToRef="A">{inside}</boundaryEvent>'
            return f'<{host} id="A" />{event}'
    raise AssertionError(place)


def found(process: str, root: str = "") -> set[str]:
    """The rules on kinds that find something."""
    text = f'<definitions xmlns="{BPMN}">{root}<process id="p">{process}</process></definitions>'
    definitions = Definitions(etree.fromstring(text), "thu.bpmn")
    said = {rule.id for rule in TABLE if any(True for _ in rule.find(definitions))}
    return said & ON_KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", MAY_STAND)
def test_an_event_stands_where_the_tables_let_it(place, kind):
    inside = "" if kind == "none" else f'<{kind}EventDefinition id="d" name="A" />'
    assert bool(found(placed(place, inside))) == (kind not in MAY_STAND[place])


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("place", MAY_STAND)
def test_a_definition_named_by_reference_counts_as_if_it_stood_there(place, kind):
    root = f'<{kind}EventDefinition id="d" name="A" />'
    by_reference = found(placed(place, "<eventDefinitionRef>d</eventDefinitionRef>"), root)
    assert by_reference == found(placed(place, root))


@pytest.mark.parametrize("place", MAY_STAND)
def test_of_several_definitions_each_must_be_allowed(place):
    allowed = sorted(MAY_STAND[place] - {"none"})
    several = "".join(f'<{kind}EventDefinition name="A" />' for kind in allowed)
    assert not found(placed(place, several))
    never = "terminate" if "terminate" not in allowed else "timer"
    assert found(placed(place, f"{several}<{never}EventDefinition />"))
