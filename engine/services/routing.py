"""Which roles and units a task of a case is offered to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from engine.bpmn.model import Node
from engine.domain.errors import UnitChoiceNeeded
from engine.domain.journal import Act as Journalled
from engine.domain.roles import Role, RoleRegister
from engine.domain.routing import Unit, nearest_units, other_units
from engine.persistence.cases import note_choices, note_units
from engine.persistence.people import units
from engine.persistence.tables import TaskRow
from engine.persistence.work import Post
from engine.services.casework import Casework
from engine.services.counters import filing_roles


def posts_for(
    work: Casework, process: str, node: Node, predecessor: TaskRow | None
) -> tuple[Post, ...]:
    """The posts a task is offered to, the lane's role first.

    `camunda:candidateGroups`, where drawn, say the roles instead of the lane. An external role's
    work is offered to the role that records for it, or to whoever did the step before. The filing
    is offered where the dossier was received, also when it may be received in several places.
    Raises UnitChoiceNeeded when the unit of a role is not decided.
    """
    register = work.act.app.roles
    named = [role for name in node.candidate_groups if (role := register.find(name))]
    roles = named or [work.role_of(process, node)]
    if work.version.is_filing(process, node.id):
        return _counter(work) or tuple(_post(work, role, predecessor) for role in roles)
    return tuple(dict.fromkeys(_post(work, role, predecessor) for role in roles))


def let_units_see(work: Casework, unit_ids: Iterable[int], predecessor: TaskRow | None) -> None:
    """Whoever holds a post in a unit that now has a task sees the case from now on."""
    known = {open_task.row.unit_id for open_task in work.tasks.values()}
    if predecessor is not None:
        known |= {predecessor.unit_id}
    new = set(unit_ids) - known
    if new:
        note_units(work.act.session, work.case.id, new - work.surroundings.units)


def _counter(work: Casework) -> tuple[Post, ...]:
    """The posts of the receiving unit that file such dossiers."""
    kind = units(work.act.session)[work.case.unit_id].kind
    step = work.version.filing_from(work.case.data)
    roles = filing_roles(work.act.app.roles, work.version.drawing, step)
    return tuple((role.id, work.case.unit_id) for role in roles if role.kind == kind)


def _post(work: Casework, role: Role, predecessor: TaskRow | None) -> Post:
    register = work.act.app.roles
    if register.nobody_records(role):
        return _post_before(work, predecessor)
    doer = register[register.recorder(role.id)]
    chooses = role if role.elsewhere else doer  # the unit is another one than that of the doer here
    if chooses.kind not in work.units_of:
        work.units_of[chooses.kind] = _unit_of(work, chooses)
    unit_id = work.units_of[chooses.kind]
    if role.elsewhere and unit_id == work.case.unit_id:
        return _post_before(work, predecessor)
    return doer.id, unit_id


def options_for(
    role: Role, register: RoleRegister, known: Mapping[int, Unit], receiving: int
) -> tuple[int, ...]:
    """The units a role may work in for a dossier received at a unit; one means it is decided."""
    if role.elsewhere is not None:
        return other_units(known, receiving, register[role.elsewhere].kind)
    return nearest_units(known, receiving, role.kind)


def chosen_before(role: Role, register: RoleRegister, chosen: Mapping[str, int]) -> int | None:
    """The unit chosen in a case for a role, or for another one of the same authority.

    A dossier has one office of each authority: the council of the other commune sits where its
    people's committee was chosen, and one Sở has both the specialist and the head.
    """
    if role.id in chosen:
        return chosen[role.id]
    others = (register.roles.get(other) for other in sorted(chosen))
    return next((chosen[one.id] for one in others if one and one.kind == role.kind), None)


def _unit_of(work: Casework, role: Role) -> int:
    register, known = work.act.app.roles, units(work.act.session)
    options = options_for(role, register, known, work.case.unit_id)
    if len(options) == 1:
        return options[0]
    stored = chosen_before(role, register, work.surroundings.chosen)
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

    Steps of an outside without a recorder are passed over, down to the filing.
    """
    before = select(TaskRow).where(TaskRow.case_id == work.case.id, TaskRow.closed_at.is_not(None))
    latest_first = before.order_by(TaskRow.closed_at.desc(), TaskRow.id.desc())
    steps = [] if predecessor is None else [predecessor]
    for step in (*steps, *work.act.session.scalars(latest_first)):
        if post := _post_of(work, step):
            return post
    if filed := _counter(work):
        return filed[0]
    raise LookupError(f"case {work.case.code}: nobody has worked before the outside step")


def _post_of(work: Casework, step: TaskRow) -> Post | None:
    """The post that a step was offered to first; None where that was the one of a step before."""
    version, register = work.version, work.act.app.roles
    if version.is_filing(step.process, step.element):
        filed = _counter(work)
        if filed:
            return filed[0]
    node = version.node(step.process, step.element)
    named = (role for name in node.candidate_groups if (role := register.find(name)))
    role = next(named, None) or register.roles.get(step.role)
    if role is None or register.nobody_records(role):
        return None
    if role.elsewhere and step.unit_id == work.case.unit_id:  # the other office does not work here
        return None
    return register.recorder(role.id), step.unit_id
