"""Rules on timers: what they say, where they may repeat, and what they add beside the main way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.bpmn.checks.dialect.terms import faults
from engine.bpmn.checks.graph import is_entry
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.subject import Subject, alternatives_of
from engine.bpmn.model import TIMERS, Drawing, Kind, Node
from engine.bpmn.ways.branches import Ahead, beside_events
from engine.domain.durations import parse_alternatives, parse_duration
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say
from engine.domain.timing import Timing, parse_cycle, parse_date

_HOW_TO_WRITE: Mapping[Timing, tuple[Callable[[str], object], Message]] = {
    Timing.DURATION: (
        parse_duration,
        say("Chọn loại Duration và ghi một khoảng thời gian, ví dụ 40 ngày."),
    ),
    Timing.DATE: (
        parse_date,
        say(
            "Loại Date ghi một ngày, ví dụ 31/12/2026 hoặc 08:00 ngày 31/12/2026, hoặc một ô ngày "
            "của biểu mẫu: ${ngay_hen}."
        ),
    ),
    Timing.CYCLE: (
        parse_cycle,
        say("Loại Cycle ghi như: mỗi 5 ngày làm việc, 3 lần; không ghi số lần thì lặp đến khi "
            "việc xong."),
    ),
}  # fmt: skip
_ONCE = say(
    "Chọn loại Duration; muốn lặp lại thì dùng sự kiện không ngắt (nét đứt) ở cạnh một công việc, "
    "hoặc bắt đầu một quy trình con kích hoạt bởi sự kiện."
)


def timer(subject: Subject) -> Iterator[Problem]:
    """A timer says one thing in our words: how long, when, or how often.

    Hẹn giờ nói đúng một điều bằng lời của ta: chờ bao lâu (40 ngày), đến ngày nào (31/12/2026), hay
    mấy lần (mỗi 5 ngày làm việc, 3 lần).
    """
    for node in subject.nodes:
        if node.kind in TIMERS:
            for why, remedy in _faults(node):
                yield problem(
                    node, say("Hẹn giờ “%(who)s”: %(why)s", who=label(node), why=why), remedy
                )


def _faults(node: Node) -> Iterator[tuple[Message, Message]]:
    parser, remedy = _HOW_TO_WRITE[node.timing]
    if node.timer is None:
        return  # told by the file's own rule
    if node.timing is Timing.CYCLE and (node.kind is Kind.TIMER_CATCH or node.interrupting):
        yield say("chỉ xảy ra một lần ở đây nên không dùng được loại lặp lại (timeCycle)."), _ONCE
        return
    for why in faults(node.timer, parser):
        yield why, remedy
    if _lacks_default(node.timer):
        yield say("thiếu khoảng thời gian khi không điều kiện nào đúng."), remedy


def _lacks_default(text: str | None) -> bool:
    said = alternatives_of(text)
    return bool(said and said[-1].condition)


def endless_cycle(subject: Subject) -> Iterator[Problem]:
    """A cycle says how often; without it, it goes on until its host is done.

    Hẹn giờ lặp nên ghi số lần; không ghi thì lặp cho đến khi công việc mà nó gắn vào xong.
    """
    for node in subject.nodes:
        if node.kind in TIMERS and node.timing is Timing.CYCLE and _turns_without_end(node):
            yield problem(
                node,
                say(
                    "Hẹn giờ “%(who)s” lặp lại cho đến khi “%(host)s” xong, bao nhiêu lần cũng "
                    "được.",
                    who=label(node),
                    host=_host(subject.drawing, node),
                ),
                say("Nếu đúng ý thì giữ nguyên; muốn có giới hạn thì ghi thêm, ví dụ “, 3 lần”."),
            )


def _turns_without_end(node: Node) -> bool:
    try:
        said = parse_alternatives(node.timer or "")
        return any(parse_cycle(one.value).laps is None for one in said)
    except BadDuration:
        return False  # told already


def _host(drawing: Drawing, node: Node) -> str:
    """What a timer stands beside: an activity, the scope of an event sub-process, the whole."""
    key = node.attached_to
    if key is None and node.parent is not None:
        handler = drawing.nodes.get(node.parent)
        key = handler.parent if handler else None
    host = drawing.nodes.get(key or "")
    return label(host) if host else drawing.name or drawing.key


def non_interrupting(subject: Subject) -> Iterator[Problem]:
    """What a timer adds to the work ends by itself: it does not flow back into the main way.

    Nhánh do hẹn giờ không ngắt thêm vào phải tự kết thúc; nếu quay lại đường chính thì từ đó mọi
    bước bị làm hai lần.
    """
    drawing = subject.drawing
    ahead, main_ways = Ahead(drawing), dict[str | None, frozenset[str]]()
    begin: dict[str | None, list[str]] = {}
    for node in drawing.nodes.values():
        if is_entry(node):
            begin.setdefault(node.parent, []).append(node.id)
    for event in beside_events(drawing):
        scope = event.parent
        if event.kind is not Kind.TIMER_BOUNDARY:
            continue
        if scope not in main_ways:
            main_ways[scope] = ahead.reached(begin.get(scope, ()))
        if event.id in main_ways[scope]:
            continue
        both = main_ways[scope] & ahead.reached([event.id])
        shared = next((key for key in drawing.nodes if key in both), None)
        if shared is not None:
            yield problem(
                event,
                say(
                    "Nhánh của “%(who)s” (không ngắt công việc) đi vào “%(shared)s” trên đường đi "
                    "chính: từ đó trở đi mọi bước sẽ làm hai lần.",
                    who=label(event),
                    shared=label(drawing.nodes[shared]),
                ),
                say(
                    "Cho nhánh này kết thúc riêng ở một sự kiện kết thúc của nó; nếu nhánh phải "
                    "thay cho công việc thì đổi sang loại ngắt (nét liền)."
                ),
            )


RULES = (
    firm("non-interrupting", non_interrupting),
    firm("timer", timer),
    warning("endless-cycle", endless_cycle),
)
