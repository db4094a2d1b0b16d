"""What people call each kind of BPMN element, and the families that the specification makes."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.reading.elements import local
from engine.domain.messages import Message, say

TASKS = frozenset(
    {
        "task", "userTask", "manualTask", "serviceTask", "scriptTask", "sendTask", "receiveTask",
        "businessRuleTask",
    }
)  # fmt: skip
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING = frozenset({"endEvent", "intermediateThrowEvent", "implicitThrowEvent"})
EVENTS = CATCHING | THROWING
GATEWAYS = frozenset(
    {
        "exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway",
        "eventBasedGateway",
    }
)  # fmt: skip
CHOREOGRAPHY_ACTIVITIES = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS | CHOREOGRAPHY_ACTIVITIES
EVENT_DEFINITIONS = frozenset(
    {
        "messageEventDefinition", "timerEventDefinition", "signalEventDefinition",
        "errorEventDefinition", "escalationEventDefinition", "conditionalEventDefinition",
        "compensateEventDefinition", "cancelEventDefinition", "terminateEventDefinition",
        "linkEventDefinition",
    }
)  # fmt: skip
GLOBAL_TASKS = frozenset(
    {
        "globalTask", "globalUserTask", "globalManualTask", "globalScriptTask",
        "globalBusinessRuleTask",
    }
)  # fmt: skip
ITEMS = frozenset(
    {
        "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property",
        "dataInput", "dataOutput", "inputDataItem", "outputDataItem",
    }
)  # fmt: skip
"""What holds data and can be read or written by a data association."""
COLLABORATIONS = frozenset(
    {"collaboration", "choreography", "globalConversation", "globalChoreographyTask"}
)
CONVERSATIONS = frozenset({"conversation", "subConversation", "callConversation"})
ARTIFACTS = frozenset({"association", "group", "textAnnotation"})

_NAMES: Mapping[str, Message] = {
    "process": say("quy trình"),
    "collaboration": say("sơ đồ cộng tác"),
    "participant": say("pool"),
    "lane": say("làn"),
    "laneSet": say("tập các làn"),
    "sequenceFlow": say("luồng"),
    "messageFlow": say("luồng thông điệp"),
    "association": say("đường liên kết"),
    "textAnnotation": say("chú thích"),
    "group": say("khung nhóm"),
    "startEvent": say("sự kiện bắt đầu"),
    "endEvent": say("sự kiện kết thúc"),
    "intermediateCatchEvent": say("sự kiện chờ"),
    "intermediateThrowEvent": say("sự kiện phát"),
    "boundaryEvent": say("sự kiện biên"),
    "exclusiveGateway": say("cổng loại trừ"),
    "inclusiveGateway": say("cổng bao hàm"),
    "parallelGateway": say("cổng song song"),
    "complexGateway": say("cổng phức hợp"),
    "eventBasedGateway": say("cổng chờ sự kiện"),
    "subProcess": say("quy trình con"),
    "transaction": say("giao dịch"),
    "adHocSubProcess": say("quy trình con tùy nghi"),
    "callActivity": say("bước gọi quy trình"),
    "receiveTask": say("bước nhận"),
    "sendTask": say("bước gửi"),
    "dataObject": say("đối tượng dữ liệu"),
    "dataObjectReference": say("hình đối tượng dữ liệu"),
    "dataStore": say("kho dữ liệu"),
    "dataStoreReference": say("hình kho dữ liệu"),
    "dataInput": say("dữ liệu vào"),
    "dataOutput": say("dữ liệu ra"),
    "message": say("thông điệp"),
    "error": say("lỗi"),
    "signal": say("tín hiệu"),
    "escalation": say("báo cấp trên"),
    "itemDefinition": say("kiểu dữ liệu"),
    "interface": say("giao diện dịch vụ"),
    "operation": say("thao tác dịch vụ"),
    "resource": say("nguồn lực"),
    "category": say("phân loại"),
    "categoryValue": say("giá trị phân loại"),
    "choreography": say("sơ đồ phối hợp"),
    "choreographyTask": say("bước phối hợp"),
    "conversation": say("hội thoại"),
}
_FAMILIES: tuple[tuple[frozenset[str], Message], ...] = (
    (TASKS, say("công việc")),
    (EVENT_DEFINITIONS, say("định nghĩa sự kiện")),
    (GLOBAL_TASKS, say("công việc dùng chung")),
    (CHOREOGRAPHY_ACTIVITIES, say("bước phối hợp")),
    (CONVERSATIONS, say("hội thoại")),
)


def kind_name(element: etree._Element) -> Message | str:
    """What people call an element of this kind; its tag where they have no word for it."""
    tag = local(element)
    if tag in _NAMES:
        return _NAMES[tag]
    return next((name for tags, name in _FAMILIES if tag in tags), tag)


SELECTABLE = (
    FLOW_NODES
    | ARTIFACTS
    | COLLABORATIONS
    | CONVERSATIONS
    | GLOBAL_TASKS
    | {
        "process", "participant", "lane", "sequenceFlow", "messageFlow", "dataObjectReference",
        "dataObject", "dataStore", "dataStoreReference", "message", "error", "signal",
        "escalation", "itemDefinition", "interface", "operation", "resource", "category",
        "conversationLink",
    }
)  # fmt: skip


def owner_of(element: etree._Element) -> etree._Element:
    """The thing drawn, or listed by a modeller, that an inner element belongs to."""
    for here in (element, *element.iterancestors()):
        if local(here) in SELECTABLE:
            return here
    return element
