"""Constraints on what undoes work: it stands outside the flow, wired by an association."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, is_true
from engine.bpmn.checks.kinds import ACTIVITIES
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, warning
from engine.bpmn.checks.specification.triggers import (
    each,
    into,
    is_handler,
    kinds,
    level_of,
    out_of,
)
from engine.bpmn.reading.elements import local
from engine.domain.messages import say

UNDO = "compensateEventDefinition"


def _undoing(definitions: Definitions) -> Iterator[etree._Element]:
    """The activities that are there to undo others."""
    return (each for each in each(definitions, ACTIVITIES) if is_true(each, "isForCompensation"))


def edges(definitions: Definitions) -> list[etree._Element]:
    """The boundary events for compensation."""
    return [e for e in definitions.all("boundaryEvent") if UNDO in kinds(definitions, e)]


def _wired(definitions: Definitions) -> Mapping[etree._Element, list[etree._Element]]:
    """What the associations from compensation events lead to."""
    found: dict[etree._Element, list[etree._Element]] = {e: [] for e in edges(definitions)}
    for association in definitions.all("association"):
        source = definitions.resolve(association, association.get("sourceRef"))
        target = definitions.resolve(association, association.get("targetRef"))
        if source in found and target is not None and local(target) in ACTIVITIES:
            found[source].append(target)
    return found


def undoing_flows(definitions: Definitions) -> Iterator[Problem]:
    """An activity that compensates stands outside the flow: no sequence flow leads in or out.

    Công việc bù trừ đứng ngoài luồng: không có luồng đi vào hay đi ra, chỉ có đường liên kết từ sự
    kiện bù trừ tới nó.

    BPMN 2.0.2, 10.7.1
    """
    for activity in _undoing(definitions):
        if into(definitions, activity) or out_of(definitions, activity):
            yield problem(
                activity,
                say("Công việc bù trừ “%(who)s” có luồng đi vào hoặc đi ra.", who=label(activity)),
                say("Xóa luồng; nếu đây là bước bình thường thì bỏ dấu bù trừ (compensation)."),
            )


def undoing_unwired(definitions: Definitions) -> Iterator[Problem]:
    """An activity that compensates is reached by an association from a compensation event.

    Công việc bù trừ phải được nối từ một sự kiện biên bù trừ bằng đường liên kết (association), nếu
    không thì không biết nó bù trừ cho việc gì.

    BPMN 2.0.2, 10.7.1
    """
    reached = {activity for wired in _wired(definitions).values() for activity in wired}
    for activity in _undoing(definitions):
        if activity not in reached:
            yield problem(
                activity,
                say(
                    "Công việc bù trừ “%(who)s” không được nối từ sự kiện bù trừ nào.",
                    who=label(activity),
                ),
                say(
                    "Gắn sự kiện biên loại bù trừ vào công việc cần hoàn tác, rồi nối nó tới đây "
                    "bằng đường liên kết."
                ),
            )


def edge_wired_once(definitions: Definitions) -> Iterator[Problem]:
    """A compensation event on an edge leads, by an association, to exactly one activity.

    Sự kiện biên bù trừ nối bằng đường liên kết tới đúng một công việc bù trừ.

    BPMN 2.0.2, 10.5.4, 10.7.1
    """
    for event, wired in _wired(definitions).items():
        if len(wired) != 1:
            yield problem(
                event,
                say(
                    "Sự kiện bù trừ “%(who)s” nối tới %(count)s công việc bù trừ; phải là đúng "
                    "một.",
                    who=label(event),
                    count=len(wired),
                ),
                say(
                    "Nối sự kiện này bằng đường liên kết (association) tới một công việc bù trừ; "
                    "nhiều việc thì gộp vào một quy trình con."
                ),
            )


def edge_target(definitions: Definitions) -> Iterator[Problem]:
    """What a compensation event leads to is marked as an activity for compensation.

    Công việc mà sự kiện bù trừ nối tới phải mang dấu bù trừ (hai tam giác).

    BPMN 2.0.2, 10.7.1
    """
    for event, wired in _wired(definitions).items():
        for activity in wired:
            if not is_true(activity, "isForCompensation"):
                yield problem(
                    activity,
                    say(
                        "Sự kiện bù trừ “%(event)s” nối tới “%(who)s”, không phải công việc bù "
                        "trừ.",
                        event=label(event),
                        who=label(activity),
                    ),
                    say("Đặt dấu bù trừ (compensation) cho công việc này."),
                )


def edge_level(definitions: Definitions) -> Iterator[Problem]:
    """What undoes an activity stands on the same level of the process as the activity.

    Công việc bù trừ nằm trên cùng một cấp với công việc mà nó hoàn tác.

    BPMN 2.0.2, 10.7.1
    """
    for event, wired in _wired(definitions).items():
        for activity in wired:
            if activity.getparent() is not event.getparent():
                yield problem(
                    activity,
                    say(
                        "Công việc bù trừ “%(who)s” nằm ở một cấp khác với sự kiện bù trừ "
                        "“%(event)s”.",
                        who=label(activity),
                        event=label(event),
                    ),
                    say("Kéo công việc bù trừ về cạnh công việc mà nó hoàn tác."),
                )


def edge_outgoing(definitions: Definitions) -> Iterator[Problem]:
    """No sequence flow leaves a compensation event on an edge: undoing is not part of the flow.

    Không có luồng đi ra từ sự kiện biên bù trừ; việc hoàn tác nối bằng đường liên kết.

    BPMN 2.0.2, 10.5.4, 10.7.1
    """
    for event in edges(definitions):
        if out_of(definitions, event):
            yield problem(
                event,
                say("Có luồng đi ra từ sự kiện bù trừ “%(who)s”.", who=label(event)),
                say("Xóa luồng và nối bằng đường liên kết (association) tới công việc bù trừ."),
            )


def edge_twice(definitions: Definitions) -> Iterator[Problem]:
    """An activity is undone in one way: it has one compensation event at most.

    Mỗi công việc chỉ có một cách hoàn tác: nhiều nhất một sự kiện biên bù trừ.

    BPMN 2.0.2, 10.7.1
    """
    seen: dict[etree._Element, etree._Element] = {}
    for event in edges(definitions):
        host = definitions.resolve(event, event.get("attachedToRef"))
        if host is not None and seen.setdefault(host, event) is not event:
            yield problem(
                event,
                say("“%(host)s” có hai sự kiện bù trừ trên cạnh.", host=label(host)),
                say("Giữ một sự kiện; gộp các việc hoàn tác vào một quy trình con bù trừ."),
            )


def handler_at_top(definitions: Definitions) -> Iterator[Problem]:
    """An event sub-process for compensation stands in a sub-process, whose work it undoes.

    Quy trình con bù trừ (kích hoạt bởi sự kiện bù trừ) đặt bên trong một quy trình con, để hoàn
    tác quy trình con đó khi nó đã xong; ở cấp ngoài cùng thì không có ai yêu cầu.

    BPMN 2.0.2, 10.3.5, 10.7.1
    """
    called = {
        definitions.resolve(call, call.get("calledElement"))
        for call in definitions.all("callActivity")
    }
    for event in definitions.all("startEvent"):
        handler = event.getparent()
        if handler is None or not is_handler(handler) or not is_run(event):
            continue
        level = level_of(handler)
        if level is None or local(level) != "process" or level in called:
            continue
        if UNDO in kinds(definitions, event):
            yield problem(
                handler,
                say(
                    "Quy trình con bù trừ “%(who)s” nằm ở cấp ngoài cùng của quy trình nên không "
                    "bao giờ được yêu cầu.",
                    who=label(handler),
                ),
                say("Đặt nó vào bên trong quy trình con mà nó hoàn tác."),
            )


RULES: tuple[Rule[Definitions], ...] = (
    error("compensation-activity-flows", undoing_flows),
    error("compensation-activity-unwired", undoing_unwired),
    error("compensation-event-wired", edge_wired_once),
    error("compensation-target", edge_target),
    error("compensation-level", edge_level),
    error("compensation-event-outgoing", edge_outgoing),
    error("compensation-twice", edge_twice),
    warning("compensation-handler-at-top", handler_at_top),
)
