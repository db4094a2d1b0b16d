"""Who may do what: denied unless a rule allows it."""

from __future__ import annotations

import pytest

from engine.domain.access import (
    SYSTEM,
    Actor,
    CaseSubject,
    Held,
    Permission,
    TaskSubject,
    allows,
    require,
)
from engine.domain.errors import NotFound, NotPermitted

XA, OTHER_XA, DEPARTMENT = 1, 2, 3
ROLE = "chuyen-vien-xa"

alice = Actor(1, "Lan", (Held(ROLE, XA),))
substitute = Actor(2, "Minh", (Held(ROLE, XA, substitute_for=1),))
head = Actor(3, "Trưởng phòng", (Held(ROLE, XA, head=True),))
leader = Actor(9, "Chủ tịch", (Held("lanh-dao-xa", XA, leader=True),))
supervisor = Actor(4, "Giám sát", (Held("giam-sat", DEPARTMENT),), supervised=frozenset({XA}))
charlie = Actor(5, "Người ngoài", (Held(ROLE, OTHER_XA),))
analyst = Actor(6, "Phân tích", analyst=True)
administrator = Actor(7, "Quản trị", administrator=True)

clerk = Actor(8, "Văn thư", (Held("van-thu-xa", XA),))

EVERYBODY = (
    *(alice, substitute, head, leader, clerk),
    *(supervisor, charlie, analyst, administrator),
)

task = TaskSubject(frozenset({(ROLE, XA)}), assignee_id=None)
case = CaseSubject(frozenset({XA}))


@pytest.mark.parametrize(
    ("permission", "subject", "allowed"),
    [
        (Permission.TASK_CLAIM, task, {alice, substitute, head}),
        (Permission.TASK_COMPLETE, task, {alice, substitute, head}),
        (Permission.TASK_REASSIGN, task, {head, supervisor}),
        (Permission.CASE_VIEW, case, {alice, substitute, head, leader, clerk, supervisor}),
        (Permission.CASE_PAUSE, case, {head, leader, supervisor}),
        (Permission.CASE_APOLOGISE, case, {head, leader, supervisor}),
        (Permission.BOOK_USE, XA, {alice, substitute, head, leader, clerk}),
        (Permission.BOOK_KEEP, XA, {head, leader, clerk}),
        (Permission.BOOK_VIEW, XA, {alice, substitute, head, leader, clerk, supervisor}),
        (Permission.BOOK_EDIT, None, {administrator}),
        (Permission.CASE_FILE, XA, {alice, substitute, head, leader, clerk}),
        (Permission.PROCEDURE_VIEW, None, set(EVERYBODY)),
        (Permission.PROCEDURE_DEPLOY, None, {analyst}),
        (Permission.CALENDAR_EDIT, None, {administrator}),
        (Permission.INCIDENT_HANDLE, None, {administrator}),
        (Permission.USER_ADMIN, None, {administrator}),
    ],
)
def test_a_permission_is_for_these_alone(
    permission: Permission, subject: object, allowed: set[Actor]
) -> None:
    assert {actor for actor in EVERYBODY if allows(actor, permission, subject)} == allowed


@pytest.mark.parametrize(
    "permission",
    [
        Permission.CASE_FILE,
        Permission.CASE_PAUSE,
        Permission.CASE_VIEW,
        Permission.TASK_CLAIM,
        Permission.TASK_COMPLETE,
        Permission.TASK_REASSIGN,
    ],
)
def test_a_permission_asked_without_its_subject_is_denied(permission: Permission) -> None:
    assert not any(allows(actor, permission) for actor in EVERYBODY)


def test_the_system_may_do_everything() -> None:
    assert all(allows(SYSTEM, permission) for permission in Permission)


def test_an_assignee_who_has_lost_the_post_may_not_work() -> None:
    assigned = TaskSubject(task.offers, assignee_id=charlie.user_id)

    for permission in (Permission.TASK_CLAIM, Permission.TASK_COMPLETE):
        assert not allows(charlie, permission, assigned)


def test_what_may_not_be_seen_is_not_found_and_what_may_not_be_done_is_refused() -> None:
    with pytest.raises(NotFound):
        require(charlie, Permission.CASE_VIEW, case)
    with pytest.raises(NotPermitted):
        require(charlie, Permission.TASK_COMPLETE, task)
    require(alice, Permission.TASK_COMPLETE, task)


def test_a_substitute_acts_for_the_holder_unless_the_post_is_their_own() -> None:
    both = Actor(8, "Hoa", (Held(ROLE, XA, substitute_for=1), Held(ROLE, XA)))

    assert substitute.stands_in_for({ROLE}, XA) == alice.user_id
    assert both.stands_in_for({ROLE}, XA) is None
    assert alice.stands_in_for({ROLE}, XA) is None
    assert charlie.stands_in_for({ROLE}, XA) is None
