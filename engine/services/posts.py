"""What becomes of posts: ended, handed on, marked as head or leader; substitutes sent home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.domain.access import Permission, TaskSubject, require
from engine.domain.errors import Misuse, NotFound
from engine.domain.explanations import day_text
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.persistence import people, staff
from engine.persistence.tables import PostRow, SubstituteRow, UnitRow, UserRow
from engine.persistence.work import OpenTask, assign
from engine.services import desks, journalling, notifying, organising
from engine.services.act import Act
from engine.services.casework import Casework


@dataclass(frozen=True)
class Ended:
    """What ending a post or a substitution did to the work that lay on a desk."""

    returned: int = 0  # back into the queue of the post
    handed: int = 0  # given to the successor


def one(act: Act, post_id: int) -> PostRow:
    """A post (administrators). Raises NotFound."""
    require(act.actor, Permission.USER_ADMIN)
    row = act.session.get(PostRow, post_id)
    if row is None:
        raise NotFound()
    return row


def held_work(act: Act, post: PostRow) -> list[int]:
    """The open tasks that lie on the holder's desk and belong to the post (administrators)."""
    require(act.actor, Permission.USER_ADMIN)
    return staff.held_tasks(act.session, post.user_id, post.role, post.unit_id)


def end(act: Act, post_id: int, ends: date, successor_id: int | None = None) -> Ended:
    """Ends a post: its holder has it no more from `ends` on; one that never began is taken back.

    1. permission; 2. lock the unit; 3. the post, and substitutes that would last longer; 4. when
    it is over today: what lies on the holder's desk goes to `successor_id` (who must hold the
    post) or back into the queue; 5. journal.
    Raises NotPermitted, NotFound, Misuse (it ends earlier already).
    """
    require(act.actor, Permission.USER_ADMIN)
    row = one(act, post_id)
    act.session.get_one(UnitRow, row.unit_id, with_for_update=True)
    if row.ends is not None and row.ends <= ends:
        raise Misuse(say("Chức danh này thôi giao từ %(day)s rồi.", day=day_text(row.ends)))
    holder, role, unit_id = row.user_id, row.role, row.unit_id
    stood_in = {sub.user_id for sub in _cut_substitutes(act, row, ends)}
    act.session.flush()  # before the post that they stand at
    if ends <= row.starts:
        act.session.delete(row)
    else:
        row.ends = ends
    act.session.flush()
    journalling.note(
        act,
        Journalled.POST_ENDED,
        role=organising.role_name(act, role),
        unit=act.session.get_one(UnitRow, unit_id).name,
        user=act.session.get_one(UserRow, holder).full_name,
        ends=day_text(ends),
        post=post_id,
    )
    return _clear_desks(act, {holder, *stood_in}, role, unit_id, successor_id)


def hand_on(act: Act, post_id: int, user_id: int, on: date) -> tuple[PostRow, Ended]:
    """Ends a post and gives it, head or leader as it is, to somebody else from the same day.

    Work on the former holder's desk goes along when that day has come.
    Raises NotPermitted, NotFound, Misuse.
    """
    require(act.actor, Permission.USER_ADMIN)
    row = one(act, post_id)
    user = act.session.get(UserRow, user_id)
    if user is None:
        raise NotFound()
    if row.user_id == user_id:
        raise Misuse(say("%(user)s đang giữ chức danh này rồi.", user=user.full_name))
    role, unit_id, until, marks = row.role, row.unit_id, row.ends, (row.head, row.leader)
    if until is not None and until <= on:
        raise Misuse(say("Chức danh này thôi giao từ %(day)s rồi.", day=day_text(until)))
    # Ended first, its work handed over last: no two leaders, and the successor must hold it.
    ended_user = row.user_id
    _end_quietly(act, row, on)
    unit = act.session.get_one(UnitRow, unit_id)
    given = organising.appoint(
        act, user, role, unit, on, ends=until, head=marks[0], leader=marks[1]
    )
    return given, _clear_desks(act, {ended_user}, role, unit_id, user_id)


