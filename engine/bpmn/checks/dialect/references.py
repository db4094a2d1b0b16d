"""Rules on what a drawing refers to: forms, documents, other drawings."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.problems import label, nearest, problem
from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import FACTS, Subject
from engine.bpmn.model import HUMAN, Kind, Node
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.elements import children
from engine.domain.errors import BadDuration, DrawingRefused
from engine.domain.messages import say
from engine.domain.printed import NAME, named


def unknown_form(subject: Subject) -> Iterator[Problem]:
    """Every formRef names a form that exists.

    Biểu mẫu ghi ở bước (Form reference) phải có thật: một tệp .form trong thư mục forms/ hoặc nộp
    kèm bản vẽ.
    """
    known = {node.form for node in subject.nodes if node.form and subject.form(node.form)}
    for node in subject.nodes:
        if node.kind not in HUMAN or not node.form or subject.form(node.form):
            continue
        near = nearest(node.form, {*subject.vocabulary.form_names, *known})
        yield problem(
            node,
            say("“%(who)s”: không có biểu mẫu “%(form)s”.", who=label(node), form=node.form),
            say("Có phải là “%(near)s”?", near=near)
            if near
            else say("Ghi đường dẫn trong thư mục forms/, không có đuôi, ví dụ liet-si/tiep-nhan."),
        )


def unknown_document(subject: Subject) -> Iterator[Problem]:
    """Every document that a step asks for has a template.

    Văn bản ghi ở thuộc tính documents phải có mẫu in: một tệp .typ hoặc .docx trong thư mục
    forms/print/.
    """
    known = subject.vocabulary.documents
    if known is None:
        return
    for node in subject.nodes:
        for name in _documents(node):
            if NAME.fullmatch(name) and name in known:
                continue
            near = nearest(name, known)
            yield problem(
                node,
                say("“%(who)s”: không có mẫu in “%(name)s”.", who=label(node), name=name),
                say("Có phải là “%(near)s”?", near=near)
                if near
                else say(
                    "Ghi tên một tệp .typ trong thư mục forms/print/, không có đuôi, ví dụ bm-01; "
                    "nhiều văn bản thì cách nhau bằng dấu phẩy."
                ),
            )


def _documents(node: Node) -> tuple[str, ...]:
    try:
        return named(node.documents)
    except BadDuration:
        return ()  # reported elsewhere


def reserved_variable(subject: Subject) -> Iterator[Problem]:
    """No form or table sets what the engine itself knows of a dossier.

    Biểu mẫu và bảng quyết định không đặt những giá trị hệ thống tự điền, như kenh (nơi nộp) hay
    lan_thu (lần thứ mấy làm bước).
    """
    for name in sorted(FACTS.keys() & subject.setters.keys()):
        for key in sorted(subject.setters[name]):
            node = subject.drawing.nodes[key]
            yield problem(
                node,
                say(
                    "“%(who)s” đặt giá trị cho “%(name)s”, là tên hệ thống tự điền.",
                    who=label(node),
                    name=name,
                ),
                say("Đổi tên trường trong biểu mẫu hoặc cột trong bảng quyết định."),
            )


def unknown_call(subject: Subject) -> Iterator[Problem]:
    """Every call activity names a drawing that exists and can be read.

    Bước gọi quy trình (call activity) phải gọi một phần dùng chung có thật và đọc được, bằng mã quy
    trình của nó.
    """
    beside = {process.get("id") for process in children(subject.tree.root, "process")}
    for node in subject.nodes:
        if node.kind is not Kind.CALL_ACTIVITY or node.called == subject.drawn.key:
            continue  # (calling itself is told by its own rule)
        content = subject.vocabulary.drawing(node.called) if node.called else None
        if node.called is None or content is None:
            yield _nothing_called(node, beside=node.called in beside)
            continue
        try:
            read_drawing(content, node.called)
        except DrawingRefused:
            yield problem(
                node,
                say(
                    "“%(who)s” gọi quy trình “%(key)s”, nhưng bản vẽ đó không đọc được.",
                    who=label(node),
                    key=node.called,
                ),
                say("Sửa bản vẽ được gọi trước."),
            )


def _nothing_called(node: Node, *, beside: bool) -> Problem:
    """`beside`: another process of the same file is called, which nobody puts in force."""
    called = {"who": label(node), "key": node.called or ""}
    if beside:
        return problem(
            node,
            say("“%(who)s” gọi quy trình “%(key)s” vẽ chung trong tệp này.", **called),
            say(
                "Chuyển quy trình đó sang một tệp riêng, đánh dấu “Executable”, rồi nộp cả hai tệp."
            ),
        )
    return problem(
        node,
        say("“%(who)s” gọi quy trình “%(key)s”, không có quy trình này.", **called),
        say(
            "Ghi ở mục Called element mã (id) của một phần dùng chung đã ban hành, hoặc gửi kèm "
            "bản vẽ của phần đó."
        ),
    )


def circular_call(subject: Subject) -> Iterator[Problem]:
    """No drawing calls itself, directly or through others.

    Bản vẽ không gọi lại chính nó, trực tiếp hay qua phần khác: gọi vòng thì không bao giờ xong.
    """
    for node in subject.nodes:
        if node.kind is Kind.CALL_ACTIVITY and subject.calls_back(node.called):
            yield problem(
                node,
                say("“%(who)s” gọi vòng lại chính quy trình này.", who=label(node)),
                say("Vẽ vòng lặp trong một bản vẽ, hoặc bỏ lời gọi."),
            )


RULES = (
    firm("unknown-form", unknown_form),
    firm("unknown-document", unknown_document),
    firm("reserved-variable", reserved_variable),
    firm("unknown-call", unknown_call),
    firm("circular-call", circular_call),
)
