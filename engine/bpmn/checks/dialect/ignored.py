"""Rules on what the engine would ignore: nothing that an analyst filled in is lost unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.problems import label, nearest, problem, problem_at
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.reading.elements import bpmn, children, local, property_elements
from engine.domain.messages import Message, say

_PROPERTIES: Mapping[str, frozenset[str]] = {
    "process": frozenset({"field", "legal_term", "effective_from", "effective_to"}),
    "userTask": frozenset(
        {"due", "documents", "clock", "acceptance", "signs", "list", "list_number"}
    ),
    "receiveTask": frozenset(
        {"due", "documents", "clock", "acceptance", "candidateGroups", "formRef"}
    ),
    "intermediateCatchEvent": frozenset({"due", "clock"}),
}


def _elements(subject: Subject) -> Iterator[etree._Element]:
    """BPMN elements of the file, processes drawn for reading left out."""
    if not _is_run(subject):
        return
    for top in subject.tree.root.iterchildren(bpmn("*")):
        if local(top) != "process" or top is subject.tree.process:
            yield from top.iter(bpmn("*"))
    yield subject.tree.root


def _is_run(subject: Subject) -> bool:
    """Whether the drawing is to be run; what is only looked at may hold anything."""
    return subject.tree.process.get("isExecutable", "").strip() in {"true", "1"}


def unknown_property(subject: Subject) -> Iterator[Problem]:
    """Extension properties are those of the dialect, where the dialect reads them.

    Thuộc tính mở rộng (Extension properties) chỉ gồm những tên mà hệ thống dùng, ghi ở đúng
    loại phần tử.
    """
    everywhere = frozenset[str]().union(*_PROPERTIES.values())
    for element in _elements(subject):
        allowed = _PROPERTIES.get(local(element), frozenset())
        seen: set[str] = set()
        for entry in property_elements(element):
            name = (entry.get("name") or "").strip()
            if name in seen:
                message = say(
                    "“%(who)s” có hai thuộc tính “%(name)s”.", who=label(element), name=name
                )
                yield problem_at(entry, element, message, say("Chỉ giữ một."))
            seen.add(name)
            if name in allowed or (local(element) == "process" and name.startswith("legal_term.")):
                continue
            message = say(
                "Thuộc tính “%(name)s” của “%(who)s” không có tác dụng.",
                name=name,
                who=label(element),
            )
            yield problem_at(entry, element, message, _property_remedy(name, allowed, everywhere))


def _property_remedy(name: str, allowed: frozenset[str], everywhere: frozenset[str]) -> Message:
    near = nearest(name, allowed)
    if near:
        return say("Có phải là “%(near)s”?", near=near)
    places = sorted(tag for tag, names in _PROPERTIES.items() if name in names)
    if places:
        return say("Thuộc tính này chỉ dùng ở: %(places)s.", places=", ".join(places))
    return say(
        "Xóa thuộc tính; các thuộc tính được dùng: %(known)s.",
        known=", ".join(sorted(allowed or everywhere)),
    )


def performer(subject: Subject) -> Iterator[Problem]:
    """Who works is said by the lane, not by BPMN's own performers.

    Người thực hiện do làn nói, không ghi bằng performer hay potentialOwner của BPMN.
    """
    tags = ("performer", "humanPerformer", "potentialOwner", "resourceRole")
    for node in subject.nodes if _is_run(subject) else ():
        if any(True for _ in children(subject.tree.elements[node.id], *tags)):
            yield problem(
                node,
                say(
                    "“%(who)s” nêu người thực hiện (%(tags)s); hệ thống không đọc.",
                    who=label(node),
                    tags="performer, potentialOwner",
                ),
                say("Người thực hiện là chức danh của làn; thêm chức danh ở Candidate groups."),
            )


RULES = (
    firm("unknown-property", unknown_property),
    warning("performer", performer),
)
