"""The role of a step whose drawing leaves it to a decision: `${variable}` in candidateGroups."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.decisions.tables import DecisionTable
from engine.bpmn.model import Node
from engine.domain.errors import ExecutionFailed
from engine.domain.messages import say
from engine.domain.roles import Role, RoleRegister


def decided(node: Node, values: Mapping[str, object], roles: RoleRegister) -> Role | None:
    """The role that a decision chose for a step; None while nothing is decided, and elsewhere."""
    value = values.get(node.performer) if node.performer is not None else None
    return roles.roles.get(value) if isinstance(value, str) else None


def decided_now(node: Node, values: Mapping[str, object], roles: RoleRegister) -> Role | None:
    """The role chosen for a step that opens; None where its lane says it.

    Raises ExecutionFailed when what was to choose it chose no role of the register.
    """
    role = decided(node, values, roles)
    if role is not None or node.performer is None:
        return role
    value = values.get(node.performer)
    raise ExecutionFailed(
        node.id,
        say(
            "Không giao được bước “%(step)s”: “%(name)s” chưa được đặt.",
            step=node.name or node.id,
            name=node.performer,
        )
        if value is None
        else say(
            "Không giao được bước “%(step)s”: “%(name)s” là “%(value)s”, không phải mã chức danh "
            "nào trong bpmn/roles.toml.",
            step=node.name or node.id,
            name=node.performer,
            value=value,
        ),
    )


def possible(
    node: Node, tables: Mapping[str, DecisionTable], roles: RoleRegister
) -> tuple[Role, ...]:
    """The roles that the tables of a version may choose for a step, in the order of their rows."""
    found: dict[str, Role] = {}
    for table in tables.values():
        if node.performer in table.outputs:
            for value in table.given(node.performer) or ():
                role = roles.roles.get(value) if isinstance(value, str) else None
                if role is not None:
                    found.setdefault(role.id, role)
    return tuple(found.values())
