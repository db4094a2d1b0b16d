"""Which roles and units a task of a case is offered to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from engine.bpmn.model import Node
from engine.domain.errors import UnitChoiceNeeded
from engine.domain.journal import Act as Journalled
from engine.domain.roles import Role
from engine.domain.routing import nearest_units
from engine.persistence.cases import note_choices, note_units
from engine.persistence.people import units
from engine.persistence.tables import TaskRow
from engine.persistence.work import Post
from engine.services.casework import Casework


def posts_for(
    work: Casework, process: str, node: Node, predecessor: TaskRow | None
) -> tuple[Post, ...]:
    """The posts a task is offered to, the lane's role first.

    `camunda:candidateGroups`, where drawn, say the roles instead of the lane. An external role's
    work is offered to the role that records for it, or to whoever did the step before.
    Raises UnitChoiceNeeded when the unit of a role is not decided.
    """
    register = work.act.app.roles
    named = [role for name in node.candidate_groups if (role := register.find(name))]
    roles = named or [work.role_of(process, node)]
    return tuple(dict.fromkeys(_post(work, role, predecessor) for role in roles))


def let_units_see(work: Casework, unit_ids: Iterable[int], predecessor: TaskRow | None) -> None:
    """Whoever holds a post in a unit that now has a task sees the case from now on."""
    known = {open_task.row.unit_id for open_task in work.tasks.values()}
    if predecessor is not None:
        known |= {predecessor.unit_id}
    new = set(unit_ids) - known
    if new:
        note_units(work.act.session, work.case.id, new - work.surroundings.units)


def _post(work: Casework, role: Role, predecessor: TaskRow | None) -> Post:
    if not role.internal and role.recorded_by is None:
        return _post_before(work, predecessor)
    doer = work.act.app.roles[work.act.app.roles.recorder(role.id)]
    if doer.id not in work.units_of:
        work.units_of[doer.id] = _unit_of(work, doer)
    return doer.id, work.units_of[doer.id]


def _unit_of(work: Casework, role: Role) -> int:
    options = nearest_units(units(work.act.session), work.case.unit_id, role.kind)
    if len(options) == 1:
        return options[0]
    stored = work.surroundings.chosen.get(role.id)
    if stored is not None:
        return stored
    given = work.choices.get(role.id)
    if given is None or given not in options:
        raise UnitChoiceNeeded(role.id, options, role.name)
    note_choices(work.act.session, work.case.id, {role.id: given})
    work.note(Journalled.UNIT_CHOSEN, None, unit=work.unit_name(given), role=role.name)
    return given


def _post_before(work: Casework, predecessor: TaskRow | None) -> Post:
    """The post whose people did the step before, or recorded it: they record the outside too.

    Steps of an outside without a recorder are passed over; the filing at least is none.
    """
    before = select(TaskRow.role, TaskRow.unit_id).where(
        TaskRow.case_id == work.case.id, TaskRow.closed_at.is_not(None)
    )
    latest_first = before.order_by(TaskRow.closed_at.desc(), TaskRow.id.desc())
    steps = [] if predecessor is None else [(predecessor.role, predecessor.unit_id)]
    steps += [(row.role, row.unit_id) for row in work.act.session.execute(latest_first)]
    register = work.act.app.roles
    for role_id, unit_id in steps:
        role = register.roles.get(role_id)
        if role is not None and (role.internal or role.recorded_by is not None):
            return register.recorder(role_id), unit_id
    raise LookupError(f"case {work.case.code}: nobody has worked before the outside step")
