"""Constraints on boundary events: what they may catch, on what, and where they lead."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_true
from engine.bpmn.checks.kinds import ACTIVITIES, CHOREOGRAPHY_ACTIVITIES
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, firm
from engine.bpmn.checks.specification.triggers import (
    TRIGGERS,
    declared,
    has_trigger,
    into,
    is_handler,
    kinds,
    misplaced,
    out_of,
)
from engine.bpmn.reading.elements import local
from engine.domain.messages import say

_AT_EDGE = frozenset(TRIGGERS) - {"linkEventDefinition", "terminateEventDefinition"}
#: What may bear an event: in a choreography the steps do as well (11.6).
_HOSTS = ACTIVITIES | CHOREOGRAPHY_ACTIVITIES


def _host(definitions: Definitions, event: etree._Element) -> etree._Element | None:
    """The activity an event is attached to; None where it names none."""
    host = definitions.resolve(event, event.get("attachedToRef"))
    return host if host is not None and local(host) in _HOSTS else None


def boundary_host(definitions: Definitions) -> Iterator[Problem]:
    """A boundary event is attached to an activity: a task, a sub-process or a call.

    Sự kiện biên phải gắn vào một công việc, một quy trình con hoặc một bước gọi quy trình, không
    gắn vào cổng hay sự kiện khác.

    BPMN 2.0.2, 10.5.4; Table 10.91, BoundaryEvent
    """
    remedy = say("Xóa sự kiện rồi kéo một sự kiện mới vào cạnh của công việc.")
    for event in definitions.all("boundaryEvent"):
        if _host(definitions, event) is not None:
            continue
        named = definitions.resolve(event, event.get("attachedToRef"))
        if named is None:
            why = say("Sự kiện biên “%(who)s” không gắn với công việc nào.", who=label(event))
        else:
            why = say(
                "Sự kiện biên “%(who)s” gắn vào “%(host)s”, không phải là một công việc.",
                who=label(event),
                host=label(named),
            )
        yield problem(event, why, remedy)


def boundary_level(definitions: Definitions) -> Iterator[Problem]:
    """A boundary event stands on the same level of the process as the activity it is attached to.

    Sự kiện biên và công việc nó gắn vào phải nằm trên cùng một cấp của quy trình.

    BPMN 2.0.2, 10.5.4
    """
    for event in definitions.all("boundaryEvent"):
        host = _host(definitions, event)
        if host is not None and host.getparent() is not event.getparent():
            yield problem(
                event,
                say(
                    "Sự kiện biên “%(who)s” gắn vào “%(host)s” ở một cấp khác của quy trình.",
                    who=label(event),
                    host=label(host),
                ),
                say("Xóa sự kiện rồi kéo một sự kiện mới vào cạnh của đúng công việc đó."),
            )


def boundary_on_handler(definitions: Definitions) -> Iterator[Problem]:
    """No boundary event sits on an event sub-process, which stands outside the flow.

    Không gắn sự kiện biên vào quy trình con kích hoạt bởi sự kiện, vì nó đứng ngoài luồng.

    BPMN 2.0.2, 10.3.5, 10.5.4
    """
    for event in definitions.all("boundaryEvent"):
        host = _host(definitions, event)
        if host is not None and is_handler(host):
            yield problem(
                event,
                say(
                    "Sự kiện biên “%(who)s” gắn vào quy trình con kích hoạt bởi sự kiện "
                    "“%(host)s”.",
                    who=label(event),
                    host=label(host),
                ),
                say("Gắn sự kiện vào một công việc bên trong quy trình con đó."),
            )


def boundary_incoming(definitions: Definitions) -> Iterator[Problem]:
    """A boundary event is set off by its activity alone: no sequence flow leads into it.

    Không có luồng đi vào sự kiện biên: nó xảy ra trong lúc làm công việc, không phải do đi tới.

    BPMN 2.0.2, 10.5.4
    """
    for event in definitions.all("boundaryEvent"):
        if into(definitions, event):
            yield problem(
                event,
                say("Có luồng đi vào sự kiện biên “%(who)s”.", who=label(event)),
                say("Nối luồng đó vào công việc, hoặc vào bước đứng sau sự kiện này."),
            )


def boundary_outgoing(definitions: Definitions) -> Iterator[Problem]:
    """A boundary event leads on: at least one flow leaves it, unless it is for compensation.

    Sự kiện biên phải nói làm gì tiếp: có luồng đi ra (trừ loại bù trừ, nối bằng đường liên kết).

    BPMN 2.0.2, 10.5.4
    """
    for event in definitions.all("boundaryEvent"):
        compensates = "compensateEventDefinition" in kinds(definitions, event)
        if not compensates and not out_of(definitions, event):
            yield problem(
                event,
                say("Sự kiện biên “%(who)s” không dẫn tới bước nào.", who=label(event)),
                say("Nối sự kiện này với bước phải làm khi nó xảy ra, hoặc xóa đi."),
            )


def boundary_nothing(definitions: Definitions) -> Iterator[Problem]:
    """A boundary event says what it catches.

    Sự kiện biên phải nói rõ bắt sự việc gì; không có sự kiện biên trơn.

    BPMN 2.0.2, 10.5.4; Table 10.90, Intermediate Event Types Attached to an Activity Boundary
    """
    for event in definitions.all("boundaryEvent"):
        if not has_trigger(event):
            yield problem(
                event,
                say("Sự kiện biên “%(who)s” không nói bắt sự việc gì.", who=label(event)),
                say("Chọn loại cho sự kiện, ví dụ hẹn giờ (timer boundary event), hoặc xóa đi."),
            )


def boundary_trigger(definitions: Definitions) -> Iterator[Problem]:
    """A boundary event catches what can happen to its activity; links and terminations cannot.

    Sự kiện biên không dùng loại liên kết hay chấm dứt: hai loại này không xảy ra ở một công việc.

    BPMN 2.0.2, 10.5.4; Table 10.90, Intermediate Event Types Attached to an Activity Boundary
    """
    for event, what in misplaced(definitions, definitions.all("boundaryEvent"), _AT_EDGE):
        yield problem(
            event,
            say(
                "Sự kiện biên “%(who)s” dùng loại “%(what)s”, không gắn được vào cạnh công việc.",
                who=label(event),
                what=what,
            ),
            say("Chọn hẹn giờ, thông điệp, lỗi, báo cấp trên, điều kiện, tín hiệu hoặc bù trừ."),
        )


def boundary_cancel(definitions: Definitions) -> Iterator[Problem]:
    """A cancel boundary event sits on a transaction: nothing else can be cancelled.

    Sự kiện biên loại hủy chỉ gắn vào cạnh của một giao dịch.

    BPMN 2.0.2, 10.5.4; Table 10.90, Intermediate Event Types Attached to an Activity Boundary
    """
    for event in definitions.all("boundaryEvent"):
        host = _host(definitions, event)
        if host is None or local(host) == "transaction":
            continue
        if "cancelEventDefinition" in kinds(definitions, event):
            yield problem(
                event,
                say(
                    "Sự kiện biên “%(who)s” bắt việc hủy giao dịch, nhưng “%(host)s” không phải là "
                    "giao dịch.",
                    who=label(event),
                    host=label(host),
                ),
                say("Đổi “%(host)s” thành giao dịch, hoặc đổi loại của sự kiện.", host=label(host)),
            )


def boundary_interrupting(definitions: Definitions) -> Iterator[Problem]:
    """What catches an error or a cancellation always interrupts its activity.

    Sự kiện biên bắt lỗi hoặc hủy giao dịch luôn ngắt công việc: việc đó đã không xong được nữa.

    BPMN 2.0.2, 10.5.4; Table 10.92, Possible Values of the cancelActivity Attribute
    """
    for event in definitions.all("boundaryEvent"):
        fatal = ("errorEventDefinition", "cancelEventDefinition")
        wrong = [kind for kind in fatal if kind in kinds(definitions, event)]
        if wrong and not is_true(event, "cancelActivity", default=True):
            yield problem(
                event,
                say(
                    "Sự kiện biên “%(who)s” (%(what)s) được đặt là không ngắt công việc; loại này "
                    "luôn ngắt.",
                    who=label(event),
                    what=TRIGGERS[wrong[0]],
                ),
                say("Đổi sang loại ngắt (nét liền); hoặc dùng báo cấp trên (escalation) nếu việc "
                    "vẫn tiếp tục."),
            )  # fmt: skip


def boundary_twice(definitions: Definitions) -> Iterator[Problem]:
    """One activity catches the same error, escalation, message or signal once if that interrupts.

    Trên một công việc, mỗi lỗi, cấp báo, thông điệp hay tín hiệu chỉ bắt bằng một sự kiện biên có
    ngắt; hai sự kiện cùng bắt một thứ thì không biết đi đường nào.

    BPMN 2.0.2, 10.5.6
    """
    seen: dict[tuple[etree._Element, str, str], etree._Element] = {}
    for event in definitions.all("boundaryEvent"):
        host = _host(definitions, event)
        if host is None or not is_true(event, "cancelActivity", default=True):
            continue
        for kind, what in declared(definitions, event):
            first = seen.setdefault((host, kind, what), event)
            if first is not event:
                yield problem(
                    event,
                    say(
                        "“%(who)s” và “%(first)s” cùng bắt một %(what)s trên “%(host)s”.",
                        who=label(event),
                        first=label(first),
                        what=TRIGGERS[kind],
                        host=label(host),
                    ),
                    say("Giữ một sự kiện; hoặc để mỗi sự kiện bắt một mã hay tên khác nhau."),
                )


RULES: tuple[Rule[Definitions], ...] = (
    firm("boundary-host", boundary_host),
    firm("boundary-level", boundary_level),
    firm("boundary-on-handler", boundary_on_handler),
    firm("boundary-incoming", boundary_incoming),
    firm("boundary-outgoing", boundary_outgoing),
    error("boundary-nothing", boundary_nothing),
    error("boundary-trigger", boundary_trigger),
    error("boundary-cancel", boundary_cancel),
    error("boundary-interrupting", boundary_interrupting),
    error("boundary-twice", boundary_twice),
)
