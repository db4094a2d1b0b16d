"""The words that other engines and modellers write into a file, and what each would mean to us."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache

from engine.bpmn.reading import BPMN, BPMNDI, CAMUNDA, DC, DI
from engine.domain.messages import Message, say


class Meaning(Enum):
    """What somebody meant who filled it in; `NOTHING` is bookkeeping of a tool."""

    PERFORMER = auto()
    FORM = auto()
    TIME = auto()
    CODE = auto()
    LISTENER = auto()
    DATA = auto()
    CALL = auto()
    MESSAGE = auto()
    RUNNING = auto()  # how the other engine runs it: leaving it out changes no case
    OTHER = auto()  # of an engine, and not known to us
    NOTHING = auto()


#: Engines whose settings are looked at one by one.
ENGINES: Mapping[str, str] = {
    CAMUNDA: "Camunda 7",
    "http://camunda.org/schema/zeebe/1.0": "Camunda 8 (Zeebe)",
    "http://flowable.org/bpmn": "Flowable",
    "http://activiti.org/bpmn": "Activiti",
    "http://operaton.org/schema/1.0/bpmn": "Operaton",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
    "http://www.jboss.org/drools": "jBPM",
}
#: Parts of the namespaces of what tools keep for themselves: colours, layout, simulation, notes.
_DECORATION = """
    signavio bizagi boc-group adonis boc-eu ids-scheer software-ag /aris softwareag
    visual-paradigm trisotech bpmn.sourceforge.net bpmn.io/schema color/1.0 bpsim.org schema/modeler
    sparxsystems modelio mid.de innovator igrafx sap.com ibm.com oracle.com w4.eu
    itp-commerce cardanit esteco processmaker sydle heflo gbtec bonitasoft eclipse.org
    omg.org/spec/bpmn/non-normative lucidchart draw.io omg.org/spec/dd
    omg.org/spec/bpmn/20100524 omg.org/xmi knowprocess caseagile good-work qualiware mega.com
    blueworks bpmnlint
    token-simulation flowable.org/design flowable.org/modeler activiti.com/modeler
"""
_XML = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/2001/XMLSchema",
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/1999/xlink",
        "xsi",  # jBPM writes the prefix in place of the namespace
        BPMN, BPMNDI, DC, DI,
    }
)  # fmt: skip


@lru_cache(maxsize=256)
def is_decoration(namespace: str) -> bool:
    """Whether a namespace is one of a tool's own keeping."""
    return namespace in _XML or any(part in namespace.lower() for part in _DECORATION.split())


def meaning(namespace: str, name: str) -> Meaning | None:
    """What a setting means; None where nobody knows its namespace."""
    if name == "properties" and namespace in ENGINES and namespace != CAMUNDA:
        return Meaning.OTHER  # ours have a rule of their own
    if namespace in ENGINES:
        return _MEANINGS.get(name, Meaning.OTHER)
    return Meaning.NOTHING if is_decoration(namespace) else None


def instead(name: str, found: Meaning) -> Message:
    """What to draw instead of a setting."""
    return _INSTEAD.get(name, _INSTEAD_OF[found])


_NAMES: Mapping[Meaning, str] = {
    Meaning.PERFORMER: """
        assignee owner candidateUsers candidateGroups potentialStarter assignmentDefinition
        customResource ActorId GroupId allowGuest taskCandidateUsersAssociation""",
    Meaning.FORM: """
        formKey formRef formRefBinding formRefVersion formData formField formProperty
        formHandlerClass formFieldValidation formDefinition userTaskForm validateFormFields
        instructionsForEndUser guestConfirmation taskName""",
    Meaning.TIME: """
        dueDate followUpDate businessCalendarName taskSchedule conditionalFilter""",
    Meaning.CODE: """
        class delegateExpression expression type topic connector script scriptFormat resource field
        taskDefinition taskHeaders linkedResources serviceTaskOperator rules ruleVariablesInput
        exclude ruleFlowGroup serviceimplementation serviceoperationref import global
        errorEventDefinition mapException skipExpression triggerable extensionId
        processModelToStartOnTaskAvailable
        operationName httpServiceTask adHoc activationCondition completionCondition""",
    Meaning.LISTENER: """
        taskListener taskListeners executionListener executionListeners eventListener preScript
        postScript onEntry-script onExit-script""",
    Meaning.DATA: """
        inputOutput in out ioMapping input output variableMappingClass
        variableMappingDelegateExpression resultVariable resultVariableName mapDecisionResult
        inheritVariables inheritBusinessKey businessKey useLocalScopeForResultVariable
        storeResultVariableAsTransient autoStoreVariables useLocalScopeForOutParameters
        collection elementVariable elementIndexVariable loopCharacteristics variableAggregation
        scriptsOnInstances isOutputSynced taskMetadataValues variableName taskIdVariableName
        taskCompleterVariableName outMessage inMessage""",
    Meaning.CALL: """
        calledElement calledElementBinding calledElementVersion calledElementVersionTag
        calledElementTenantId calledElementType caseRef caseBinding caseVersion caseTenantId
        calledDecision calledDecisionId decisionRef decisionRefBinding decisionRefVersion
        decisionRefVersionTag decisionRefTenantId sameDeployment fallbackToDefaultTenant
        waitForCompletion independent""",
    Meaning.MESSAGE: """
        subscription correlationKey errorCodeVariable errorMessageVariable errorMessage
        escalationCodeVariable variableEvents messagePayload messageVariable payloadExpression
        processVariableCorrelation isMatchingCorrelation eventType eventInParameter
        eventOutParameter eventCorrelationParameter channelKey channelType triggerEventType
        msgref signalref msgtype dtype structureRef signalButtonLabel""",
    Meaning.RUNNING: """
        async asyncBefore asyncAfter asyncLeave asyncComplete completeAsync exclusive retryCounter
        failedJobRetryTimeCycle jobPriority taskPriority priority priorityDefinition
        jobPriorityDefinition initiator candidateStarterGroups candidateStarterUsers
        isEagerExecutionFetching processInstanceName processInstanceIdVariableName packageName
        version historyLevel""",
    Meaning.NOTHING: """
        properties diagramRelationId historyTimeToLive versionTag isStartableInTasklist
        modelerTemplate modelerTemplateVersion modelerTemplateIcon metaData localization unitTests
        userTask category""",
}  # fmt: skip
_MEANINGS: Mapping[str, Meaning] = {
    name: found for found, names in _NAMES.items() for name in names.split()
}

