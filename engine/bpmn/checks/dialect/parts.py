"""Rules on what a drawing is: a procedure that somebody files, or a part that procedures call."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.problems import label, nearest, problem, whole_process
from engine.bpmn.checks.rule import Problem, error, firm
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import HUMAN, Kind, Node
from engine.domain.messages import say


def procedures_only(subject: Subject) -> Iterator[Problem]:
    """A part has no field, no legal term and no acceptance: those are its callers'.

    Phần dùng chung (bỏ dấu “Startable”) không ghi lĩnh vực, thời hạn giải quyết hay bước tiếp nhận:
    những điều đó thuộc về thủ tục gọi nó.
    """
    drawing = subject.drawing
    if drawing.startable:
        return
    remedy = say("Bỏ đi, hoặc đánh dấu “Startable” (isStartableInTasklist) nếu đây là một thủ tục.")
    own = {"field", "effective_to"} & drawing.properties.keys()
    terms = (name for name in drawing.properties if name.split(".")[0] == "legal_term")
    for name in (*sorted(own), *terms):
        message = say("Phần dùng chung không có “%(name)s”: đó là của thủ tục gọi nó.", name=name)
        yield whole_process(drawing, message, remedy)
    for node in subject.nodes:
        if node.acceptance:
            message = say(
                "“%(who)s” có thuộc tính acceptance, nhưng phần dùng chung không tiếp nhận hồ sơ.",
                who=label(node),
            )
            yield problem(node, message, remedy)


def unknown_field(subject: Subject) -> Iterator[Problem]:
    """The field of a procedure is one of the register.

    Lĩnh vực của thủ tục (thuộc tính field) là một mã có trong mục [fields] của bpmn/roles.toml.
    """
    drawing, fields = subject.drawing, subject.vocabulary.roles.fields
    name = drawing.field_id
    if name is None or name in fields:
        return
    near = nearest(name, fields)
    yield whole_process(
        drawing,
        say("Không có lĩnh vực nào mang mã “%(name)s” (thuộc tính field).", name=name),
        say("Có phải là “%(near)s”?", near=near)
        if near
        else say(
            "Ghi một mã ở mục [fields] của bpmn/roles.toml: %(known)s.", known=", ".join(fields)
        ),
    )


def nobody_files(subject: Subject) -> Iterator[Problem]:
    """Somebody who signs in files the dossiers of a procedure: the first step says who.

    Bước đầu tiên của thủ tục phải có người đăng nhập được để nộp hồ sơ. Làn là cơ quan bên ngoài
    thì phải ghi người ghi nhận thay vào Candidate groups.
    """
    if not subject.drawing.startable:
        return
    for node in _first(subject):
        yield from _nobody_files(subject, node)


def first_step(subject: Subject) -> Iterator[Problem]:
    """A dossier is filed with the form of the first step: behind each start stands a step of
    people.

    Hồ sơ được nộp bằng biểu mẫu của bước đầu, nên ngay sau mỗi sự kiện bắt đầu là một công việc
    người dùng hay bước nhận, không phải cổng rẽ hay quy trình con.
    """
    if not subject.drawing.startable:
        return
    for start in subject.drawing.starts():
        node = subject.drawing.first_step(start)
        if node is not None and node.kind not in HUMAN | {Kind.OTHER, Kind.END}:
            yield problem(
                node,
                say(
                    "Không nộp được hồ sơ: bước đầu tiên là “%(who)s”, không có biểu mẫu nào để "
                    "ghi.",
                    who=label(node),
                ),
                say("Vẽ công việc nộp hồ sơ, có biểu mẫu, ngay sau sự kiện bắt đầu."),
            )


def filing_form(subject: Subject) -> Iterator[Problem]:
    """The first step of a procedure has a form: a dossier is filed by filling it in.

    Bước đầu của thủ tục phải có biểu mẫu: nộp hồ sơ là điền biểu mẫu của bước ấy. Không có biểu
    mẫu thì thủ tục ban hành rồi mà không ai nộp được.
    """
    if not subject.drawing.startable:
        return
    for node in _first(subject):
        if not node.form:
            yield problem(
                node,
                say(
                    "Không nộp được hồ sơ: bước đầu tiên “%(who)s” chưa có biểu mẫu.",
                    who=label(node),
                ),
                say("Chọn bước này, mở mục “Forms” và ghi tên biểu mẫu vào “Form reference”."),
            )


def _nobody_files(subject: Subject, node: Node) -> Iterator[Problem]:
    register = subject.vocabulary.roles
    lane = subject.drawing.lane_name(node.id)
    roles = [register.find(name) for name in (node.candidate_groups or ((lane,) if lane else ()))]
    for role in roles:
        if role is not None and register.nobody_records(role):
            yield problem(
                node,
                say(
                    "Không ai nộp được hồ sơ: “%(who)s” ở làn “%(role)s”, là nơi không đăng nhập "
                    "và không có ai ghi nhận thay.",
                    who=label(node),
                    role=role.name,
                ),
                say("Ở bước này, ghi người ghi nhận thay vào Candidate groups, ví dụ mot-cua-snv."),
            )


def _first(subject: Subject) -> Iterator[Node]:
    """The step behind each start, when it is one that people do."""
    for start in subject.drawing.starts():
        node = subject.drawing.first_step(start)
        if node is not None and node.kind in HUMAN:
            yield node


RULES = (
    firm("procedures-only", procedures_only),
    firm("unknown-field", unknown_field),
    firm("nobody-files", nobody_files),
    error("first-step", first_step),
    firm("filing-form", filing_form),
)
