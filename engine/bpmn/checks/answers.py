"""Rules on answers: conditions compare with real ones, and each leads on exactly one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.checks.answer_values import cases, told, typed
from engine.bpmn.checks.rule import Problem, error, firm, warning
from engine.bpmn.checks.subject import (
    FACTS,
    Subject,
    label,
    nearest,
    problem,
    whole_process,
)
from engine.bpmn.expressions import holds, parse
from engine.bpmn.model import CHOOSING, HUMAN, Flow, Kind, Node
from engine.domain.durations import parse_alternatives
from engine.domain.errors import BadDuration, BadExpression
from engine.domain.messages import say

_SHOWN = 12  # elements of a way that a sentence can bear


def unknown_answer(subject: Subject) -> Iterator[Problem]:
    """A value that a condition compares with is one of the form's answers.

    Giá trị đem so sánh trong điều kiện phải là một câu trả lời có trong biểu mẫu.
    """
    for reading in subject.readings:
        try:
            compared = tuple(parse(reading.text).compared())
        except BadExpression:
            continue  # told elsewhere
        for name, value in compared:
            answers = subject.answers(name)
            if answers is None or value is None or value in answers:
                continue
            near = nearest(str(value), answers)
            known = ", ".join(sorted(answers))
            yield Problem(
                say(
                    "Điều kiện “%(text)s” so sánh “%(name)s” với “%(value)s”, không phải là câu "
                    "trả lời nào của biểu mẫu.",
                    text=reading.text,
                    name=name,
                    value=value,
                ),
                say("Có phải là “%(near)s”? Các câu trả lời: %(known)s.", near=near, known=known)
                if near
                else say("Các câu trả lời: %(known)s.", known=known),
                reading.element,
                reading.name,
                reading.line,
            )


# ── a way for each answer ───────────────────────────────────────────────────────────────────────


def uncovered_answer(subject: Subject) -> Iterator[Problem]:
    """A gateway without default has a way for each answer of the question that it reads: for each
    choice, for ticked and not ticked, for every number.

    Cổng không có luồng mặc định phải có đường đi cho mỗi câu trả lời của câu hỏi mà nó đọc: mỗi
    lựa chọn, có đánh dấu và không, mọi con số.
    """
    for node, texts, names in _without_default(subject):
        if len(names) != 1 or typed(subject, texts):
            continue
        for values, held in cases(subject, texts):
            if not any(held):
                yield problem(
                    node,
                    say(
                        "Cổng “%(who)s” không có đường đi khi %(values)s.",
                        who=label(node),
                        values=told(values),
                    ),
                    say("Thêm một luồng cho câu trả lời này, hoặc đặt luồng mặc định."),
                )


def uncovered_combination(subject: Subject) -> Iterator[Problem]:
    """A gateway without default that reads several questions has a way for each combination of
    their answers that can come about.

    Cổng không có luồng mặc định mà đọc nhiều câu hỏi phải có đường đi cho mỗi cách trả lời có thể
    xảy ra.
    """
    for node, texts, names in _without_default(subject):
        if len(names) < 2 or typed(subject, texts):
            continue
        gap = next((values for values, held in cases(subject, texts) if not any(held)), None)
        if gap is not None:
            yield problem(
                node,
                say(
                    "Cổng “%(who)s” không có đường đi khi %(values)s.",
                    who=label(node),
                    values=told(gap),
                ),
                say(
                    "Thêm một luồng, hoặc đặt luồng mặc định; nếu không thể trả lời như vậy thì "
                    "ghi lý do khi ban hành."
                ),
            )


def typed_answer(subject: Subject) -> Iterator[Problem]:
    """A gateway that compares what anybody may type has a default: typed answers cannot be counted.

    Cổng so sánh một ô chữ gõ tự do phải có luồng mặc định, vì không kể hết được câu trả lời.
    """
    for node, texts, _names in _without_default(subject):
        for name in sorted(typed(subject, texts)):
            yield problem(
                node,
                say(
                    "Cổng “%(who)s” so sánh “%(name)s” là ô gõ tự do: gõ khác đi thì không có "
                    "đường nào.",
                    who=label(node),
                    name=name,
                ),
                say(
                    "Đặt luồng mặc định, hoặc đổi ô đó thành câu chọn (radio, select) trong biểu "
                    "mẫu."
                ),
            )


def _without_default(subject: Subject) -> Iterator[tuple[Node, list[str], set[str]]]:
    """The gateways all of whose ways are conditions that can be read, with what these read."""
    for node in subject.drawing.nodes.values():
        if node.kind not in CHOOSING or node.default_flow or len(node.outgoing) < 2:
            continue
        texts = [subject.drawing.flows[key].condition or "" for key in node.outgoing]
        try:
            names = {name for text in texts for name in parse(text).names}
        except BadExpression:
            continue  # told elsewhere, as is a way without condition
        if all(subject.setters.get(name) or name in FACTS for name in names):
            yield node, texts, names


def overlapping_ways(subject: Subject) -> Iterator[Problem]:
    """Of the ways out of an exclusive gateway only one fits each answer: where two do, the one that
    was drawn first is taken.

    Mỗi câu trả lời chỉ hợp với một luồng ra khỏi cổng loại trừ; nếu hợp với hai luồng thì hồ sơ đi
    luồng được vẽ trước.
    """
    for node in subject.drawing.nodes.values():
        if node.kind is not Kind.EXCLUSIVE or len(node.outgoing) < 2:
            continue
        flows = [subject.drawing.flows[key] for key in node.outgoing if key != node.default_flow]
        for first, second, values in _overlaps(subject, [one for one in flows if one.condition]):
            yield problem(
                second,
                say(
                    "Ở cổng “%(who)s”, khi %(values)s thì cả “%(first)s” và “%(second)s” cùng đúng;"
                    " hồ sơ sẽ đi “%(first)s” vì luồng đó vẽ trước.",
                    who=label(node),
                    values=told(values),
                    first=label(first),
                    second=label(second),
                ),
                say(
                    "Sửa điều kiện cho không trùng nhau; nếu cần đi cả hai đường thì dùng cổng bao "
                    "hàm (inclusive)."
                ),
            )


def _overlaps(
    subject: Subject, flows: list[Flow]
) -> Iterator[tuple[Flow, Flow, Mapping[str, object]]]:
    """Flows that an earlier one forestalls for some answers: with the first of these."""
    told_of: set[str] = set()
    for values, held in cases(subject, [flow.condition or "" for flow in flows]):
        open_ones = [flow for flow, holds_here in zip(flows, held, strict=True) if holds_here]
        for other in open_ones[1:]:
            if other.id not in told_of:
                told_of.add(other.id)
                yield open_ones[0], other, values


# ── answers that are not there yet ──────────────────────────────────────────────────────────────


def unanswered_way(subject: Subject) -> Iterator[Problem]:
    """A gateway without default is not reached on a way on which nobody has been asked what it
    reads.

    Không có đường nào tới một cổng không có luồng mặc định mà trên đó chưa ai được hỏi điều cổng
    đọc.
    """
    for node, texts, names in _without_default(subject):
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


def unasked_step(subject: Subject) -> Iterator[Problem]:
    """A step that a gateway follows at once has a form, in which it asks what the gateway reads.

    Bước đứng ngay trước một cổng phải có biểu mẫu để hỏi điều cổng đọc.
    """
    for node in subject.drawing.nodes.values():
        if node.kind not in HUMAN or node.form or len(node.outgoing) != 1:
            continue
        gateway = subject.drawing.nodes.get(subject.drawing.flows[node.outgoing[0]].target)
        if gateway is None or gateway.kind not in CHOOSING or len(gateway.outgoing) < 2:
            continue
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


def _read(flow: Flow) -> frozenset[str]:
    try:
        return parse(flow.condition).names if flow.condition else frozenset()
    except BadExpression:
        return frozenset()


def term_gap(subject: Subject) -> Iterator[Problem]:
    """A legal term that is stated by condition states one for every answer.

    Thời hạn giải quyết ghi theo điều kiện thì mọi cách trả lời đều phải có thời hạn.
    """
    try:
        stated = parse_alternatives(subject.drawing.legal_term or "")
    except BadDuration:
        return  # told elsewhere
    texts = [one.condition for one in stated if one.condition]
    if not texts or len(texts) < len(stated):
        return
    gap = next((values for values, held in cases(subject, texts) if not any(held)), None)
    if gap is not None:
        yield whole_process(
            subject.drawing,
            say("Thời hạn giải quyết không nói gì khi %(values)s.", values=told(gap)),
            say(
                "Thêm một thời hạn không điều kiện ở cuối: 9 ngày làm việc khi hu_hai; 5 ngày làm "
                "việc."
            ),
        )


RULES = (
    firm("unknown-answer", unknown_answer),
    firm("uncovered-answer", uncovered_answer),
    warning("uncovered-combination", uncovered_combination),
    error("typed-answer", typed_answer),
    warning("overlapping-ways", overlapping_ways),
    warning("unanswered-way", unanswered_way),
    warning("unasked-step", unasked_step),
    warning("term-gap", term_gap),
)
