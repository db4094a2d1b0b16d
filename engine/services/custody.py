"""Who holds which paper original, who may see it, and what they may do with it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.access import Permission, allows, require
from engine.domain.errors import NotFound
from engine.domain.states import CaseState, HandOverState, OriginalState
from engine.persistence import cases, people
from engine.persistence import originals as shelves
from engine.persistence.originals import Move
from engine.persistence.tables import CaseRow, HandOverRow, OriginalRow
from engine.services.act import Act

NUMBER_LENGTH = 100

#: What Mẫu số 16 says of the certificate, by the form's field.
CERTIFICATE, CERTIFICATE_NUMBER = "Bằng Tổ quốc ghi công", "bang_so"

#: What reception ticked: the papers of the dossier, among them the certificate itself.
PAPERS, CERTIFICATE_PAPER, AS_ORIGINAL = "thanh_phan_ho_so", "bang_goc", "ban_chinh"


@dataclass(frozen=True)
class Standing:
    """One original with its hand-overs, and what the actor may do with it now."""

    row: OriginalRow
    holder: str
    moves: Sequence[Move]
    under_way: HandOverRow | None
    ended: bool  # its dossier has ended, and a unit holds it still
    may_hand: bool  # hand over, return, archive
    may_confirm: bool  # that it came, or that it did not
    may_cancel: bool
    may_take_in: bool  # from outside


def standing(act: Act, original_id: int) -> Standing:
    """One original. Raises NotFound unless the actor's unit has to do with it, or sees its case."""
    row = act.session.get(OriginalRow, original_id)
    if row is None:
        raise NotFound()
    moves = shelves.chains(act.session, [row.id]).get(row.id, [])
    _refuse_unless_seen(act, row, moves)
    return _standing(act, row, act.session.get_one(CaseRow, row.case_id), moves)


def of_case(act: Act, case: CaseRow) -> list[Standing]:
    """The originals of a case whose page the actor may see."""
    rows = shelves.of_case(act.session, case.id)
    if not rows:
        return []
    moves = shelves.chains(act.session, [row.id for row in rows])
    return [_standing(act, row, case, moves.get(row.id, [])) for row in rows]


def case_of(act: Act, row: OriginalRow) -> tuple[CaseRow, bool]:
    """The case of an original that the actor may see, and whether they may open its page."""
    subject = cases.surroundings(act.session, row.case_id).subject
    may_open = allows(act.actor, Permission.CASE_VIEW, subject)
    return act.session.get_one(CaseRow, row.case_id), may_open


def may_note(act: Act, case: CaseRow) -> bool:
    """Whether the actor works in a unit of the case, which is still going on."""
    subject = cases.surroundings(act.session, case.id).subject
    return case.state != CaseState.FINISHED and not act.actor.units.isdisjoint(subject.units)


def suggested(case: CaseRow) -> tuple[str, str]:
    """Name and number of the original that came with the dossier; blank where none is known of.

    It is known from the number in the application, or from reception, which had it in hand.
    """
    number = case.data.get(CERTIFICATE_NUMBER)
    if isinstance(number, str) and number.strip():
        return CERTIFICATE, number.strip()[:NUMBER_LENGTH]
    papers = case.data.get(PAPERS)
    if isinstance(papers, dict) and papers.get(CERTIFICATE_PAPER) == AS_ORIGINAL:
        return CERTIFICATE, ""
    return "", ""


def move_of(act: Act, hand_over_id: int) -> HandOverRow:
    """One hand-over, for who may see its original. Raises NotFound."""
    move = act.session.get(HandOverRow, hand_over_id)
    if move is None:
        raise NotFound()
    standing(act, move.original_id)
    return move


def called(row: OriginalRow) -> str:
    """An original in words: its name and what is written on it."""
    return f"{row.name} số {row.number}" if row.number else row.name


def is_other_side(act: Act, move: HandOverRow) -> bool:
    if move.to_unit_id is None:
        return allows(act.actor, Permission.ORIGINAL_HAND, move.from_unit_id)
    allowed = allows(act.actor, Permission.ORIGINAL_HAND, move.to_unit_id)
    return allowed and act.actor.user_id != move.handed_by_id


def sender(act: Act, row: OriginalRow) -> int:
    """The unit that sent it outside."""
    found = shelves.last_sender(act.session, row.id)
    return found if found is not None else act.session.get_one(CaseRow, row.case_id).unit_id


def _standing(act: Act, row: OriginalRow, case: CaseRow, moves: Sequence[Move]) -> Standing:
    units = people.units(act.session)
    under_way = next((one.row for one in moves if one.row.state == HandOverState.HANDED), None)
    in_unit = row.holder_unit_id is not None and allows(
        act.actor, Permission.ORIGINAL_HAND, row.holder_unit_id
    )
    held = row.state == OriginalState.HELD
    outside = held and row.holder_unit_id is None
    return Standing(
        row=row,
        holder=units[row.holder_unit_id].name if row.holder_unit_id else row.holder_name,
        moves=moves,
        under_way=under_way,
        ended=case.state == CaseState.FINISHED
        and row.holder_unit_id is not None
        and row.state in (OriginalState.HELD, OriginalState.MOVING),
        may_hand=held and in_unit,
        may_confirm=under_way is not None and is_other_side(act, under_way),
        may_cancel=under_way is not None
        and allows(act.actor, Permission.ORIGINAL_HAND, under_way.from_unit_id),
        may_take_in=outside and allows(act.actor, Permission.ORIGINAL_HAND, sender(act, row)),
    )


def _refuse_unless_seen(act: Act, row: OriginalRow, moves: Sequence[Move]) -> None:
    mine = act.actor.units | act.actor.supervised
    units = {row.holder_unit_id} | {
        unit for one in moves for unit in (one.row.from_unit_id, one.row.to_unit_id)
    }
    if act.actor.is_system or not mine.isdisjoint(units):
        return
    require(act.actor, Permission.CASE_VIEW, cases.surroundings(act.session, row.case_id).subject)
