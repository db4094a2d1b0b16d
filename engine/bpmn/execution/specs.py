"""Parsed drawings with everything they call, ready for execution and shared by threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.bpmn.decisions import DecisionTable, parse_decisions
from engine.bpmn.execution.behaviour import ProcessSpec
from engine.bpmn.execution.normalising import normalise
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import CALLING, Drawing, Kind, Node, called_from
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.ways.branches import main_way
from engine.domain.errors import DrawingRefused
from engine.domain.messages import Message, say


@dataclass(frozen=True)
class Spec:
    """A drawing with everything it calls, ready for execution. Never changed once made."""

    main: str  # key of the case's drawing
    drawings: Mapping[str, Drawing]  # by key, `main` and called ones; explicit
    processes: Mapping[str, ProcessSpec] = field(repr=False)  # by process name
    tables: Mapping[str, DecisionTable] = field(repr=False)  # by decision id

    @cached_property
    def outcomes(self) -> frozenset[str]:
        """The elements of the main way: what the case comes to is an end event among them.

        So is whatever ends everything, wherever it stands.
        """
        main = self.drawings[self.main]
        terminating = (n.id for n in main.nodes.values() if n.terminates and n.parent is None)
        return main_way(main) | frozenset(terminating)

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
    main = explicit(read_drawing(drawing, ""))
    drawings = {main.key: main}
    for key, content in (called or {}).items():
        drawings.setdefault(key, explicit(read_drawing(content, key)))
    tables: dict[str, DecisionTable] = {}
    for name, content in (decisions or {}).items():
        tables.update(parse_decisions(content, name))
    refused = (*_missing(drawings, tables), *_circles(drawings))
    if refused:
        raise DrawingRefused(refused)
    processes: dict[str, ProcessSpec] = {}
    for each in drawings.values():
        processes.update(normalise(each))
    return Spec(main.key, drawings, processes, tables)


def _missing(
    drawings: Mapping[str, Drawing], tables: Mapping[str, DecisionTable]
) -> Iterator[Finding]:
    for drawing in drawings.values():
        for node in drawing.nodes.values():
            known: Mapping[str, object] = drawings if node.kind is Kind.CALL_ACTIVITY else tables
            if node.kind in CALLING and node.called not in known:
                yield _finding(
                    "missing-reference",
                    node,
                    say("Không có “%(called)s” mà bước này gọi.", called=node.called or ""),
                    say("Nộp kèm tệp của bản vẽ hoặc bảng quyết định được gọi."),
                )


def _circles(drawings: Mapping[str, Drawing]) -> Iterator[Finding]:
    """Calls that lead back to the drawing they stand in, which would nest without end."""
    for key, drawing in drawings.items():
        for node in drawing.calls():
            if key in called_from(node.called or "", drawings):
                yield _finding(
                    "circular-call",
                    node,
                    say("Bước này gọi lại chính bản vẽ “%(key)s”.", key=key),
                    say("Vẽ vòng lặp bằng luồng quay lại thay cho lời gọi."),
                )


def _finding(rule: str, node: Node, message: Message, remedy: Message) -> Finding:
    return Finding(rule, Severity.ERROR, message, remedy, node.id, node.name, node.line)
