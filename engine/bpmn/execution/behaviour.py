"""How the elements of our dialect behave inside SpiffWorkflow's task tree.

Three things differ from the stock elements, each because of a trap seen by running them:

- nothing is predicted. SpiffWorkflow adds every possible future to the tree; through parallel
  blocks that multiplies to thousands of tasks. Here a task's children come into being when the
  task completes, so the tree holds tokens and the way they came, nothing else;
- joins count the tokens that wait at them, flow by flow, and look at no history. So finished
  parts of the tree may be forgotten, and loops through joins work;
- alternatives (boundary events, event-based gateways) are one rule: the first to finish
  withdraws its rivals.

And one thing is added: an event sub-process. The timer that begins it waits in the scope it
watches, from the scope's beginning to its end, and does not keep the scope open.
"""
# mypy: disallow-subclassing-any=False

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from SpiffWorkflow.bpmn.specs import control, defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskIterator, TaskState

from engine.bpmn.execution import timers
from engine.domain.errors import BadDecision, BadExpression, ExecutionFailed
from engine.domain.messages import say


class Element(TaskSpec):
    """What all our elements share: no prediction, a queue for automatic ones, rivals withdrawn."""

    shown = ""  # the id that people know it by; none for what SpiffWorkflow needs for itself

    def _predict(self, *_args: object, **_kwargs: object) -> None:
        """Predicts nothing (see the module's docstring)."""

    def test(self) -> None:
        """The structure is checked when the drawing is read; not again at each step."""

    def _on_ready_hook(self, my_task: Any) -> None:
        super()._on_ready_hook(my_task)
        if not self.manual:
            my_task.workflow.top_workflow.ready.append(my_task)

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        contest = my_task.parent.task_spec if my_task.parent is not None else None
        if isinstance(contest, Contest):
            contest.withdraw_rivals(my_task)
        if not my_task._children:
            my_task._sync_children(self.outputs, TaskState.FUTURE)


class Start(Element, control.BpmnStartTask):
    """SpiffWorkflow's own root, before the drawn start event."""


class EndJoin(Element, control._EndJoin):
    """SpiffWorkflow's own gathering of all ends; then nothing is left to watch."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        tree = my_task.workflow.task_tree
        return all(
            task is my_task or isinstance(task.task_spec, TimerStart)
            for task in TaskIterator(tree, state=TaskState.NOT_FINISHED_MASK, end_at_spec=self.name)
        )

    def _run_hook(self, my_task: Any) -> bool:
        withdraw(task for task in scope_of(my_task) if isinstance(task.task_spec, TimerStart))
        return bool(super()._run_hook(my_task))


class End(Element, control.SimpleBpmnTask):
    """SpiffWorkflow's own last task."""


class StartEvent(Element, defaults.StartEvent):
    pass


class EndEvent(Element, defaults.EndEvent):
    pass


class TerminateEnd(EndEvent):
    """Ends everything else in its scope with it."""

    def _on_complete_hook(self, my_task: Any) -> None:
        withdraw(task for task in scope_of(my_task) if task is not my_task)
        super()._on_complete_hook(my_task)


class Passing(Element, BpmnSpecMixin):
    """Hands its token on."""


class UserTask(Element, defaults.UserTask):
    """Waits for a person."""


class ReceiveTask(Element, defaults.ManualTask):
    """Waits for a person to mark what came from outside; no message is ever correlated."""


class TimerCatch(Element, defaults.IntermediateCatchEvent):
    """Waits for its timer to be fired."""


class Cyclic(Element):
    """A timer that may wait again beside what it began."""

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        timers.open_next_lap(my_task)


class TimerBoundary(Cyclic, defaults.BoundaryEvent):
    """Waits beside an activity for its timer to be fired."""


