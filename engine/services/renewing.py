"""Puts a better file of a dossier in the place of one; the old one stays readable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from engine.domain.access import CaseSubject, Permission, allows, require
from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import CaseState
from engine.persistence import cases
from engine.persistence.tables import AttachmentRow, CaseRow, TaskRow
from engine.ports import StoredFile, UploadedFile
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.evidence import checked_reason
from engine.services.files import REFERENCE

NAME_LENGTH = 255

NO_FILE = say("Hãy chọn tệp thay thế; tệp không được rỗng.")

#: A scan of a paper may come as any of these; other files are replaced by their own kind.
_SCANS = frozenset({"application/pdf", "image/jpeg", "image/png"})

#: Forms judge files by their names: what each kind is called.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}


def renew(act: Act, attachment_id: int, upload: UploadedFile, reason: str) -> AttachmentRow:
    """A new version of a file; the case's data and open drafts refer to it from now on.

    Whoever works in a unit that has or had the case's work may, while the case is not finished; the
    file of a step only who uploaded it or an officer of the step's unit; a document of an act on
    the clock only who uploaded it. What was submitted at finished steps stays as it was.
    Raises NotFound, NotPermitted, Conflict (there is a newer one), Misuse.
    """
    old = act.session.get(AttachmentRow, attachment_id)
    if old is None:
        raise NotFound()
    work = open_case(act, cases.lock_case(act.session, old.case_id))
    subject = work.surroundings.subject
    require(act.actor, Permission.CASE_VIEW, subject)
    require(act.actor, Permission.FILE_RENEW, subject)
    if not _is_ones_own(act, old):
        raise NotPermitted(say("Chỉ người nộp tệp hoặc cán bộ cùng đơn vị mới thay được tệp này."))
    if work.case.state == CaseState.FINISHED:
        raise Conflict(say("Hồ sơ đã kết thúc nên không thay tệp được nữa."))
    if _newer(act, old):
        raise Conflict(say("Tệp này đã có bản mới hơn. Hãy tải lại trang."))
    written = checked_reason(reason)
    if upload.empty:
        raise Misuse(NO_FILE)
    stored = act.app.ports.files.keep(upload)
    _refuse_kind(old, stored)
    row = AttachmentRow(
        case_id=old.case_id,
        task_id=old.task_id,
        field=old.field,
        sha256=stored.sha256,
        filename=_named(stored),
        size=stored.size,
        media_type=stored.media_type,
        uploaded_at=act.now,
        uploaded_by_id=act.actor.user_id,
        version=old.version + 1,
        replaces_id=old.id,
        reason=written,
        scan=stored.scan,
    )
    act.session.add(row)
    act.session.flush()  # its number
    _refer(work, old, row)
    work.note(
        Journalled.FILE_RENEWED,
        filename=old.filename,
        version=row.version,
        reason=written,
        sha256=row.sha256,
        replaces=old.sha256,
    )
    work.write_journal()
    return row


def may_renew(act: Act, case: CaseRow, subject: CaseSubject, row: AttachmentRow) -> bool:
    """Whether the actor may put another file in the place of this one, the newest version."""
    return (
        case.state != CaseState.FINISHED
        and allows(act.actor, Permission.FILE_RENEW, subject)
        and _is_ones_own(act, row)
    )


def chains(rows: Iterable[AttachmentRow]) -> list[list[AttachmentRow]]:
    """Each file with the versions before it, newest first; in the order they first came in."""
    found: dict[int, list[AttachmentRow]] = {}
    for row in rows:
        before = found.pop(row.replaces_id, []) if row.replaces_id is not None else []
        found[row.id] = [row, *before]
    return sorted(found.values(), key=lambda chain: chain[-1].id)


def chain_of(act: Act, row: AttachmentRow) -> list[AttachmentRow]:
    """All versions of the file that this is one of, newest first."""
    rows = act.session.scalars(
        select(AttachmentRow)
        .where(AttachmentRow.case_id == row.case_id, AttachmentRow.field == row.field)
        .order_by(AttachmentRow.id)
    )
    return next(chain for chain in chains(rows) if row in chain)


def _is_ones_own(act: Act, row: AttachmentRow) -> bool:
    if row.uploaded_by_id == act.actor.user_id:
        return True
    task = act.session.get(TaskRow, row.task_id) if row.task_id is not None else None
    return task is not None and task.unit_id in act.actor.units


def _newer(act: Act, row: AttachmentRow) -> bool:
    newer = select(AttachmentRow.id).where(AttachmentRow.replaces_id == row.id)
    return act.session.scalar(newer.limit(1)) is not None


def _refuse_kind(old: AttachmentRow, new: StoredFile) -> None:
    if new.sha256 == old.sha256:
        raise Misuse(say("Tệp vừa chọn giống hệt tệp đang có."))
    fits = new.media_type == old.media_type or {new.media_type, old.media_type} <= _SCANS
    if not fits:
        raise Misuse(
            say(
                "Bản mới phải cùng loại với tệp “%(name)s”; bản quét có thể là PDF, JPG hoặc PNG.",
                name=old.filename,
            )
        )


def _named(stored: StoredFile) -> str:
    endings = _ENDINGS.get(stored.media_type, ("",))
    if stored.filename.lower().endswith(endings):
        return stored.filename
    return stored.filename[: NAME_LENGTH - 5] + endings[0]


def _refer(work: Casework, old: AttachmentRow, new: AttachmentRow) -> None:
    """What the case says now, and what is being filled in, names the new file."""
    reference = {
        "file": new.sha256,
        "name": new.filename,
        "size": new.size,
        "type": new.media_type,
    }
    work.case.data = _replaced(work.case.data, old.sha256, reference)
    for task in work.tasks.values():
        if task.row.draft is not None:
            task.row.draft = _replaced(task.row.draft, old.sha256, reference)


def _replaced(
    data: Mapping[str, object], digest: str, reference: Mapping[str, object]
) -> dict[str, object]:
    def one(value: object) -> object:
        if isinstance(value, Mapping):
            if value.keys() == REFERENCE:
                return dict(reference) if value["file"] == digest else value
            return {name: one(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [one(inner) for inner in value]
        return value

    return {name: one(value) for name, value in data.items()}


__all__: Sequence[str] = ("chain_of", "chains", "may_renew", "renew")
