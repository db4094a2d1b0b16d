"""Giving open tasks to another officer, one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from engine.domain.access import Permission, TaskSubject, allows, require
from engine.domain.errors import Misuse, NotFound, TaskClosed
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.persistence import people, worklists
from engine.persistence.cases import lock_case_of_task
from engine.persistence.tables import OfferRow, TaskRow
from engine.persistence.work import Post, assign, offers_of, offers_of_all
from engine.persistence.worklists import InboxLine
from engine.services import notifying
from engine.services.act import Act
from engine.services.casework import open_case

#: What a page of the list holds, and as much as anybody looks over.
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be given the task, with what lies on their desk."""

    user_id: int
    name: str
    role: str
    unit_id: int
    substitute: bool
    open_tasks: int
    overdue_tasks: int


def holders(act: Act, task_id: int) -> list[Candidate]:
    """Who may be given the task: those in its posts and their substitutes, least burdened first.

    Raises NotFound, NotPermitted, TaskClosed.
    """
    task = act.session.get(TaskRow, task_id)
    if task is None:
        raise NotFound()
    offers = offers_of(act.session, task_id)
    if not offers:
        raise TaskClosed()
    require(act.actor, Permission.TASK_REASSIGN, TaskSubject(offers, task.assignee_id))
    return _candidates(act, offers)


def reassign(act: Act, task_id: int, user_id: int, reason: str) -> TaskRow:
    """Gives an open task to one of its `holders`, with a reason.

    1. lock the case; 2. permission (the role's head, supervisors); 3. the new officer must hold
    one of the task's posts today; 4. assign, the draft goes along; 5. journal; 6. tell them.
    Raises NotFound, NotPermitted, TaskClosed, Misuse.
    """
    work = open_case(act, lock_case_of_task(act.session, task_id))
    task = next((task for task in work.tasks.values() if task.row.id == task_id), None)
    if task is None:
        raise TaskClosed()
    require(act.actor, Permission.TASK_REASSIGN, task.subject)
    reason = " ".join(reason.split())
    if not reason:
        raise Misuse(say("Hãy ghi lý do chuyển việc."))
    chosen = [one for one in _candidates(act, task.subject.offers) if one.user_id == user_id]
    if not chosen:
        raise Misuse(say("Người được chọn không giữ chức danh thực hiện việc này."))
    before = task.row.assignee_id
    if before == user_id:
        raise Misuse(say("Việc này đang do %(name)s giữ rồi.", name=chosen[0].name))
    assign(act.session, task.row, user_id)
    work.note(
        Journalled.TASK_REASSIGNED,
        task.row.element,
        task=task.row.name,
        to=chosen[0].name,
        to_id=user_id,
        from_id=before,
        reason=reason,
    )
    work.write_journal()
    notifying.tell(act, [user_id], _given(work.case.code, task.row, reason))
    return task.row


@dataclass(frozen=True)
class Group:
    """Chosen tasks that the same people may hold."""

    posts: frozenset[Post]
    tasks: tuple[InboxLine, ...]
    candidates: tuple[Candidate, ...]

    @property
    def key(self) -> str:
        """What a form names the group by: its place in the list is another once a task is done."""
        return "+".join(f"{role}.{unit_id}" for role, unit_id in sorted(self.posts))


def groups(act: Act, task_ids: Sequence[int]) -> list[Group]:
    """Open tasks among `task_ids` that the actor may give to others, by who could do them.

    The largest group first; what is closed or not the actor's to give is left out.
    Raises NotPermitted, and Misuse for too many at once.
    """
    require(act.actor, Permission.BOARD_VIEW)
    if len(task_ids) > MOST_AT_ONCE:
        raise Misuse(say("Mỗi lần giao lại nhiều nhất %(most)s việc.", most=MOST_AT_ONCE))
    lines = worklists.watched_among(act.session, act.actor, task_ids)
    posts = offers_of_all(act.session, [line.task_id for line in lines])
    together: dict[frozenset[Post], list[InboxLine]] = {}
    for line in lines:
        offers = posts[line.task_id]
        if allows(act.actor, Permission.TASK_REASSIGN, TaskSubject(offers, line.assignee_id)):
            together.setdefault(offers, []).append(line)
    found = [
        Group(offers, tuple(tasks), tuple(_candidates(act, offers)))
        for offers, tasks in together.items()
    ]
    return sorted(found, key=lambda group: (-len(group.tasks), sorted(group.posts)))


def _given(code: str, task: TaskRow, reason: str) -> Notice:
    """What whoever is given the task is told."""
    message = say(
        "Bạn được giao việc “%(task)s” của hồ sơ %(code)s. Lý do: %(reason)s",
        task=task.name,
        code=code,
        reason=reason,
    )
    return Notice(Kind.ASSIGNED, message, case_id=task.case_id, task_id=task.id)


def _candidates(act: Act, offers: frozenset[tuple[str, int]]) -> list[Candidate]:
    """Each person once, in person before standing in for somebody."""
    late = _overdue_by_user(act)
    found: dict[int, Candidate] = {}
    for one in people.holders(act.session, offers, act.today):
        if one.user_id in found and one.substitute_for is not None:
            continue
        found[one.user_id] = Candidate(
            user_id=one.user_id,
            name=one.name,
            role=one.role,
            unit_id=one.unit_id,
            substitute=one.substitute_for is not None,
            open_tasks=one.open_tasks,
            overdue_tasks=late.get(one.user_id, 0),
        )
    return list(found.values())


def _overdue_by_user(act: Act) -> dict[int, int]:
    late = act.session.execute(
        select(OfferRow.assignee_id, func.count(OfferRow.task_id.distinct()))
        .where(OfferRow.assignee_id.is_not(None), OfferRow.sort_due < act.now)
        .group_by(OfferRow.assignee_id)
    )
    return {user_id: count for user_id, count in late if user_id is not None}
