"""Rules on namespaces: what a modeller meant to write, and what it is taken for."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.problems import nearest
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.schema.conformance import Conformance
from engine.bpmn.checks.schema.grammar import OURS, grammar, space_of
from engine.bpmn.checks.schema.telling import at, bare, each, each_kind, who
from engine.bpmn.reading import BPMN, CAMUNDA, line_of
from engine.domain.messages import Message, say


def bpmn_namespace(file: Conformance) -> Iterator[Problem]:
    """Every element of BPMN bears the namespace of BPMN 2.0; in another one it is not seen.

    Mọi thẻ của BPMN phải thuộc không gian tên BPMN 2.0. Thẻ mất tiền tố, còn mang không gian tên
    của BPMN 1.x hoặc của bản nháp thì hệ thống không nhìn thấy, như thể chưa vẽ.
    """
    yield from each(
        file.slips.model,
        lambda element: at(
            element,
            say(
                "Thẻ “%(tag)s” (%(who)s) %(where)s, nên không được nhận ra là phần tử BPMN.",
                tag=bare(element),
                who=who(element),
                where=_where(element),
            ),
            say(
                "Viết thẻ này với cùng tiền tố như các thẻ BPMN khác trong tệp (không gian tên "
                "%(expected)s).",
                expected=BPMN,
            ),
        ),
    )


def diagram_namespace(file: Conformance) -> Iterator[Problem]:
    """Each part of a diagram bears the namespace that BPMN 2.0 gives it; else nothing is drawn.

    Các thẻ của phần hình vẽ (BPMNShape, Bounds, waypoint…) phải thuộc đúng không gian tên của
    BPMN 2.0; sai thì hình không hiện, mở bằng phần mềm khác cũng mất.
    """
    yield from each_kind(
        file.slips.diagram,
        lambda element: at(
            element,
            say(
                "Thẻ hình vẽ “%(tag)s” %(where)s, nên hình không hiện.",
                tag=bare(element),
                where=_where(element),
            ),
            say(
                "Dùng đúng không gian tên: %(expected)s.",
                expected=etree.QName(grammar().by_local[bare(element)]).namespace,
            ),
        ),
    )


def camunda_namespace(file: Conformance) -> Iterator[Problem]:
    """The prefix of Camunda stands for Camunda's own namespace, to the letter.

    Tiền tố camunda phải được khai báo đúng từng chữ. Sai một dấu thì mọi thời hạn, biểu mẫu, nhóm
    người làm ghi trên bản vẽ đều bị bỏ qua.
    """
    found = list(file.slips.camunda.items())
    yield from each(
        found,
        lambda one: at(
            one[1],
            say(
                "Không gian tên “%(space)s” không phải của Camunda: mọi thuộc tính ghi dưới đó "
                "(thời hạn, biểu mẫu, nhóm người làm…) đều bị bỏ qua.",
                space=one[0],
            ),
            say('Khai báo ở thẻ gốc: xmlns:camunda="%(camunda)s".', camunda=CAMUNDA),
        ),
    )


def camunda_prefix(file: Conformance) -> Iterator[Problem]:
    """What Camunda adds to BPMN is written with Camunda's prefix: camunda:formRef, not formRef.

    Những thuộc tính riêng của Camunda phải viết kèm tiền tố: camunda:formRef, camunda:dueDate…
    Thiếu tiền tố thì hệ thống không đọc được biểu mẫu, thời hạn hay người làm.
    """
    yield from each(
        file.slips.unprefixed,
        lambda one: at(
            one[0],
            say(
                "Thuộc tính “%(name)s” của %(who)s viết thiếu tiền tố camunda, nên không được đọc.",
                name=one[1],
                who=who(one[0]),
            ),
            say(
                "Viết camunda:%(name)s, hoặc ghi lại giá trị “%(value)s” trong bảng thuộc tính "
                "của Camunda Modeler.",
                name=one[1],
                value=one[0].get(one[1]) or "",
            ),
        ),
    )


def prefixed_attribute(file: Conformance) -> Iterator[Problem]:
    """Attributes of BPMN are written without a prefix: id, not bpmn:id.

    Thuộc tính của chính BPMN viết trơn, không có tiền tố (id, name, sourceRef…). Viết bpmn:id thì
    phần tử coi như không có mã.
    """
    yield from each(
        file.slips.prefixed,
        lambda one: at(
            one[0],
            say(
                "Thuộc tính “%(name)s” trên thẻ “%(tag)s” (%(who)s) viết kèm tiền tố, nên không "
                "được đọc.",
                name=one[1],
                tag=bare(one[0]),
                who=who(one[0]),
            ),
            say("Bỏ tiền tố, chỉ viết %(name)s.", name=one[1]),
        ),
    )


def expression_type(file: Conformance) -> Iterator[Problem]:
    """What xsi:type names is a type of BPMN, and the one that may stand there.

    Thuộc tính xsi:type của một biểu thức phải ghi đúng tên kiểu của BPMN, thường là
    tFormalExpression, với tiền tố của BPMN trong tệp. Hệ thống vẫn đọc được nội dung biểu thức,
    nhưng phần mềm khác có thể từ chối cả tệp.
    """
    # A warning: the text of the expression is read all the same, and some modellers write the
    # type without the prefix that their own file asks for.
    found = [(element, written) for element, written in file.slips.types]
    found += [(one.element, _type_of(one.element)) for one in file.types]
    yield from each(
        found,
        lambda one: at(
            one[0],
            say(
                "Kiểu “%(type)s” (xsi:type) trên thẻ “%(tag)s” của %(who)s không dùng được ở đó.",
                type=one[1],
                tag=bare(one[0]),
                who=who(one[0]),
            )
            if one[1]
            else say(
                "Thẻ “%(tag)s” của %(who)s ghi ngôn ngữ biểu thức mà không ghi xsi:type.",
                tag=bare(one[0]),
                who=who(one[0]),
            ),
            say('Ghi xsi:type="%(type)s".', type=_formal(one[0])),
        ),
    )


def target_namespace(file: Conformance) -> Iterator[Problem]:
    """The file says under which namespace its own elements are known: targetNamespace.

    Thẻ gốc phải ghi targetNamespace, tên riêng của bản vẽ giữa các bản vẽ khác. Hệ thống không
    cần đến, nhưng phần mềm khác từ chối tệp thiếu tên này.
    """
    # A warning: nothing is read otherwise without it, and files written by hand often lack it.
    if not (file.root.get("targetNamespace") or "").strip():
        yield at(
            file.root,
            say("Thẻ gốc của tệp không ghi targetNamespace."),
            say('Thêm vào thẻ gốc, ví dụ targetNamespace="http://bpmn.io/schema/bpmn".'),
        )


def extension_place(file: Conformance) -> Iterator[Problem]:
    """Elements of Camunda stand inside extensionElements, where they are looked for.

    Các thẻ của Camunda (properties, formData…) phải nằm trong thẻ extensionElements của phần tử.
    Đặt ra ngoài thì các thuộc tính đó không được đọc.
    """
    yield from each(
        file.slips.outside,
        lambda element: at(
            element,
            say(
                "Thẻ camunda “%(tag)s” của %(who)s nằm ngoài extensionElements, nên không được "
                "đọc.",
                tag=bare(element),
                who=who(element),
            ),
            say("Đưa thẻ này vào trong <extensionElements> của chính phần tử đó."),
        ),
    )


def foreign_element(file: Conformance) -> Iterator[Problem]:
    """What other software adds stands inside extensionElements, and has a namespace of its own.

    Thẻ riêng của phần mềm khác chỉ được nằm trong extensionElements và phải có không gian tên
    riêng. Nằm chỗ khác thì hệ thống bỏ qua, phần mềm khác có thể từ chối tệp.
    """
    # A warning: what is not BPMN's is passed over, wherever it stands.
    yield from each_kind(
        file.slips.foreign,
        lambda element: at(
            element,
            say(
                "Thẻ “%(tag)s” ở dòng %(line)s không phải của BPMN (%(where)s), và không đứng "
                "đúng chỗ của phần mở rộng.",
                tag=bare(element),
                line=line_of(element),
                where=_where(element),
            ),
            say(
                "Xóa thẻ này, hoặc đưa vào <extensionElements> với không gian tên của phần mềm "
                "đã ghi ra nó."
            ),
        ),
    )


def unknown_element(file: Conformance) -> Iterator[Problem]:
    """Every element bears a name that BPMN knows.

    Mỗi thẻ phải mang một tên có trong BPMN. Viết sai tên, kể cả sai chữ hoa chữ thường, thì phần
    tử đó không được nhận ra.
    """
    yield from each(
        file.slips.unknown,
        lambda element: at(
            element,
            say(
                "BPMN không có thẻ “%(tag)s” (%(who)s, dòng %(line)s).",
                tag=bare(element),
                who=who(element),
                line=line_of(element),
            ),
            _suggestion(bare(element)),
        ),
    )


def _suggestion(tag: str) -> Message:
    near = nearest(tag[:80], grammar().by_local)
    if near is not None:
        return say("Có phải là “%(near)s”? Hãy sửa tên thẻ.", near=near)
    return say("Xóa thẻ này, hoặc vẽ lại phần tử bằng Camunda Modeler.")


def _where(element: etree._Element) -> Message:
    space = space_of(element)
    if not space:
        return say("không thuộc không gian tên nào")
    if space in OURS:
        return say("mang nhầm tiền tố, thuộc không gian tên “%(space)s”", space=space)
    return say("thuộc không gian tên “%(space)s”", space=space)


def _type_of(element: etree._Element) -> str:
    return element.get("{http://www.w3.org/2001/XMLSchema-instance}type") or ""


def _formal(element: etree._Element) -> str:
    """The usual type of an expression, as this file would write it."""
    prefix = next((key for key, space in element.nsmap.items() if space == BPMN), None)
    return f"{prefix}:tFormalExpression" if prefix else "tFormalExpression"


RULES = (
    error("bpmn-namespace", bpmn_namespace),
    error("diagram-namespace", diagram_namespace),
    error("camunda-namespace", camunda_namespace),
    error("camunda-prefix", camunda_prefix),
    error("prefixed-attribute", prefixed_attribute),
    error("unknown-element", unknown_element),
    error("extension-place", extension_place),
    warning("foreign-element", foreign_element),
    warning("expression-type", expression_type),
    warning("target-namespace", target_namespace),
)
