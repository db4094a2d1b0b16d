"""What a rehearsal found: steps and moments, sums per authority, the term, what was assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.bpmn.budgets.amounts import Amount, sums_to_json
from engine.domain.clock import local
from engine.domain.deadlines import Deadline
from engine.domain.legal_clock import Pause
from engine.domain.messages import Message
from engine.domain.roles import RoleRegister


@dataclass(frozen=True)
class RehearsedStep:
    """A piece of work, or a timer, as it went."""

    process: str
    element: str
    name: str
    role: str | None  # role id of its lane
    role_name: str
    authority: str | None
    round: int
    opened: datetime
    due: datetime | None
    due_text: str
    finished: datetime
    late: bool  # finished after it was due, mostly because it was due before it opened
    paused: bool  # the legal clock stood still meanwhile
    timer: bool
    withdrawn: bool  # another way was taken before it was done
    beside: bool  # more work that a timer began beside the way; no sum counts it
    amount: Amount
    aside: bool = False  # beside a branch that took longer; no sum counts it

    def to_json(self) -> dict[str, object]:
        return {
            "process": self.process,
            "element": self.element,
            "name": self.name,
            "role": self.role,
            "role_name": self.role_name,
            "authority": self.authority,
            "round": self.round,
            "opened": moment_text(self.opened),
            "due": moment_text(self.due),
            "due_text": self.due_text,
            "finished": moment_text(self.finished),
            "late": self.late,
            "paused": self.paused,
            "timer": self.timer,
            "withdrawn": self.withdrawn,
            "beside": self.beside,
            "aside": self.aside,
            **self.amount.to_json(),
        }


@dataclass(frozen=True)
class DefaultAnswer:
    """An answer nobody gave: the form's own."""

    element: str
    round: int
    name: str
    value: object

    def to_json(self) -> dict[str, object]:
        return {
            "element": self.element,
            "round": self.round,
            "name": self.name,
            "value": self.value,
        }


@dataclass(frozen=True)
class RehearsedTerm:
    """The legal term as it stood at the end."""

    text: str
    deadline: Deadline
    within: bool

    def to_json(self) -> dict[str, object]:
        return {
            "text": self.text,
            "due": moment_text(self.deadline.due_at),
            "within": self.within,
            "explanation": self.deadline.explanation.to_json(),
        }


@dataclass(frozen=True)
class Rehearsal:
    """One dossier, from filing to its end."""

    key: str
    name: str
    start: datetime
    ready: datetime  # when a result that waits for its appointment could be handed out; else `end`
    end: datetime
    outcome: str | None
    outcome_name: str
    steps: tuple[RehearsedStep, ...]  # in the order in which they finished
    authorities: dict[str, Amount]
    total: Amount
    accepted: datetime | None
    term: RehearsedTerm | None
    pauses: tuple[Pause, ...]
    data: Mapping[str, object]
    defaults: tuple[DefaultAnswer, ...]
    notes: tuple[Message, ...]
    roles: RoleRegister

    def to_json(self) -> dict[str, object]:
        return {
            "procedure": self.key,
            "name": self.name,
            "from": moment_text(self.start),
            "ready": moment_text(self.ready),
            "end": moment_text(self.end),
            "outcome": self.outcome,
            "outcome_name": self.outcome_name,
            "accepted": moment_text(self.accepted),
            "legal_term": self.term.to_json() if self.term else None,
            "steps": [step.to_json() for step in self.steps],
            "authorities": sums_to_json(self.authorities, self.roles),
            "total": self.total.to_json(),
            "pauses": [
                {"from": moment_text(pause.starts_at), "to": moment_text(pause.ends_at)}
                for pause in self.pauses
            ],
            "defaults": [answer.to_json() for answer in self.defaults],
            "notes": [str(note) for note in self.notes],
        }


def moment_text(moment: datetime | None) -> str | None:
    """A moment as JSON tells it: ISO, in Vietnamese time."""
    return local(moment).isoformat() if moment else None
