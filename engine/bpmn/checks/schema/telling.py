"""Tells what is wrong by the schema: of which element, in how many places, what there may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from lxml import etree

from engine.bpmn.checks.kinds import owner_of
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem
from engine.bpmn.checks.schema.grammar import grammar
from engine.bpmn.checks.schema.placing import figure_of, shown_by
from engine.bpmn.reading import line_of
from engine.bpmn.reading.elements import local
from engine.domain.messages import Message, say

MOST_TOLD = 10
"""How many places a rule of the schema names in one file. A whole flood teaches no more."""

_MOST_NAMED = 12
Found = TypeVar("Found")


def each(found: Sequence[Found], tell: Callable[[Found], Problem]) -> Iterator[Problem]:
    """What there is to tell of the first places; the last one says how many more there are."""
    more = len(found) - MOST_TOLD
    for number, one in enumerate(found[:MOST_TOLD], 1):
        yield _with_more(tell(one), more if number == MOST_TOLD else 0)


def each_kind(
    found: Iterable[etree._Element], tell: Callable[[etree._Element], Problem]
) -> Iterator[Problem]:
    """The same of elements of which one of each name teaches all: the first, and how many more."""
    kinds: dict[str, list[etree._Element]] = {}
    for element in found:
        kinds.setdefault(str(element.tag), []).append(element)
    for elements in list(kinds.values())[:MOST_TOLD]:
        yield _with_more(tell(elements[0]), len(elements) - 1)


def _with_more(told: Problem, more: int) -> Problem:
    if more <= 0:
        return told
    sentence = say(
        "%(sentence)s Trong tệp còn %(more)s chỗ nữa sai như vậy.",
        sentence=told.message,
        more=more,
    )
    return replace(told, message=sentence)


def at(element: etree._Element, message: Message, remedy: Message) -> Problem:
    """A problem in the line of an element, of the thing drawn that it belongs to."""
    if is_unseen(element) and element.get("id"):
        return Problem(message, remedy, element.get("id"), element.get("name"), line_of(element))
    figure = figure_of(element)
    if figure is not None:
        return Problem(message, remedy, shown_by(figure) or None, None, line_of(element))
    owner = owner_of(element)
    return Problem(message, remedy, owner.get("id"), owner.get("name"), line_of(element))


def who(element: etree._Element) -> Message | str:
    """How a sentence calls an element that may bear neither an id nor a name."""
    if is_unseen(element) and element.get("id"):
        return say("“%(label)s”", label=label(element))
    figure = figure_of(element)
    if figure is not None:
        return say("hình của “%(key)s”", key=shown_by(figure) or "?")
    owner = owner_of(element)
    if owner.get("id") or owner.get("name"):
        return say("“%(label)s”", label=label(owner))
    if local(owner) == "definitions":
        return say("thẻ gốc của tệp")
    return say("thẻ “%(tag)s” ở dòng %(line)s", tag=bare(owner), line=line_of(owner))


def is_unseen(element: etree._Element) -> bool:
    """Whether an element is none that BPMN draws: misspelt, out of BPMN, or a notion only."""
    tag = str(element.tag)
    return tag not in grammar().tags or grammar().is_abstract(tag)


def bare(element: etree._Element | str) -> str:
    """The local name of an element or of a full name."""
    return etree.QName(element).localname


def listed(tags: Iterable[str]) -> str:
    """Local names of tags, as a sentence lists them; the first few of many."""
    names = list(dict.fromkeys(bare(tag) for tag in tags))
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown}…" if len(names) > _MOST_NAMED else shown
