"""Whether counted time keeps a stated term, measure by measure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from engine.bpmn.budgets.amounts import Amount, Longest


class Verdict(StrEnum):
    """Whether the steps, each taking what it is allowed, stay within a stated term."""

    WITHIN = "within"
    EXCEEDED = "exceeded"
    UNDECIDED = "undecided"  # less in one measure and more in another: only a rehearsal tells


def verdict(stated: Amount, counted: Longest) -> Verdict:
    """Compares working days, calendar days and months, each with its own.

    Within, when no measure takes more than is stated; exceeded, when none takes less and one takes
    more. Anything else hangs on the calendar: working days and days are never converted. Where any
    of several branches may be the longest, the term is exceeded when one exceeds it.
    """
    found = {_verdict(stated, amount) for amount in counted.amounts}
    if Verdict.EXCEEDED in found:
        return Verdict.EXCEEDED
    return found.pop() if len(found) == 1 else Verdict.UNDECIDED


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The one to worry about; None of none."""
    found = set(verdicts)
    order = (Verdict.EXCEEDED, Verdict.UNDECIDED, Verdict.WITHIN)
    return next((one for one in order if one in found), None)


def _verdict(stated: Amount, counted: Amount) -> Verdict:
    if counted <= stated:
        return Verdict.WITHIN
    if stated <= counted:
        return Verdict.EXCEEDED
    return Verdict.UNDECIDED
