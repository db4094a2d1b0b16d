"""Runs a drawing that passed the checks, with random answers, until its dossier is at an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from engine.bpmn import execution
from engine.bpmn.execution.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.execution.specs import Spec
from engine.domain.errors import BadDecision, ExecutionFailed, FormInvalid
from engine.ports import Form

#: Steps after which a dossier is taken to go round, and how often it is tried anew.
STEPS, TRIES = 150, 6
#: Answers tried at one step before plain ones are given.
ANSWERS = 8
#: Texts and numbers that conditions may compare with.
SOME_VALUES: tuple[object, ...] = (None, "", "a", 0, 1, 7, 30, 81, 100)

Forms = Callable[[str], Form | None]


class NeverEnds(AssertionError):
    """What passed the checks came to no end."""


def runs_to_an_end(spec: Spec, forms: Forms, chance: Random, *, surely: bool) -> None:
    """Raises AssertionError when no try comes to an end, or one stops on the way.

    `surely`: the checks had nothing to say, warnings included. With warnings a dossier may stop,
    but it has to say why.
    """
    for _ in range(TRIES):
        try:
            if _Dossier(spec, forms, chance).walk():
                return
        except (ExecutionFailed, BadDecision) as stopped:
            if surely:
                raise AssertionError(f"passed the checks, and stopped: {stopped}") from stopped
            if not str(stopped):
                raise AssertionError("a dossier stopped without saying why") from stopped
            return
    raise NeverEnds(f"{TRIES} dossiers did {STEPS} steps each")


class _Dossier:
    """One dossier on its way. Two parsings of the drawing are not needed: the state is text."""

    def __init__(self, spec: Spec, forms: Forms, chance: Random) -> None:
        self.spec, self.forms, self.chance = spec, forms, chance
        self.data: dict[str, object] = {"kenh": "counter"}
        self.rounds = Counter[tuple[str, str]]()

    def walk(self) -> bool:
        """Whether it came to an end within the steps."""
        advance = self._begin()
        for _ in range(STEPS):
            self.data.update(advance.decided)
            if advance.finished:
                return True
            advance = self._step(advance.state)
        return False

    def _begin(self) -> Advance:
        return execution.start(self.spec, self.data)

    def _step(self, state: bytes) -> Advance:
        works, waits = execution.waiting(self.spec, state)
        if not works and not waits:
            raise NeverEnds("nothing is open, and the dossier is not at its end")
        chosen = self.chance.choice([*works, *works, *works, *waits])
        if isinstance(chosen, OpenedTimer):
            return execution.fire(self.spec, state, self.data, chosen.token)
        self._answer(chosen)
        return execution.complete(self.spec, state, self.data, chosen.token)

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
            elif value is None and self.chance.random() < 0.5:
                said[name] = self.chance.choice(SOME_VALUES)
            else:
                said[name] = value
        return form.defaults({**plain, **said}) | said


__all__ = ("NeverEnds", "runs_to_an_end")
