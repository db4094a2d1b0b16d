"""Rules on expressions: they parse, read what is set before them, and compare with real answers."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.subject import FACTS, Reading, Subject, label, nearest, problem
from engine.bpmn.dialect import bpmn, camunda
from engine.bpmn.expressions import Expression, holds, parse
from engine.bpmn.model import CHOOSING, Kind, Node
from engine.domain.errors import BadExpression
from engine.domain.messages import Message, say


def _parsed(reading: Reading) -> Expression | None:
    try:
        return parse(reading.text)
    except BadExpression:
        return None


def _at(reading: Reading, message: Message, remedy: Message) -> Problem:
    return Problem(message, remedy, reading.element, reading.name, reading.line)


def bad_expression(subject: Subject) -> Iterator[Problem]:
    """Every expression is of the safe language.

    Mọi điều kiện viết bằng ngôn ngữ an toàn của hệ thống: so sánh, and, or, not,
    phép tính, vài hàm.
    """
    for reading in subject.readings:
        try:
            parse(reading.text)
        except BadExpression as error:
            yield _at(
                reading,
                error.message,
                say("Viết như: ket_qua == 'du' and so_con > 2; nối bằng and, or, not."),
            )


def unknown_variable(subject: Subject) -> Iterator[Problem]:
    """What an expression reads is set by some form or decision table.

    Giá trị mà điều kiện đọc phải do một biểu mẫu hay bảng quyết định đặt.
    """
    # A part may read what its callers set: there, each call of it is looked at.
    if not subject.drawing.startable:
        return
    yield from _unknown_to_parts(subject)
    for reading in subject.readings:
        expression = _parsed(reading)
        facts = FACTS.keys() if reading.node else FACTS.keys() - {"lan_thu"}  # of a step's opening
        known = facts | subject.setters.keys()
        for name in sorted(expression.names - known if expression else ()):
            near = nearest(name, known)
            yield _at(
                reading,
                say(
                    "Điều kiện “%(text)s” đọc “%(name)s”, nhưng không biểu mẫu hay bảng quyết "
                    "định nào đặt giá trị này.",
                    text=reading.text,
                    name=name,
                ),
                say("Có phải là “%(near)s”? Nếu là chữ, hãy đặt trong dấu nháy.", near=near)
                if near
                else say(
                    "Thêm trường “%(name)s” vào biểu mẫu của một bước đứng trước; nếu là "
                    "chữ, hãy đặt trong dấu nháy.",
                    name=name,
                ),
            )


def _unknown_to_parts(subject: Subject) -> Iterator[Problem]:
    known = FACTS.keys() | subject.setters.keys()
    for node in (node for node in subject.nodes if node.kind is Kind.CALL_ACTIVITY):
        read = [parsed for one in subject.read_within(node.called) if (parsed := _parsed(one))]
        names = frozenset[str]().union(*(expression.names for expression in read))
        for name in sorted(names - known):
            yield problem(
                node,
                say(
                    "“%(who)s” gọi phần “%(key)s”, phần này đọc “%(name)s”, nhưng ở đây không biểu "
                    "mẫu hay bảng quyết định nào đặt giá trị đó.",
                    who=label(node),
                    key=node.called or "",
                    name=name,
                ),
                say("Thêm trường “%(name)s” vào biểu mẫu của một bước đứng trước.", name=name),
            )


def read_too_early(subject: Subject) -> Iterator[Problem]:
    """What an expression reads is set on some way that leads to it.

    Giá trị mà điều kiện đọc phải được đặt ở một bước đứng trước.
    """
    for reading in subject.readings:
        expression = _parsed(reading)
        if expression is None or reading.node is None:
            continue
        for name in sorted((expression.names & subject.setters.keys()) - FACTS.keys()):
            setters, here = subject.setters[name], reading.node.id
            asked_here = reading.own and here in setters
            if not asked_here and here not in subject.graph.following(setters):
                yield _at(
                    reading,
                    say(
                        "Điều kiện “%(text)s” đọc “%(name)s”, nhưng chỉ những bước phía sau mới "
                        "đặt giá trị này: %(steps)s.",
                        text=reading.text,
                        name=name,
                        steps=", ".join(sorted(setters)[:5]),
                    ),
                    say("Lúc đó giá trị còn trống. Hỏi điều này ở một bước đứng trước."),
                )


def unknown_answer(subject: Subject) -> Iterator[Problem]:
    """A value that a condition compares with is one of the form's answers.

    Giá trị đem so sánh trong điều kiện phải là một câu trả lời có trong biểu mẫu.
    """
    for reading in subject.readings:
        expression = _parsed(reading)
        for name, value in expression.compared() if expression else ():
            answers = subject.answers(name)
            if answers is None or value is None or value in answers:
                continue
            near = nearest(str(value), answers)
            yield _at(
                reading,
                say(
                    "Điều kiện “%(text)s” so sánh “%(name)s” với “%(value)s”, không phải là câu "
                    "trả lời nào của biểu mẫu.",
                    text=reading.text,
                    name=name,
                    value=value,
                ),
                say(
                    "Có phải là “%(near)s”? Các câu trả lời: %(known)s.",
                    near=near,
                    known=", ".join(sorted(answers)),
                )
                if near
                else say("Các câu trả lời: %(known)s.", known=", ".join(sorted(answers))),
            )


def uncovered_answer(subject: Subject) -> Iterator[Problem]:
    """A gateway without default has a way for each answer of the question that it reads.

    Cổng không có luồng mặc định phải có đường đi cho mỗi câu trả lời của câu hỏi mà nó đọc.
    """
    for node in subject.drawing.nodes.values():
        question = _single_question(subject, node)
        if question is None:
            continue
        name, conditions = question
        for answer in sorted(subject.answers(name) or ()):
            if not _any_holds(conditions, name, answer):
                yield problem(
                    node,
                    say(
                        "Cổng “%(who)s” không có đường đi khi “%(name)s” là “%(answer)s”.",
                        who=label(node),
                        name=name,
                        answer=answer,
                    ),
                    say("Thêm một luồng cho câu trả lời này, hoặc đặt luồng mặc định."),
                )


def _single_question(subject: Subject, node: Node) -> tuple[str, list[str]] | None:
    """The one choice that all ways out of a gateway without default ask for."""
    if node.kind not in CHOOSING or node.default_flow or len(node.outgoing) < 2:
        return None
    conditions = [subject.drawing.flows[key].condition for key in node.outgoing]
    texts = [text for text in conditions if text is not None]
    if len(texts) < len(conditions):
        return None
    try:
        names = {name for text in texts for name in parse(text).names}
    except BadExpression:
        return None
    return (names.pop(), texts) if len(names) == 1 else None


def _any_holds(conditions: list[str], name: str, answer: str) -> bool:
    """Whether a way is open; a checklist's answers come in lists."""
    for value in (answer, [answer]):
        try:
            if any(holds(text, {name: value}) for text in conditions):
                return True
        except BadExpression:
            continue
    return False


