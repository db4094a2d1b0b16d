"""Putting a list together: which dossiers are on it, and which may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engine.domain import dossier_lists as kinds
from engine.domain.access import Permission, TaskSubject, allows, require
from engine.domain.dossier_lists import Column, ListKind, Row
from engine.domain.errors import Blocked, Conflict, DossiersBlocked, Misuse, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.states import CaseState, ListState
from engine.persistence import dossier_lists
from engine.persistence.cases import lock_case
from engine.persistence.dossier_lists import Gatherable
from engine.persistence.tables import CaseRow, DossierListRow, ListedCaseRow, TaskRow
from engine.persistence.work import OpenTask, Post, offers_of_all
from engine.services import journalling
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.evidence import checked_reason
from engine.services.listing import leaving, letters
from engine.services.listing.rights import changeable, kind_drawn_at, may_work, visible
from engine.services.listing.writing import checked_title
from engine.services.tasks import may_take_over

#: As many dossiers as one list holds, and as one page offers.
MOST = 500

#: Versions of a procedure that are looked at for steps where lists are made.
NEWEST_VERSIONS = 3


@dataclass(frozen=True)
class Place:
    """A step at which lists are made, with how many dossiers lie there for the actor."""

    procedure_key: str
    procedure: str
    process: str
    element: str
    step: str
    kind: ListKind
    waiting: int


@dataclass(frozen=True)
class Candidate:
    """A dossier that could be put on a list."""

    task: Gatherable
    row: Row
    missing: tuple[Column, ...]
    why_not: Message | None  # what keeps it off for now


def places(act: Act) -> list[Place]:
    """The steps at which the actor may gather dossiers into a list."""
    found: dict[tuple[str, str], Place] = {}
    for key, version_id in dossier_lists.versions_alive(act.session, NEWEST_VERSIONS):
        version = act.version(version_id)
        for process, drawing in version.spec.drawings.items():
            for node in drawing.nodes.values():
                kind = kind_drawn_at(node)
                if kind is None or (process, node.id) in found:
                    continue
                number = dossier_lists.count_gatherable(
                    act.session, act.actor, process, node.id, MOST
                )
                if number:
                    found[process, node.id] = Place(
                        key, version.drawing.name, process, node.id, node.name, kind, number
                    )
    return list(found.values())


def candidates(act: Act, process: str, element: str, query: str = "") -> list[Candidate]:
    """The dossiers that wait at a step for the actor and are on no list, the ready ones first."""
    found = []
    tasks = dossier_lists.gatherable(act.session, act.actor, process, element, query, MOST)
    held = [one.task_id for one in tasks if one.assignee_id not in (None, act.actor.user_id)]
    offers = offers_of_all(act.session, held) if held else {}
    for task in tasks:
        node = act.version(task.case.version_id).node(process, element)
        kind = kind_drawn_at(node)
        if kind is None:
            continue
        row = kind.row(task.case.data, {})
        found.append(Candidate(task, row, kind.missing(row), _why_not(act, task, offers)))
    return sorted(found, key=lambda one: (one.why_not is not None, bool(one.missing)))


def _why_not(act: Act, task: Gatherable, offers: Mapping[int, frozenset[Post]]) -> Message | None:
    """`offers`: the posts of what somebody else holds, which a substitute may take over."""
    if task.case.state == CaseState.PAUSED:
        return say("Hồ sơ đang tạm dừng tính thời hạn.")
    posts = offers.get(task.task_id)
    if posts is not None and not may_take_over(act, TaskSubject(posts, task.assignee_id)):
        return say("%(name)s đang giữ việc này.", name=task.assignee or "?")
    return None


def make(act: Act, task_ids: Sequence[int], title: str) -> DossierListRow:
    """Makes a list of open tasks that stand at one step, by the name of their liệt sĩ.

    1. lock the cases in the order of their ids; 2. permission for each task; 3. none may be on
    another list; 4. rows, journal: a line for each dossier and one of the system.
    Raises NotPermitted, Misuse, DossiersBlocked.
    """
    works = _taken_up(act, task_ids)
    first = works[0][1].row
    if any((t.row.process, t.row.element) != (first.process, first.element) for _, t in works):
        raise Misuse(say("Các hồ sơ của một danh sách phải đang ở cùng một bước."))
    if len({task.row.unit_id for _, task in works}) > 1:
        raise Misuse(say("Các hồ sơ của một danh sách phải do cùng một đơn vị giải quyết."))
    work = works[0][0]
    kind = kind_drawn_at(work.version.node(first.process, first.element))
    if kind is None:
        raise Misuse(say("Bước “%(step)s” không lập danh sách.", step=first.name))
    require(act.actor, Permission.LIST_MAKE, first.unit_id)
    row = DossierListRow(
        unit_id=first.unit_id,
        procedure_key=work.case.procedure_key,
        process=first.process,
        element=first.element,
        kind=kind.kind,
        title=checked_title(title),
        state=ListState.OPEN,
        made_at=act.now,
        made_by_id=act.actor.user_id,
        letter=letters.first_draft(act, first.unit_id),
    )
    act.session.add(row)
    act.session.flush()
    ordered = sorted(works, key=lambda pair: kinds.by_name(kind.row(pair[0].case.data, {})))
    _join(act, row, [work for work, _ in ordered], 0)
    facts = {"list": row.title, "list_id": row.id, "number": len(works)}
    journalling.note(act, Journalled.LIST_MADE, **facts)
    return row


def add(act: Act, list_id: int, task_ids: Sequence[int]) -> DossierListRow:
    """Puts more dossiers at the end of an open list. Raises as `make`, and Conflict."""
    seen = visible(act, list_id)
    works = _taken_up(act, task_ids)  # cases first, then the list: as everybody does
    row = changeable(act, list_id)
    if any((t.row.process, t.row.element) != (row.process, row.element) for _, t in works):
        raise Misuse(say("Các hồ sơ của một danh sách phải đang ở cùng một bước."))
    if any(task.row.unit_id != seen.unit_id for _, task in works):
        raise Misuse(say("Các hồ sơ của một danh sách phải do cùng một đơn vị giải quyết."))
    already = dossier_lists.members(act.session, list_id)
    if len(already) + len(works) > MOST:
        raise _too_many()
    last = max((one.position for one in already), default=0)
    _join(act, row, [work for work, _ in works], last)
    return row


def take_off(act: Act, list_id: int, case_id: int, reason: str) -> DossierListRow:
    """Takes a dossier off; it goes its own way from the step where it stands.

    While the list is put together whoever makes it may, later whoever has it before them.
    Raises NotFound, NotPermitted, Conflict, Misuse (no reason).
    """
    row = visible(act, list_id)
    if not dossier_lists.was_member(act.session, list_id, case_id):
        raise NotFound()
    said = checked_reason(reason)
    work = open_case(act, lock_case(act.session, case_id))
    if row.state == ListState.OPEN:
        row = changeable(act, list_id)
    else:
        if not may_work(act, row):
            require(act.actor, Permission.TASK_COMPLETE)
        row = dossier_lists.lock_list(act.session, list_id) or row
    if work.case.list_id != list_id or row.state not in dossier_lists.ALIVE:
        raise Conflict(say("Hồ sơ %(code)s không còn trong danh sách này.", code=work.case.code))
    leaving.leave(work, row, said)
    work.write_journal()
    leaving.drop_if_empty(act, row)
    return row


def drop(act: Act, list_id: int, reason: str) -> DossierListRow:
    """Takes an open list apart: each dossier goes its own way. Raises as `take_off`."""
    visible(act, list_id)
    said = checked_reason(reason)
    ids = [one.case_id for one in dossier_lists.members(act.session, list_id)]
    works = [open_case(act, lock_case(act.session, case_id)) for case_id in sorted(ids)]
    row = changeable(act, list_id)
    for work in works:
        if work.case.list_id == list_id:
            leaving.leave(work, row, said)
            work.write_journal()
    leaving.end(act, row, said)
    return row


# --- parts ----------------------------------------------------------------------------------------


def _taken_up(act: Act, task_ids: Sequence[int]) -> list[tuple[Casework, OpenTask]]:
    """The locked cases of some tasks, each with its task, in the order of the cases' ids."""
    wanted = sorted(set(task_ids))
    if not wanted:
        raise Misuse(say("Hãy chọn ít nhất một hồ sơ."))
    if len(wanted) > MOST:
        raise _too_many()
    rows = act.session.scalars(select(TaskRow).where(TaskRow.id.in_(wanted)))
    by_case = {row.case_id: row.id for row in rows}
    if len(by_case) < len(wanted):
        raise NotFound()
    found: list[tuple[Casework, OpenTask]] = []
    blocked: list[Blocked] = []
    for case_id in sorted(by_case):
        work = open_case(act, lock_case(act.session, case_id))
        task = next((t for t in work.tasks.values() if t.row.id == by_case[case_id]), None)
        if task is None:  # what is told of a dossier is for those who see it
            require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
        elif not allows(act.actor, Permission.TASK_COMPLETE, task.subject):
            require(act.actor, Permission.TASK_COMPLETE)
        why = why_blocked(act, work, task) or _listed(act, work.case)
        if why is None and task is not None:
            found.append((work, task))
        elif why is not None:
            blocked.append(Blocked(case_id, work.case.code, work.case.subject, why))
    if blocked:
        raise DossiersBlocked(blocked)
    return found


