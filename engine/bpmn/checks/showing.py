"""Shows the examples of a rule: pieces with pictures, bad ones with what is found of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.bpmn.checks.subject import Vocabulary
from engine.bpmn.checks.teaching import Example, examples_of, found_in
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.layout import laid_out
from engine.bpmn.model import Drawing
from engine.bpmn.pictures import svg
from engine.bpmn.pictures.figures import Mark
from engine.bpmn.reading.dialect import read_tree
from engine.domain.errors import DrawingRefused

#: What examples are called in their findings.
NAME = "vi-du.bpmn"

#: How findings are marked on a drawing.
MARKS = {Severity.ERROR: Mark.FAULTY, Severity.WARNING: Mark.DOUBTFUL}


@dataclass(frozen=True)
class Shown:
    """An example as its page shows it."""

    piece: str  # the XML, as written
    note: str
    picture: str | None  # SVG; None for what is no drawing, or draws nothing
    findings: tuple[Finding, ...]  # of the rule, in a bad one


@dataclass(frozen=True)
class Lessons:
    """The examples of a rule."""

    good: tuple[Shown, ...]
    bad: tuple[Shown, ...]


@lru_cache(maxsize=512)
def examples_shown(rule: str) -> Lessons | None:
    """The examples of a rule with pictures and findings; None where it has none."""
    examples = examples_of(rule)
    if examples is None:
        return None
    vocabulary = examples.vocabulary
    return Lessons(
        tuple(Shown(one.shown, one.note, picture_of(one, ()), ()) for one in examples.good),
        tuple(_bad(rule, one, vocabulary) for one in examples.bad),
    )


def marks_of(findings: tuple[Finding, ...]) -> dict[str, str]:
    """How the elements of findings are marked: where errors and warnings meet, as faulty."""
    said = sorted(findings, key=lambda finding: finding.severity is Severity.ERROR)
    return {one.element: MARKS[one.severity] for one in said if one.element is not None}


def drawn(drawing: Drawing) -> frozenset[str]:
    """What of a drawing has a figure: its elements, its lanes that have a place, its flows."""
    lanes = drawing.lanes.keys() & drawing.places.keys()
    flows = (
        one.id for one in drawing.flows.values() if {one.source, one.target} <= set(drawing.nodes)
    )
    return frozenset({*drawing.nodes, *lanes, *flows})


def _bad(rule: str, example: Example, vocabulary: Vocabulary) -> Shown:
    found = tuple(one for one in found_in(example, vocabulary) if one.rule == rule)
    return Shown(example.shown, example.note, picture_of(example, found), found)


def picture_of(example: Example, findings: tuple[Finding, ...] = ()) -> str | None:
    """Laid out by us, unless the example brings a diagram of its own: that is its point."""
    try:
        content = example.content
        if b"BPMNPlane" not in content:
            content = laid_out(content, NAME)
        drawing = read_tree(content, NAME).drawing
    except DrawingRefused:
        return None
    return svg.render(drawing, marks_of(findings)) if drawing.nodes else None
