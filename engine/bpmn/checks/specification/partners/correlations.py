"""Constraints on correlation: by what an answer finds the case that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, text_of
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem, error
from engine.bpmn.checks.specification.data.data_parts import is_blank, named
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_BY_FORM = say("Bỏ phần này; hệ thống nhận ra hồ sơ bằng mã hồ sơ.")


def key_properties(definitions: Definitions) -> Iterator[Problem]:
    """A key by which messages are matched is made of one property, or of several.

    Khóa đối chiếu thông điệp phải gồm ít nhất một thuộc tính.

    BPMN 2.0.2, 8.4.2; CorrelationKey model associations
    """
    for key in definitions.all("correlationKey"):
        if not any(text_of(one) for one in children(key, "correlationPropertyRef")):
            yield at(
                key,
                say("Khóa đối chiếu “%(who)s” không có thuộc tính nào.", who=label(key)),
                say("Thêm thuộc tính dùng để đối chiếu, hoặc xóa khóa này."),
            )


def retrieval(definitions: Definitions) -> Iterator[Problem]:
    """A property says for each message, once, where in the message it is to be found.

    Thuộc tính đối chiếu phải ghi lấy từ đâu trong mỗi thông điệp, mỗi thông điệp một lần.

    BPMN 2.0.2, 8.4.2; CorrelationPropertyRetrievalExpression model associations
    """
    for prop in definitions.all("correlationProperty"):
        known: set[str] = set()
        found = list(children(prop, "correlationPropertyRetrievalExpression"))
        for one in found:
            message = (one.get("messageRef") or "").strip()
            path = next(children(one, "messagePath"), None)
            if is_blank(path) or message in known:
                yield at(
                    one,
                    say(
                        "Thuộc tính đối chiếu “%(who)s” không ghi, hoặc ghi hai lần, chỗ lấy "
                        "trong thông điệp “%(message)s”.",
                        who=label(prop),
                        message=message,
                    ),
                    _BY_FORM,
                )
            known.add(message)
        if not found:
            yield at(
                prop,
                say(
                    "Thuộc tính đối chiếu “%(who)s” không ghi lấy từ thông điệp nào.",
                    who=label(prop),
                ),
                _BY_FORM,
            )


def subscription(definitions: Definitions) -> Iterator[Problem]:
    """A process that waits for messages by a key says what each property of the key is to equal.

    Quy trình đối chiếu thông điệp theo một khóa phải ghi giá trị cho từng thuộc tính của khóa đó.

    BPMN 2.0.2, 8.4.2; CorrelationSubscription model associations
    """
    keys = {
        key: {found for _, found in named(definitions, key, "correlationPropertyRef")}
        for key in definitions.all("correlationKey")
    }
    for waiting in definitions.all("correlationSubscription"):
        key = definitions.resolve(waiting, waiting.get("correlationKeyRef"))
        if key is None or key not in keys:
            continue
        bound = list(_bound(definitions, waiting))
        if set(bound) != keys[key] or len(bound) != len(keys[key]):
            yield at(
                waiting,
                say(
                    "“%(who)s” đối chiếu theo khóa “%(key)s” nhưng không ghi đúng mỗi thuộc tính "
                    "của khóa một lần.",
                    who=_process(waiting),
                    key=label(key),
                ),
                _BY_FORM,
            )


def _bound(definitions: Definitions, waiting: etree._Element) -> Iterator[etree._Element]:
    for binding in children(waiting, "correlationPropertyBinding"):
        prop = definitions.resolve(binding, binding.get("correlationPropertyRef"))
        if prop is not None:
            yield prop


def binding_path(definitions: Definitions) -> Iterator[Problem]:
    """What a property of a key is to equal is not left empty.

    Giá trị đem đối chiếu không được để trống.

    BPMN 2.0.2, 8.4.2; CorrelationPropertyBinding model associations
    """
    for binding in definitions.all("correlationPropertyBinding"):
        if is_blank(next(children(binding, "dataPath"), None)):
            waiting = binding.getparent()
            yield at(
                binding,
                say(
                    "“%(who)s” đối chiếu thông điệp với một giá trị để trống.",
                    who=_process(binding if waiting is None else waiting),
                ),
                _BY_FORM,
            )


def _process(waiting: etree._Element) -> str:
    up = next((one for one in waiting.iterancestors() if local(one) == "process"), waiting)
    return label(up)


RULES = (
    error("correlation-key", key_properties),
    error("correlation-retrieval", retrieval),
    error("correlation-subscription", subscription),
    error("correlation-binding", binding_path),
)
