"""Constraints on the figures of a diagram: their measures, their ends, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.definitions import BPMNDI, DC, DI, Definitions, is_true
from engine.bpmn.checks.kinds import CHOREOGRAPHY_ACTIVITIES, SUB_PROCESSES
from engine.bpmn.checks.problems import label, problem_at
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.reading.diagram import coordinate
from engine.bpmn.reading.elements import local
from engine.domain.messages import Message, say

_REDRAW = say("Xóa khỏi sơ đồ rồi vẽ lại phần tử này.")
_EXPANDED = SUB_PROCESSES | CHOREOGRAPHY_ACTIVITIES | {
    "callActivity", "participant", "lane", "subConversation", "callConversation",
}  # fmt: skip
"""What is drawn open or folded; pools and lanes too, though only some modellers say so of them."""


def planes(definitions: Definitions) -> Iterator[etree._Element]:
    """The planes of the file's diagrams."""
    yield from definitions.root.iter(f"{{{BPMNDI}}}BPMNPlane")


def _drawn(definitions: Definitions, tag: str) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each shape (or edge) with what it shows."""
    for figure in definitions.figures:
        shown = definitions.resolve(figure, figure.get("bpmnElement"))
        if shown is not None and etree.QName(figure).localname == tag:
            yield figure, shown


def edge_points(definitions: Definitions) -> Iterator[Problem]:
    """An edge runs through two points, or more, each with its place in numbers.

    Đường nối phải đi qua ít nhất hai điểm, mỗi điểm có tọa độ là con số.

    BPMN 2.0.2, 12.2; BPMNEdge
    """
    for edge, shown in _drawn(definitions, "BPMNEdge"):
        points = list(edge.iterchildren(f"{{{DI}}}waypoint"))
        if not points and _is_misnamed(edge, "waypoint"):
            continue
        wrong = any(coordinate(point.get(axis)) is None for point in points for axis in ("x", "y"))
        if len(points) < 2 or wrong:
            yield problem_at(
                edge,
                shown,
                say(
                    "Đường nối “%(who)s” có %(count)s điểm, hoặc điểm không có tọa độ.",
                    who=label(shown),
                    count=len(points),
                ),
                _REDRAW,
            )


def _is_misnamed(figure: etree._Element, tag: str) -> bool:
    """Whether a part is there in another namespace, of which the rules of the schema tell."""
    return any(etree.QName(child).localname == tag for child in figure.iterchildren("*"))


def shape_bounds(definitions: Definitions) -> Iterator[Problem]:
    """A shape has a place, in numbers, and a width and a height greater than zero.

    Hình phải có vị trí là con số, có chiều rộng và chiều cao lớn hơn 0.

    BPMN 2.0.2, 12.2; BPMNShape
    """
    for shape, shown in _drawn(definitions, "BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is None and _is_misnamed(shape, "Bounds"):
            continue
        names = ("x", "y", "width", "height")
        sizes = [None if bounds is None else coordinate(bounds.get(name)) for name in names]
        width, height = sizes[2:]
        if None in sizes or (width or 0) <= 0 or (height or 0) <= 0:
            yield problem_at(
                shape,
                shown,
                say("Hình của “%(who)s” không có vị trí hoặc kích thước.", who=label(shown)),
                _REDRAW,
            )


def _misplaced(
    definitions: Definitions, tag: str, attribute: str, wanted: frozenset[str], message: Message
) -> Iterator[Problem]:
    for figure, shown in _drawn(definitions, tag):
        if figure.get(attribute) is not None and local(shown) not in wanted:
            yield problem_at(
                figure,
                shown,
                message.filled(who=label(shown)),
                say("Mở bản vẽ trong Camunda Modeler, vẽ lại phần tử này rồi lưu."),
            )


def horizontal(definitions: Definitions) -> Iterator[Problem]:
    """Only pools and lanes are horizontal or vertical.

    Chỉ pool và làn mới ghi nằm ngang hay đứng dọc (isHorizontal).

    BPMN 2.0.2, 12.2; BPMNShape attributes
    """
    message = say("“%(who)s” ghi nằm ngang hay đứng dọc, nhưng không phải pool hay làn.")
    wanted = frozenset({"participant", "lane"})
    yield from _misplaced(definitions, "BPMNShape", "isHorizontal", wanted, message)


def expanded(definitions: Definitions) -> Iterator[Problem]:
    """Only what holds something inside is drawn expanded or collapsed.

    Chỉ quy trình con, bước gọi quy trình và những gì chứa phần khác bên trong mới ghi là mở hay thu
    gọn (isExpanded).

    BPMN 2.0.2, 12.2; BPMNShape attributes
    """
    message = say("“%(who)s” ghi là mở hay thu gọn, nhưng không chứa gì bên trong.")
    yield from _misplaced(definitions, "BPMNShape", "isExpanded", frozenset(_EXPANDED), message)


def marker(definitions: Definitions) -> Iterator[Problem]:
    """Only an exclusive gateway may be drawn with or without its marker.

    Chỉ cổng loại trừ mới ghi là có hay không có dấu X (isMarkerVisible).

    BPMN 2.0.2, 12.2; BPMNShape attributes
    """
    message = say("“%(who)s” ghi có dấu X, nhưng không phải cổng loại trừ.")
    wanted = frozenset({"exclusiveGateway"})
    yield from _misplaced(definitions, "BPMNShape", "isMarkerVisible", wanted, message)


def envelope(definitions: Definitions) -> Iterator[Problem]:
    """Only a message flow shows an envelope.

    Chỉ luồng thông điệp mới vẽ kèm phong bì (messageVisibleKind).

    BPMN 2.0.2, 12.2; BPMNEdge attributes
    """
    message = say("“%(who)s” ghi có phong bì, nhưng không phải luồng thông điệp.")
    wanted = frozenset({"messageFlow"})
    yield from _misplaced(definitions, "BPMNEdge", "messageVisibleKind", wanted, message)


def band(definitions: Definitions) -> Iterator[Problem]:
    """A band of a participant lies on the shape of a step of a choreography, and says which one.

    Dải tên của một bên phải gắn với hình của một bước phối hợp, và chỉ bên tham gia mới có dải.

    BPMN 2.0.2, 12.2; BPMNShape attributes
    """
    shapes = _by_id(definitions)
    for shape, shown in _drawn(definitions, "BPMNShape"):
        kind, on = shape.get("participantBandKind"), shape.get("choreographyActivityShape")
        if kind is None and on is None:
            continue
        step = definitions.resolve(shape, _shown_by(shapes, on))
        right = step is not None and local(step) in CHOREOGRAPHY_ACTIVITIES
        if kind is None or not right or local(shown) != "participant":
            yield problem_at(
                shape,
                shown,
                say("Dải tên “%(who)s” không gắn với bước phối hợp nào.", who=label(shown)),
                _REDRAW,
            )


def _by_id(definitions: Definitions) -> Mapping[str, etree._Element]:
    """Figures by their own ids."""
    return {str(one.get("id")): one for one in definitions.figures if one.get("id")}


def _shown_by(figures: Mapping[str, etree._Element], reference: str | None) -> str | None:
    """What is shown by the figure that a reference names."""
    figure = figures.get((reference or "").strip().rpartition(":")[2])
    return None if figure is None else figure.get("bpmnElement")


def label_style(definitions: Definitions) -> Iterator[Problem]:
    """The style that a label names is one of the file.

    Kiểu chữ mà một nhãn nhắc tới phải có trong tệp.

    BPMN 2.0.2, 12.2; BPMNLabel attributes
    """
    styles = {style.get("id") for style in definitions.root.iter(f"{{{BPMNDI}}}BPMNLabelStyle")}
    for name in definitions.root.iter(f"{{{BPMNDI}}}BPMNLabel"):
        style = (name.get("labelStyle") or "").strip()
        figure = name.getparent()
        if style and figure is not None and style.rpartition(":")[2] not in styles:
            styles.add(style.rpartition(":")[2])  # once is enough: each label names it
            shown = definitions.resolve(figure, figure.get("bpmnElement"))
            thing = figure if shown is None else shown
            yield problem_at(
                name,
                thing,
                say(
                    "Nhãn của “%(who)s” dùng kiểu chữ “%(style)s”, không có trong tệp.",
                    who=label(thing),
                    style=style,
                ),
                say("Mở bản vẽ trong Camunda Modeler rồi lưu lại."),
            )


def edge_ends(definitions: Definitions) -> Iterator[Problem]:
    """An edge that names the two figures it runs between names those of its flow's own ends.

    Đường nối ghi hình ở hai đầu thì phải là hình của đúng hai đầu luồng đó.

    BPMN 2.0.2, 12.2; BPMNEdge attributes
    """
    shapes = _by_id(definitions)
    ends = {"sourceElement": "sourceRef", "targetElement": "targetRef"}
    for edge, shown in _drawn(definitions, "BPMNEdge"):
        for drawn, meant in ends.items():
            key = _shown_by(shapes, edge.get(drawn))
            if key is None or shown.get(meant) is None:
                continue
            at_end = definitions.resolve(edge, key)
            wanted = definitions.resolve(shown, shown.get(meant))
            if at_end is not None and wanted is not None and at_end is not wanted:
                yield problem_at(
                    edge,
                    shown,
                    say(
                        "Đường nối “%(who)s” trên hình chạm “%(one)s”, còn luồng nối với "
                        "“%(other)s”.",
                        who=label(shown),
                        one=label(at_end),
                        other=label(wanted),
                    ),
                    say("Kéo lại đầu đường nối vào đúng phần tử."),
                )


def lane_direction(definitions: Definitions) -> Iterator[Problem]:
    """The lanes of a pool run in the same direction as the pool.

    Làn phải cùng chiều với pool: pool nằm ngang thì làn nằm ngang.

    BPMN 2.0.2, 12.2; BPMNShape attributes
    """
    lying: dict[etree._Element, bool] = {}
    for shape, shown in _drawn(definitions, "BPMNShape"):
        if local(shown) == "participant" and shape.get("isHorizontal") is not None:
            process = definitions.resolve(shown, shown.get("processRef"))
            if process is not None:
                lying.setdefault(process, is_true(shape, "isHorizontal"))
    for shape, shown in _drawn(definitions, "BPMNShape"):
        if local(shown) != "lane" or shape.get("isHorizontal") is None:
            continue
        pool = next((up for up in shown.iterancestors() if up in lying), None)
        if pool is not None and lying[pool] != is_true(shape, "isHorizontal"):
            yield problem_at(
                shape,
                shown,
                say("Làn “%(who)s” không cùng chiều với pool chứa nó.", who=label(shown)),
                say("Vẽ làn nằm ngang trong pool nằm ngang, đứng dọc trong pool đứng dọc."),
            )


RULES = (
    error("edge-points", edge_points),
    error("shape-bounds", shape_bounds),
    warning("lying-figure", horizontal),
    warning("folded-figure", expanded),
    warning("marked-gateway", marker),
    warning("flow-envelope", envelope),
    error("participant-band", band),
    warning("label-style", label_style),
    warning("edge-ends", edge_ends),
    warning("lane-direction", lane_direction),
)
