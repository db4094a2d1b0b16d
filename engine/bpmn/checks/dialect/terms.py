"""Rules on time and law: durations, legal terms, acceptance, periods in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from engine.bpmn.checks.problems import label, nearest, problem, whole_process
from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import HUMAN, Kind
from engine.bpmn.reading.dialect import PROPERTY_OF
from engine.bpmn.reading.elements import camunda
from engine.domain.durations import parse_alternatives, parse_due, parse_duration
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say

_TIMED = HUMAN | {Kind.TIMER_CATCH}
_WRITE = say(
    "Viết như: 2 ngày làm việc; 0,5 ngày làm việc; 8 giờ làm việc; 40 ngày; 3 tháng. Theo điều "
    "kiện: 8 giờ làm việc khi kenh == 'online'; 0,5 ngày làm việc."
)

_WRITE_BY_CONDITION = say(
    "Viết theo một trong các mẫu đó. Nếu thời hạn tùy trường hợp thì ghi điều kiện sau chữ “khi”: "
    "8 giờ làm việc khi kenh == 'online'; 0,5 ngày làm việc."
)


def bad_due(subject: Subject) -> Iterator[Problem]:
    """A step's due time is in the words of the dialect.

    Thời hạn của bước viết bằng lời như 2 ngày làm việc, 40 ngày, 3 tháng.
    """
    for node in subject.nodes:
        # a timer's `due` is what its waiting counts in the budget: always a duration
        parser = parse_duration if node.kind is Kind.TIMER_CATCH else parse_due
        for why in faults(node.due, parser):
            message = say("Thời hạn của “%(who)s”: %(why)s", who=label(node), why=why)
            yield problem(node, message, _how_to_write(why))
        for why in faults(node.documents, str):
            message = say("Văn bản của “%(who)s”: %(why)s", who=label(node), why=why)
            yield problem(node, message, say("Viết như: A khi ket_qua == 'du'; B."))


def _how_to_write(why: Message) -> Message:
    """Examples, but not those that the sentence on what is wrong has given already."""
    return _WRITE_BY_CONDITION if "examples" in why.params else _WRITE


def faults(text: str | None, parser: Callable[[str], object]) -> Iterator[Message]:
    """What is wrong with a text of alternatives, each read by `parser`."""
    try:
        alternatives = parse_alternatives(text) if text else ()
    except BadDuration as error:
        yield error.message
        return
    for alternative in alternatives:
        try:
            parser(alternative.value)
        except BadDuration as error:
            yield error.message


def said_twice(subject: Subject) -> Iterator[Problem]:
    """A step says its due time, its form and its groups once: as attribute or as property.

    Thời hạn, biểu mẫu, chức danh của một bước chỉ ghi một lần: ở ô của Camunda hoặc ở thuộc tính.
    """
    for node in subject.nodes:
        element = subject.tree.elements[node.id]
        for attribute, name in PROPERTY_OF.items():
            drawn, own = element.get(camunda(attribute)), node.properties.get(name)
            if drawn and own:
                message = say(
                    "“%(who)s” ghi hai lần: %(attribute)s “%(drawn)s” và thuộc tính %(name)s "
                    "“%(own)s”.",
                    who=label(node),
                    attribute=attribute,
                    drawn=drawn,
                    name=name,
                    own=own,
                )
                yield problem(node, message, say("Chỉ giữ một trong hai chỗ."))


def legal_term(subject: Subject) -> Iterator[Problem]:
    """Legal terms are durations; those of authorities name authorities of the register.

    Thời hạn giải quyết là khoảng thời gian; thời hạn của cơ quan nào thì nêu mã cơ quan có
    trong danh mục.
    """
    drawing, authorities = subject.drawing, subject.vocabulary.roles.authorities
    for name, text in drawing.properties.items():
        if name == "legal_term" or name.startswith("legal_term."):
            for why in faults(text, parse_duration):
                message = say("Thời hạn giải quyết “%(name)s”: %(why)s", name=name, why=why)
                yield whole_process(drawing, message, _how_to_write(why))
    for authority in drawing.authority_terms.keys() - authorities.keys():
        near = nearest(authority, authorities)
        yield whole_process(
            drawing,
            say(
                "Thời hạn giải quyết nêu cơ quan “%(name)s”, không có cơ quan này.", name=authority
            ),
            say("Có phải là “%(near)s”?", near=near)
            if near
            else say("Ghi mã một cơ quan ở mục [authorities] của bpmn/roles.toml."),
        )


def acceptance(subject: Subject) -> Iterator[Problem]:
    """A process with a legal term says at which one step the dossier is accepted.

    Quy trình có thời hạn giải quyết phải nói hồ sơ được tiếp nhận ở bước nào, chỉ một bước.
    """
    accepting = [node for node in subject.nodes if node.acceptance and node.kind in HUMAN]
    if subject.drawing.legal_term and not accepting:
        yield whole_process(
            subject.drawing,
            say("Quy trình có thời hạn giải quyết nhưng không có bước nào tiếp nhận hồ sơ."),
            say("Ở bước tiếp nhận, thêm thuộc tính acceptance, ví dụ ket_qua_tiep_nhan == 'du'."),
        )
    for node in accepting[1:]:
        yield problem(
            node,
            say(
                "“%(who)s” cũng có thuộc tính acceptance; đã có ở “%(first)s”.",
                who=label(node),
                first=label(accepting[0]),
            ),
            say("Thời hạn bắt đầu ở một bước thôi: bỏ một trong hai."),
        )


def clock(subject: Subject) -> Iterator[Problem]:
    """The property `clock` knows one value, `paused`.

    Thuộc tính clock chỉ nhận giá trị paused.
    """
    for node in subject.nodes:
        value = node.properties.get("clock")
        if value is not None and value != "paused":
            yield problem(
                node,
                say(
                    "“%(who)s”: thuộc tính clock không nhận giá trị “%(value)s”.",
                    who=label(node),
                    value=value,
                ),
                say("Ghi paused nếu thời hạn tạm dừng ở đây, nếu không thì bỏ thuộc tính."),
            )


def period(subject: Subject) -> Iterator[Problem]:
    """effective_from and effective_to are dates, the first before the second.

    Ngày bắt đầu (effective_from) và ngày hết hiệu lực (effective_to) phải là ngày; ngày bắt đầu
    đứng trước.
    """
    drawing = subject.drawing
    days: dict[str, date] = {}
    for name in ("effective_from", "effective_to"):
        text = drawing.properties.get(name)
        if not text:
            continue
        try:
            days[name] = date.fromisoformat(text)
        except ValueError:
            yield whole_process(
                drawing,
                say("“%(name)s” không phải là ngày: “%(text)s”.", name=name, text=text),
                say("Viết năm-tháng-ngày, ví dụ 2025-07-01."),
            )
    if len(days) == 2 and not days["effective_from"] < days["effective_to"]:
        yield whole_process(
            drawing,
            say("Ngày hết hiệu lực (effective_to) không sau ngày có hiệu lực (effective_from)."),
            say("Sửa một trong hai ngày; bản vẽ hết hiệu lực từ đầu ngày effective_to."),
        )


RULES = (
    firm("bad-due", bad_due),
    firm("said-twice", said_twice),
    firm("legal-term", legal_term),
    firm("acceptance", acceptance),
    firm("clock", clock),
    firm("period", period),
)
