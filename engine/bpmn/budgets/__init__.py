"""What a budget of a drawing tells: every loop-free way with its sums, beside the stated terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.bpmn.budgets.amounts import Amount, Longest, sums_to_json
from engine.bpmn.budgets.verdicts import Verdict, worst
from engine.domain.messages import Message
from engine.domain.roles import RoleRegister


@dataclass(frozen=True)
class BudgetStep:
    """A step of a way with what it counts."""

    process: str
    element: str
    name: str
    authority: str | None  # kind of the unit whose time it is
    due: tuple[str, ...]  # the texts that may apply on this way; the longest is counted
    amount: Longest
    minimum: str | None = None  # of a timer: the least it waits, which must fit into its `due`
    waits: bool = False  # for the outside, or for a minimum to pass
    branch: str = ""  # of steps side by side: the split and the number of the branch, `P.1`

    @property
    def undated(self) -> bool:
        """Nothing says how long it may take."""
        return not self.due and self.minimum is None

    def to_json(self) -> dict[str, object]:
        return {
            "process": self.process,
            "element": self.element,
            "name": self.name,
            "authority": self.authority,
            "due": list(self.due),
            **self.amount.to_json(),
            "minimum": self.minimum,
            "wait": self.waits,
            "branch": self.branch,
        }


@dataclass(frozen=True)
class StatedTerm:
    """One alternative of a term that the drawing states."""

    condition: str | None
    term: str
    applies: bool | None  # True: on this way for certain; False: not; None: depends on the dossier
    amount: Amount
    verdict: Verdict
    left: Amount | None  # stated minus counted, measure by measure (below nothing: too much)
    difference: Fraction | None  # the same, where both count in the same days alone

    def to_json(self) -> dict[str, object]:
        return {
            "condition": self.condition,
            "term": self.term,
            "applies": self.applies,
            **self.amount.to_json(),
            "verdict": str(self.verdict),
            "difference": None if self.difference is None else float(self.difference),
        }


@dataclass(frozen=True)
class PathBudget:
    """One loop-free way with its sums and the stated terms beside them."""

    steps: tuple[BudgetStep, ...]
    ways: tuple[tuple[str, str], ...]  # (flow id, its name) taken at each gateway
    outcome: str
    outcome_name: str
    total: Longest
    authorities: dict[str, Longest]  # each with its own longest branch
    terms: tuple[StatedTerm, ...]
    authority_terms: dict[str, tuple[StatedTerm, ...]]
    minimum: Amount  # what timers on the way wait at least

    @property
    def undated_waits(self) -> tuple[str, ...]:
        """Waits for the outside that nothing limits, by element."""
        return tuple(one.element for one in self.steps if one.waits and one.undated)

    @property
    def undated_steps(self) -> tuple[str, ...]:
        """Other steps for which no time is stated, by element."""
        return tuple(one.element for one in self.steps if not one.waits and one.undated)

    @property
    def applying(self) -> tuple[StatedTerm, ...]:
        """Every term that holds on this way for certain; of authorities, those with time on it."""
        theirs = (self.authority_terms.get(authority, ()) for authority in self.authorities)
        stated = (*self.terms, *(term for terms in theirs for term in terms))
        return tuple(term for term in stated if term.applies is True)

    @property
    def verdict(self) -> Verdict | None:
        """The worst of what applies for certain; None where no term does."""
        return worst(term.verdict for term in self.applying)

    def to_json(self, roles: RoleRegister) -> dict[str, object]:
        return {
            "outcome": self.outcome,
            "outcome_name": self.outcome_name,
            "ways": [{"flow": key, "name": name} for key, name in self.ways],
            "steps": [step.to_json() for step in self.steps],
            "total": self.total.to_json(),
            "authorities": sums_to_json(self.authorities, roles),
            "minimum": self.minimum.to_json(),
            "undated_waits": list(self.undated_waits),
            "undated_steps": list(self.undated_steps),
            "legal_term": [term.to_json() for term in self.terms],
            "authority_terms": {
                authority: [term.to_json() for term in terms]
                for authority, terms in self.authority_terms.items()
            },
            "verdict": self.verdict and str(self.verdict),
        }


@dataclass(frozen=True)
class Group:
    """Ways to one end with the same sums and the same verdicts; `first` stands for them all."""

    first: PathBudget
    ways: int


@dataclass(frozen=True)
class Budget:
    """All ways of a drawing; `complete` is False when there were too many to list."""

    key: str
    name: str
    paths: tuple[PathBudget, ...]
    complete: bool
    roles: RoleRegister
    stated: bool = False  # the drawing states a term for the whole; otherwise its date is expected
    notes: tuple[Message, ...] = ()  # what is drawn and not counted

    @property
    def exceeded(self) -> bool:
        """Whether some way takes longer than a term that holds on it for certain."""
        return any(path.verdict is Verdict.EXCEEDED for path in self.paths)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The ways summed up, in the order in which they were found, outcome by outcome."""
        alike: dict[str, dict[tuple[object, ...], list[PathBudget]]] = {}
        for path in self.paths:
            alike.setdefault(path.outcome, {}).setdefault(_sums(path), []).append(path)
        return tuple(
            Group(paths[0], len(paths)) for sums in alike.values() for paths in sums.values()
        )

    def to_json(self) -> dict[str, object]:
        return {
            "procedure": self.key,
            "name": self.name,
            "complete": self.complete,
            "legal_term_stated": self.stated,
            "paths": [path.to_json(self.roles) for path in self.paths],
            "notes": [str(note) for note in self.notes],
        }


def _sums(path: PathBudget) -> tuple[object, ...]:
    stated = (path.terms, *path.authority_terms.values())
    told = tuple((t.term, t.applies, t.verdict) for terms in stated for t in terms)
    return path.total, _ordered(path.authorities), path.minimum, path.undated_waits, told


def _ordered(sums: Mapping[str, Longest]) -> tuple[tuple[str, Longest], ...]:
    return tuple(sorted(sums.items(), key=lambda one: one[0]))
