"""Letters and minutes: begun, written, approved by a leader, numbered by the clerk."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from engine.bpmn import expressions
from engine.domain.access import Permission, allows, require
from engine.domain.errors import Conflict, Misuse, NotPermitted
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import DocumentState, change_document
from engine.persistence.tables import BookNumberRow, DocumentRow, TaskRow
from engine.persistence.work import OpenTask
from engine.services import documents, numbering
from engine.services.act import Act
from engine.services.casework import Casework
from engine.services.documents import letters
from engine.services.documents.asked import named_at
from engine.services.documents.kinds import DocumentKind, Group, kind_of
from engine.services.documents.renewing import replace
from engine.services.documents.taking import (
    WAITING,
    element_of,
    sign_of,
    source_of,
    take_up,
    title_of,
    wanted,
    with_case,
)


def begin(act: Act, case_id: int, kind: str, task_id: int) -> DocumentRow:
    """A letter or minutes begun at a step, with text made from the data.

    Raises NotFound, NotPermitted, Misuse (not asked for at this step).
    """
    work = take_up(act, case_id)
    found = kind_of(kind)
    source = source_of(work, found, task_id, None)
    require(act.actor, Permission.BOOK_USE, source.unit_id)
    if source.task is None or found not in named_at(work.version, source.task):
        raise Misuse(say("Bước này không lập văn bản loại đó."))
    if not found.written:
        raise Misuse(say("Văn bản này được lập từ dữ liệu, không soạn tay."))
    row = documents.draft(act, wanted(found, source, letters.begin(source, found)))
    work.note(Journalled.DOCUMENT_DRAFTED, element_of(source), title=row.title)
    work.write_journal()
    return row


def write(act: Act, document_id: int, said: Mapping[str, str]) -> DocumentRow:
    """What a draft says now. Raises NotFound, NotPermitted, Conflict (signed or issued), Misuse."""
    _, row = with_case(act, document_id)
    require(act.actor, Permission.BOOK_USE, row.unit_id)
    kind = kind_of(row.kind)
    if row.state != DocumentState.DRAFT or not kind.written:
        raise Conflict(say("Chỉ sửa được dự thảo. Văn bản này đã ký duyệt hoặc đã ban hành."))
    row.data = letters.written(kind, said, row.data)
    row.title = title_of(kind, row.data)
    return row


def approve(act: Act, document_id: int) -> DocumentRow:
    """Ký duyệt: a leader approves a draft. Raises NotFound, NotPermitted, Conflict."""
    work, row = with_case(act, document_id)
    if not may_approve(work, row):
        raise NotPermitted()
    if row.state != DocumentState.DRAFT:
        raise Conflict(say("Văn bản này không còn là dự thảo."))
    _sign_draft(work, row)
    work.write_journal()
    return row


def may_approve(work: Casework, row: DocumentRow) -> bool:
    """Whether the actor leads the letter's unit, or holds a role there whose steps sign."""
    actor = work.act.actor
    if kind_of(row.kind).group is not Group.LETTER:
        return False
    leads = any(post.leader and post.unit_id == row.unit_id for post in actor.posts)
    return actor.is_system or leads or actor.holds(_signing_roles(work), row.unit_id)


def _signing_roles(work: Casework) -> set[str]:
    """The roles of the steps at which drafts are signed."""
    return {
        work.role_of(key, node).id
        for key, drawing in work.version.spec.drawings.items()
        for node in drawing.nodes.values()
        if node.signs and (node.performer is None or node.performer in work.case.data)
    }


def settle_signing(work: Casework, task: TaskRow) -> None:
    """After a step that signs: its unit's drafts are signed, or go back to whoever wrote them.

    For drawings whose step has no `signs` nothing is asked.
    """
    node = work.version.node(task.process, task.element)
    if not node.signs:
        return
    rows = work.act.session.scalars(
        select(DocumentRow).where(
            DocumentRow.case_id == work.case.id,
            DocumentRow.unit_id == task.unit_id,
            DocumentRow.state.in_(WAITING),
        )
    )
    signed = expressions.holds(node.signs, work.facts(task.round))
    for row in rows:
        if kind_of(row.kind).group is not Group.LETTER:
            continue
        if signed and row.state == DocumentState.DRAFT:
            _sign_draft(work, row, node.id)
        elif not signed and row.state == DocumentState.SIGNED:
            row.state = change_document(DocumentState.SIGNED, DocumentState.DRAFT)
            row.signed_at = row.signer_id = None


def _sign_draft(work: Casework, row: DocumentRow, element: str | None = None) -> None:
    row.state = change_document(DocumentState(row.state), DocumentState.SIGNED)
    row.signed_at, row.signer_id = work.act.now, work.act.actor.user_id
    work.note(Journalled.DOCUMENT_SIGNED, element, title=row.title)


def issue_written(act: Act, document_id: int, number_id: int | None = None) -> DocumentRow:
    """Cấp số và ban hành: the next number of the book, or a reserved one; then it is printed.

    Raises NotFound, NotPermitted, Conflict (not signed yet, issued already), Misuse,
    TemplateLacks, TemplateBroken: nothing is issued then, and no number is used.
    """
    work, row = with_case(act, document_id)
    kind = kind_of(row.kind)
    if not may_number(work, row):
        raise NotPermitted()
    if not kind.written or row.state not in WAITING:
        raise Conflict(say("Văn bản này đã ban hành hoặc không còn hiệu lực."))
    if kind.group is Group.LETTER and row.state != DocumentState.SIGNED:
        raise Conflict(say("Văn bản chưa được ký duyệt nên chưa cấp số được."))
    number = _reserved(act, row, kind, number_id)
    documents.issue(act, row, kind.book, kind.letter, number)
    if row.replaces_id is None:
        work.note(Journalled.DOCUMENT_ISSUED, None, title=row.title, sign=sign_of(row))
    else:
        replace(work, act.session.get_one(DocumentRow, row.replaces_id), row)
    work.write_journal()
    return row


def may_number(work: Casework, row: DocumentRow) -> bool:
    """Whether the actor may number a letter: where a clerk's step waits in its unit, who does it.

    A clerk's step is one whose form takes a document's number. Minutes, and letters while no such
    step is open, are numbered by anybody of the unit who works on the dossier.
    """
    act = work.act
    if not allows(act.actor, Permission.BOOK_USE, row.unit_id):
        return False
    clerks = [
        task
        for task in work.tasks.values()
        if task.row.unit_id == row.unit_id and _numbers(work, task)
    ]
    if not clerks or kind_of(row.kind).group is not Group.LETTER:
        return True
    return any(allows(act.actor, Permission.TASK_COMPLETE, task.subject) for task in clerks)


def _numbers(work: Casework, task: OpenTask) -> bool:
    form = work.version.form_of(task.row.process, task.row.element)
    return form is not None and bool(form.from_document)


def _reserved(
    act: Act, row: DocumentRow, kind: DocumentKind, number_id: int | None
) -> BookNumberRow | None:
    if number_id is None or kind.book is None:
        return None
    return numbering.use_reserved(act, number_id, row.title, row.unit_id, kind.book, kind.letter)
