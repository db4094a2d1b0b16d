"""Parsed drawings ready for execution, and a cache of them: one per version, shared by threads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from engine.bpmn.behaviour import ProcessSpec
from engine.bpmn.dialect import read_drawing
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import Drawing, Kind, Node
from engine.bpmn.normalising import normalise
from engine.domain.errors import DrawingRefused
from engine.domain.messages import say

if TYPE_CHECKING:
    from engine.bpmn.decisions import DecisionTable


@dataclass(frozen=True)
class Spec:
    """A drawing with everything it calls, ready for execution. Never changed once made."""

    main: str  # key of the case's drawing
    drawings: Mapping[str, Drawing]  # by key, `main` and called ones
    processes: Mapping[str, ProcessSpec] = field(repr=False)  # by process name
    tables: Mapping[str, DecisionTable] = field(repr=False)  # by decision id

    def drawing(self, key: str) -> Drawing:
        return self.drawings[key]

    def node(self, process: str, element: str) -> Node:
        """The drawn element that an OpenedWork, OpenedTimer or a passed element names."""
        return self.drawings[process].nodes[element]


def parse_spec(
    drawing: bytes,
    called: Mapping[str, bytes] | None = None,
    decisions: Mapping[str, bytes] | None = None,
) -> Spec:
    """The spec of a drawing.

    `called` holds the called drawings by process key, transitively; `decisions` the DMN files by
    any name. Raises DrawingRefused (also when something called is not among them), BadDecision.
    """
    main = read_drawing(drawing, "")
    drawings = {main.key: main}
    for key, content in (called or {}).items():
        drawings.setdefault(key, read_drawing(content, key))
    tables: dict[str, DecisionTable] = {}
    for name, content in (decisions or {}).items():
        from engine.bpmn.decisions import parse_decisions

        tables.update(parse_decisions(content, name))
    missing = tuple(_missing(drawings.values(), drawings, tables))
    if missing:
        raise DrawingRefused(missing)
    processes: dict[str, ProcessSpec] = {}
    for each in drawings.values():
        processes.update(normalise(each))
    return Spec(main.key, drawings, processes, tables)


def _missing(
    drawn: Iterable[Drawing], drawings: Mapping[str, Drawing], tables: Mapping[str, DecisionTable]
) -> Iterable[Finding]:
    for drawing in drawn:
        for node in drawing.nodes.values():
            known: Mapping[str, object] = drawings if node.kind is Kind.CALL_ACTIVITY else tables
            if node.kind in {Kind.CALL_ACTIVITY, Kind.RULE_TASK} and node.called not in known:
                yield Finding(
                    "missing-reference",
                    Severity.ERROR,
                    say("Không có “%(called)s” mà bước này gọi.", called=node.called or ""),
                    say("Nộp kèm tệp của bản vẽ hoặc bảng quyết định được gọi."),
                    node.id,
                    node.name,
                    node.line,
                )


class SpecCache:
    """The specs used last, by the digest of their version. Safe for threads."""

    def __init__(self, size: int = 64) -> None:
        self._size = size
        self._specs: OrderedDict[str, Spec] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str, build: Callable[[], Spec]) -> Spec:
        """The spec of `digest`, built when it is not here.

        Built outside the lock: two threads may build the same spec once, which harms nothing;
        holding the lock would make every other case wait for the parsing.
        """
        with self._lock:
            spec = self._specs.get(digest)
            if spec is not None:
                self._specs.move_to_end(digest)
                return spec
        spec = build()
        with self._lock:
            self._specs[digest] = spec
            self._specs.move_to_end(digest)
            while len(self._specs) > self._size:
                self._specs.popitem(last=False)
        return spec
