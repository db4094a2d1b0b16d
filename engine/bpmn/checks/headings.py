"""Puts each rule under a heading that people look for it by: what the rule speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.bpmn.checks import AnyRule
from engine.bpmn.checks.rule import Rule
from engine.domain.messages import Message, say

_HERE = "engine.bpmn.checks."

#: In the order of the pages, from what is drawn to the file it is kept in: heading -> the modules
#: whose rules stand under it, and what is told outside the tables, by its id.
_HEADINGS: Sequence[tuple[Message, tuple[str, ...]]] = (
    (
        say("Hình dạng của quy trình"),
        ("dialect.shape", "dialect.parts", "dialect.unsupported", "dialect.unsaid"),
    ),
    (say("Tính đúng đắn: đi được đến cuối"), ("dialect.soundness",)),
    (
        say("Ai làm: làn và chức danh"),
        ("dialect.people", "specification.lanes", "specification.activities.resources"),
    ),
    (
        say("Câu trả lời và điều kiện"),
        ("dialect.conditions", "dialect.questions", "dialect.answers"),
    ),
    (
        say("Bảng quyết định"),
        (
            "dialect.tables",
            "bad-decision",
            "decision-unknown-name",
            "decision-gap",
            "decision-overlap",
            "decision-row-in-vain",
            "decision-too-wide",
        ),
    ),
    (
        say("Thời hạn của bước và của thủ tục"),
        ("dialect.terms", "dialect.time_limits", "dialect.shared_times"),
    ),
    (say("Hẹn giờ"), ("dialect.timers",)),
    (say("Danh sách nhiều hồ sơ"), ("dialect.lists",)),
    (say("Luồng đi"), ("specification.flows", "specification.flow_conditions")),
    (say("Cổng"), ("specification.gateways", "specification.event_gateways")),
    (say("Sự kiện bắt đầu"), ("specification.events.start_events",)),
    (say("Sự kiện trung gian"), ("specification.events.intermediate_events",)),
    (say("Sự kiện biên (gắn vào bước)"), ("specification.events.boundary_events",)),
    (say("Sự kiện kết thúc"), ("specification.events.end_events",)),
    (
        say("Nội dung của sự kiện"),
        ("specification.events.event_definitions", "specification.events.timer_definitions"),
    ),
    (
        say("Bước và quy trình con"),
        ("specification.activities.tasks", "specification.activities.sub_processes"),
    ),
    (say("Vòng lặp và số lượng"), ("specification.activities.loops",)),
    (
        say("Bù trừ và giao dịch"),
        ("specification.activities.compensations", "specification.events.compensation_events"),
    ),
    (
        say("Dữ liệu"),
        (
            "specification.data.io_sets",
            "specification.data.data_objects",
            "specification.data.data_wiring",
            "specification.data.event_data",
            "specification.data.bindings",
            "specification.data_references",
            "specification.data.items",
        ),
    ),
    (
        say("Cộng tác, hội thoại và phối hợp"),
        (
            "specification.partners.collaborations",
            "specification.partners.message_flows",
            "specification.partners.conversations",
            "specification.partners.correlations",
            "specification.partners.choreographies",
        ),
    ),
    (say("Ghi chú và nhóm"), ("specification.artifacts",)),
    (say("Hình vẽ và bố cục"), ("legibility", "specification.diagrams", "specification.figures")),
    (say("Thiết lập của công cụ khác"), ("vendors", "dialect.ignored")),
    (say("Mã, tên và độ dài"), ("dialect.lengths", "specification.identity")),
    (
        say("Tham chiếu"),
        ("specification.references", "specification.partner_references", "dialect.references"),
    ),
    (say("Tệp và cấu trúc XML"), ("refusals", "schema", "specification.declarations")),
    (
        say("Ban hành và hiệu lực"),
        (
            "unknown-file",
            "no-drawing",
            "bad-form",
            "missing-reference",
            "same-file-name",
            "same-key",
            "replaced-before",
            "period-empty",
            "period-overlap",
            "period-hole",
            "period-past",
            "period-replaced",
        ),
    ),
)
_ELSE = say("Quy tắc khác")
_UNDER = {name: heading for heading, names in _HEADINGS for name in names}


def heading_of(rule: AnyRule) -> Message:
    """The heading of a rule: that of its module, or of the package around it."""
    if not isinstance(rule, Rule):
        return _UNDER.get(rule.id, _UNDER["refusals"])
    name = rule.find.__module__.removeprefix(_HERE)
    while name and name not in _UNDER:
        name = name.rpartition(".")[0]
    return _UNDER.get(name, _ELSE)


def under_headings(rules: Iterable[AnyRule]) -> list[tuple[Message, list[AnyRule]]]:
    """The rules under their headings, both in the order of the pages."""
    found: dict[str, tuple[Message, list[AnyRule]]] = {}
    for rule in rules:
        heading = heading_of(rule)
        found.setdefault(heading.template, (heading, []))[1].append(rule)
    order = [*(heading.template for heading, _ in _HEADINGS), _ELSE.template]
    return sorted(found.values(), key=lambda group: order.index(group[0].template))
