"""Constraints on resources, and on who performs an activity."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_true, text_of
from engine.bpmn.checks.kinds import kind_name
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.data.data_parts import is_blank, named
from engine.bpmn.checks.specification.resolving import at, whose
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_ROLES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")
_HUMAN = ("humanPerformer", "potentialOwner")
_WITHOUT_PEOPLE = frozenset(
    {
        "serviceTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask",
        "globalScriptTask", "globalBusinessRuleTask",
    }
)  # fmt: skip
_LANES = say("Người làm lấy theo làn; có thể bỏ phần giao việc này.")


def role_twofold(definitions: Definitions) -> Iterator[Problem]:
    """Who does the work is said by a resource or by an expression, not by both.

    Người làm được chỉ ra bằng một nguồn lực, hoặc bằng một biểu thức, không ghi cả hai.

    BPMN 2.0.2, 10.3.1; ResourceRole attributes and model associations
    """
    for role in definitions.all(*_ROLES):
        by_resource = any(text_of(one) for one in children(role, "resourceRef"))
        if by_resource and next(children(role, "resourceAssignmentExpression"), None) is not None:
            yield at(
                role,
                say("“%(who)s” giao việc vừa bằng nguồn lực vừa bằng biểu thức.", who=whose(role)),
                _LANES,
            )


def role_of_nobody(definitions: Definitions) -> Iterator[Problem]:
    """Where it is said that somebody does the work, it is said who: by a resource or an expression.

    Đã ghi là có người làm thì phải ghi là ai: một nguồn lực, hoặc một biểu thức.

    BPMN 2.0.2, 10.3.1; ResourceRole attributes and model associations
    """
    for role in definitions.all(*_ROLES):
        named_one = any(text_of(one) for one in children(role, "resourceRef"))
        told = next(
            children(role, "resourceAssignmentExpression", "resourceParameterBinding"), None
        )
        if not named_one and told is None and not (role.get("name") or "").strip():
            yield at(
                role,
                say("“%(who)s” có phần giao việc mà không ghi giao cho ai.", who=whose(role)),
                _LANES,
            )


def assignment_expression(definitions: Definitions) -> Iterator[Problem]:
    """An expression that finds who does the work is not empty.

    Biểu thức tìm người làm không được để trống.

    BPMN 2.0.2, 10.3.1; ResourceAssignmentExpression attributes and model associations
    """
    for assignment in definitions.all("resourceAssignmentExpression"):
        if all(is_blank(one) for one in _expressions(assignment)):
            role = assignment.getparent()
            yield at(
                assignment,
                say(
                    "“%(who)s” giao việc bằng một biểu thức để trống.",
                    who=whose(assignment if role is None else role),
                ),
                _LANES,
            )


def _expressions(place: etree._Element) -> Iterator[etree._Element]:
    yield from children(place, "expression", "formalExpression")


def parameter_value(definitions: Definitions) -> Iterator[Problem]:
    """A parameter that a resource is asked for has a value.

    Tham số khi tìm nguồn lực phải có giá trị.

    BPMN 2.0.2, 10.3.1; ResourceParameterBinding attributes and model associations
    """
    for binding in definitions.all("resourceParameterBinding"):
        if all(is_blank(one) for one in _expressions(binding)):
            yield at(
                binding,
                say(
                    "Tham số “%(key)s” của phần giao việc không có giá trị.",
                    key=binding.get("parameterRef") or "?",
                ),
                _LANES,
            )


def parameter_without_resource(definitions: Definitions) -> Iterator[Problem]:
    """Parameters are asked of a resource that is named.

    Chỉ ghi tham số khi có ghi nguồn lực để hỏi.

    BPMN 2.0.2, 10.3.1; ResourceRole attributes and model associations
    """
    for role in definitions.all(*_ROLES):
        binding = next(children(role, "resourceParameterBinding"), None)
        if binding is not None and not any(text_of(one) for one in children(role, "resourceRef")):
            yield at(
                binding,
                say("“%(who)s” ghi tham số mà không ghi nguồn lực nào.", who=whose(role)),
                _LANES,
            )


def parameter_of_another(definitions: Definitions) -> Iterator[Problem]:
    """A parameter belongs to the very resource that it is asked of.

    Tham số phải là của chính nguồn lực được giao việc.

    BPMN 2.0.2, 10.3.1; ResourceParameterBinding attributes and model associations
    """
    for role, resource in _assigned(definitions):
        for binding in children(role, "resourceParameterBinding"):
            parameter = definitions.resolve(binding, binding.get("parameterRef"))
            if (
                parameter is not None
                and local(parameter) == "resourceParameter"
                and parameter.getparent() is not resource
            ):
                yield at(
                    binding,
                    say(
                        "“%(who)s”: tham số “%(key)s” không phải của nguồn lực “%(resource)s”.",
                        who=whose(role),
                        key=label(parameter),
                        resource=label(resource),
                    ),
                    _LANES,
                )


def _assigned(definitions: Definitions) -> Iterator[tuple[etree._Element, etree._Element]]:
    for role in definitions.all(*_ROLES):
        for _, resource in named(definitions, role, "resourceRef"):
            if local(resource) == "resource":
                yield role, resource


def parameter_required(definitions: Definitions) -> Iterator[Problem]:
    """Each parameter that a resource requires is given, and given once.

    Tham số bắt buộc của nguồn lực phải được ghi, và chỉ ghi một lần.

    BPMN 2.0.2, 8.4.12; ResourceParameter attributes
    """
    required: dict[etree._Element, list[etree._Element]] = {
        resource: [
            one for one in children(resource, "resourceParameter") if is_true(one, "isRequired")
        ]
        for resource in definitions.all("resource")
    }
    for role, resource in _assigned(definitions):
        given = [
            definitions.resolve(one, one.get("parameterRef"))
            for one in children(role, "resourceParameterBinding")
        ]
        asked = set(given)
        missing = next((one for one in required.get(resource, ()) if one not in asked), None)
        if missing is not None or len(asked) < len(given):
            yield at(
                role,
                say(
                    "“%(who)s” thiếu tham số bắt buộc của nguồn lực “%(resource)s”, hoặc ghi một "
                    "tham số hai lần.",
                    who=whose(role),
                    resource=label(resource),
                ),
                _LANES,
            )


def parameter_name(definitions: Definitions) -> Iterator[Problem]:
    """Parameters of one resource have names of their own.

    Các tham số của một nguồn lực không được trùng tên.

    BPMN 2.0.2, 8.4.12; ResourceParameter attributes
    """
    for resource in definitions.all("resource"):
        known: set[str] = set()
        for parameter in children(resource, "resourceParameter"):
            name = (parameter.get("name") or "").strip()
            if name and name in known:
                yield at(
                    parameter,
                    say(
                        "Nguồn lực “%(who)s” có hai tham số cùng tên “%(name)s”.",
                        who=label(resource),
                        name=name,
                    ),
                    say("Đổi tên một tham số."),
                )
            known.add(name)


def human_performer(definitions: Definitions) -> Iterator[Problem]:
    """Only what people do has people who may do it.

    Chỉ công việc của người mới ghi người có thể làm (potential owner); bước máy tự làm thì không.

    BPMN 2.0.2, 10.3.4
    """
    for role in definitions.all(*_HUMAN):
        task = role.getparent()
        if task is not None and local(task) in _WITHOUT_PEOPLE:
            yield at(
                role,
                say(
                    "“%(who)s” (%(kind)s) không phải việc của người, nhưng ghi người có thể làm.",
                    who=label(task),
                    kind=kind_name(task),
                ),
                say("Đổi thành công việc của người (user task), hoặc bỏ phần giao việc."),
            )


RULES = (
    error("role-twofold", role_twofold),
    warning("role-of-nobody", role_of_nobody),
    error("assignment-expression", assignment_expression),
    error("parameter-value", parameter_value),
    error("parameter-without-resource", parameter_without_resource),
    error("parameter-of-another", parameter_of_another),
    error("parameter-required", parameter_required),
    warning("parameter-name", parameter_name),
    warning("human-performer", human_performer),
)
