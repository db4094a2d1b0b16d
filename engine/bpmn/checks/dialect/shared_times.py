"""Rules on due times that lean on another step: they name one that comes before."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.problems import label, nearest, problem
from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import Subject, alternatives_of
from engine.bpmn.model import HUMAN, TIMERS, Kind, Node, called_from, named_in
from engine.domain.durations import SameAs, Since, parse_due
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say

_TIMED = HUMAN | {Kind.TIMER_CATCH}


def _named(node: Node, kind: type[SameAs] | type[Since]) -> set[str]:
    """The elements whose due moment the node shares, or from whose opening it counts."""
    found = set()
    for alternative in alternatives_of(node.due):
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
            fault = _not_shared(subject, node, key)
            if fault is not None:
                yield problem(node, *fault)


def _not_shared(subject: Subject, node: Node, key: str) -> tuple[Message, Message] | None:
    """Why a due time cannot be shared with what `key` names, and what to do."""
    first = key.split("/")[0]
    named = named_in(subject.drawing.key, key, subject.known)
    if named is None:
        if _unread(subject, first):
            return None  # what is called there is not known: reported elsewhere
        message = say(
            "“%(who)s” cùng hạn với “%(key)s”, không có phần tử này.", who=label(node), key=key
        )
        return message, _meant_same(subject, key)
    process, other = named
    if other.kind not in _TIMED or not (other.due or other.timer):
        return say(
            "“%(who)s” cùng hạn với “%(other)s”, phần tử này không có thời hạn.",
            who=label(node),
            other=label(other),
        ), say("Ghi thời hạn cho phần tử kia, hoặc ghi thời hạn riêng.")
    if not _comes_before(subject, first, node):
        return say(
            "“%(who)s” cùng hạn với “%(other)s”, nhưng bước kia không đứng trước.",
            who=label(node),
            other=label(other),
        ), say("Chỉ dùng cùng hạn với bước đã mở trước đó.")
    if "/" in key and (twin := _called_again(subject, first, process, node)):
        return say(
            "“%(who)s” cùng hạn với “%(other)s”, nhưng phần đó còn được gọi ở “%(twin)s”: không "
            "rõ là lần nào.",
            who=label(node),
            other=label(other),
            twin=label(twin),
        ), say("Ghi thời hạn riêng cho bước này.")
    return None


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


RULES = (
    firm("same-due", same_due),
    firm("since-opening", since_opening),
)
