"""Brings a drawing into the form that SpiffWorkflow executes.

SpiffWorkflow's own parser never sees the file: it stops at the first error, expands entities,
orders flows by their height on the page and drops half of what our dialect says. Its specs are
built here from the Drawing, so element ids, their order and their meaning are the drawing's own.
What the drawing leaves unsaid was said before (engine.bpmn.reading.explicit). What the diagram, the
documentation and the forms say is left behind; sub-processes become processes of their own; ids
that SpiffWorkflow keeps for itself are renamed inside the specs; activities with boundary events
are put beside those, the timers of event sub-processes beside the beginning of the scope they
watch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.bpmn.execution import behaviour
from engine.bpmn.execution.timers import HandFiredTimer
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import CALLING, CHOOSING, GATEWAYS, LINKS, SCOPES, Drawing, Flow, Kind, Node
from engine.domain.errors import DrawingRefused
from engine.domain.messages import Message, say
from engine.domain.timing import Timing

#: Names that SpiffWorkflow gives its own tasks: one called "End" would finish the case.
_RESERVED = frozenset({"Start", "End", "Root"})
_RESERVED_ENDING = ".EndJoin"


def process_name(drawing_key: str, sub_process: str | None) -> str:
    """The name under which a drawing, or a sub-process drawn in it, is executed."""
    return drawing_key if sub_process is None else f"{drawing_key}/{sub_process}"


def spec_name(node: Node) -> str:
    """What an element is called inside a spec: its id, or one that SpiffWorkflow does not use."""
    reserved = node.id in _RESERVED or node.id.endswith(_RESERVED_ENDING)
    return f"{node.id}@" if reserved else node.id


def normalise(drawing: Drawing) -> dict[str, behaviour.ProcessSpec]:
    """SpiffWorkflow's processes for an explicit drawing: itself and its sub-processes, by name.

    Raises DrawingRefused, naming everything that cannot be executed.
    """
    refused = tuple(_refusals(drawing))
    if refused:
        raise DrawingRefused(refused)
    scopes = [None, *(n.id for n in drawing.nodes.values() if n.kind in SCOPES)]
    return {process_name(drawing.key, scope): _process(drawing, scope) for scope in scopes}


def _refusals(drawing: Drawing) -> Iterator[Finding]:
    """What the checks at deploy refuse anyway, and what would here be executed wrongly."""
    for node in drawing.nodes.values():
        message = _why_not(node) or _why_no_timer(drawing, node)
        if message is not None:
            remedy = say("Vẽ lại phần tử này bằng các phần tử mà hệ thống thực hiện được.")
            yield Finding(
                "not-executable", Severity.ERROR, message, remedy, node.id, node.name, node.line
            )


def _why_not(node: Node) -> Message | None:
    name = node.name or node.id
    if node.kind in LINKS:
        return say("Sự kiện liên kết “%(name)s” không có đúng một đầu đến cùng tên.", name=name)
    if node.kind is Kind.OTHER:
        return say("Không thực hiện được phần tử “%(name)s” (%(tag)s).", name=name, tag=node.tag)
    if node.kind in CALLING and not node.called:
        return say("Phần tử “%(name)s” không nói gọi bản vẽ hay bảng quyết định nào.", name=name)
    if len(node.outgoing) > 1 and node.kind not in GATEWAYS:
        return say("“%(name)s” có nhiều luồng đi ra; phải rẽ ở một cổng.", name=name)
    if node.kind is Kind.TIMER_BOUNDARY and not node.attached_to:
        return say("Sự kiện biên “%(name)s” không gắn với bước nào.", name=name)
    return None


def _why_no_timer(drawing: Drawing, node: Node) -> Message | None:
    name = node.name or node.id
    if node.kind is Kind.EVENT_SUB_PROCESS and drawing.trigger(node) is None:
        return say("“%(name)s” phải bắt đầu bằng đúng một sự kiện hẹn giờ.", name=name)
    may_repeat = node.kind is not Kind.TIMER_CATCH and not node.interrupting
    if node.timing is Timing.CYCLE and not may_repeat:
        return say("Hẹn giờ “%(name)s” chỉ chạy một lần, không lặp lại được.", name=name)
    return None


def _process(drawing: Drawing, scope: str | None) -> behaviour.ProcessSpec:
    name = process_name(drawing.key, scope)
    spec = behaviour.ProcessSpec(name, drawing.key)
    inside = [node for node in drawing.nodes.values() if node.parent == scope]
    nodes = [node for node in inside if node.kind is not Kind.TIMER_START]
    drawn = {node.id: _element(spec, drawing, node) for node in nodes}
    entries = _attach(spec, nodes, drawn)
    for node in inside:
        if node.kind is Kind.START:
            spec.start.connect(drawn[node.id])
        if node.kind is Kind.TIMER_START:  # it waits outside: what follows it begins this scope
            _begin(spec, drawing, node, entries)
            continue
        _connect(drawing, node, drawn[node.id], entries)
        if not node.outgoing:  # an end event, or an implicit end
            drawn[node.id].connect(spec.end)
    for node in nodes:
        if node.kind is Kind.EVENT_SUB_PROCESS:
            _watch(spec, drawing, node, drawn[node.id])
    for element in drawn.values():
        if isinstance(element, behaviour.InclusiveGateway):
            element.note_reach()
    return spec


def _begin(
    spec: behaviour.ProcessSpec, drawing: Drawing, node: Node, entries: Mapping[str, Any]
) -> None:
    """Where an event sub-process begins once its timer has fired."""
    first = [entries[drawing.flows[key].target] for key in node.outgoing]
    for element in first or [spec.end]:
        spec.start.connect(element)


def _watch(spec: behaviour.ProcessSpec, drawing: Drawing, node: Node, element: Any) -> None:
    """The timer of an event sub-process waits from the beginning of the scope around that."""
    trigger = drawing.trigger(node)
    if trigger is None:
        raise LookupError(f"{node.id} has no timer (refused before)")
    waits = behaviour.TimerStart(
        spec,
        spec_name(trigger),
        interrupting=trigger.interrupting,
        event_definition=HandFiredTimer(trigger.id),
        bpmn_name=trigger.name or None,
    )
    spec.start.connect(waits)
    waits.bpmn_id = waits.shown = trigger.id
    waits.connect(element)


def _attach(
    spec: behaviour.ProcessSpec, nodes: list[Node], drawn: Mapping[str, Any]
) -> dict[str, Any]:
    """Where flows into each element lead: to itself, or to the split beside its events."""
    entries = dict(drawn)
    for node in nodes:
        host = node.attached_to or ""
        if node.kind is not Kind.TIMER_BOUNDARY or host not in drawn:
            continue
        if entries[host] is drawn[host]:
            # "@" cannot stand in an XML id: this name meets no drawn element
            entries[host] = behaviour.Attachment(spec, f"@{host}")
            entries[host].connect(drawn[host])
        entries[host].connect(drawn[node.id])
    return entries


def _connect(drawing: Drawing, node: Node, element: Any, entries: Mapping[str, Any]) -> None:
    flows = [drawing.flows[key] for key in node.outgoing]
    for flow in flows:
        target = entries[flow.target]
        if node.kind in CHOOSING:
            element.connect_outgoing_if(_condition(node, flow), target)
        else:
            element.connect(target)


def _condition(node: Node, flow: Flow) -> str | None:
    """The condition of a way out; None for the way taken when no condition holds."""
    if flow.id == node.default_flow:
        return None
    if flow.condition is None and node.kind is Kind.INCLUSIVE and len(node.outgoing) > 1:
        return "true"  # BPMN: an inclusive way without a condition is always taken
    return flow.condition


def _event(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda spec, node, _drawing, names: make(
        spec, spec_name(node), event_definition=NoneEventDefinition(), **names
    )


def _plain(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda spec, node, _drawing, names: make(spec, spec_name(node), **names)


def _end(spec: Any, node: Node, drawing: Drawing, names: dict[str, Any]) -> Any:
    make = behaviour.TerminateEnd if node.terminates else behaviour.EndEvent
    return _event(make)(spec, node, drawing, names)


def _timer_catch(spec: Any, node: Node, _drawing: Drawing, names: dict[str, Any]) -> Any:
    timer = HandFiredTimer(node.id)
    return behaviour.TimerCatch(spec, spec_name(node), event_definition=timer, **names)


def _timer_boundary(spec: Any, node: Node, _drawing: Drawing, names: dict[str, Any]) -> Any:
    timer = HandFiredTimer(node.id)
    return behaviour.TimerBoundary(
        spec, spec_name(node), event_definition=timer, cancel_activity=node.interrupting, **names
    )


def _rule(spec: Any, node: Node, _drawing: Drawing, names: dict[str, Any]) -> Any:
    return behaviour.RuleTask(spec, spec_name(node), decision=node.called or "", **names)


def _call(spec: Any, node: Node, _drawing: Drawing, names: dict[str, Any]) -> Any:
    return behaviour.CallActivity(spec, spec_name(node), subworkflow_spec=node.called, **names)


def _sub_process(spec: Any, node: Node, drawing: Drawing, names: dict[str, Any]) -> Any:
    inner = process_name(drawing.key, node.id)
    return behaviour.SubProcess(spec, spec_name(node), subworkflow_spec=inner, **names)


_MAKERS: Mapping[Kind, Callable[[Any, Node, Drawing, dict[str, Any]], Any]] = {
    Kind.START: _event(behaviour.StartEvent),
    Kind.END: _end,
    Kind.PASSING: _plain(behaviour.Passing),
    Kind.USER_TASK: _plain(behaviour.UserTask),
    Kind.RECEIVE_TASK: _plain(behaviour.ReceiveTask),
    Kind.RULE_TASK: _rule,
    Kind.CALL_ACTIVITY: _call,
    Kind.SUB_PROCESS: _sub_process,
    Kind.EVENT_SUB_PROCESS: _sub_process,
    Kind.EXCLUSIVE: _plain(behaviour.ExclusiveGateway),
    Kind.PARALLEL: _plain(behaviour.ParallelGateway),
    Kind.INCLUSIVE: _plain(behaviour.InclusiveGateway),
    Kind.EVENT_BASED: _plain(behaviour.EventBasedGateway),
    Kind.TIMER_CATCH: _timer_catch,
    Kind.TIMER_BOUNDARY: _timer_boundary,
}


def _element(spec: behaviour.ProcessSpec, drawing: Drawing, node: Node) -> Any:
    element = _MAKERS[node.kind](spec, node, drawing, {"bpmn_name": node.name or None})
    element.bpmn_id, element.shown = node.id, node.shown
    return element
