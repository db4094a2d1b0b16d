"""Rules on who does the work: lanes and candidate groups name roles of the register."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.subject import Problem, Subject, label, nearest, problem
from engine.bpmn.dialect import children
from engine.bpmn.model import HUMAN, Lane, Node
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
    """Every lane bears the name of a role."""
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
    """Every human task stands in a lane."""
    for node in subject.nodes:
        if node.kind in HUMAN and node.lane is None:
            yield problem(
                node,
                say("“%(who)s” không nằm trong làn nào, nên không biết ai làm.", who=label(node)),
                say("Kéo bước này vào làn của chức danh thực hiện."),
            )


def unknown_group(subject: Subject) -> Iterator[Problem]:
    """candidateGroups names roles, parted by commas (or semicolons)."""
    for node in subject.nodes:
        for name in node.candidate_groups:
            if subject.vocabulary.roles.find(name) is None:
                yield _unknown_group(subject, node, name)


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
