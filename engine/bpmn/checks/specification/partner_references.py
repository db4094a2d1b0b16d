"""Constraints on references between pools, collaborations, conversations and choreographies."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.kinds import (
    ACTIVITIES,
    CHOREOGRAPHY_ACTIVITIES,
    COLLABORATIONS,
    CONVERSATIONS,
    EVENTS,
)
from engine.bpmn.checks.rule import Problem, error
from engine.bpmn.checks.specification.resolving import Reference, attribute, child, unresolved
from engine.domain.messages import say

RELATED = (
    attribute("definitionalCollaborationRef", ["process"], COLLABORATIONS),
    child("supports", ["process"], ["process"]),
)
PARTICIPANTS = (
    child("participantRef", CHOREOGRAPHY_ACTIVITIES | CONVERSATIONS, ["participant"]),
    child("participantRef", ["partnerEntity", "partnerRole"], ["participant"]),
    attribute(
        "initiatingParticipantRef",
        CHOREOGRAPHY_ACTIVITIES | {"globalChoreographyTask"},
        ["participant"],
    ),
    child("innerParticipantRef", ["participantAssociation"], ["participant"]),
    child("outerParticipantRef", ["participantAssociation"], ["participant"]),
)
MESSAGE_FLOWS = (
    child("messageFlowRef", CONVERSATIONS | {"choreographyTask"}, ["messageFlow"]),
    attribute("innerMessageFlowRef", ["messageFlowAssociation"], ["messageFlow"]),
    attribute("outerMessageFlowRef", ["messageFlowAssociation"], ["messageFlow"]),
)
CALLED = (
    child("choreographyRef", COLLABORATIONS, ["choreography", "globalChoreographyTask"]),
    attribute(
        "calledChoreographyRef",
        ["callChoreography"],
        ["choreography", "globalChoreographyTask"],
    ),
    attribute(
        "calledCollaborationRef", ["callConversation"], ["collaboration", "globalConversation"]
    ),
)
TALKS = (
    attribute("innerConversationNodeRef", ["conversationAssociation"], CONVERSATIONS),
    attribute("outerConversationNodeRef", ["conversationAssociation"], CONVERSATIONS),
)
_TALKERS = CONVERSATIONS | ACTIVITIES | EVENTS | {"participant"}
TALK_ENDS = (
    attribute("sourceRef", ["conversationLink"], _TALKERS),
    attribute("targetRef", ["conversationLink"], _TALKERS),
)
CORRELATED = (
    child("correlationPropertyRef", ["correlationKey"], ["correlationProperty"]),
    attribute("correlationPropertyRef", ["correlationPropertyBinding"], ["correlationProperty"]),
    attribute("correlationKeyRef", ["correlationSubscription"], ["correlationKey"]),
    attribute("messageRef", ["correlationPropertyRetrievalExpression"], ["message"]),
)
REFERENCES: tuple[Reference, ...] = (
    *RELATED, *PARTICIPANTS, *MESSAGE_FLOWS, *CALLED, *TALKS, *TALK_ENDS, *CORRELATED,
)  # fmt: skip

_REDRAW = say("Xóa phần này trong phần mềm vẽ rồi vẽ lại.")


def related(definitions: Definitions) -> Iterator[Problem]:
    """The collaboration that defines a process, and the processes it supports, are in the file.

    Sơ đồ cộng tác quy định quy trình, và các quy trình mà nó hỗ trợ (supports), phải có trong tệp.

    BPMN 2.0.2, 10.2; Process attributes and model associations
    """
    remedy = say("Bỏ tham chiếu này khỏi quy trình.")
    what = say("sơ đồ hoặc quy trình")
    yield from unresolved(definitions, RELATED, what, remedy)


def participant(definitions: Definitions) -> Iterator[Problem]:
    """Those who take part in a conversation, a choreography or a partnership are in the file.

    Bên tham gia hội thoại, phối hợp hoặc đối tác phải là một bên có trong tệp.

    BPMN 2.0.2, 9.3.1
    """
    yield from unresolved(definitions, PARTICIPANTS, say("bên tham gia"), _REDRAW)


def message_flow(definitions: Definitions) -> Iterator[Problem]:
    """The message flows that a conversation or a choreography gathers are in the file.

    Luồng thông điệp mà hội thoại hoặc bước phối hợp gom lại phải có trong tệp.

    BPMN 2.0.2, 9.4.2
    """
    yield from unresolved(definitions, MESSAGE_FLOWS, say("luồng thông điệp"), _REDRAW)


def called(definitions: Definitions) -> Iterator[Problem]:
    """The choreography or collaboration that is called, or goes along, is in the file.

    Sơ đồ phối hợp hoặc sơ đồ cộng tác được gọi tới phải có trong tệp.

    BPMN 2.0.2, 11.5
    """
    yield from unresolved(definitions, CALLED, say("sơ đồ được gọi"), _REDRAW)


def conversation(definitions: Definitions) -> Iterator[Problem]:
    """A conversation is matched with a conversation.

    Hội thoại bên trong chỉ ứng với một hội thoại bên ngoài có trong tệp.

    BPMN 2.0.2, 9.5
    """
    yield from unresolved(definitions, TALKS, say("hội thoại"), _REDRAW)


def conversation_link(definitions: Definitions) -> Iterator[Problem]:
    """A conversation link joins a conversation and somebody who takes part in it.

    Đường nối hội thoại phải nối hội thoại với bên tham gia có trong tệp.

    BPMN 2.0.2, 9.5.6
    """
    yield from unresolved(definitions, TALK_ENDS, say("đầu nối"), _REDRAW)


def correlation(definitions: Definitions) -> Iterator[Problem]:
    """What tells which case a message belongs to is in the file: keys, properties, messages.

    Khóa, thuộc tính và thông điệp dùng để nhận ra hồ sơ phải có trong tệp.

    BPMN 2.0.2, 8.4.2
    """
    remedy = say("Bỏ phần đối chiếu thông điệp; hệ thống tự biết hồ sơ nào.")
    yield from unresolved(definitions, CORRELATED, say("khóa đối chiếu"), remedy)


RULES = (
    error("related-reference", related),
    error("participant-reference", participant),
    error("message-flow-reference", message_flow),
    error("called-diagram", called),
    error("conversation-reference", conversation),
    error("conversation-link-end", conversation_link),
    error("correlation-reference", correlation),
)
