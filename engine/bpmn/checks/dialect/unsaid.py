"""Rules on what a drawing leaves unsaid: read as BPMN means it, and better drawn in full."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.problems import label, problem, whole_process
from engine.bpmn.checks.rule import Problem, error, firm, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import Kind, Node
from engine.domain.folding import fold
from engine.domain.messages import say


def implicit_start(subject: Subject) -> Iterator[Problem]:
    """A process or sub-process says with a start event where it begins.

    Quy trình, hay quy trình con, có vẽ sự kiện bắt đầu. Không vẽ thì bước nào không có luồng đi
    vào được hiểu là bước đầu; hiểu được, nhưng người xem phải tự tìm.

    BPMN 2.0.2, 10.5.2
    """
    remedy = say("Vẽ một sự kiện bắt đầu (vòng tròn nét mảnh) và nối sang bước đầu tiên.")
    for start in _added(subject, Kind.START, "startEvent"):
        first = [subject.drawing.flows[key].target for key in start.outgoing]
        shown = ", ".join(f"“{label(subject.drawing.nodes[key])}”" for key in first[:3])
        around = subject.drawing.nodes.get(start.parent or "")
        if around is None:
            message = say("Quy trình không có sự kiện bắt đầu; bắt đầu từ %(first)s.", first=shown)
            yield whole_process(subject.drawing, message, remedy)
        else:
            message = say(
                "Quy trình con “%(who)s” không có sự kiện bắt đầu; bắt đầu từ %(first)s.",
                who=label(around),
                first=shown,
            )
            yield problem(around, message, remedy)


def implicit_end(subject: Subject) -> Iterator[Problem]:
    """A way ends at an end event.

    Mỗi đường đi kết thúc ở một sự kiện kết thúc. Bước không có luồng đi ra được hiểu là hết đường,
    và kết quả của hồ sơ mang tên bước đó; hiểu được, nhưng dễ lẫn với luồng vẽ sót.

    BPMN 2.0.2, 10.5.3
    """
    for end in _added(subject, Kind.END, "endEvent"):
        node = subject.drawing.nodes[end.shown]
        if subject.tree.elements[node.id].get("isForCompensation") == "true":
            continue  # told by the rule on compensation
        yield problem(
            node,
            say("Sau “%(who)s” không có gì nữa: đường đi được hiểu là hết ở đây.", who=label(node)),
            say("Nối sang bước sau nếu vẽ sót; nếu đã hết thì vẽ một sự kiện kết thúc có tên."),
        )


def _added(subject: Subject, kind: Kind, tag: str) -> Iterator[Node]:
    """The events of a kind that are not drawn, where none of several was to be chosen."""
    chosen = len(subject.drawing.starts()) > 1
    for node in subject.drawing.nodes.values():
        added = node.drawn is not None and node.kind is kind and node.tag == tag
        if added and not (chosen and kind is Kind.START and node.parent is None):
            yield node


def unheard_signal(subject: Subject) -> Iterator[Problem]:
    """A signal is sent to somebody.

    Tín hiệu được gửi để có nơi nhận. Hệ thống không có nơi nào nhận tín hiệu, nên sự kiện này chỉ
    như một cột mốc (hoặc một kết thúc) bình thường.

    BPMN 2.0.2, 10.5.5
    """
    for node in subject.nodes:
        if node.signal and node.kind in (Kind.PASSING, Kind.END):
            yield problem(
                node,
                say(
                    "“%(who)s” phát tín hiệu, nhưng không có gì nhận tín hiệu đó.", who=label(node)
                ),
                say(
                    "Dùng sự kiện trơn; muốn báo cho ai thì thêm một công việc ở làn của chức "
                    "danh đó."
                ),
            )


def start_names(subject: Subject) -> Iterator[Problem]:
    """Of several start events each has a name of its own: people choose by it when they file.

    Quy trình có nhiều sự kiện bắt đầu thì mỗi sự kiện có tên riêng, vì người tiếp nhận chọn theo
    tên đó khi nộp hồ sơ.
    """
    starts = subject.drawing.starts()
    if len(starts) < 2:
        return
    seen: dict[str, Node] = {}
    for start in starts:
        if seen.setdefault(fold(start.name), start) is start and start.name:
            continue
        yield problem(
            start,
            say("Không phân biệt được sự kiện bắt đầu “%(who)s” với nơi khác.", who=label(start)),
            say("Đặt tên cho từng sự kiện bắt đầu, ví dụ “Người dân nộp” và “Xã chuyển lên”."),
        )


def one_start(subject: Subject) -> Iterator[Problem]:
    """What is called begins at one place: a call says nothing of where.

    Phần dùng chung, và bản vẽ được gọi, chỉ có một sự kiện bắt đầu: lời gọi không nói được là bắt
    đầu từ đâu.

    BPMN 2.0.2, 13.3.4
    """
    remedy = say("Để một sự kiện bắt đầu; muốn rẽ thì vẽ cổng loại trừ ngay sau đó.")
    starts = subject.drawing.starts()
    if not subject.drawing.startable and len(starts) > 1:
        message = say("Phần dùng chung có %(count)s sự kiện bắt đầu.", count=len(starts))
        yield problem(starts[1], message, remedy)
    for call in subject.drawing.calls():
        called = subject.called.get(call.called or "")
        if called is not None and len(called.starts()) > 1:
            message = say(
                "“%(who)s” gọi “%(key)s”, là bản vẽ có nhiều sự kiện bắt đầu.",
                who=label(call),
                key=called.key,
            )
            yield problem(call, message, remedy)


RULES = (
    warning("implicit-start", implicit_start),
    warning("implicit-end", implicit_end),
    warning("unheard-signal", unheard_signal),
    error("start-names", start_names),
    firm("one-start", one_start),
)
