"""Constraints on what diagrams show: each element once, by a figure of its kind, on its plane."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import BPMNDI, Definitions
from engine.bpmn.checks.kinds import (
    ARTIFACTS,
    COLLABORATIONS,
    CONVERSATIONS,
    FLOW_NODES,
    SUB_PROCESSES,
    kind_name,
)
from engine.bpmn.checks.problems import label, problem_at
from engine.bpmn.checks.rule import Problem, Rule, error, warning
from engine.bpmn.checks.specification import figures
from engine.bpmn.reading import line_of
from engine.bpmn.reading.elements import local
from engine.domain.messages import say

LINES = frozenset(
    {
        "sequenceFlow", "messageFlow", "association", "conversationLink", "dataInputAssociation",
        "dataOutputAssociation", "dataAssociation",
    }
)  # fmt: skip
_FIGURES = (
    FLOW_NODES
    | CONVERSATIONS
    | (ARTIFACTS - LINES)
    | {
        "participant", "lane", "dataObject", "dataObjectReference", "dataStore",
        "dataStoreReference", "dataInput", "dataOutput", "message",
    }
)  # fmt: skip
_PLANES = COLLABORATIONS | SUB_PROCESSES | {"process", "subChoreography", "subConversation"}


def _shown(definitions: Definitions, figure: etree._Element) -> etree._Element | None:
    return definitions.resolve(figure, figure.get("bpmnElement"))


def figure_of_nothing(definitions: Definitions) -> Iterator[Problem]:
    """Each shape and each edge of a diagram shows an element of the file.

    Mỗi hình, mỗi đường trên sơ đồ phải thể hiện một phần tử có trong tệp.

    BPMN 2.0.2, 12.2; BPMNShape and BPMNEdge
    """
    # A warning: what shows nothing is left from something deleted, and modellers drop it.
    for figure in definitions.figures:
        key = (figure.get("bpmnElement") or "").strip()
        imported = definitions.is_imported(figure, key)
        if not imported and _shown(definitions, figure) is None:
            yield Problem(
                say(
                    "Hình ở dòng %(line)s thể hiện “%(key)s”, không có trong tệp.",
                    line=line_of(figure),
                    key=key,
                )
                if key
                else say("Hình ở dòng %(line)s không thể hiện phần tử nào.", line=line_of(figure)),
                say("Mở bản vẽ trong Camunda Modeler rồi lưu lại; hình thừa sẽ mất."),
                key or None,
                None,
                line_of(figure),
            )


def shape_of_line(definitions: Definitions) -> Iterator[Problem]:
    """A flow or an association is shown by an edge, not by a shape.

    Luồng và đường liên kết phải thể hiện bằng đường nối (BPMNEdge), không phải bằng hình.

    BPMN 2.0.2, 12.2; BPMNShape
    """
    yield from _of_wrong_kind(definitions, "BPMNShape", _FIGURES)


def edge_of_figure(definitions: Definitions) -> Iterator[Problem]:
    """What is no flow and no association is shown by a shape, not by an edge.

    Công việc, sự kiện, cổng, làn, pool… phải thể hiện bằng hình (BPMNShape), không phải bằng đường
    nối.

    BPMN 2.0.2, 12.2; BPMNEdge
    """
    yield from _of_wrong_kind(definitions, "BPMNEdge", LINES)


def _of_wrong_kind(definitions: Definitions, tag: str, wanted: frozenset[str]) -> Iterator[Problem]:
    for figure in definitions.figures:
        shown = _shown(definitions, figure)
        if shown is None or etree.QName(figure).localname != tag or local(shown) in wanted:
            continue
        yield problem_at(
            figure,
            shown,
            say(
                "“%(who)s” (%(kind)s) không thể hiện được bằng %(tag)s.",
                who=label(shown),
                kind=kind_name(shown),
                tag=tag,
            ),
            say("Xóa khỏi sơ đồ rồi vẽ lại phần tử này."),
        )


def drawn_twice(definitions: Definitions) -> Iterator[Problem]:
    """An element is drawn once on a plane.

    Mỗi phần tử chỉ vẽ một lần trên một mặt vẽ; muốn vẽ lại thì tạo phần tử khác.

    BPMN 2.0.2, 12.2; BPMNPlane
    """
    known: set[tuple[etree._Element | None, etree._Element]] = set()
    for figure in definitions.figures:
        shown = _shown(definitions, figure)
        if shown is None or figure.get("participantBandKind") or local(shown) == "message":
            continue  # (bands of a choreography, and envelopes, are drawn for each step)
        place = (_plane(figure), shown)
        if place in known:
            yield problem_at(
                figure,
                shown,
                say("“%(who)s” được vẽ hai lần trên cùng một mặt vẽ.", who=label(shown)),
                say("Xóa một hình."),
            )
        known.add(place)


def _plane(figure: etree._Element) -> etree._Element | None:
    return next(figure.iterancestors(f"{{{BPMNDI}}}BPMNPlane"), None)


def plane_element(definitions: Definitions) -> Iterator[Problem]:
    """A plane says what it shows: a process, a sub-process, a collaboration or a choreography.

    Mặt vẽ phải ghi nó thể hiện cái gì: quy trình, quy trình con, sơ đồ cộng tác hay phối hợp.

    BPMN 2.0.2, 12.2; BPMNPlane
    """
    # A warning: what is drawn on it is understood all the same, and some modellers name another
    # process than the one they wrote.
    for plane in figures.planes(definitions):
        key = (plane.get("bpmnElement") or "").strip()
        shown = _shown(definitions, plane)
        if definitions.is_imported(plane, key) or (shown is not None and local(shown) in _PLANES):
            continue
        yield Problem(
            say("Mặt vẽ thể hiện “%(key)s”, không phải quy trình hay sơ đồ nào.", key=key),
            say("Mở bản vẽ trong Camunda Modeler rồi lưu lại."),
            key or None,
            None,
            line_of(plane),
        )


def plane_twice(definitions: Definitions) -> Iterator[Problem]:
    """A process, sub-process or collaboration is shown by one plane.

    Mỗi quy trình hay sơ đồ chỉ có một mặt vẽ; phần mềm vẽ thường chỉ mở mặt vẽ đầu tiên.

    BPMN 2.0.2, 12.2; BPMNPlane
    """
    known: set[etree._Element] = set()
    for plane in figures.planes(definitions):
        shown = _shown(definitions, plane)
        if shown is not None and shown in known:
            yield problem_at(
                plane,
                shown,
                say("“%(who)s” có hai mặt vẽ.", who=label(shown)),
                say("Xóa một mặt vẽ, hoặc tách ra hai tệp."),
            )
        if shown is not None:
            known.add(shown)


def off_its_plane(definitions: Definitions) -> Iterator[Problem]:
    """A plane shows only what belongs to the process or collaboration that it is of.

    Mặt vẽ chỉ thể hiện phần tử của chính quy trình hay sơ đồ đó, không lẫn của quy trình khác.

    BPMN 2.0.2, 12.2; BPMNPlane
    """
    homes = _of_collaborations(definitions)
    called = _called(definitions)
    for figure in definitions.figures:
        shown, plane = _shown(definitions, figure), _plane(figure)
        whole = None if plane is None else _shown(definitions, plane)
        if shown is None or whole is None or local(whole) not in _PLANES:
            continue
        if local(shown) not in FLOW_NODES | LINES | {"lane"}:
            continue
        around = set(shown.iterancestors())
        own = whole in around or not around.isdisjoint(homes.get(whole, ()))
        if not own and around.isdisjoint(called):
            yield problem_at(
                figure,
                shown,
                say(
                    "“%(who)s” được vẽ trên mặt vẽ của “%(whole)s” nhưng không thuộc về đó.",
                    who=label(shown),
                    whole=label(whole),
                ),
                say("Vẽ phần tử này trong đúng pool hoặc quy trình của nó."),
            )


def _called(definitions: Definitions) -> set[etree._Element]:
    """The processes that are called in the file: a call drawn open shows them inside itself."""
    calls = definitions.all("callActivity")
    found = (definitions.resolve(call, call.get("calledElement")) for call in calls)
    return {callee for callee in found if callee is not None}


def _of_collaborations(definitions: Definitions) -> dict[etree._Element, set[etree._Element]]:
    """The processes of a collaboration's participants, and of the choreographies it shows."""
    found: dict[etree._Element, set[etree._Element]] = {}
    for pool in definitions.all("participant"):
        whole = pool.getparent()
        process = definitions.resolve(pool, pool.get("processRef"))
        if whole is not None and process is not None:
            found.setdefault(whole, set()).add(process)
    for reference in definitions.all("choreographyRef"):
        whole = reference.getparent()
        shown = definitions.resolve(reference, reference.text)
        if whole is not None and shown is not None:
            found.setdefault(whole, set()).add(shown)
    return found


RULES: tuple[Rule[Definitions], ...] = (
    warning("figure-of-nothing", figure_of_nothing),
    error("shape-of-line", shape_of_line),
    error("edge-of-figure", edge_of_figure),
    error("drawn-twice", drawn_twice),
    warning("plane-element", plane_element),
    warning("plane-twice", plane_twice),
    warning("off-its-plane", off_its_plane),
    *figures.RULES,
)
