"""What the demo's officers do with papers between the steps: print, write, photograph, hand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.domain.states import DocumentState, TaskState
from engine.persistence import originals as shelves
from engine.persistence.tables import (
    AttachmentRow,
    CaseRow,
    DocumentRow,
    HandOverRow,
    OriginalRow,
    TaskRow,
    UnitRow,
)
from engine.services import custody, originals, renewing, uploading
from engine.services.act import Act, Application
from engine.services.documents import issuing, kinds, prefilling, writing
from engine.services.documents import renewing as issued_anew
from engine.services.originals import Receiver

PDF = "application/pdf"


@dataclass
class Desk:
    """Somebody's desk with a dossier on it; `said` is what the next step is told besides."""

    app: Application
    user_id: int
    case_id: int
    said: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def act(self) -> Iterator[Act]:
        with self.app.act(self.user_id) as act:
            yield act


Doing = Callable[[Desk], None]


@dataclass(frozen=True)
class Deed:
    """Something done with a dossier some working days before the present."""

    ago: float
    by: str  # username
    do: Doing


# --- documents -----------------------------------------------------------------------------------


def receipt(desk: Desk) -> None:
    """Prints mẫu 01."""
    with desk.act() as act:
        issuing.issue_form(act, desk.case_id, kinds.RECEIPT)


def form(kind: str, element: str) -> Doing:
    """Prints a form that a finished step asks for."""

    def do(desk: Desk) -> None:
        with desk.act() as act:
            found = select(TaskRow.id).where(
                TaskRow.case_id == desk.case_id, TaskRow.element == element
            )
            task_id = act.session.scalars(found.order_by(TaskRow.id.desc()).limit(1)).one()
            issuing.issue_form(act, desk.case_id, kind, task_id=task_id)

    return do


def receipt_again(reason: str) -> Doing:
    """Issues mẫu 01 anew, with the reason."""

    def do(desk: Desk) -> None:
        with desk.act() as act:
            old = _documents(act, desk.case_id, DocumentState.ISSUED, kinds.RECEIPT)[-1]
            issued_anew.reissue(act, old.id, reason)

    return do


def letter(kind: str) -> Doing:
    """Begins the letter that the open step asks for."""

    def do(desk: Desk) -> None:
        with desk.act() as act:
            task = _open_task(act, desk.case_id)
            writing.begin(act, desk.case_id, kind, task.id)

    return do


def number(desk: Desk) -> None:
    """The clerk numbers and issues the approved letter; the step that follows is told so."""
    with desk.act() as act:
        (approved,) = _documents(act, desk.case_id, DocumentState.SIGNED)
        writing.issue_written(act, approved.id)
        task = _open_task(act, desk.case_id)
        case = act.session.get_one(CaseRow, desk.case_id)
        asked = act.version(case.version_id).form_of(task.process, task.element)
        desk.said |= prefilling.values(act, task, asked) if asked else {}


# --- files ---------------------------------------------------------------------------------------

SCANS = "ho_so_quet"


def photograph(filename: str, width: int) -> Doing:
    """Adds a photo of the printed application, taken badly, to what the step hands in."""

    def do(desk: Desk) -> None:
        key = _uploaded(desk, filename, _picture(desk, kinds.APPLICATION, width))
        with desk.act() as act:
            desk.said[SCANS] = [uploading.uploads(act, {key})[key]]

    return do


def photograph_again(reason: str) -> Doing:
    """Puts one PDF of two better photos in the place of the first one."""

    def do(desk: Desk) -> None:
        photos = [
            (_uploaded(desk, f"Ảnh {place}.jpg", _picture(desk, kind, 1200)), 0)
            for place, kind in enumerate((kinds.APPLICATION, kinds.RECEIPT), 1)
        ]
        joined = uploading.join(desk.app, desk.user_id, photos, "Đơn và giấy tiếp nhận")
        with desk.act() as act:
            upload = uploading.uploads(act, {joined.key})[joined.key]
            found = select(AttachmentRow.id).where(
                AttachmentRow.case_id == desk.case_id, AttachmentRow.field == SCANS
            )
            renewing.renew(act, act.session.scalars(found).one(), upload, reason)

    return do


# --- originals -----------------------------------------------------------------------------------


def original(condition: str = "") -> Doing:
    """Notes the old certificate that came with the dossier."""

    def do(desk: Desk) -> None:
        with desk.act() as act:
            name, numbered = custody.suggested(act.session.get_one(CaseRow, desk.case_id))
            originals.note(act, desk.case_id, name, numbered, condition)

    return do


def hand(to: str = "", outside: str = "", note: str = "") -> Doing:
    """Hands it over to a unit by its code, or to somebody outside."""

    def do(desk: Desk) -> None:
        with desk.act() as act:
            unit = select(UnitRow.id).where(UnitRow.code == to)
            receiver = Receiver(act.session.scalars(unit).one_or_none(), outside)
            originals.hand(act, _original(act, desk.case_id).id, receiver, note)

    return do


def confirm(desk: Desk) -> None:
    """The other side has it."""
    with desk.act() as act:
        move: HandOverRow | None = shelves.open_move(act.session, _original(act, desk.case_id).id)
        if move is not None:
            originals.confirm(act, move.id)


# --- finding -------------------------------------------------------------------------------------


def _documents(
    act: Act, case_id: int, state: DocumentState, kind: str | None = None
) -> list[DocumentRow]:
    found = select(DocumentRow).where(DocumentRow.case_id == case_id, DocumentRow.state == state)
    if kind is not None:
        found = found.where(DocumentRow.kind == kind)
    return list(act.session.scalars(found.order_by(DocumentRow.id)))


def _open_task(act: Act, case_id: int) -> TaskRow:
    found = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.state == TaskState.OPEN)
    return act.session.scalars(found).one()


def _original(act: Act, case_id: int) -> OriginalRow:
    found = select(OriginalRow).where(OriginalRow.case_id == case_id)
    return act.session.scalars(found).one()


def _picture(desk: Desk, kind: str, width: int) -> bytes:
    """A picture of the first page of a printed form: what a phone would have seen."""
    with desk.act() as act:
        (row,) = _documents(act, desk.case_id, DocumentState.ISSUED, kind)
    return desk.app.ports.pictures.page(row.pdf_sha256 or "", PDF, 1, width)


def _uploaded(desk: Desk, filename: str, content: bytes) -> str:
    with desk.act() as act:
        key = uploading.begin(act, filename, len(content)).key
    uploading.receive(desk.app, desk.user_id, key, 0, [content])
    return key
