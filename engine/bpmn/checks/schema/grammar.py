"""What BPMN's own schema lets stand where: the tables read from the schema's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from lxml import etree

from engine.bpmn.reading import BPMN, BPMNDI, DC, DI

#: The schema ships inside SpiffWorkflow.
FOLDER = Path(str(files("SpiffWorkflow.bpmn.parser") / "schema"))
MAIN = FOLDER / "BPMN20.xsd"

OURS = frozenset({BPMN, BPMNDI, DC, DI})
"""The namespaces that the schema describes."""

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XSD = "{http://www.w3.org/2001/XMLSchema}"


@dataclass(frozen=True)
class Child:
    """An element that may stand inside another one, or the group of elements it stands for."""

    tag: str
    type: str | None  # of a local declaration; None: the element is declared for itself
    many: bool
    choice: bool  # it stands instead of its neighbours, not beside them


class Grammar:
    """The declarations of the schema. Tags and types are full names: `{namespace}local`."""

    def __init__(self, documents: list[etree._Element]) -> None:
        self._types: dict[str, etree._Element] = {}
        self._type_of: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self.abstract: set[str] = set()
        self._allowed: dict[str, Mapping[str, Child]] = {}
        for document in documents:
            self._read(document)

    def _read(self, document: etree._Element) -> None:
        space = document.get("targetNamespace")
        for declared in document.iterchildren(f"{_XSD}complexType"):
            name = f"{{{space}}}{declared.get('name')}"
            self._types[name] = declared
            for inner in declared.iter(f"{_XSD}element"):
                if inner.get("name"):
                    tag = f"{{{space}}}{inner.get('name')}"
                    self._type_of.setdefault(tag, _full(inner, inner.get("type")))
        for element in document.iterchildren(f"{_XSD}element"):
            tag = f"{{{space}}}{element.get('name')}"
            self._type_of[tag] = _full(element, element.get("type"))
            group = element.get("substitutionGroup")
            if group:
                self._members.setdefault(_full(element, group), []).append(tag)
            if element.get("abstract") == "true":
                self.abstract.add(tag)

    @cached_property
    def tags(self) -> frozenset[str]:
        """Every element there is."""
        return frozenset(self._type_of)

    @cached_property
    def by_local(self) -> Mapping[str, str]:
        """The tags by their local names; of two the one of the BPMN model."""
        ordered = sorted(self._type_of, key=lambda tag: tag.startswith(f"{{{BPMN}}}"))
        return {etree.QName(tag).localname: tag for tag in ordered}

    @cached_property
    def all_attributes(self) -> frozenset[str]:
        """Every attribute that some element may bear."""
        return frozenset().union(*(self.attributes(tag) for tag in self.tags))

    @cached_property
    def types(self) -> frozenset[str]:
        """The names that xsi:type may bear."""
        return frozenset(self._types)

    def is_abstract(self, tag: str) -> bool:
        """Whether an element is a notion only, of which kinds are drawn (`event`, `gateway`)."""
        declared = self._types.get(self._type_of.get(tag, ""))
        return tag in self.abstract or (declared is not None and declared.get("abstract") == "true")

    def allowed(self, tag: str) -> Mapping[str, Child]:
        """What may stand inside an element, by tag, in the schema's order."""
        if tag not in self.tags:
            return {}  # (nothing is kept of names that files make up)
        if tag not in self._allowed:
            found: dict[str, Child] = {}
            for child in self._children(self._type_of[tag]):
                for one in self._kinds(child.tag):
                    found.setdefault(one, child)
            self._allowed[tag] = found
        return self._allowed[tag]

    def parents(self, tag: str) -> list[str]:
        """The elements in which one may stand."""
        return [one for one in sorted(self.tags) if tag in self.allowed(one)]

    def attributes(self, tag: str) -> frozenset[str]:
        """The attributes that an element may bear, those of other namespaces aside."""
        return self._attributes.get(tag, frozenset())

    @cached_property
    def _attributes(self) -> Mapping[str, frozenset[str]]:
        return {tag: self._attributes_of(declared) for tag, declared in self._type_of.items()}

    def _attributes_of(self, type_name: str) -> frozenset[str]:
        declared = self._types.get(type_name)
        found: set[str] = set()
        while declared is not None:
            found |= {str(one.get("name")) for one in declared.iter(f"{_XSD}attribute")}
            declared = self._base(declared)
        return frozenset(found)

    def _kinds(self, tag: str) -> Iterator[str]:
        yield tag
        for member in self._members.get(tag, ()):
            yield from self._kinds(member)

    def _children(self, type_name: str) -> Iterator[Child]:
        declared = self._types.get(type_name)
        if declared is None:
            return
        base = self._base(declared)
        if base is not None:
            yield from self._children(_name(base))
        for inner in declared.iter(f"{_XSD}element"):
            many = inner.get("maxOccurs", "1") != "1"
            around = inner.getparent()
            choice = around is not None and around.tag == f"{_XSD}choice"
            tag = inner.get("ref")
            if tag:
                yield Child(_full(inner, tag), None, many, choice)
            else:
                space = etree.QName(_name(declared)).namespace
                own = f"{{{space}}}{inner.get('name')}"
                yield Child(own, _full(inner, inner.get("type")), many, choice)

    def _base(self, declared: etree._Element) -> etree._Element | None:
        extended = declared.find(f".//{_XSD}extension")
        return None if extended is None else self._types.get(_full(extended, extended.get("base")))


def _name(declared: etree._Element) -> str:
    root = declared.getroottree().getroot()
    return f"{{{root.get('targetNamespace')}}}{declared.get('name')}"


def _full(element: etree._Element, name: str | None) -> str:
    prefix, _, local = (name or "").rpartition(":")
    return f"{{{element.nsmap.get(prefix or None)}}}{local}"


def space_of(element: etree._Element) -> str:
    """The namespace of an element; `""` where it has none."""
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


@cache
def grammar() -> Grammar:
    """The schema's tables, read when first asked for."""
    names = ("Semantic.xsd", "BPMN20.xsd", "BPMNDI.xsd", "DI.xsd", "DC.xsd")
    return Grammar([etree.fromstring((FOLDER / name).read_bytes()) for name in names])
