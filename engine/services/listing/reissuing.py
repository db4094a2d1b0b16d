"""Issuing the documents of a list anew, after they were corrected, with the reason."""

from __future__ import annotations

from engine.domain.access import Permission, require
from engine.domain.books import Kind as Book
from engine.domain.clock import local_day
from engine.domain.errors import Conflict, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import DocumentState, ListState, change_document
from engine.persistence import dossier_lists
from engine.persistence.tables import DocumentRow, DossierListRow
from engine.services import documents, journalling, numbering
from engine.services.act import Act
from engine.services.documents import Wanted
from engine.services.evidence import checked_reason
from engine.services.listing import letters
from engine.services.listing.issuing import issue_table
from engine.services.listing.rights import visible


def reissue(act: Act, list_id: int, reason: str, *, with_letter: bool = False) -> DocumentRow:
    """A new list in place of the issued one, saying what it replaces and why; its row.

    It goes on naming the letter. `with_letter`: the letter is issued anew too, with a number of
    its own, which the new list names. What was issued before stays as it was, marked as replaced.
    Raises NotFound, NotPermitted, Conflict (not issued), Misuse (no reason), TemplateLacks.
    """
    row = visible(act, list_id)
    require(act.actor, Permission.BOOK_KEEP, row.unit_id)
    said = checked_reason(reason).rstrip(".")
    locked = dossier_lists.lock_list(act.session, list_id)
    if locked is None:
        raise NotFound()
    if locked.state != ListState.ISSUED:
        raise Conflict(say("Chỉ cấp lại được danh sách đã ban hành."))
    with journalling.together(act):  # after the documents, which somebody may be signing
        return _reissued(act, locked, said, with_letter=with_letter)


def _reissued(act: Act, row: DossierListRow, said: str, *, with_letter: bool) -> DocumentRow:
    number = len(dossier_lists.members(act.session, row.id))
    letter, table = in_force(act, row, letters.LETTER), in_force(act, row, row.kind)
    if with_letter:
        data = {**letters.letter_data(act, row, number), "replaces": _replaces(letter, said)}
        anew = _drafted(act, row, letters.LETTER, letters.letter_title(row), data)
        given = numbering.give(act, row.unit_id, Book.OUTGOING, anew.title)
        anew.signer_id, anew.signed_at = letter.signer_id, letter.signed_at
        documents.issue(act, anew, None, number=given)
        _replace(act, letter, anew, said)
        letter = anew
    data = {**letters.list_data(act, row), "replaces": _replaces(table, said)}
    anew = _drafted(act, row, row.kind, row.title, data)
    anew.signer_id, anew.signed_at = table.signer_id, table.signed_at
    reference = {key: letter.data[key] for key in ("day", "month", "year")}
    issue_table(act, row, anew, {"sign": letter.sign, **reference})
    _replace(act, table, anew, said)
    return anew


def in_force(act: Act, row: DossierListRow, kind: str) -> DocumentRow:
    """The document of a list as it is in force. Raises Conflict where there is none."""
    for document in dossier_lists.documents_of(act.session, row.id):
        if document.kind == kind and document.state == DocumentState.ISSUED:
            return document
    raise Conflict(say("Chỉ cấp lại được văn bản đang có hiệu lực."))


def _drafted(
    act: Act, row: DossierListRow, kind: str, title: str, data: dict[str, object]
) -> DocumentRow:
    wanted = Wanted(kind=kind, title=title, unit_id=row.unit_id, data=data, list_id=row.id)
    return documents.draft(act, wanted)


def _replaces(old: DocumentRow, reason: str) -> str:
    issued = f"{local_day(old.issued_at):%d/%m/%Y}" if old.issued_at else ""
    what = f"văn bản số {old.sign}" if old.sign else "danh sách"
    return f"Thay thế {what} ban hành ngày {issued}. Lý do: {reason}."


def _replace(act: Act, old: DocumentRow, new: DocumentRow, reason: str) -> None:
    old.state = change_document(DocumentState(old.state), DocumentState.REPLACED)
    old.ended_at = act.now
    new.replaces_id, new.reason = old.id, reason
    journalling.note(
        act,
        Journalled.DOCUMENT_REISSUED,
        title=new.title,
        sign=new.sign or str(new.data["letter"]["sign"]),
        reason=reason,
        list_id=new.list_id,
    )
