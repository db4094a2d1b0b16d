"""Units: the tree of them with a search, one unit with its people, editing and closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import SUPERVISOR, Permission, require
from engine.domain.errors import Misuse
from engine.domain.folding import fold
from engine.domain.routing import units_above
from engine.persistence import people, staff
from engine.services import units, vacancies
from engine.services.act import Act
from engine.services.units import UnitFacts
from web import scope
from web.presenting import sentence
from web.views import staffing

if TYPE_CHECKING:
    from engine.persistence.tables import UnitRow

bp = Blueprint("units", __name__, url_prefix="/quan-tri/don-vi")

#: So many units of a search stand on its page.
MOST_FOUND = 100

#: More units than this are shown folded, but for the top of the tree.
UNFOLDED = 40


@dataclass(frozen=True)
class Branch:
    """A unit in the tree."""

    unit: UnitRow
    kind: str
    people: int
    lacking: int
    children: tuple[Branch, ...]
    above: str = ""  # the units above it, in a flat list


@bp.get("")
def show() -> ResponseReturnValue:
    """The tree; or, of a search, a list."""
    text, kind = request.args.get("tim", "").strip(), request.args.get("loai", "")
    with scope.act() as act:
        require(act.actor, Permission.USER_ADMIN)
        found = units.listed(act)
        branch = _branching(act, found)
        asked = bool(text or kind)
        lines = [branch(row, flat=True) for row in found if _matches(row, text, kind)]
        tops = [branch(row) for row in found if row.parent_id is None and not row.closed]
        return render_template(
            "administration/units.html",
            tops=[] if asked else tops,
            lines=lines[:MOST_FOUND] if asked else [],
            more=max(0, len(lines) - MOST_FOUND) if asked else 0,
            closed=[row for row in found if row.closed],
            total=sum(not row.closed for row in found),
            folded=len(found) > UNFOLDED,
            asked=asked,
            text=text,
            kind=kind,
            kinds=staffing.kinds(act),
        )


@bp.get("/<int:unit_id>")
def one(unit_id: int) -> ResponseReturnValue:
    """A unit: what is told of it, who sits there, who is lacking."""
    with scope.act() as act:
        return _page(act, unit_id)


@bp.get("/them")
def add() -> ResponseReturnValue:
    """The form for a new unit."""
    with scope.act() as act:
        require(act.actor, Permission.USER_ADMIN)
        above = request.args.get("cap-tren", type=int)
        row = units.one(act, above) if above else None
        return _form(act, None, {"parent": f"{row.name} ({row.code})" if row else ""})


@bp.post("/them")
def save_new() -> ResponseReturnValue:
    """Adds the unit."""
    try:
        with scope.act(write=True) as act:
            require(act.actor, Permission.USER_ADMIN)
            row = units.add(act, request.form.get("code", "").strip().lower(), _facts(act))
            unit_id, name = row.id, row.name
    except Misuse as refused:
        with scope.act() as act:
            return _form(act, None, request.form, sentence(refused.message)), 422
    flash(_("Đã thêm %(unit)s.", unit=name), "good")
    return redirect(url_for("units.one", unit_id=unit_id))


@bp.get("/<int:unit_id>/sua")
def edit(unit_id: int) -> ResponseReturnValue:
    """The form with what is told of a unit."""
    with scope.act() as act:
        row = units.one(act, unit_id)
        above = units.one(act, row.parent_id) if row.parent_id else None
        told = {name: getattr(row, name) for name in ("name", "kind", *_TEXTS)}
        return _form(act, row, {**told, "parent": f"{above.name} ({above.code})" if above else ""})


@bp.post("/<int:unit_id>/sua")
def save(unit_id: int) -> ResponseReturnValue:
    """Saves what is told of a unit."""
    try:
        with scope.act(write=True) as act:
            require(act.actor, Permission.USER_ADMIN)
            changed = units.edit(act, unit_id, _facts(act))
    except Misuse as refused:
        with scope.act() as act:
            row = units.one(act, unit_id)
            return _form(act, row, request.form, sentence(refused.message)), 422
    flash(_("Đã lưu đơn vị.") if changed else _("Không có gì thay đổi."), "good")
    return redirect(url_for("units.one", unit_id=unit_id))


@bp.post("/<int:unit_id>/ngung")
def close(unit_id: int) -> ResponseReturnValue:
    """Closes a unit, ending its posts when that was ticked."""
    try:
        with scope.act(write=True) as act:
            reason, ends = request.form.get("reason", ""), "end_posts" in request.form
            name = units.close(act, unit_id, reason, end_posts=ends).name
    except Misuse as refused:
        with scope.act() as act:
            return _page(act, unit_id, closing=sentence(refused.message)), 422
    flash(_("%(unit)s đã ngừng hoạt động.", unit=name), "good")
    return redirect(url_for("units.one", unit_id=unit_id))


@bp.post("/<int:unit_id>/mo-lai")
def reopen(unit_id: int) -> ResponseReturnValue:
    """Opens a unit again."""
    try:
        with scope.act(write=True) as act:
            name = units.reopen(act, unit_id).name
    except Misuse as refused:
        with scope.act() as act:
            return _page(act, unit_id, closing=sentence(refused.message)), 422
    flash(_("%(unit)s hoạt động trở lại.", unit=name), "good")
    return redirect(url_for("units.one", unit_id=unit_id))


_TEXTS = ("sign", "place", "address", "phone")


def _facts(act: Act) -> UnitFacts:
    sent = request.form
    above = sent.get("parent", "").strip()
    return UnitFacts(
        name=sent.get("name", ""),
        kind=sent.get("kind", ""),
        parent_id=units.meant(act, above).id if above else None,
        **{name: sent.get(name, "") for name in _TEXTS},
    )


def _form(act: Act, row: UnitRow | None, typed: object, error: str = "") -> str:
    return render_template(
        "administration/unit_form.html",
        unit=row,
        typed=typed,
        error=error,
        kinds=staffing.kinds(act),
        choices=units.choices(act),
    )


def _page(act: Act, unit_id: int, closing: str = "") -> str:
    row = units.one(act, unit_id)
    lines = staff.posts(act.session, unit_id=unit_id)
    known = people.units(act.session)
    return render_template(
        "administration/unit.html",
        unit=row,
        kind=act.app.roles.authorities.get(row.kind, row.kind),
        above=[known[one] for one in reversed(units_above(known, unit_id))],
        below=sorted(
            (u for u in known.values() if u.parent_id == unit_id), key=lambda u: (u.closed, u.name)
        ),
        posts=staffing.grouped(lines, act.today),
        substitutes=_by_post(staff.substitutes(act.session, unit_id=unit_id, lasting_on=act.today)),
        gaps=[role for one in vacancies.vacancies(act, unit_id) for role in one.roles],
        standing=units.standing(act, unit_id),
        role_name=lambda role: staffing.role_name(act, role),
        period=staffing.period,
        state=lambda line: staffing.standing(line, act.today),
        supervisor=SUPERVISOR,
        closing=closing,
        reason_length=units.REASON_LENGTH,
    )


def _by_post(lines: Sequence[staff.SubstituteLine]) -> dict[int, list[staff.SubstituteLine]]:
    found: dict[int, list[staff.SubstituteLine]] = {}
    for line in lines:
        found.setdefault(line.post_id, []).append(line)
    return found


def _matches(row: UnitRow, text: str, kind: str) -> bool:
    told = fold(f"{row.name} {row.code}")
    return kind in ("", row.kind) and all(word in told for word in fold(text).split())


def _branching(act: Act, rows: Sequence[UnitRow]):
    """A function that makes the branch of a unit."""
    known = people.units(act.session)
    children: dict[int | None, list[UnitRow]] = {}
    for row in rows:
        if not row.closed:
            children.setdefault(row.parent_id, []).append(row)
    seats: dict[int, set[int]] = {}
    for seat in people.seats(act.session, act.today):
        seats.setdefault(seat.unit_id, set()).add(seat.user_id)
    lacking = {one.unit_id: len(one.roles) for one in vacancies.vacancies(act)}
    authorities = act.app.roles.authorities

    def branch(row: UnitRow, *, flat: bool = False) -> Branch:
        above = " › ".join(known[one].name for one in reversed(units_above(known, row.id)))
        below = () if flat else tuple(branch(child) for child in children.get(row.id, ()))
        return Branch(
            unit=row,
            kind=authorities.get(row.kind, row.kind),
            people=len(seats.get(row.id, ())),
            lacking=lacking.get(row.id, 0),
            children=below,
            above=above if flat else "",
        )

    return branch
