"""What `quytrinh layout` draws passes the rules on diagrams; heaps of shapes cost little."""

from __future__ import annotations

import time
from random import Random

import pytest
from lxml import etree

from engine.bpmn.checks import pictures
from engine.bpmn.checks.boxes import Box, Index
from engine.bpmn.checks.subject import Subject
from engine.bpmn.dialect import read_tree
from engine.bpmn.findings import Finding
from engine.bpmn.layout import laid_out
from engine.bpmn.reading import BPMNDI
from tests.bpmn_execution import drawn
from tests.bpmn_reading.sketching import Surroundings
from tests.drawings.test_automatic_layout import random_drawing


def found(content: bytes) -> list[Finding]:
    subject = Subject(read_tree(content, "x.bpmn"), Surroundings().vocabulary())
    return [one for rule in pictures.RULES for one in rule.findings(subject, "x.bpmn")]


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 6, 7, 8])
def test_what_we_lay_out_ourselves_is_silent(seed: int) -> None:
    """(Seeds 5, 13 and 32 have foreign flows on one another, which decision 037 lives with.)"""
    assert found(laid_out(random_drawing(seed), "x.bpmn")) == []


def test_a_drawing_without_a_diagram_is_told_once() -> None:
    content = drawn.process(
        drawn.start(), drawn.user("B1"), drawn.end(), drawn.line("S", "B1", "E")
    )
    assert [(one.rule, one.element) for one in found(content)] == [("no-diagram", "p")]


def heap(place: str) -> bytes:
    """Two thousand tasks, all at one place, in one line down, or slanting."""
    keys = [f"T{number}" for number in range(2000)]
    shapes = edges = ""
    for number, key in enumerate(keys):
        x, y = {"heap": (0, 0), "column": (0, 100 * number), "slant": (number, number)}[place]
        shapes += (
            f'<bpmndi:BPMNShape bpmnElement="{key}">'
            f'<dc:Bounds x="{x}" y="{y}" width="100" height="80"/></bpmndi:BPMNShape>'
        )
        edges += (
            f'<bpmndi:BPMNEdge bpmnElement="{keys[number - 1]}_{key}">'
            f'<di:waypoint x="{x}" y="{y}"/><di:waypoint x="{x + 400}" y="{y}"/></bpmndi:BPMNEdge>'
        )
    tasks = "".join(drawn.user(key) for key in keys)
    text = drawn.process(drawn.start(), tasks, drawn.line(*keys)).decode()
    spaces = "".join(
        f' xmlns:{prefix}="http://www.omg.org/spec/{space}"'
        for prefix, space in (
            ("bpmndi", "BPMN/20100524/DI"),
            ("dc", "DD/20100524/DC"),
            ("di", "DD/20100524/DI"),
        )
    )
    diagram = f'<bpmndi:BPMNDiagram{spaces}><bpmndi:BPMNPlane bpmnElement="p">{shapes}{edges}'
    diagram += "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    return text.replace("</bpmn:definitions>", diagram).encode()


@pytest.mark.parametrize("place", ["heap", "column", "slant"])
def test_however_shapes_are_heaped_the_rules_take_no_time(place: str) -> None:
    content = heap(place)
    begin = time.process_time()
    told = {one.rule for one in found(content)}
    assert time.process_time() - begin < 3
    assert ("shapes-overlap" in told) is (place != "column")


@pytest.mark.parametrize("seed", range(40))
def test_a_spoiled_diagram_never_makes_the_rules_fail(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    root = etree.fromstring(laid_out(random_drawing(seed % 4), "x.bpmn"))
    diagram = root.find(f"{{{BPMNDI}}}BPMNDiagram")
    assert diagram is not None
    figures = list(diagram.iter())
    values = ("", "-40", "0", "1e300", "NaN", "x", "B1", "true", "false")
    for one in random.sample(figures, 30):
        above = one.getparent()
        if one.attrib and random.random() < 0.6:
            one.set(random.choice(sorted(map(str, one.attrib))), random.choice(values))
        elif above is not None and random.random() < 0.5:
            above.remove(one)
        else:
            one.append(etree.fromstring(etree.tostring(random.choice(figures[5:]))))
    for finding in found(etree.tostring(root)):
        assert str(finding.message)
        assert str(finding.remedy)


def test_the_index_finds_what_comparing_each_with_each_finds() -> None:
    boxes = {
        str(number): Box(x, y, x + 5 + number % 37, y + 3 + number % 23)
        for number in range(400)
        for x, y in [(number * 31 % 500, number * 47 % 300)]
    }
    index = Index(boxes)
    for one in boxes.values():
        small = one.grown(-1)
        plain = {key for key, other in boxes.items() if other.touches(small)}
        assert len(plain) < 60
        assert set(index.touching(small)) == plain
