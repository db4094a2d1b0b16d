"""What is proved and counted of a small drawing, told tersely."""

from __future__ import annotations

from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.soundness import Fault, verdicts
from engine.bpmn.ways.paths import Explorer


def faults(drawing: bytes) -> list[tuple[Fault, str]]:
    return [(one.fault, one.element) for one in verdicts(explicit(read_drawing(drawing, "")))]


def ways(drawing: bytes) -> set[str]:
    """The drawn elements of each way."""
    paths, complete = Explorer(explicit(read_drawing(drawing, ""))).paths()
    assert complete
    return {
        " ".join(one.node.id for one in path.passed if one.node.drawn is None) for path in paths
    }
