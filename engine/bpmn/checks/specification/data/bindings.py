"""Constraints on what binds a callable process to services, and a call to what it calls."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.checks.kinds import GLOBAL_TASKS
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.data.data_parts import bearer, inputs, named, outputs
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_BOUND = frozenset({"inputSet", "outputSet", "dataInput", "dataOutput"})
_CALLABLE = ("process", *sorted(GLOBAL_TASKS))


def _operations(definitions: Definitions, callee: etree._Element) -> list[etree._Element]:
    """The operations of the interfaces that a process says it supports."""
    found: list[etree._Element] = []
    for _, interface in named(definitions, callee, "supportedInterfaceRef"):
        found += children(interface, "operation")
    return found


def binding_operation(definitions: Definitions) -> Iterator[Problem]:
    """What a process binds to its data is an operation of an interface that it supports.

    Quy trình chỉ gắn dữ liệu với thao tác thuộc giao diện dịch vụ mà chính nó ghi là hỗ trợ.

    BPMN 2.0.2, 10.4.1; InputOutputBinding attributes and model associations
    """
    for callee in definitions.all(*_CALLABLE):
        offered = set(_operations(definitions, callee))
        for binding in children(callee, "ioBinding"):
            operation = definitions.resolve(binding, binding.get("operationRef"))
            if (
                operation is not None
                and local(operation) == "operation"
                and (operation not in offered)
            ):
                yield at(
                    binding,
                    say(
                        "“%(who)s” gắn dữ liệu với thao tác “%(operation)s”, không thuộc giao "
                        "diện dịch vụ nào mà nó hỗ trợ.",
                        who=label(callee),
                        operation=label(operation),
                    ),
                    say("Ghi giao diện chứa thao tác đó vào quy trình, hoặc bỏ phần gắn."),
                )


def binding_data(definitions: Definitions) -> Iterator[Problem]:
    """What a process binds to an operation are its own inputs and outputs.

    Phần gắn với thao tác dịch vụ phải dùng dữ liệu vào, ra của chính quy trình đó.

    BPMN 2.0.2, 10.4.1; InputOutputBinding attributes and model associations
    """
    for binding in definitions.all("ioBinding"):
        for name in ("inputDataRef", "outputDataRef"):
            data = definitions.resolve(binding, binding.get(name))
            if data is None or local(data) not in _BOUND or bearer(data) is binding.getparent():
                continue
            owner = binding.getparent()
            yield at(
                binding,
                say(
                    "“%(who)s” gắn thao tác dịch vụ với “%(data)s”, không phải dữ liệu của mình.",
                    who=label(binding if owner is None else owner),
                    data=label(data),
                ),
                say("Chọn tập dữ liệu vào, ra của chính quy trình này."),
            )


def unbound_operation(definitions: Definitions) -> Iterator[Problem]:
    """A process that supports an interface binds each of its operations to data of its own.

    Quy trình ghi là hỗ trợ một giao diện dịch vụ thì phải gắn từng thao tác của giao diện đó với
    dữ liệu vào, ra của mình.

    BPMN 2.0.2, 10.4.1; InputOutputBinding attributes and model associations
    """
    for callee in definitions.all("process"):
        bound = {
            definitions.resolve(one, one.get("operationRef"))
            for one in children(callee, "ioBinding")
        }
        for operation in _operations(definitions, callee) if bound else ():
            if operation not in bound:
                yield at(
                    callee,
                    say(
                        "“%(who)s” hỗ trợ thao tác “%(operation)s” mà không gắn với dữ liệu nào.",
                        who=label(callee),
                        operation=label(operation),
                    ),
                    say("Gắn nốt thao tác đó, hoặc bỏ giao diện dịch vụ khỏi quy trình."),
                )


def call_data(definitions: Definitions) -> Iterator[Problem]:
    """A call takes and gives as many pieces of data as what it calls.

    Bước gọi quy trình phải có đúng số dữ liệu vào, ra như quy trình được gọi.

    BPMN 2.0.2, 10.4.1; Call Activity Data Inputs and Outputs
    """
    sizes: dict[etree._Element, tuple[int, int]] = {}
    for call in definitions.all("callActivity"):
        callee = definitions.resolve(call, call.get("calledElement"))
        if callee is None or next(children(callee, "ioSpecification"), None) is None:
            continue
        if callee not in sizes:
            sizes[callee] = _size(callee)
        ours, theirs = _size(call), sizes[callee]
        if any(ours) and ours != theirs:
            yield at(
                call,
                say(
                    "“%(who)s” có %(ours)s dữ liệu vào, %(out)s dữ liệu ra; “%(callee)s” cần "
                    "%(theirs)s và cho ra %(back)s.",
                    who=label(call),
                    ours=ours[0],
                    out=ours[1],
                    callee=label(callee),
                    theirs=theirs[0],
                    back=theirs[1],
                ),
                say("Khai báo dữ liệu của bước gọi cho khớp với quy trình được gọi."),
            )


def _size(bears: etree._Element) -> tuple[int, int]:
    return len(inputs(bears)), len(outputs(bears))


RULES = (
    error("binding-operation", binding_operation),
    error("binding-data", binding_data),
    warning("unbound-operation", unbound_operation),
    error("call-data", call_data),
)
