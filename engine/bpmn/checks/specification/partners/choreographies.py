"""Constraints on choreographies: who begins, who answers, and what may be drawn between."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, text_of
from engine.bpmn.checks.kinds import ACTIVITIES, CHOREOGRAPHY_ACTIVITIES, ITEMS, kind_name
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, error
from engine.bpmn.checks.specification.data.data_parts import named
from engine.bpmn.checks.specification.partners.talkers import Talkers
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import children, event_definitions, local
from engine.domain.messages import say

_STEPS = tuple(sorted(CHOREOGRAPHY_ACTIVITIES))
_SCOPES = ("choreography", "globalChoreographyTask", "subChoreography")
_WITHOUT_MESSAGES = {
    "startEvent": {"timer", "conditional", "signal"},
    "intermediateCatchEvent": {"timer", "conditional", "signal", "link"},
    "intermediateThrowEvent": {"link"},
    "boundaryEvent": {"timer", "conditional", "signal"},
    "endEvent": {"terminate"},
}
"""Who watches from outside sees these happen; the rest only those within a process."""


def initiator(definitions: Definitions) -> Iterator[Problem]:
    """Who begins a step of a choreography is one of those who take part in it.

    Bên khởi đầu một bước phối hợp phải là một trong các bên của bước đó.

    BPMN 2.0.2, 11.5; ChoreographyActivity model associations
    """
    for step, members in _members(definitions).items():
        beginning = definitions.resolve(step, step.get("initiatingParticipantRef"))
        if beginning is not None and members and beginning not in members:
            yield problem(
                step,
                say(
                    "Bước phối hợp “%(who)s” do “%(other)s” khởi đầu, không phải một bên của bước.",
                    who=label(step),
                    other=label(beginning),
                ),
                say("Chọn bên khởi đầu trong các bên của bước này."),
            )


def pair(definitions: Definitions) -> Iterator[Problem]:
    """A choreography task is between exactly two participants; the other steps have two or more.

    Bước phối hợp đơn có đúng hai bên; bước phối hợp gộp có từ hai bên trở lên.

    BPMN 2.0.2, 11.5; Choreography Task and ChoreographyActivity model associations
    """
    for step in definitions.all(*_STEPS):
        members = {text_of(one) for one in children(step, "participantRef")} - {""}
        wrong = len(members) != 2 if local(step) == "choreographyTask" else len(members) < 2
        if wrong:
            yield problem(
                step,
                say(
                    "Bước phối hợp “%(who)s” có %(count)s bên tham gia.",
                    who=label(step),
                    count=len(members),
                ),
                say("Ghi đúng hai bên: bên gửi trước và bên nhận."),
            )


def foreign_participant(definitions: Definitions) -> Iterator[Problem]:
    """Those who take part in a step are participants of the choreography it is drawn in.

    Các bên của một bước phối hợp phải là bên của chính sơ đồ phối hợp đó.

    BPMN 2.0.2, 11.5; ChoreographyActivity model associations
    """
    for step in definitions.all(*_STEPS):
        around = set(step.iterancestors())
        for place, found in named(definitions, step, "participantRef"):
            if local(found) == "participant" and found.getparent() not in around:
                yield at(
                    place,
                    say(
                        "Bước phối hợp “%(who)s” có bên tham gia “%(other)s” của một sơ đồ khác.",
                        who=label(step),
                        other=label(found),
                    ),
                    say("Khai báo bên này trong chính sơ đồ phối hợp."),
                )


def messages(definitions: Definitions) -> Iterator[Problem]:
    """The messages of a choreography task go between its two participants.

    Thông điệp của một bước phối hợp phải đi giữa hai bên của bước đó.

    BPMN 2.0.2, 11.5; Choreography Task model associations
    """
    members = _members(definitions)
    for place, task, flow, ends in _exchanged(definitions):
        strangers = any(end is not None and end not in members[task] for end in ends)
        if members[task] and strangers:
            yield at(
                place,
                say(
                    "Thông điệp “%(flow)s” của bước phối hợp “%(who)s” không đi giữa hai bên của "
                    "bước.",
                    flow=label(flow),
                    who=label(task),
                ),
                say("Nối luồng thông điệp giữa đúng hai bên của bước."),
            )


def _members(definitions: Definitions) -> dict[etree._Element, set[etree._Element]]:
    """Who takes part in each step."""
    return {
        step: {found for _, found in named(definitions, step, "participantRef")}
        for step in definitions.all(*_STEPS)
    }


_Ends = tuple[etree._Element | None, etree._Element | None]


def _exchanged(
    definitions: Definitions,
) -> Iterator[tuple[etree._Element, etree._Element, etree._Element, _Ends]]:
    talkers = Talkers(definitions)
    for task in definitions.all("choreographyTask"):
        for place, flow in named(definitions, task, "messageFlowRef"):
            ends = talkers.behind(flow, "sourceRef"), talkers.behind(flow, "targetRef")
            yield place, task, flow, ends


def answers(definitions: Definitions) -> Iterator[Problem]:
    """Of the one or two messages of a choreography task, the one who begins sends just one.

    Trong một hoặc hai thông điệp của bước phối hợp, bên khởi đầu gửi đúng một; thông điệp thứ hai
    là câu trả lời của bên kia.

    BPMN 2.0.2, 11.5; Choreography Task model associations
    """
    members = _members(definitions)
    sent: dict[etree._Element, list[etree._Element]] = {}
    for _, task, _, ends in _exchanged(definitions):
        if ends[0] in members[task]:
            sent.setdefault(task, []).append(ends[0])
    for task, senders in sent.items():
        beginning = definitions.resolve(task, task.get("initiatingParticipantRef"))
        if beginning in members[task] and (len(senders) > 2 or senders.count(beginning) != 1):
            yield problem(
                task,
                say(
                    "Bước phối hợp “%(who)s”: bên khởi đầu “%(one)s” phải gửi đúng một thông "
                    "điệp, bên kia trả lời nhiều nhất một.",
                    who=label(task),
                    one=label(beginning),
                ),
                say("Đổi chiều luồng thông điệp, hoặc đổi bên khởi đầu."),
            )


def uninvolved(definitions: Definitions) -> Iterator[Problem]:
    """Who begins a step took part in the step before: else they would not know that it is time.

    Bên khởi đầu một bước phải có mặt ở bước ngay trước; nếu không thì không thể biết đã đến lượt.

    BPMN 2.0.2, 11.5; The Sequencing of Activities
    """
    members = _members(definitions)
    for step in members:
        beginning = definitions.resolve(step, step.get("initiatingParticipantRef"))
        for flow in definitions.incoming.get(step.get("id") or "", ()):
            before = definitions.resolve(flow, flow.get("sourceRef"))
            if before is None or beginning is None or not members.get(before):
                continue
            if beginning not in members[before]:
                yield problem(
                    step,
                    say(
                        "“%(one)s” khởi đầu “%(who)s” nhưng không có mặt ở bước trước, “%(step)s”.",
                        one=label(beginning),
                        who=label(step),
                        step=label(before),
                    ),
                    say("Để một bên của bước trước khởi đầu, hoặc vẽ thêm một bước báo tin."),
                )
                break


def content(definitions: Definitions) -> Iterator[Problem]:
    """A choreography holds its own steps, events and gateways: no work of a process, no data.

    Sơ đồ phối hợp chỉ gồm bước phối hợp, sự kiện và cổng; không có công việc hay dữ liệu của quy
    trình.

    BPMN 2.0.2, 11.2; Choreography model associations
    """
    for scope in definitions.all(*_SCOPES):
        for part in children(scope, *sorted(ACTIVITIES | ITEMS)):
            yield problem(
                part,
                say(
                    "Sơ đồ phối hợp chứa “%(who)s” (%(kind)s), chỉ vẽ được trong quy trình.",
                    who=label(part),
                    kind=kind_name(part),
                ),
                say("Đổi thành bước phối hợp, hoặc chuyển sang quy trình của một bên."),
            )


def events(definitions: Definitions) -> Iterator[Problem]:
    """In a choreography stand only events that all can see: time, conditions, signals, links.

    Trong sơ đồ phối hợp chỉ vẽ sự kiện mà các bên đều thấy: hẹn giờ, điều kiện, tín hiệu, liên kết;
    cuối cùng chỉ có kết thúc trơn hoặc chấm dứt.

    BPMN 2.0.2, 11.6; Use of Start, Intermediate and End Events in Choreography
    """
    for scope in definitions.all(*_SCOPES):
        for event in children(scope, *_WITHOUT_MESSAGES):
            kinds = {local(one).removesuffix("EventDefinition") for one in event_definitions(event)}
            wrong = kinds - _WITHOUT_MESSAGES[local(event)] - {"eventDefinitionRef"}
            if wrong:
                yield problem(
                    event,
                    say(
                        "“%(who)s” không được đứng trong sơ đồ phối hợp (loại %(kinds)s).",
                        who=label(event),
                        kinds=", ".join(sorted(wrong)),
                    ),
                    say("Thông điệp vẽ thành bước phối hợp; loại khác thì chuyển vào quy trình."),
                )


RULES = (
    error("choreography-initiator", initiator),
    error("choreography-pair", pair),
    error("choreography-foreign-participant", foreign_participant),
    error("choreography-messages", messages),
    error("choreography-answers", answers),
    error("choreography-uninvolved", uninvolved),
    error("choreography-content", content),
    error("choreography-events", events),
)
