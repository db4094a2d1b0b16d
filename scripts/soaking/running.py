"""Runs a drawing that passed the checks, with random answers, until its dossier is at an end.

Each step is done twice: by the engine, whose state is saved and read again by two specs parsed
apart, and by an interpreter of the drawing as it was drawn. They must open the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from engine.bpmn import execution
from engine.bpmn.execution.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.execution.specs import Spec
from engine.bpmn.model import STARTING, Drawing
from engine.domain.errors import BadDecision, ExecutionFailed, FormInvalid
from engine.ports import Form
from tests.bpmn_execution.interpreting import Interpreter, Stops, Stuck, Wait

#: Steps after which a dossier is taken to go round, and how often it is tried anew.
STEPS, TRIES = 150, 6
#: Answers tried at one step before plain ones are given.
ANSWERS = 8
#: What a state text may take.
STATE = 8_000
#: Texts and numbers that conditions may compare with.
SOME_VALUES: tuple[object, ...] = (None, "", "a", 0, 1, 7, 30, 81, 100)
#: Of the fields of examples, which take whatever they are given, those of one type.
TYPED: Mapping[str, tuple[object, ...]] = {
    "hu_hai": (False, True),
    "ty_le": (0, 1, 5, 6, 21, 81, 100),
}

Forms = Callable[[str], Form | None]


class NeverEnds(AssertionError):
    """What passed the checks came to no end."""


class GoesAstray(AssertionError):
    """The engine and the interpreter do not agree, or something undrawn is spoken of."""


@dataclass(frozen=True)
class Proved:
    """What the checks had to say of what passed them."""

    surely: bool  # nothing at all, warnings included: a dossier never stops
    sound: bool  # no word of too many states: it never stands still, and does nothing twice


def runs_to_an_end(specs: tuple[Spec, Spec], forms: Forms, chance: Random, proved: Proved) -> None:
    """Raises AssertionError when no try comes to an end, or one stops on the way.

    With warnings a dossier may stop, but it has to say why.
    """
    for _ in range(TRIES):
        try:
            if _Dossier(specs, forms, chance, proved).walk():
                return
        except (ExecutionFailed, BadDecision) as stopped:
            if proved.surely:
                raise AssertionError(f"passed the checks, and stopped: {stopped}") from stopped
            if not str(stopped):
                raise AssertionError("a dossier stopped without saying why") from stopped
            return
    raise NeverEnds(f"{TRIES} dossiers did {STEPS} steps each")


class _Dossier:
    """One dossier on its way, in the engine and in the interpreter."""

    def __init__(
        self, specs: tuple[Spec, Spec], forms: Forms, chance: Random, proved: Proved
    ) -> None:
        self.specs, self.forms, self.chance, self.proved = specs, forms, chance, proved
        self.spec = specs[0]
        self.drawn = {key: one.as_drawn for key, one in self.spec.drawings.items()}
        self.data: dict[str, object] = {"kenh": "counter"}
        self.rounds = Counter[tuple[str, str]]()
        self.steps = 0
        self.other: Interpreter | None = None

    def walk(self) -> bool:
        """Whether it came to an end within the steps."""
        starts = self._main.starts()
        if len(starts) > 1:
            self.data[STARTING] = self.chance.choice(starts).id
        advance = self._both(self._start, self._begin)
        for _ in range(STEPS):
            self._speaks_of_what_is_drawn(advance)
            self.data.update(advance.decided)
            if advance.finished:
                return True
            advance = self._step(advance.state)
        return False

    @property
    def _main(self) -> Drawing:
        return self.drawn[self.spec.main]

    def _start(self) -> Advance:
        return execution.start(self.specs[0], self.data)

    def _begin(self) -> None:
        called = {key: one for key, one in self.drawn.items() if key != self.spec.main}
        self.other = Interpreter(self._main, called, self.spec.tables, self.data)

    def _step(self, state: bytes) -> Advance:
        self.steps += 1
        spec = self.specs[self.steps % 2]
        works, waits = execution.waiting(spec, state)
        some = self.chance.choice([*works, *works, *works, *waits])
        same = [one for one in (*works, *waits) if _spot(one) == _spot(some)]
        chosen = min(same, key=lambda one: int(one.token))
        other, wait = self._same(chosen)
        if isinstance(chosen, OpenedTimer):
            return self._both(
                lambda: execution.fire(spec, state, self.data, chosen.token),
                lambda: other.fire(wait, self.data),
            )
        self._answer(chosen)
        return self._both(
            lambda: execution.complete(spec, state, self.data, chosen.token),
            lambda: other.complete(wait, self.data),
        )

    # --- the engine against the interpreter -------------------------------------------------------

    def _same(self, chosen: OpenedWork | OpenedTimer) -> tuple[Interpreter, Wait]:
        """What the interpreter holds in the place of what the engine opened."""
        if self.other is None:
            raise GoesAstray("nothing was begun")
        return self.other, next(wait for wait in self.other.open() if wait.spot == _spot(chosen))

    def _both(self, engine: Callable[[], Advance], interpreter: Callable[[], None]) -> Advance:
        stopped: Stops | None = None
        try:
            interpreter()
        except Stops as error:
            stopped = error
        try:
            advance = engine()
        except (ExecutionFailed, BadDecision) as error:
            if stopped is None:
                raise GoesAstray(f"only the engine stops: {error}") from error
            if self.proved.sound and isinstance(stopped, Stuck):
                raise AssertionError(f"proved sound, and stands still: {error}") from error
            self._names(error)
            raise
        if stopped is not None:
            raise GoesAstray(f"only the interpreter stops: {stopped!r}")
        self._agree(advance)
        return advance

    def _agree(self, advance: Advance) -> None:
        other = self.other
        if other is None or advance.finished != other.finished:
            raise GoesAstray(f"over in the engine: {advance.finished}, elsewhere not so")
        works, timers = execution.waiting(self.specs[1 - self.steps % 2], advance.state)
        ours = sorted(_spot(one) for one in (*works, *timers))
        theirs = sorted(wait.spot for wait in other.open())
        if ours != theirs:
            raise GoesAstray(f"open: {ours}, and should be {theirs}")
        if self.proved.sound and other.twice():
            raise AssertionError(f"proved sound, and open twice: {other.twice()}")

    def _speaks_of_what_is_drawn(self, advance: Advance) -> None:
        spoken = [*advance.passed, *((o.process, o.element) for o in advance.opened)]
        spoken += [(timer.process, timer.element) for timer in advance.timers]
        if advance.outcome is not None:
            spoken.append((self.spec.main, advance.outcome))
        elif advance.finished:
            raise GoesAstray("it came to an end without an outcome")
        for process, element in spoken:
            if element not in self.drawn[process].nodes:
                raise GoesAstray(f"“{element}” is not drawn in {process}")
        if len(advance.state) > STATE:
            raise AssertionError(f"a state of {len(advance.state)} bytes")

    def _names(self, error: ExecutionFailed | BadDecision) -> None:
        element = getattr(error, "element", None)
        if element and not any(element in drawing.nodes for drawing in self.drawn.values()):
            raise GoesAstray(f"“{element}” stops, and is not drawn") from error

    # --- answers ----------------------------------------------------------------------------------

    def _answer(self, work: OpenedWork) -> None:
        node = self.spec.node(work.process, work.element)
        self.rounds[work.process, work.element] += 1
        self.data["lan_thu"] = self.rounds[work.process, work.element]
        form = self.forms(node.form) if node.form else None
        if form is not None:
            known = {key: value for key, value in self.data.items() if key not in form.names}
            self.data = {**known, **self._submitted(form, known)}

    def _submitted(self, form: Form, known: Mapping[str, object]) -> Mapping[str, object]:
        """What the form takes: random answers, or plain ones where it takes none of those."""
        plain = form.defaults(known)
        for attempt in range(ANSWERS):
            said = dict(plain) if attempt == ANSWERS - 1 else self._random(form, plain)
            try:
                return form.validate(said, self.data)
            except FormInvalid:
                continue
        return {}

    def _random(self, form: Form, plain: Mapping[str, object]) -> dict[str, object]:
        said: dict[str, object] = {}
        for name, value in plain.items():
            options = form.answers(name) if name in form.names else None
            if options:
                one = self.chance.choice(options)
                said[name] = [one] if isinstance(value, list) else one
            elif isinstance(value, bool):
                said[name] = self.chance.random() < 0.5
            elif value is None and name in TYPED:
                said[name] = self.chance.choice(TYPED[name])
            elif value is None and self.chance.random() < 0.5:
                said[name] = self.chance.choice(SOME_VALUES)
            else:
                said[name] = value
        return form.defaults({**plain, **said}) | said


def _spot(one: OpenedWork | OpenedTimer) -> tuple[str, str, int]:
    return one.process, one.element, one.lap if isinstance(one, OpenedTimer) else 1


__all__ = ("GoesAstray", "NeverEnds", "Proved", "runs_to_an_end")