class TimerStart(Cyclic, defaults.IntermediateCatchEvent):
    """Waits beside everything in its scope; once fired, its event sub-process follows."""

    def __init__(self, wf_spec: Any, name: str, *, interrupting: bool, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.interrupting = interrupting

    def _on_complete_hook(self, my_task: Any) -> None:
        if self.interrupting:
            withdraw(task for task in scope_of(my_task) if task is not my_task)
        super()._on_complete_hook(my_task)


def scope_of(my_task: Any) -> list[Any]:
    """Everything unfinished in the (sub-)process where a task stands."""
    return [
        task
        for task in my_task.workflow.tasks.values()
        if task.has_state(TaskState.NOT_FINISHED_MASK)
    ]


def withdraw(tasks: Iterable[Any]) -> None:
    """Ends waits and work without their being done; what nests in them with them."""
    for task in list(tasks):
        task.cancel()


class RuleTask(Element, BpmnSpecMixin):
    """Runs a decision table and hands its results to the act."""

    def __init__(self, wf_spec: Any, name: str, decision: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: Any) -> bool:
        try:
            my_task.workflow.script_engine.decide(self.decision)
        except (BadDecision, BadExpression) as error:
            raise ExecutionFailed(self.shown, error.message) from error
        return bool(super()._run_hook(my_task))


class Conditional(Element):
    """A gateway with conditions on its ways out."""

    def ways(self, my_task: Any) -> Iterator[str]:
        """Targets whose condition holds, in drawn order; without any, those that ask for none."""
        nothing_held = True
        for condition, target in self.cond_task_specs:
            if condition is not None and self._holds(condition, my_task):
                nothing_held = False
                yield target
        if nothing_held:
            yield from (target for condition, target in self.cond_task_specs if condition is None)

    def _holds(self, condition: Any, my_task: Any) -> bool:
        try:
            return bool(condition._matches(my_task))
        except BadExpression as error:
            raise ExecutionFailed(
                self.shown,
                say(
                    "Không tính được điều kiện “%(condition)s” tại “%(element)s”: %(reason)s",
                    condition=condition.args[0],
                    element=self.bpmn_name or self.shown,
                    reason=str(error),
                ),
            ) from error

    def go(self, my_task: Any, targets: list[str]) -> None:
        if not targets:
            raise ExecutionFailed(
                self.shown,
                say(
                    "Không có lối đi nào phù hợp tại “%(element)s”: mọi điều kiện đều sai.",
                    element=self.bpmn_name or self.shown,
                ),
            )
        specs = [self._wf_spec.task_specs[name] for name in targets]
        my_task._sync_children(specs, TaskState.FUTURE)


class ExclusiveGateway(Conditional, defaults.ExclusiveGateway):
    """The first way whose condition holds; without one, the default."""

    def _run_hook(self, my_task: Any) -> bool:
        self.go(my_task, list(islice(self.ways(my_task), 1)))
        return True


class Joining(Element):
    """An element where tokens of several flows wait for each other.

    Each waiting task of this element is one token, on the flow from its parent's element.
    """

    def tokens(self, my_task: Any) -> dict[str, list[Any]]:
        """Waiting tokens by the element they came from, oldest first; `my_task` included."""
        found: dict[str, list[Any]] = {}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and (task is my_task or task.state == TaskState.WAITING):
                found.setdefault(task.parent.task_spec.name, []).append(task)
        return found

    def wanted(self) -> dict[str, int]:
        """How many flows come from each element before this one."""
        return dict(Counter[str](self._inputs))

    def may_go(self, tokens: dict[str, list[Any]]) -> bool:
        raise NotImplementedError

    def _update_hook(self, my_task: Any) -> bool:
        """Waits, or takes one token of each flow and lets `my_task` go on for all of them."""
        tokens = self.tokens(my_task)
        if not self.may_go(tokens):
            my_task._set_state(TaskState.WAITING)
            return False
        mine = my_task.parent.task_spec.name
        for source, wanted in self.wanted().items():
            waiting = [task for task in tokens.get(source, ()) if task is not my_task]
            for task in waiting[: wanted - (source == mine)]:
                task.cancel()
        return True


class ParallelGateway(Joining, defaults.ParallelGateway):
    """Goes on when every incoming flow holds a token; out on all flows."""

    def may_go(self, tokens: dict[str, list[Any]]) -> bool:
        return all(len(tokens.get(source, ())) >= n for source, n in self.wanted().items())

    def _run_hook(self, my_task: Any) -> bool:
        return bool(TaskSpec._run_hook(self, my_task))


class InclusiveGateway(Joining, Conditional, defaults.InclusiveGateway):
    """Goes on when no token elsewhere can still reach an empty incoming flow (BPMN 2.0, 13.4.3)."""

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self._reaching: dict[str, frozenset[str]] = {}

    def note_reach(self) -> None:
        """Works out, once per drawing, from which elements each incoming flow can be reached."""
        for source in self._inputs:
            reaching, front = {source}, [source]
            while front:
                for before in self._wf_spec.task_specs[front.pop()]._inputs:
                    if before != self.name and before not in reaching:
                        reaching.add(before)
                        front.append(before)
            self._reaching[source] = frozenset(reaching)

    def may_go(self, tokens: dict[str, list[Any]]) -> bool:
        if len(self._inputs) == 1:
            return True
        filled = frozenset().union(*(self._reaching[source] for source in tokens))
        empty = frozenset().union(
            *(self._reaching[source] for source in self._inputs if source not in tokens)
        )
        anywhere = next(iter(tokens.values()))[0].workflow.tasks.values()
        return not any(
            task.has_state(TaskState.NOT_FINISHED_MASK)
            and task.task_spec is not self
            and task.task_spec.name in empty
            and task.task_spec.name not in filled
            for task in anywhere
        )

    def _run_hook(self, my_task: Any) -> bool:
        self.go(my_task, list(self.ways(my_task)))
        return True


class Contest(Element, control.SimpleBpmnTask):
    """Puts several waits side by side of which one may end the others."""

    def ends_the_others(self, winner: Any) -> bool:
        """Whether the end of `winner` (an element) ends the waits beside it."""
        raise NotImplementedError

    def withdraw_rivals(self, winner: Any) -> None:
        if not self.ends_the_others(winner.task_spec):
            return
        rivals = winner.parent.children
        withdraw(
            rival
            for rival in rivals
            if rival is not winner and rival.has_state(TaskState.NOT_FINISHED_MASK)
        )


class Attachment(Contest):
    """An activity beside its boundary events."""

    def ends_the_others(self, winner: Any) -> bool:
        """The activity ends the wait of all its events; an event ends all when interrupting."""
        return not isinstance(winner, TimerBoundary) or bool(winner.cancel_activity)


class EventBasedGateway(Contest, BpmnSpecMixin):
    """The first of the following waits to end decides the way."""

    def ends_the_others(self, winner: Any) -> bool:  # noqa: ARG002 - whichever it is
        return True


class Nested(Element):
    """An activity that holds another process."""

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        super()._on_subworkflow_completed(subworkflow, my_task)
        my_task.workflow.top_workflow.ready.append(my_task)


class SubProcess(Nested, defaults.SubWorkflowTask):
    pass


class CallActivity(Nested, defaults.CallActivity):
    pass


class ProcessSpec(BpmnProcessSpec):
    """A process in SpiffWorkflow's form; `drawing` is the key of the drawing it stands in."""

    def __init__(self, name: str, drawing: str) -> None:
        super().__init__(name=name)
        self.drawing = drawing
        self.task_specs.clear()  # the stock root and ends, replaced by ours
        self.start = Start(self, "Start")
        self.end = EndJoin(self, f"{name}.EndJoin")
        self.end.connect(End(self, "End"))


__all__ = [
    "Attachment",
    "CallActivity",
    "EndEvent",
    "EventBasedGateway",
    "ExclusiveGateway",
    "InclusiveGateway",
    "ParallelGateway",
    "Passing",
    "ProcessSpec",
    "ReceiveTask",
    "RuleTask",
    "StartEvent",
    "SubProcess",
    "TerminateEnd",
    "TimerBoundary",
    "TimerCatch",
    "TimerStart",
    "UserTask",
]
