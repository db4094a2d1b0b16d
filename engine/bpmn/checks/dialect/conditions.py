"""Rules on expressions: they parse, are true or false, and read what is set before them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.dialect.questions import before_gateways
from engine.bpmn.checks.problems import label, nearest, problem
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.subject import FACTS, Reading, Subject, dates_read
from engine.bpmn.expressions import Expression, Tree, parse
from engine.bpmn.expressions.values import shown
from engine.bpmn.model import CHOOSING, HUMAN, Kind, Node
from engine.bpmn.reading.elements import bpmn, camunda
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


#: What gives a number, a text, a day or a list, whatever it is given.
_NO_TRUTH = frozenset({"+", "-", "*", "/", "minus", "list"})
_NO_TRUTH_CALLS = frozenset({"abs", "len", "lower", "nam", "ngay", "round", "sum"})
_JOINING = frozenset({"and", "or"})


def no_truth(subject: Subject) -> Iterator[Problem]:
    """A condition is true or false: a number, a text or a day alone is neither.

    Điều kiện phải cho ra đúng hoặc sai. Một con số, một chữ hay một ngày đứng một mình thì không
    đúng cũng không sai: hồ sơ sẽ dừng ở đó. Phải so sánh với một giá trị.
    """
    for reading in subject.readings:
        expression = _parsed(reading)
        if expression is None or (reading.node and reading.text in dates_read(reading.node)):
            continue
        for part in _neither(subject, expression.tree):
            yield _at(
                reading,
                say(
                    "Điều kiện “%(text)s” không cho ra đúng hoặc sai: %(part)s phải được so sánh "
                    "với một giá trị.",
                    text=reading.text,
                    part=part,
                ),
                say("Viết rõ phép so sánh, ví dụ: ket_qua == 'du', so_con > 2."),
            )
            break


def _neither(subject: Subject, tree: Tree) -> Iterator[str | Message]:
    """The parts of a condition that stand for themselves, and are neither true nor false."""
    kind = tree[0]
    if kind in _JOINING:
        for part in tree[1]:
            yield from _neither(subject, part)
    elif kind == "not":
        yield from _neither(subject, tree[1])
    elif kind == "value":
        if tree[1] is not None and not isinstance(tree[1], bool):
            yield f"“{shown(tree[1])}”"
    elif kind == "name":
        given = subject.given(tree[1])
        if given and not any(value is None or isinstance(value, bool) for value in given):
            yield f"“{tree[1]}”"
    elif kind in _NO_TRUTH or (kind == "call" and tree[1] in _NO_TRUTH_CALLS):
        yield say("kết quả phép tính")


def unknown_variable(subject: Subject) -> Iterator[Problem]:
    """What an expression reads is set by some form or decision table.

    Giá trị mà điều kiện đọc phải do một biểu mẫu hay bảng quyết định đặt.
    """
    # A part may read what its callers set: there, each call of it is looked at.
    if not subject.drawing.startable or any(_lost_setter(subject, node) for node in subject.nodes):
        return
    yield from _unknown_to_parts(subject)
    silent = {
        gateway.id: step for step, gateway in before_gateways(subject) if len(gateway.incoming) == 1
    }
    unasked: dict[str, set[str]] = {}  # step -> what it does not ask, and nobody else does
    for reading in subject.readings:
        expression = _parsed(reading)
        facts = FACTS.keys() if reading.node else FACTS.keys() - {"lan_thu"}  # of a step's opening
        known = facts | subject.setters.keys()
        unknown = sorted(expression.names - known if expression else ())
        if unknown and reading.node and reading.node.id in silent:
            unasked.setdefault(silent[reading.node.id].id, set()).update(unknown)
            continue
        for name in unknown:
            near = nearest(name, known)
            yield _at(
                reading,
                say(
                    "Điều kiện “%(text)s” đọc “%(name)s”, nhưng không biểu mẫu hay bảng quyết "
                    "định nào đặt giá trị này.",
                    text=reading.text,
                    name=name,
                ),
                say(
                    "Có phải là “%(near)s”? Nếu không thì thêm trường “%(name)s” vào biểu mẫu của "
                    "một bước đứng trước; nếu là chữ, hãy đặt trong dấu nháy.",
                    near=near,
                    name=name,
                )
                if near
                else say(
                    "Thêm trường “%(name)s” vào biểu mẫu của một bước đứng trước; nếu là "
                    "chữ, hãy đặt trong dấu nháy.",
                    name=name,
                ),
            )
    for key, names in unasked.items():
        yield _asks_nothing(subject.drawing.nodes[key], names)


def _asks_nothing(step: Node, names: set[str]) -> Problem:
    """A step whose answer decides the way, and which has no form to give it in."""
    told = ", ".join(f"“{name}”" for name in sorted(names))
    message = say(
        "“%(who)s” không có biểu mẫu, nhưng ngay sau đó hồ sơ rẽ theo %(names)s, và không biểu mẫu "
        "hay bảng quyết định nào đặt giá trị này.",
        who=label(step),
        names=told,
    )
    if step.kind is Kind.USER_TASK:
        remedy = say(
            "Chọn biểu mẫu hỏi điều đó ở Form reference của bước này; nếu đã hỏi ở bước trước thì "
            "sửa tên %(names)s trong điều kiện.",
            names=told,
        )
    else:
        remedy = say(
            "Đổi bước này thành User Task rồi chọn biểu mẫu hỏi điều đó, hoặc ghi tên biểu mẫu vào "
            "thuộc tính formRef; nếu đã hỏi ở bước trước thì sửa tên %(names)s trong điều kiện.",
            names=told,
        )
    return problem(step, message, remedy)


def _lost_setter(subject: Subject, node: Node) -> bool:
    """Whether a step may set what nobody can know until it is mended: its form, its table or its
    part is missing, or it is a task that is not executed. Other rules tell of each of these."""
    if node.kind in HUMAN:
        return bool(node.form) and subject.form(node.form or "") is None
    if node.kind is Kind.RULE_TASK:
        return subject.table(node.called or "") is None
    if node.kind is Kind.CALL_ACTIVITY:
        return node.called not in subject.called
    return node.kind is Kind.OTHER and node.tag.lower().endswith("task")


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
    firm("no-truth", no_truth),
    firm("foreign-language", foreign_language),
    firm("blank-condition", blank_condition),
    firm("unknown-variable", unknown_variable),
    warning("read-too-early", read_too_early),
)
