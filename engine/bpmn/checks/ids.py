"""Rules on ids: present, unique and well formed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import Subject, problem
from engine.bpmn.dialect import NODE_TAGS, local, walk
from engine.bpmn.reading import BPMN, BPMNDI, line_of
from engine.domain.messages import say

_NCNAME = re.compile(r"[^\W\d][\w.\-]*")


def _identified(subject: Subject) -> Iterator[etree._Element]:
    """What must have an id: the process, its lanes, flow nodes and flows."""
    yield subject.tree.process
    yield from subject.tree.process.iter(f"{{{BPMN}}}lane")
    for element, _parent in walk(subject.tree.process):
        if local(element) in NODE_TAGS or local(element) == "sequenceFlow":
            yield element


def missing(subject: Subject) -> Iterator[Problem]:
    """The process, every lane, element and flow has an id."""
    for element in _identified(subject):
        if not element.get("id"):
            yield problem(
                element,
                say(
                    "Phần tử “%(what)s” (%(tag)s) không có mã (id).",
                    what=element.get("name") or "",
                    tag=local(element),
                ),
                say("Đặt mã cho phần tử, ví dụ mã bước trong quy trình: B1, B2…"),
            )


def duplicate(subject: Subject) -> Iterator[Problem]:
    """No id is used twice in a file."""
    seen: dict[str, etree._Element] = {}
    for element in subject.tree.root.iter(f"{{{BPMN}}}*", f"{{{BPMNDI}}}*"):
        key = element.get("id")
        if not key:
            continue
        first = seen.setdefault(key, element)
        if first is not element:
            yield problem(
                element,
                say("Mã “%(id)s” bị trùng: đã dùng ở dòng %(line)s.", id=key, line=line_of(first)),
                say("Đổi một trong hai mã."),
            )


def malformed(subject: Subject) -> Iterator[Problem]:
    """An id begins with a letter or `_` and holds letters, digits, `_`, `-` and `.` alone."""
    for element in _identified(subject):
        key = element.get("id")
        if key and not _NCNAME.fullmatch(key):
            yield problem(
                element,
                say("Mã “%(id)s” không hợp lệ.", id=key),
                say("Mã bắt đầu bằng chữ, chỉ gồm chữ, số, “_”, “-”, “.” và không có dấu cách."),
            )


RULES = (
    firm("missing-id", missing),
    firm("duplicate-id", duplicate),
    firm("malformed-id", malformed),
)
