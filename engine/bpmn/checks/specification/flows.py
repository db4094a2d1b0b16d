"""Constraints on sequence flows: their ends, the levels they join, the lists that repeat them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import CONTAINERS, Definitions, is_run, text_of
from engine.bpmn.checks.kinds import ACTIVITIES, FLOW_NODES, kind_name
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import children, local
from engine.domain.messages import say

_ENDS = ("sourceRef", "targetRef")
_REDRAW = say("Xóa luồng rồi nối lại từ bước này sang bước kia.")


def flow_end(definitions: Definitions) -> Iterator[Problem]:
    """A sequence flow says where it comes from and where it leads, and both are in the file.

    Luồng phải nối hai phần tử có thật trong tệp: một đầu đi ra, một đầu đi vào.

    BPMN 2.0.2, 8.4.13
    """
    for flow in definitions.all("sequenceFlow"):
        for end in _ENDS:
            key = flow.get(end) or ""
            if not key:
                message = (
                    say("Luồng “%(flow)s” không có điểm đầu.", flow=label(flow))
                    if end == "sourceRef"
                    else say("Luồng “%(flow)s” không có điểm cuối.", flow=label(flow))
                )
                yield problem(flow, message, _REDRAW)
            elif _end(definitions, flow, end) is None:
                message = say(
                    "Luồng “%(flow)s” nối tới “%(key)s”, không có trong quy trình.",
                    flow=label(flow),
                    key=key,
                )
                yield problem(flow, message, _REDRAW)


def flow_end_kind(definitions: Definitions) -> Iterator[Problem]:
    """A sequence flow joins activities, events and gateways; nothing else can be reached by it.

    Luồng chỉ nối công việc, sự kiện và cổng. Chú thích, dữ liệu, làn hay pool thì nối bằng
    đường liên kết hoặc luồng thông điệp.

    BPMN 2.0.2, 8.4.13; SequenceFlow attributes and model associations
    """
    for flow in definitions.all("sequenceFlow"):
        for end in _ENDS:
            found = _end(definitions, flow, end)
            if found is not None and local(found) not in FLOW_NODES:
                yield problem(
                    flow,
                    say(
                        "Luồng “%(flow)s” nối vào “%(who)s”, là %(kind)s: luồng không đi qua đó.",
                        flow=label(flow),
                        who=label(found),
                        kind=kind_name(found),
                    ),
                    say(
                        "Nối luồng vào một công việc, sự kiện hoặc cổng; với chú thích và dữ liệu "
                        "thì dùng đường liên kết."
                    ),
                )


def flow_across_pools(definitions: Definitions) -> Iterator[Problem]:
    """A sequence flow stays within one process: from pool to pool only messages pass.

    Luồng chỉ chạy trong một pool. Giữa hai pool (hai cơ quan) chỉ có luồng thông điệp.

    BPMN 2.0.2, 9.3
    """
    for flow, source, target in _joined(definitions):
        if _process(source) is not _process(target):
            yield problem(
                flow,
                say(
                    "Luồng “%(flow)s” đi từ “%(one)s” sang “%(other)s” ở quy trình khác.",
                    flow=label(flow),
                    one=label(source),
                    other=label(target),
                ),
                say("Thay bằng luồng thông điệp, hoặc đưa hai bước về cùng một pool."),
            )


def flow_across_sub_process(definitions: Definitions) -> Iterator[Problem]:
    """A sequence flow does not cross the border of a sub-process.

    Luồng không đi xuyên ranh giới quy trình con: bên ngoài nối vào khung của quy trình con, bên
    trong bắt đầu và kết thúc riêng.

    BPMN 2.0.2, 10.3.5
    """
    for flow, source, target in _joined(definitions):
        one, other = definitions.container(source), definitions.container(target)
        if one is not other and _process(source) is _process(target):
            yield problem(
                flow,
                say(
                    "Luồng “%(flow)s” từ “%(one)s” tới “%(other)s” đi qua ranh giới của quy trình "
                    "con.",
                    flow=label(flow),
                    one=label(source),
                    other=label(target),
                ),
                say(
                    "Bên ngoài, nối luồng vào khung quy trình con; bên trong, vẽ sự kiện bắt đầu "
                    "và kết thúc."
                ),
            )


def flow_elsewhere(definitions: Definitions) -> Iterator[Problem]:
    """A sequence flow is kept in the same process or sub-process as the elements it joins.

    Luồng phải được lưu trong cùng quy trình (hoặc quy trình con) với hai phần tử nó nối.

    BPMN 2.0.2, 8.4.8
    """
    for flow, source, target in _joined(definitions):
        home = definitions.container(source)
        if home is definitions.container(target) and definitions.container(flow) is not home:
            yield problem(
                flow,
                say(
                    "Luồng “%(flow)s” nằm ngoài “%(where)s”, nơi có hai phần tử nó nối.",
                    flow=label(flow),
                    where=label(home) if home is not None else "",
                ),
                _REDRAW,
            )


def self_loop(definitions: Definitions) -> Iterator[Problem]:
    """No flow leads from an element straight back to itself, unless it is an activity and the flow
    has a condition.

    Luồng đi ra rồi quay ngay về chính phần tử đó thì không bao giờ dừng; chỉ công việc mới được lặp
    như vậy, và phải có điều kiện.

    BPMN 2.0.2, 8.4.13
    """
    for flow, source, target in _joined(definitions):
        again = local(source) in ACTIVITIES and (
            any(True for _ in children(flow, "conditionExpression"))
            or source.get("default") == flow.get("id")
        )
        if source is target and not again:
            yield problem(
                flow,
                say(
                    "Luồng “%(flow)s” đi ra từ “%(who)s” rồi vào lại chính nó.",
                    flow=label(flow),
                    who=label(source),
                ),
                say("Nối luồng sang bước khác, hoặc thêm điều kiện dừng."),
            )


def twin_flows(definitions: Definitions) -> Iterator[Problem]:
    """Between the same two elements there is one flow, unless an exclusive gateway chooses between
    several: flows taken together would have the next step done twice.

    Giữa hai phần tử chỉ vẽ một luồng, trừ khi cổng loại trừ chọn một trong các luồng đó; nếu cùng
    đi cả hai thì bước sau bị thực hiện hai lần.

    BPMN 2.0.2, 8.4.13
    """
    seen: dict[tuple[str, str], etree._Element] = {}
    for flow, source, _target in _joined(definitions):
        free = not any(True for _ in children(flow, "conditionExpression"))
        chosen = local(source) in {"exclusiveGateway", "complexGateway", "eventBasedGateway"}
        once = chosen or not is_run(flow)  # elsewhere nobody counts what comes over it
        if (once and not free) or source.get("default") == flow.get("id"):
            continue
        first = seen.setdefault((flow.get("sourceRef") or "", flow.get("targetRef") or ""), flow)
        if first is not flow:
            yield problem(
                flow,
                say(
                    "Luồng “%(flow)s” vẽ lại luồng “%(first)s”, cùng điểm đầu và điểm cuối.",
                    flow=label(flow),
                    first=label(first),
                ),
                say(
                    "Xóa một trong hai luồng; hai điều kiện khác nhau thì nối bằng or trên một "
                    "luồng."
                ),
            )


def listed_flow(definitions: Definitions) -> Iterator[Problem]:
    """The flows that an element lists as coming in or going out do come in or go out there.

    Danh sách luồng vào, luồng ra ghi ở mỗi phần tử phải khớp với các luồng đã vẽ.

    BPMN 2.0.2, 8.4.13; FlowNode model associations
    """
    for tag, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        for place in definitions.all(tag):
            node = place.getparent()
            flow = definitions.resolve(place, text_of(place))
            if node is None or local(node) not in FLOW_NODES:
                continue
            if flow is None or local(flow) != "sequenceFlow":
                message = say(
                    "“%(who)s” ghi luồng “%(flow)s”, nhưng không có luồng nào như vậy.",
                    who=label(node),
                    flow=text_of(place),
                )
            elif flow.get(end) != node.get("id"):
                message = (
                    say(
                        "“%(who)s” ghi luồng “%(flow)s” là luồng đi vào, nhưng luồng đó dẫn tới "
                        "“%(other)s”.",
                        who=label(node),
                        flow=label(flow),
                        other=flow.get(end) or "",
                    )
                    if tag == "incoming"
                    else say(
                        "“%(who)s” ghi luồng “%(flow)s” là luồng đi ra, nhưng luồng đó đi ra từ "
                        "“%(other)s”.",
                        who=label(node),
                        flow=label(flow),
                        other=flow.get(end) or "",
                    )
                )
            else:
                continue
            remedy = say("Xóa luồng rồi vẽ lại, hoặc mở và lưu lại bằng phần mềm vẽ.")
            yield at(place, message, remedy)


def unlisted_flow(definitions: Definitions) -> Iterator[Problem]:
    """An element that lists its flows lists all of them.

    Phần tử đã ghi danh sách luồng của mình thì phải ghi đủ, không sót luồng nào.

    BPMN 2.0.2, 8.4.13; FlowNode model associations
    """
    ways = (("incoming", definitions.incoming), ("outgoing", definitions.outgoing))
    for node in definitions.all(*sorted(FLOW_NODES)):
        for tag, drawn in ways:
            listed = {text_of(place).rpartition(":")[2] for place in children(node, tag)}
            for flow in drawn.get(node.get("id") or "", ()) if listed else ():
                if flow.get("id") and flow.get("id") not in listed:
                    yield problem(
                        node,
                        say(
                            "“%(who)s” ghi danh sách luồng nhưng sót luồng “%(flow)s”.",
                            who=label(node),
                            flow=label(flow),
                        ),
                        say("Mở bản vẽ bằng phần mềm vẽ rồi lưu lại; nếu luồng thừa thì xóa đi."),
                    )


def _end(definitions: Definitions, flow: etree._Element, end: str) -> etree._Element | None:
    """What stands at an end of a flow; None too where it stands where nothing can be drawn."""
    found = definitions.by_id.get(flow.get(end) or "")
    if found is None or local(found) not in FLOW_NODES:
        return found
    around = found.getparent()
    return found if around is not None and local(around) in CONTAINERS else None


def _joined(
    definitions: Definitions,
) -> Iterator[tuple[etree._Element, etree._Element, etree._Element]]:
    """Each flow that joins two flow nodes, with both."""
    for flow in definitions.all("sequenceFlow"):
        source, target = (_end(definitions, flow, end) for end in _ENDS)
        if source is None or target is None:
            continue
        if local(source) in FLOW_NODES and local(target) in FLOW_NODES:
            yield flow, source, target


def _process(element: etree._Element) -> etree._Element:
    """The process (or choreography) at the top of the file that an element stands in."""
    top = element
    for up in element.iterancestors():
        if local(up) in CONTAINERS:
            top = up
    return top


RULES = (
    firm("flow-end", flow_end),
    firm("flow-end-kind", flow_end_kind),
    firm("flow-across-pools", flow_across_pools),
    firm("flow-across-sub-process", flow_across_sub_process),
    firm("flow-elsewhere", flow_elsewhere),
    warning("self-loop", self_loop),
    firm("twin-flows", twin_flows),
    warning("listed-flow", listed_flow),
    warning("unlisted-flow", unlisted_flow),
)
