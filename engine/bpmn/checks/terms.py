"""Rules on time and law: durations, legal terms, acceptance, periods in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import (
    Subject,
    label,
    nearest,
    problem,
    whole_process,
)
from engine.bpmn.dialect import PROPERTY_OF, camunda
from engine.bpmn.model import HUMAN, TIMERS, Kind, Node, called_from, named_in
from engine.domain.durations import (
    Alternative,
    SameAs,
    Since,
    parse_alternatives,
    parse_due,
    parse_duration,
)
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say

_TIMED = HUMAN | {Kind.TIMER_CATCH}
_WRITE = say(
    "Viết như: 2 ngày làm việc; 0,5 ngày làm việc; 8 giờ làm việc; 40 ngày; 3 tháng. Theo điều "
    "kiện: 8 giờ làm việc khi kenh == 'online'; 0,5 ngày làm việc."
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
            yield problem(node, message, _WRITE)
        for why in faults(node.documents, str):
            message = say("Văn bản của “%(who)s”: %(why)s", who=label(node), why=why)
            yield problem(node, message, say("Viết như: A khi ket_qua == 'du'; B."))


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


def _alternatives(text: str | None) -> tuple[Alternative, ...]:
    try:
        return parse_alternatives(text) if text else ()
    except BadDuration:
        return ()


def _named(node: Node, kind: type[SameAs] | type[Since]) -> set[str]:
    """The elements whose due moment the node shares, or from whose opening it counts."""
    found = set()
    for alternative in _alternatives(node.due):
        try:
            due = parse_due(alternative.value)
        except BadDuration:
            continue
        if isinstance(due, kind):
            found.add(due.element)
    return found


def same_due(subject: Subject) -> Iterator[Problem]:
    """A due time shared with another step names a step or timer that comes before and has one of
    its own; of a called part, the call and the step in it.

    “Cùng hạn X” nêu một bước hay hẹn giờ đứng trước và có thời hạn; “cùng hạn C1/N3” là bước N3 của
    phần được gọi ở C1.
    """
    for node in subject.nodes:
        for key in sorted(_named(node, SameAs)):
            first = key.split("/")[0]
            named = named_in(subject.drawing.key, key, subject.known)
            if named is None:
                if _unread(subject, first):
                    continue  # what is called there is not known: reported elsewhere
                message = say(
                    "“%(who)s” cùng hạn với “%(key)s”, không có phần tử này.",
                    who=label(node),
                    key=key,
                )
                yield problem(node, message, _meant_same(subject, key))
                continue
            process, other = named
            if other.kind not in _TIMED or not (other.due or other.timer):
                yield problem(
                    node,
                    say(
                        "“%(who)s” cùng hạn với “%(other)s”, phần tử này không có thời hạn.",
                        who=label(node),
                        other=label(other),
                    ),
                    say("Ghi thời hạn cho phần tử kia, hoặc ghi thời hạn riêng."),
                )
            elif not _comes_before(subject, first, node):
                yield problem(
                    node,
                    say(
                        "“%(who)s” cùng hạn với “%(other)s”, nhưng bước kia không đứng trước.",
                        who=label(node),
                        other=label(other),
                    ),
                    say("Chỉ dùng cùng hạn với bước đã mở trước đó."),
                )
            elif "/" in key and (twin := _called_again(subject, first, process, node)):
                yield problem(
                    node,
                    say(
                        "“%(who)s” cùng hạn với “%(other)s”, nhưng phần đó còn được gọi ở "
                        "“%(twin)s”: không rõ là lần nào.",
                        who=label(node),
                        other=label(other),
                        twin=label(twin),
                    ),
                    say("Ghi thời hạn riêng cho bước này."),
                )


def _unread(subject: Subject, call: str) -> bool:
    """Whether an element calls a drawing that is not there, or that calls one."""
    node = subject.drawing.nodes.get(call)
    if node is None or node.kind is not Kind.CALL_ACTIVITY or node.called is None:
        return False
    return not called_from(node.called, subject.known) <= subject.known.keys()


def _called_again(subject: Subject, call: str, process: str, node: Node) -> Node | None:
    """Another call before `node` that runs the drawing `process` too."""
    for other in subject.drawing.calls():
        runs = other.id != call and process in called_from(other.called or "", subject.known)
        if runs and _comes_before(subject, other.id, node):
            return other
    return None


def _meant_same(subject: Subject, key: str) -> Message:
    """The ids that could be meant: of this drawing, or of the one that is called there."""
    *calls, last = key.split("/")
    if not calls:
        return _meant(subject, key)
    call = subject.drawing.nodes.get(calls[0])
    if call is None or call.kind is not Kind.CALL_ACTIVITY:
        return say("“%(call)s” không gọi phần nào: viết như C1/N3 (bước N3 của phần gọi ở C1).",
                   call=calls[0])  # fmt: skip
    inner = subject.known.get(call.called or "")
    steps = [n.id for n in inner.nodes.values() if n.kind in HUMAN | TIMERS] if inner else []
    if near := nearest(last, steps):
        return say("Có phải là “%(near)s”?", near="/".join((*calls, near)))
    return say("Ghi mã (id) của một bước trong phần được gọi.")


def since_opening(subject: Subject) -> Iterator[Problem]:
    """A due time that is counted from another step names a step or timer that comes before.

    “70 ngày kể từ X” nêu một bước hay hẹn giờ đứng trước.
    """
    for node in subject.nodes:
        for key in sorted(_named(node, Since)):
            other = subject.drawing.nodes.get(key)
            if other is None:
                message = say(
                    "Thời hạn của “%(who)s” tính kể từ “%(key)s”, không có phần tử này.",
                    who=label(node),
                    key=key,
                )
                yield problem(node, message, _meant(subject, key))
            elif other.kind not in HUMAN | TIMERS:
                yield problem(
                    node,
                    say(
                        "Thời hạn của “%(who)s” tính kể từ “%(other)s”, phần tử này không phải là "
                        "một bước hay một hẹn giờ.",
                        who=label(node),
                        other=label(other),
                    ),
                    say("Ghi mã của một bước có lúc mở: công việc, chờ bên ngoài hoặc hẹn giờ."),
                )
            elif not _comes_before(subject, key, node):
                yield problem(
                    node,
                    say(
                        "Thời hạn của “%(who)s” tính kể từ “%(other)s”, nhưng bước kia không đứng "
                        "trước.",
                        who=label(node),
                        other=label(other),
                    ),
                    say("Chỉ tính kể từ một bước đã mở trước đó."),
                )


def _comes_before(subject: Subject, key: str, node: Node) -> bool:
    return key != node.id and subject.graph.leads_to(key, node.id)


def _meant(subject: Subject, key: str) -> Message:
    near = nearest(key, [node.id for node in subject.nodes if node.kind in HUMAN | TIMERS])
    if near:
        return say("Có phải là “%(near)s”?", near=near)
    return say("Ghi mã (id) của một bước trong bản vẽ.")


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
                yield whole_process(drawing, message, _WRITE)
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

    effective_from và effective_to là ngày, ngày trước đứng trước ngày sau.
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
    firm("same-due", same_due),
    firm("since-opening", since_opening),
    firm("legal-term", legal_term),
    firm("acceptance", acceptance),
    firm("clock", clock),
    firm("period", period),
)
