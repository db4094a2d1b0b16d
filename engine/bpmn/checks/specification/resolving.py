"""Where the metamodel refers to other elements, and the search for what a reference names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, text_of
from engine.bpmn.checks.kinds import kind_name, owner_of
from engine.bpmn.checks.problems import label, problem_at
from engine.bpmn.checks.rule import Problem
from engine.bpmn.reading.elements import local
from engine.domain.messages import Message, say


@dataclass(frozen=True)
class Reference:
    """An attribute, or a child element, whose text names an element of one of the kinds wanted.

    No kind wanted: whatever has an id will do.
    """

    owners: frozenset[str]
    name: str
    wanted: frozenset[str] = frozenset()
    child: bool = False


def attribute(name: str, owners: Iterable[str], wanted: Iterable[str] = ()) -> Reference:
    """A reference written in an attribute of its owner."""
    return Reference(frozenset(owners), name, frozenset(wanted))


def child(name: str, owners: Iterable[str], wanted: Iterable[str] = ()) -> Reference:
    """A reference written in an element of its own within its owner."""
    return Reference(frozenset(owners), name, frozenset(wanted), child=True)


def written(
    definitions: Definitions, references: Iterable[Reference]
) -> Iterator[tuple[Reference, etree._Element, str]]:
    """Each place where one of the references is filled in, with what is written there."""
    for reference in references:
        if reference.child:
            for place in definitions.all(reference.name):
                parent = place.getparent()
                text = text_of(place)
                if text and parent is not None and local(parent) in reference.owners:
                    yield reference, place, text
        else:
            for place in definitions.all(*sorted(reference.owners)):
                text = (place.get(reference.name) or "").strip()
                if text:
                    yield reference, place, text


def foreign_prefix(place: etree._Element, text: str) -> str | None:
    """The prefix of a qualified name, where nothing declares it."""
    prefix, colon, _ = text.partition(":")
    return prefix if colon and prefix not in place.nsmap else None


def dangles(definitions: Definitions, place: etree._Element, text: str) -> bool:
    """Whether a reference names nothing, though it means something of this file."""
    return definitions.resolve(place, text) is None and not definitions.is_imported(place, text)


def unresolved(
    definitions: Definitions, references: Iterable[Reference], what: Message, remedy: Message
) -> Iterator[Problem]:
    """References that name nothing in the file, or a thing of another kind.

    Nothing is said of what another file holds, nor of an undeclared prefix: that has its own rule.
    """
    for reference, place, text in written(definitions, references):
        found = definitions.resolve(place, text)
        if dangles(definitions, place, text) and foreign_prefix(place, text) is None:
            yield unknown(place, what, text, remedy)
        elif found is not None and reference.wanted and local(found) not in reference.wanted:
            message = say(
                "“%(who)s” nhắc tới “%(key)s” như %(what)s, nhưng đó là %(kind)s.",
                who=label(owner_of(place)),
                key=text,
                what=what,
                kind=kind_name(found),
            )
            yield at(place, message, remedy)


def unknown(place: etree._Element, what: Message, text: str, remedy: Message) -> Problem:
    """The problem of a reference that names nothing."""
    message = say(
        "“%(who)s” nhắc tới %(what)s “%(key)s”, nhưng trong tệp không có.",
        who=label(owner_of(place)),
        what=what,
        key=text,
    )
    return at(place, message, remedy)


def at(place: etree._Element, message: Message, remedy: Message) -> Problem:
    """A problem of the thing that people know, on the line where it is written."""
    return problem_at(place, owner_of(place), message, remedy)


def whose(part: etree._Element) -> str:
    """How a sentence calls what a part belongs to; the part itself where it stands alone."""
    around = part.getparent()
    return label(part if around is None else around)
