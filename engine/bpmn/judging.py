"""What the conditions on a way leave possible, and the answers that lead along it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.bpmn import feasibility
from engine.bpmn.decision_tables import DecisionTable
from engine.bpmn.feasibility import Domains, Requirement, Ruling, Solution
from engine.bpmn.model import CHOOSING, HUMAN, SCOPES, Drawing, Flow, Kind, Node
from engine.bpmn.values import plain
from engine.bpmn.ways import Left, Passed, Path
from engine.domain.durations import parse_alternatives
from engine.domain.errors import BadDuration
from engine.ports import Form

#: What an element of a way answers: name → value.
Given = dict[str, object]


@dataclass
class _Read:
    """What a way asks of its variables."""

    requirements: list[Requirement] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)  # name -> how often it was answered
    setters: dict[str, tuple[int, str]] = field(default_factory=dict)  # variable -> place, name
    ruled: dict[int, Ruling] = field(default_factory=dict)  # place of a rule task -> its ruling

    def variable(self, name: str) -> str:
        return f"{name}#{self.versions.get(name, 0)}"

    def requirement(self, condition: str, expected: bool) -> Requirement:
        names = feasibility.names_of(condition)
        return Requirement(condition, expected, {name: self.variable(name) for name in names})

    def answered(self, name: str, place: int) -> None:
        """From here on the name stands for another variable."""
        self.versions[name] = self.versions.get(name, 0) + 1
        self.setters[self.variable(name)] = (place, name)


class Judge:
    """Judges ways through some drawings; the arguments are those of paths.Explorer."""

    def __init__(
        self,
        drawings: Mapping[str, Drawing],
        form: Callable[[str], Form | None] | None,
        facts: Mapping[str, object],
        table: Callable[[str], DecisionTable | None] | None,
    ) -> None:
        self._drawings = drawings
        self._form = form
        self._facts = facts
        self._table = table
        self._domains = Domains()
        for drawing in drawings.values():
            for condition in _conditions(drawing):
                self._domains.learn(condition)
            for node in drawing.nodes.values():
                found = self._table_of(node)
                for case in found.cases() if found else ():
                    for condition, _ in case.required:
                        self._domains.learn(condition)

    def allows(self, path: Path, further: Sequence[tuple[str, bool]] = ()) -> bool:
        """Whether the conditions on the way, and `further` ones at its end, can hold together."""
        return self._solved(path, self._read(path), further) is not None

    def answers(self, path: Path) -> tuple[Given, ...] | None:
        """What each passed element answers so that a dossier takes this way; None: none does.

        Only what the conditions of the way ask for: every other answer is the form's own.
        """
        return self._answers(path, {})

    def rulings(self, path: Path) -> Iterator[tuple[int, int, tuple[Given, ...]]]:
        """Each case of each table on the way that can come about, with the answers to it.

        (place of the rule task among the passed elements, number of the case from 0, answers).
        """
        for place, ruling in self._read(path).ruled.items():
            for number in range(len(ruling.cases)):
                found = self._answers(path, {place: number})
                if found is not None:
                    yield place, number, found

    def settings(self, path: Path, name: str, before: int) -> frozenset[object] | None:
        """What a table may have set a variable to when element number `before` is reached.

        None where no table says it for certain.
        """
        read = self._read(path, before)
        variable = read.variable(name)
        place, _ = read.setters.get(variable, (-1, ""))
        ruling = read.ruled.get(place)
        if ruling is None or any(variable not in sets for sets in ruling.sets):
            return None
        numbers = [
            number
            for number in range(len(ruling.cases))
            if self._answers(path, {place: number}) is not None
        ]
        return frozenset(ruling.sets[number][variable] for number in numbers)

    # --- reading a way ----------------------------------------------------------------------

    def _read(self, path: Path, before: int | None = None) -> _Read:
        read = _Read()
        place = 0
        for step in path.steps:
            if isinstance(step, Passed):
                if place == before:
                    break
                self._pass(read, step.node, place)
                place += 1
            elif isinstance(step, Left):
                if step.flow.condition is not None:
                    read.requirements.append(read.requirement(step.flow.condition, False))
            else:
                for condition, expected in _required(self._drawings[step.process], step.flow):
                    read.requirements.append(read.requirement(condition, expected))
        return read

    def _pass(self, read: _Read, node: Node, place: int) -> None:
        table = self._table_of(node)
        if table is None:
            form = self._form_of(node)
            for name in sorted(form.names) if form is not None else ():
                read.answered(name, place)
            return
        cases = table.cases()
        required = tuple(
            tuple(read.requirement(condition, expected) for condition, expected in case.required)
            for case in cases
        )
        for name in table.outputs:
            read.answered(name, place)
        sets = tuple(
            {read.variable(name): value for name, value in case.sets.items()} for case in cases
        )
        outputs = frozenset(read.variable(name) for name in table.outputs)
        ruling = Ruling(f"{node.id}@{place}", required, sets, outputs)
        read.rulings.append(ruling)
        read.ruled[place] = ruling

    # --- solving ----------------------------------------------------------------------------

    def _solved(
        self,
        path: Path,
        read: _Read,
        further: Sequence[tuple[str, bool]] = (),
        fixed: Mapping[int, int] | None = None,
    ) -> Solution | None:
        requirements = [
            *read.requirements,
            *(read.requirement(text, expected) for text, expected in further),
        ]
        rulings = [_only(ruling, (fixed or {}).get(place)) for place, ruling in read.ruled.items()]
        asked = [*requirements, *(r for one in rulings for case in one.cases for r in case)]
        names = {variable: name for r in asked for name, variable in r.variables.items()}
        secret = self._sets_in_secret(path)
        domains = {v: self._values(path, read, name, v, secret) for v, name in names.items()}
        return feasibility.solution(requirements, domains, rulings)

    def _answers(self, path: Path, fixed: Mapping[int, int]) -> tuple[Given, ...] | None:
        read = self._read(path)
        solved = self._solved(path, read, fixed=fixed)
        if solved is None:
            return None
        found: tuple[Given, ...] = tuple({} for _ in path.passed)
        for variable, value in solved.values.items():
            place, name = read.setters.get(variable, (-1, ""))
            if place < 0 or place in read.ruled or value == feasibility.ANYTHING_ELSE:
                continue
            found[place][name] = plain(value)
        return found

    def _values(
        self, path: Path, read: _Read, name: str, variable: str, secret: bool
    ) -> tuple[object, ...]:
        """What a variable may be, at the place of the way where it is read."""
        if name in self._facts:
            return (self._facts[name],)
        if self._form is None:
            return self._domains.of(name)
        place, _ = read.setters.get(variable, (-1, ""))
        if place < 0:
            return self._domains.of(name) if secret else (None,)
        form = self._form_of(path.passed[place].node)
        answers = form.answers(name) if form is not None else None
        if answers is None:
            return self._domains.of(name)
        return (*answers, None)

    def _form_of(self, node: Node) -> Form | None:
        if self._form is None or node.form is None or node.kind not in HUMAN:
            return None
        return self._form(node.form)

    def _table_of(self, node: Node) -> DecisionTable | None:
        if self._table is None or node.kind is not Kind.RULE_TASK or node.called is None:
            return None
        return self._table(node.called)

    def _sets_in_secret(self, path: Path) -> bool:
        """Whether something sets variables that nothing on the way names.

        Decision tables that are not at hand do; and where a timer cut a scope short, so may what
        was done inside it.
        """
        return any(
            (step.node.kind is Kind.RULE_TASK and self._table_of(step.node) is None)
            or self._cuts_short(step)
            for step in path.passed
        )

    def _cuts_short(self, step: Passed) -> bool:
        host = self._drawings[step.process].nodes.get(step.node.attached_to or "")
        holds = host is not None and host.kind in SCOPES | {Kind.CALL_ACTIVITY}
        return step.node.kind is Kind.TIMER_START or holds


def _only(ruling: Ruling, number: int | None) -> Ruling:
    """The ruling that decides case `number`; None: whichever."""
    if number is None:
        return ruling
    return Ruling(ruling.key, (ruling.cases[number],), (ruling.sets[number],), ruling.outputs)


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
