"""Constraints on activities done several times: loops and multiple instances."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, text_of
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, warning
from engine.bpmn.checks.specification.triggers import is_said_elsewhere
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_MARKS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_BEHAVIORS = frozenset({"None", "One", "All", "Complex"})
_NUMBER = re.compile(r"[+-]?\d{1,18}([.,]\d*)?")
_COUNT = re.compile(r"\s*\+?0*[1-9]\d{0,17}\s*")
_TELLS = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}


def _of(mark: etree._Element) -> etree._Element:
    """What people see drawn: the activity that bears a mark."""
    above = mark.getparent()
    return mark if above is None else above


def _several(definitions: Definitions) -> Iterator[tuple[etree._Element, etree._Element]]:
    for mark in definitions.all("multiInstanceLoopCharacteristics"):
        yield mark, _of(mark)


def _behavior(mark: etree._Element) -> str:
    return (mark.get("behavior") or "All").strip()


def loop_twice(definitions: Definitions) -> Iterator[Problem]:
    """An activity bears one mark of repetition: a loop or multiple instances, not both.

    Một công việc chỉ có một dấu lặp: lặp lại, hoặc thực hiện nhiều lần; không cả hai.

    BPMN 2.0.2, 10.3.8
    """
    seen: dict[etree._Element, int] = {}
    for mark in definitions.all(*_MARKS):
        seen[_of(mark)] = seen.get(_of(mark), 0) + 1
    for activity, count in seen.items():
        if count > 1:
            yield problem(
                activity,
                say("“%(who)s” có %(count)s dấu lặp.", who=label(activity), count=count),
                say("Giữ một dấu: lặp lại (loop), hoặc thực hiện nhiều lần (multi-instance)."),
            )


def loop_maximum(definitions: Definitions) -> Iterator[Problem]:
    """The maximum number of rounds of a loop is a whole number, at least one.

    Số lần lặp tối đa là số nguyên, từ 1 trở lên.

    BPMN 2.0.2, 10.3.8; StandardLoopCharacteristics
    """
    for mark in definitions.all("standardLoopCharacteristics"):
        said = mark.get("loopMaximum")
        if said is not None and not _COUNT.fullmatch(said):
            yield problem(
                _of(mark),
                say(
                    "“%(who)s” ghi số lần lặp tối đa là “%(said)s”; phải là số nguyên từ 1 trở "
                    "lên.",
                    who=label(_of(mark)),
                    said=said[:20],
                ),
                say("Ghi một số từ 1 trở lên, hoặc bỏ giới hạn và ghi điều kiện lặp."),
            )


def loop_endless(definitions: Definitions) -> Iterator[Problem]:
    """A loop that is executed says how long it goes on: by a condition, a maximum number of rounds,
    or both.

    Công việc lặp lại trong quy trình thực thi phải nói lặp đến khi nào: điều kiện lặp, số lần tối
    đa, hoặc cả hai.

    BPMN 2.0.2, 10.3.8; StandardLoopCharacteristics
    """
    for mark in definitions.all("standardLoopCharacteristics"):
        condition = any(text_of(child) for child in children(mark, "loopCondition"))
        if condition or mark.get("loopMaximum") is not None:
            continue
        if is_run(mark) and not is_said_elsewhere(mark):
            yield problem(
                _of(mark),
                say("“%(who)s” lặp lại mà không nói đến khi nào.", who=label(_of(mark))),
                say("Ghi điều kiện lặp hoặc số lần tối đa, hoặc vẽ vòng lặp bằng cổng loại trừ."),
            )


def instances_count(definitions: Definitions) -> Iterator[Problem]:
    """What is executed in several instances says how many, or for which list.

    Công việc thực hiện nhiều lần phải nói bao nhiêu lần (số lượng), hoặc cho từng mục của danh
    sách nào.

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics
    """
    for mark, activity in _several(definitions):
        said = any(text_of(c) for c in children(mark, "loopCardinality", "loopDataInputRef"))
        if not said and is_run(mark) and not is_said_elsewhere(mark):
            yield problem(
                activity,
                say(
                    "“%(who)s” thực hiện nhiều lần mà không nói bao nhiêu lần.", who=label(activity)
                ),
                say("Ghi số lần (Loop cardinality) hoặc danh sách (Collection)."),
            )


def instances_number(definitions: Definitions) -> Iterator[Problem]:
    """A number of instances that is written out is a whole number, at least one.

    Số lần thực hiện nếu ghi bằng số thì là số nguyên, từ 1 trở lên.

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics
    """
    for mark, activity in _several(definitions):
        for said in (text_of(child) for child in children(mark, "loopCardinality")):
            if _NUMBER.fullmatch(said) and not _COUNT.fullmatch(said):
                yield problem(
                    activity,
                    say(
                        "“%(who)s” thực hiện “%(said)s” lần; phải là số nguyên từ 1 trở lên.",
                        who=label(activity),
                        said=said[:20],
                    ),
                    say("Ghi một số từ 1 trở lên, hoặc một biểu thức cho ra số đó."),
                )


def instances_behavior(definitions: Definitions) -> Iterator[Problem]:
    """When instances tell of their completion is one of four words: None, One, All, Complex.

    Khi nào các lần thực hiện báo đã xong (behavior) chỉ ghi None, One, All hoặc Complex.

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics
    """
    for mark, activity in _several(definitions):
        if _behavior(mark) not in _BEHAVIORS:
            yield problem(
                activity,
                say(
                    "“%(who)s” ghi behavior là “%(said)s”, không có cách này.",
                    who=label(activity),
                    said=_behavior(mark)[:40],
                ),
                say("Ghi None, One, All hoặc Complex; bỏ trống thì là All."),
            )


def instances_event(definitions: Definitions) -> Iterator[Problem]:
    """Executed instances that tell of each, or of the first, completion name the event they throw.

    Trong quy trình thực thi, các lần thực hiện báo khi từng lần xong (None) hay khi lần đầu xong
    (One) thì phải nói phát sự kiện nào.

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics
    """
    for mark, activity in _several(definitions):
        attribute = _TELLS.get(_behavior(mark))
        if attribute is not None and not (mark.get(attribute) or "").strip() and is_run(mark):
            yield problem(
                activity,
                say(
                    "“%(who)s” báo xong theo cách %(behavior)s nhưng không nói phát sự kiện nào.",
                    who=label(activity),
                    behavior=_behavior(mark),
                ),
                say(
                    "Ghi sự kiện ở %(attribute)s, hoặc bỏ behavior (mặc định: chờ xong hết).",
                    attribute=attribute,
                ),
            )


def instances_idle_event(definitions: Definitions) -> Iterator[Problem]:
    """An event for each or for the first completion is named only where it is thrown.

    Sự kiện báo xong chỉ có tác dụng khi behavior đúng cách: noneBehaviorEventRef với None,
    oneBehaviorEventRef với One.

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics
    """
    for mark, activity in _several(definitions):
        for behavior, attribute in _TELLS.items():
            if (mark.get(attribute) or "").strip() and _behavior(mark) != behavior:
                yield problem(
                    activity,
                    say(
                        "“%(who)s” ghi %(attribute)s nhưng behavior là %(said)s, nên sự kiện đó "
                        "không bao giờ được phát.",
                        who=label(activity),
                        attribute=attribute,
                        said=_behavior(mark)[:40],
                    ),
                    say(
                        "Đổi behavior thành %(behavior)s, hoặc xóa %(attribute)s.",
                        behavior=behavior,
                        attribute=attribute,
                    ),
                )


def instances_complex(definitions: Definitions) -> Iterator[Problem]:
    """Executed instances that tell in a complex way say when, by at least one definition.

    Trong quy trình thực thi, cách báo xong Complex phải có ít nhất một định nghĩa nói khi nào báo.

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics
    """
    for mark, activity in _several(definitions):
        defined = any(True for _ in children(mark, "complexBehaviorDefinition"))
        if _behavior(mark) == "Complex" and not defined and is_run(mark):
            yield problem(
                activity,
                say(
                    "“%(who)s” báo xong theo cách Complex nhưng không định nghĩa cách nào.",
                    who=label(activity),
                ),
                say("Thêm định nghĩa (điều kiện và sự kiện), hoặc bỏ behavior."),
            )


def instances_idle_complex(definitions: Definitions) -> Iterator[Problem]:
    """Definitions of complex behaviour stand only where the behaviour is complex.

    Các định nghĩa báo xong phức hợp chỉ có tác dụng khi behavior là Complex.

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics
    """
    for mark, activity in _several(definitions):
        defined = any(True for _ in children(mark, "complexBehaviorDefinition"))
        if defined and _behavior(mark) in _BEHAVIORS - {"Complex"}:
            yield problem(
                activity,
                say(
                    "“%(who)s” có định nghĩa báo xong phức hợp nhưng behavior là %(said)s.",
                    who=label(activity),
                    said=_behavior(mark),
                ),
                say("Đổi behavior thành Complex, hoặc xóa các định nghĩa."),
            )


def instances_item(definitions: Definitions) -> Iterator[Problem]:
    """The item each instance works on, or yields, belongs to a list that is named.

    Mục của từng lần thực hiện (inputDataItem, outputDataItem) phải thuộc một danh sách được nêu
    (loopDataInputRef, loopDataOutputRef).

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics
    """
    pairs = (("inputDataItem", "loopDataInputRef"), ("outputDataItem", "loopDataOutputRef"))
    for mark, activity in _several(definitions):
        said = {local(child) for child in mark.iterchildren()}
        for item, collection in pairs:
            if item in said and collection not in said and not is_said_elsewhere(mark):
                yield problem(
                    activity,
                    say(
                        "“%(who)s” nêu %(item)s mà không nêu danh sách (%(collection)s).",
                        who=label(activity),
                        item=item,
                        collection=collection,
                    ),
                    say("Nêu danh sách, hoặc xóa mục đó."),
                )


RULES: tuple[Rule[Definitions], ...] = (
    error("loop-twice", loop_twice),
    error("loop-maximum", loop_maximum),
    warning("loop-endless", loop_endless),
    error("instances-count", instances_count),
    error("instances-number", instances_number),
    error("instances-behavior", instances_behavior),
    error("instances-event", instances_event),
    warning("instances-idle-event", instances_idle_event),
    error("instances-complex", instances_complex),
    warning("instances-idle-complex", instances_idle_complex),
    error("instances-item", instances_item),
)
