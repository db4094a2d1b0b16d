"""Rules on decision tables: they exist, are sound, and fit what the drawing's forms answer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.problems import label, nearest, problem
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.subject import FACTS, Subject
from engine.bpmn.decisions import read_decisions
from engine.bpmn.decisions.coverage import check_coverage
from engine.bpmn.decisions.tables import DecisionTable
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import Kind, Node
from engine.domain.messages import Message, say


def unknown_decision(subject: Subject) -> Iterator[Problem]:
    """Every rule task names a decision table that exists and is sound.

    Mỗi bước quyết định (business rule task) nêu một bảng quyết định có thật và đúng.
    """
    for node in subject.nodes:
        if node.kind is not Kind.RULE_TASK:
            continue
        text = subject.vocabulary.decision(node.called) if node.called else None
        if node.called is None or text is None:
            message: Message = (
                say(
                    "“%(who)s”: không có bảng quyết định “%(table)s”.",
                    who=label(node),
                    table=node.called,
                )
                if node.called
                else say("“%(who)s” chưa chọn bảng quyết định nào.", who=label(node))
            )
            remedy = say("Ghi mã (id) của một bảng trong tệp .dmn ở mục Decision reference.")
            yield problem(node, message, remedy)
            continue
        tables, findings = read_decisions(text.encode(), node.called)
        if node.called not in tables and not findings:
            message = say("Tệp DMN không có bảng “%(table)s”.", table=node.called)
            yield problem(node, message, say("Ghi đúng mã (id) của bảng quyết định."))
        yield from (_of_table(node, finding) for finding in findings)
        if node.called in tables:
            found = subject.table_findings(tables[node.called])
            yield from (_of_table(node, f) for f in found if f.severity is Severity.ERROR)


def doubtful_decision(subject: Subject) -> Iterator[Problem]:
    """No row of a table is there in vain.

    Không có dòng nào của bảng quyết định là thừa.
    """
    for node, table in _called(subject):
        for finding in subject.table_findings(table):
            if finding.severity is Severity.WARNING:
                yield _of_table(node, finding)


def unanswered_decision(subject: Subject) -> Iterator[Problem]:
    """A table has a row for each answer that the drawing's forms may give, and only one if UNIQUE.

    Bảng quyết định có dòng cho mỗi câu trả lời mà biểu mẫu có thể cho; bảng UNIQUE thì chỉ một
    dòng.
    """
    # of a table that is unsound in itself, the rule on sound tables tells
    for node, table in _called(subject):
        if any(f.severity is Severity.ERROR for f in subject.table_findings(table)):
            continue
        answers, other_texts = _asked(subject, table)
        for finding in check_coverage(table, None, answers, other_texts):
            if finding.severity is Severity.ERROR:
                yield _of_table(node, finding)


def _asked(subject: Subject, table: DecisionTable) -> tuple[dict[int, frozenset[str]], set[int]]:
    """By column: the choices that the forms offer; and the columns where anything may be typed."""
    answers: dict[int, frozenset[str]] = {}
    typed: set[int] = set()
    for place, column in enumerate(table.inputs):
        if column.expression.tree[0] != "name":
            continue
        (name,) = column.expression.names
        offered = subject.answers(name)
        if offered is not None:
            answers[place] = offered
        elif subject.setters.get(name):
            typed.add(place)
    return answers, typed


def unknown_input(subject: Subject) -> Iterator[Problem]:
    """What a table reads is set by some form or table, on some way that leads to it.

    Giá trị mà bảng quyết định đọc phải do một biểu mẫu hay bảng đứng trước đặt.
    """
    for node, table in _called(subject):
        known = FACTS.keys() - {"lan_thu"} | subject.setters.keys()
        for name in sorted(table.reads - known):
            near = nearest(name, known)
            yield problem(
                node,
                say(
                    "“%(who)s”: bảng quyết định “%(table)s” đọc “%(name)s”, nhưng không biểu mẫu "
                    "hay bảng quyết định nào đặt giá trị này.",
                    who=label(node),
                    table=table.title,
                    name=name,
                ),
                say("Có phải là “%(near)s”?", near=near)
                if near
                else say("Thêm trường “%(name)s” vào biểu mẫu của một bước đứng trước.", name=name),
            )
        for name in sorted(table.reads & subject.setters.keys()):
            if node.id not in subject.graph.following(subject.setters[name]):
                yield problem(
                    node,
                    say(
                        "“%(who)s”: bảng quyết định “%(table)s” đọc “%(name)s”, nhưng chỉ những "
                        "bước phía sau mới đặt giá trị này.",
                        who=label(node),
                        table=table.title,
                        name=name,
                    ),
                    say("Lúc đó giá trị còn trống. Hỏi điều này ở một bước đứng trước."),
                )


def _called(subject: Subject) -> Iterator[tuple[Node, DecisionTable]]:
    for node in subject.nodes:
        table = subject.table(node.called) if node.kind is Kind.RULE_TASK and node.called else None
        if table is not None:
            yield node, table


def _of_table(node: Node, finding: Finding) -> Problem:
    return problem(
        node,
        say(
            "Bảng quyết định “%(table)s” (dòng %(line)s): %(why)s",
            table=node.called,
            line=finding.line or 1,
            why=finding.message,
        ),
        finding.remedy,
    )


RULES = (
    firm("unknown-decision", unknown_decision),
    warning("doubtful-decision", doubtful_decision),
    firm("unanswered-decision", unanswered_decision),
    firm("decision-input", unknown_input),
)
