"""The acts on a case's tokens: start, complete a piece of work, fire a timer.

Each is a function of (spec, state, data) to the Advance it caused. The state is a value: when an
act fails it raises, and nothing has changed anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import expressions
from engine.bpmn.execution import behaviour, timers
from engine.bpmn.execution import state as states
from engine.bpmn.execution.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.execution.specs import Spec
from engine.bpmn.ways.branches import ends_the_case
from engine.domain.durations import choose, parse_alternatives
from engine.domain.errors import BadDuration, BadExpression, ExecutionFailed, TaskClosed
from engine.domain.messages import say
from engine.domain.timing import Timing, parse_cycle

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
    timers.fire(task, again=_goes_on(spec, task, data))
    return _run(spec, workflow, [], before, token)


def _goes_on(spec: Spec, task: Any, data: Mapping[str, object]) -> bool:
    """Whether a timer that fires waits for another lap of its cycle.

    Where the drawing's words cannot be read now, it does: that lap then has no moment, and its row
    says why. What this one begins is not held up.
    """
    node = spec.node(*_place(task))
    if node.timing is not Timing.CYCLE or node.interrupting or not node.timer:
        return False
    try:
        said = choose(parse_alternatives(node.timer), lambda when: expressions.holds(when, data))
        laps = parse_cycle(said).laps if said else None
    except (BadDuration, BadExpression):
        return True
    return laps is None or timers.lap(task) < laps


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
    workflow.outcome = _last_end(spec, passed, spec.outcomes) or workflow.outcome
    state, live = states.dump(workflow)
    after = {token: task for token, task in live if _is_open(task)}
    if not workflow.completed and not any(map(_leads_on, after.values())):
        raise _stuck(live)
    works, waits = _sorted_out({t: task for t, task in after.items() if t not in before})
    return Advance(
        state=state,
        opened=works,
        timers=waits,
        withdrawn=frozenset(before.keys() - after.keys() - {done}),
        passed=tuple(place for place in passed if spec.node(*place).drawn is None),
        decided=workflow.script_engine.decided,
        finished=workflow.completed,
        outcome=_outcome(spec, workflow, passed) if workflow.completed else None,
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
                task.task_spec.shown,
                say(
                    "Quy trình chạy vòng không dứt qua “%(element)s” mà không chờ ai thực hiện.",
                    element=task.task_spec.bpmn_name or task.task_spec.shown,
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
        where.shown if where else "",
        say(
            "Hồ sơ kẹt tại “%(element)s”: cổng này chờ một nhánh không bao giờ tới.",
            element=(where.bpmn_name or where.shown) if where else "",
        ),
    )


def _place(task: Any) -> tuple[str, str]:
    """The (drawing, element) where a task stands."""
    return task.workflow.spec.drawing, task.task_spec.bpmn_id


def _outcome(
    spec: Spec, workflow: states.CaseWorkflow, passed: list[tuple[str, str]]
) -> str | None:
    """What the case came to on its main way; only without one, the end of what ran beside it.

    Where no end event is drawn, it is the step after which nothing follows.
    """
    nodes = spec.drawing(spec.main).nodes
    end = workflow.outcome or _last_end(spec, passed, frozenset(nodes))
    return nodes[end].shown if end else None


def _last_end(spec: Spec, passed: list[tuple[str, str]], among: frozenset[str]) -> str | None:
    """The end event that was reached last of the case's own, those of its parts left out."""
    drawing = spec.drawing(spec.main)
    for process, element in reversed(passed):
        if process == spec.main and element in among and ends_the_case(drawing, element):
            return element
    return None


def _is_open(task: Any) -> bool:
    """Whether a live task waits for people or for its timer (not at a join, nor for a process)."""
    return bool(task.task_spec.manual) or timers.is_timer(task.task_spec)


def _leads_on(task: Any) -> bool:
    """Whether an open task can carry the case on: what merely watches it cannot."""
    return not isinstance(task.task_spec, behaviour.TimerStart)


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
        OpenedTimer(t, *_place(task), lap=timers.lap(task))
        for t, task in tasks.items()
        if not task.task_spec.manual
    )
    return works, waits
