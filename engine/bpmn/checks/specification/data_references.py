"""Constraints on references to data, to its types, to services and to resources."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.kinds import GLOBAL_TASKS, ITEMS
from engine.bpmn.checks.rule import Problem, error
from engine.bpmn.checks.specification.resolving import (
    Reference,
    attribute,
    child,
    unresolved,
)
from engine.domain.messages import say

TYPED = (
    attribute("itemSubjectRef", ITEMS, ["itemDefinition"]),
    attribute("itemRef", ["message"], ["itemDefinition"]),
    attribute("structureRef", ["error", "signal", "escalation"], ["itemDefinition"]),
    attribute("type", ["correlationProperty", "resourceParameter"], ["itemDefinition"]),
)
DATA_OBJECTS = (attribute("dataObjectRef", ["dataObjectReference"], ["dataObject"]),)
DATA_STORES = (attribute("dataStoreRef", ["dataStoreReference"], ["dataStore"]),)
_CARRIED = ("dataInputAssociation", "dataOutputAssociation", "dataAssociation")
CARRIED = (child("sourceRef", _CARRIED, ITEMS), child("targetRef", _CARRIED, ITEMS))
LOOPED = (
    child("loopDataInputRef", ["multiInstanceLoopCharacteristics"], ITEMS),
    child("loopDataOutputRef", ["multiInstanceLoopCharacteristics"], ITEMS),
)
SETS = (
    child("dataInputRefs", ["inputSet"], ["dataInput"]),
    child("optionalInputRefs", ["inputSet"], ["dataInput"]),
    child("whileExecutingInputRefs", ["inputSet"], ["dataInput"]),
    child("outputSetRefs", ["inputSet"], ["outputSet"]),
    child("dataOutputRefs", ["outputSet"], ["dataOutput"]),
    child("optionalOutputRefs", ["outputSet"], ["dataOutput"]),
    child("whileExecutingOutputRefs", ["outputSet"], ["dataOutput"]),
    child("inputSetRefs", ["outputSet"], ["inputSet"]),
)
BOUND = (
    attribute("inputDataRef", ["ioBinding"], ["inputSet", "dataInput"]),
    attribute("outputDataRef", ["ioBinding"], ["outputSet", "dataOutput"]),
)
EXCHANGED = (
    child("inMessageRef", ["operation"], ["message"]),
    child("outMessageRef", ["operation"], ["message"]),
)
INTERFACES = (
    child("supportedInterfaceRef", GLOBAL_TASKS | {"process"}, ["interface"]),
    child("interfaceRef", ["participant"], ["interface"]),
    child("endPointRef", ["participant"], ["endPoint"]),
)
_ROLES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")
RESOURCES = (
    child("resourceRef", _ROLES, ["resource"]),
    attribute("parameterRef", ["resourceParameterBinding"], ["resourceParameter"]),
)
REFERENCES: tuple[Reference, ...] = (
    *TYPED, *DATA_OBJECTS, *DATA_STORES, *CARRIED, *LOOPED, *SETS, *BOUND, *EXCHANGED,
    *INTERFACES, *RESOURCES,
)  # fmt: skip

_RESAVE = say("Xóa rồi vẽ lại phần dữ liệu này trong phần mềm vẽ.")


def item(definitions: Definitions) -> Iterator[Problem]:
    """The type of data, of a message, an error or a signal is an item definition of the file.

    Kiểu của dữ liệu, thông điệp, lỗi hay tín hiệu phải là một kiểu dữ liệu có trong tệp.

    BPMN 2.0.2, 8.4.10
    """
    remedy = say("Bỏ kiểu dữ liệu; hệ thống lấy kiểu từ biểu mẫu.")
    yield from unresolved(definitions, TYPED, say("kiểu dữ liệu"), remedy)


def data_object(definitions: Definitions) -> Iterator[Problem]:
    """A data object drawn once more stands for a data object of the file.

    Hình đối tượng dữ liệu phải thể hiện một đối tượng dữ liệu có trong tệp.

    BPMN 2.0.2, 10.4.1
    """
    yield from unresolved(definitions, DATA_OBJECTS, say("đối tượng dữ liệu"), _RESAVE)


def data_store(definitions: Definitions) -> Iterator[Problem]:
    """A data store drawn in a process stands for a data store of the file.

    Hình kho dữ liệu phải thể hiện một kho dữ liệu có trong tệp.

    BPMN 2.0.2, 10.4.1
    """
    yield from unresolved(definitions, DATA_STORES, say("kho dữ liệu"), _RESAVE)


def data_association(definitions: Definitions) -> Iterator[Problem]:
    """A data association leads from data to data.

    Đường dữ liệu phải nối từ dữ liệu tới dữ liệu.

    BPMN 2.0.2, 10.4.1; Data Associations
    """
    yield from unresolved(definitions, CARRIED, say("dữ liệu"), _RESAVE)


def loop_data(definitions: Definitions) -> Iterator[Problem]:
    """What a repeated activity goes through, and what it gathers, is data of the file.

    Dữ liệu mà công việc lặp duyệt qua hoặc gom lại phải có trong tệp.

    BPMN 2.0.2, 10.3.8
    """
    remedy = say("Bỏ dấu lặp; dùng danh sách trong biểu mẫu.")
    yield from unresolved(definitions, LOOPED, say("dữ liệu"), remedy)


def data_set(definitions: Definitions) -> Iterator[Problem]:
    """A set of inputs lists inputs, a set of outputs lists outputs.

    Tập dữ liệu vào chỉ liệt kê dữ liệu vào, tập dữ liệu ra chỉ liệt kê dữ liệu ra.

    BPMN 2.0.2, 10.4.1; InputSet and OutputSet attributes
    """
    yield from unresolved(definitions, SETS, say("dữ liệu"), _RESAVE)


def binding(definitions: Definitions) -> Iterator[Problem]:
    """What binds a process to an operation names its inputs and its outputs.

    Phần gắn quy trình với thao tác dịch vụ phải nhắc tới tập dữ liệu vào và ra có trong tệp.

    BPMN 2.0.2, 10.4.1; InputOutputBinding attributes
    """
    yield from unresolved(definitions, BOUND, say("tập dữ liệu"), _RESAVE)


def operation_message(definitions: Definitions) -> Iterator[Problem]:
    """The messages that an operation takes and gives are messages of the file.

    Thông điệp mà thao tác dịch vụ nhận vào và trả ra phải có trong tệp.

    BPMN 2.0.2, 8.5.3
    """
    remedy = say("Chọn lại thông điệp của thao tác, hoặc xóa giao diện dịch vụ.")
    yield from unresolved(definitions, EXCHANGED, say("thông điệp"), remedy)


def interface(definitions: Definitions) -> Iterator[Problem]:
    """The interfaces and end points that a process or a pool names are in the file.

    Giao diện dịch vụ và điểm kết nối mà quy trình hay pool nhắc tới phải có trong tệp.

    BPMN 2.0.2, 8.5.1
    """
    remedy = say("Xóa giao diện dịch vụ khỏi pool hoặc quy trình.")
    yield from unresolved(definitions, INTERFACES, say("giao diện dịch vụ"), remedy)


def resource(definitions: Definitions) -> Iterator[Problem]:
    """The resource that does the work, and what it is asked for, are in the file.

    Nguồn lực được giao việc, và tham số hỏi nguồn lực đó, phải có trong tệp.

    BPMN 2.0.2, 8.4.12
    """
    remedy = say("Bỏ nguồn lực; người làm là chức danh của làn.")
    yield from unresolved(definitions, RESOURCES, say("nguồn lực"), remedy)


RULES = (
    error("item-reference", item),
    error("data-object-reference", data_object),
    error("data-store-reference", data_store),
    error("data-association-end", data_association),
    error("loop-data-reference", loop_data),
    error("data-set-reference", data_set),
    error("binding-reference", binding),
    error("operation-message-reference", operation_message),
    error("interface-reference", interface),
    error("resource-reference", resource),
)
