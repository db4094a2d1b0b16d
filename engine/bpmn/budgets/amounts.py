"""What a step counts, in whose days: working days, calendar days and months, never converted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.bpmn.model import Drawing, Node
from engine.domain.durations import (
    ByAppointment,
    Due,
    Duration,
    SameAs,
    Since,
    Unit,
    number_text,
)
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

    def __sub__(self, other: Amount) -> Amount:
        """The difference in each measure, below nothing where `other` is more."""
        return Amount(
            self.working_days - other.working_days,
            self.days - other.days,
            self.months - other.months,
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

    def __le__(self, other: Amount) -> bool:
        """At most as much in every measure: working days, calendar days and months apart."""
        return (
            self.working_days <= other.working_days
            and self.days <= other.days
            and self.months <= other.months
        )

    def less(self, other: Amount) -> Amount:
        """What is left of it when `other` is taken away, in each measure; never below nothing."""
        nothing = Fraction(0)
        return Amount(
            max(self.working_days - other.working_days, nothing),
            max(self.days - other.days, nothing),
            max(self.months - other.months, 0),
        )

    def to_json(self) -> dict[str, float]:
        return {
            "working_days": float(self.working_days),
            "days": float(self.days),
            "months": self.months,
        }


@dataclass(frozen=True)
class Longest:
    """The longest of several amounts: those that no other one exceeds in every measure.

    Mostly one. `5 ngày làm việc` and `40 ngày` are two: which of them takes longer, only a
    calendar can tell. `working_days`, `days` and `months` are the most that any of them has.
    """

    amounts: tuple[Amount, ...] = (Amount(),)

    @classmethod
    def of(cls, amounts: Iterable[Amount]) -> Longest:
        """The longest of `amounts`; of none, nothing."""
        given = tuple(amounts)
        if len(given) == 1:  # mostly
            return cls(given)
        distinct = list(dict.fromkeys(given)) or [Amount()]
        return cls(tuple(a for a in distinct if not any(a <= b and a != b for b in distinct)))

    @classmethod
    def beside(cls, branches: Iterable[Longest]) -> Longest:
        """What branches take together that run at the same time."""
        return cls.of(amount for branch in branches for amount in branch.amounts)

    def __add__(self, other: Longest) -> Longest:
        """One after the other."""
        if len(self.amounts) == len(other.amounts) == 1:  # mostly
            return Longest((self.amounts[0] + other.amounts[0],))
        return Longest.of(a + b for a in self.amounts for b in other.amounts)

    def __bool__(self) -> bool:
        return any(self.amounts)

    def __str__(self) -> str:
        return " hoặc ".join(map(str, self.amounts))

    @property
    def only(self) -> Amount | None:
        """The one amount that it is; None where it is one of several."""
        return self.amounts[0] if len(self.amounts) == 1 else None

    @property
    def working_days(self) -> Fraction:
        return max(amount.working_days for amount in self.amounts)

    @property
    def days(self) -> Fraction:
        return max(amount.days for amount in self.amounts)

    @property
    def months(self) -> int:
        return max(amount.months for amount in self.amounts)

    @property
    def least(self) -> Amount:
        """The least that any of them has, in each measure."""
        return Amount(
            min(amount.working_days for amount in self.amounts),
            min(amount.days for amount in self.amounts),
            min(amount.months for amount in self.amounts),
        )

    @property
    def most(self) -> Amount:
        """The most that any of them has, in each measure."""
        return Amount(self.working_days, self.days, self.months)

    def to_json(self) -> dict[str, object]:
        """The most in each measure; where several amounts are the longest, they too (`one_of`)."""
        several = [amount.to_json() for amount in self.amounts]
        return {**self.most.to_json(), **({"one_of": several} if len(several) > 1 else {})}


#: No time at all.
NOTHING = Longest()


def amount_of(due: Due | None, hours_per_day: Fraction, taken: Amount | None = None) -> Amount:
    """What a step counts; one that shares another's moment, or waits for the promise, nothing.

    One that is counted from an earlier step on (`kể từ S2`) counts what is left: `taken` is what
    the way took from the opening of that step on, each measure by itself.
    """
    if due is None or isinstance(due, ByAppointment | SameAs):
        return Amount()
    if isinstance(due, Since):
        return amount_of_duration(due.duration, hours_per_day).less(taken or Amount())
    return amount_of_duration(due, hours_per_day)


def amount_of_duration(duration: Duration, hours_per_day: Fraction) -> Amount:
    return Amount(
        duration.working_days(hours_per_day), duration.calendar_days, duration.calendar_months
    )


def role_of(drawing: Drawing, node: Node, roles: RoleRegister) -> Role | None:
    """The role of an element's lane; None outside lanes and in unknown ones."""
    name = drawing.lane_name(node.id)
    return roles.find(name) if name else None


def sums_to_json(
    sums: Mapping[str, Amount] | Mapping[str, Longest], roles: RoleRegister
) -> dict[str, dict[str, object]]:
    return {
        authority: {"name": roles.authorities.get(authority, authority), **amount.to_json()}
        for authority, amount in sums.items()
    }
