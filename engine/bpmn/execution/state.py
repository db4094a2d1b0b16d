"""The state text of a case: its tokens in a small versioned envelope, without the drawing.

Kept are the tasks that wait, and for each what it came from where that matters (the flow a join
counts, the contest a wait can win). Everything finished is the journal's matter, so the text stays
some hundred bytes however often the drawing loops. Order is kept, it is the order of the tree.
"""
# mypy: disallow-subclassing-any=False

from __future__ import annotations

import json
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import expressions
from engine.bpmn.execution import behaviour, timers
from engine.bpmn.execution.specs import Spec
from engine.domain.errors import QuyTrinhError
from engine.domain.messages import say

_VERSION = 1
_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
_COMPRESSION = 6

#: One task as it is written: element, state, index of its parent (0: the root), token ("": none),
#: and of a timer in a later lap of its cycle, which.
_Row = tuple[str, int, int, str] | tuple[str, int, int, str, int]


class StateUnreadable(QuyTrinhError):
    """A state text of a version, or of a drawing, that this program does not know."""

    default = say("Không đọc được trạng thái lưu của hồ sơ.")


class ActEngine(PythonScriptEngine):
    """Evaluates conditions and decision tables over the data handed in for one act."""

    def __init__(self, spec: Spec, values: Mapping[str, object]) -> None:
        super().__init__()
        self._spec = spec
        self._values = dict(values)
        self.decided: dict[str, object] = {}

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> bool:  # noqa: ARG002
        return expressions.holds(expression, self._values)

    def decide(self, decision: str) -> None:
        results = self._spec.tables[decision].decide(self._values)
        self._values.update(results)
        self.decided.update(results)


class CaseWorkflow(BpmnWorkflow):
    """A case's task tree for the length of one act."""

    def __init__(
        self, spec: Spec, values: Mapping[str, object], issued: int = 0, **kwargs: Any
    ) -> None:
        self.ready: deque[Any] = deque()  # automatic tasks to run, in the order they became ready
        self.issued = issued  # tokens given out so far
        self.outcome: str | None = None  # the end event reached last on the main way
        super().__init__(
            spec.processes[spec.main], spec.processes, ActEngine(spec, values), **kwargs
        )

    def nests(self) -> Iterator[Any]:
        """The main process and all open nested ones, outer ones first."""
        yield self
        yield from (nested for nested in self.subprocesses.values() if not nested.completed)

    def token(self, task: Any) -> str:
        """The token of a task; tasks new in this act get the next number of the case."""
        if not isinstance(task.id, str):
            self.issued += 1
            return str(self.issued)
        return task.id


def live_tasks(workflow: CaseWorkflow) -> Iterator[Any]:
    """All tasks that are not finished, in the order of the tree."""
    for nest in workflow.nests():
        yield from nest.get_tasks(state=_LIVE, skip_subprocesses=True)


def dump(workflow: CaseWorkflow) -> tuple[bytes, list[tuple[str, Any]]]:
    """The state text, and the tasks of the tree that wait for people or timers, with tokens."""
    tokens: dict[Any, str] = {}  # task id -> token, of all live tasks
    waiting: list[tuple[str, Any]] = []
    nests: list[tuple[str, list[_Row]]] = []
    for nest in workflow.nests():
        live = nest.get_tasks(state=_LIVE, skip_subprocesses=True)
        for task in live:
            tokens[task.id] = workflow.token(task)
            waiting.append((tokens[task.id], task))
        host = nest.parent_task_id
        nests.append((tokens[host] if host is not None else "", _rows(live, tokens)))
    outcome = [workflow.outcome] if workflow.outcome and not workflow.completed else []
    content = [workflow.issued, nests, *outcome]
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return bytes([_VERSION]) + zlib.compress(body.encode(), _COMPRESSION), waiting


def _rows(live: list[Any], tokens: Mapping[Any, str]) -> list[_Row]:
    rows: list[_Row] = []
    origins: dict[Any, int] = {}
    for task in live:
        index, origin = 0, task.parent
        if _matters(task, origin):
            if origin.id not in origins:
                rows.append((origin.task_spec.name, origin.state, 0, ""))
                origins[origin.id] = len(rows)
            index = origins[origin.id]
        row = (task.task_spec.name, task.state, index, tokens[task.id])
        lap = timers.lap(task)
        rows.append(row if lap == 1 else (*row, lap))
    return rows


def _matters(task: Any, origin: Any) -> bool:
    """Whether what a waiting task came from must be remembered."""
    return isinstance(task.task_spec, behaviour.Joining) or isinstance(
        origin.task_spec, behaviour.Contest
    )


def load(spec: Spec, state: bytes, values: Mapping[str, object]) -> CaseWorkflow:
    """The tree of a state text, over the data of this act. Raises StateUnreadable."""
    if state[:1] != bytes([_VERSION]):
        raise StateUnreadable(
            say(
                "Trạng thái lưu của hồ sơ thuộc phiên bản %(found)s, chương trình này chỉ đọc được"
                " phiên bản %(known)s.",
                found=state[0] if state else say("rỗng"),
                known=_VERSION,
            )
        )
    try:
        issued, nests, *outcome = json.loads(zlib.decompress(state[1:]))
        workflow = CaseWorkflow(spec, values, issued, deserializing=True)
        workflow.outcome = outcome[0] if outcome else None
        for host, rows in nests:
            _restore(workflow, host, rows)
    except (zlib.error, ValueError, TypeError, KeyError, IndexError) as error:
        raise StateUnreadable() from error
    workflow.completed = not nests[0][1]
    return workflow


def _restore(workflow: CaseWorkflow, host: str, rows: list[list[Any]]) -> None:
    nest = workflow if host == "" else _nested(workflow, host)
    root = Task(nest, nest.spec.start, state=TaskState.COMPLETED)
    nest.task_tree = root
    tasks = [root]
    for name, state, origin, token, *lap in rows:
        element = nest.spec.task_specs[name]
        task = Task(nest, element, tasks[origin], state=state, id=token or None)
        if lap:
            timers.set_lap(task, lap[0])
        tasks.append(task)


def _nested(workflow: CaseWorkflow, host: str) -> Any:
    task = workflow.get_task_from_id(host)
    spec = workflow.subprocess_specs[task.task_spec.spec]
    nest = BpmnSubWorkflow(spec, parent_task_id=host, top_workflow=workflow, deserializing=True)
    nest.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
    workflow.subprocesses[host] = nest
    return nest
