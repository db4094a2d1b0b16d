"""Each sound construct, spoiled in one place: what the schema refuses, or leads nowhere, is told.

The list of places is long; each run looks at the same few hundred of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from lxml import etree

from engine.bpmn.checks import FILE_RULES, check, schema
from engine.bpmn.checks.teaching import examples_of
from engine.bpmn.reading import BPMN
from tests.interchange.test_interchange import BY_SCHEMA, SOUND

FILES = sorted(path.name for path in SOUND.glob("*.bpmn"))
TELLING = {rule.id for rule in (*FILE_RULES, *schema.RULES)}
NOWHERE = "khong_co_dau"
WRONG = "sai_loai"  # a category, which nothing here refers to
#: References that other files, or other kinds of diagrams, may fill.
ELSEWHERE = {
    ("callActivity", "calledElement"),
    ("BPMNEdge", "sourceElement"),
    ("BPMNEdge", "targetElement"),
    ("itemDefinition", "structureRef"),
    ("interface", "implementationRef"),
}
#: What joins anything that has an id: no kind is wrong there.
JOINING = {"association", "relationship"}
REFERRING = {"attachedToRef", "bpmnElement", "calledElement", "default", "labelStyle"}
IN_TEXT = {"incoming", "outgoing", "source", "target", "supports"}
#: Undoes what was done.
Undo = Callable[[], None]


@cache
def content(name: str) -> bytes:
    return (SOUND / name).read_bytes()


def told(root: etree._Element) -> set[str]:
    examples = examples_of("unknown-lane")
    assert examples is not None
    found = check(etree.tostring(root), "x.bpmn", examples.vocabulary)
    return {one.rule for one in found} & TELLING


def set_to(element: etree._Element, key: str, value: str | None) -> Undo:
    """Writes an attribute; None drops it."""
    old = element.get(key)
    assert old is not None
    if value is None:
        del element.attrib[key]
    else:
        element.set(key, value)
    return lambda: element.set(key, old)


def without(element: etree._Element) -> Undo:
    around = element.getparent()
    assert around is not None
    place = around.index(element)
    around.remove(element)
    return lambda: around.insert(place, element)


def says(element: etree._Element, text: str) -> Undo:
    old = element.text

    def undo() -> None:
        element.text = old

    element.text = text
    return undo


def spoilings(root: etree._Element) -> Iterator[Callable[[], Undo]]:
    """An attribute dropped, emptied or nonsense; an element dropped."""
    for element in list(root.iter(etree.Element)):
        for key in element.attrib:
            for value in (None, "", "###"):
                yield lambda one=element, key=key, value=value: set_to(one, key, value)
        if element is not root:
            yield lambda one=element: without(one)


def references(root: etree._Element, value: str) -> Iterator[Callable[[], Undo]]:
    """Each reference, led elsewhere."""
    for element in list(root.iter(etree.Element)):
        tag = etree.QName(element).localname
        holders = {etree.QName(one).localname for one in (element, *element.iterancestors())}
        if value == WRONG and not JOINING.isdisjoint(holders):
            continue
        for key in element.attrib:
            refers = key in REFERRING or str(key).endswith("Ref")
            if refers and (tag, key) not in ELSEWHERE:
                yield lambda one=element, key=key: set_to(one, key, value)
        if tag.endswith(("Ref", "Refs")) or tag in IN_TEXT:
            yield lambda one=element: says(one, value)


@pytest.mark.parametrize("name", FILES)
def test_what_the_schema_refuses_is_told(name):
    root = etree.fromstring(content(name))
    places = list(spoilings(root))
    for spoil in random.Random(name).sample(places, 120):  # noqa: S311
        undo = spoil()
        assert BY_SCHEMA.validate(root) or told(root), BY_SCHEMA.error_log
        undo()
    assert not told(root)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("value", [NOWHERE, WRONG])
def test_a_reference_that_leads_nowhere_or_to_a_wrong_thing_is_told(name, value):
    root = etree.fromstring(content(name))
    wrong = etree.Element(f"{{{BPMN}}}category", id=WRONG, name="Sai")
    next(root.iterchildren(f"{{{BPMN}}}message")).addprevious(wrong)
    places = list(references(root, value))
    for spoil in random.Random(name).sample(places, min(40, len(places))):  # noqa: S311
        undo = spoil()
        assert told(root), etree.tostring(root, encoding="unicode")
        undo()
    assert not told(root)
