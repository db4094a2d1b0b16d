"""Constraints on data inputs, outputs and their sets."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, text_of
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem, Rule, error, warning
from engine.bpmn.checks.specification.data.data_parts import bearer, named
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import children
from engine.bpmn.reading.node_kinds import SCOPE_TAGS
from engine.domain.messages import say

_ALL = {"inputSet": "dataInputRefs", "outputSet": "dataOutputRefs"}
_SOME = {
    "inputSet": ("optionalInputRefs", "whileExecutingInputRefs"),
    "outputSet": ("optionalOutputRefs", "whileExecutingOutputRefs"),
}
_PAIRED = {"inputSet": "outputSetRefs", "outputSet": "inputSetRefs"}


def _who(part: etree._Element) -> str:
    """Whose data it is; the part itself where it stands alone."""
    found = bearer(part)
    return label(part if found is None else found)


def io_sets(definitions: Definitions) -> Iterator[Problem]:
    """What says which data it takes and gives has a set of inputs and a set of outputs, or more.

    Nơi khai báo dữ liệu vào và ra phải có ít nhất một tập dữ liệu vào và một tập dữ liệu ra, dù là
    tập rỗng.

    BPMN 2.0.2, 10.4.1; InputOutputSpecification attributes and model associations
    """
    for declared in definitions.all("ioSpecification"):
        for tag, what in (
            ("inputSet", say("tập dữ liệu vào")),
            ("outputSet", say("tập dữ liệu ra")),
        ):
            if next(children(declared, tag), None) is None:
                yield at(
                    declared,
                    say(
                        "“%(who)s” khai báo dữ liệu mà thiếu %(what)s.",
                        who=_who(declared),
                        what=what,
                    ),
                    say("Thêm %(what)s, hoặc bỏ cả phần khai báo dữ liệu.", what=what),
                )


def set_members(definitions: Definitions) -> Iterator[Problem]:
    """A set lists inputs or outputs of the very activity, event or process that it belongs to.

    Tập dữ liệu chỉ được liệt kê dữ liệu của chính công việc, sự kiện hay quy trình đó.

    BPMN 2.0.2, 10.4.1; InputSet and OutputSet attributes and model associations
    """
    for tag, listed in _ALL.items():
        for group in definitions.all(tag):
            for place, found in named(definitions, group, listed, *_SOME[tag]):
                if bearer(found) is not bearer(group):
                    yield at(
                        place,
                        say(
                            "“%(who)s” liệt kê “%(key)s”, là dữ liệu của “%(other)s”.",
                            who=_who(group),
                            key=label(found),
                            other=_who(found),
                        ),
                        say("Chỉ liệt kê dữ liệu của chính phần tử này."),
                    )


def set_subsets(definitions: Definitions) -> Iterator[Problem]:
    """What a set calls optional, or used while executing, is one of what it lists.

    Dữ liệu ghi là không bắt buộc, hoặc dùng trong lúc làm, phải có trong danh sách của chính tập
    đó.

    BPMN 2.0.2, 10.4.1; InputSet and OutputSet attributes and model associations
    """
    for tag, listed in _ALL.items():
        for group in definitions.all(tag):
            members = {text_of(one) for one in children(group, listed)}
            for place in children(group, *_SOME[tag]):
                key = text_of(place)
                if key and key not in members:
                    yield at(
                        place,
                        say(
                            "“%(who)s”: dữ liệu “%(key)s” được ghi là không bắt buộc hoặc dùng "
                            "trong lúc làm, nhưng không có trong tập dữ liệu.",
                            who=_who(group),
                            key=key,
                        ),
                        say("Thêm dữ liệu đó vào tập, hoặc bỏ dòng ghi thêm này."),
                    )


def set_without(definitions: Definitions) -> Iterator[Problem]:
    """Each input stands in a set of inputs, each output in a set of outputs.

    Mỗi dữ liệu vào phải thuộc một tập dữ liệu vào, mỗi dữ liệu ra thuộc một tập dữ liệu ra; nếu
    không thì chẳng bao giờ được dùng.

    BPMN 2.0.2, 10.4.1; DataInput and DataOutput attributes and model associations
    """
    groups = {"dataInput": "inputSet", "dataOutput": "outputSet"}
    for declared in definitions.all("ioSpecification"):
        for tag, group in groups.items():
            listed = {
                text_of(one)
                for each in children(declared, group)
                for one in children(each, _ALL[group], *_SOME[group])
            }
            for data in children(declared, tag):
                if data.get("id") and data.get("id") not in listed:
                    yield at(
                        data,
                        say(
                            "“%(who)s”: “%(data)s” không thuộc tập dữ liệu nào.",
                            who=_who(data),
                            data=label(data),
                        ),
                        say("Thêm vào một tập dữ liệu, hoặc xóa đi."),
                    )


def set_pairs(definitions: Definitions) -> Iterator[Problem]:
    """Where a set of inputs names the outputs it leads to, those name it in return.

    Tập dữ liệu vào và tập dữ liệu ra đi với nhau thì phải nhắc tới nhau từ cả hai phía.

    BPMN 2.0.2, 10.4.1; InputSet and OutputSet attributes and model associations
    """
    pairs: dict[tuple[etree._Element, etree._Element], etree._Element] = {
        (group, found): place
        for tag, other in _PAIRED.items()
        for group in definitions.all(tag)
        for place, found in named(definitions, group, other)
    }
    for (group, found), place in pairs.items():
        if (found, group) not in pairs:
            yield at(
                place,
                say(
                    "“%(who)s”: tập dữ liệu “%(group)s” nhắc tới “%(other)s”, nhưng tập kia không "
                    "nhắc lại.",
                    who=_who(group),
                    group=label(group),
                    other=label(found),
                ),
                say("Ghi tham chiếu ở cả hai tập, hoặc bỏ ở cả hai."),
            )


def sub_process_data(definitions: Definitions) -> Iterator[Problem]:
    """A sub-process drawn in place has no inputs and outputs of its own: it sees what is around it.

    Quy trình con vẽ ngay trong quy trình không khai báo dữ liệu vào, ra riêng; các bước bên trong
    dùng thẳng dữ liệu của quy trình.

    BPMN 2.0.2, 10.4.1; Data Inputs and Outputs
    """
    # A warning: whoever draws data into a sub-process has no other way to write it down.
    for scope in definitions.all(*sorted(SCOPE_TAGS)):
        if next(children(scope, "multiInstanceLoopCharacteristics"), None) is not None:
            continue  # (what goes through a list says so by inputs and outputs)
        for declared in children(scope, "ioSpecification"):
            if next(children(declared, "dataInput", "dataOutput"), None) is not None:
                yield at(
                    declared,
                    say(
                        "Quy trình con “%(who)s” khai báo dữ liệu vào, ra riêng.",
                        who=label(scope),
                    ),
                    say("Nối dữ liệu thẳng vào các bước bên trong, hoặc tách ra quy trình gọi."),
                )


RULES: tuple[Rule[Definitions], ...] = (
    error("io-sets", io_sets),
    error("set-members", set_members),
    error("set-subsets", set_subsets),
    warning("set-without", set_without),
    warning("set-pairs", set_pairs),
    warning("sub-process-data", sub_process_data),
)
