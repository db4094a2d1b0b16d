"""What the demo tells of a dossier: whose it is, what happened to it when, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.services.demo import deeds
from engine.services.demo.deeds import Deed
from engine.services.demo.families import Family
from engine.services.demo.rulings import Ruling


@dataclass(frozen=True)
class Stop:
    """A step done some working days before the present; `said` where it is not the usual."""

    element: str
    ago: float
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Dossier:
    """A family's dossier: when it was filed, and how far it has come."""

    family: Family
    filed: float  # working days before the present
    stops: tuple[Stop, ...] = ()
    channel: str = "counter"
    damaged: bool = False
    experts: bool = False
    held_by: str = ""  # the last open task is on this person's desk
    draft: Mapping[str, object] = field(default_factory=dict)  # what they have written so far
    urgent: str = ""  # why the supervisor has marked it as urgent
    ruling: Ruling | None = None  # what was decided about its term after its last step
    deeds: tuple[Deed, ...] = ()  # what was done with its papers meanwhile, oldest first


def done(elements: str, *days: float) -> tuple[Stop, ...]:
    return tuple(Stop(*done) for done in zip(elements.split(), days, strict=True))


def told(element: str, ago: float, **said: object) -> tuple[Stop, ...]:
    return (Stop(element, ago, said),)


def issued_letter(
    kind: str, drafted: float, by: str, numbered: float, clerk: str
) -> tuple[Deed, ...]:
    """A letter drafted, approved with its step, and issued by the clerk."""
    return (Deed(drafted, by, deeds.letter(kind)), Deed(numbered, clerk, deeds.number))


COMMUNE = "B1b B2 B3 B4 B5"
PROVINCE = "B11 B12 B13a B13b B14"
CAPITAL = "B18 S2 S3 B19"
