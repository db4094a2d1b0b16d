"""Tells what is wrong by the schema: of which element, in how many places, what there may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from lxml import etree

from engine.bpmn.checks.kinds import owner_of
from engine.bpmn.checks.rule import Problem
from engine.bpmn.checks.schema.grammar import grammar
from engine.bpmn.checks.subject import label
from engine.bpmn.dialect import local
from engine.bpmn.reading import line_of
from engine.domain.messages import Message, say

MOST_TOLD = 10
"""How many places a rule of the schema names in one file. A whole flood teaches no more."""

_MOST_NAMED = 12
Found = TypeVar("Found")


def each(found: Sequence[Found], tell: Callable[[Found], Problem]) -> Iterator[Problem]:
    """What there is to tell of the first places; the last one says how many more there are."""
    more = len(found) - MOST_TOLD
    for number, one in enumerate(found[:MOST_TOLD], 1):
        told = tell(one)
        if number == MOST_TOLD and more > 0:
            sentence = say(
                "%(sentence)s Trong tệp còn %(more)s chỗ nữa sai như vậy.",
                sentence=told.message,
                more=more,
            )
            told = replace(told, message=sentence)
        yield told


def at(element: etree._Element, message: Message, remedy: Message) -> Problem:
    """A problem in the line of an element, of the thing drawn that it belongs to."""
    if is_unseen(element) and element.get("id"):
        return Problem(message, remedy, element.get("id"), element.get("name"), line_of(element))
    drawn = _drawn(element)
    if drawn is not None:
        return Problem(message, remedy, drawn or None, None, line_of(element))
    owner = owner_of(element)
    return Problem(message, remedy, owner.get("id"), owner.get("name"), line_of(element))


def who(element: etree._Element) -> Message | str:
    """How a sentence calls an element that may bear neither an id nor a name."""
    if is_unseen(element) and element.get("id"):
        return say("“%(label)s”", label=label(element))
    drawn = _drawn(element)
    if drawn is not None:
        return say("hình của “%(key)s”", key=drawn or "?")
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


def _drawn(element: etree._Element) -> str | None:
    """What a figure of the diagram shows; `""` where it does not say; None outside diagrams."""
    for here in (element, *element.iterancestors()):
        if bare(here) in {"BPMNShape", "BPMNEdge"}:
            return (here.get("bpmnElement") or "").strip().rpartition(":")[2]
    return None
