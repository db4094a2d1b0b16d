"""Constraints on what identifies things: ids, the file's namespace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.kinds import (
    EVENT_DEFINITIONS,
    FLOW_NODES,
    kind_name,
)
from engine.bpmn.checks.problems import problem
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading import BPMN, BPMNDI, line_of
from engine.bpmn.reading.elements import local
from engine.domain.messages import say

_NCNAME = re.compile(r"[^\W\d][\w.\-]*")
_DRAWN = FLOW_NODES | {"process", "lane", "sequenceFlow", "participant", "messageFlow"}
"""What the engine, or the picture, finds by its id."""
_KEYS = FLOW_NODES | {"process", "lane", "sequenceFlow"}
"""Whose ids the engine stores, and shows in the address of a page."""
_NAMED = (
    "message", "error", "signal", "escalation", "itemDefinition", "interface", "operation",
    "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "dataInput",
    "dataOutput", "resource", "categoryValue", "correlationProperty", "correlationKey",
    "textAnnotation", "group", "association",
)  # fmt: skip
"""What has a use only where something else names it, or the picture draws it."""


def missing_id(definitions: Definitions) -> Iterator[Problem]:
    """Every process, pool, lane, flow node and flow has an id.

    Quy trình, pool, làn, mỗi bước và mỗi luồng đều phải có mã (id).

    BPMN 2.0.2, 8.3.1; BaseElement attributes
    """
    for element in definitions.all(*sorted(_DRAWN)):
        if not element.get("id"):
            yield problem(
                element,
                say(
                    "Phần tử “%(what)s” (%(tag)s) không có mã (id).",
                    what=element.get("name") or "?",
                    tag=local(element),
                ),
                say("Đặt mã cho phần tử, ví dụ mã bước trong quy trình: B1, B2…"),
            )


def nameless_part(definitions: Definitions) -> Iterator[Problem]:
    """What serves only by being referred to has an id: messages, errors, data, notes and such.

    Thứ chỉ có ích khi được nhắc tới (thông điệp, lỗi, dữ liệu, chú thích…) phải có mã để nhắc.

    BPMN 2.0.2, 8.3.1; BaseElement attributes
    """
    rooted = (one for one in definitions.all(*sorted(EVENT_DEFINITIONS)) if _is_root(one))
    for element in (*definitions.all(*_NAMED), *rooted):
        if not element.get("id"):
            yield at(
                element,
                say(
                    "“%(what)s” (%(kind)s) không có mã (id), nên không đâu nhắc tới được.",
                    what=element.get("name") or "?",
                    kind=kind_name(element),
                ),
                say("Xóa đi, hoặc mở bản vẽ bằng phần mềm vẽ, sửa và lưu lại."),
            )


def duplicate_id(definitions: Definitions) -> Iterator[Problem]:
    """No id is used by two elements of a file.

    Mỗi mã (id) chỉ dùng cho một phần tử trong tệp.

    BPMN 2.0.2, 8.3.1; BaseElement attributes
    """
    for element, first in _repeated(definitions):
        if element.tag.startswith(f"{{{BPMN}}}") and first.tag.startswith(f"{{{BPMN}}}"):
            yield problem(
                element,
                say(
                    "Mã “%(id)s” bị trùng: đã dùng ở dòng %(line)s.",
                    id=element.get("id"),
                    line=line_of(first),
                ),
                say("Đổi một trong hai mã."),
            )


def duplicate_figure_id(definitions: Definitions) -> Iterator[Problem]:
    """The id of a shape or an edge is used by no other figure, and by no element.

    Mã (id) của một hình vẽ không trùng với mã của hình khác hay của phần tử nào.

    BPMN 2.0.2, 8.3.1; BaseElement attributes
    """
    for element, first in _repeated(definitions):
        if not (element.tag.startswith(f"{{{BPMN}}}") and first.tag.startswith(f"{{{BPMN}}}")):
            yield problem(
                element,
                say(
                    "Mã hình vẽ “%(id)s” bị trùng: đã dùng ở dòng %(line)s.",
                    id=element.get("id"),
                    line=line_of(first),
                ),
                say("Mở bản vẽ bằng phần mềm vẽ rồi lưu lại, hoặc chạy quytrinh layout <tệp>."),
            )


def _repeated(definitions: Definitions) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Elements and figures whose id is used already, each with the one that used it first.

    An element is the first even where its shape comes before it in the file.
    """
    seen: dict[str, etree._Element] = {}
    for namespace in (BPMN, BPMNDI):
        for element in definitions.root.iter(f"{{{namespace}}}*"):
            key = element.get("id")
            if key and seen.setdefault(key, element) is not element:
                yield element, seen[key]


def malformed_id(definitions: Definitions) -> Iterator[Problem]:
    """The id of a process, a lane, a flow node or a flow begins with a letter or `_` and holds
    letters, digits, `_`, `-` and `.` alone.

    Mã của quy trình, làn, bước và luồng bắt đầu bằng chữ hoặc “_”, chỉ gồm chữ, số, “_”, “-”, “.”
    và không có dấu cách.

    BPMN 2.0.2, 8.3.1; BaseElement attributes
    """
    for element in definitions.all(*sorted(_KEYS)):
        key = element.get("id")
        if key and not _NCNAME.fullmatch(key):
            yield problem(
                element,
                say("Mã “%(id)s” không hợp lệ.", id=key),
                say("Mã bắt đầu bằng chữ, chỉ gồm chữ, số, “_”, “-”, “.” và không có dấu cách."),
            )


def _is_root(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == "definitions"


RULES = (
    firm("missing-id", missing_id),
    warning("unnameable", nameless_part),
    firm("duplicate-id", duplicate_id),
    warning("duplicate-figure-id", duplicate_figure_id),
    firm("malformed-id", malformed_id),
)
