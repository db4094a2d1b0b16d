"""Decision tables (DMN): read from the file and checked, every problem with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from lxml import etree

from engine.bpmn.decisions.coverage import check_coverage
from engine.bpmn.decisions.tables import AGGREGATIONS, HIT_POLICIES, DecisionTable, Input, Rule
from engine.bpmn.decisions.unary_tests import UnaryTests, parse_unary_tests
from engine.bpmn.expressions import parse
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.reading import line_of, read_any_xml
from engine.domain.errors import BadDecision, BadExpression, DrawingRefused
from engine.domain.messages import Message, say

__all__ = (
    "DecisionTable",
    "check_decision",
    "check_decisions",
    "parse_decisions",
    "read_decisions",
)

MAX_RULES = 1_000

_DMN = re.compile(r"https?://(?:www\.)?omg\.org/spec/DMN/\d+/(?:MODEL/?|dmn\.xsd)")
_NAME = re.compile(r"[^\W\d]\w*")
_WHOLE = frozenset({"integer", "long"})

Part = TypeVar("Part")


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def parse_decisions(content: bytes, filename: str) -> dict[str, DecisionTable]:
    """The decision tables of a DMN file by their ids. Raises BadDecision at the first problem."""
    tables, findings = read_decisions(content, filename)
    if findings:
        raise BadDecision(findings[0].message)
    return tables


def check_decisions(content: bytes, filename: str) -> tuple[Finding, ...]:
    """Everything wrong with a DMN file."""
    tables, findings = read_decisions(content, filename)
    overlaps = (found for table in tables.values() for found in check_decision(table, filename))
    return (*findings, *overlaps)


def read_decisions(
    content: bytes, filename: str
) -> tuple[dict[str, DecisionTable], tuple[Finding, ...]]:
    """The tables that can be understood, and what is wrong with the others. Never raises."""
    try:
        root = read_any_xml(content, filename)
    except DrawingRefused as refused:
        return {}, tuple(f for f in refused.findings if isinstance(f, Finding))
    reader = _Reader(filename)
    if not _DMN.fullmatch(etree.QName(root).namespace or "") or _tag(root) != "definitions":
        reader.note(root, say("Tệp không phải là bảng quyết định DMN."))
        return {}, tuple(reader.findings)
    tables: dict[str, DecisionTable] = {}
    for element in _children(root, "decision"):
        table = reader.decision(element)
        if table is not None and table.id in tables:
            reader.note(element, say("Mã bảng quyết định “%(id)s” bị trùng.", id=table.id))
        elif table is not None:
            tables[table.id] = table
    if not tables and not reader.findings:
        reader.note(root, say("Tệp không có bảng quyết định nào."))
    return tables, tuple(reader.findings)


class _Reader:
    """Reads decisions out of the XML, noting every problem with its line."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.findings: list[Finding] = []

    def note(self, element: etree._Element, message: Message) -> None:
        remedy = say("Mở bảng trong trình soạn DMN, sửa ô được nêu rồi lưu lại.")
        self.findings.append(
            Finding(
                "bad-decision",
                Severity.ERROR,
                message,
                remedy,
                element=element.get("id"),
                name=element.get("name") or element.get("label"),
                line=line_of(element),
                file=self.filename,
            )
        )

    def decision(self, element: etree._Element) -> DecisionTable | None:
        before = len(self.findings)
        key = element.get("id") or ""
        if not key:
            self.note(element, say("Bảng quyết định thiếu mã (id)."))
        if any(True for _ in _children(element, "informationRequirement", "knowledgeRequirement")):
            required = [e for e in element.iter() if _tag(e) in _REQUIRED]
            for other in required:
                self.note(other, say("Bảng quyết định dùng kết quả của bảng khác; chưa dùng được."))
        drawn = next(_children(element, "decisionTable"), None)
        if drawn is None:
            self.note(element, say("Chỉ dùng được quyết định dạng bảng (decisionTable)."))
            return None
        table = self.table(drawn, key, element)
        return table if len(self.findings) == before else None

    def table(self, drawn: etree._Element, key: str, owner: etree._Element) -> DecisionTable:
        policy = (drawn.get("hitPolicy") or "UNIQUE").strip().upper()
        aggregation = (drawn.get("aggregation") or "").strip().upper() or None
        inputs = tuple(self.input(element) for element in _children(drawn, "input"))
        columns = list(_children(drawn, "output"))
        outputs = tuple(self.output(element) for element in columns)
        if policy not in HIT_POLICIES:
            self.note(
                drawn,
                say(
                    "Không dùng được quy tắc chọn dòng “%(policy)s”; hãy dùng %(known)s.",
                    policy=policy,
                    known=", ".join(HIT_POLICIES),
                ),
            )
        if aggregation and (
            aggregation not in AGGREGATIONS or policy != "COLLECT" or len(outputs) != 1
        ):
            self.note(drawn, say("Phép gộp chỉ dùng với COLLECT và một cột kết quả."))
        if not outputs or len(set(outputs)) < len(outputs):
            self.note(drawn, say("Bảng phải có cột kết quả, mỗi cột một tên riêng."))
        rows = list(_children(drawn, "rule"))
        if not rows or len(rows) > MAX_RULES:
            self.note(drawn, say("Bảng phải có từ 1 đến %(limit)s dòng.", limit=MAX_RULES))
        rules = tuple(
            self.rule(row, count, len(inputs), len(outputs))
            for count, row in enumerate(rows[:MAX_RULES], 1)
        )
        return DecisionTable(
            id=key,
            name=owner.get("name") or "",
            line=line_of(owner),
            hit_policy=policy,
            aggregation=aggregation,
            inputs=inputs,
            outputs=outputs,
            rules=rules,
            labels=tuple(column.get("label") or column.get("name") or "" for column in columns),
            documentation=_said(owner, "description"),
        )

    def input(self, element: etree._Element) -> Input:
        expression = next(_children(element, "inputExpression"), None)
        text = "" if expression is None else _text(expression)
        label = element.get("label") or text
        kind = "" if expression is None else expression.get("typeRef") or ""
        stated = next(_children(element, "inputValues"), None)
        values = "" if stated is None else _text(stated)
        return Input(
            label,
            self.parsed(element, parse, text, _NOTHING),
            kind in _WHOLE,
            kind,
            self.parsed(element, parse_unary_tests, values, None) if values else None,
        )

    def output(self, element: etree._Element) -> str:
        name = (element.get("name") or "").strip()
        if not _NAME.fullmatch(name):
            self.note(
                element,
                say(
                    "Tên cột kết quả “%(name)s” phải là một tên biến (chữ, số, dấu gạch dưới).",
                    name=name,
                ),
            )
        return name

    def rule(self, row: etree._Element, count: int, inputs: int, outputs: int) -> Rule:
        cells = list(_children(row, "inputEntry"))
        results = list(_children(row, "outputEntry"))
        if len(cells) != inputs or len(results) != outputs:
            self.note(row, say("Dòng %(row)s không đủ số ô của bảng.", row=count))
        tests = [self.parsed(c, parse_unary_tests, _text(c), UnaryTests("")) for c in cells]
        values = [self.parsed(r, parse, _text(r) or "null", _NOTHING) for r in results]
        note = _said(row, "description") or " ".join(
            _text(entry) for entry in _children(row, "annotationEntry")
        )
        return Rule(count, line_of(row), tuple(tests), tuple(values), note.strip())

    def parsed(
        self, element: etree._Element, parser: Callable[[str], Part], text: str, otherwise: Part
    ) -> Part:
        try:
            return parser(text)
        except BadExpression as error:
            self.note(element, error.message)
            return otherwise


