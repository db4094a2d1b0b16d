"""Rules on lists of many dossiers: where they begin, and where they get their number."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.dialect.terms import faults
from engine.bpmn.checks.problems import label, nearest, problem
from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import Subject, alternatives_of
from engine.bpmn.model import Node
from engine.domain.dossier_lists import KINDS
from engine.domain.messages import say


def begun(subject: Subject) -> Iterator[Problem]:
    """A list is of one known kind, and a later step gives the list its number.

    Thuộc tính list ghi một loại danh sách mà hệ thống biết; danh sách lập ở bước này thì về sau
    phải được cấp số ở một bước có list_number.
    """
    numbered_later = any(node.list_number for node in subject.nodes)
    for node in subject.nodes:
        if node.list is None:
            continue
        for why in faults(node.list, str):
            message = say("Danh sách của “%(who)s”: %(why)s", who=label(node), why=why)
            yield problem(node, message, say("Viết như: mau-83 khi huong_giai_quyet == 'bo'."))
        for kind in _kinds(node):
            if kind in KINDS:
                continue
            near = nearest(kind, KINDS)
            yield problem(
                node,
                say("“%(who)s”: không có loại danh sách “%(kind)s”.", who=label(node), kind=kind),
                say("Có phải là “%(near)s”?", near=near)
                if near
                else say("Các loại danh sách: %(known)s.", known=", ".join(sorted(KINDS))),
            )
        if not numbered_later:
            yield problem(
                node,
                say("Danh sách lập ở “%(who)s” không được cấp số ở bước nào.", who=label(node)),
                say("Thêm thuộc tính list_number ở bước ban hành văn bản."),
            )


def numbered(subject: Subject) -> Iterator[Problem]:
    """`list_number` names one or two fields of the step's own form; some step begins a list.

    Thuộc tính list_number nêu một hoặc hai trường trong biểu mẫu của chính bước đó (số, rồi ngày),
    và trong bản vẽ phải có bước lập danh sách.
    """
    begun_before = any(node.list for node in subject.nodes)
    for node in subject.nodes:
        if node.list_number is None:
            continue
        fields = node.list_number.split()
        form = subject.form(node.form) if node.form else None
        unknown = [name for name in fields if form is None or name not in form.names]
        if len(fields) > 2 or unknown:
            yield problem(
                node,
                say(
                    "“%(who)s”: list_number phải nêu một hoặc hai trường trong biểu mẫu của bước "
                    "này, không phải “%(text)s”.",
                    who=label(node),
                    text=node.list_number,
                ),
                say("Viết trường ghi số rồi trường ghi ngày, ví dụ: van_ban_so van_ban_ngay."),
            )
        if not begun_before:
            yield problem(
                node,
                say("“%(who)s” cấp số cho danh sách, nhưng không bước nào lập.", who=label(node)),
                say("Thêm thuộc tính list ở bước lập danh sách, hoặc bỏ list_number."),
            )


def _kinds(node: Node) -> list[str]:
    return list(dict.fromkeys(one.value for one in alternatives_of(node.list)))


RULES = (
    firm("list", begun),
    firm("list-number", numbered),
)
