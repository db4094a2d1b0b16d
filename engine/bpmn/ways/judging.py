"""What the conditions on a way leave possible, and the answers that lead along it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.bpmn.decisions.tables import Case, DecisionTable
from engine.bpmn.expressions.values import plain
from engine.bpmn.model import CHOOSING, HUMAN, SCOPES, STARTING, Drawing, Flow, Kind, Node
from engine.bpmn.ways import Left, Passed, Path, feasibility
from engine.bpmn.ways.feasibility import Allowance, Domains, Requirement, Ruling, Solution
from engine.domain.durations import parse_alternatives
from engine.domain.errors import BadDuration
from engine.ports import Form

#: What an element of a way answers: name → value.
Given = dict[str, object]


@dataclass
class _Read:
    """What a way asks of its variables."""

    requirements: list[Requirement] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)  # name -> how often it was answered
    setters: dict[str, tuple[int, str]] = field(default_factory=dict)  # variable -> place, name
    ruled: dict[int, Ruling] = field(default_factory=dict)  # place of a rule task -> its ruling
    possible: dict[int, list[int]] = field(default_factory=dict)  # its cases, once asked for

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
    """Judges ways through some drawings; the arguments are those of paths.Explorer.

    `part`: the ways are of a drawing that others call, whose variables may have been set before.
    `allowance`: the tries that all questions together may use; past it, Exhausted is raised.
    """

    def __init__(
        self,
        drawings: Mapping[str, Drawing],
        form: Callable[[str], Form | None] | None,
        facts: Mapping[str, object],
        table: Callable[[str], DecisionTable | None] | None,
        *,
        part: bool = False,
        allowance: Allowance | None = None,
    ) -> None:
        self._part = part
        self.allowance = allowance
        self._drawings = drawings
        self._form = form
        self._facts = facts
        self._table = table
        self._domains = Domains()
        self._asked: set[str] = set()  # every name that a condition or a table reads, or a step
        self._set_by: dict[str, tuple[str, ...]] = {}  # form -> those of them that it sets
        self._defaults: dict[str, Mapping[str, object]] = {}  # of forms: they too cost much
        self._cases: dict[str, tuple[Case, ...]] = {}  # by decision: told anew they cost much
        self._last: tuple[Path, _Read] | None = None  # ways are asked about several times in a row
        for drawing in drawings.values():
            for condition in _conditions(drawing):
                self._learn(condition)
            for node in drawing.nodes.values():
                if node.performer is not None:
                    self._asked.add(node.performer)
                found = self._table_of(node)
                for case in self._cases_of(found) if found else ():
                    for condition, _ in case.required:
                        self._learn(condition)

    def _learn(self, condition: str) -> None:
        self._domains.learn(condition)
        self._asked.update(feasibility.names_of(condition))

    def allows(self, path: Path, further: Sequence[tuple[str, bool]] = ()) -> bool:
        """Whether the conditions on the way, and `further` ones at its end, can hold together."""
        read = self._whole(path)
        further_ones = [read.requirement(text, expected) for text, expected in further]
        requirements = [*read.requirements, *further_ones]
        return self._solved(path, read, requirements, _telling(requirements, read)) is not None

    def allows_plainly(self, path: Path) -> bool:
        """Whether a way is open to whoever chooses the plainest answer of every choice.

        What is measured or ticked (numbers, truths) is no choice: any of it will do.
        """
        read = self._whole(path)
        rulings = _telling(read.requirements, read)
        return self._solved(path, read, read.requirements, rulings, plainly=True) is not None

    def answers(self, path: Path) -> tuple[Given, ...] | None:
        """What each passed element answers so that a dossier takes this way; None: none does.

        Only what the conditions of the way ask for: every other answer is the form's own.
        """
        return self._answers(path, {})

    def rulings(self, path: Path) -> Iterator[tuple[int, int, tuple[Given, ...]]]:
        """Each case of each table on the way that can come about, with the answers to it.

        (place of the rule task among the passed elements, number of the case from 0, answers).
        """
        for place, ruling in self._whole(path).ruled.items():
            for number in range(len(ruling.cases)):
                found = self._answers(path, {place: number})
                if found is not None:
                    yield place, number, found

    def settings(self, path: Path, name: str, before: int) -> frozenset[object] | None:
        """What a table may have set a variable to when element number `before` is reached.

        None where no table says it for certain.
        """
        read = self._whole(path)
        setters = [
            (place, variable)
            for variable, (place, set_name) in read.setters.items()
            if set_name == name and place < before
        ]
        place, variable = max(setters, default=(-1, ""))
        ruling = read.ruled.get(place)
        if ruling is None or any(variable not in sets for sets in ruling.sets):
            return None
        if place not in read.possible:
            numbers = range(len(ruling.cases))
            found = ((n, self._answers(path, {place: n})) for n in numbers)
            read.possible[place] = [number for number, given in found if given is not None]
        return frozenset(ruling.sets[number][variable] for number in read.possible[place])

    # --- reading a way ----------------------------------------------------------------------

    def _whole(self, path: Path) -> _Read:
        if self._last is None or self._last[0] is not path:
            self._last = path, self._read(path)
        return self._last[1]

    def _read(self, path: Path) -> _Read:
        read = _Read()
        place = 0
        for step in path.steps:
            if isinstance(step, Passed):
                self._pass(read, step.node, place)
                place += 1
            elif isinstance(step, Left):
                if step.flow.condition is not None:
                    read.requirements.append(read.requirement(step.flow.condition, False))
            else:
                for condition, expected in _required(self._drawings[step.process], step.flow):
                    if self.allowance is not None:  # of a thousand flows each stands under all
                        self.allowance.use()
                    read.requirements.append(read.requirement(condition, expected))
        return read

    def _pass(self, read: _Read, node: Node, place: int) -> None:
        table = self._table_of(node)
        if table is None:
            for name in self._sets(node):
                read.answered(name, place)
            return
        cases = self._cases_of(table)
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
        read.ruled[place] = ruling

    # --- solving ----------------------------------------------------------------------------

    def _solved(
        self,
        path: Path,
        read: _Read,
        requirements: Sequence[Requirement],
        rulings: Sequence[Ruling],
        *,
        plainly: bool = False,
    ) -> Solution | None:
        asked = [*requirements, *(r for one in rulings for case in one.cases for r in case)]
        names = {variable: name for r in asked for name, variable in r.variables.items()}
        secret = self._part or self._sets_in_secret(path)
        domains = {v: self._values(path, read, name, v, secret) for v, name in names.items()}
        if plainly:
            domains |= {v: (one,) for v in names if (one := self._plainest(path, read, v))}
        return feasibility.solution(requirements, domains, rulings, self.allowance)

    def _answers(self, path: Path, fixed: Mapping[int, int]) -> tuple[Given, ...] | None:
        read = self._whole(path)
        rulings = [_only(ruling, fixed.get(place)) for place, ruling in read.ruled.items()]
        solved = self._solved(path, read, read.requirements, rulings)
        if solved is None:
            return None
        found: tuple[Given, ...] = tuple({} for _ in path.passed)
        for variable, value in solved.values.items():
            place, name = read.setters.get(variable, (-1, ""))
            if variable == f"{STARTING}#0" and path.passed:
                place, name = 0, STARTING  # the dossier says it when it begins
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
        if name == STARTING:
            return self._domains.of(name)[:-2]  # one of the start events, nothing else
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

    def _plainest(self, path: Path, read: _Read, variable: str) -> object:
        """The form's own answer to a choice; None where it leaves none to make."""
        place, name = read.setters.get(variable, (-1, ""))
        node = path.passed[place].node
        form = self._form_of(node) if place >= 0 else None
        answers = form.answers(name) if form is not None else None
        if form is None or node.form is None or not answers:
            return None
        if node.form not in self._defaults:
            self._defaults[node.form] = form.defaults(self._facts)
        return self._defaults[node.form].get(name) or answers[0]

    def _form_of(self, node: Node) -> Form | None:
        if self._form is None or node.form is None or node.kind not in HUMAN:
            return None
        return self._form(node.form)

    def _sets(self, node: Node) -> tuple[str, ...]:
        """What the form of a step sets, of all that anything reads."""
        form = self._form_of(node)
        if form is None or node.form is None:
            return ()
        if node.form not in self._set_by:
            self._set_by[node.form] = tuple(sorted(form.names & self._asked))
        return self._set_by[node.form]

    def _table_of(self, node: Node) -> DecisionTable | None:
        if self._table is None or node.kind is not Kind.RULE_TASK or node.called is None:
            return None
        return self._table(node.called)

    def _cases_of(self, table: DecisionTable) -> tuple[Case, ...]:
        if table.id not in self._cases:
            self._cases[table.id] = table.cases()
        return self._cases[table.id]

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


def _telling(requirements: Sequence[Requirement], read: _Read) -> list[Ruling]:
    """The rulings whose outcome is read: whichever row the others decide by, the way goes on."""
    wanted = {variable for one in requirements for variable in one.variables.values()}
    found: list[Ruling] = []
    for ruling in reversed(read.ruled.values()):  # a table may read what an earlier one sets
        if ruling.outputs & wanted:
            found.append(ruling)
            wanted |= {v for case in ruling.cases for one in case for v in one.variables.values()}
    return found


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