_NOTHING = parse("null")
_REQUIRED = frozenset({"requiredDecision", "requiredKnowledge"})


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname


def _children(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    return (child for child in element.iterchildren() if _tag(child) in tags)


def _said(element: etree._Element, tag: str) -> str:
    texts = ("".join(str(piece) for piece in e.itertext()) for e in _children(element, tag))
    return " ".join(text.strip() for text in texts)


def _text(element: etree._Element) -> str:
    parts = (
        "".join(str(piece) for piece in text.itertext()) for text in _children(element, "text")
    )
    return "".join(parts).strip()


# ── checks ──────────────────────────────────────────────────────────────────────────────────────


def check_decision(table: DecisionTable, filename: str | None = None) -> Iterator[Finding]:
    """Cells that read what is no input; gaps, overlaps and rows in vain, as the table alone tells.

    Which texts a column may meet, the table alone does not know unless it states them: beyond
    those that its cells name, the drawing that calls it tells (`checks.tables`).
    """
    yield from _strangers(table, filename)
    yield from check_coverage(table, filename)


def _strangers(table: DecisionTable, filename: str | None) -> Iterator[Finding]:
    """Text in a cell without its quotes reads as a variable, which is always null."""
    inputs = {name for column in table.inputs for name in column.expression.names}
    for rule in table.rules:
        operands = [operand for test in rule.tests for operand in test.operands()]
        for name in sorted({n for part in (*operands, *rule.results) for n in part.names} - inputs):
            yield Finding(
                "decision-unknown-name",
                Severity.ERROR,
                say(
                    "Bảng “%(table)s”, dòng %(row)s: “%(name)s” không phải là cột điều kiện nào.",
                    table=table.title,
                    row=rule.number,
                    name=name,
                ),
                say('Nếu là chữ, hãy đặt trong dấu nháy kép: "%(name)s".', name=name),
                element=table.id,
                name=table.name or None,
                line=rule.line,
                file=filename,
            )
