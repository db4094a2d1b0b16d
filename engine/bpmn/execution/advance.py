"""What one act did to a case's token tree: the values that execution hands to the services."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OpenedWork:
    """A user or receive task that now waits for people.

    `token` identifies it inside the state text (SpiffWorkflow task id, as text);
    `process` is the key of the drawing it stands in (a called drawing, or the main one).
    """

    token: str
    process: str
    element: str


@dataclass(frozen=True)
class OpenedTimer:
    """A timer that now waits; the services compute its moment from the drawing and the calendar."""

    token: str
    process: str
    element: str
    lap: int = 1  # of a cycle; a later one follows the timer that the act fired


@dataclass(frozen=True)
class Advance:
    """The state after an act, and what changed with it."""

    state: bytes  # the new state text, compressed, in its versioned envelope
    opened: tuple[OpenedWork, ...]
    timers: tuple[OpenedTimer, ...]
    withdrawn: frozenset[str]  # tokens of works and timers that ended without being done/fired
    passed: tuple[tuple[str, str], ...]  # (process, element) gone through, in order
    decided: dict[str, object]  # variables set by decision tables on the way
    finished: bool
    outcome: str | None  # when finished: the end event reached last, work beside it left out
