"""Paper originals: noted, handed from one holder to the next, returned or kept for good.

Whoever hands over stays answerable until the other side has confirmed. Outside (a ministry, an
expert body) nobody signs in: the unit that sent it records what they confirm, and that it is back.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import HandOverState, OriginalState
from engine.persistence import cases, people
from engine.persistence import originals as shelves
from engine.persistence.tables import AttachmentRow, HandOverRow, OriginalRow
from engine.ports import UploadedFile
from engine.services import files
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.custody import NUMBER_LENGTH, called, sender, standing
from engine.services.evidence import checked_reason

NAME_LENGTH, NOTE_LENGTH = 200, 300

#: The field under which signed papers of hand-overs are attached to the case.
FIELD = "ban_goc"


@dataclass(frozen=True)
class Receiver:
    """To whom: a unit whose people confirm, or somebody outside by name."""

    unit_id: int | None = None
    name: str = ""


# --- acts ---------------------------------------------------------------------------------------


def note(act: Act, case_id: int, name: str, number: str = "", condition: str = "") -> OriginalRow:
    """Writes down an original that a unit of the case has received with it.

    The actor's unit holds it: the receiving one where they work there. Raises NotFound,
    NotPermitted, Misuse (no name, or one too long).
    """
    work = open_case(act, cases.lock_case(act.session, case_id))
    require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    units = act.actor.units & work.surroundings.subject.units
    unit_id = work.case.unit_id if work.case.unit_id in units else min(units, default=0)
    require(act.actor, Permission.ORIGINAL_HAND, unit_id)
    row = OriginalRow(
        case_id=case_id,
        name=_checked(name, NAME_LENGTH, required=True),
        number=_checked(number, NUMBER_LENGTH),
        condition=_checked(condition, NOTE_LENGTH),
        state=OriginalState.HELD,
        holder_unit_id=unit_id,
        since=act.now,
    )
    act.session.add(row)
    act.session.flush()
    work.note(
        Journalled.ORIGINAL_NOTED,
        original=called(row),
        holder=work.unit_name(unit_id),
        condition=row.condition,
    )
    work.write_journal()
    return row


def hand(act: Act, original_id: int, to: Receiver, text: str = "") -> HandOverRow:
    """Hands an original over; it stays the giver's until the other side confirms.

    Raises NotFound, NotPermitted, Conflict (it is on its way, or no unit's any more), Misuse.
    """
    work, row = _taken(act, original_id)
    unit_id = _holding(act, row)
    receiver = _named(act, to)
    if to.unit_id == unit_id:
        raise Misuse(say("Bản gốc đang ở chính đơn vị này. Hãy chọn nơi nhận khác."))
    giver = work.unit_name(unit_id)
    move = HandOverRow(
        original_id=row.id,
        state=HandOverState.HANDED,
        from_unit_id=unit_id,
        from_name=giver,
        to_unit_id=to.unit_id,
        to_name=receiver,
        handed_at=act.now,
        handed_by_id=act.actor.user_id,
        note=_checked(text, NOTE_LENGTH),
    )
    act.session.add(move)
    row.state = OriginalState.MOVING
    act.session.flush()
    work.note(Journalled.ORIGINAL_HANDED, original=called(row), giver=giver, to=receiver)
    work.write_journal()
    return move


def confirm(act: Act, hand_over_id: int, paper: UploadedFile | None = None) -> HandOverRow:
    """The other side has it: by somebody of the receiving unit who did not hand it over.

    For somebody outside the unit that sent it records this, with their receipt where there is one.
    Raises NotFound, NotPermitted, Conflict (no longer under way), Misuse.
    """
    work, row, move = _under_way(act, hand_over_id)
    _refuse_unless_other_side(act, move)
    move.attachment_id = _kept(work, paper)
    _close(act, move, HandOverState.CONFIRMED)
    row.state, row.since = OriginalState.HELD, act.now
    row.holder_unit_id = move.to_unit_id
    row.holder_name = "" if move.to_unit_id is not None else move.to_name
    work.note(
        Journalled.ORIGINAL_CONFIRMED,
        original=called(row),
        to=move.to_name,
        giver=move.from_name,
    )
    work.write_journal()
    return move


def refuse(act: Act, hand_over_id: int, reason: str) -> HandOverRow:
    """The other side did not get it, or not as said: it is the giver's again, and they see why."""
    work, row, move = _under_way(act, hand_over_id)
    _refuse_unless_other_side(act, move)
    why = checked_reason(reason)
    move.note = why
    _close(act, move, HandOverState.REFUSED)
    row.state = OriginalState.HELD
    work.note(Journalled.ORIGINAL_REFUSED, original=called(row), to=move.to_name, reason=why)
    work.write_journal()
    return move


def cancel(act: Act, hand_over_id: int, reason: str) -> HandOverRow:
    """Whoever handed it over takes it back before it was confirmed."""
    work, row, move = _under_way(act, hand_over_id)
    require(act.actor, Permission.ORIGINAL_HAND, move.from_unit_id)
    why = checked_reason(reason)
    move.note = why
    _close(act, move, HandOverState.CANCELLED)
    row.state = OriginalState.HELD
    work.note(Journalled.ORIGINAL_TAKEN_BACK, original=called(row), reason=why)
    work.write_journal()
    return move


def take_in(
    act: Act, original_id: int, text: str = "", paper: UploadedFile | None = None
) -> HandOverRow:
    """It is back from outside, with the unit that had sent it there.

    Raises NotFound, NotPermitted, Conflict (it is not outside), Misuse.
    """
    work, row = _taken(act, original_id)
    if row.state != OriginalState.HELD or row.holder_unit_id is not None:
        raise _moved()
    unit_id = sender(act, row)
    require(act.actor, Permission.ORIGINAL_HAND, unit_id)
    move = _done(act, row, unit_id, work.unit_name(unit_id), _checked(text, NOTE_LENGTH))
    move.from_name = row.holder_name
    move.attachment_id = _kept(work, paper)
    row.holder_unit_id, row.holder_name, row.since = unit_id, "", act.now
    act.session.flush()
    work.note(
        Journalled.ORIGINAL_CONFIRMED,
        original=called(row),
        to=move.to_name,
        giver=move.from_name,
    )
    work.write_journal()
    return move


def give_back(
    act: Act, original_id: int, receiver: str, paper: UploadedFile | None, text: str = ""
) -> HandOverRow:
    """Back with the applicant, against a signature of which a photo or a scan is kept.

    Raises NotFound, NotPermitted, Conflict, Misuse (no name, no signed paper).
    """
    work, row = _taken(act, original_id)
    unit_id = _holding(act, row)
    to = _checked(receiver, NAME_LENGTH, required=True)
    if paper is None or not paper.content:
        raise Misuse(say("Hãy chụp hoặc quét giấy có chữ ký của người nhận rồi chọn tệp đó."))
    move = _done(act, row, None, to, _checked(text, NOTE_LENGTH))
    move.from_unit_id, move.from_name = unit_id, work.unit_name(unit_id)
    move.handed_by_id = act.actor.user_id
    move.attachment_id = _kept(work, paper)
    row.state, row.since = OriginalState.RETURNED, act.now
    row.holder_unit_id, row.holder_name = None, to
    act.session.flush()
    work.note(Journalled.ORIGINAL_RETURNED, original=called(row), to=to)
    work.write_journal()
    return move


def archive(act: Act, original_id: int) -> OriginalRow:
    """Kept for good by the unit that holds it. Raises NotFound, NotPermitted, Conflict."""
    work, row = _taken(act, original_id)
    unit_id = _holding(act, row)
    row.state, row.since = OriginalState.ARCHIVED, act.now
    work.note(Journalled.ORIGINAL_ARCHIVED, original=called(row), holder=work.unit_name(unit_id))
    work.write_journal()
    return row


# --- how ----------------------------------------------------------------------------------------


def _taken(act: Act, original_id: int) -> tuple[Casework, OriginalRow]:
    """The original with its case, nobody else moving it meanwhile."""
    seen = act.session.get(OriginalRow, original_id)
    if seen is None:
        raise NotFound()
    standing(act, original_id)
    work = open_case(act, cases.lock_case(act.session, seen.case_id))
    row = shelves.lock(act.session, original_id)
    if row is None:
        raise NotFound()
    return work, row


def _under_way(act: Act, hand_over_id: int) -> tuple[Casework, OriginalRow, HandOverRow]:
    seen = act.session.get(HandOverRow, hand_over_id)
    if seen is None:
        raise NotFound()
    work, row = _taken(act, seen.original_id)
    move = shelves.open_move(act.session, row.id)
    if move is None or move.id != hand_over_id:
        raise _moved()
    return work, row, move


def _holding(act: Act, row: OriginalRow) -> int:
    """The unit that has it in its hands, and whose officer the actor is."""
    if row.holder_unit_id is None or row.state != OriginalState.HELD:
        raise _moved()
    require(act.actor, Permission.ORIGINAL_HAND, row.holder_unit_id)
    return row.holder_unit_id


def _refuse_unless_other_side(act: Act, move: HandOverRow) -> None:
    if move.to_unit_id is None:
        require(act.actor, Permission.ORIGINAL_HAND, move.from_unit_id)
        return
    require(act.actor, Permission.ORIGINAL_HAND, move.to_unit_id)
    if act.actor.user_id == move.handed_by_id:
        raise Misuse(
            say(
                "Người bàn giao không tự xác nhận đã nhận được. Hãy để người khác của bên nhận làm."
            )
        )


def _close(act: Act, move: HandOverRow, state: HandOverState) -> None:
    move.state, move.confirmed_at, move.confirmed_by_id = state, act.now, act.actor.user_id
    act.session.flush()


def _done(act: Act, row: OriginalRow, unit_id: int | None, to: str, text: str) -> HandOverRow:
    """A hand-over that both sides did at once, in front of each other."""
    move = HandOverRow(
        original_id=row.id,
        state=HandOverState.CONFIRMED,
        to_unit_id=unit_id,
        to_name=to,
        handed_at=act.now,
        confirmed_at=act.now,
        confirmed_by_id=act.actor.user_id,
        note=text,
    )
    act.session.add(move)
    return move


def _named(act: Act, to: Receiver) -> str:
    if to.unit_id is not None:
        unit = people.units(act.session).get(to.unit_id)
        if unit is None:
            raise Misuse(say("Hãy chọn nơi nhận bản gốc."))
        if to.unit_id not in shelves.staffed(act.session):
            raise Misuse(
                say(
                    "%(unit)s không có ai dùng hệ thống để xác nhận. Hãy ghi tên nơi nhận vào ô "
                    "“Nơi khác”.",
                    unit=unit.name,
                )
            )
        return unit.name
    if not to.name.strip():
        raise Misuse(say("Hãy chọn nơi nhận bản gốc."))
    return _checked(to.name, NAME_LENGTH, required=True)


def _checked(text: str, most: int, *, required: bool = False) -> str:
    """One line of single blanks. Raises Misuse for none where one is required, or too long."""
    line = " ".join(text.split())
    if required and not line:
        raise Misuse(say("Hãy ghi tên."))
    if len(line) > most:
        raise Misuse(say("“%(text)s…” dài quá %(most)s ký tự.", text=line[:30], most=most))
    return line


def _kept(work: Casework, paper: UploadedFile | None) -> int | None:
    """The signed paper as an attachment of the case. Raises Misuse for a file that is refused."""
    if paper is None or not paper.content:
        return None
    kept = files.keep_files(work, None, {FIELD: paper})[FIELD]
    digest = kept["file"] if isinstance(kept, dict) else ""
    session = work.act.session
    session.flush()
    found = select(AttachmentRow.id).where(
        AttachmentRow.case_id == work.case.id, AttachmentRow.sha256 == digest
    )
    return session.scalars(found.order_by(AttachmentRow.id.desc()).limit(1)).one()


def _moved() -> Conflict:
    return Conflict(say("Bản gốc vừa được chuyển hoặc xác nhận. Hãy tải lại trang."))
