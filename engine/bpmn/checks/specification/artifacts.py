"""Constraints on artifacts: what associations join, and what notes say."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_true, text_of
from engine.bpmn.checks.kinds import ACTIVITIES, FLOW_NODES
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.resolving import dangles, unknown
from engine.bpmn.reading.elements import children, event_definitions, local
from engine.domain.messages import say


def association_end(definitions: Definitions) -> Iterator[Problem]:
    """An association joins two things of the file.

    Đường liên kết (nét chấm) phải nối hai phần tử có trong tệp.

    BPMN 2.0.2, 8.4.1; Association attributes and model associations
    """
    remedy = say("Xóa đường liên kết rồi nối lại.")
    for line in definitions.all("association"):
        for end in ("sourceRef", "targetRef"):
            text = (line.get(end) or "").strip()
            if not text:
                message = say("Đường liên kết “%(line)s” thiếu một đầu.", line=label(line))
                yield problem(line, message, remedy)
            elif dangles(definitions, line, text):
                yield unknown(line, say("phần tử"), text, remedy)


def association_loop(definitions: Definitions) -> Iterator[Problem]:
    """An association joins two different things.

    Đường liên kết nối hai phần tử khác nhau, không nối một phần tử với chính nó.

    BPMN 2.0.2, 8.4.1
    """
    for line, source, target in definitions.joined("association"):
        if source is target:
            yield problem(
                line,
                say(
                    "Đường liên kết “%(line)s” nối “%(who)s” với chính nó.",
                    line=label(line),
                    who=label(source),
                ),
                say("Xóa đường liên kết, hoặc nối sang chú thích."),
            )


def association_as_flow(definitions: Definitions) -> Iterator[Problem]:
    """An association is not a way from step to step; a sequence flow is. Only what compensates is
    joined to its event by an association.

    Đường liên kết (nét chấm) không dẫn từ bước này sang bước kia; thứ tự các bước vẽ bằng luồng.

    BPMN 2.0.2, 8.4.1
    """
    for line, source, target in definitions.joined("association"):
        both = local(source) in FLOW_NODES and local(target) in FLOW_NODES
        if both and source is not target and not _compensates(source) and not _compensates(target):
            yield problem(
                line,
                say(
                    "“%(one)s” nối với “%(other)s” bằng đường liên kết, nên không có thứ tự trước "
                    "sau.",
                    one=label(source),
                    other=label(target),
                ),
                say("Vẽ luồng (mũi tên nét liền) giữa hai bước, rồi xóa đường liên kết."),
            )


def blank_note(definitions: Definitions) -> Iterator[Problem]:
    """A text annotation says something.

    Chú thích phải có chữ.

    BPMN 2.0.2, 8.4.1; TextAnnotation attributes
    """
    for note in definitions.all("textAnnotation"):
        if not any(text_of(text) for text in children(note, "text")):
            yield problem(
                note,
                say("Chú thích “%(who)s” không có chữ nào.", who=label(note)),
                say("Ghi nội dung chú thích, hoặc xóa chú thích."),
            )


def _compensates(node: etree._Element) -> bool:
    """Whether an end of an association is a compensation event, or what it sets going."""
    if local(node) in ACTIVITIES:
        return is_true(node, "isForCompensation")
    defined = {local(one) for one in event_definitions(node)}
    return bool(defined & {"compensateEventDefinition", "eventDefinitionRef"})


RULES = (
    error("association-end", association_end),
    warning("association-loop", association_loop),
    warning("association-as-flow", association_as_flow),
    warning("blank-note", blank_note),
)
