"""Who receives dossiers of a drawing: the roles that do its first step at the screen."""

from __future__ import annotations

from engine.bpmn.model import Drawing
from engine.domain.roles import Role, RoleRegister
from engine.services.projecting import filing_of


def office_begins(register: RoleRegister, drawing: Drawing) -> bool:
    """Whether nobody applies: the first step is an office's own, not a filing it records."""
    lane = drawing.lane_name(filing_of(drawing).id)
    role = register.find(lane) if lane else None
    return role is not None and role.internal


def filing_roles(register: RoleRegister, drawing: Drawing) -> tuple[Role, ...]:
    """The roles that file, in the order drawn; none where nobody who signs in does.

    As routing has it for every step: `camunda:candidateGroups`, where drawn, say the roles instead
    of the lane, and an external role's filing is recorded by the role named for that.
    """
    node = filing_of(drawing)
    lane = drawing.lane_name(node.id)
    names = node.candidate_groups or ((lane,) if lane else ())
    roles = [role for name in names if (role := register.find(name)) is not None]
    filing = [register[register.recorder(r.id)] for r in roles if not register.nobody_records(r)]
    return tuple(dict.fromkeys(filing))
