"""What a rehearsal does, one thing after the other, and which of it the dossier waits for.

Of branches side by side a dossier waits for the one that ends last: that one's steps are what the
time of the whole is made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from engine.bpmn.budgets.amounts import Amount, amount_of
from engine.bpmn.model import Node
from engine.domain.durations import Due, Since
from engine.services.projecting import Opening
from engine.services.rehearsal import RehearsedStep


@dataclass
class Open:
    """Something that waits in the rehearsed dossier."""

    token: str
    process: str
    node: Node
    round: int
    opened: datetime
    due: datetime | None
    due_text: str
    finish: datetime
    amount: Amount
    before: Amount  # what was taken until it opened, one step after the other
    cause: Open | None  # what it waited for: the last one of those that had to be done
    paused: bool = False

    @property
    def after(self) -> Amount:
        return self.before + self.amount


class Course:
    """The steps of a rehearsal in the order in which they finished."""

    def __init__(self) -> None:
        self.done: list[RehearsedStep] = []
        self._tokens: list[str] = []  # of the steps
        self._last: Open | None = None  # what was done last on the way itself
        self._began: dict[tuple[str, str], tuple[datetime, Amount]] = {}  # when first, after what

    @property
    def taken(self) -> Amount:
        """What was taken until now, one step after the other; of branches the one waited for."""
        return self._last.after if self._last else Amount()

    def first_opened(self, process: str, element: str) -> datetime | None:
        began = self._began.get((process, element))
        return began[0] if began else None

    def counted(self, process: str, due: Due | None, hours_per_day: Fraction) -> Amount:
        """What a step that opens now counts; of one counted from an earlier step, what is left."""
        taken = None
        if isinstance(due, Since) and (process, due.element) in self._began:
            taken = self.taken.less(self._began[process, due.element][1])
        return amount_of(due, hours_per_day, taken)

    def begin(
        self, opening: Opening, now: datetime, due_text: str, finish: datetime, amount: Amount
    ) -> Open:
        """Something opens."""
        self._began.setdefault((opening.process, opening.node.id), (now, self.taken))
        return Open(
            token=opening.token,
            process=opening.process,
            node=opening.node,
            round=opening.round,
            opened=now,
            due=opening.due.at,
            due_text=due_text,
            finish=finish,
            amount=amount,
            before=self.taken,
            cause=self._last,
        )

    def end(self, one: Open, step: RehearsedStep) -> None:
        """Something is done, or withdrawn; what stands beside the way is not waited for."""
        self.done.append(step)
        self._tokens.append(one.token)
        if not step.withdrawn and not step.beside:
            self._last = one

    def steps(self) -> tuple[RehearsedStep, ...]:
        """Everything that was done, with what ran beside a longer branch marked."""
        waited_for, one = set[str](), self._last
        while one is not None:
            waited_for.add(one.token)
            one = one.cause
        return tuple(
            step if step.withdrawn or step.beside else replace(step, aside=token not in waited_for)
            for token, step in zip(self._tokens, self.done, strict=True)
        )


def sums(steps: Iterable[RehearsedStep]) -> tuple[Amount, dict[str, Amount]]:
    """(what the steps take that were waited for, the same for each authority)."""
    total, authorities = Amount(), dict[str, Amount]()
    for step in steps:
        if step.beside or step.aside:
            continue
        total += step.amount
        if step.authority is not None and step.amount:
            before = authorities.get(step.authority, Amount())
            authorities[step.authority] = before + step.amount
    return total, authorities
