"""What other tools write into a file is told by name and tool, or is known to be decoration."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.bpmn.checks import check, vendors
from engine.bpmn.checks.tool_words import ENGINES, Meaning, instead, meaning
from engine.bpmn.findings import Finding, Severity
from tests.bpmn_reading.sketching import Surroundings, found_in, spoiled
from tests.bpmn_reading.spoilings import B2, IN_B2

CAMUNDA, ZEEBE, FLOWABLE, ACTIVITI, OPERATON, SPIFF, JBPM = ENGINES

#: By rule: what Camunda 7 knows of a user task, its forms and its running.
CAMUNDA_ATTRIBUTES = {
    "foreign-performer": "assignee candidateUsers",
    "foreign-form": "formKey formHandlerClass",
    "foreign-time": "followUpDate businessCalendarName",
    "foreign-code": "class delegateExpression expression type topic resource",
    "foreign-data": "variableMappingClass variableMappingDelegateExpression resultVariable "
    "mapDecisionResult collection elementVariable",
    "foreign-call": "caseRef caseBinding caseVersion caseTenantId calledElementTenantId "
    "decisionRefTenantId calledElementVersionTag decisionRefVersionTag",
    "foreign-message": "errorCodeVariable errorMessageVariable escalationCodeVariable "
    "variableEvents",
    "foreign-running": "async asyncBefore asyncAfter exclusive jobPriority taskPriority priority "
    "initiator candidateStarterGroups candidateStarterUsers",
    "foreign-setting": "somethingNew",
}
CAMUNDA_ELEMENTS = {
    "foreign-performer": "potentialStarter",
    "foreign-form": "formData formProperty",
    "foreign-code": "connector field script errorEventDefinition",
    "foreign-listener": "taskListener executionListener",
    "foreign-data": "inputOutput in out",
    "foreign-running": "failedJobRetryTimeCycle",
}
ZEEBE_ELEMENTS = {
    "foreign-performer": "assignmentDefinition",
    "foreign-form": "formDefinition userTaskForm",
    "foreign-time": "taskSchedule",
    "foreign-code": "taskDefinition taskHeaders script adHoc linkedResources",
    "foreign-listener": "executionListeners taskListeners",
    "foreign-data": "ioMapping loopCharacteristics",
    "foreign-call": "calledElement calledDecision",
    "foreign-message": "subscription",
    "foreign-running": "priorityDefinition",
    "foreign-setting": "properties",
}
FLOWABLE_ELEMENTS = {
    "foreign-form": "formProperty",
    "foreign-code": "field mapException",
    "foreign-listener": "taskListener executionListener eventListener",
    "foreign-data": "in out variableAggregation",
    "foreign-message": "eventType eventInParameter eventOutParameter channelKey",
    "foreign-performer": "customResource",
}
SPIFF_ELEMENTS = {
    "foreign-listener": "preScript postScript",
    "foreign-code": "serviceTaskOperator",
    "foreign-call": "calledDecisionId",
    "foreign-form": "instructionsForEndUser",
    "foreign-message": "messagePayload messageVariable processVariableCorrelation",
    "foreign-setting": "properties",
}
JBPM_ELEMENTS = {
    "foreign-listener": "onEntry-script onExit-script",
    "foreign-code": "import global",
}
ELEMENTS = {
    CAMUNDA: CAMUNDA_ELEMENTS,
    OPERATON: CAMUNDA_ELEMENTS,
    ZEEBE: ZEEBE_ELEMENTS,
    FLOWABLE: FLOWABLE_ELEMENTS,
    ACTIVITI: FLOWABLE_ELEMENTS,
    SPIFF: SPIFF_ELEMENTS,
    JBPM: JBPM_ELEMENTS,
}
DECORATION = (
    "http://www.signavio.com",
    "http://www.bizagi.com/bpmn20",
    "http://www.boc-group.com",
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "http://camunda.org/schema/modeler/1.0",
    "http://www.trisotech.com/2014/triso/bpmn",
    "http://flowable.org/modeler",
    "http://www.bpsim.org/schemas/1.0",
)


def with_elements(uri: str, *names: str) -> str:
    extensions = "".join(f'<x:{name} xmlns:x="{uri}" x="1" />' for name in names)
    held = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>"
    return spoiled((B2, f"{IN_B2}{held}</bpmn:userTask>"))


def with_attributes(uri: str, *names: str) -> str:
    said = " ".join(f'x:{name}="1"' for name in names)
    return spoiled(('id="B2" name="Xử lý"', f'id="B2" name="Xử lý" xmlns:x="{uri}" {said}'))


def told(text: str) -> list[Finding]:
    """What the rules on other tools say."""
    ours = {rule.id for rule in vendors.RULES}
    return [one for one in found_in(text) if one.rule in ours]


def names_by_rule(known: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(rule, name) for rule, names in known.items() for name in names.split()}


def is_told(text: str, uri: str, known: Mapping[str, str]) -> None:
    """Each name by the rule for what it means, at its step, with the tool and what to do."""
    found = told(text)
    expected = names_by_rule(known)
    assert len(found) == len(expected)
    for rule, name in expected:
        (finding,) = [one for one in found if f":{name} của {ENGINES[uri]}." in str(one.message)]
        assert (finding.rule, finding.element) == (rule, "B2")
        assert str(finding.remedy) == str(instead(name, meaning(uri, name) or Meaning.OTHER))


@pytest.mark.parametrize("uri", ELEMENTS, ids=ENGINES.get)
def test_elements_are_named_with_their_tool(uri):
    names = [name for _, name in sorted(names_by_rule(ELEMENTS[uri]))]
    is_told(with_elements(uri, *names), uri, ELEMENTS[uri])


@pytest.mark.parametrize("uri", [CAMUNDA, OPERATON, FLOWABLE, ACTIVITI], ids=ENGINES.get)
def test_attributes_are_named_with_their_tool(uri):
    names = [name for _, name in sorted(names_by_rule(CAMUNDA_ATTRIBUTES))]
    is_told(with_attributes(uri, *names), uri, CAMUNDA_ATTRIBUTES)


@pytest.mark.parametrize("uri", DECORATION)
def test_what_a_tool_keeps_for_itself_is_no_finding(uri):
    assert told(with_elements(uri, "ghiChu")) == []
    assert told(with_attributes(uri, "mau")) == []


def test_a_namespace_that_nobody_knows_is_told_once_in_a_file():
    text = with_attributes("urn:la", "mau").replace(
        'id="B3" name="Nhận kết quả"', 'id="B3" name="Nhận kết quả" xmlns:y="urn:la" y:mau="2"'
    )
    (finding,) = told(text)
    assert (finding.rule, finding.severity) == ("unknown-extension", Severity.WARNING)
    for part in ("mau", "urn:la", "B2"):
        assert part in str(finding.message)


def test_an_element_without_namespace_is_told_too():
    held = '<bpmn:extensionElements><ghiChu xmlns="" /></bpmn:extensionElements>'
    found = found_in(spoiled((B2, f"{IN_B2}{held}</bpmn:userTask>")))
    assert any("ghiChu" in str(one.message) for one in found), [one.rule for one in found]


def test_two_listeners_of_one_step_are_told_once():
    listener = f'<x:taskListener xmlns:x="{CAMUNDA}" event="create" />'
    held = f"<bpmn:extensionElements>{listener * 2}</bpmn:extensionElements>"
    (finding,) = told(spoiled((B2, f"{IN_B2}{held}</bpmn:userTask>")))
    assert finding.rule == "foreign-listener"


def test_on_what_is_refused_as_a_whole_nothing_more_is_said():
    text = spoiled(
        (B2, '<bpmn:sendTask id="B2" name="Gửi" camunda:class="Gui" camunda:asyncBefore="true" />')
    )
    assert "outside-dialect" in {one.rule for one in found_in(text)}
    assert told(text) == []


def test_a_file_to_look_at_may_hold_anything():
    text = with_attributes(CAMUNDA, "assignee").replace('isExecutable="true"', "")
    found = check(text.encode(), "xem.bpmn", Surroundings().vocabulary())
    assert not [one for one in found if one.rule.startswith(("foreign-p", "unknown-ext"))]


def test_every_meaning_says_what_to_draw_instead():
    for each in Meaning:
        if each is not Meaning.NOTHING:
            assert str(instead("x", each)).endswith(".")
