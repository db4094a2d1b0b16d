"""Carrying a whole list on: one act of one person completes the step of every dossier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn.model import Node
from engine.domain.access import Permission, require
from engine.domain.dossier_lists import KINDS
from engine.domain.errors import (
    Blocked,
    Conflict,
    DossiersBlocked,
    Misuse,
    NotFound,
)
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import DocumentState, ListState, change_document
from engine.persistence import dossier_lists
from engine.persistence.cases import lock_case
from engine.persistence.tables import DossierListRow, ListedCaseRow
from engine.persistence.work import OpenTask
from engine.services import files, journalling, tasks
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.evidence import checked_reason
from engine.services.listing import leaving, letters
from engine.services.listing.answers import (
    Answers,
    Going,
    answers_of,
    checked_rows,
    refuse_other_ways,
)
from engine.services.listing.gathering import why_blocked
from engine.services.listing.rights import kind_drawn_at, may_work, visible


@dataclass(frozen=True)
class LeftOut:
    """Dossiers that are taken off on the way, because whoever acts says so, and why."""

    case_ids: Collection[int] = ()
    reason: str = ""


def advance(
    act: Act,
    list_id: int,
    element: str,
    submission: Answers,
    *,
    left_out: LeftOut | None = None,
    confirmed: bool = False,
    units: Mapping[str, int] | None = None,
) -> DossierListRow:
    """Completes the step where a list stands for every dossier on it, or for none.

    `element` is the step that the page showed; `confirmed` says that suggestions in the rows are
    right. 1. lock the cases in the order of their ids, then the list; 2. each may go on, or is
    `left_out`; 3. validate each by its own version's form; 4. complete each; 5. the list goes
    where most stand, the others leave it; 6. documents and journal.
    Raises NotFound, NotPermitted, Conflict (somebody was faster), DossiersBlocked, FormInvalid,
    Misuse, UnitChoiceNeeded, ExecutionFailed.
    """
    row, going = taken_up(act, list_id, element, left_out or LeftOut(), units)
    if going[0].node.list_number:
        raise Misuse(say("Ở bước này danh sách được cấp số và ban hành một lần."))
    kind = KINDS[row.kind]
    opening = row.state == ListState.OPEN
    rows = checked_rows(going, kind, confirmed=confirmed) if opening else {}
    answers = [
        answers_of(one, submission, kind.answers(rows[one.work.case.id]) if opening else None)
        for one in going
    ]
    if opening:
        for one, said in zip(going, answers, strict=True):
            refuse_other_ways(one, row.kind, said)
    carry_out(going, answers)
    return _arrive(act, row, going, answers[0])


def taken_up(
    act: Act, list_id: int, element: str, left_out: LeftOut, units: Mapping[str, int] | None
) -> tuple[DossierListRow, list[Going]]:
    """The locked list with its locked dossiers, all of which may go on, in their places.

    Raises NotFound, NotPermitted, Conflict, DossiersBlocked, Misuse.
    """
    seen = visible(act, list_id)
    if not may_work(act, seen):
        _refuse_elsewhere(seen, element)
        require(act.actor, Permission.TASK_COMPLETE)
    ids = {one.case_id for one in dossier_lists.members(act.session, list_id)}
    works = {}
    for case_id in sorted(ids):
        works[case_id] = open_case(act, lock_case(act.session, case_id), units)
        works[case_id].with_list = True
    row = dossier_lists.lock_list(act.session, list_id)
    if row is None:
        raise NotFound()
    _refuse_elsewhere(row, element)
    places = dossier_lists.members(act.session, list_id)
    if {one.case_id for one in places} != ids:
        raise Conflict(say("Danh sách vừa thay đổi. Hãy xem lại rồi làm lại."))
    places = _leave_out(works, row, places, left_out)
    found, blocked = [], []
    for place in places:
        work = works[place.case_id]
        task = _task_at(work, row)
        why = why_blocked(act, work, task)
        if why is not None:
            case = work.case
            blocked.append(Blocked(case.id, case.code, case.subject or case.applicant, why))
        elif task is not None:
            found.append(Going(work, task, place))
    if blocked:
        raise DossiersBlocked(blocked)
    if not found:
        raise Misuse(say("Danh sách không còn hồ sơ nào để chuyển."))
    return row, found


def carry_out(going: Sequence[Going], answers: Sequence[Answers]) -> None:
    """Completes each dossier's task with its answers, files kept."""
    for one, said in zip(going, answers, strict=True):
        kept = files.keep_files(one.work, one.task.row.id, said)
        tasks.carry_out(one.work, one.task, kept)


