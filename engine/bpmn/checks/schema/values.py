"""Rules of BPMN's schema on attributes: which there are, which there must be, what they may say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.checks.problems import nearest
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.schema.conformance import Conformance
from engine.bpmn.checks.schema.grammar import grammar
from engine.bpmn.checks.schema.telling import at, bare, each, who
from engine.bpmn.checks.schema.validating import Violation
from engine.domain.messages import Message, say

_REQUIRED = re.compile(r"attribute '([^']*)'")
_SET = re.compile(r"set \{(.*)\}")
_NUMBERS = re.compile(r"type 'xs:(?:integer|int|double)'")


def schema_attribute(file: Conformance) -> Iterator[Problem]:
    """An element bears only the attributes that the schema of BPMN gives it.

    Phần tử chỉ mang những thuộc tính có trong lược đồ BPMN; thuộc tính của phần mềm khác phải có
    tiền tố riêng. Thuộc tính lạ bị bỏ qua, nên xem lại có phải viết sai tên không.
    """
    # A warning: what is unknown is passed over; but it may be a slip of the pen.
    yield from each(file.unknown_attributes, _unknown)


def _unknown(violation: Violation) -> Problem:
    name = violation.attribute or "?"
    near = nearest(name[:80], grammar().attributes(str(violation.element.tag)))
    if near is not None:
        remedy = say("Có phải là “%(near)s”? Hãy sửa tên thuộc tính.", near=near)
    else:
        remedy = say("Xóa thuộc tính này, hoặc viết kèm tiền tố của phần mềm dùng đến nó.")
    return at(
        violation.element,
        say(
            "Thẻ “%(tag)s” (%(who)s) có thuộc tính “%(name)s” mà BPMN không có.",
            tag=bare(violation.element),
            who=who(violation.element),
            name=bare(name) if name.startswith("{") else name,
        ),
        remedy,
    )


def schema_missing_attribute(file: Conformance) -> Iterator[Problem]:
    """An element says what the schema of BPMN obliges it to say.

    Phần tử phải ghi đủ những thuộc tính mà lược đồ BPMN bắt buộc, ví dụ luồng phải có hai đầu
    sourceRef và targetRef.
    """
    yield from each(
        file.missing_attributes,
        lambda violation: at(
            violation.element,
            say(
                "Thẻ “%(tag)s” (%(who)s) thiếu thuộc tính bắt buộc “%(name)s”.",
                tag=bare(violation.element),
                who=who(violation.element),
                name=_required(violation),
            ),
            say(
                "Mở phần tử trong Camunda Modeler, điền phần còn thiếu rồi lưu; nếu không có gì "
                "để điền, xóa phần tử này."
            ),
        ),
    )


def _required(violation: Violation) -> str:
    found = _REQUIRED.search(violation.detail)
    return found[1] if found else "?"


def boolean_value(file: Conformance) -> Iterator[Problem]:
    """Yes and no are written true and false, in small letters.

    Thuộc tính đúng hay sai chỉ được ghi true hoặc false, chữ thường. Ghi True, TRUE hay yes thì
    hệ thống hiểu là không.
    """
    yield from each(
        [one for one in file.wrong_values if "'xs:boolean'" in one.detail],
        lambda violation: at(
            violation.element,
            say(
                "Thuộc tính “%(name)s” của %(who)s ghi “%(value)s”, không phải true hay false.",
                name=violation.attribute or bare(violation.element),
                who=who(violation.element),
                value=_value(violation),
            ),
            say("Ghi true hoặc false, chữ thường."),
        ),
    )


def schema_name(file: Conformance) -> Iterator[Problem]:
    """An id begins with a letter or an underscore, and holds no space; so do references to it.

    Mã của phần tử phải bắt đầu bằng chữ cái hoặc dấu gạch dưới, không có khoảng trắng; chỗ nhắc
    lại mã cũng vậy. Hệ thống vẫn đọc được, nhưng nhiều phần mềm từ chối tệp.
    """
    # A warning: some modellers write ids that begin with a digit, or hold spaces or braces. They
    # are read as they stand; that references lead somewhere, other rules see to.
    yield from each(
        [one for one in file.wrong_values if one.is_of("ID", "IDREF", "QName", "NCName")],
        lambda violation: at(
            violation.element,
            _unspeakable(violation, _value(violation)),
            _rename(_value(violation)),
        ),
    )


def _unspeakable(violation: Violation, value: str) -> Message:
    name = violation.attribute or bare(violation.element)
    if not value:
        return say(
            "Thuộc tính “%(name)s” của %(who)s để trống.", name=name, who=who(violation.element)
        )
    return say(
        "“%(value)s” (thuộc tính “%(name)s” của %(who)s) không viết được như một mã.",
        value=value,
        name=name,
        who=who(violation.element),
    )


def _rename(value: str) -> Message:
    prefix, colon, _ = value.partition(":")
    if not value:
        return say("Chọn giá trị cho thuộc tính này, hoặc bỏ thuộc tính.")
    if colon:
        return say("Khai báo tiền tố “%(prefix)s” ở thẻ gốc, hoặc bỏ tiền tố.", prefix=prefix)
    return say("Đổi mã: bắt đầu bằng chữ cái, chỉ gồm chữ, số, dấu gạch và dấu chấm.")


def schema_value(file: Conformance) -> Iterator[Problem]:
    """An attribute says one of the values, or a value of the sort, that the schema of BPMN knows.

    Thuộc tính chỉ được ghi một trong những giá trị mà lược đồ BPMN quy định, hoặc đúng loại giá
    trị (con số, địa chỉ).
    """
    names = ("ID", "IDREF", "QName", "NCName", "boolean")
    yield from each(
        [one for one in file.wrong_values if not one.is_of(*names) and _meant(one) is None],
        lambda violation: at(
            violation.element,
            say(
                "Thuộc tính “%(name)s” của %(who)s ghi “%(value)s”, không dùng được.",
                name=violation.attribute or bare(violation.element),
                who=who(violation.element),
                value=_value(violation),
            ),
            _instead(violation),
        ),
    )


def schema_case(file: Conformance) -> Iterator[Problem]:
    """Words that BPMN has fixed are written with its capitals: Converging, not converging.

    Giá trị cố định của BPMN phải viết đúng chữ hoa, chữ thường, ví dụ Converging. Ý thì rõ, nhưng
    nhiều phần mềm từ chối tệp.
    """
    # A warning: what is meant is plain, and some tools write all of them in small letters.
    found = [(one, _meant(one)) for one in file.wrong_values]
    yield from each(
        [(one, meant) for one, meant in found if meant is not None],
        lambda pair: at(
            pair[0].element,
            say(
                "Thuộc tính “%(name)s” của %(who)s ghi “%(value)s”, sai chữ hoa chữ thường.",
                name=pair[0].attribute or bare(pair[0].element),
                who=who(pair[0].element),
                value=_value(pair[0]),
            ),
            say("Ghi %(meant)s.", meant=pair[1]),
        ),
    )


def _meant(violation: Violation) -> str | None:
    """The fixed word that a value is, capitals aside."""
    allowed = _SET.search(violation.detail)
    value = _value(violation).casefold()
    words = allowed[1].replace("'", "").split(", ") if allowed else []
    return next((word for word in words if word.casefold() == value), None)


def _instead(violation: Violation) -> Message:
    allowed = _SET.search(violation.detail)
    if allowed:
        return say("Ghi một trong: %(values)s.", values=allowed[1].replace("'", ""))
    if _NUMBERS.search(violation.detail):
        return say("Ghi một con số, dấu thập phân là dấu chấm.")
    return say("Sửa giá trị trong bảng thuộc tính của Camunda Modeler, hoặc xóa thuộc tính.")


def schema_other(file: Conformance) -> Iterator[Problem]:
    """In everything else, too, the file keeps to the schema of BPMN.

    Mọi điều khác mà lược đồ BPMN quy định cũng phải đúng. Lời báo ghi kèm chi tiết bằng tiếng Anh
    của bộ đối chiếu lược đồ.
    """
    if file.verdict.pruned:
        yield at(
            file.root,
            say("Tệp có quá nhiều chỗ trái với lược đồ BPMN, nên chưa xem hết."),
            say("Sửa những chỗ đã nêu rồi kiểm tra lại; hoặc xuất lại tệp từ phần mềm vẽ."),
        )
    yield from each(
        file.others,
        lambda violation: at(
            violation.element,
            say(
                "Thẻ “%(tag)s” (%(who)s) trái với lược đồ BPMN (chi tiết: %(detail)s)",
                tag=bare(violation.element),
                who=who(violation.element),
                detail=violation.detail[:200],
            ),
            say("Mở tệp bằng Camunda Modeler, vẽ lại phần tử này rồi lưu."),
        ),
    )


def _value(violation: Violation) -> str:
    element, name = violation.element, violation.attribute
    text = element.get(name) if name else "".join(str(part) for part in element.itertext())
    return " ".join((text or "").split())[:80]


RULES = (
    error("schema-missing-attribute", schema_missing_attribute),
    error("boolean-value", boolean_value),
    error("schema-value", schema_value),
    error("schema-other", schema_other),
    warning("schema-case", schema_case),
    warning("schema-name", schema_name),
    warning("schema-attribute", schema_attribute),
)
