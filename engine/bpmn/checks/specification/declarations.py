"""Constraints on what a file declares: imports, extensions, languages, kinds of process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.checks.definitions import Definitions, is_true
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.resolving import at, child, dangles, written
from engine.bpmn.reading import BPMN
from engine.bpmn.reading.elements import local
from engine.bpmn.reading.node_kinds import NODE_TAGS
from engine.domain.messages import say

_IMPORT_TYPES = frozenset(
    {
        BPMN,
        "http://www.omg.org/spec/BPMN/20100524",
        "http://www.w3.org/2001/XMLSchema",
        "http://www.w3.org/TR/wsdl20/",
        "http://schemas.xmlsoap.org/wsdl/",
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


def import_type(definitions: Definitions) -> Iterator[Problem]:
    """What is imported is BPMN, a data type (XML Schema), a service (WSDL), or decisions (DMN).

    Tệp nhập vào chỉ là BPMN, XML Schema, WSDL hoặc DMN; loại khác không ai đọc được.

    BPMN 2.0.2, 8.2.2; Import attributes
    """
    for place in definitions.all("import"):
        said = (place.get("importType") or "").strip()
        if said and said not in _IMPORT_TYPES:
            yield at(
                place,
                say("Tệp nhập vào thuộc loại “%(said)s”, không rõ là gì.", said=said),
                say("Ghi đúng importType, ví dụ http://www.w3.org/2001/XMLSchema."),
            )


def must_understand(definitions: Definitions) -> Iterator[Problem]:
    """A file does not demand an extension that only its own maker understands.

    Tệp không bắt buộc người đọc phải hiểu phần mở rộng riêng của phần mềm vẽ (mustUnderstand).

    BPMN 2.0.2, 8.3.3; Extension attributes and model associations
    """
    for place in definitions.all("extension"):
        if is_true(place, "mustUnderstand"):
            yield at(
                place,
                say(
                    "Tệp đòi người đọc phải hiểu phần mở rộng “%(what)s”; hệ thống không hiểu.",
                    what=place.get("definition") or "",
                ),
                say("Xuất lại bản vẽ ở dạng BPMN 2.0 thuần, không kèm phần mở rộng bắt buộc."),
            )


def language_name(definitions: Definitions) -> Iterator[Problem]:
    """The languages of expressions and of types are named by a URI.

    Ngôn ngữ biểu thức và ngôn ngữ kiểu dữ liệu của tệp phải ghi bằng một địa chỉ (URI).

    BPMN 2.0.2, 8.2.1; Definitions attributes and model associations
    """
    for name in ("expressionLanguage", "typeLanguage"):
        said = (definitions.root.get(name) or "").strip()  # some tools write it empty
        if said and not _URI.fullmatch(said):
            yield at(
                definitions.root,
                say(
                    "Tệp ghi %(attribute)s là “%(said)s”, không phải một địa chỉ (URI).",
                    attribute=name,
                    said=said,
                ),
                say("Xóa thuộc tính này ở thẻ gốc của tệp."),
            )


def public_executable(definitions: Definitions) -> Iterator[Problem]:
    """A public process shows others how to deal with us; what is run is a private one.

    Quy trình công khai (Public) chỉ cho bên ngoài biết cách phối hợp; quy trình thực thi phải là
    quy trình nội bộ.

    BPMN 2.0.2, 10.2
    """
    for process in definitions.all("process"):
        if process.get("processType") == "Public" and is_true(process, "isExecutable"):
            yield problem(
                process,
                say(
                    "Quy trình “%(who)s” vừa công khai (Public) vừa để thực thi.",
                    who=label(process),
                ),
                say("Xóa processType, hoặc bỏ dấu “Executable”."),
            )


def buried_element(definitions: Definitions) -> Iterator[Problem]:
    """Steps and flows stand in a process; within a documentation or an extension nobody reads them.

    Bước và luồng phải nằm trong quy trình; nằm trong phần ghi chú hay phần mở rộng thì không ai
    đọc tới.

    BPMN 2.0.2, 8.3
    """
    for element in definitions.buried:
        if local(element) in NODE_TAGS or local(element) == "sequenceFlow":
            yield problem(
                element,
                say(
                    "“%(who)s” nằm trong phần ghi chú hoặc phần mở rộng của một phần tử khác nên "
                    "không thuộc quy trình.",
                    who=label(element),
                ),
                say("Vẽ lại phần tử này trên sơ đồ, rồi xóa chỗ nằm nhầm trong tệp."),
            )


def relationship_end(definitions: Definitions) -> Iterator[Problem]:
    """What a relationship joins is in the file, or in one that it imports.

    Hai đầu của một quan hệ (relationship) phải có trong tệp, hoặc trong tệp được nhập vào.

    BPMN 2.0.2, 8.3.4; Relationship attributes
    """
    ends = [child(name, ["relationship"]) for name in ("source", "target")]
    for _, place, text in written(definitions, ends):
        holder = place.getparent()
        if holder is None or not dangles(definitions, place, text):
            continue
        yield problem(
            holder,
            say(
                "Quan hệ “%(who)s” nối với “%(key)s”, nhưng trong tệp không có.",
                who=label(holder),
                key=text,
            ),
            say("Mở bản vẽ bằng phần mềm đã tạo ra quan hệ này để nối lại, hoặc xóa quan hệ."),
        )


RULES = (
    warning("buried-element", buried_element),
    warning("import-type", import_type),
    error("must-understand", must_understand),
    warning("language-name", language_name),
    warning("public-executable", public_executable),
    warning("relationship-end", relationship_end),
)
