"""Who receives dossiers of a drawing: the roles that do its first step at the screen."""

from __future__ import annotations

from engine.bpmn.model import Drawing, Node
from engine.domain.roles import Role, RoleRegister
from engine.services.projecting import filing_of, filings_of


def office_begins(register: RoleRegister, drawing: Drawing) -> bool:
    """Whether nobody applies: the first step is an office's own, not a filing it records."""
    lane = drawing.lane_name(filing_of(drawing).id)
    role = register.find(lane) if lane else None
    return role is not None and role.internal


def filing_roles(
    register: RoleRegister, drawing: Drawing, step: Node | None = None
) -> tuple[Role, ...]:
    """The roles that file, in the order drawn; none where nobody who signs in does.

    As routing has it for every step: `camunda:candidateGroups`, where drawn, say the roles instead
    of the lane, and an external role's filing is recorded by the role named for that. Of a drawing
    that begins in several places, `step` is the first step of one of them; without it, all count.
    """
    steps = filings_of(drawing).values() if step is None else (step,)
    names = [name for one in steps for name in _named(drawing, one)]
    roles = [role for name in names if (role := register.find(name)) is not None]
    filing = [register[register.recorder(r.id)] for r in roles if not register.nobody_records(r)]
    return tuple(dict.fromkeys(filing))


def _named(drawing: Drawing, node: Node) -> tuple[str, ...]:
    """The roles that a step is drawn for, as drawn."""
    lane = drawing.lane_name(node.id)
    return node.candidate_groups or ((lane,) if lane else ())
