"""Posts that the drawings ask for and nobody fills: work would wait there for no one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from engine.bpmn.model import HUMAN
from engine.domain.access import Permission, require
from engine.domain.roles import Role
from engine.persistence import people, versions
from engine.services import performers
from engine.services.act import Act


@dataclass(frozen=True)
class Vacancy:
    """An open unit with the roles of deployed procedures that nobody holds there today."""

    unit_id: int
    unit: str
    roles: tuple[Role, ...]


def roles_in_use(act: Act) -> frozenset[str]:
    """Roles that do the work of any step of the latest versions, at the screen.

    Procedures that have ended ask for nobody.
    """
    found: set[str] = set()
    register = act.app.roles
    for row in versions.procedures(act.session):
        if row.effective_to is not None and row.effective_to <= act.today:
            continue
        spec = act.version(row.id).spec
        for drawing in spec.drawings.values():
            for node in drawing.nodes.values():
                if node.kind not in HUMAN:
                    continue
                lane = drawing.lane_name(node.id)
                decided = performers.possible(node, spec.tables, register)
                for name in (
                    [role.id for role in decided]
                    or node.candidate_groups
                    or ((lane,) if lane else ())
                ):
                    role = register.find(name)
                    if role is not None:
                        found.add(register.recorder(role.id))
    return frozenset(found)


def vacancies(act: Act, unit_id: int | None = None) -> list[Vacancy]:
    """Where work might come and nobody is, of one unit or all, by the unit's name."""
    require(act.actor, Permission.USER_ADMIN)
    asked = None if unit_id is None else [unit_id]
    filled = {(seat.role, seat.unit_id) for seat in people.seats(act.session, act.today, asked)}
    in_use = roles_in_use(act)
    wanted: dict[str, list[Role]] = {}
    for role in act.app.roles.roles.values():
        if role.internal and role.id in in_use:
            wanted.setdefault(role.kind, []).append(role)
    found = []
    for unit in people.units(act.session).values():
        if unit.closed or unit_id not in (None, unit.id):
            continue
        missing = tuple(r for r in wanted.get(unit.kind, ()) if (r.id, unit.id) not in filled)
        if missing:
            found.append(Vacancy(unit.id, unit.name, missing))
    return sorted(found, key=lambda one: (one.unit, one.unit_id))


def held_roles(act: Act) -> Counter[str]:
    """How many people fill each role today, substitutes among them."""
    require(act.actor, Permission.USER_ADMIN)
    seats = {(seat.role, seat.user_id) for seat in people.seats(act.session, act.today)}
    return Counter(role for role, _ in seats)
