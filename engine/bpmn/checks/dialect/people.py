"""Rules on who does the work: lanes and candidate groups name roles of the register."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.problems import label, nearest, problem, whole_process
from engine.bpmn.checks.rule import Problem, error, firm, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.decisions import DecisionTable
from engine.bpmn.model import HUMAN, Kind, Lane, Node
from engine.bpmn.reading.elements import children
from engine.domain.messages import Message, say


def _remedy(subject: Subject, name: str) -> Message:
    register = subject.vocabulary.roles
    known = [n for role in register.roles.values() for n in (role.id, role.name, *role.aliases)]
    near = nearest(name, known)
    if near is not None:
        return say("Có phải là “%(near)s”? Hãy ghi đúng tên chức danh.", near=near)
    return say("Ghi tên một chức danh có trong bpmn/roles.toml, hoặc thêm chức danh mới vào đó.")


def _innermost(subject: Subject) -> Iterator[Lane]:
    for lane in subject.drawing.lanes.values():
        element = subject.tree.elements[lane.id]
        if not any(True for _ in children(element, "childLaneSet")):
            yield lane


def unknown_lane(subject: Subject) -> Iterator[Problem]:
    """Every lane bears the name of a role.

    Mỗi làn mang tên một chức danh.
    """
    for lane in _innermost(subject):
        if not lane.name:
            yield problem(
                lane,
                say("Làn “%(lane)s” không có tên.", lane=lane.id),
                say("Đặt tên làn là tên chức danh thực hiện các bước trong làn."),
            )
        elif subject.vocabulary.roles.find(lane.name) is None:
            yield problem(
                lane,
                say("Không có chức danh nào tên “%(name)s”.", name=lane.name),
                _remedy(subject, lane.name),
            )


def no_lane(subject: Subject) -> Iterator[Problem]:
    """Every human task stands in a lane.

    Mỗi bước có người làm phải nằm trong một làn.
    """
    for node in subject.nodes:
        if node.kind in HUMAN and node.lane is None:
            yield problem(
                node,
                say("“%(who)s” không nằm trong làn nào, nên không biết ai làm.", who=label(node)),
                say("Kéo bước này vào làn của chức danh thực hiện."),
            )


def unnamed_step(subject: Subject) -> Iterator[Problem]:
    """Every human task has a name: it is what officers read in their inbox.

    Mỗi bước có người làm phải có tên: đó là điều cán bộ đọc trong hộp việc.
    """
    for node in subject.nodes:
        if node.kind in HUMAN and not node.name:
            yield problem(
                node,
                say("Bước “%(who)s” không có tên, cán bộ không biết phải làm gì.", who=label(node)),
                say("Đặt tên bằng việc phải làm, ví dụ “Thẩm định hồ sơ”."),
            )


def no_internal_role(subject: Subject) -> Iterator[Problem]:
    """Somebody who signs in works on a procedure: else nobody can open a dossier of it.

    Thủ tục phải có ít nhất một bước của chức danh đăng nhập được; nếu không thì không ai mở được hồ
    sơ.
    """
    roles = subject.vocabulary.roles
    steps = [node for node in subject.nodes if node.kind in HUMAN]
    if not subject.drawing.startable or not steps:
        return
    for node in steps:
        names = [*node.candidate_groups, subject.drawn.lane_name(node.id) or ""]
        found = [roles.find(name) for name in names if name]
        if node.performer or not all(found):
            return  # decided in the case; or told by other rules
        if any(role is not None and not roles.nobody_records(role) for role in found):
            return
    yield whole_process(
        subject.drawing,
        say("Mọi bước đều do chức danh bên ngoài làm: không ai trong hệ thống mở được hồ sơ."),
        say("Vẽ bước tiếp nhận trong làn của một chức danh đăng nhập được (internal)."),
    )


def unknown_group(subject: Subject) -> Iterator[Problem]:
    """candidateGroups names roles, separated by commas (or semicolons).

    Candidate groups ghi tên các chức danh, cách nhau bằng dấu phẩy (hoặc chấm phẩy).
    """
    for node in subject.nodes:
        for name in node.candidate_groups:
            if "${" in name:
                yield problem(
                    node,
                    say(
                        "“%(who)s”: Candidate groups “%(groups)s” không phải là một biến đứng "
                        "một mình.",
                        who=label(node),
                        groups=", ".join(node.candidate_groups),
                    ),
                    say("Ghi tên các chức danh, hoặc chỉ một biến như ${tham_quyen}."),
                )
                break
            if subject.vocabulary.roles.find(name) is None:
                yield _unknown_group(subject, node, name)


def decided_performer(subject: Subject) -> Iterator[Problem]:
    """`${variable}` in candidateGroups: set before, and never to anything but a role.

    Biến ${…} ở Candidate groups phải được đặt trước, và chỉ nhận mã chức danh.
    """
    for node in subject.nodes:
        name = node.performer
        if node.kind not in HUMAN or name is None:
            continue
        setters = subject.setters.get(name, frozenset())
        if not setters:
            near = nearest(name, subject.setters)
            yield problem(
                node,
                say(
                    "“%(who)s” giao cho chức danh trong “%(name)s” (Candidate groups), nhưng "
                    "không bảng quyết định hay biểu mẫu nào đặt giá trị này.",
                    who=label(node),
                    name=name,
                ),
                say("Có phải là “%(near)s”?", near=near)
                if near
                else say("Đặt một bảng quyết định trả về chức danh ở trước bước này."),
            )
        elif node.id not in subject.graph.following(setters):
            yield problem(
                node,
                say(
                    "“%(who)s” giao cho chức danh trong “%(name)s”, nhưng chỉ những bước phía sau "
                    "mới đặt giá trị này: %(steps)s.",
                    who=label(node),
                    name=name,
                    steps=", ".join(sorted(setters)[:5]),
                ),
                say("Chuyển bảng quyết định (hoặc câu hỏi) đó lên trước bước này."),
            )
        for key in sorted(setters):
            yield from _not_roles(subject, node, name, key)


def _not_roles(subject: Subject, node: Node, name: str, setter: str) -> Iterator[Problem]:
    """Values that a setter may give the variable and that are no role's id."""
    source = subject.drawing.nodes[setter]
    table = subject.table(source.called) if source.called else None
    if source.kind is Kind.RULE_TASK and table is not None:
        yield from _decided_otherwise(subject, node, name, table)
    else:
        yield from _answered_otherwise(subject, node, name, source)


