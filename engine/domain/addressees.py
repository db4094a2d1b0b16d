"""Whom a rung of the escalation ladder tells: who has the work, and who stands above them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import dropwhile

from engine.domain.access import SUPERVISOR
from engine.domain.ladder import Tells
from engine.domain.routing import Unit, units_above

Post = tuple[str, int]  # role, unit


@dataclass(frozen=True)
class Seat:
    """A post that somebody fills on a day, in person or as substitute of its holder."""

    user_id: int
    name: str
    role: str
    unit_id: int
    head: bool = False  # of the role in the unit
    leader: bool = False  # of the unit
    substitute_for: int | None = None  # user id of the holder

    @property
    def post(self) -> Post:
        return self.role, self.unit_id


@dataclass(frozen=True)
class Piece:
    """One open piece of work: the posts it is offered to, and who has taken it."""

    posts: frozenset[Post]
    assignee_id: int | None = None


@dataclass(frozen=True)
class Concern:
    """What is late or about to be: its work, and where one looks for whoever answers for it."""

    pieces: tuple[Piece, ...]
    heads_of: frozenset[Post]
    unit_id: int

    @property
    def taken(self) -> bool:
        """Whether somebody has taken up each piece, and nobody is only free to."""
        return all(piece.assignee_id is not None for piece in self.pieces)


class Staff:
    """Who fills which post on one day; locked accounts left out."""

    def __init__(self, seats: Iterable[Seat], units: Mapping[int, Unit]) -> None:
        self._units = units
        self._by_post: dict[Post, list[Seat]] = {}
        self._leaders: dict[int, list[Seat]] = {}
        for seat in seats:
            self._by_post.setdefault(seat.post, []).append(seat)
            if seat.leader:
                self._leaders.setdefault(seat.unit_id, []).append(seat)

    def holders(self, concern: Concern) -> tuple[Seat, ...]:
        """Who has the work: whoever took it, else everybody who may."""
        return _each_once(seat for piece in concern.pieces for seat in self._doers(piece)[0])

    def told(self, tells: Tells, concern: Concern) -> tuple[Seat, ...]:
        """Whom a rung tells, each once; nobody when there is nobody up to the top.

        Who is late is not told of their own delay: the level above is, as it is for a level that
        nobody fills. Only who has the work is told that it becomes due.
        """
        if tells is Tells.HOLDERS:
            holders = self.holders(concern)
            if holders:
                return holders
        late = self._late(concern)
        for level in dropwhile(lambda one: one is not tells, Tells):
            for group in self._groups(level, concern):
                found = _each_once(seat for seat in _present(group) if seat.user_id not in late)
                if found:
                    return found
        return ()

    def fills(self, level: Tells, concern: Concern) -> bool:
        """Whether anybody at all stands on a level, late or not."""
        if level is Tells.HOLDERS:
            return bool(self.holders(concern))
        return any(self._groups(level, concern))

    def posts(self, roles: Collection[str] | None = None) -> frozenset[Post]:
        """The posts filled, of some roles or of all but supervision."""
        return frozenset(
            post
            for post in self._by_post
            if (post[0] != SUPERVISOR if roles is None else post[0] in roles)
        )

    def _groups(self, level: Tells, concern: Concern) -> Iterable[Collection[Seat]]:
        """The people of a level, the nearest first."""
        match level:
            case Tells.HEAD:
                yield [
                    seat
                    for post in sorted(concern.heads_of)
                    for seat in self._at(post)
                    if seat.head
                ]
            case Tells.LEADER:
                yield self._leaders.get(concern.unit_id, ())
            case Tells.ABOVE:
                for unit_id in (*units_above(self._units, concern.unit_id), concern.unit_id):
                    yield self._at((SUPERVISOR, unit_id))

    def _late(self, concern: Concern) -> frozenset[int]:
        """Whose delay it is: who took the work, or the only one who could.

        Where several could and nobody did, it is nobody's: who heads them is to decide.
        """
        late: set[int] = set()
        for piece in concern.pieces:
            doers, taken = self._doers(piece)
            people = {seat.user_id for seat in doers}
            if taken or len(people) == 1:
                late |= people
        return frozenset(late)

    def _doers(self, piece: Piece) -> tuple[list[Seat], bool]:
        """Who does a piece of work, and whether it is theirs: in place of someone away, who stands
        in for them. What was taken by somebody who has lost the post is nobody's.
        """
        seats = [seat for post in sorted(piece.posts) for seat in self._at(post)]
        if piece.assignee_id is not None:
            own = [seat for seat in seats if seat.user_id == piece.assignee_id]
            instead = [seat for seat in seats if seat.substitute_for == piece.assignee_id]
            if instead or own:
                return instead or own, True
        return seats, False

    def _at(self, post: Post) -> list[Seat]:
        return self._by_post.get(post, [])


def _present(seats: Collection[Seat]) -> list[Seat]:
    """Who is there: for a holder who is away, who stands in for them."""
    away = {(seat.post, seat.substitute_for) for seat in seats}
    return [seat for seat in seats if (seat.post, seat.user_id) not in away]


def _each_once(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    found: dict[int, Seat] = {}
    for seat in seats:
        found.setdefault(seat.user_id, seat)
    return tuple(found.values())
