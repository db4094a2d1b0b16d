"""Constraints on events that ask for compensation: of what, and from where."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.kinds import ACTIVITIES, CATCHING, THROWING
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, warning
from engine.bpmn.checks.specification.activities.compensations import UNDO, edges
from engine.bpmn.checks.specification.triggers import (
    LEVELS,
    each,
    is_handler,
    kinds,
    of_kind,
)
from engine.bpmn.reading.elements import local
from engine.domain.messages import say


def _thrown(
    definitions: Definitions,
) -> Iterator[tuple[etree._Element, etree._Element, etree._Element | None]]:
    """Events that ask for compensation, what they say, and the activity they name."""
    for event in each(definitions, THROWING):
        for said in of_kind(definitions, event, UNDO):
            meant = definitions.resolve(said, said.get("activityRef"))
            if meant is None or local(meant) in ACTIVITIES:
                yield event, said, meant


def thrown_reference(definitions: Definitions) -> Iterator[Problem]:
    """What compensation is asked for is an activity of the file.

    Nơi yêu cầu bù trừ phải chỉ đúng một công việc có trong tệp.

    BPMN 2.0.2, 10.5.5; Table 10.94, CompensationEventDefinition
    """
    for event in each(definitions, THROWING):
        for said in of_kind(definitions, event, UNDO):
            reference = (said.get("activityRef") or "").strip()
            meant = definitions.resolve(said, reference)
            right = meant is not None and local(meant) in ACTIVITIES
            if reference and not right and not definitions.is_imported(said, reference):
                yield problem(
                    event,
                    say(
                        "“%(who)s” yêu cầu bù trừ cho “%(reference)s”, không phải là công việc nào "
                        "trong tệp.",
                        who=label(event),
                        reference=reference[:80],
                    ),
                    say("Chọn lại công việc cần hoàn tác ở mục Activity reference."),
                )


def thrown_without_handler(definitions: Definitions) -> Iterator[Problem]:
    """The activity whose compensation is asked for has something that undoes it.

    Công việc được yêu cầu bù trừ phải có cách hoàn tác: sự kiện biên bù trừ, hoặc (với quy trình
    con) việc bù trừ ở bên trong.

    BPMN 2.0.2, 10.5.5, 10.7.2; Table 10.94, CompensationEventDefinition
    """
    undone = _undone(definitions)
    for event, _said, meant in _thrown(definitions):
        if meant is None or local(meant) == "callActivity" or meant in undone:
            continue
        yield problem(
            event,
            say(
                "“%(who)s” yêu cầu bù trừ cho “%(meant)s”, nhưng công việc đó không có cách hoàn "
                "tác nào.",
                who=label(event),
                meant=label(meant),
            ),
            say("Gắn sự kiện biên bù trừ và công việc bù trừ cho công việc đó."),
        )


def _undone(definitions: Definitions) -> set[etree._Element]:
    """Activities with a handler of their own, and sub-processes with one inside."""
    found: set[etree._Element] = set()
    for event in edges(definitions):
        host = definitions.resolve(event, event.get("attachedToRef"))
        if host is not None:
            found.add(host)
        found.update(event.iterancestors())
    for event in definitions.all("startEvent"):
        if is_handler(event.getparent()) and UNDO in kinds(definitions, event):
            found.update(event.iterancestors())
    return found


def thrown_out_of_sight(definitions: Definitions) -> Iterator[Problem]:
    """Compensation is asked for an activity of the same level, or around an event sub-process.

    Chỉ yêu cầu bù trừ cho công việc trên cùng một cấp; từ trong quy trình con kích hoạt bởi sự
    kiện thì cho công việc trên cấp chứa nó.

    BPMN 2.0.2, 10.5.5, 10.7.2; Table 10.94, CompensationEventDefinition
    """
    for event, _said, meant in _thrown(definitions):
        level = event.getparent()
        if meant is None or meant.getparent() is level:
            continue
        while is_handler(level) and level is not None and meant.getparent() is not level:
            level = level.getparent()
        if meant.getparent() is not level:
            yield problem(
                event,
                say(
                    "“%(who)s” yêu cầu bù trừ cho “%(meant)s” ở một cấp khác của quy trình.",
                    who=label(event),
                    meant=label(meant),
                ),
                say("Chọn một công việc trên cùng một cấp, hoặc chuyển sự kiện sang cấp đó."),
            )


def thrown_in_vain(definitions: Definitions) -> Iterator[Problem]:
    """Where compensation is asked for without naming an activity, something can be undone.

    Đã vẽ sự kiện yêu cầu bù trừ thì trong quy trình phải có việc hoàn tác nào đó.

    BPMN 2.0.2, 10.7.2
    """
    undone = _undone(definitions)
    for event, said, _meant in _thrown(definitions):
        around = [up for up in event.iterancestors() if local(up) in LEVELS]
        called = bool((said.get("activityRef") or "").strip())
        if not called and around and around[-1] not in undone:
            yield problem(
                event,
                say(
                    "“%(who)s” yêu cầu bù trừ, nhưng quy trình không có việc hoàn tác nào.",
                    who=label(event),
                ),
                say(
                    "Gắn sự kiện biên bù trừ và công việc bù trừ cho các bước cần hoàn tác, hoặc "
                    "bỏ sự kiện này."
                ),
            )


def caught_idle(definitions: Definitions) -> Iterator[Problem]:
    """Which activity to compensate is said where compensation is asked for, not where it is done.

    Bù trừ cho công việc nào (activityRef) chỉ ghi ở nơi yêu cầu bù trừ; ở nơi bắt thì không có
    tác dụng.

    BPMN 2.0.2, 10.5.5; Table 10.94, CompensationEventDefinition
    """
    for event in each(definitions, CATCHING):
        for said in of_kind(definitions, event, UNDO):
            if (said.get("activityRef") or "").strip():
                yield problem(
                    event,
                    say(
                        "“%(who)s” bắt việc bù trừ mà lại ghi bù trừ cho công việc nào.",
                        who=label(event),
                    ),
                    say("Xóa mục Activity reference ở sự kiện này."),
                )


RULES: tuple[Rule[Definitions], ...] = (
    error("compensation-reference", thrown_reference),
    error("compensation-without-handler", thrown_without_handler),
    error("compensation-out-of-sight", thrown_out_of_sight),
    warning("compensation-in-vain", thrown_in_vain),
    warning("compensation-caught-idle", caught_idle),
)
