"""A rule of the checks: its name, how grave it is, what finds its problems, and what it teaches."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from engine.bpmn.findings import Finding, Severity
from engine.domain.messages import Message

#: What a rule looks at: the whole file (Definitions), or the one drawing in it (Subject).
Looked = TypeVar("Looked", contravariant=True)


@dataclass(frozen=True)
class Problem:
    """What a rule found, before it bears the rule's name."""

    message: Message
    remedy: Message
    element: str | None = None
    name: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Lesson:
    """What a rule teaches, from its docstring: what holds, in both languages, and where from."""

    english: str
    vietnamese: str
    source: str = ""  # "BPMN 2.0.2, 10.5.4; Table 10.91, …", where the rule is the specification's


@dataclass(frozen=True)
class Rule(Generic[Looked]):
    """A rule of a table.

    The docstring of `find` is what the rule's page says. Its paragraphs: what must hold, in
    English; the same in Vietnamese; for a constraint of the specification, a last one with the
    clauses, and a semicolon before the title of a table or list: `BPMN 2.0.2, 10.5.2, 10.5.4`.
    """

    id: str  # kebab-case
    severity: Severity
    find: Callable[[Looked], Iterable[Problem]]
    firm: bool = False  # the engine counts on it: `bpmn/rules.toml` cannot lower it

    def findings(
        self, looked: Looked, filename: str, severity: Severity | None = None
    ) -> Iterator[Finding]:
        """What the rule finds, at its own severity or the one it is tuned to."""
        for problem in self.find(looked):
            yield Finding(
                self.id,
                severity or self.severity,
                problem.message,
                problem.remedy,
                problem.element,
                problem.name,
                problem.line,
                filename,
            )

    @cached_property
    def lesson(self) -> Lesson:
        return lesson(inspect.getdoc(self.find) or "")


@dataclass(frozen=True)
class Refusal:
    """A verdict given outside the tables (a file that cannot be read …) that has a page as well.

    It is as grave as it is: nothing tunes it.
    """

    id: str
    lesson: Lesson
    severity: Severity = Severity.ERROR
    unshown: Message | None = None  # why no example can show it
    firm: bool = field(default=True, init=False)


def error(name: str, find: Callable[[Looked], Iterable[Problem]]) -> Rule[Looked]:
    """A rule that refuses a deploy, unless `bpmn/rules.toml` says otherwise."""
    return Rule(name, Severity.ERROR, find)


def firm(name: str, find: Callable[[Looked], Iterable[Problem]]) -> Rule[Looked]:
    """A rule without which the engine could not run the drawing: always an error."""
    return Rule(name, Severity.ERROR, find, firm=True)


def warning(name: str, find: Callable[[Looked], Iterable[Problem]]) -> Rule[Looked]:
    """A rule whose findings ask whoever deploys for a reason."""
    return Rule(name, Severity.WARNING, find)


def lesson(text: str) -> Lesson:
    """The paragraphs of a rule's docstring. Missing ones are empty."""
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    source = ""
    if paragraphs and paragraphs[-1].startswith("BPMN 2.0"):
        source = paragraphs.pop().rstrip(".")
    english, vietnamese, *_ = (*paragraphs, "", "")
    return Lesson(english, vietnamese, source)
