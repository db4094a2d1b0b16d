"""The minutes (biên bản bàn giao) of a hand-over, for both sides to sign on paper."""

from __future__ import annotations

from dataclasses import asdict

from engine.domain.clock import ZONE
from engine.persistence import originals as shelves
from engine.persistence import people
from engine.services import printing
from engine.services.act import Act
from engine.services.custody import move_of
from engine.services.documents import facts

KIND = "bien-ban-ban-giao"


def minutes(act: Act, hand_over_id: int) -> bytes:
    """The PDF of everything that was handed over in one go with this. Raises NotFound.

    Nothing is kept: the paper with both signatures is, once it is scanned.
    """
    move = move_of(act, hand_over_id)
    lines = shelves.together(act.session, move)
    unit_id = move.from_unit_id or move.to_unit_id or lines[0][2].unit_id
    names = people.names(
        act.session, [one for one in (move.handed_by_id, move.confirmed_by_id) if one is not None]
    )
    at = move.handed_at.astimezone(ZONE)
    outside = move.to_unit_id is None
    data = {
        "unit": asdict(facts.letterhead(act, unit_id)),
        "replaces": "",
        "sign": "",
        "day": at.day,
        "month": at.month,
        "year": at.year,
        "at": f"{at:%H:%M} ngày {at:%d/%m/%Y}",
        "giver": move.from_name,
        "giver_person": names.get(move.handed_by_id or 0, ""),
        "receiver": move.to_name,
        "receiver_person": "" if outside else names.get(move.confirmed_by_id or 0, ""),
        "note": move.note,
        "papers": [
            {
                "name": original.name,
                "number": original.number,
                "condition": original.condition,
                "code": case.code,
                "applicant": case.applicant,
            }
            for _move, original, case in lines
        ],
    }
    return printing.render(act.app, KIND, data, act.now).pdf
