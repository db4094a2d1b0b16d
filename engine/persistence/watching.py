"""What those who watch over work may ask for: which of it, where, on whose desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, false, literal, or_, true

from engine.domain.access import Actor
from engine.persistence.columns import Moment
from engine.persistence.queues import Condition, Queue, watched_queues
from engine.persistence.tables import OfferRow

Step = tuple[str, str]  # process, element


class Standing(StrEnum):
    """Which work, by how it stands."""

    OVERDUE = "overdue"
    SOON = "soon"  # due by the end of the next working day
    STUCK = "stuck"  # not taken up, or waiting outside, for too long
    URGENT = "urgent"
    ALL = "all"


class Desk(StrEnum):
    """Which work, by where it lies."""

    ANY = "any"
    NOBODY = "nobody"  # with those who could take it, taken by none
    OUTSIDE = "outside"  # an outside authority does it


@dataclass(frozen=True)
class Limits:
    """The moments by which work is told to be late, due soon, or stuck."""

    now: datetime
    soon: datetime  # what is due from now up to then is due soon
    unclaimed: datetime  # what was opened before and nobody has taken is stuck
    outside: datetime  # so is what was sent outside before
    #: (procedure, process, element) -> the same for steps of which is known what is usual
    outside_of: Mapping[tuple[str, str, str], datetime] = field(default_factory=dict)


def overdue(offer: type[OfferRow], limits: Limits) -> Condition:
    return offer.sort_due < limits.now


def soon(offer: type[OfferRow], limits: Limits) -> Condition:
    return offer.sort_due.between(limits.now, limits.soon)


def unclaimed(offer: type[OfferRow]) -> Condition:
    return and_(offer.assignee_id.is_(None), offer.external == false())


def left_lying(offer: type[OfferRow], limits: Limits) -> Condition:
    return and_(unclaimed(offer), offer.opened_at < limits.unclaimed)


def long_outside(offer: type[OfferRow], limits: Limits) -> Condition:
    """At an outside authority for longer than is usual for the step."""
    usual: ColumnElement[datetime] = literal(limits.outside, Moment())
    steps = [
        (
            and_(
                offer.procedure_key == procedure_key,
                offer.process == process,
                offer.element == element,
            ),
            literal(moment, Moment()),
        )
        for (procedure_key, process, element), moment in sorted(limits.outside_of.items())
    ]
    if steps:
        usual = case(*steps, else_=usual)
    return and_(offer.external == true(), offer.opened_at < usual)


def stuck(offer: type[OfferRow], limits: Limits) -> Condition:
    return or_(left_lying(offer, limits), long_outside(offer, limits))


@dataclass(frozen=True)
class Wanted:
    """A choice among the work that somebody watches over; None: whichever."""

    limits: Limits
    standing: Standing = Standing.ALL
    desk: Desk = Desk.ANY
    unit_id: int | None = None
    procedure_key: str | None = None
    step: Step | None = None
    officer_id: int | None = None

    def queues(self, actor: Actor) -> list[Queue]:
        """Stretches of indexes in the list's order, the rest of the choice looked at in passing."""
        watched = watched_queues(actor, self.unit_id, passing=self.officer_id is not None)
        return [self._among(queue) for queue in watched]

    def _among(self, queue: Queue) -> Queue:
        return lambda offer: and_(queue(offer), *self.conditions(offer))

    def conditions(self, offer: type[OfferRow]) -> list[Condition]:
        """The choice without the unit."""
        found: list[Condition] = []
        match self.standing:
            case Standing.OVERDUE:
                found.append(overdue(offer, self.limits))
            case Standing.SOON:
                found.append(soon(offer, self.limits))
            case Standing.STUCK:
                found.append(stuck(offer, self.limits))
            case Standing.URGENT:
                found.append(offer.urgent == true())
        match self.desk:
            case Desk.NOBODY:
                found.append(unclaimed(offer))
            case Desk.OUTSIDE:
                found.append(offer.external == true())
        if self.procedure_key is not None:
            found.append(offer.procedure_key == self.procedure_key)
        if self.step is not None:
            process, element = self.step
            found += [offer.process == process, offer.element == element]
        if self.officer_id is not None:
            found.append(offer.assignee_id == self.officer_id)
        return found
