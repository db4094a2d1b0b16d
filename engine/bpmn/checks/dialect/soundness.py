"""Rules on tokens: a dossier can always come to its end, and nothing of it is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from engine.bpmn.checks.problems import label, problem, whole_process
from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import GATEWAYS, Kind, Node
from engine.bpmn.soundness import MAX_SECONDS, MAX_STATES, Fault, Verdict
from engine.bpmn.ways.blocks import SPLITTING
from engine.domain.messages import Message, say

_TWO = 2  # tokens; more than that only a loop brings to one place
_SHOWN = 12  # elements of a way that a sentence can bear


def stuck(subject: Subject) -> Iterator[Problem]:
    """No join waits for what cannot come any more.

    Cổng gộp không được chờ một nhánh đã đi lối khác; nếu không, hồ sơ nằm mãi ở đó mà không ai có
    việc để làm.
    """
    for verdict in _found(subject, Fault.STUCK):
        node = subject.drawing.nodes[verdict.element]
        message = say(
            "Hồ sơ có thể dừng mãi ở “%(who)s”, vì nhánh được chờ không bao giờ đến. Đường dẫn tới "
            "đó: %(way)s.",
            who=label(node),
            way=_way(subject, verdict),
        )
        yield problem(node, message, _how_to_join(subject, verdict))


def _how_to_join(subject: Subject, verdict: Verdict) -> Message:
    """By the kind of the split: of a step with several flows out no gateway shows it."""
    passed = (subject.drawing.nodes[key] for key in reversed(verdict.way))
    step = next((one for one in passed if one.drawn and one.kind in SPLITTING), None)
    if step is None:
        return say(
            "Nhánh tách bằng cổng nào thì gộp bằng cổng cùng loại: tách song song gộp song song, "
            "tách loại trừ gộp loại trừ; nhánh song song không kết thúc, không quay lại trước cổng "
            "gộp."
        )
    if step.kind is Kind.PARALLEL:
        return say(
            "“%(who)s” có nhiều luồng ra, tức là tách song song: gộp các nhánh bằng cổng song "
            "song, không nhánh nào kết thúc hay quay lại trước cổng đó.",
            who=label(step),
        )
    return say(
        "“%(who)s” có nhiều luồng ra mang điều kiện, tức là tách bao hàm: gộp các nhánh bằng cổng "
        "bao hàm, không nhánh nào kết thúc hay quay lại trước cổng đó.",
        who=label(step),
    )


def twice(subject: Subject) -> Iterator[Problem]:
    """No two tokens follow each other along one flow: what comes after would be done twice.

    Hai nhánh song song không được cùng đổ vào một luồng; nếu không, mọi bước phía sau sẽ mở hai
    lần.
    """
    for verdict in _found(subject, Fault.TWICE):
        node = subject.drawing.nodes[verdict.element]
        if verdict.count > _TWO:
            yield _spreading(subject, verdict, node)
            continue
        message = say(
            "“%(who)s” có thể mở hai lần trong cùng một lượt giải quyết. Đường dẫn tới đó: "
            "%(way)s.",
            who=label(node),
            way=_way(subject, verdict),
        )
        remedy = say("Gộp các nhánh song song bằng một cổng song song trước phần tử này.")
        yield problem(node, message, remedy)


def _spreading(subject: Subject, verdict: Verdict, node: Node) -> Problem:
    """A loop that begins a branch each time it turns."""
    (again, _), *_ = Counter(verdict.way).most_common(1)
    message = say(
        "Mỗi vòng lặp qua “%(loop)s” lại mở thêm một nhánh đi tới “%(who)s”: nhánh cứ nhiều thêm "
        "và hồ sơ không bao giờ xong.",
        loop=label(subject.drawing.nodes[again]),
        who=label(node),
    )
    remedy = say("Rẽ bằng cổng loại trừ: hoặc quay lại vòng lặp, hoặc đi tiếp, không cả hai.")
    return problem(node, message, remedy)


def untold(subject: Subject) -> Iterator[Problem]:
    """The drawing's states are few enough for all of them to be looked at.

    Số trạng thái của bản vẽ phải đủ ít để xét hết; nhiều nhánh song song quá thì không chứng minh
    được hồ sơ luôn đi đến kết thúc.
    """
    remedy = say("Bớt nhánh song song, hoặc đưa một phần vào bản vẽ được gọi.")
    for verdict in _found(subject, Fault.UNKNOWN):
        message = say(
            "Quá nhiều nhánh song song để chứng minh hồ sơ luôn đi đến kết thúc: đã xét %(count)s "
            "trạng thái rồi dừng (giới hạn %(states)s trạng thái hoặc %(seconds)s giây).",
            count=verdict.count,
            states=MAX_STATES,
            seconds=round(MAX_SECONDS),
        )
        scope = subject.drawing.nodes.get(verdict.element)
        if scope is None:
            yield whole_process(subject.drawing, message, remedy)
        else:
            yield problem(scope, message, remedy)


def _found(subject: Subject, fault: Fault) -> Iterator[Verdict]:
    return (verdict for verdict in subject.verdicts if verdict.fault is fault)


def _way(subject: Subject, verdict: Verdict) -> Message:
    """The elements passed as they were drawn, gateways without a name by their id."""
    drawn, executed = subject.drawn.nodes, subject.drawing.nodes
    passed = [drawn.get(executed[key].shown, executed[key]) for key in verdict.way]
    names = [f"“{node.name or node.id}”" for node in passed if node.name or node.kind in GATEWAYS]
    names = [name for name, _ in groupby(names)]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN // 2], "…", *names[-_SHOWN // 2 :]]
    return Message("%(way)s", {"way": " → ".join(names)}) if names else say("ngay từ đầu")


def many(subject: Subject) -> Iterator[Problem]:
    """Of one dossier no more steps are open at once than people can keep in sight: thirty.

    Một hồ sơ không nên có quá 30 bước cùng mở một lúc: danh sách việc và trang tiến độ không còn
    đọc được, và mỗi bước xong lại phải xét các bước kia. Nhiều người cùng làm một việc thì dùng
    một bước có danh sách trong biểu mẫu.
    """
    for verdict in _found(subject, Fault.MANY):
        node = subject.drawing.nodes.get(verdict.element)
        message = say(
            "Có lúc %(count)s bước cùng mở trong một hồ sơ. Đường dẫn tới đó: %(way)s.",
            count=verdict.count,
            way=_way(subject, verdict),
        )
        remedy = say(
            "Gộp các nhánh giống nhau thành một bước, hoặc chia thành nhiều đợt nối tiếp nhau."
        )
        if node is None:
            yield whole_process(subject.drawing, message, remedy)
        else:
            yield problem(node, message, remedy)


RULES = (
    firm("deadlock", stuck),
    firm("done-twice", twice),
    warning("too-many-states", untold),
    warning("many-at-once", many),
)
