"""Puts each rule under a heading that people look for it by: what the rule speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.bpmn.checks import AnyRule
from engine.bpmn.checks.rule import Rule
from engine.domain.messages import Message, say

_HERE = "engine.bpmn.checks."

#: In the order of the pages: heading -> the modules whose rules stand under it.
_HEADINGS: Sequence[tuple[Message, tuple[str, ...]]] = (
    (say("Tệp và cấu trúc XML"), ("refusals", "schema", "specification.declarations")),
    (say("Mã, tên và độ dài"), ("ids", "lengths", "specification.identity")),
    (
        say("Tham chiếu"),
        ("specification.references", "specification.partner_references", "references"),
    ),
    (say("Ai làm: làn và chức danh"), ("people", "specification.lanes", "specification.resources")),
    (say("Hình dạng của quy trình"), ("shape", "parts", "unsupported", "unsaid")),
    (say("Luồng đi"), ("specification.flows", "specification.flow_conditions")),
    (say("Cổng"), ("specification.gateways", "specification.event_gateways")),
    (say("Sự kiện bắt đầu"), ("specification.start_events",)),
    (say("Sự kiện trung gian"), ("specification.intermediate_events",)),
    (say("Sự kiện gắn vào bước"), ("specification.boundary_events",)),
    (say("Sự kiện kết thúc"), ("specification.end_events",)),
    (
        say("Nội dung của sự kiện"),
        ("specification.event_definitions", "specification.timer_definitions"),
    ),
    (say("Bước và quy trình con"), ("specification.tasks", "specification.sub_processes")),
    (say("Vòng lặp và số lượng"), ("specification.loops",)),
    (
        say("Bù trừ và giao dịch"),
        ("specification.compensations", "specification.compensation_events"),
    ),
    (say("Tính đúng đắn: đi được đến cuối"), ("soundness",)),
    (say("Câu trả lời và điều kiện"), ("conditions", "questions", "answers")),
    (say("Bảng quyết định"), ("tables",)),
    (say("Thời hạn và pháp luật"), ("terms", "time_limits", "shared_times")),
    (say("Hẹn giờ"), ("timers",)),
    (say("Danh sách nhiều hồ sơ"), ("lists",)),
    (
        say("Dữ liệu"),
        (
            "specification.data",
            "specification.data_objects",
            "specification.data_wiring",
            "specification.event_data",
            "specification.bindings",
            "specification.data_references",
            "specification.items",
        ),
    ),
    (
        say("Cộng tác, hội thoại và biên đạo"),
        (
            "specification.collaborations",
            "specification.message_flows",
            "specification.conversations",
            "specification.correlations",
            "specification.choreographies",
        ),
    ),
    (say("Ghi chú và nhóm"), ("specification.artifacts",)),
    (say("Hình vẽ và bố cục"), ("pictures", "specification.diagrams", "specification.figures")),
    (say("Công cụ và bộ máy khác"), ("vendors", "ignored")),
)
_ELSE = say("Quy tắc khác")
_OF_MODULES = {module: heading for heading, modules in _HEADINGS for module in modules}


def heading_of(rule: AnyRule) -> Message:
    """The heading of a rule: that of its module, or of the package around it."""
    if not isinstance(rule, Rule):
        return _OF_MODULES["refusals"]
    name = rule.find.__module__.removeprefix(_HERE)
    while name and name not in _OF_MODULES:
        name = name.rpartition(".")[0]
    return _OF_MODULES.get(name, _ELSE)


def under_headings(rules: Iterable[AnyRule]) -> list[tuple[Message, list[AnyRule]]]:
    """The rules under their headings, both in the order of the pages."""
    found: dict[str, tuple[Message, list[AnyRule]]] = {}
    for rule in rules:
        heading = heading_of(rule)
        found.setdefault(heading.template, (heading, []))[1].append(rule)
    order = [*(heading.template for heading, _ in _HEADINGS), _ELSE.template]
    return sorted(found.values(), key=lambda group: order.index(group[0].template))
