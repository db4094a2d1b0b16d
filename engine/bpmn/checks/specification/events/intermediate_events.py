"""Constraints on intermediate events in the flow: what they wait for or tell, and links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, firm
from engine.bpmn.checks.specification.triggers import (
    has_trigger,
    into,
    misplaced,
    of_kind,
    out_of,
)
from engine.domain.messages import say

_CAUGHT = frozenset(
    {
        "messageEventDefinition",
        "timerEventDefinition",
        "conditionalEventDefinition",
        "linkEventDefinition",
        "signalEventDefinition",
    }
)
_THROWN = frozenset(
    {
        "messageEventDefinition",
        "escalationEventDefinition",
        "linkEventDefinition",
        "compensateEventDefinition",
        "signalEventDefinition",
    }
)


def catch_nothing(definitions: Definitions) -> Iterator[Problem]:
    """An intermediate catch event says what it waits for; only a throw event may be plain.

    Sự kiện trung gian loại chờ phải nói rõ chờ gì; chỉ loại phát mới được để trơn.

    BPMN 2.0.2, 10.5.4; Table 10.89, Intermediate Event Types in Normal Flow
    """
    for event in definitions.all("intermediateCatchEvent"):
        if not has_trigger(event):
            yield problem(
                event,
                say("Sự kiện chờ “%(who)s” không nói chờ gì.", who=label(event)),
                say(
                    "Chọn loại cho sự kiện, ví dụ hẹn giờ hay thông điệp; nếu chỉ đánh dấu một mốc "
                    "thì đổi thành sự kiện phát trơn (intermediate throw event)."
                ),
            )


def catch_trigger(definitions: Definitions) -> Iterator[Problem]:
    """An intermediate catch event waits for a message, a timer, a condition, a link or a signal.

    Trên luồng chỉ chờ được thông điệp, hẹn giờ, điều kiện, liên kết hoặc tín hiệu. Lỗi, hủy, bù trừ
    và báo cấp trên bắt ở cạnh công việc; chấm dứt chỉ đặt ở cuối.

    BPMN 2.0.2, 10.5.4; Table 10.89, Intermediate Event Types in Normal Flow
    """
    for event, what in misplaced(definitions, definitions.all("intermediateCatchEvent"), _CAUGHT):
        yield problem(
            event,
            say(
                "Sự kiện chờ “%(who)s” dùng loại “%(what)s”, không chờ được trên luồng.",
                who=label(event),
                what=what,
            ),
            say(
                "Muốn bắt việc này thì gắn sự kiện vào cạnh của công việc có thể gây ra nó; muốn "
                "phát đi thì đổi thành sự kiện phát."
            ),
        )


def throw_trigger(definitions: Definitions) -> Iterator[Problem]:
    """An intermediate throw event is plain, or one of a message, an escalation, a link,
    compensation or a signal.

    Sự kiện trung gian loại phát chỉ thuộc loại thông điệp, báo cấp trên, liên kết, bù trừ, tín
    hiệu, hoặc để trơn. Hẹn giờ và điều kiện là chờ đợi; lỗi, hủy và chấm dứt thì không đi tiếp được
    nữa.

    BPMN 2.0.2, 10.5.4; Table 10.89, Intermediate Event Types in Normal Flow
    """
    for event, what in misplaced(definitions, definitions.all("intermediateThrowEvent"), _THROWN):
        yield problem(
            event,
            say(
                "Sự kiện phát “%(who)s” dùng loại “%(what)s”, không phát được giữa chừng.",
                who=label(event),
                what=what,
            ),
            say(
                "Chờ hẹn giờ hay điều kiện thì đổi thành sự kiện chờ; báo lỗi, hủy hay chấm dứt "
                "thì dùng sự kiện kết thúc."
            ),
        )


class _Link(NamedTuple):
    """A link event, and where its pair is looked for: by name within one level.

    Some modellers leave the link's own name empty and only name the event.
    """

    event: etree._Element
    name: str
    level: etree._Element | None

    @property
    def pair(self) -> tuple[etree._Element | None, str]:
        return self.level, self.name


def _links(definitions: Definitions, tag: str) -> Iterator[_Link]:
    for event in definitions.all(tag):
        for said in of_kind(definitions, event, "linkEventDefinition"):
            name = " ".join((said.get("name") or event.get("name") or "").split())
            yield _Link(event, name, event.getparent())


def link_name(definitions: Definitions) -> Iterator[Problem]:
    """A link bears a name: by it the two halves find each other.

    Sự kiện liên kết phải có tên liên kết: hai đầu tìm nhau bằng tên này.

    BPMN 2.0.2, 10.5.5
    """
    for tag in ("intermediateThrowEvent", "intermediateCatchEvent"):
        for link in _links(definitions, tag):
            if not link.name:
                yield problem(
                    link.event,
                    say("Sự kiện liên kết “%(who)s” không có tên liên kết.", who=label(link.event)),
                    say("Ghi cùng một tên (Link name) ở đầu đi và đầu đến."),
                )


def link_without_target(definitions: Definitions) -> Iterator[Problem]:
    """A link that leads away has its other half on the same level of the process.

    Đầu đi của liên kết phải có đầu đến cùng tên trên cùng một cấp của quy trình.

    BPMN 2.0.2, 10.5.5
    """
    targets = {link.pair for link in _links(definitions, "intermediateCatchEvent")}
    for link in _links(definitions, "intermediateThrowEvent"):
        if link.name and link.pair not in targets:
            yield problem(
                link.event,
                say(
                    "Liên kết “%(name)s” ở “%(who)s” không có đầu đến.",
                    name=link.name,
                    who=label(link.event),
                ),
                say(
                    "Vẽ một sự kiện chờ loại liên kết cùng tên trên cùng một cấp (không vượt qua "
                    "ranh giới quy trình con hay pool)."
                ),
            )


def link_without_source(definitions: Definitions) -> Iterator[Problem]:
    """A link that arrives has at least one half that leads to it on the same level.

    Đầu đến của liên kết phải có ít nhất một đầu đi cùng tên trên cùng một cấp.

    BPMN 2.0.2, 10.5.5
    """
    sources = {link.pair for link in _links(definitions, "intermediateThrowEvent")}
    for link in _links(definitions, "intermediateCatchEvent"):
        if link.name and link.pair not in sources:
            yield problem(
                link.event,
                say(
                    "Liên kết “%(name)s” tới “%(who)s” không có đầu đi.",
                    name=link.name,
                    who=label(link.event),
                ),
                say("Vẽ một sự kiện phát loại liên kết cùng tên, hoặc nối thẳng bằng luồng."),
            )


def link_targets(definitions: Definitions) -> Iterator[Problem]:
    """A link arrives at one place only: two catching halves of one name leave it open which.

    Một tên liên kết chỉ có một đầu đến trên mỗi cấp; nhiều đầu đi cùng tới đó thì được.

    BPMN 2.0.2, 10.5.5
    """
    seen: dict[tuple[etree._Element | None, str], etree._Element] = {}
    for link in _links(definitions, "intermediateCatchEvent"):
        first = seen.setdefault(link.pair, link.event)
        if link.name and first is not link.event:
            yield problem(
                link.event,
                say(
                    "Liên kết “%(name)s” có hai đầu đến: “%(one)s” và “%(other)s”.",
                    name=link.name,
                    one=label(first),
                    other=label(link.event),
                ),
                say("Đặt tên khác cho một liên kết, hoặc bỏ bớt một đầu đến."),
            )


def link_source_outgoing(definitions: Definitions) -> Iterator[Problem]:
    """No flow leaves the half of a link that leads away: the way goes on at its other half.

    Không có luồng đi ra từ đầu đi của liên kết: đường đi tiếp từ đầu đến.

    BPMN 2.0.2, 10.5.4, 10.5.5
    """
    for link in _links(definitions, "intermediateThrowEvent"):
        if out_of(definitions, link.event):
            yield problem(
                link.event,
                say("Có luồng đi ra từ đầu đi của liên kết “%(who)s”.", who=label(link.event)),
                say("Xóa luồng này và nối tiếp từ đầu đến của liên kết."),
            )


def link_target_incoming(definitions: Definitions) -> Iterator[Problem]:
    """No flow leads into the half of a link that arrives: one comes there by the link alone.

    Không có luồng đi vào đầu đến của liên kết: chỉ đến đó qua đầu đi cùng tên.

    BPMN 2.0.2, 10.5.4, 10.5.5
    """
    for link in _links(definitions, "intermediateCatchEvent"):
        if into(definitions, link.event):
            yield problem(
                link.event,
                say("Có luồng đi vào đầu đến của liên kết “%(who)s”.", who=label(link.event)),
                say("Nối luồng đó vào phần tử đứng sau đầu đến, hoặc vào một đầu đi cùng tên."),
            )


RULES: tuple[Rule[Definitions], ...] = (
    error("catch-nothing", catch_nothing),
    error("catch-trigger", catch_trigger),
    error("throw-trigger", throw_trigger),
    firm("link-name", link_name),
    firm("link-without-target", link_without_target),
    firm("link-without-source", link_without_source),
    firm("link-targets", link_targets),
    firm("link-source-outgoing", link_source_outgoing),
    firm("link-target-incoming", link_target_incoming),
)
