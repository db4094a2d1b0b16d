"""Rules on what the engine would ignore: nothing that an analyst filled in is lost unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.subject import Subject, label, nearest, problem
from engine.bpmn.dialect import bpmn, camunda, children, local, property_elements
from engine.bpmn.reading import CAMUNDA
from engine.domain.messages import Message, say

_PROPERTIES: Mapping[str, frozenset[str]] = {
    "process": frozenset({"field", "legal_term", "effective_from", "effective_to"}),
    "userTask": frozenset(
        {"due", "documents", "clock", "acceptance", "signs", "list", "list_number"}
    ),
    "receiveTask": frozenset(
        {"due", "documents", "clock", "acceptance", "candidateGroups", "formRef"}
    ),
    "intermediateCatchEvent": frozenset({"due", "clock"}),
}
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "userTask": frozenset(
        {"dueDate", "candidateGroups", "formRef", "formRefBinding", "formRefVersion"}
    ),
    "receiveTask": frozenset({"dueDate", "candidateGroups", "formRef"}),
    "businessRuleTask": frozenset({"decisionRef", "decisionRefBinding", "decisionRefVersion"}),
    "callActivity": frozenset({"calledElementBinding", "calledElementVersion"}),
    "serviceTask": frozenset({"type", "topic"}),  # refused as a whole
}
# Camunda Modeler writes these into every diagram by itself, and complains where they are missing;
# the last says whether the drawing is a procedure, or a part that procedures call.
_SILENT = frozenset(
    {"diagramRelationId", "historyTimeToLive", "versionTag", "isStartableInTasklist"}
)
# For Camunda's own running: leaving them out changes no case.
_HARMLESS = frozenset(
    {
        "asyncAfter", "asyncBefore", "candidateStarterGroups", "candidateStarterUsers",
        "exclusive", "failedJobRetryTimeCycle", "initiator", "jobPriority", "priority",
        "taskPriority",
    }
)  # fmt: skip
_INSTEAD: Mapping[str, Message] = {
    "assignee": say("Bỏ đi: người làm là người giữ chức danh của làn, nhận việc trong hộp việc."),
    "candidateUsers": say("Bỏ đi: người làm là người giữ chức danh của làn (Candidate groups)."),
    "dueDate": say("Ghi thuộc tính due."),
    "followUpDate": say("Bỏ đi: hệ thống tự nhắc theo thời hạn của bước."),
    "formKey": say("Dùng Form reference (camunda:formRef) tới một tệp .form."),
    "formData": say("Vẽ biểu mẫu thành tệp .form và dùng Form reference."),
    "taskListener": say("Bỏ đi: hệ thống không chạy mã trong bản vẽ."),
    "executionListener": say("Bỏ đi: hệ thống không chạy mã trong bản vẽ."),
    "expression": say("Bỏ đi: dùng bảng quyết định (business rule task) hoặc điều kiện ở cổng."),
    "delegateExpression": say("Bỏ đi: hệ thống không chạy mã trong bản vẽ."),
    "class": say("Bỏ đi: hệ thống không chạy mã trong bản vẽ."),
    "resultVariable": say("Bỏ đi: mỗi cột kết quả của bảng quyết định là một biến."),
    "mapDecisionResult": say("Bỏ đi: mỗi cột kết quả của bảng quyết định là một biến."),
    "inputOutput": say("Bỏ đi: mọi bước đọc và ghi chung dữ liệu của hồ sơ."),
    "in": say("Bỏ đi: quy trình được gọi dùng chung dữ liệu của hồ sơ."),
    "out": say("Bỏ đi: quy trình được gọi dùng chung dữ liệu của hồ sơ."),
    "priority": say("Bỏ đi: việc được xếp theo thời hạn."),
}
_VENDORS: Mapping[str, str] = {
    "http://camunda.org/schema/zeebe/1.0": "Camunda 8 (Zeebe)",
    "http://flowable.org/bpmn": "Flowable",
    "http://activiti.org/bpmn": "Activiti",
    "http://operaton.org/schema/1.0/bpmn": "Operaton",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
    "http://www.jboss.org/drools": "jBPM",
}


def _elements(subject: Subject) -> Iterator[etree._Element]:
    """BPMN elements of the file, other processes (drawn for reading) left out."""
    for top in subject.tree.root.iterchildren(bpmn("*")):
        if local(top) != "process" or top is subject.tree.process:
            yield from top.iter(bpmn("*"))
    yield subject.tree.root


def _owner(subject: Subject, element: etree._Element) -> etree._Element:
    """The nearest element around that a person can select in the modeller."""
    here: etree._Element | None = element
    while here is not None and not (here.get("id") and local(here)):
        here = here.getparent()
    return subject.tree.process if here is None else here


def unknown_property(subject: Subject) -> Iterator[Problem]:
    """Extension properties are those of the dialect, where the dialect reads them."""
    everywhere = frozenset[str]().union(*_PROPERTIES.values())
    for element in _elements(subject):
        allowed = _PROPERTIES.get(local(element), frozenset())
        seen: set[str] = set()
        for entry in property_elements(element):
            name = (entry.get("name") or "").strip()
            if name in seen:
                message = say(
                    "“%(who)s” có hai thuộc tính “%(name)s”.", who=label(element), name=name
                )
                yield _at(element, entry, message, say("Chỉ giữ một."))
            seen.add(name)
            if name in allowed or (local(element) == "process" and name.startswith("legal_term.")):
                continue
            message = say(
                "Thuộc tính “%(name)s” của “%(who)s” không có tác dụng.",
                name=name,
                who=label(element),
            )
            yield _at(element, entry, message, _property_remedy(name, allowed, everywhere))


def _property_remedy(name: str, allowed: frozenset[str], everywhere: frozenset[str]) -> Message:
    near = nearest(name, allowed)
    if near:
        return say("Có phải là “%(near)s”?", near=near)
    places = sorted(tag for tag, names in _PROPERTIES.items() if name in names)
    if places:
        return say("Thuộc tính này chỉ dùng ở: %(places)s.", places=", ".join(places))
    return say(
        "Xóa thuộc tính; các thuộc tính được dùng: %(known)s.",
        known=", ".join(sorted(allowed or everywhere)),
    )


def _at(
    element: etree._Element, place: etree._Element, message: Message, remedy: Message
) -> Problem:
    found = problem(element, message, remedy)
    line = problem(place, message, remedy).line
    return Problem(message, remedy, found.element, found.name, line)


def _extensions(subject: Subject) -> Iterator[tuple[etree._Element, etree._Element, str, str]]:
    """(owner, element, namespace, local name) of each attribute and element of a vendor."""
    for element in _elements(subject):
        for name in element.attrib:
            parted = etree.QName(str(name))
            if parted.namespace:
                yield _owner(subject, element), element, parted.namespace, parted.localname
        for holder in children(element, "extensionElements"):
            for extension in holder.iterchildren():
                parted = etree.QName(extension)
                yield element, extension, parted.namespace or "", parted.localname


def _camunda(subject: Subject, harmless: bool) -> Iterator[Problem]:
    for owner, place, namespace, name in _extensions(subject):
        known = _ATTRIBUTES.get(local(place), frozenset())
        if namespace != CAMUNDA or name in known | _SILENT or (name in _HARMLESS) is not harmless:
            continue
        if _is_understood(place, name):
            continue
        yield _at(
            owner,
            place,
            say("“%(who)s”: hệ thống không dùng camunda:%(name)s.", who=label(owner), name=name),
            _INSTEAD.get(name, say("Xóa thiết lập này trong bảng thuộc tính.")),
        )


def _is_understood(place: etree._Element, name: str) -> bool:
    """Properties have their own rule; a call with all variables is what happens anyway."""
    if place.tag == camunda("properties"):
        return True
    if name in {"in", "out"} and place.tag == camunda(name):
        return place.get("variables") == "all" or place.get("businessKey") is not None
    return place.tag == bpmn("conditionExpression")  # told by the rule on languages


def ignored_camunda(subject: Subject) -> Iterator[Problem]:
    """No Camunda setting that would change the work if it were obeyed."""
    return _camunda(subject, harmless=False)


def harmless_camunda(subject: Subject) -> Iterator[Problem]:
    """Camunda settings for its own running are not needed."""
    return _camunda(subject, harmless=True)


def other_engine(subject: Subject) -> Iterator[Problem]:
    """No settings for another engine."""
    told: set[tuple[str | None, str]] = set()
    for owner, place, namespace, _name in _extensions(subject):
        vendor = _VENDORS.get(namespace)
        if vendor is None or (owner.get("id"), vendor) in told:
            continue
        told.add((owner.get("id"), vendor))
        yield _at(
            owner,
            place,
            say(
                "“%(who)s” có thiết lập dành cho %(vendor)s; hệ thống không đọc.",
                who=label(owner),
                vendor=vendor,
            ),
            say("Vẽ lại bằng Camunda Modeler, loại sơ đồ Camunda 7 (BPMN diagram for Camunda 7)."),
        )


def performer(subject: Subject) -> Iterator[Problem]:
    """Who works is said by the lane, not by BPMN's own performers."""
    tags = ("performer", "humanPerformer", "potentialOwner", "resourceRole")
    for node in subject.nodes:
        if any(True for _ in children(subject.tree.elements[node.id], *tags)):
            yield problem(
                node,
                say(
                    "“%(who)s” nêu người thực hiện (%(tags)s); hệ thống không đọc.",
                    who=label(node),
                    tags="performer, potentialOwner",
                ),
                say("Người thực hiện là chức danh của làn; thêm chức danh ở Candidate groups."),
            )


RULES = (
    firm("unknown-property", unknown_property),
    firm("ignored-camunda", ignored_camunda),
    warning("harmless-camunda", harmless_camunda),
    firm("other-engine", other_engine),
    warning("performer", performer),
)
