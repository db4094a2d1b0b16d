"""Rules on how a drawing hangs together: starts, ends, flows, gateways, boundary events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.checks.graph import is_entry
from engine.bpmn.checks.problems import label, problem, whole_process
from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import CHOOSING, LINKS, Kind, Node
from engine.domain.messages import say


def start(subject: Subject) -> Iterator[Problem]:
    """The process begins somewhere, and so does each sub-process.

    Quy trình có chỗ bắt đầu, mỗi quy trình con cũng vậy: một sự kiện bắt đầu, hoặc một bước không
    có luồng đi vào.

    BPMN 2.0.2, 10.5.2
    """
    drawing = subject.drawing
    remedy = say("Vẽ đúng một sự kiện bắt đầu trơn (không hẹn giờ, không thông điệp).")
    entries = {node.parent for node in drawing.nodes.values() if is_entry(node)}
    if None not in entries:
        yield whole_process(drawing, say("Quy trình không có sự kiện bắt đầu."), remedy)
    filled = {node.parent for node in subject.nodes}  # an empty one is told by the file's own rule
    for scope in (node for node in subject.nodes if node.kind is Kind.SUB_PROCESS):
        if scope.id in filled - entries:
            message = say("Quy trình con “%(who)s” không có chỗ bắt đầu.", who=label(scope))
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


def dead_end(subject: Subject) -> Iterator[Problem]:
    """Every way leads on. A step may be the last of its way; a gateway or a wait for one of several
    events may not.

    Phần tử nào cũng phải dẫn tiếp đi đâu đó, cuối cùng là một sự kiện kết thúc. Riêng bước sau cùng
    của một đường thì không cần luồng ra.
    """
    for node in subject.nodes:
        explicit = subject.drawing.nodes[node.id]
        told = node.tag in {"startEvent", "endEvent", "boundaryEvent"}  # by the file's own rules
        told = told or node.kind in LINKS
        if explicit.outgoing or told or _stands_alone(subject, node):
            continue
        yield problem(
            node,
            say("“%(who)s” không dẫn tới đâu.", who=label(node)),
            say("Nối tiếp sang bước sau, hoặc sang một sự kiện kết thúc."),
        )


def unreachable(subject: Subject) -> Iterator[Problem]:
    """Every element can be reached from the start. Where a whole stretch cannot, its beginning is
    told of.

    Từ điểm bắt đầu phải có đường tới mọi phần tử; phần tử không ai tới được thì không bao giờ được
    làm. Khi cả một đoạn bị rời ra thì chỉ nêu phần tử đầu đoạn.
    """
    if not subject.graph.entries:
        return
    lost = {
        node.id: node
        for node in subject.nodes
        if node.id not in subject.graph.reached
        and not (node.tag == "endEvent" and not node.incoming)  # told by `end-incoming`
        and not _stands_alone(subject, node)
    }
    for node, after in _stretches(subject, lost):
        message = say("Không có đường nào từ điểm bắt đầu tới “%(who)s”.", who=label(node))
        if after:
            message = say(
                "Không có đường nào từ điểm bắt đầu tới “%(who)s”, nên cũng không tới được "
                "%(count)s phần tử phía sau.",
                who=label(node),
                count=after,
            )
        yield problem(node, message, _CONNECT_EVENT if "Event" in node.tag else _CONNECT)


_CONNECT = say("Nối luồng từ bước đứng trước tới phần tử này, hoặc xóa đi.")
_CONNECT_EVENT = say(
    "Nếu là sự kiện biên thì kéo lại lên cạnh của công việc cho dính vào; nếu không thì nối luồng "
    "từ bước đứng trước tới, hoặc xóa đi."
)


def _stretches(subject: Subject, lost: Mapping[str, Node]) -> Iterator[tuple[Node, int]]:
    """Where what is lost begins, each time with how much of it comes after: first what nothing
    leads to, then rings, by what was drawn first in them."""
    ways = subject.graph
    seen: set[str] = set()
    for key in sorted(lost, key=lambda one: not ways.before[one].isdisjoint(lost)):
        if key in seen:
            continue
        before, waiting = len(seen), [key]
        seen.add(key)
        while waiting:
            fresh = {one for one in ways.after[waiting.pop()] if one in lost and one not in seen}
            seen |= fresh
            waiting.extend(fresh)
        yield lost[key], len(seen) - before - 1


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


def _stands_alone(subject: Subject, node: Node) -> bool:
    """What BPMN lets stand without flows, and is refused elsewhere: handlers, compensation, and
    what is in an ad-hoc sub-process."""
    if node.kind is Kind.EVENT_SUB_PROCESS:
        return True
    around: Node | None = node
    while around is not None:
        element = subject.tree.elements[around.id]
        handler = element.get("triggeredByEvent") == "true" and around.kind is Kind.OTHER
        if handler or element.get("isForCompensation") == "true":
            return True
        around = subject.drawing.nodes.get(around.parent or "")
        if around is not None and around.tag == "adHocSubProcess":
            return True
    return False


RULES = (
    firm("start-event", start),
    firm("end-event", end),
    firm("way-without-condition", no_way),
    firm("dead-end", dead_end),
    firm("unreachable", unreachable),
    firm("no-end-ahead", no_end_ahead),
    firm("endless-loop", endless),
)
