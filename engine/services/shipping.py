"""Deploys the drawings that come with the program, never over the office's own."""

from __future__ import annotations

from dataclasses import dataclass

from engine.persistence import versions
from engine.services import deploying
from engine.services.act import Act
from engine.services.sources import DRAWING, Files, key_of


@dataclass(frozen=True)
class Shipped:
    """A shipped procedure after start: its latest version, and whether this start deployed it."""

    key: str
    number: int
    new: bool


def deploy_missing(act: Act, files: Files, reason: str) -> list[Shipped]:
    """Deploys those drawings whose procedure has no version yet, and leaves all others alone.

    Of a procedure that ships in several versions come all, in the order of their periods.

    A later release may bring another drawing of a procedure the office has redrawn meanwhile:
    which one is in force is the analyst's decision, not the start's.
    """
    there = {row.procedure_key: row.number for row in versions.procedures(act.session)}
    known = [(name, key_of(text)) for name, text in files if name.endswith(DRAWING)]
    old = {name: key for name, key in known if key in there}
    missing = [(name, text) for name, text in files if name not in old]
    found = [Shipped(key, there[key], False) for key in {*old.values()} if key]
    if len(old) < len(known):
        done = deploying.deploy(act, missing, reason)
        found += [Shipped(one.key, one.number, one.new) for one in done]
    return sorted(found, key=lambda one: (one.key, one.number))
