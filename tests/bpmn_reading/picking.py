"""Finds, by chance, something in the tree of a drawing to be changed."""

from __future__ import annotations

from itertools import count
from random import Random

from lxml import etree

from engine.bpmn.reading.elements import bpmn
from engine.bpmn.reading.node_kinds import NODE_TAGS

NODES = sorted(NODE_TAGS)


def any_element(root: etree._Element, chance: Random) -> etree._Element:
    return chance.choice([e for e in root.iter() if isinstance(e.tag, str)])


def one(root: etree._Element, chance: Random, tags: list[str]) -> etree._Element | None:
    found = list(root.iter(*(bpmn(tag) for tag in tags)))
    return chance.choice(found) if found else None


def flows_at(root: etree._Element, end: str, node: etree._Element) -> list[etree._Element]:
    key = node.get("id")
    return [flow for flow in root.iter(bpmn("sequenceFlow")) if flow.get(end) == key]


def fresh(root: etree._Element, chance: Random) -> str:
    taken = {element.get("id") for element in root.iter()}
    return next(f"{n}" for n in count(chance.randrange(1000)) if f"them_{n}" not in taken)


def remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