def _decided_otherwise(
    subject: Subject, node: Node, name: str, table: DecisionTable
) -> Iterator[Problem]:
    for case in table.cases():
        value = case.sets.get(name)
        if isinstance(value, str) and value in subject.vocabulary.roles.roles:
            continue
        yield problem(
            node,
            say(
                "“%(who)s” lấy chức danh từ “%(name)s”, nhưng bảng quyết định “%(table)s”, "
                "dòng %(row)s, trả về %(value)s, không phải mã chức danh nào.",
                who=label(node),
                name=name,
                table=table.title,
                row=", ".join(str(number) for number in case.rules),
                value=say("một giá trị tính ra")
                if name in case.computed
                else Message("“%(value)s”", {"value": value}),
            ),
            _remedy(subject, str(value)),
        )


def _answered_otherwise(subject: Subject, node: Node, name: str, source: Node) -> Iterator[Problem]:
    form = subject.form(source.form) if source.form else None
    answers = form.answers(name) if form is not None and name in form.names else None
    wrong = sorted(set(answers or ()) - subject.vocabulary.roles.roles.keys())
    if answers is None or wrong:
        yield problem(
            node,
            say(
                "“%(who)s” lấy chức danh từ “%(name)s”, nhưng “%(step)s” có thể đặt giá trị không "
                "phải mã chức danh nào: %(wrong)s.",
                who=label(node),
                name=name,
                step=label(source),
                wrong=", ".join(wrong) if answers is not None else say("chữ bất kỳ"),
            ),
            say(
                "Để bảng quyết định đặt giá trị này, hoặc hỏi bằng câu chọn mà mỗi giá trị là mã "
                "một chức danh trong bpmn/roles.toml."
            ),
        )


def undecided_performer(subject: Subject) -> Iterator[Problem]:
    """No way leads to a step past everything that says who does it.

    Mọi đường tới một bước phải đi qua chỗ quyết định ai làm bước đó.
    """
    for node in subject.nodes:
        setters = subject.setters.get(node.performer or "", frozenset())
        if node.kind in HUMAN and setters and node.id in subject.graph.past(setters):
            yield problem(
                node,
                say(
                    "“%(who)s”: có đường đi tới bước này mà “%(name)s” chưa được đặt; khi đó việc "
                    "không giao được cho ai.",
                    who=label(node),
                    name=node.performer,
                ),
                say("Cho mọi đường đi qua bảng quyết định, hoặc vẽ một bước riêng cho đường kia."),
            )


def _unknown_group(subject: Subject, node: Node, name: str) -> Problem:
    return problem(
        node,
        say(
            "“%(who)s”: không có chức danh nào tên “%(name)s” (Candidate groups).",
            who=label(node),
            name=name,
        ),
        _remedy(subject, name),
    )


RULES = (
    firm("unknown-lane", unknown_lane),
    firm("no-lane", no_lane),
    error("unnamed-step", unnamed_step),
    error("no-internal-role", no_internal_role),
    firm("unknown-group", unknown_group),
    firm("decided-performer", decided_performer),
    warning("undecided-performer", undecided_performer),
)
