"""Persons: found while typing, their page with its dossiers, corrections, two records made one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.errors import Misuse, NotPermitted
from engine.domain.persons import KEPT, Facts, Said, identity, tidy
from engine.domain.states import PersonPart
from engine.persistence import versions
from engine.persistence.tables import PersonRow
from engine.ports import Form
from engine.services import likenesses, persons
from engine.services.act import Act
from engine.services.likenesses import Alike
from engine.services.persons import Found, PersonPage
from forms import partial_dates
from forms.showing import shown_date
from web import auth, scope
from web.presenting import sentence
from web.views import picking

bp = Blueprint("persons", __name__, url_prefix="/nguoi")

#: So many persons does a search show; who looks for one types more.
MOST_FOUND = 50

QUERY_LENGTH = 100


@bp.get("")
def search() -> ResponseReturnValue:
    """Persons by name or number."""
    query = request.args.get("q", "").strip()[:QUERY_LENGTH]
    with scope.act() as act:
        found = persons.suggest(act, query, limit=MOST_FOUND) if query else []
        return render_template(
            "persons/search.html",
            query=query,
            lines=[(one, _parts(one)) for one in found],
            most=MOST_FOUND,
        )


@bp.get("/goi-y")
def suggest() -> ResponseReturnValue:
    """Persons whose names go on with what is typed, for the form beside it (JSON)."""
    query = request.args.get("q", "").strip()[:QUERY_LENGTH]
    with scope.act() as act:
        found = persons.suggest(act, query, _part()) if len(query) >= 2 else []
        return jsonify(items=[_suggested(one) for one in found])


@bp.get("/<int:person_id>/dien")
def fill(person_id: int) -> ResponseReturnValue:
    """Everything known of the person who was chosen, as the form shows it (JSON).

    Only of the one chosen: what the list of suggestions tells is enough to choose by.
    """
    with scope.act() as act:
        row = persons.person_page(act, person_id).row
        kept = {name: getattr(row, name) for name in KEPT}
        shown = {"born": shown_date(row.born), "died": shown_date(row.died)}
        return jsonify(id=row.id, fields={"full_name": row.full_name, **kept, **shown})


@bp.get("/trung")
@auth.limiter.limit(lambda: current_app.config["ALIKE_LIMIT"], key_func=auth.visit)
def alike() -> ResponseReturnValue:
    """Whether there is a dossier about a person who is being written down (JSON).

    Of a dossier that the reader does not see it tells code and unit alone, and the access log
    keeps who was told: nobody goes through names and numbers unseen.
    """
    part = _part()
    typed = {name: request.args.get(name, "")[:300] for name in ("full_name", *KEPT)}
    with scope.act() as act:
        if not act.actor.units:
            raise NotPermitted()
        facts = picking.as_typed(tidy(Facts(**typed)))
        facts = Facts(**{**vars(facts), "identity_number": identity(facts.identity_number)})
        if part is None or not facts.full_name:
            return jsonify(items=[])
        case_id = request.args.get("ho_so", type=int)
        said = Said(part, facts, picking.id_of(request.args.get("chon", "")))
        found = likenesses.of_answers(act, [said], request.args.get("thu_tuc", ""))
        told = [one for one in found if one.case_id != case_id]
        g.told_of = [one.case_id for one in told if not one.seen]
        return jsonify(items=[_told(one) for one in told])


def _part() -> PersonPart | None:
    asked = request.args.get("phan", "")
    return PersonPart(asked) if asked in set(PersonPart) else None


def _suggested(found: Found) -> dict[str, Any]:
    codes = list(dict.fromkeys(line.code for line in found.lines))
    return {
        "name": found.row.full_name,
        "detail": detail(found.row),
        "dossiers": ", ".join(codes[:3]) + (" …" if len(codes) > 3 else ""),
        "href": url_for("persons.fill", person_id=found.row.id),
    }


def detail(row: PersonRow) -> str:
    """What tells a person from others of the same name, in one line."""
    parts = (
        _("sinh %(day)s", day=shown_date(row.born)) if row.born else "",
        _("hy sinh %(day)s", day=shown_date(row.died)) if row.died else "",
        _("quê %(place)s", place=row.home_now or row.home_then)
        if row.home_now or row.home_then
        else "",
    )
    return " · ".join(part for part in parts if part)


def alike_lines(
    act: Act, form: Form | None, submission: Mapping[str, object], procedure_key: str
) -> list[dict[str, str]]:
    """What there is to say of dossiers about the persons of a form that is shown again."""
    named = picking.named(form, submission, picking.picked(form))
    return [_told(one) for one in likenesses.of_answers(act, named, procedure_key)]


@bp.app_template_filter("partial_date")
def partial_date(text: str) -> str:
    """`1972-05` as `05/1972`."""
    return shown_date(text)


def _told(one: Alike) -> dict[str, str]:
    why = ", ".join(sentence(reason) for reason in one.reasons)
    about = _(
        "Đã có hồ sơ %(code)s tại %(unit)s: %(why)s.", code=one.code, unit=one.unit_name, why=why
    )
    if one.about_subject:
        about = _(
            "Đã có hồ sơ %(code)s tại %(unit)s về người có công này (%(why)s).",
            code=one.code,
            unit=one.unit_name,
            why=why,
        )
    return {"text": about, "href": url_for("cases.show", case_id=one.case_id) if one.seen else ""}


# --- one person ----------------------------------------------------------------------------------


@bp.get("/<int:person_id>")
def show(person_id: int) -> ResponseReturnValue:
    """A person with other names, places then and now, and their dossiers."""
    with scope.act() as act:
        page = persons.person_page(act, person_id)
        if page.row.id != person_id:
            return redirect(url_for("persons.show", person_id=page.row.id))
        return render_template(
            "persons/show.html",
            page=page,
            person=page.row,
            facts=facts(page.row),
            lines=[(line, part_name(line.part)) for line in page.lines],
            procedures={v.procedure_key: v.name for v in versions.procedures(act.session)},
        )


@bp.get("/<int:person_id>/sua")
def edit(person_id: int) -> ResponseReturnValue:
    """The record as a form."""
    with scope.act() as act:
        page = _editable(act, person_id)
        values = {name: getattr(page.row, name) for name in persons.EDITABLE}
        values |= {name: shown_date(values[name]) for name in ("born", "died")}
        return _edit_page(page, values, "\n".join(name.full_name for name in page.names))


@bp.post("/<int:person_id>/sua")
def change(person_id: int) -> ResponseReturnValue:
    """Corrects the record; the form again with what is wrong."""
    typed = {name: request.form.get(name, "").strip()[:400] for name in persons.EDITABLE}
    names = request.form.get("names", "")
    stored = dict(typed)
    try:
        for name in ("born", "died"):
            stored[name] = str(partial_dates.from_entry(typed[name])) if typed[name] else ""
        with scope.act(write=True) as act:
            persons.change(act, person_id, stored, names.splitlines())
    except partial_dates.BadDate as error:
        wrong = sentence(error.message)
    except Misuse as error:
        wrong = sentence(error.message)
    else:
        flash(_("Đã lưu. Nhật ký của các hồ sơ liên quan ghi lại thay đổi này."), "good")
        return redirect(url_for("persons.show", person_id=person_id))
    with scope.act() as act:
        return _edit_page(_editable(act, person_id), typed, names, wrong), 422


def _editable(act: Act, person_id: int) -> PersonPage:
    page = persons.person_page(act, person_id)
    if not page.may_edit:
        raise NotPermitted()
    return page


def _edit_page(page: PersonPage, values: dict[str, str], names: str, wrong: str = "") -> str:
    return render_template(
        "persons/edit.html", person=page.row, values=values, names=names, wrong=wrong
    )


@bp.get("/<int:person_id>/gop")
def merging(person_id: int) -> ResponseReturnValue:
    """Looks for the other record, then shows what merging would do."""
    with scope.act() as act:
        return _merge_page(act, person_id, picking.id_of(request.args.get("voi", "")))


@bp.post("/<int:person_id>/gop")
def merge(person_id: int) -> ResponseReturnValue:
    """Makes the other record part of this one."""
    other = picking.id_of(request.form.get("voi", "")) or 0
    reason = " ".join(request.form.get("reason", "").split())
    if not 0 < len(reason) <= persons.REASON_LENGTH:
        with scope.act() as act:
            return _merge_page(act, person_id, other, reason, judged=True), 422
    with scope.act(write=True) as act:
        stays = persons.merge(act, other, person_id, reason)
        flash(_("Đã gộp. Các hồ sơ của cả hai nay ở trang này."), "good")
        return redirect(url_for("persons.show", person_id=stays.id))


def _merge_page(
    act: Act, person_id: int, other: int | None, reason: str = "", judged: bool = False
) -> str:
    page = persons.person_page(act, person_id)
    if not page.may_merge:
        raise NotPermitted()
    query = request.args.get("q", page.row.full_name).strip()[:QUERY_LENGTH]
    wrong = ""
    if judged:
        wrong = _("Lý do dài quá %(limit)s ký tự. Hãy viết ngắn lại.", limit=persons.REASON_LENGTH)
        wrong = wrong if reason else _("Hãy ghi lý do.")
    plan = persons.preview(act, other, person_id) if other else None
    found = [] if plan else persons.suggest(act, query, limit=20)
    return render_template(
        "persons/merge.html",
        person=page.row,
        plan=plan,
        filled=_labelled(plan.filled) if plan else [],
        dropped=[
            (label(name), _shown(name, goes), _shown(name, stays))
            for name, (goes, stays) in plan.dropped.items()
        ]
        if plan
        else [],
        query=query,
        others=[(one, _parts(one)) for one in found if one.row.id != page.row.id],
        reason=reason,
        error_reason=wrong,
        most=persons.REASON_LENGTH,
        detail=detail,
    )


# --- words ---------------------------------------------------------------------------------------


def part_name(part: str) -> str:
    """A person's part in a dossier, in words."""
    return {
        PersonPart.APPLICANT.value: _("Người nộp"),
        PersonPart.SUBJECT.value: _("Người có công"),
        PersonPart.RELATIVE.value: _("Thân nhân"),
    }.get(part, part)


def label(name: str) -> str:
    """What people call a fact of a record, as a label."""
    text = sentence(persons.LABELS[name])
    return text[:1].upper() + text[1:]


def facts(row: PersonRow) -> list[tuple[str, str]]:
    """What is known of a person, in order."""
    values = {name: getattr(row, name) for name in persons.EDITABLE if name != "full_name"}
    return _labelled({name: value for name, value in values.items() if value})


def _labelled(values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(label(name), _shown(name, value)) for name, value in values.items()]


def _shown(name: str, value: str) -> str:
    if name in ("born", "died"):
        return shown_date(value)
    if name == "gender":
        return {"nam": _("Nam"), "nu": _("Nữ")}.get(value, value)
    return value


def _parts(found: Found) -> str:
    """The parts and codes of somebody's dossiers, in one line."""
    seen = [f"{part_name(line.part)} – {line.code}" for line in found.lines[:3]]
    more = " …" if len(found.lines) > 3 else ""
    return "; ".join(dict.fromkeys(seen)) + more
