"""A case walked by hand: every act goes through the saved state, as in the services."""

from __future__ import annotations

from engine.bpmn import execution
from engine.bpmn.execution.advance import Advance
from engine.bpmn.execution.specs import Spec, parse_spec


class Walk:
    """Starts at once; `do` and `fire` name elements, `open` and `timers` tell what waits."""

    def __init__(self, drawing: bytes | Spec, called=None, decisions=None, **data: object) -> None:
        self.spec = drawing if isinstance(drawing, Spec) else parse_spec(drawing, called, decisions)
        self.data: dict[str, object] = dict(data)
        self.trace: list[str] = []
        self._works: dict[str, tuple[str, str]] = {}  # token -> (process, element)
        self._timers: dict[str, tuple[str, str]] = {}
        self.last = execution.start(self.spec, self.data)
        self._note()

    def _note(self) -> None:
        advance = self.last
        for token in advance.withdrawn:
            self._works.pop(token, None)
            self._timers.pop(token, None)
        self._works.update({w.token: (w.process, w.element) for w in advance.opened})
        self._timers.update({t.token: (t.process, t.element) for t in advance.timers})
        self.trace += [element for _, element in advance.passed]
        self.data.update(advance.decided)
        works, timers = execution.waiting(self.spec, advance.state)
        assert {w.token: (w.process, w.element) for w in works} == self._works
        assert {t.token: (t.process, t.element) for t in timers} == self._timers

    def _token(self, among: dict[str, tuple[str, str]], element: str) -> str:
        return next(token for token, (_, key) in among.items() if key == element)

    @property
    def state(self) -> bytes:
        return self.last.state

    @property
    def open(self) -> list[str]:
        return sorted(element for _, element in self._works.values())

    @property
    def timers(self) -> list[str]:
        return sorted(element for _, element in self._timers.values())

    @property
    def finished(self) -> bool:
        return self.last.finished

    def do(self, element: str, **answers: object) -> Advance:
        token = self._token(self._works, element)
        data = {**self.data, **answers}
        self.last = execution.complete(self.spec, self.state, data, token)
        self.data = data
        del self._works[token]
        self._note()
        return self.last

    def fire(self, element: str) -> Advance:
        token = self._token(self._timers, element)
        self.last = execution.fire(self.spec, self.state, self.data, token)
        del self._timers[token]
        self._note()
        return self.last