def _refuse_elsewhere(row: DossierListRow, element: str) -> None:
    """The list must stand where the page showed it: somebody may have been faster."""
    if row.state in dossier_lists.ALIVE and row.element == element:
        return
    if row.state == ListState.ISSUED:
        raise Conflict(say("Danh sách “%(list)s” đã được ban hành rồi.", list=row.title))
    if row.state == ListState.DROPPED:
        raise Conflict(say("Danh sách “%(list)s” đã bỏ.", list=row.title))
    raise Conflict(
        say(
            "Danh sách “%(list)s” vừa được người khác chuyển sang bước khác. Lần gửi này không "
            "được ghi lại.",
            list=row.title,
        )
    )


def _task_at(work: Casework, row: DossierListRow) -> OpenTask | None:
    place = (row.process, row.element)
    found = (t for t in work.tasks.values() if (t.row.process, t.row.element) == place)
    return next(found, None)


def _leave_out(
    works: Mapping[int, Casework],
    row: DossierListRow,
    places: Sequence[ListedCaseRow],
    left_out: LeftOut,
) -> list[ListedCaseRow]:
    leaving_now = [one for one in places if one.case_id in left_out.case_ids]
    if leaving_now:
        reason = checked_reason(left_out.reason)
        for place in leaving_now:
            work = works[place.case_id]
            leaving.leave(work, row, reason)
            work.write_journal()
    return [one for one in places if one not in leaving_now]


# --- where the list arrives -----------------------------------------------------------------------


def _arrive(
    act: Act, row: DossierListRow, going: Sequence[Going], answers: Answers
) -> DossierListRow:
    """The list goes where most of its dossiers have come to; the others leave it."""
    act.session.flush()  # what was withdrawn
    stand = dossier_lists.standing(act.session, [one.work.case.id for one in going])
    counted = Counter(place for places in stand.values() for place in places)
    to = counted.most_common(1)[0][0] if counted else None
    step = ""
    if to is not None:
        staying = next(one for one in going if to in stand[one.work.case.id])
        node = staying.work.version.node(*to)
        row.process, row.element, step = *to, node.name
        _enter(act, row, node, answers)
    stays = 0
    for one in going:
        if to is not None and to in stand[one.work.case.id]:
            stays += 1
            facts = {"list": row.title, "list_id": row.id, "step": step}
            one.work.note(Journalled.LIST_MOVED, row.element, **facts)
        else:
            leaving.leave(one.work, row, say("hồ sơ đi hướng khác với danh sách"))
        one.work.write_journal()
    if to is None:
        leaving.end(act, row, str(say("các hồ sơ không còn bước chung nào")))
        return row
    if row.state == ListState.MOVING:
        letters.keep_drafts(act, row, stays)
        if row.signed_at == act.now:
            _sign(act, row)
    facts = {"list": row.title, "list_id": row.id, "step": step, "number": stays}
    journalling.note(act, Journalled.LIST_MOVED, **facts)
    return row


def _enter(act: Act, row: DossierListRow, node: Node, answers: Answers) -> None:
    """The list stands at another step: signed before the one that numbers it, open where it began.

    Sent back, it is put together anew, and says why.
    """
    if kind_drawn_at(node) is not None:
        row.state, row.signed_at, row.signed_by_id = ListState.OPEN, None, None
        texts = [value for value in answers.values() if isinstance(value, str) and " " in value]
        row.reason = "; ".join(texts)[: leaving.REASON_LENGTH]
        for document in letters.drafts(act, row).values():
            document.state, document.signed_at = DocumentState.DRAFT, None
        return
    row.state, row.reason = ListState.MOVING, ""
    if node.list_number:
        row.signed_at, row.signed_by_id = act.now, act.actor.user_id


def _sign(act: Act, row: DossierListRow) -> None:
    """Both documents are approved with the list, before they get their number."""
    for document in letters.drafts(act, row).values():
        document.state = change_document(DocumentState(document.state), DocumentState.SIGNED)
        document.signed_at, document.signer_id = row.signed_at, row.signed_by_id
