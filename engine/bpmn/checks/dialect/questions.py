"""Rules on questions: what a gateway reads was asked of somebody before."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.dialect.answers import without_default
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, warning
from engine.bpmn.checks.subject import FACTS, Subject, dates_read
from engine.bpmn.decisions.unary_tests import UnaryTests
from engine.bpmn.expressions import holds, parse
from engine.bpmn.model import CHOOSING, HUMAN, TIMERS, Flow, Kind, Node
from engine.domain.errors import BadExpression
from engine.domain.messages import say

_SHOWN = 12  # elements of a way that a sentence can bear


def unanswered_way(subject: Subject) -> Iterator[Problem]:
    """A gateway without default is not reached on a way on which nobody has been asked what it
    reads.

    Cổng không có luồng mặc định thì mọi đường tới cổng phải đi qua bước hỏi điều mà cổng đọc.
    """
    for node, texts, names in without_default(subject):
        for name in sorted(names - FACTS.keys()):
            setters = subject.setters[name]
            asked = node.id in subject.graph.following(setters)  # else it is read too early
            missed = asked and node.id in subject.graph.past(setters)
            if missed and not _open_without(name, texts):
                yield problem(
                    node,
                    say(
                        "Có đường tới cổng “%(who)s” mà chưa ai được hỏi “%(name)s”; khi đó không "
                        "luồng nào đi được. Đường đó: %(way)s.",
                        who=label(node),
                        name=name,
                        way=_shown(subject, subject.graph.way_past(setters, node.id)),
                    ),
                    say(
                        "Cho mọi đường đi qua bước hỏi điều đó, hoặc đặt luồng mặc định cho đường "
                        "chưa hỏi."
                    ),
                )


def _open_without(name: str, texts: list[str]) -> bool:
    """Whether some way is open though a variable holds nothing, whatever the others hold."""
    others = [text for text in texts if name not in parse(text).names]
    if others:
        return True  # those that do not ask for it may be meant for just that
    try:
        return any(holds(text, {}) for text in texts)
    except BadExpression:
        return False


def _shown(subject: Subject, way: tuple[str, ...]) -> str:
    known = dict.fromkeys(subject.drawing.nodes[key].shown for key in way)
    names = [label(subject.drawn.nodes[key]) for key in known if key in subject.drawn.nodes]
    if len(names) > _SHOWN:
        names[_SHOWN // 2 : len(names) - _SHOWN // 2] = ["…"]
    return " → ".join(names)


def unset_value(subject: Subject) -> Iterator[Problem]:
    """What a timer's date or a decision table cannot do without is set on every way to it.

    Ngày mà hẹn giờ chờ, và giá trị mà bảng quyết định không có dòng nào cho trường hợp để trống,
    phải được đặt trên mọi đường tới đó.
    """
    for node in subject.drawing.nodes.values():
        for name in sorted(set(_needed(subject, node)) - FACTS.keys()):
            setters = subject.setters.get(name, frozenset())
            asked = node.id in subject.graph.following(setters)  # else it is told elsewhere
            if asked and node.id in subject.graph.past(setters):
                yield problem(
                    node,
                    say(
                        "Có đường tới “%(who)s” mà “%(name)s” còn trống; khi đó hồ sơ dừng ở đây "
                        "vì lỗi. Đường đó: %(way)s.",
                        who=label(node),
                        name=name,
                        way=_shown(subject, subject.graph.way_past(setters, node.id)),
                    ),
                    say(
                        "Cho mọi đường đi qua bước đặt giá trị đó; với bảng quyết định thì cũng có "
                        "thể thêm một dòng “-” cho trường hợp để trống."
                    ),
                )


def _needed(subject: Subject, node: Node) -> Iterator[str]:
    """The variables without which a timer or a table cannot go on."""
    if node.kind in TIMERS:
        yield from dates_read(node)
    table = subject.table(node.called) if node.kind is Kind.RULE_TASK and node.called else None
    if table is None or table.hit_policy == "COLLECT":
        return
    for place, column in enumerate(table.inputs):
        blank_is_met = any(_holds_blank(rule.tests[place]) for rule in table.rules)
        if column.expression.tree[0] == "name" and not blank_is_met:
            yield from column.expression.names


def _holds_blank(test: UnaryTests) -> bool:
    try:
        return test.hold(None, {})
    except BadExpression:
        return False


def unasked_step(subject: Subject) -> Iterator[Problem]:
    """A step that a gateway follows at once has a form, in which it asks what the gateway reads.

    Bước đứng ngay trước một cổng phải có biểu mẫu để hỏi điều cổng đọc.
    """
    for node, gateway in before_gateways(subject):
        asked = {name for key in gateway.outgoing for name in _read(subject.drawing.flows[key])}
        if asked and asked.isdisjoint(FACTS):
            yield problem(
                node,
                say(
                    "“%(who)s” không có biểu mẫu, nhưng ngay sau đó cổng “%(gateway)s” rẽ theo "
                    "%(names)s.",
                    who=label(node),
                    gateway=label(gateway),
                    names=", ".join(f"“{name}”" for name in sorted(asked)),
                ),
                say("Chọn biểu mẫu hỏi điều đó ở Form reference của bước này."),
            )


def before_gateways(subject: Subject) -> Iterator[tuple[Node, Node]]:
    """The steps without a form that a choice follows at once, each with its gateway."""
    for node in subject.drawing.nodes.values():
        if node.kind not in HUMAN or node.form or len(node.outgoing) != 1:
            continue
        gateway = subject.drawing.nodes.get(subject.drawing.flows[node.outgoing[0]].target)
        if gateway is not None and gateway.kind in CHOOSING and len(gateway.outgoing) > 1:
            yield node, gateway


def _read(flow: Flow) -> frozenset[str]:
    try:
        return parse(flow.condition).names if flow.condition else frozenset()
    except BadExpression:
        return frozenset()


RULES = (
    warning("unanswered-way", unanswered_way),
    warning("unset-value", unset_value),
    warning("unasked-step", unasked_step),
)
