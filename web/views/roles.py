"""The register of roles, to read: who does the work of each, and how many hold it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.domain.access import Permission, require
from engine.domain.roles import Role
from engine.services import vacancies
from web import scope

bp = Blueprint("roles", __name__, url_prefix="/quan-tri/chuc-danh")


@bp.get("")
def show() -> ResponseReturnValue:
    """All roles by authority, those of deployed procedures marked."""
    with scope.act() as act:
        require(act.actor, Permission.USER_ADMIN)
        register = act.app.roles
        groups: dict[str, list[Role]] = {}
        for role in register.roles.values():
            groups.setdefault(role.kind, []).append(role)
        named = [(register.authorities.get(kind, kind), roles) for kind, roles in groups.items()]
        return render_template(
            "administration/roles.html",
            groups=sorted(named, key=lambda one: not any(role.internal for role in one[1])),
            register=register,
            held=vacancies.held_roles(act),
            in_use=vacancies.roles_in_use(act),
        )