def mark(act: Act, post_id: int, on: date, *, head: bool, leader: bool) -> PostRow:
    """Says from a day on whether the holder heads the role or leads the unit.

    The post ends on that day and is given anew with other marks; substitutes stay.
    Raises NotPermitted, NotFound, Misuse (another leader, nothing changes).
    """
    require(act.actor, Permission.USER_ADMIN)
    row = one(act, post_id)
    if (row.head, row.leader) == (head, leader):
        raise Misuse(say("Không có gì thay đổi."))
    if row.ends is not None and row.ends <= on:
        raise Misuse(say("Chức danh này thôi giao từ %(day)s rồi.", day=day_text(row.ends)))
    on = max(on, row.starts)
    user = act.session.get_one(UserRow, row.user_id)
    unit = act.session.get_one(UnitRow, row.unit_id)
    role, until = row.role, row.ends
    staying = [
        (sub.user_id, max(sub.starts, on), sub.ends)
        for sub in staff.substitutes_of(act.session, row.id)
        if sub.ends is None or sub.ends > on
    ]
    _end_quietly(act, row, on)
    given = organising.appoint(act, user, role, unit, on, ends=until, head=head, leader=leader)
    for user_id, starts, ends in staying:
        act.session.add(SubstituteRow(post_id=given.id, user_id=user_id, starts=starts, ends=ends))
    act.session.flush()
    return given


def end_substitute(act: Act, substitute_id: int, ends: date) -> Ended:
    """Sends a substitute home from `ends` on; one that never began is taken back.

    What lies on their desk for that post goes to its queue when it is over today.
    Raises NotPermitted, NotFound, Misuse (it ends earlier already).
    """
    require(act.actor, Permission.USER_ADMIN)
    row = act.session.get(SubstituteRow, substitute_id)
    if row is None:
        raise NotFound()
    if row.ends is not None and row.ends <= ends:
        raise Misuse(say("Việc thay này thôi từ %(day)s rồi.", day=day_text(row.ends)))
    post, user_id = act.session.get_one(PostRow, row.post_id), row.user_id
    if ends <= row.starts:
        act.session.delete(row)
    else:
        row.ends = ends
    act.session.flush()
    journalling.note(
        act,
        Journalled.SUBSTITUTE_ENDED,
        user=act.session.get_one(UserRow, user_id).full_name,
        holder=act.session.get_one(UserRow, post.user_id).full_name,
        role=organising.role_name(act, post.role),
        unit=act.session.get_one(UnitRow, post.unit_id).name,
        ends=day_text(ends),
    )
    return _clear_desks(act, {user_id}, post.role, post.unit_id, None)


def _end_quietly(act: Act, row: PostRow, ends: date) -> None:
    """Ends a post whose work is dealt with afterwards; journalled as any other."""
    end(act, row.id, ends, _KEEP)


#: In place of a successor: what lies on the desk is dealt with afterwards.
_KEEP = -1


def _cut_substitutes(act: Act, post: PostRow, ends: date) -> list[SubstituteRow]:
    """Substitutes do not outlast the post; those that were cut."""
    cut = []
    for sub in staff.substitutes_of(act.session, post.id):
        if sub.ends is None or sub.ends > ends:
            cut.append(sub)
            if ends <= sub.starts:
                act.session.delete(sub)
            else:
                sub.ends = ends
    return cut


def _clear_desks(
    act: Act, user_ids: Iterable[int], role: str, unit_id: int, successor_id: int | None
) -> Ended:
    """Moves what lies on the desks of those who hold a post no more; what comes later stays."""
    if successor_id == _KEEP:
        return Ended()
    returned = handed = 0
    for user_id in sorted(user_ids):
        for task_id in staff.held_tasks(act.session, user_id, role, unit_id):
            found = desks.left_behind(act, task_id)
            if found is None:
                continue
            work, task = found
            if successor_id is None or not _may_take(act, successor_id, task.subject):
                desks.put_back(work, task)
                returned += 1
                continue
            _hand_over(work, task, successor_id)
            handed += 1
    return Ended(returned, handed)


def _hand_over(work: Casework, task: OpenTask, successor_id: int) -> None:
    """Gives the task to the successor, who is told."""
    act, before = work.act, task.row.assignee_id
    assign(act.session, task.row, successor_id)
    reason = say("thay đổi người giữ chức danh")
    work.note(
        Journalled.TASK_REASSIGNED,
        task.row.element,
        task=task.row.name,
        to=people.names(act.session, [successor_id])[successor_id],
        to_id=successor_id,
        from_id=before,
        reason=str(reason),
    )
    message = say(
        "Bạn được giao việc “%(task)s” của hồ sơ %(code)s. Lý do: %(reason)s",
        task=task.row.name,
        code=work.case.code,
        reason=reason,
    )
    notice = Notice(Kind.ASSIGNED, message, case_id=work.case.id, task_id=task.row.id)
    notifying.tell(act, [successor_id], notice)
    work.write_journal()


def _may_take(act: Act, user_id: int, subject: TaskSubject) -> bool:
    return people.still_holds(act.session, user_id, subject.offers, act.today)
