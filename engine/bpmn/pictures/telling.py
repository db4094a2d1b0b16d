"""What timers do and what time steps are allowed, for people who read no expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.bpmn.model import HUMAN, TIMERS, Drawing, Kind, Node, named_in
from engine.domain.durations import Due, Duration, SameAs, Since, parse_alternatives, parse_due
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say
from engine.domain.timing import Timing

_TOLD = HUMAN | TIMERS | {Kind.CALL_ACTIVITY, Kind.SUB_PROCESS, Kind.END}
_MOST_TOLD = 3


def title(drawing: Drawing, timer: Node) -> str:
    """The timer's own name, or that of what it begins, or of what it stands on."""
    around = drawing.nodes.get(timer.parent or "")
    if not timer.name and around is not None and around.kind is Kind.EVENT_SUB_PROCESS:
        return around.name or around.id
    host = drawing.nodes.get(timer.attached_to or "")
    if not timer.name and host is not None:
        return str(say("Hẹn giờ của “%(step)s”", step=_name(host)))
    return _name(timer)


def afterwards(drawing: Drawing, timer: Node) -> Message:
    """What happens when the timer fires."""
    following = ", ".join(f"“{name}”" for name in _following(drawing, timer))
    if timer.kind is Kind.TIMER_CATCH:
        return say("Sau đó: %(next)s.", next=following)
    if not timer.interrupting:
        added = say("Khi đó thêm việc %(next)s; các việc khác vẫn làm tiếp.", next=following)
        if timer.timing is Timing.CYCLE and not _by_condition(timer):
            return say("%(what)s Lặp lại: %(cycle)s.", what=added, cycle=timer.timer)
        return added
    stopped = _stopped(drawing, timer)
    if stopped is None:
        return say("Khi đó mọi việc đang mở dừng lại, chuyển sang %(next)s.", next=following)
    return say(
        "Khi đó “%(step)s” dừng lại, chuyển sang %(next)s.", step=_name(stopped), next=following
    )


@dataclass(frozen=True)
class Allowed:
    """The time a step is allowed, without the conditions that choose among several values."""

    usual: str = ""  # as drawn: the value that stands for the rest
    others: tuple[str, ...] = ()  # what some cases are allowed instead
    same_as: str = ""  # the name of the step whose date it shares
    since: tuple[str, str] | None = None  # (duration, name of the step it is counted from)

    def longest(self, hours_per_day: Fraction) -> Fraction | None:
        """The most working hours allowed; None where they are not all that is counted."""
        try:
            found = [parse_due(text) for text in (self.usual, *self.others) if text]
        except BadDuration:
            return None
        lengths = [due for due in found if isinstance(due, Duration)]
        plain = all(span.unit.is_working for due in lengths for span in due.spans)
        if not lengths or len(lengths) < len(found) or not plain:
            return None
        return max(due.working_days(hours_per_day) for due in lengths) * hours_per_day


def allowed(
    drawing: Drawing, stated: str | None, drawings: Mapping[str, Drawing] | None = None
) -> Allowed:
    """What a `due` of `drawing` says, or a timer; `drawings` by key, with those that it calls."""
    try:
        values = [one.value for one in parse_alternatives(stated or "")]
    except BadDuration:
        values = [stated or ""]  # a drawing may be shown that the checks refuse
    *others, usual = values or [""]
    others = [one for one in dict.fromkeys(others) if one != usual]
    due = _parsed(usual)
    known = {**(drawings or {}), drawing.key: drawing}
    named = named_in(drawing.key, due.element, known) if isinstance(due, SameAs | Since) else None
    if named is None:
        return Allowed(usual, tuple(others))
    name = title(known[named[0]], named[1])
    if isinstance(due, Since):
        return Allowed(usual, tuple(others), since=(str(due.duration), name))
    return Allowed("", tuple(others), name)


def _parsed(usual: str) -> Due | None:
    try:
        return parse_due(usual)
    except BadDuration:
        return None  # dates and conditions of timers


def _by_condition(timer: Node) -> bool:
    """Whether several cycles are drawn: which one holds, the explanation of its date says."""
    try:
        return any(one.condition for one in parse_alternatives(timer.timer or ""))
    except BadDuration:
        return True


def _stopped(drawing: Drawing, timer: Node) -> Node | None:
    """What an interrupting timer ends; None for the whole of its drawing."""
    if timer.attached_to is not None:
        return drawing.nodes.get(timer.attached_to)
    handler = drawing.nodes.get(timer.parent or "")
    return drawing.nodes.get(handler.parent or "") if handler is not None else None


def _following(drawing: Drawing, timer: Node) -> Iterator[str]:
    """The first steps and ends that the flows lead to, gateways passed over; at most three."""
    seen, front, told = {timer.id}, [timer], 0
    while front:
        node = front.pop(0)
        for key in node.outgoing:
            target = drawing.nodes.get(drawing.flows[key].target)
            if target is None or target.id in seen:
                continue
            seen.add(target.id)
            if target.kind not in _TOLD:
                front.append(target)
                continue
            if told == _MOST_TOLD:
                yield "…"
                return
            told += 1
            yield _name(target)


def _name(node: Node) -> str:
    return node.name or node.id
