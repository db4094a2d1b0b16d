"""Rules on how a drawing hangs together: starts, ends, flows, gateways, boundary events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.bpmn.checks.graph import is_entry
from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import Subject, label, problem, whole_process
from engine.bpmn.dialect import children, local, walk
from engine.bpmn.model import CHOOSING, Kind, Node
from engine.domain.messages import say

_HOSTS = frozenset(
    {Kind.USER_TASK, Kind.RECEIVE_TASK, Kind.CALL_ACTIVITY, Kind.SUB_PROCESS, Kind.RULE_TASK}
)


def loose_flow(subject: Subject) -> Iterator[Problem]:
    """A flow leads from an element of the process to another one on the same level."""
    for flow in subject.drawn.flows.values():
        source = subject.drawing.nodes.get(flow.source)
        target = subject.drawing.nodes.get(flow.target)
        remedy = say(
            "Nối lại hai đầu của luồng “%(flow)s” vào phần tử của quy trình.", flow=flow.id
        )
        for end, key in ((source, flow.source), (target, flow.target)):
            if end is None:
                message = say(
                    "Luồng “%(flow)s” nối tới “%(key)s”, không có trong quy trình.",
                    flow=label(flow),
                    key=key,
                )
                yield problem(flow, message, remedy)
        if source and target and not (source.parent == target.parent == flow.parent):
            message = say("Luồng “%(flow)s” đi qua ranh giới của quy trình con.", flow=label(flow))
            yield problem(flow, message, remedy)


def start(subject: Subject) -> Iterator[Problem]:
    """The process begins somewhere, and each sub-process at one place.

    Quy trình có chỗ bắt đầu; quy trình con có đúng một sự kiện bắt đầu trơn.

    BPMN 2.0.2, 10.5.2
    """
    drawing = subject.drawing
    remedy = say("Vẽ đúng một sự kiện bắt đầu trơn (không đồng hồ, không tin nhắn).")
    entries = Counter(node.parent for node in drawing.nodes.values() if is_entry(node))
    if not entries[None]:
        yield whole_process(drawing, say("Quy trình không có sự kiện bắt đầu."), remedy)
    for scope in (node for node in subject.nodes if node.kind is Kind.SUB_PROCESS):
        count = entries[scope.id]
        if count != 1:
            message = say(
                "Quy trình con “%(who)s” có %(count)s sự kiện bắt đầu.",
                who=label(scope),
                count=count,
            )
            yield problem(scope, message, remedy)


def end(subject: Subject) -> Iterator[Problem]:
    """The process comes to an end somewhere.

    Quy trình có chỗ kết thúc.

    BPMN 2.0.2, 10.5.3
    """
    nodes = subject.drawing.nodes.values()
    if not any(node.tag == "endEvent" and node.parent is None for node in nodes):
        yield whole_process(
            subject.drawing,
            say("Quy trình không có sự kiện kết thúc."),
            say("Vẽ sự kiện kết thúc cho mỗi kết quả của quy trình."),
        )


def flow_at_edge(subject: Subject) -> Iterator[Problem]:
    """No flow leads into a start or a boundary event, none out of an end event."""
    for node in subject.nodes:
        entry = is_entry(node) or node.tag == "boundaryEvent"
        if entry and node.incoming:
            yield problem(
                node,
                say("Có luồng đi vào “%(who)s”.", who=label(node)),
                say("Nối luồng đó vào phần tử đứng sau sự kiện này."),
            )
        if node.tag == "endEvent" and node.outgoing:
            yield problem(
                node,
                say("Có luồng đi ra từ sự kiện kết thúc “%(who)s”.", who=label(node)),
                say("Xóa luồng, hoặc bỏ sự kiện kết thúc này."),
            )


def boundary(subject: Subject) -> Iterator[Problem]:
    """A boundary event sits on an activity on its own level."""
    for node in subject.nodes:
        if node.tag != "boundaryEvent":
            continue
        host = subject.drawing.nodes.get(node.attached_to or "")
        if host is None or host.kind not in _HOSTS or host.parent != node.parent:
            yield problem(
                node,
                say("Sự kiện biên “%(who)s” không gắn với công việc nào.", who=label(node)),
                say("Kéo sự kiện vào cạnh của công việc mà nó canh giờ."),
            )


def no_way(subject: Subject) -> Iterator[Problem]:
    """Each way out of a deciding gateway bears a condition, or is its default.

    Mỗi luồng ra khỏi cổng loại trừ hay cổng bao hàm có điều kiện, hoặc là luồng mặc định; nếu
    không, hệ thống không biết khi nào đi đường đó.
    """
    for node in subject.nodes:
        if node.kind not in CHOOSING or len(node.outgoing) < 2:
            continue
        for flow in (subject.drawing.flows[key] for key in node.outgoing):
            if flow.condition is None and flow.id != node.default_flow:
                yield problem(
                    flow,
                    say(
                        "Luồng “%(flow)s” đi ra từ cổng “%(who)s” không có điều kiện và không "
                        "phải là luồng mặc định.",
                        flow=label(flow),
                        who=label(node),
                    ),
                    say("Ghi điều kiện, ví dụ ket_qua == 'du', hoặc đặt làm luồng mặc định."),
                )


def idle_condition(subject: Subject) -> Iterator[Problem]:
    """Conditions stand where a gateway reads them: on its several ways out, not on the default."""
    for flow in subject.drawing.flows.values():
        source = subject.drawing.nodes.get(flow.source)
        if flow.condition is None or source is None:
            continue
        if flow.id == source.default_flow:
            why = say("là luồng mặc định của “%(who)s”", who=label(source))
        elif source.kind not in CHOOSING:
            why = say("không đi ra từ cổng loại trừ hay cổng bao hàm")
        elif len(source.outgoing) == 1:
            why = say("là đường duy nhất ra khỏi “%(who)s”", who=label(source))
        else:
            continue
        yield problem(
            flow,
            say(
                "Điều kiện trên luồng “%(flow)s” không có tác dụng: luồng này %(why)s.",
                flow=label(flow),
                why=why,
            ),
            say("Xóa điều kiện, hoặc vẽ thêm cổng loại trừ với các đường còn lại."),
        )


def default_flow(subject: Subject) -> Iterator[Problem]:
    """A default flow is one of the gateway's own ways out."""
    for node in subject.nodes:
        if node.default_flow is None:
            continue
        if node.kind not in CHOOSING or node.default_flow not in node.outgoing:
            yield problem(
                node,
                say(
                    "Luồng mặc định “%(flow)s” không dùng được ở “%(who)s”.",
                    flow=node.default_flow,
                    who=label(node),
                ),
                say("Đặt luồng mặc định trên một luồng đi ra từ cổng loại trừ hoặc bao hàm."),
            )


