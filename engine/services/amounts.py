"""What a step counts, in whose days: working days, calendar days and months, never converted."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.bpmn.model import Drawing, Node
from engine.domain.durations import ByAppointment, Due, Duration, SameAs, Unit, number_text
from engine.domain.roles import Role, RoleRegister


@dataclass(frozen=True)
class Amount:
    """A sum of durations, its kinds apart."""

    working_days: Fraction = Fraction(0)
    days: Fraction = Fraction(0)
    months: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            self.working_days + other.working_days,
            self.days + other.days,
            self.months + other.months,
        )

    def __bool__(self) -> bool:
        return self != Amount()

    def __str__(self) -> str:
        parts = (
            (self.working_days, Unit.WORKING_DAY),
            (self.days, Unit.DAY),
            (Fraction(self.months), Unit.MONTH),
        )
        shown = [f"{number_text(amount)} {unit}" for amount, unit in parts if amount]
        return " + ".join(shown) or f"0 {Unit.WORKING_DAY}"

    @property
    def size(self) -> tuple[Fraction, Fraction, int]:
        """By which the longer of two alternatives is told; kinds are not converted."""
        return self.working_days, self.days, self.months

    def to_json(self) -> dict[str, float]:
        return {
            "working_days": float(self.working_days),
            "days": float(self.days),
            "months": self.months,
        }


def amount_of(due: Due | None, hours_per_day: Fraction) -> Amount:
    """What a step counts; one that shares another's moment, or waits for the promise, nothing."""
    if due is None or isinstance(due, ByAppointment | SameAs):
        return Amount()
    return amount_of_duration(due, hours_per_day)


def amount_of_duration(duration: Duration, hours_per_day: Fraction) -> Amount:
    return Amount(
        duration.working_days(hours_per_day), duration.calendar_days, duration.calendar_months
    )


def role_of(drawing: Drawing, node: Node, roles: RoleRegister) -> Role | None:
    """The role of an element's lane; None outside lanes and in unknown ones."""
    name = drawing.lane_name(node.id)
    return roles.find(name) if name else None


def sums_to_json(sums: dict[str, Amount], roles: RoleRegister) -> dict[str, dict[str, object]]:
    return {
        authority: {"name": roles.authorities.get(authority, authority), **amount.to_json()}
        for authority, amount in sums.items()
    }
