"""Small drawings, written down as tersely as they would be sketched."""

from __future__ import annotations

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="http://quytrinh.test">'
)


def process(
    *parts: str, key: str = "p", lanes: dict[str, str] | None = None, **properties: str
) -> bytes:
    """A file with one process; `lanes` maps a lane's name to its elements' ids."""
    drawn = "".join(
        f'<bpmn:lane id="lane{i}" name={quoteattr(name)}>'
        + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes.split())
        + "</bpmn:lane>"
        for i, (name, nodes) in enumerate((lanes or {}).items())
    )
    lane_set = f'<bpmn:laneSet id="lanes">{drawn}</bpmn:laneSet>' if drawn else ""
    body = _extensions(properties) + lane_set + "".join(parts)
    return (
        f'{HEAD}<bpmn:process id="{key}" isExecutable="true">{body}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()


def _extensions(properties: dict[str, str]) -> str:
    if not properties:
        return ""
    entries = "".join(
        f"<camunda:property name={quoteattr(name.replace('__', '.').replace('_of_', '-'))}"
        f" value={quoteattr(value)}/>"
        for name, value in properties.items()
    )
    return (
        "<bpmn:extensionElements><camunda:properties>"
        f"{entries}</camunda:properties></bpmn:extensionElements>"
    )


def start(key: str = "S", name: str = "", defined: str = "") -> str:
    return event("startEvent", key, defined, name)


def end(key: str = "E", defined: str = "", name: str = "") -> str:
    return event("endEvent", key, defined, name)


def throw(key: str, defined: str = "") -> str:
    return event("intermediateThrowEvent", key, defined)


def event(tag: str, key: str, defined: str = "", name: str = "", **attributes: str) -> str:
    """An event; `defined`: what it is about, `signal`, or `link` with its name: `link=Nộp lại`."""
    kind, _, link = defined.partition("=")
    named = f" name={quoteattr(name)}" if name else ""
    named += "".join(f" {each}={quoteattr(value)}" for each, value in attributes.items())
    called = f" name={quoteattr(link)}" if link else ""
    inner = f"<bpmn:{kind}EventDefinition{called}/>" if kind else ""
    return f'<bpmn:{tag} id="{key}"{named}>{inner}</bpmn:{tag}>'


def user(
    key: str, due: str = "", name: str = "", form: str = "", default: str = "", **properties: str
) -> str:
    return (
        f"<bpmn:userTask id={quoteattr(key)} name={quoteattr(name or key)}"
        + (f" default={quoteattr(default)}" if default else "")
        + (f" camunda:dueDate={quoteattr(due)}" if due else "")
        + (f" camunda:formRef={quoteattr(form)}" if form else "")
        + f">{_extensions(properties)}</bpmn:userTask>"
    )


def receive(key: str, **properties: str) -> str:
    inner = _extensions(properties)
    return f'<bpmn:receiveTask id="{key}" name="{key}">{inner}</bpmn:receiveTask>'


def rule(key: str, decision: str) -> str:
    return f'<bpmn:businessRuleTask id="{key}" camunda:decisionRef="{decision}"/>'


def gateway(kind: str, key: str, default: str = "") -> str:
    chosen = f' default="{default}"' if default else ""
    return f'<bpmn:{kind}Gateway id="{key}" name="{key}"{chosen}/>'


def timer(key: str, says: str = "40 ngày", kind: str = "Duration", **properties: str) -> str:
    return (
        f'<bpmn:intermediateCatchEvent id="{key}" name="{key}">{_extensions(properties)}'
        f"{_timing(says, kind)}</bpmn:intermediateCatchEvent>"
    )


def boundary(
    key: str, host: str, says: str = "3 ngày", interrupting: bool = True, kind: str = "Duration"
) -> str:
    cancel = "true" if interrupting else "false"
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{cancel}">'
        f"{_timing(says, kind)}</bpmn:boundaryEvent>"
    )


def handler(
    key: str,
    *parts: str,
    says: str = "30 ngày",
    interrupting: bool = True,
    kind: str = "Duration",
) -> str:
    """An event sub-process; the timer that begins it is called `T` and its key."""
    begin = (
        f'<bpmn:startEvent id="T{key}" isInterrupting="{str(interrupting).lower()}">'
        f"{_timing(says, kind)}</bpmn:startEvent>"
    )
    inside = begin + "".join(parts)
    return f'<bpmn:subProcess id="{key}" triggeredByEvent="true">{inside}</bpmn:subProcess>'


def _timing(says: str, kind: str) -> str:
    return (
        f"<bpmn:timerEventDefinition><bpmn:time{kind}>"
        f"{escape(says)}</bpmn:time{kind}></bpmn:timerEventDefinition>"
    )


def sub(key: str, *parts: str) -> str:
    return f'<bpmn:subProcess id="{key}">{"".join(parts)}</bpmn:subProcess>'


def call(key: str, called: str) -> str:
    return f'<bpmn:callActivity id="{key}" calledElement="{called}"/>'


def flow(source: str, target: str, condition: str = "", key: str = "") -> str:
    inner = (
        f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
        if condition
        else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{key or f"{source}_{target}"}" sourceRef="{source}"'
        f' targetRef="{target}">{inner}</bpmn:sequenceFlow>'
    )


def line(*keys: str) -> str:
    """Flows along a straight line."""
    return "".join(flow(a, b) for a, b in pairwise(keys))