def event_gateway(subject: Subject) -> Iterator[Problem]:
    """After an event-based gateway stand at least two waits: receive tasks or timers."""
    allowed = {Kind.RECEIVE_TASK, Kind.TIMER_CATCH}
    for node in subject.nodes:
        if node.kind is not Kind.EVENT_BASED:
            continue
        flows = [subject.drawing.flows[key] for key in node.outgoing]
        targets = [subject.drawing.nodes.get(flow.target) for flow in flows]
        wrong = [t for t in targets if t and (t.kind not in allowed or len(t.incoming) > 1)]
        if len(targets) < 2 or wrong:
            yield problem(
                node,
                say(
                    "Cổng chờ sự kiện “%(who)s” phải dẫn thẳng tới ít nhất hai chỗ chờ.",
                    who=label(node),
                ),
                say(
                    "Sau cổng này chỉ vẽ bước nhận (receive task) hoặc sự kiện hẹn giờ, mỗi chỗ "
                    "một luồng vào."
                ),
            )


def dead_end(subject: Subject) -> Iterator[Problem]:
    """Every way leads on. A step may be the last of its way; a gateway or a wait for one of several
    events may not.

    Phần tử nào cũng dẫn tiếp đi đâu đó, cuối cùng là một sự kiện kết thúc. Việc sau cùng của một
    đường thì được bỏ trống.
    """
    for node in subject.nodes:
        explicit = subject.drawing.nodes[node.id]
        if explicit.outgoing or node.tag == "endEvent" or _stands_alone(subject, node):
            continue
        yield problem(
            node,
            say("“%(who)s” không dẫn tới đâu.", who=label(node)),
            say("Nối tiếp sang bước sau, hoặc sang một sự kiện kết thúc."),
        )


