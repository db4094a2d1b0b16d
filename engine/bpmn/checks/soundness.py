"""Rules on tokens: a dossier can always come to its end, and nothing of it is done twice."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.rule import Problem, firm, warning
from engine.bpmn.checks.subject import Subject, label, problem, whole_process
from engine.bpmn.model import GATEWAYS
from engine.bpmn.soundness import Fault, Verdict
from engine.domain.messages import Message, say

_SHOWN = 12  # elements of a way that a sentence can bear


def stuck(subject: Subject) -> Iterator[Problem]:
    """No join waits for what cannot come any more.

    Cổng hợp không chờ một nhánh đã đi lối khác: hồ sơ sẽ nằm mãi ở đó, không ai có việc để làm.
    """
    remedy = say(
        "Nhánh tách bằng cổng nào thì hợp bằng cổng cùng loại: tách song song hợp song song, tách "
        "loại trừ hợp loại trừ; nhánh song song không kết thúc, không quay lại trước cổng hợp."
    )
    for verdict in _found(subject, Fault.STUCK):
        node = subject.drawing.nodes[verdict.element]
        message = say(
            "Hồ sơ có thể dừng mãi ở “%(who)s”, vì nhánh được chờ không bao giờ đến. Đường dẫn tới "
            "đó: %(way)s.",
            who=label(node),
            way=_way(subject, verdict),
        )
        yield problem(node, message, remedy)


def twice(subject: Subject) -> Iterator[Problem]:
    """No two tokens follow each other along one flow: what comes after would be done twice.

    Hai nhánh song song không chảy nối nhau vào một luồng: mọi bước phía sau sẽ mở hai lần.
    """
    remedy = say("Hợp các nhánh song song bằng một cổng song song trước phần tử này.")
    for verdict in _found(subject, Fault.TWICE):
        node = subject.drawing.nodes[verdict.element]
        message = say(
            "“%(who)s” có thể mở hai lần trong cùng một lượt giải quyết. Đường dẫn tới đó: "
            "%(way)s.",
            who=label(node),
            way=_way(subject, verdict),
        )
        yield problem(node, message, remedy)


def untold(subject: Subject) -> Iterator[Problem]:
    """The drawing's states are few enough for all of them to be looked at.

    Số trạng thái của bản vẽ phải đủ ít để xét hết; nhiều nhánh song song quá thì không chứng minh
    được hồ sơ luôn đi đến kết thúc.
    """
    message = say("Quá nhiều nhánh song song để chứng minh hồ sơ luôn đi đến kết thúc.")
    remedy = say("Bớt nhánh song song, hoặc đưa một phần vào bản vẽ được gọi.")
    for verdict in _found(subject, Fault.UNKNOWN):
        scope = subject.drawing.nodes.get(verdict.element)
        if scope is None:
            yield whole_process(subject.drawing, message, remedy)
        else:
            yield problem(scope, message, remedy)


def _found(subject: Subject, fault: Fault) -> Iterator[Verdict]:
    return (verdict for verdict in subject.verdicts if verdict.fault is fault)


def _way(subject: Subject, verdict: Verdict) -> Message:
    """The elements passed, gateways without a name by their id."""
    passed = [subject.drawing.nodes[key] for key in verdict.way]
    names = [f"“{node.name or node.id}”" for node in passed if node.name or node.kind in GATEWAYS]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN // 2], "…", *names[-_SHOWN // 2 :]]
    return Message("%(way)s", {"way": " → ".join(names)}) if names else say("ngay từ đầu")


RULES = (
    firm("deadlock", stuck),
    firm("done-twice", twice),
    warning("too-many-states", untold),
)
