"""Constraints on lanes: they share out the flow nodes of their own process, each to one lane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, text_of
from engine.bpmn.checks.kinds import ARTIFACTS, FLOW_NODES, ITEMS, kind_name
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, error, firm, warning
from engine.bpmn.checks.specification.resolving import attribute, unresolved
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_REDRAG = say("Kéo phần tử vào đúng một làn rồi lưu lại.")


def lane_node(definitions: Definitions) -> Iterator[Problem]:
    """What a lane lists is in the file.

    Phần tử ghi trong danh sách của làn phải có trong tệp.

    BPMN 2.0.2, 10.8
    """
    for lane, key, node in _listed(definitions):
        if node is None:
            yield problem(
                lane,
                say(
                    "Làn “%(lane)s” ghi phần tử “%(key)s”, không có trong quy trình.",
                    lane=_called(lane),
                    key=key,
                ),
                say(
                    "Phần tử đã xóa thì mở bản vẽ bằng phần mềm vẽ rồi lưu lại; đã đổi mã thì sửa "
                    "cả mã ghi ở làn."
                ),
            )


def lane_content(definitions: Definitions) -> Iterator[Problem]:
    """A lane lists activities, events and gateways; data and notes that some tools add do no harm.

    Danh sách của làn gồm công việc, sự kiện và cổng; dữ liệu, chú thích mà vài phần mềm ghi thêm
    vào đó thì không sao.

    BPMN 2.0.2, 10.8
    """
    for lane, _key, node in _listed(definitions):
        if node is not None and local(node) not in FLOW_NODES | ITEMS | ARTIFACTS:
            yield problem(
                lane,
                say(
                    "Làn “%(lane)s” ghi “%(who)s”, là %(kind)s, không phải bước nào.",
                    lane=_called(lane),
                    who=label(node),
                    kind=kind_name(node),
                ),
                say("Mở bản vẽ bằng phần mềm vẽ rồi lưu lại."),
            )


def foreign_lane(definitions: Definitions) -> Iterator[Problem]:
    """A lane lists elements of the process it stands in, not those of another.

    Làn chỉ chứa phần tử của chính quy trình có làn đó, không chứa bước của pool khác.

    BPMN 2.0.2, 10.8
    """
    for lane, _key, node in _listed(definitions):
        home = definitions.container(lane)
        if node is None or home is None or local(node) not in FLOW_NODES:
            continue
        if all(up is not home for up in node.iterancestors()):
            yield problem(
                lane,
                say(
                    "Làn “%(lane)s” của “%(home)s” ghi “%(who)s”, là bước của quy trình khác.",
                    lane=_called(lane),
                    home=label(home),
                    who=label(node),
                ),
                _REDRAG,
            )


def two_lanes(definitions: Definitions) -> Iterator[Problem]:
    """Within one set of lanes an element stands in one lane only.

    Mỗi phần tử nằm trong đúng một làn; nằm ở hai làn thì không biết ai làm.

    BPMN 2.0.2, 10.8
    """
    within = _within(definitions)
    for lane_set in definitions.all("laneSet", "childLaneSet"):
        lane_of: dict[str, etree._Element] = {}
        for lane in children(lane_set, "lane"):
            for key in within[lane]:
                first = lane_of.setdefault(key, lane)
                if first is not lane:
                    yield problem(
                        lane,
                        say(
                            "“%(key)s” nằm trong hai làn: “%(one)s” và “%(other)s”.",
                            key=_node(definitions, key),
                            one=_called(first),
                            other=_called(lane),
                        ),
                        _REDRAG,
                    )


def between_lanes(definitions: Definitions) -> Iterator[Problem]:
    """Where a lane is parted into inner lanes, each of its elements stands in one of those.

    Làn đã chia thành các làn con thì mỗi bước phải nằm hẳn trong một làn con.

    BPMN 2.0.2, 10.8
    """
    within = _within(definitions)
    for lane in definitions.all("lane"):
        inner = _inner(lane)
        held = frozenset[str]().union(*(within[one] for one in inner))
        for key in sorted(_own(lane) - held) if inner else ():
            yield problem(
                lane,
                say(
                    "“%(key)s” nằm trong làn “%(lane)s” nhưng không nằm trong làn con nào của nó.",
                    key=_node(definitions, key),
                    lane=_called(lane),
                ),
                say("Kéo bước này vào một làn con."),
            )


def empty_lane(definitions: Definitions) -> Iterator[Problem]:
    """In a process that is run, every lane holds something.

    Trong quy trình thực thi, làn nào cũng có bước; làn trống thường là do bước đặt lệch ra ngoài.

    BPMN 2.0.2, 10.8
    """
    within = _within(definitions)
    for lane in definitions.all("lane"):
        if is_run(lane) and not within[lane]:
            yield problem(
                lane,
                say("Làn “%(lane)s” không có phần tử nào.", lane=_called(lane)),
                say("Kéo các bước của chức danh này vào làn, hoặc xóa làn."),
            )


def partition(definitions: Definitions) -> Iterator[Problem]:
    """What a lane says it stands for is in the file, and is said in one way only.

    Nếu làn ghi nó đại diện cho phần tử nào (partitionElement) thì phần tử đó phải có trong tệp,
    và chỉ ghi một cách.

    BPMN 2.0.2, 10.8
    """
    reference = attribute("partitionElementRef", ["lane"])
    remedy = say("Xóa thuộc tính partitionElementRef; tên làn đã nói ai làm.")
    yield from unresolved(definitions, [reference], say("phần tử phân làn"), remedy)
    for lane in definitions.all("lane"):
        inside = any(True for _ in children(lane, "partitionElement"))
        if lane.get("partitionElementRef") and inside:
            yield problem(
                lane,
                say("Làn “%(lane)s” ghi phần tử phân làn bằng hai cách.", lane=_called(lane)),
                remedy,
            )


def _listed(
    definitions: Definitions,
) -> Iterator[tuple[etree._Element, str, etree._Element | None]]:
    """Each thing that a lane lists, by its id, and the element of that id."""
    for place in definitions.all("flowNodeRef"):
        lane, key = place.getparent(), text_of(place)
        if lane is not None and local(lane) == "lane" and key:
            yield lane, key, definitions.resolve(place, key)


def _own(lane: etree._Element) -> frozenset[str]:
    """The ids that a lane itself lists."""
    listed = (text_of(place).rpartition(":")[2] for place in children(lane, "flowNodeRef"))
    return frozenset(key for key in listed if key)


def _inner(lane: etree._Element) -> list[etree._Element]:
    """The lanes that a lane is parted into."""
    sets = children(lane, "childLaneSet")
    return [one for inside in sets for one in children(inside, "lane")]


def _within(definitions: Definitions) -> Mapping[etree._Element, frozenset[str]]:
    """What each lane holds, its inner lanes included."""
    found: dict[etree._Element, frozenset[str]] = {}
    for lane in reversed(list(definitions.all("lane"))):  # (inner ones come after their outer one)
        found[lane] = _own(lane).union(*(found.get(one, _own(one)) for one in _inner(lane)))
    return found


def _node(definitions: Definitions, key: str) -> str:
    found = definitions.by_id.get(key)
    return key if found is None else label(found)


def _called(lane: etree._Element) -> str:
    return lane.get("name") or lane.get("id") or "?"


RULES = (
    firm("lane-node", lane_node),
    warning("lane-content", lane_content),
    firm("foreign-lane", foreign_lane),
    firm("two-lanes", two_lanes),
    warning("between-lanes", between_lanes),
    warning("empty-lane", empty_lane),
    error("lane-partition", partition),
)