def foreign_language(subject: Subject) -> Iterator[Problem]:
    """Conditions are written in our language, in place.

    Điều kiện ghi ngay trên luồng, bằng ngôn ngữ của hệ thống.
    """
    for flow in subject.drawn.flows.values():
        element = subject.tree.elements[flow.id].find(bpmn("conditionExpression"))
        if element is None:
            continue
        language = element.get("language") or element.get(camunda("resource"))
        if language:
            yield problem(
                flow,
                say(
                    "Điều kiện của luồng “%(flow)s” viết bằng “%(language)s”.",
                    flow=label(flow),
                    language=language,
                ),
                say("Chọn loại Expression và viết như ${ket_qua == 'du'}."),
            )


def blank_condition(subject: Subject) -> Iterator[Problem]:
    """A condition that is drawn says something.

    Đã vẽ điều kiện thì phải ghi nội dung.
    """
    for flow in subject.drawn.flows.values():
        element = subject.tree.elements[flow.id].find(bpmn("conditionExpression"))
        source = subject.drawing.nodes.get(flow.source)
        if element is not None and flow.condition is None and source is not None:
            if source.kind in CHOOSING:
                continue  # told by the rule on ways without condition
            yield problem(
                flow,
                say("Luồng “%(flow)s” có điều kiện trống.", flow=label(flow)),
                say("Ghi điều kiện, hoặc xóa điều kiện đó."),
            )


RULES = (
    firm("bad-expression", bad_expression),
    firm("foreign-language", foreign_language),
    firm("blank-condition", blank_condition),
    firm("unknown-variable", unknown_variable),
    warning("read-too-early", read_too_early),
    firm("unknown-answer", unknown_answer),
    firm("uncovered-answer", uncovered_answer),
)