def why_blocked(act: Act, work: Casework, task: OpenTask | None) -> Message | None:
    """What keeps a dossier from going on with a list from its step; None when nothing does."""
    if work.case.state == CaseState.FINISHED:
        return say("Hồ sơ đã kết thúc.")
    if task is None:
        return say("Hồ sơ không còn ở bước này.")
    if work.case.state == CaseState.PAUSED:
        return say("Hồ sơ đang tạm dừng tính thời hạn.")
    if not allows(act.actor, Permission.TASK_COMPLETE, task.subject):
        return say("Việc này thuộc chức danh khác.")
    if not may_take_over(act, task.subject):
        return say("Người khác đang giữ việc này.")
    return None


def _listed(act: Act, case: CaseRow) -> Message | None:
    if case.list_id is None:
        return None
    other = act.session.get(DossierListRow, case.list_id)
    title = other.title if other else ""
    return say("Hồ sơ đã ở trong danh sách “%(list)s”.", list=title)


def _join(act: Act, row: DossierListRow, works: Sequence[Casework], last: int) -> None:
    for place, work in enumerate(works, last + 1):
        act.session.add(
            ListedCaseRow(list_id=row.id, case_id=work.case.id, position=place, open=True, row={})
        )
        work.case.list_id = row.id
        work.note(Journalled.LIST_JOINED, row.element, list=row.title, list_id=row.id)
        work.write_journal()
    act.session.flush()


def _too_many() -> Misuse:
    return Misuse(say("Mỗi danh sách nhiều nhất %(most)s hồ sơ.", most=MOST))
