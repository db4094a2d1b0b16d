"""The time a drawing gives each authority, on every loop-free way, beside the terms it states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.bpmn.branches import beside_events
from engine.bpmn.dialect import read_drawing
from engine.bpmn.model import TIMED, TIMERS, Drawing, Node
from engine.bpmn.paths import Explorer, Passed, Path
from engine.domain.durations import Alternative, parse_alternatives, parse_due, parse_duration
from engine.domain.messages import Message, say
from engine.domain.roles import RoleRegister
from engine.ports import Form
from engine.services.amounts import (
    Amount,
    amount_of,
    amount_of_duration,
    role_of,
    sums_to_json,
)

#: What the engine itself knows of a dossier: the first round of each step, filed at the counter.
FACTS: Mapping[str, object] = {"kenh": "counter", "lan_thu": 1}


@dataclass(frozen=True)
class BudgetStep:
    """A step of a way with what it counts."""

    process: str
    element: str
    name: str
    authority: str | None  # kind of the unit whose time it is
    due: tuple[str, ...]  # the texts that may apply on this way; the longest is counted
    amount: Amount
    minimum: str | None = None  # of a timer: the least it waits, which must fit into its `due`

    def to_json(self) -> dict[str, object]:
        return {
            "process": self.process,
            "element": self.element,
            "name": self.name,
            "authority": self.authority,
            "due": list(self.due),
            **self.amount.to_json(),
            "minimum": self.minimum,
        }


@dataclass(frozen=True)
class StatedTerm:
    """One alternative of a term that the drawing states."""

    condition: str | None
    term: str
    applies: bool | None  # True: on this way for certain; False: not; None: depends on the dossier
    amount: Amount
    difference: Fraction | None  # stated minus counted, where both count in the same days alone

    def to_json(self) -> dict[str, object]:
        return {
            "condition": self.condition,
            "term": self.term,
            "applies": self.applies,
            **self.amount.to_json(),
            "difference": None if self.difference is None else float(self.difference),
        }


@dataclass(frozen=True)
class PathBudget:
    """One loop-free way with its sums and the stated terms beside them."""

    steps: tuple[BudgetStep, ...]
    ways: tuple[tuple[str, str], ...]  # (flow id, its name) taken at each gateway
    outcome: str
    outcome_name: str
    total: Amount
    authorities: dict[str, Amount]
    terms: tuple[StatedTerm, ...]
    authority_terms: dict[str, tuple[StatedTerm, ...]]

    def to_json(self, roles: RoleRegister) -> dict[str, object]:
        return {
            "outcome": self.outcome,
            "outcome_name": self.outcome_name,
            "ways": [{"flow": key, "name": name} for key, name in self.ways],
            "steps": [step.to_json() for step in self.steps],
            "total": self.total.to_json(),
            "authorities": sums_to_json(self.authorities, roles),
            "legal_term": [term.to_json() for term in self.terms],
            "authority_terms": {
                authority: [term.to_json() for term in terms]
                for authority, terms in self.authority_terms.items()
            },
        }


@dataclass(frozen=True)
class Budget:
    """All ways of a drawing; `complete` is False when there were too many to list."""

    key: str
    name: str
    paths: tuple[PathBudget, ...]
    complete: bool
    roles: RoleRegister
    notes: tuple[Message, ...] = ()  # what is drawn and not counted

    def to_json(self) -> dict[str, object]:
        return {
            "procedure": self.key,
            "name": self.name,
            "complete": self.complete,
            "paths": [path.to_json(self.roles) for path in self.paths],
            "notes": [str(note) for note in self.notes],
        }


def budget(
    drawing: bytes,
    roles: RoleRegister,
    hours_per_day: Fraction,
    called: Mapping[str, bytes] | None = None,
    form: Callable[[str], Form | None] | None = None,
) -> Budget:
    """The budget of a drawing. Raises DrawingRefused when it cannot be read, BadDuration.

    With `form` (form name -> Form) the ways are told apart more exactly: a variable that nobody on
    a way can have answered is then known to be null.
    """
    main = read_drawing(drawing, "")
    others = {key: read_drawing(content, key) for key, content in (called or {}).items()}
    explorer = Explorer(main, others, form, FACTS)
    paths, complete = explorer.paths()
    counted = tuple(_Count(explorer, path, roles, hours_per_day).path() for path in paths)
    notes = tuple(note for each in explorer.drawings.values() for note in _beside(each))
    return Budget(main.key, main.name, counted, complete, roles, notes)


def _beside(drawing: Drawing) -> Iterator[Message]:
    """What timers that interrupt nothing add: more work, on no way."""
    for event in beside_events(drawing):
        yield say(
            "Hẹn giờ “%(timer)s” không ngắt việc nào: phần việc của nó là làm thêm, không nằm "
            "trên đường đi nào và không tính vào đây.",
            timer=event.name or event.id,
        )


class _Count:
    """The counting of one way."""

    def __init__(
        self, explorer: Explorer, path: Path, roles: RoleRegister, hours_per_day: Fraction
    ) -> None:
        self.explorer = explorer
        self.way = path
        self.roles = roles
        self.hours_per_day = hours_per_day

    def path(self) -> PathBudget:
        steps = tuple(self.step(one) for one in self.way.passed if one.node.kind in TIMED)
        authorities: dict[str, Amount] = {}
        for step in steps:
            if step.authority is not None and step.amount:
                before = authorities.get(step.authority, Amount())
                authorities[step.authority] = before + step.amount
        total = sum((step.amount for step in steps), Amount())
        drawing = self.explorer.drawing
        end = drawing.nodes[self.way.outcome]
        return PathBudget(
            steps=steps,
            ways=tuple((flow.id, flow.name) for flow in self.way.flows),
            outcome=end.id,
            outcome_name=end.name,
            total=total,
            authorities=authorities,
            terms=self.terms(drawing.legal_term, total),
            authority_terms={
                authority: self.terms(text, authorities.get(authority, Amount()))
                for authority, text in drawing.authority_terms.items()
            },
        )

    def step(self, passed: Passed) -> BudgetStep:
        node = passed.node
        drawing: Drawing = self.explorer.drawings[passed.process]
        role = role_of(drawing, node, self.roles)
        texts = tuple(
            each.value for each, applies in self.alternatives(node.due) if applies is not False
        )
        amounts = [amount_of(parse_due(text), self.hours_per_day) for text in texts]
        return BudgetStep(
            process=passed.process,
            element=node.id,
            name=node.name,
            authority=role.kind if role else None,
            due=texts,
            amount=max(amounts, key=lambda amount: amount.size, default=Amount()),
            minimum=_minimum(node),
        )

    def terms(self, text: str | None, counted: Amount) -> tuple[StatedTerm, ...]:
        return tuple(self.term(each, applies, counted) for each, applies in self.alternatives(text))

    def term(self, stated: Alternative, applies: bool | None, counted: Amount) -> StatedTerm:
        duration = parse_duration(stated.value)
        amount = amount_of_duration(duration, self.hours_per_day)
        return StatedTerm(
            stated.condition, str(duration), applies, amount, _difference(amount, counted)
        )

    def alternatives(self, text: str | None) -> list[tuple[Alternative, bool | None]]:
        """Each alternative of a text, with whether it applies on this way (None: it may)."""
        stated = parse_alternatives(text) if text else ()
        may: list[bool] = []
        before: tuple[tuple[str, bool], ...] = ()
        for each in stated:
            own = ((each.condition, True),) if each.condition else ()
            may.append(self.explorer.allows(self.way, before + own))
            if each.condition:
                before += ((each.condition, False),)
        certain = sum(may) == 1
        return [
            (each, (True if certain else None) if one else False)
            for each, one in zip(stated, may, strict=True)
        ]


def _minimum(node: Node) -> str | None:
    return node.timer if node.kind in TIMERS else None


def _difference(stated: Amount, counted: Amount) -> Fraction | None:
    """Stated minus counted, in working days, or in plain days where both have no others."""
    both = stated + counted
    if not both.days and not both.months:
        return stated.working_days - counted.working_days
    if not both.working_days and not both.months:
        return stated.days - counted.days
    return None