def unreachable(subject: Subject) -> Iterator[Problem]:
    """Every element can be reached from the start.

    Từ điểm bắt đầu phải có đường tới mọi phần tử; phần tử không ai tới được thì không bao giờ được
    làm.
    """
    reached = subject.graph.reached
    for node in subject.nodes:
        if not subject.graph.entries or node.id in reached or _stands_alone(subject, node):
            continue
        yield problem(
            node,
            say("Không có đường nào từ điểm bắt đầu tới “%(who)s”.", who=label(node)),
            say("Nối phần tử này vào quy trình, hoặc xóa đi."),
        )


def no_end_ahead(subject: Subject) -> Iterator[Problem]:
    """From everywhere an end can be reached.

    Từ mọi phần tử phải có đường đi tới kết thúc, để hồ sơ nào cũng có lúc xong.
    """
    for node in subject.nodes:
        if node.id not in subject.graph.finishing and not _stands_alone(subject, node):
            yield problem(
                node,
                say("Từ “%(who)s” không có đường nào đi tới kết thúc.", who=label(node)),
                say("Thêm đường ra khỏi vòng lặp tới một sự kiện kết thúc."),
            )


def endless(subject: Subject) -> Iterator[Problem]:
    """In every loop somebody, or a timer, is waited for.

    Trong mỗi vòng lặp phải có chỗ chờ người làm hoặc chờ thời gian; nếu không, hệ thống quay mãi
    không dừng.
    """
    loop = [node for node in subject.nodes if node.id in subject.graph.endless]
    if loop:
        shown = ", ".join(label(node) for node in loop[:6])
        yield problem(
            loop[0],
            say("Vòng lặp không có bước nào chờ người hoặc chờ thời gian: %(shown)s.", shown=shown),
            say("Đặt một bước có người làm vào vòng lặp, hoặc bỏ vòng lặp."),
        )


def lane_lists(subject: Subject) -> Iterator[Problem]:
    """Lanes list elements of the process, each in one lane."""
    listed: dict[str, str] = {}
    for element, _parent in walk(subject.tree.process):
        if local(element) != "laneSet":
            continue
        for lane in children(element, "lane"):
            for ref in children(lane, "flowNodeRef"):
                key = "".join(str(t) for t in ref.itertext()).strip().rpartition(":")[2]
                name = lane.get("name") or lane.get("id") or ""
                if key not in subject.drawing.nodes:
                    message = say(
                        "Làn “%(lane)s” ghi phần tử “%(key)s”, không có trong quy trình.",
                        lane=name,
                        key=key,
                    )
                elif listed.setdefault(key, name) != name:
                    message = say(
                        "“%(key)s” nằm trong hai làn: “%(one)s” và “%(other)s”.",
                        key=key,
                        one=listed[key],
                        other=name,
                    )
                else:
                    continue
                yield problem(lane, message, say("Kéo phần tử vào đúng một làn rồi lưu lại."))


def _stands_alone(subject: Subject, node: Node) -> bool:
    """What BPMN lets stand without flows, and is refused elsewhere: handlers, compensation."""
    if node.kind is Kind.EVENT_SUB_PROCESS:
        return True
    around: Node | None = node
    while around is not None:
        element = subject.tree.elements[around.id]
        handler = element.get("triggeredByEvent") == "true" and around.kind is Kind.OTHER
        if handler or element.get("isForCompensation") == "true":
            return True
        around = subject.drawing.nodes.get(around.parent or "")
    return False


RULES = (
    firm("start-event", start),
    firm("end-event", end),
    firm("loose-flow", loose_flow),
    firm("flow-at-edge", flow_at_edge),
    firm("boundary-event", boundary),
    firm("way-without-condition", no_way),
    firm("idle-condition", idle_condition),
    firm("default-flow", default_flow),
    firm("event-gateway", event_gateway),
    firm("dead-end", dead_end),
    firm("unreachable", unreachable),
    firm("no-end-ahead", no_end_ahead),
    firm("endless-loop", endless),
    firm("lane-lists", lane_lists),
)
