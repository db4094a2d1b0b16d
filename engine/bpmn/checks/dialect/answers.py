"""Rules on answers: conditions compare with real ones, and each leads on exactly one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.checks.dialect.answer_values import cases, told, typed
from engine.bpmn.checks.problems import label, nearest, problem
from engine.bpmn.checks.rule import Problem, error, firm, warning
from engine.bpmn.checks.subject import FACTS, Subject
from engine.bpmn.expressions import parse
from engine.bpmn.model import CHOOSING, Flow, Kind, Node
from engine.domain.errors import BadExpression
from engine.domain.messages import say


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
    for node, texts, names in without_default(subject):
        if len(names) != 1 or typed(subject, texts) or _strays(subject, texts):
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
    for node, texts, names in without_default(subject):
        if len(names) < 2 or typed(subject, texts) or _strays(subject, texts):
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

    Cổng so sánh với ô gõ tự do phải có luồng mặc định, vì không kể hết được câu trả lời.
    """
    for node, texts, _names in without_default(subject):
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


def _strays(subject: Subject, texts: list[str]) -> bool:
    """Whether a way asks for an answer that nobody can give: told by its own rule, and once it is
    mended the ways may well be all there."""
    for name, value in (pair for text in texts for pair in parse(text).compared()):
        answers = subject.answers(name)
        if answers is not None and value is not None and value not in answers:
            return True
    return False


def without_default(subject: Subject) -> Iterator[tuple[Node, list[str], set[str]]]:
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


RULES = (
    firm("unknown-answer", unknown_answer),
    firm("uncovered-answer", uncovered_answer),
    warning("uncovered-combination", uncovered_combination),
    error("typed-answer", typed_answer),
    warning("overlapping-ways", overlapping_ways),
)
