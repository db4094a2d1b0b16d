"""The acts on a case's tokens: start, complete a piece of work, fire a timer.

Each is a function of (spec, state, data) to the Advance it caused. The state is a value: when an
act fails it raises, and nothing has changed anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import behaviour, timers
from engine.bpmn import state as states
from engine.bpmn.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.model import Kind
from engine.bpmn.specs import Spec
from engine.domain.errors import ExecutionFailed, TaskClosed
from engine.domain.messages import say

#: Elements that one act may run through without anybody working: beyond it, the drawing circles.
MAX_AUTOMATIC = 500


def start(spec: Spec, data: Mapping[str, object]) -> Advance:
    """A new case, brought to its first work. Raises ExecutionFailed."""
    workflow = states.CaseWorkflow(spec, data)
    return _run(spec, workflow, [], before={}, done=None)


def complete(spec: Spec, state: bytes, data: Mapping[str, object], token: str) -> Advance:
    """The case after the work of `token` was done; `data` already holds what it submitted.

    Raises TaskClosed when no such work is open, ExecutionFailed when the drawing cannot go on.
    """
    workflow = states.load(spec, state, data)
    before = _open(workflow)
    task = before.get(token)
    if task is None or not task.task_spec.manual:
        raise TaskClosed()
    task.run()
    return _run(spec, workflow, [_place(task)], before, token)


def fire(spec: Spec, state: bytes, data: Mapping[str, object], token: str) -> Advance:
    """The case after the timer of `token` fired. Raises as `complete` does."""
    workflow = states.load(spec, state, data)
    before = _open(workflow)
    task = before.get(token)
    if task is None or not timers.is_timer(task.task_spec):
        raise TaskClosed()
    timers.fire(task)
    return _run(spec, workflow, [], before, token)


def waiting(spec: Spec, state: bytes) -> tuple[tuple[OpenedWork, ...], tuple[OpenedTimer, ...]]:
    """The works and timers that a state text says are open."""
    return _sorted_out(_open(states.load(spec, state, {})))


def _run(
    spec: Spec,
    workflow: states.CaseWorkflow,
    passed: list[tuple[str, str]],
    before: Mapping[str, Any],
    done: str | None,
) -> Advance:
    """Runs what needs nobody, and says what has changed since `before`."""
    _run_automatic(workflow, passed)
    state, live = states.dump(workflow)
    after = {token: task for token, task in live if _is_open(task)}
    if not after and not workflow.completed:
        raise _stuck(live)
    works, waits = _sorted_out({t: task for t, task in after.items() if t not in before})
    return Advance(
        state=state,
        opened=works,
        timers=waits,
        withdrawn=frozenset(before.keys() - after.keys() - {done}),
        passed=tuple(passed),
        decided=workflow.script_engine.decided,
        finished=workflow.completed,
        outcome=_outcome(spec, passed) if workflow.completed else None,
    )


def _run_automatic(workflow: states.CaseWorkflow, passed: list[tuple[str, str]]) -> None:
    steps = 0
    while workflow.ready:
        task = workflow.ready.popleft()
        if task.state != TaskState.READY:
            continue  # withdrawn, or run already, since it became ready
        steps += 1
        if steps > MAX_AUTOMATIC:
            raise ExecutionFailed(
                task.task_spec.bpmn_id or task.task_spec.name,
                say(
                    "Quy trình chạy vòng không dứt qua “%(element)s” mà không chờ ai thực hiện.",
                    element=task.task_spec.bpmn_name or task.task_spec.name,
                ),
            )
        task.run()
        if task.task_spec.bpmn_id:
            passed.append(_place(task))


def _stuck(live: list[tuple[str, Any]]) -> ExecutionFailed:
    """Nothing is open and the case is not at its end: tokens wait at joins for ever."""
    joins = [task.task_spec for _, task in live if isinstance(task.task_spec, behaviour.Joining)]
    where = next(iter(joins), None)
    return ExecutionFailed(
        where.name if where else "",
        say(
            "Hồ sơ kẹt tại “%(element)s”: cổng này chờ một nhánh không bao giờ tới.",
            element=(where.bpmn_name or where.name) if where else "",
        ),
    )


def _place(task: Any) -> tuple[str, str]:
    """The (drawing, element) where a task stands."""
    return task.workflow.spec.drawing, task.task_spec.bpmn_id


def _outcome(spec: Spec, passed: list[tuple[str, str]]) -> str | None:
    """The end event of the case's own drawing that was reached last."""
    nodes = spec.drawing(spec.main).nodes
    for process, element in reversed(passed):
        node = nodes[element] if process == spec.main else None
        if node is not None and node.kind is Kind.END and node.parent is None:
            return element
    return None


def _is_open(task: Any) -> bool:
    """Whether a live task waits for people or for its timer (not at a join, nor for a process)."""
    return bool(task.task_spec.manual) or timers.is_timer(task.task_spec)


def _open(workflow: states.CaseWorkflow) -> dict[str, Any]:
    """Restored tasks that wait for people or timers, by token, in the order of the tree."""
    return {task.id: task for task in states.live_tasks(workflow) if _is_open(task)}


def _sorted_out(
    tasks: Mapping[str, Any],
) -> tuple[tuple[OpenedWork, ...], tuple[OpenedTimer, ...]]:
    works = tuple(
        OpenedWork(t, *_place(task)) for t, task in tasks.items() if task.task_spec.manual
    )
    waits = tuple(
        OpenedTimer(t, *_place(task)) for t, task in tasks.items() if not task.task_spec.manual
    )
    return works, waits
