"""Constraints on sub-processes: those triggered by events, ad-hoc ones, transactions."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, is_true, text_of
from engine.bpmn.checks.kinds import ACTIVITIES, SUB_PROCESSES
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, firm, warning
from engine.bpmn.checks.specification.triggers import (
    TRIGGERS,
    declared,
    each,
    into,
    is_handler,
    kinds,
    nodes_of,
    out_of,
)
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_METHODS = frozenset({"##Compensate", "##Image", "##Store"})
_ORDERINGS = frozenset({"Parallel", "Sequential"})


def _handlers(definitions: Definitions) -> Iterator[etree._Element]:
    return (level for level in each(definitions, SUB_PROCESSES) if is_handler(level))


def handler_flows(definitions: Definitions) -> Iterator[Problem]:
    """An event sub-process stands beside the flow: no sequence flow leads into or out of it.

    Quy trình con kích hoạt bởi sự kiện đứng ngoài luồng: không có luồng đi vào hay đi ra.

    BPMN 2.0.2, 10.3.5
    """
    for level in _handlers(definitions):
        if into(definitions, level) or out_of(definitions, level):
            yield problem(
                level,
                say(
                    "“%(who)s” kích hoạt bởi sự kiện nên không có luồng vào hay ra.",
                    who=label(level),
                ),
                say("Xóa luồng; hoặc bỏ dấu kích hoạt bởi sự kiện để thành quy trình con thường."),
            )


def handler_starts(definitions: Definitions) -> Iterator[Problem]:
    """An event sub-process has exactly one start event.

    Quy trình con kích hoạt bởi sự kiện có đúng một sự kiện bắt đầu. (Ở bản vẽ chỉ để xem, hình thu
    gọn để trống cũng được.)

    BPMN 2.0.2, 10.3.5, 10.5.2
    """
    for level in _handlers(definitions):
        nodes = nodes_of(level)
        starts = [node for node in nodes if local(node) == "startEvent"]
        if len(starts) != 1 and (nodes or is_run(level)):
            yield problem(
                level,
                say(
                    "“%(who)s” kích hoạt bởi sự kiện nên phải có đúng một sự kiện bắt đầu; đang có "
                    "%(count)s.",
                    who=label(level),
                    count=len(starts),
                ),
                say("Vẽ bên trong đúng một sự kiện bắt đầu, ví dụ loại hẹn giờ; cần bắt hai việc "
                    "thì vẽ hai quy trình con."),
            )  # fmt: skip


def handler_twice(definitions: Definitions) -> Iterator[Problem]:
    """On one level the same error, message … is caught by one interrupting event sub-process.

    Trên một cấp, mỗi lỗi, cấp báo, thông điệp hay tín hiệu chỉ có một quy trình con có ngắt bắt nó;
    việc bù trừ cũng chỉ có một.

    BPMN 2.0.2, 10.5.6
    """
    seen: dict[tuple[etree._Element | None, str, str], etree._Element] = {}
    for level in _handlers(definitions):
        for start in (node for node in nodes_of(level) if local(node) == "startEvent"):
            if not is_true(start, "isInterrupting", default=True):
                continue
            for kind, what in _caught(definitions, start):
                first = seen.setdefault((level.getparent(), kind, what), level)
                if first is not level:
                    yield problem(
                        level,
                        say(
                            "“%(who)s” và “%(first)s” cùng bắt một %(what)s trên cùng một cấp.",
                            who=label(level),
                            first=label(first),
                            what=TRIGGERS[kind],
                        ),
                        say("Gộp hai quy trình con làm một, hoặc để mỗi cái bắt một mã khác nhau."),
                    )


def _caught(definitions: Definitions, start: etree._Element) -> Iterator[tuple[str, str]]:
    yield from declared(definitions, start)
    if "compensateEventDefinition" in kinds(definitions, start):
        yield "compensateEventDefinition", ""


def ad_hoc_ends(definitions: Definitions) -> Iterator[Problem]:
    """An ad-hoc sub-process has neither start nor end events: its work is done in any order.

    Quy trình con tùy nghi (ad-hoc) không có sự kiện bắt đầu hay kết thúc: việc bên trong làm theo
    thứ tự nào cũng được.

    BPMN 2.0.2, 10.3.5
    """
    for level in definitions.all("adHocSubProcess"):
        if is_handler(level):
            continue
        for node in nodes_of(level):
            if local(node) in {"startEvent", "endEvent"}:
                yield problem(
                    node,
                    say(
                        "“%(who)s” là sự kiện bắt đầu hoặc kết thúc đặt trong quy trình con tùy "
                        "nghi “%(level)s”.",
                        who=label(node),
                        level=label(level),
                    ),
                    say("Xóa sự kiện, hoặc đổi thành quy trình con thường nếu việc có thứ tự."),
                )


def ad_hoc_activity(definitions: Definitions) -> Iterator[Problem]:
    """An ad-hoc sub-process holds at least one activity.

    Quy trình con tùy nghi (ad-hoc) phải có ít nhất một công việc bên trong. (Ở bản vẽ chỉ để xem,
    hình thu gọn để trống cũng được.)

    BPMN 2.0.2, 10.3.5
    """
    for level in definitions.all("adHocSubProcess"):
        nodes = nodes_of(level)
        if any(local(node) in ACTIVITIES for node in nodes):
            continue
        if nodes or is_run(level):
            yield problem(
                level,
                say("Quy trình con tùy nghi “%(who)s” không có công việc nào.", who=label(level)),
                say("Vẽ vào trong nó các công việc có thể làm, hoặc đổi thành một công việc."),
            )


def ad_hoc_ordering(definitions: Definitions) -> Iterator[Problem]:
    """The work of an ad-hoc sub-process is done in parallel or sequentially.

    Thứ tự (ordering) của quy trình con tùy nghi là Parallel (nhiều việc cùng lúc) hoặc Sequential
    (từng việc một).

    BPMN 2.0.2, 10.3.5; AdHocSubProcess model associations
    """
    for level in definitions.all("adHocSubProcess"):
        said = level.get("ordering")
        if said is not None and said.strip() not in _ORDERINGS:
            yield problem(
                level,
                say(
                    "Quy trình con tùy nghi “%(who)s” ghi thứ tự là “%(said)s”.",
                    who=label(level),
                    said=said[:40],
                ),
                say("Ghi Parallel hoặc Sequential, hoặc bỏ trống."),
            )


def ad_hoc_completion(definitions: Definitions) -> Iterator[Problem]:
    """An ad-hoc sub-process that is executed says when it is done.

    Quy trình con tùy nghi trong quy trình thực thi phải ghi điều kiện hoàn thành.

    BPMN 2.0.2, 10.3.5; AdHocSubProcess model associations
    """
    for level in definitions.all("adHocSubProcess"):
        said = any(text_of(child) for child in children(level, "completionCondition"))
        if not said and is_run(level):
            yield problem(
                level,
                say(
                    "Quy trình con tùy nghi “%(who)s” không nói khi nào thì xong.", who=label(level)
                ),
                say("Ghi điều kiện hoàn thành (Completion condition)."),
            )


def ad_hoc_remaining(definitions: Definitions) -> Iterator[Problem]:
    """Whether running work is cancelled at completion matters only where work runs in parallel.

    “Hủy việc đang làm dở” (cancelRemainingInstances) chỉ có nghĩa khi các việc làm cùng lúc; làm
    từng việc một thì lúc xong không còn việc nào dở.

    BPMN 2.0.2, 10.3.5; AdHocSubProcess model associations
    """
    for level in definitions.all("adHocSubProcess"):
        sequential = (level.get("ordering") or "").strip() == "Sequential"
        if sequential and not is_true(level, "cancelRemainingInstances", default=True):
            yield problem(
                level,
                say(
                    "“%(who)s” làm từng việc một nên dấu giữ lại việc đang dở không có tác dụng.",
                    who=label(level),
                ),
                say("Xóa cancelRemainingInstances, hoặc đổi thứ tự thành Parallel."),
            )


def transaction_method(definitions: Definitions) -> Iterator[Problem]:
    """A transaction undone by a standard method names one that exists.

    Cách hoàn tác của giao dịch (method) là ##Compensate, ##Image, ##Store, hoặc một địa chỉ.

    BPMN 2.0.2, 10.3.5; Transaction model associations
    """
    for level in definitions.all("transaction"):
        said = (level.get("method") or "").strip()
        if said.startswith("##") and said not in _METHODS:
            yield problem(
                level,
                say(
                    "Giao dịch “%(who)s” ghi cách hoàn tác là “%(said)s”, không có cách này.",
                    who=label(level),
                    said=said[:40],
                ),
                say("Ghi ##Compensate, ##Image hoặc ##Store, hoặc bỏ trống."),
            )


def sub_process_empty(definitions: Definitions) -> Iterator[Problem]:
    """A sub-process of a process to be executed holds something to do.

    Quy trình con trong quy trình thực thi phải có việc bên trong. (Ở bản vẽ chỉ để xem, quy trình
    con thu gọn để trống cũng được.)

    BPMN 2.0.2, 10.3.5, 13.3.4
    """
    for level in definitions.all("subProcess", "transaction"):
        if is_run(level) and not is_handler(level) and not nodes_of(level):
            yield problem(
                level,
                say("Quy trình con “%(who)s” trống rỗng.", who=label(level)),
                say("Mở quy trình con ra và vẽ các bước, hoặc đổi thành một công việc."),
            )


RULES: tuple[Rule[Definitions], ...] = (
    firm("event-sub-process-flows", handler_flows),
    firm("event-sub-process-starts", handler_starts),
    error("event-sub-process-twice", handler_twice),
    error("ad-hoc-ends", ad_hoc_ends),
    error("ad-hoc-activity", ad_hoc_activity),
    error("ad-hoc-ordering", ad_hoc_ordering),
    warning("ad-hoc-completion", ad_hoc_completion),
    warning("ad-hoc-remaining", ad_hoc_remaining),
    error("transaction-method", transaction_method),
    firm("sub-process-empty", sub_process_empty),
)
