"""Constraints on conversations: who talks, by which messages, and what is called."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, text_of
from engine.bpmn.checks.kinds import COLLABORATIONS, CONVERSATIONS
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, Rule, error, warning
from engine.bpmn.checks.specification.data.data_parts import named
from engine.bpmn.checks.specification.partners.talkers import Talkers
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_TALKS = tuple(sorted(CONVERSATIONS))


def participants(definitions: Definitions) -> Iterator[Problem]:
    """A conversation is between two participants, or more.

    Một hội thoại phải có ít nhất hai bên tham gia.

    BPMN 2.0.2, 9.5; ConversationNode model associations
    """
    for talk in definitions.all(*_TALKS):
        found = {text_of(one) for one in children(talk, "participantRef")} - {""}
        if len(found) < 2:
            yield problem(
                talk,
                say(
                    "Hội thoại “%(who)s” có %(count)s bên tham gia.",
                    who=label(talk),
                    count=len(found),
                ),
                say("Nối hội thoại với ít nhất hai pool."),
            )


def foreign_participant(definitions: Definitions) -> Iterator[Problem]:
    """Those who take part in a conversation are participants of the collaboration it is drawn in.

    Các bên của một hội thoại phải là pool của chính sơ đồ chứa hội thoại đó.

    BPMN 2.0.2, 9.5; ConversationNode model associations
    """
    for talk in definitions.all(*_TALKS):
        home = _collaboration(talk)
        for place, found in named(definitions, talk, "participantRef"):
            if local(found) == "participant" and found.getparent() is not home:
                yield at(
                    place,
                    say(
                        "Hội thoại “%(who)s” có bên tham gia “%(other)s” của một sơ đồ khác.",
                        who=label(talk),
                        other=label(found),
                    ),
                    say("Chọn pool của chính sơ đồ này."),
                )


def _collaboration(part: etree._Element) -> etree._Element | None:
    return next((up for up in part.iterancestors() if local(up) in COLLABORATIONS), None)


def link_ends(definitions: Definitions) -> Iterator[Problem]:
    """A conversation link leads between a conversation and somebody who takes part in it.

    Đường nối hội thoại phải có một đầu là hội thoại, đầu kia là bên tham gia (pool, công việc hoặc
    sự kiện).

    BPMN 2.0.2, 9.5; Conversation Link
    """
    for link in definitions.all("conversationLink"):
        ends = [definitions.resolve(link, link.get(end)) for end in ("sourceRef", "targetRef")]
        found = [end for end in ends if end is not None]
        if len(found) == 2 and sum(local(end) in CONVERSATIONS for end in found) != 1:
            yield problem(
                link,
                say(
                    "Đường nối hội thoại “%(who)s” nối “%(one)s” với “%(other)s”.",
                    who=label(link),
                    one=label(found[0]),
                    other=label(found[1]),
                ),
                say("Nối một hội thoại với một pool; giữa hai pool thì dùng luồng thông điệp."),
            )


def link_participant(definitions: Definitions) -> Iterator[Problem]:
    """A pool that is linked with a conversation takes part in it.

    Pool được nối với một hội thoại thì phải là một bên của hội thoại đó.

    BPMN 2.0.2, 9.5; Conversation Link
    """
    members: dict[etree._Element, set[etree._Element]] = {}
    for talk in definitions.all(*_TALKS):
        members[talk] = {found for _, found in named(definitions, talk, "participantRef")}
    for link in definitions.all("conversationLink"):
        ends = [definitions.resolve(link, link.get(end)) for end in ("sourceRef", "targetRef")]
        talks = [end for end in ends if end is not None and end in members]
        pools = [end for end in ends if end is not None and local(end) == "participant"]
        for talk in talks[:1]:
            for pool in pools[:1]:
                if pool not in members[talk]:
                    yield problem(
                        link,
                        say(
                            "“%(pool)s” được nối với hội thoại “%(talk)s” nhưng không phải một "
                            "bên của hội thoại.",
                            pool=label(pool),
                            talk=label(talk),
                        ),
                        say("Xóa đường nối rồi kéo lại từ pool tới hội thoại."),
                    )


def talk_messages(definitions: Definitions) -> Iterator[Problem]:
    """The message flows that a conversation gathers lead between those who take part in it.

    Các luồng thông điệp gộp trong một hội thoại phải đi giữa các bên của hội thoại đó.

    BPMN 2.0.2, 9.5; ConversationNode model associations
    """
    talkers = Talkers(definitions)
    for talk in definitions.all(*_TALKS):
        members = {found for _, found in named(definitions, talk, "participantRef")}
        for place, flow in named(definitions, talk, "messageFlowRef"):
            ends = [talkers.behind(flow, end) for end in ("sourceRef", "targetRef")]
            stranger = next((one for one in ends if one is not None and one not in members), None)
            if stranger is not None and members:
                yield at(
                    place,
                    say(
                        "Hội thoại “%(who)s” gộp luồng thông điệp “%(flow)s” của “%(stranger)s”, "
                        "không phải một bên của hội thoại.",
                        who=label(talk),
                        flow=label(flow),
                        stranger=label(stranger),
                    ),
                    say("Bỏ luồng đó khỏi hội thoại, hoặc thêm pool đó vào hội thoại."),
                )


def call_participants(definitions: Definitions) -> Iterator[Problem]:
    """Where one diagram calls another, each participant is matched with one of the other diagram.

    Khi một sơ đồ gọi sơ đồ khác, mỗi cặp ghép phải gồm một bên của sơ đồ được gọi và một bên của
    sơ đồ đang gọi.

    BPMN 2.0.2, 9.3; ParticipantAssociation model associations
    """
    called = {
        "callConversation": "calledCollaborationRef",
        "callChoreography": "calledChoreographyRef",
    }
    for call in definitions.all(*called):
        callee = definitions.resolve(call, call.get(called[local(call)]))
        if callee is None:
            continue
        homes = {"innerParticipantRef": callee, "outerParticipantRef": _collaboration(call)}
        for pair in children(call, "participantAssociation"):
            for place, found in named(definitions, pair, *homes):
                if found.getparent() is not homes[local(place)]:
                    yield at(
                        place,
                        say(
                            "“%(who)s” ghép “%(other)s”, là bên của một sơ đồ khác.",
                            who=label(call),
                            other=label(found),
                        ),
                        say("Ghép một bên của sơ đồ được gọi với một bên của sơ đồ này."),
                    )


def call_nothing(definitions: Definitions) -> Iterator[Problem]:
    """A call of a conversation or of a choreography says which one is called.

    Hội thoại gọi, bước phối hợp gọi phải ghi sơ đồ được gọi.

    BPMN 2.0.2, 9.5, 11.5; Call Conversation and Call Choreography model associations
    """
    called = {
        "callConversation": "calledCollaborationRef",
        "callChoreography": "calledChoreographyRef",
    }
    for call in definitions.all(*called):
        if not (call.get(called[local(call)]) or "").strip():
            yield problem(
                call,
                say("“%(who)s” không ghi sơ đồ được gọi.", who=label(call)),
                say("Chọn sơ đồ được gọi, hoặc đổi thành loại thường."),
            )


RULES: tuple[Rule[Definitions], ...] = (
    error("conversation-participants", participants),
    error("conversation-foreign-participant", foreign_participant),
    error("conversation-link", link_ends),
    error("conversation-link-participant", link_participant),
    error("conversation-messages", talk_messages),
    error("call-participants", call_participants),
    warning("call-nothing", call_nothing),
)
