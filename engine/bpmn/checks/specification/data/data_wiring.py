"""Constraints on data associations: what they lead from, to, and turn into what."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, text_of
from engine.bpmn.checks.kinds import ITEMS
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem, error
from engine.bpmn.checks.specification.data.data_parts import (
    bearer,
    differ,
    is_blank,
    item_of,
    named,
)
from engine.bpmn.checks.specification.resolving import at, whose
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_BOTH = ("dataInputAssociation", "dataOutputAssociation")
_INSIDE = frozenset({"dataInput", "dataOutput", "property", "inputDataItem", "outputDataItem"})
"""Data that belongs to one activity, event or process."""


def input_target(definitions: Definitions) -> Iterator[Problem]:
    """What leads data into an activity or event ends at an input (or a property) of that very one.

    Đường đưa dữ liệu vào một bước phải kết thúc ở dữ liệu vào của chính bước đó.

    BPMN 2.0.2, 10.4.1; Data Associations
    """
    for association in definitions.all("dataInputAssociation"):
        for place, found in named(definitions, association, "targetRef"):
            if local(found) in ITEMS and not _is_own(association, found, {"dataInput", "property"}):
                yield at(
                    place,
                    say(
                        "Đường dữ liệu vào của “%(who)s” dẫn tới “%(key)s”, không phải dữ liệu "
                        "vào của chính bước này.",
                        who=whose(association),
                        key=label(found),
                    ),
                    say("Xóa đường dữ liệu rồi kéo lại từ dữ liệu tới bước này."),
                )


def output_source(definitions: Definitions) -> Iterator[Problem]:
    """What leads data out of an activity or event begins at an output of that very one.

    Đường đưa dữ liệu ra khỏi một bước phải bắt đầu từ dữ liệu ra của chính bước đó.

    BPMN 2.0.2, 10.4.1; Data Associations
    """
    for association in definitions.all("dataOutputAssociation"):
        for place, found in named(definitions, association, "sourceRef"):
            own = _is_own(association, found, {"dataOutput", "property"})
            if local(found) in ITEMS and not own:
                yield at(
                    place,
                    say(
                        "Đường dữ liệu ra của “%(who)s” bắt đầu từ “%(key)s”, không phải dữ liệu "
                        "ra của chính bước này.",
                        who=whose(association),
                        key=label(found),
                    ),
                    say("Xóa đường dữ liệu rồi kéo lại từ bước này tới dữ liệu."),
                )


def _is_own(association: etree._Element, data: etree._Element, tags: set[str]) -> bool:
    return local(data) in tags and bearer(data) is association.getparent()


def data_scope(definitions: Definitions) -> Iterator[Problem]:
    """Data is led only from and to what is in reach: of the same process, or of one around it.

    Đường dữ liệu chỉ nối được tới dữ liệu trong tầm với: của chính quy trình chứa bước đó, hoặc
    của quy trình bao ngoài.

    BPMN 2.0.2, 10.4.1; Data Objects
    """
    far = {"dataInputAssociation": "sourceRef", "dataOutputAssociation": "targetRef"}
    for association in definitions.all(*_BOTH):
        around = set(association.iterancestors())
        for place, found in named(definitions, association, far[local(association)]):
            home = _home(definitions, found)
            if home is not None and home not in around:
                yield at(
                    place,
                    say(
                        "Đường dữ liệu của “%(who)s” nối với “%(key)s” trong “%(home)s”, ở ngoài "
                        "tầm với.",
                        who=whose(association),
                        key=label(found),
                        home=label(home),
                    ),
                    say(
                        "Dùng dữ liệu của chính quy trình này; giữa hai pool thì dùng luồng "
                        "thông điệp."
                    ),
                )


def _home(definitions: Definitions, data: etree._Element) -> etree._Element | None:
    """Within what some data may be used; None: anywhere."""
    if local(data) in _INSIDE:
        return bearer(data)
    if local(data) in {"dataObject", "dataObjectReference", "dataStoreReference"}:
        return definitions.container(data)
    return None


def process_data(definitions: Definitions) -> Iterator[Problem]:
    """The inputs of a process are only read inside it, its outputs only written.

    Bên trong quy trình, dữ liệu vào của quy trình chỉ để đọc, dữ liệu ra của quy trình chỉ để ghi.

    BPMN 2.0.2, 10.4.1; Data Inputs and Outputs
    """
    wrong = {"targetRef": "dataInput", "sourceRef": "dataOutput"}
    for association in definitions.all(*_BOTH):
        for end, tag in wrong.items():
            for place, found in named(definitions, association, end):
                holder = bearer(found)
                if local(found) == tag and holder is not None and local(holder) == "process":
                    yield at(
                        place,
                        say(
                            "Đường dữ liệu của “%(who)s” ghi vào dữ liệu vào, hoặc đọc từ dữ liệu "
                            "ra, của quy trình: “%(key)s”.",
                            who=whose(association),
                            key=label(found),
                        ),
                        say("Dùng một đối tượng dữ liệu ở giữa quy trình thay cho dữ liệu này."),
                    )


def several_sources(definitions: Definitions) -> Iterator[Problem]:
    """Data from several sources is put together by a transformation, or by assignments.

    Đường dữ liệu lấy từ nhiều nguồn phải nói cách gộp lại (transformation hoặc assignment).

    BPMN 2.0.2, 10.4.1; DataAssociation attributes and model associations
    """
    for association in definitions.all(*_BOTH):
        sources = [one for one in children(association, "sourceRef") if text_of(one)]
        told = next(children(association, "transformation", "assignment"), None)
        if len(sources) > 1 and told is None:
            yield at(
                association,
                say(
                    "Đường dữ liệu của “%(who)s” lấy từ %(count)s nguồn mà không nói cách gộp.",
                    who=whose(association),
                    count=len(sources),
                ),
                say("Tách thành mỗi nguồn một đường dữ liệu."),
            )


def assignment_parts(definitions: Definitions) -> Iterator[Problem]:
    """An assignment says what is taken, and where it is put.

    Phép gán phải ghi cả phần lấy từ đâu (from) và phần đặt vào đâu (to).

    BPMN 2.0.2, 10.4.1; Assignment attributes
    """
    for assignment in definitions.all("assignment"):
        association = assignment.getparent()
        parts = [next(children(assignment, tag), None) for tag in ("from", "to")]
        if any(is_blank(part) for part in parts):
            yield at(
                assignment,
                say(
                    "Phép gán dữ liệu ở “%(who)s” thiếu phần lấy từ đâu hoặc đặt vào đâu.",
                    who=whose(assignment if association is None else association),
                ),
                say("Ghi đủ hai phần, hoặc xóa phép gán."),
            )


def transformation_text(definitions: Definitions) -> Iterator[Problem]:
    """A transformation of data says how the data is transformed.

    Phép biến đổi dữ liệu phải có nội dung.

    BPMN 2.0.2, 10.4.1; DataAssociation attributes and model associations
    """
    for association in definitions.all(*_BOTH):
        for transformation in children(association, "transformation"):
            if is_blank(transformation):
                yield at(
                    transformation,
                    say(
                        "Đường dữ liệu của “%(who)s” có phép biến đổi để trống.",
                        who=whose(association),
                    ),
                    say("Ghi biểu thức biến đổi, hoặc bỏ phần này."),
                )


def data_types(definitions: Definitions) -> Iterator[Problem]:
    """Data led on as it is has one type at both ends.

    Đường dữ liệu không biến đổi gì thì hai đầu phải cùng kiểu dữ liệu.

    BPMN 2.0.2, 10.4.1; Data Associations
    """
    for association in definitions.all(*_BOTH):
        if next(children(association, "transformation", "assignment"), None) is not None:
            continue
        sources = [found for _, found in named(definitions, association, "sourceRef")]
        targets = [found for _, found in named(definitions, association, "targetRef")]
        if len(sources) != 1 or len(targets) != 1:
            continue
        source, target = item_of(definitions, sources[0]), item_of(definitions, targets[0])
        if source is not None and target is not None and differ(source, target):
            yield at(
                association,
                say(
                    "Đường dữ liệu của “%(who)s” nối kiểu “%(one)s” với kiểu “%(other)s”.",
                    who=whose(association),
                    one=label(source),
                    other=label(target),
                ),
                say("Chọn cùng một kiểu dữ liệu ở hai đầu, hoặc ghi phép biến đổi."),
            )


def loop_data(definitions: Definitions) -> Iterator[Problem]:
    """The list that a repeated activity goes through, or gathers, is data of that very activity.

    Danh sách mà một bước lặp duyệt qua hoặc gom lại phải là dữ liệu của chính bước đó.

    BPMN 2.0.2, 10.3.8; MultiInstanceLoopCharacteristics attributes and model associations
    """
    for loop in definitions.all("multiInstanceLoopCharacteristics"):
        activity = loop.getparent()
        for place, found in named(definitions, loop, "loopDataInputRef", "loopDataOutputRef"):
            if local(found) in {"dataInput", "dataOutput"} and bearer(found) is not activity:
                yield at(
                    place,
                    say(
                        "“%(who)s” lặp theo “%(key)s”, là dữ liệu của bước khác.",
                        who=whose(loop),
                        key=label(found),
                    ),
                    say("Khai báo danh sách trong dữ liệu vào, ra của chính bước này."),
                )


RULES = (
    error("data-input-target", input_target),
    error("data-output-source", output_source),
    error("data-scope", data_scope),
    error("process-data", process_data),
    error("several-sources", several_sources),
    error("assignment-parts", assignment_parts),
    error("transformation-text", transformation_text),
    error("data-types", data_types),
    error("loop-data", loop_data),
)
