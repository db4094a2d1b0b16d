"""Every loop-free way through a drawing, from its start to one of its ends.

A way visits no element twice, so returns and second rounds are left out. Branches that run beside
each other are ways of their own: they take their time together, not one after the other. What a
timer begins that interrupts nothing is more work, and on no way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn import feasibility
from engine.bpmn.branches import handlers
from engine.bpmn.feasibility import Domains, Requirement
from engine.bpmn.model import CHOOSING, HUMAN, SCOPES, Drawing, Flow, Kind, Node
from engine.domain.durations import parse_alternatives
from engine.domain.errors import BadDuration
from engine.ports import Form

#: Ways, and steps taken in the search for them, before it is given up as endless.
MAX_PATHS = 1_000
_MAX_STEPS = 20_000  # Quy trình 02 takes some 200
_MAX_LENGTH = 400  # elements of one way in one drawing; no procedure comes near it


@dataclass(frozen=True)
class Passed:
    """An element that is gone through."""

    process: str
    node: Node


@dataclass(frozen=True)
class Taken:
    """A way taken where there were several."""

    process: str
    flow: Flow


Step = Passed | Taken


@dataclass(frozen=True)
class Path:
    """A loop-free way; `outcome` is the id of the end event it reaches."""

    steps: tuple[Step, ...]

    @property
    def passed(self) -> tuple[Passed, ...]:
        return tuple(step for step in self.steps if isinstance(step, Passed))

    @property
    def elements(self) -> tuple[tuple[str, str], ...]:
        return tuple((step.process, step.node.id) for step in self.passed)

    @property
    def flows(self) -> tuple[Flow, ...]:
        return tuple(step.flow for step in self.steps if isinstance(step, Taken))

    @property
    def outcome(self) -> str:
        return self.passed[-1].node.id


class _TooMany(Exception):
    """The search met its bound."""


class Explorer:
    """Finds the ways through a drawing, and what their conditions leave possible.

    `called` are the called drawings by key (a call of one that is missing counts as one element);
    `form` gives the forms by name: with them, a variable that no work on the way sets is known to
    be null. `facts` are what the engine itself knows (`kenh`, `lan_thu`).
    """

    def __init__(
        self,
        drawing: Drawing,
        called: Mapping[str, Drawing] | None = None,
        form: Callable[[str], Form | None] | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        self.drawing = drawing
        self.drawings = {**(called or {}), drawing.key: drawing}
        self.facts = dict(facts or {})
        self._form = form
        self._domains = Domains()
        self._steps_left = _MAX_STEPS
        for each in self.drawings.values():
            for condition in _conditions(each):
                self._domains.learn(condition)

    # --- finding ----------------------------------------------------------------------------

    def paths(self) -> tuple[tuple[Path, ...], bool]:
        """(the ways whose conditions can hold together, whether these are all of them)."""
        found: list[Path] = []
        self._steps_left = _MAX_STEPS
        try:
            for steps in self._scope(self.drawing, None, (self.drawing.key,)):
                path = Path(steps)
                if not self.allows(path, ()):
                    continue
                if len(found) == MAX_PATHS:
                    raise _TooMany
                found.append(path)
        except _TooMany:
            return tuple(found), False
        return tuple(found), True

    def _scope(
        self, drawing: Drawing, parent: str | None, stack: tuple[str, ...]
    ) -> Iterator[tuple[Step, ...]]:
        """The ways through a drawing (parent None) or one of its sub-processes."""
        for node in drawing.nodes.values():
            if node.kind is Kind.START and node.parent == parent:
                yield from self._from(drawing, node, frozenset({node.id}), stack)
        for trigger in handlers(drawing, parent):
            if trigger.interrupting:  # it takes the place of the whole scope
                yield from self._from(drawing, trigger, frozenset({trigger.id}), stack)

    def _from(
        self, drawing: Drawing, node: Node, seen: frozenset[str], stack: tuple[str, ...]
    ) -> Iterator[tuple[Step, ...]]:
        self._steps_left -= 1
        if self._steps_left < 0 or len(seen) > _MAX_LENGTH:
            raise _TooMany
        for before, leaving in self._through(drawing, node, stack):
            if not leaving.outgoing:
                yield before
            for key in leaving.outgoing:
                flow = drawing.flows[key]
                if flow.target in seen:
                    continue
                taken = (Taken(drawing.key, flow),) if len(leaving.outgoing) > 1 else ()
                target = drawing.nodes[flow.target]
                for rest in self._from(drawing, target, seen | {flow.target}, stack):
                    yield (*before, *taken, *rest)

    def _through(
        self, drawing: Drawing, node: Node, stack: tuple[str, ...]
    ) -> Iterator[tuple[tuple[Step, ...], Node]]:
        """The ways over one element, with the element they leave from.

        An activity may be left over a boundary event that interrupts it instead of being done.
        """
        own = Passed(drawing.key, node)
        for inside in self._inside(drawing, node, stack):
            yield (*inside, own), node
        for event in drawing.nodes.values():
            if event.attached_to == node.id and event.interrupting:
                yield (Passed(drawing.key, event),), event

    def _inside(
        self, drawing: Drawing, node: Node, stack: tuple[str, ...]
    ) -> Iterator[tuple[Step, ...]]:
        called = self.drawings.get(node.called or "") if node.kind is Kind.CALL_ACTIVITY else None
        if called is not None and called.key not in stack:
            yield from self._scope(called, None, (*stack, called.key))
        elif node.kind is Kind.SUB_PROCESS:
            yield from self._scope(drawing, node.id, stack)
        else:
            yield ()

    # --- judging ----------------------------------------------------------------------------

    def allows(self, path: Path, further: tuple[tuple[str, bool], ...]) -> bool:
        """Whether the conditions on the way, and `further` ones at its end, can hold together."""
        requirements, versions = self._requirements(path)
        requirements += [self._requirement(text, what, versions) for text, what in further]
        variables = {v: n for r in requirements for n, v in r.variables.items()}
        domains = {v: self._values(path, name, v) for v, name in variables.items()}
        return feasibility.possible(requirements, domains)

    def _requirements(self, path: Path) -> tuple[list[Requirement], dict[str, int]]:
        requirements: list[Requirement] = []
        versions: dict[str, int] = {}  # name -> how often it was answered so far
        for step in path.steps:
            if isinstance(step, Passed):
                for name in self._sets(step.node):
                    versions[name] = versions.get(name, 0) + 1
                continue
            for condition, expected in _required(self.drawings[step.process], step.flow):
                requirements.append(self._requirement(condition, expected, versions))
        return requirements, versions

    def _requirement(
        self, condition: str, expected: bool, versions: Mapping[str, int]
    ) -> Requirement:
        names = feasibility.names_of(condition)
        return Requirement(condition, expected, {n: f"{n}#{versions.get(n, 0)}" for n in names})

    def _sets(self, node: Node) -> frozenset[str]:
        form = self._form_of(node)
        return form.names if form is not None else frozenset()

    def _form_of(self, node: Node) -> Form | None:
        if self._form is None or node.form is None or node.kind not in HUMAN:
            return None
        return self._form(node.form)

    def _values(self, path: Path, name: str, variable: str) -> tuple[object, ...]:
        """What a variable may be, at the place of the way where it is read."""
        if name in self.facts:
            return (self.facts[name],)
        if self._form is None:
            return self._domains.of(name)
        if variable.endswith("#0") and not self._sets_in_secret(path):
            return (None,)
        for step in path.passed:
            form = self._form_of(step.node)
            answers = form.answers(name) if form is not None and name in form.names else None
            if answers is not None:
                return (None, *answers)
        return self._domains.of(name)

    def _sets_in_secret(self, path: Path) -> bool:
        """Whether something sets variables that no form on the way names.

        Decision tables do; and where a timer cut a scope short, so may what was done inside it.
        """
        return any(
            step.node.kind is Kind.RULE_TASK or self._cuts_short(step) for step in path.passed
        )

    def _cuts_short(self, step: Passed) -> bool:
        host = self.drawings[step.process].nodes.get(step.node.attached_to or "")
        holds = host is not None and host.kind in SCOPES | {Kind.CALL_ACTIVITY}
        return step.node.kind is Kind.TIMER_START or holds


def _required(drawing: Drawing, flow: Flow) -> Iterator[tuple[str, bool]]:
    """What must hold for `flow` to be taken: (condition, true or false)."""
    gateway = drawing.nodes[flow.source]
    if gateway.kind not in CHOOSING:
        return
    others = [drawing.flows[key] for key in gateway.outgoing if key != flow.id]
    otherwise = flow.condition is None or flow.id == gateway.default_flow
    if otherwise and not (gateway.kind is Kind.INCLUSIVE and flow.id != gateway.default_flow):
        yield from ((other.condition, False) for other in others if other.condition is not None)
        return
    if flow.condition is not None:
        yield flow.condition, True
    if gateway.kind is Kind.EXCLUSIVE:  # the first way that holds is taken
        earlier = gateway.outgoing[: gateway.outgoing.index(flow.id)]
        for other in others:
            if other.id in earlier and other.id != gateway.default_flow and other.condition:
                yield other.condition, False


def _conditions(drawing: Drawing) -> Iterator[str]:
    """Every condition drawn: of flows, durations and terms."""
    yield from (flow.condition for flow in drawing.flows.values() if flow.condition)
    texts = [node.due for node in drawing.nodes.values() if node.due]
    texts += [node.timer for node in drawing.nodes.values() if node.timer]
    texts += [v for k, v in drawing.properties.items() if k.startswith("legal_term")]
    for text in texts:
        try:
            alternatives = parse_alternatives(text)
        except BadDuration:
            continue  # the checks name it; it teaches nothing here
        yield from (each.condition for each in alternatives if each.condition)
