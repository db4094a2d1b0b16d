"""What became of the elements of a case's drawings: its own, and the parts that it calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from engine.bpmn.execution.specs import Spec
from engine.bpmn.model import Drawing, Kind
from engine.domain.states import CaseState, TaskState, TimerState
from engine.persistence.tables import CaseRow, TaskRow, TimerRow

Marks = dict[str, str]

#: Where a part has elements of several kinds, its call is marked as the first of these.
_WEIGHTY = ("overdue", "current", "waiting", "done")


def marks_of(
    spec: Spec,
    case: CaseRow,
    tasks: Sequence[TaskRow],
    timers: Iterable[TimerRow],
    now: datetime,
) -> dict[str, Marks]:
    """By process, element id → done | current | overdue | waiting; the case's own process first.

    Of several rounds the last one counts (`tasks` are in order of opening). A step without a
    deadline goes by the case's, unless the clock stands still. A part that was entered stands
    under its process, and what calls it is marked as the part stands.
    """
    marks: dict[str, Marks] = {spec.main: {}}
    promised = None if case.state == CaseState.PAUSED else case.due_at
    for task in tasks:
        if task.state == TaskState.OPEN:
            due_at = task.due_at or promised
            late = due_at is not None and due_at < now
            marks.setdefault(task.process, {})[task.element] = "overdue" if late else "current"
        elif task.state == TaskState.DONE:
            marks.setdefault(task.process, {})[task.element] = "done"
    for timer in timers:
        if timer.state != TimerState.WITHDRAWN:
            mark = "done" if timer.state == TimerState.FIRED else "waiting"
            marks.setdefault(timer.process, {})[timer.element] = mark
    _mark_calls(spec, spec.main, marks, tasks)
    if case.outcome:
        marks[spec.main][case.outcome] = "done"
    return marks


def _mark_calls(
    spec: Spec, process: str, marks: dict[str, Marks], tasks: Sequence[TaskRow]
) -> None:
    """Marks the calls of a process, those of the parts that it calls before itself."""
    drawing = spec.drawings[process]
    calls: dict[str, list[str]] = {}
    for node in drawing.nodes.values():
        if node.kind is Kind.CALL_ACTIVITY and node.called:
            calls.setdefault(node.called, []).append(node.id)
    for part, callers in calls.items():
        _mark_calls(spec, part, marks, tasks)
        inside = set(marks.get(part, {}).values())
        if inside:
            entered = _entered(drawing, part, callers, tasks)
            stands = next(mark for mark in _WEIGHTY if mark in inside)
            mine = marks.setdefault(process, {})
            mine.update(dict.fromkeys(entered[:-1], "done"))
            mine[entered[-1]] = stands


def _entered(
    drawing: Drawing, part: str, callers: Sequence[str], tasks: Sequence[TaskRow]
) -> list[str]:
    """Which calls of a part were entered, the present one last.

    Of several calls it is the next one behind the step that came before.
    """
    if len(callers) == 1:
        return list(callers)
    entered, before = [], ""
    for task in tasks:
        if task.process == drawing.key:
            before = task.element
        elif task.process == part:
            entered.append(_next(drawing, before, callers))
    return list(dict.fromkeys(reversed(entered)))[::-1] or [callers[0]]


def _next(drawing: Drawing, element: str, callers: Sequence[str]) -> str:
    """The nearest of the calls behind an element, along the flows."""
    seen, edge = {element}, [element]
    while edge:
        found = [one for one in edge if one in callers]
        if found:
            return found[0]
        behind = [flow.target for flow in drawing.flows.values() if flow.source in edge]
        edge = list(dict.fromkeys(one for one in behind if one not in seen))
        seen.update(edge)
    return callers[0]


def parts_entered(spec: Spec, marks: Mapping[str, Marks]) -> list[Drawing]:
    """The called drawings in which something happened, in the order in which it did."""
    return [spec.drawings[process] for process in marks if process != spec.main and marks[process]]
