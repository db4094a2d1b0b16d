"""How problems speak of what they are found at: its name, its line, and what else was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from lxml import etree

from engine.bpmn.checks.rule import Problem
from engine.bpmn.model import Drawing, Flow, Lane, Node
from engine.bpmn.reading import line_of
from engine.domain.folding import fold
from engine.domain.messages import Message


def label(thing: Node | Flow | Lane | etree._Element) -> str:
    """How a sentence calls something: `B2 – Thẩm định hồ sơ`."""
    key, name = _id_and_name(thing)
    return " – ".join(part for part in (key, name) if part) or "?"


def problem(
    thing: Node | Flow | Lane | etree._Element, message: Message, remedy: Message
) -> Problem:
    """A problem at a thing drawn."""
    key, name = _id_and_name(thing)
    line = thing.line if isinstance(thing, (Node, Flow, Lane)) else line_of(thing)
    return Problem(message, remedy, key or None, name or None, line)


def problem_at(
    place: etree._Element, thing: Node | etree._Element, message: Message, remedy: Message
) -> Problem:
    """A problem of a thing, on the line of what says so: a reference, a figure, a property."""
    return replace(problem(thing, message, remedy), line=line_of(place))


def _id_and_name(thing: Node | Flow | Lane | etree._Element) -> tuple[str, str]:
    if isinstance(thing, (Node, Flow)):
        return thing.shown, thing.name
    if isinstance(thing, Lane):
        return thing.id, thing.name
    return thing.get("id") or "", thing.get("name") or ""


def whole_process(drawing: Drawing, message: Message, remedy: Message) -> Problem:
    """A problem of the process as a whole."""
    return Problem(message, remedy, drawing.key or None, drawing.name or None, drawing.line)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, diacritics and case aside; None when none is near."""
    return _nearest(fold(name), tuple(known))


@lru_cache(maxsize=1024)
def _nearest(folded: str, known: tuple[str, ...]) -> str | None:
    """(A wrong name is seldom written once.)"""
    by_folded = {fold(candidate): candidate for candidate in known}
    found = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
