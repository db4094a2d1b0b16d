"""Constraints on timers: one time each, written in its own place, and one that can be reckoned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, text_of
from engine.bpmn.checks.kinds import EVENTS
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, firm
from engine.bpmn.checks.specification.triggers import (
    each,
    is_within,
    of_kind,
)
from engine.bpmn.model import TIMERS
from engine.bpmn.reading.dialect import judged_process
from engine.bpmn.reading.elements import children, local
from engine.bpmn.reading.node_kinds import kind_of
from engine.domain.durations import parse_alternatives, parse_duration
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say
from engine.domain.timing import parse_cycle, parse_date

_SORTS: Mapping[str, Message] = {
    "timeDuration": say("khoảng thời gian (Duration)"),
    "timeDate": say("ngày (Date)"),
    "timeCycle": say("lặp lại (Cycle)"),
}
_PARSERS: Mapping[str, Callable[[str], object]] = {
    "timeDuration": parse_duration,
    "timeDate": parse_date,
    "timeCycle": parse_cycle,
}
_LENGTH = r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?"
_MOMENT = r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?"
_ISO: Mapping[str, re.Pattern[str]] = {
    "timeDuration": re.compile(_LENGTH),
    "timeDate": re.compile(_MOMENT),
    "timeCycle": re.compile(rf"R(-1|\d*)(/{_MOMENT})?/{_LENGTH}(/{_MOMENT})?"),
}
#: Worked out only when the timer opens, so there is nothing to judge before.
_COMPUTED = re.compile(r"\s*=|.*[$#]\{", re.DOTALL)


def timer_time(definitions: Definitions) -> Iterator[Problem]:
    """A timer says one time: a date, a duration or a cycle. One to be executed does not leave it
    out.

    Hẹn giờ chỉ ghi một thời gian: một ngày, một khoảng hoặc một cách lặp lại; trong quy trình thực
    thi thì không được để trống.

    BPMN 2.0.2, 10.5.5; Table 10.101, TimerEventDefinition
    """
    for event, definition in _timers(definitions):
        times = list(children(definition, *_SORTS))
        said = [time for time in times if text_of(time)]
        if len(times) > 1:
            why = say(
                "Hẹn giờ “%(who)s” ghi %(count)s thời gian: %(sorts)s.",
                who=label(event),
                count=len(times),
                sorts=", ".join(str(_SORTS[local(time)]) for time in times),
            )
        elif is_run(event) and not said:
            why = say("Hẹn giờ “%(who)s” không ghi thời gian.", who=label(event))
        else:
            continue
        yield problem(
            event,
            why,
            say("Chọn một loại Date, Duration hoặc Cycle và ghi một giá trị, ví dụ 40 ngày."),
        )


def _timers(definitions: Definitions) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each event with a timer, and the timer."""
    for event in each(definitions, EVENTS):
        for definition in of_kind(definitions, event, "timerEventDefinition"):
            yield event, definition


def timer_sort(definitions: Definitions) -> Iterator[Problem]:
    """A time is written in its own place: a length as duration, a day as date, a repeat as cycle.

    Thời gian ghi đúng loại: khoảng thời gian ở Duration, ngày ở Date, lặp lại ở Cycle.

    BPMN 2.0.2, 10.5.5; Table 10.101, TimerEventDefinition
    """
    for event, sort, text in _times_judged(definitions):
        meant = _meant(sort, text)
        if meant is not None:
            yield problem(
                event,
                say(
                    "Hẹn giờ “%(who)s” ghi “%(text)s” ở loại %(sort)s, nhưng đó là %(meant)s.",
                    who=label(event),
                    text=text[:60],
                    sort=_SORTS[sort],
                    meant=_SORTS[meant],
                ),
                say("Đổi loại của hẹn giờ thành %(meant)s.", meant=_SORTS[meant]),
            )


def timer_words(definitions: Definitions) -> Iterator[Problem]:
    """In a process to be executed a timer says a time that can be worked out: ISO 8601 or our
    words.

    Trong quy trình thực thi, hẹn giờ phải ghi thời gian tính được: theo ISO 8601 hoặc theo cách ghi
    của hệ thống, như 40 ngày, 31/12/2026, mỗi 5 ngày làm việc.

    BPMN 2.0.2, 10.5.5; Table 10.101, TimerEventDefinition
    """
    for event, _sort, text in _times_judged(definitions):
        if is_run(event) and not any(_is_of_sort(one, text) for one in _SORTS):
            yield problem(
                event,
                say(
                    "Hẹn giờ “%(who)s” ghi “%(text)s”, không tính được thành thời gian.",
                    who=label(event),
                    text=text[:60],
                ),
                say("Ghi như: 40 ngày; 2 ngày làm việc; 31/12/2026; mỗi 5 ngày làm việc; P40D."),
            )


def _times_judged(definitions: Definitions) -> Iterator[tuple[etree._Element, str, str]]:
    """Events, the sort of their time and its text, where the rule `timer` says nothing of it.

    That one is on the drawing put in force: it knows our words better than this.
    """
    looked_at = judged_process(definitions.root)
    for event, definition in _timers(definitions):
        if kind_of(event) in TIMERS and is_within(event, looked_at):
            continue
        times = list(children(definition, *_SORTS))
        text = text_of(times[0]) if len(times) == 1 else ""
        if text and not _COMPUTED.match(text):
            yield event, local(times[0]), text


def _meant(sort: str, text: str) -> str | None:
    """The other sort of time that a text is, where it is not of its own."""
    if _is_of_sort(sort, text):
        return None
    return next((other for other in _SORTS if _is_of_sort(other, text)), None)


def _is_of_sort(sort: str, text: str) -> bool:
    if _ISO[sort].fullmatch(text):
        return True
    try:
        said = parse_alternatives(text)
        for one in said:
            _PARSERS[sort](one.value)
    except BadDuration:
        return False
    return bool(said)


RULES: tuple[Rule[Definitions], ...] = (
    firm("timer-time", timer_time),
    error("timer-sort", timer_sort),
    error("timer-words", timer_words),
)
