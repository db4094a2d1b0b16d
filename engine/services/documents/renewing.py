"""Issued documents: issued anew with the reason, or voided."""

from __future__ import annotations

from sqlalchemy import select

from engine.domain.access import Permission, require
from engine.domain.errors import Conflict
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import DocumentState, change_document
from engine.persistence.tables import BookNumberRow, DocumentRow
from engine.services import documents, numbering
from engine.services.act import Act
from engine.services.casework import Casework
from engine.services.documents import forms
from engine.services.documents.kinds import DocumentKind, kind_of
from engine.services.documents.papers import UNNUMBERED
from engine.services.documents.taking import (
    WAITING,
    called,
    sign_of,
    source_of,
    wanted,
    with_case,
)
from engine.services.evidence import checked_reason


def reissue(act: Act, document_id: int, reason: str) -> DocumentRow:
    """A new document in place of an issued one, which says what it replaces and why.

    A form is filled in anew from the dossier as it stands and issued at once; a letter becomes a
    draft to be corrected, and replaces the old one when it is issued itself. Raises NotFound,
    NotPermitted, Conflict (not in force), Misuse (no reason), TemplateLacks, TemplateBroken.
    """
    work, old = with_case(act, document_id)
    require(act.actor, Permission.BOOK_USE, old.unit_id)
    said, kind = checked_reason(reason).rstrip("."), kind_of(old.kind)
    if old.state != DocumentState.ISSUED:
        raise Conflict(say("Chỉ cấp lại được văn bản đang có hiệu lực."))
    replaces = f"Thay thế {called(old)}. Lý do: {said}."
    if kind.written:
        return _begin_anew(work, old, kind, said, replaces)
    source = source_of(work, kind, old.task_id, old.data.get("round"), replaces, old.unit_id)
    paper = forms.build(source, kind.id, make_key=True)
    row = documents.draft(act, wanted(kind, source, paper))
    row.replaces_id, row.reason = old.id, said
    documents.issue(act, row, kind.book, kind.letter)
    replace(work, old, row)
    work.write_journal()
    return row


def _begin_anew(
    work: Casework, old: DocumentRow, kind: DocumentKind, reason: str, replaces: str
) -> DocumentRow:
    act = work.act
    waiting = act.session.scalars(
        select(DocumentRow).where(DocumentRow.replaces_id == old.id, DocumentRow.state.in_(WAITING))
    ).first()
    if waiting is not None:
        raise Conflict(say("Đã có dự thảo thay thế văn bản này. Hãy sửa dự thảo đó."))
    wanted = documents.Wanted(
        kind=kind.id,
        title=old.title,
        unit_id=old.unit_id,
        data={**old.data, **UNNUMBERED, "replaces": replaces},
        case_id=old.case_id,
        task_id=old.task_id,
    )
    row = documents.draft(act, wanted)
    row.replaces_id, row.reason = old.id, reason
    work.note(Journalled.DOCUMENT_DRAFTED, None, title=row.title)
    work.write_journal()
    return row


def replace(work: Casework, old: DocumentRow, new: DocumentRow) -> None:
    old.state = change_document(DocumentState(old.state), DocumentState.REPLACED)
    old.ended_at = work.act.now
    work.note(
        Journalled.DOCUMENT_REISSUED, None, title=new.title, sign=sign_of(new), reason=new.reason
    )


def void(act: Act, document_id: int, reason: str) -> DocumentRow:
    """Hủy: a document counts no more; its number is voided with it and stays visible.

    Drafts are dropped by whoever may write them, issued ones by whoever answers for the dossier.
    Raises NotFound, NotPermitted, Conflict, Misuse (no reason).
    """
    work, row = with_case(act, document_id)
    if row.state == DocumentState.ISSUED:
        require(act.actor, Permission.DOCUMENT_VOID, work.surroundings.subject)
    else:
        require(act.actor, Permission.BOOK_USE, row.unit_id)
    said = checked_reason(reason).rstrip(".")
    row.state = change_document(DocumentState(row.state), DocumentState.VOIDED)
    row.ended_at, row.reason = act.now, said
    if row.number_id is not None:
        numbering.void_number(act, act.session.get_one(BookNumberRow, row.number_id), said)
    work.note(Journalled.DOCUMENT_VOIDED, None, title=row.title, reason=said)
    work.write_journal()
    return row
