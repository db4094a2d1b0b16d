"""Whom a rung tells: who has the work, and upwards past whoever is late or not there."""

from __future__ import annotations

from engine.domain.addressees import Concern, Piece, Seat, Staff
from engine.domain.ladder import Tells
from engine.domain.routing import Unit

PROVINCE, COMMUNE = 1, 2
UNITS = {
    PROVINCE: Unit(PROVINCE, "ubnd-cap-tinh", None, "Tỉnh"),
    COMMUNE: Unit(COMMUNE, "ubnd-cap-xa", PROVINCE, "Xã"),
}
OFFICERS = ("cv", COMMUNE)
AN, BA, HEAD, LEADER, ABOVE, INSTEAD = range(10, 16)


def seat(user_id: int, role: str = "cv", unit_id: int = COMMUNE, **more: object) -> Seat:
    return Seat(user_id, f"#{user_id}", role, unit_id, **more)  # type: ignore[arg-type]


EVERYBODY = (
    seat(AN),
    seat(BA),
    seat(HEAD, head=True),
    seat(LEADER, "ld", leader=True),
    seat(ABOVE, "giam-sat", PROVINCE),
)


def told(tells: Tells, *seats: Seat, assignee: int | None = None) -> list[int]:
    concern = Concern((Piece(frozenset({OFFICERS}), assignee),), frozenset({OFFICERS}), COMMUNE)
    return [seat.user_id for seat in Staff(seats, UNITS).told(tells, concern)]


def test_each_level_has_its_people() -> None:
    assert told(Tells.HOLDERS, *EVERYBODY) == [AN, BA, HEAD]
    assert told(Tells.HOLDERS, *EVERYBODY, assignee=AN) == [AN]
    assert told(Tells.HEAD, *EVERYBODY, assignee=AN) == [HEAD]
    assert told(Tells.LEADER, *EVERYBODY, assignee=AN) == [LEADER]
    assert told(Tells.ABOVE, *EVERYBODY, assignee=AN) == [ABOVE]


def test_nobody_is_told_of_their_own_delay() -> None:
    assert told(Tells.HOLDERS, *EVERYBODY, assignee=HEAD) == [HEAD]  # that it becomes due
    assert told(Tells.HEAD, *EVERYBODY, assignee=HEAD) == [LEADER]
    alone = seat(HEAD, head=True, leader=True)
    assert told(Tells.HEAD, alone, EVERYBODY[4]) == [ABOVE]  # the only one who could do it
    assert told(Tells.HEAD, alone, seat(AN), EVERYBODY[4]) == [HEAD]  # to decide who does


def test_a_level_that_nobody_fills_is_passed_over_to_the_top() -> None:
    officer, above = seat(AN), EVERYBODY[4]
    assert told(Tells.HEAD, officer, above, assignee=AN) == [ABOVE]
    assert told(Tells.HOLDERS, above) == [ABOVE]
    assert told(Tells.HEAD, officer, assignee=AN) == []
    own = seat(ABOVE, "giam-sat", COMMUNE)
    assert told(Tells.ABOVE, officer, own, assignee=AN) == [ABOVE]  # no unit above has any


def test_who_is_away_is_told_through_their_substitute() -> None:
    instead = seat(INSTEAD, substitute_for=AN)
    assert told(Tells.HOLDERS, *EVERYBODY, instead, assignee=AN) == [INSTEAD]
    assert told(Tells.HOLDERS, *EVERYBODY, instead) == [AN, BA, HEAD, INSTEAD]
    assert told(Tells.HOLDERS, *EVERYBODY, instead, assignee=INSTEAD) == [INSTEAD]
    for_head = seat(INSTEAD, head=True, substitute_for=HEAD)
    assert told(Tells.HEAD, *EVERYBODY, for_head, assignee=AN) == [INSTEAD]
    assert told(Tells.HEAD, *EVERYBODY, for_head, assignee=INSTEAD) == [LEADER]


def test_what_was_left_behind_is_everybodys_again() -> None:
    gone = 99
    assert told(Tells.HOLDERS, *EVERYBODY, assignee=gone) == [AN, BA, HEAD]
