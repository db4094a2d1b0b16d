"""The staff workbook to fill in, empty or with everything that is there."""

from __future__ import annotations

from collections.abc import Sequence

from engine.adapters.staff_workbook import Cell, Head, Page, write
from engine.domain.access import SUPERVISOR, Permission, require
from engine.domain.working_calendar import ONE_DAY
from engine.persistence import staff
from engine.services import units
from engine.services.act import Act
from engine.services.staffing.columns import LISTS, POSTS, SHEETS, UNITS, USERS
from engine.services.staffing.post_rows import SUPERVISION

_KINDS, _ROLES, _TICK = "Loại đơn vị", "Chức danh", "Đánh dấu"

_CHOICES = {
    "kind": _KINDS,
    "role": _ROLES,
    "administrator": _TICK,
    "analyst": _TICK,
    "head": _TICK,
    "leader": _TICK,
}


def template(act: Act, *, filled: bool = False) -> bytes:
    """The workbook with its lists; `filled` with the units, people and posts of now.

    Brought in again as it is, it changes nothing (administrators).
    """
    require(act.actor, Permission.USER_ADMIN)
    register = act.app.roles
    roles = [role for role in register.roles.values() if role.internal]
    kinds = dict.fromkeys(role.kind for role in roles)
    if filled:
        kinds |= dict.fromkeys(row.kind for row in units.listed(act))
    lists = {
        _KINDS: [register.authorities.get(kind, kind) for kind in kinds],
        _ROLES: [*(role.name for role in roles), SUPERVISION],
        _TICK: ["x"],
    }
    rows = _rows(act) if filled else {}
    pages = [
        Page(
            name,
            [
                Head(
                    column.title,
                    column.note,
                    column.width,
                    column.required,
                    _CHOICES.get(column.key, ""),
                    column.key in ("starts", "last"),
                )
                for column in columns
            ],
            rows.get(name, ()),
        )
        for name, columns in SHEETS.items()
    ]
    return write(pages, lists, LISTS)


def _rows(act: Act) -> dict[str, list[Sequence[Cell]]]:
    register = act.app.roles
    found = units.listed(act)
    codes = {row.id: row.code for row in found}
    posts = staff.posts(act.session, lasting_on=act.today)
    return {
        UNITS: [
            (
                row.code,
                row.name,
                register.authorities.get(row.kind, row.kind),
                codes.get(row.parent_id or 0, ""),
                row.sign,
                row.place,
                row.address,
                row.phone,
            )
            for row in found
            if not row.closed
        ],
        USERS: [
            (
                line.username,
                line.full_name,
                line.email,
                _tick(line.administrator),
                _tick(line.analyst),
            )
            for line in staff.users(act.session)
        ],
        POSTS: [
            (
                post.username,
                SUPERVISION if post.role == SUPERVISOR else register[post.role].name,
                codes[post.unit_id],
                post.starts,
                post.ends - ONE_DAY if post.ends else None,
                _tick(post.head),
                _tick(post.leader),
            )
            for post in posts
            if post.role == SUPERVISOR or post.role in register.roles
        ],
    }


def _tick(value: bool) -> str:
    return "x" if value else ""