_NO_CODE = say(
    "Bỏ đi: hệ thống không chạy mã lệnh trong bản vẽ. Việc phải tính thì dùng bảng quyết định "
    "(business rule task), việc phải làm thì giao cho một chức danh (user task)."
)
_INSTEAD_OF: Mapping[Meaning, Message] = {
    Meaning.PERFORMER: say(
        "Người làm là người giữ chức danh của làn; thêm chức danh khác ở Candidate groups "
        "(Camunda 7)."
    ),
    Meaning.FORM: say("Dùng Form reference (Camunda 7) tới một tệp .form."),
    Meaning.TIME: say("Ghi thời hạn của bước ở Due date (Camunda 7), ví dụ 2 ngày làm việc."),
    Meaning.CODE: _NO_CODE,
    Meaning.LISTENER: say(
        "Bỏ đi: hệ thống tự báo việc, nhắc hạn và ghi nhật ký; không chạy mã lệnh trong bản vẽ."
    ),
    Meaning.DATA: say(
        "Bỏ đi: mọi bước, mọi phần được gọi đọc và ghi chung dữ liệu của hồ sơ; tên biến là tên ô "
        "trong biểu mẫu hay cột kết quả của bảng quyết định."
    ),
    Meaning.CALL: say(
        "Ghi mã quy trình ở Called element, mã bảng quyết định ở Decision reference (Camunda 7); "
        "bản đã ban hành tự ghim đúng bản của mọi thứ nó gọi."
    ),
    Meaning.MESSAGE: say(
        "Chờ bên ngoài thì vẽ bước nhận (receive task): chức danh ghi nhận sẽ đánh dấu đã nhận."
    ),
    Meaning.RUNNING: say("Xóa thiết lập này trong bảng thuộc tính: hệ thống tự lo việc chạy."),
    Meaning.OTHER: say(
        "Xóa thiết lập này; vẽ lại bằng Camunda Modeler, loại sơ đồ Camunda 7 (BPMN diagram for "
        "Camunda 7)."
    ),
}
_INSTEAD: Mapping[str, Message] = {
    "properties": say(
        "Ghi lại các thuộc tính này bằng Camunda Modeler, loại sơ đồ Camunda 7 (Extension "
        "properties)."
    ),
    "followUpDate": say("Bỏ đi: hệ thống tự nhắc theo thời hạn của bước."),
    "resultVariable": say("Bỏ đi: mỗi cột kết quả của bảng quyết định là một biến."),
    "mapDecisionResult": say("Bỏ đi: mỗi cột kết quả của bảng quyết định là một biến."),
    "priority": say("Bỏ đi: việc được xếp theo thời hạn."),
    "priorityDefinition": say("Bỏ đi: việc được xếp theo thời hạn."),
    "instructionsForEndUser": say(
        "Ghi hướng dẫn vào Element documentation, hoặc vào biểu mẫu của bước."
    ),
    "collection": say("Bỏ đi: hỏi danh sách trong biểu mẫu của một bước, hoặc vẽ vòng lặp."),
    "loopCharacteristics": say("Bỏ đi: hỏi danh sách trong biểu mẫu, hoặc vẽ vòng lặp."),
    "skipExpression": say("Bỏ đi: vẽ cổng loại trừ đi vòng qua bước này."),
    "caseRef": say("Bỏ đi: chỉ gọi được quy trình BPMN, ghi mã ở Called element."),
}
