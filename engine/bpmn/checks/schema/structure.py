"""Rules of BPMN's schema on elements: what may stand where, in which order, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.schema.conformance import Conformance
from engine.bpmn.checks.schema.grammar import grammar
from engine.bpmn.checks.schema.telling import at, bare, each, listed, who
from engine.bpmn.checks.schema.validating import Violation
from engine.domain.messages import say

_EXPECTED = re.compile(r"\{[^}]*\}([\w]+)")


def schema_element(file: Conformance) -> Iterator[Problem]:
    """An element stands only inside those that the schema of BPMN lets hold it.

    Mỗi phần tử chỉ được nằm trong những phần tử mà lược đồ BPMN cho phép: công việc nằm trong quy
    trình, làn nằm trong tập các làn. Nằm sai chỗ thì phần tử đó bị bỏ qua.
    """
    yield from each(file.strays.misplaced, _misplaced)


def _misplaced(element: etree._Element) -> Problem:
    tables = grammar()
    parent = element.getparent()
    around = bare(parent) if parent is not None else "?"
    if tables.is_abstract(str(element.tag)):
        message = say(
            "Thẻ “%(tag)s” (%(who)s) chỉ là tên chung của một nhóm phần tử, không vẽ ra được.",
            tag=bare(element),
            who=who(element),
        )
        return at(element, message, say("Chọn một loại cụ thể trong nhóm, ví dụ task, userTask."))
    message = say(
        "Thẻ “%(tag)s” (%(who)s) không được nằm trong thẻ “%(around)s”.",
        tag=bare(element),
        who=who(element),
        around=around,
    )
    homes = listed(tables.parents(str(element.tag)))
    if not homes:
        return at(element, message, say("Xóa thẻ này, hoặc vẽ lại bằng Camunda Modeler."))
    return at(
        element,
        message,
        say("Đưa thẻ này vào đúng chỗ; thẻ được nằm trong: %(homes)s.", homes=homes),
    )


def schema_order(file: Conformance) -> Iterator[Problem]:
    """The parts of an element come in the order that the schema of BPMN gives.

    Các phần bên trong một phần tử phải theo đúng thứ tự của lược đồ BPMN. Hệ thống đọc được theo
    thứ tự nào cũng vậy, nhưng phần mềm khác có thể từ chối tệp.
    """
    # A warning: modellers are known to write parts in another order, and all read them so.
    yield from each(
        file.strays.late,
        lambda element: at(
            element,
            say(
                "Thẻ “%(tag)s” của %(who)s đứng sai thứ tự.",
                tag=bare(element),
                who=who(element),
            ),
            say(
                "Mở tệp bằng Camunda Modeler rồi lưu lại; nếu sửa tay, xếp theo thứ tự: %(order)s.",
                order=_order(element),
            ),
        ),
    )


def _order(element: etree._Element) -> str:
    """What is there, in the order that the schema wants."""
    parent = element.getparent()
    if parent is None:
        return ""
    places = {tag: number for number, tag in enumerate(grammar().allowed(str(parent.tag)))}
    present = {str(child.tag) for child in parent.iterchildren("*")}
    return listed(sorted(present & places.keys(), key=lambda tag: places[tag]))


def schema_twice(file: Conformance) -> Iterator[Problem]:
    """What the schema of BPMN allows once stands once; of what it offers as a choice, only one is
    written.

    Phần nào lược đồ BPMN chỉ cho một lần thì không ghi hai lần, và không ghi cùng lúc hai phần mà
    chỉ được chọn một; nếu không, hệ thống không biết phải theo phần nào.
    """
    yield from each(
        file.strays.twice,
        lambda element: at(
            element,
            say(
                "Thẻ “%(tag)s” của %(who)s thừa: chỗ này chỉ được ghi một thẻ như vậy.",
                tag=bare(element),
                who=who(element),
            ),
            say("Giữ lại một thẻ, gộp nội dung của thẻ kia vào nếu cần."),
        ),
    )


def schema_missing_child(file: Conformance) -> Iterator[Problem]:
    """An element has all the parts that the schema of BPMN asks of it.

    Phần tử phải có đủ các phần mà lược đồ BPMN bắt buộc, ví dụ đường nối trên hình phải có ít nhất
    hai điểm.
    """
    yield from each(file.incomplete, _incomplete)


def _incomplete(violation: Violation) -> Problem:
    wanted = _EXPECTED.findall(violation.detail.partition("Expected is")[2])
    return at(
        violation.element,
        say(
            "Thẻ “%(tag)s” (%(who)s) thiếu phần bên trong; còn phải có: %(wanted)s.",
            tag=bare(violation.element),
            who=who(violation.element),
            wanted=listed(name for name in wanted if name not in _OPTIONAL) or listed(wanted),
        ),
        say("Vẽ lại phần tử này bằng Camunda Modeler, hoặc ghi thêm phần còn thiếu."),
    )


_OPTIONAL = frozenset({"documentation", "extensionElements", "extension"})
"""What the validator lists as well, though it would not do."""


def schema_text(file: Conformance) -> Iterator[Problem]:
    """Where the schema of BPMN asks for elements only, no loose text stands.

    Giữa các thẻ không được có chữ rơi rớt. Chữ đó bị bỏ qua, thường là dấu vết của một lần sửa
    tay bị hỏng.
    """
    # A warning: nothing is read otherwise for it.
    yield from each(
        file.loose_texts,
        lambda violation: at(
            violation.element,
            say(
                "Bên trong thẻ “%(tag)s” (%(who)s) có chữ không thuộc thẻ nào: “%(text)s”.",
                tag=bare(violation.element),
                who=who(violation.element),
                text=_loose(violation.element),
            ),
            say("Xóa chữ đó; lời giải thích thì ghi vào phần Documentation."),
        ),
    )


def _loose(element: etree._Element) -> str:
    texts = (element.text, *(child.tail for child in element))
    return " ".join(" ".join(text for text in texts if text).split())[:60]


RULES = (
    error("schema-element", schema_element),
    error("schema-twice", schema_twice),
    error("schema-missing-child", schema_missing_child),
    warning("schema-order", schema_order),
    warning("schema-text", schema_text),
)
