"""Dossiers that belong together: persons and links on a dossier's page, likely duplicates told."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse
from engine.domain.states import PersonPart, TaskState
from engine.persistence import persons
from engine.persistence.cases import surroundings
from engine.persistence.tables import CasePersonRow, CaseRow, PersonRow
from engine.services import likenesses, linking
from engine.services.act import Act
from engine.services.viewing import CasePage, TaskPage
from web import scope
from web.presenting import sentence
from web.views import picking
from web.views.persons import detail, part_name

bp = Blueprint("linking", __name__, url_prefix="/ho-so/<int:case_id>")


def persons_panel(act: Act, page: CasePage) -> Markup:
    """The persons of a dossier, and the dossiers linked to it."""
    there = persons.parts_of(act.session, page.case.id)
    links = linking.links_of(act, page.case.id)
    may_link = linking.may_link(act, surroundings(act.session, page.case.id).subject)
    if not there and not links and not may_link:
        return Markup("")
    lines = [(row, " · ".join(dict.fromkeys(said)), detail(row)) for row, said in _by_person(there)]
    return Markup(  # noqa: S704  escaped by the template
        render_template(
            "linking/panel.html", case=page.case, persons=lines, links=links, may_link=may_link
        )
    )


def _by_person(
    there: list[tuple[CasePersonRow, PersonRow]],
) -> list[tuple[PersonRow, list[str]]]:
    """Each person once, with all their parts and what they are to the subject."""
    order = {PersonPart.APPLICANT: 0, PersonPart.SUBJECT: 1}
    found: dict[int, tuple[PersonRow, list[str]]] = {}
    for part, row in sorted(there, key=lambda pair: order.get(PersonPart(pair[0].part), 2)):
        said = found.setdefault(row.id, (row, []))[1]
        said.append(part_name(part.part))
    for part, row in there:
        if part.relation:
            found[row.id][1].append(part.relation)
    return list(found.values())


def case_notice(act: Act, page: CasePage) -> Markup:
    """Other dossiers that may concern the same persons."""
    return alike_notice(act, page.case)


def task_notice(act: Act, page: TaskPage) -> Markup:
    """The same beside the work of the office that received the dossier."""
    if page.task.state != TaskState.OPEN or page.task.unit_id != page.case.unit_id:
        return Markup("")
    return alike_notice(act, page.case, page.task.id)


def alike_notice(act: Act, case: CaseRow, task_id: int | None = None) -> Markup:
    """The notice, empty when there is no other dossier."""
    found = likenesses.of_case(act, case)
    if not found:
        return Markup("")
    may_link = linking.may_link(act, surroundings(act.session, case.id).subject)
    return Markup(  # noqa: S704  escaped by the template
        render_template(
            "linking/alike.html", case=case, found=found, may_link=may_link, task_id=task_id
        )
    )


@bp.get("/lien-ket")
def show(case_id: int) -> ResponseReturnValue:
    """Asks with which dossier, and why."""
    with scope.act() as act:
        return _page(act, case_id, request.args.get("voi", "")[:40])


@bp.post("/lien-ket")
def link(case_id: int) -> ResponseReturnValue:
    """Links two dossiers; the form again with what is wrong."""
    code = request.form.get("code", "").strip()[:40]
    reason = " ".join(request.form.get("reason", "").split())
    try:
        with scope.act(write=True) as act:
            _require(act, case_id)
            other = linking.case_of_code(act, code)
            linking.link(act, case_id, other.id, reason)
            flash(_("Đã liên kết với hồ sơ %(code)s.", code=other.code), "good")
            return redirect(url_for("cases.show", case_id=case_id))
    except Misuse as error:
        with scope.act() as act:
            return _page(act, case_id, code, reason, sentence(error.message)), 422


@bp.post("/lien-ket/<int:other_id>/bo")
def unlink(case_id: int, other_id: int) -> ResponseReturnValue:
    """Takes a link away."""
    with scope.act(write=True) as act:
        linking.unlink(act, case_id, other_id)
        flash(_("Đã bỏ liên kết."), "good")
        return redirect(url_for("cases.show", case_id=case_id))


@bp.post("/khong-trung/<int:other_id>")
def set_apart(case_id: int, other_id: int) -> ResponseReturnValue:
    """Keeps that two dossiers are no duplicates, and goes back to where that was said."""
    with scope.act(write=True) as act:
        likenesses.set_apart(act, case_id, other_id)
        flash(_("Đã ghi nhận hai hồ sơ không trùng. Thông báo này không hiện lại."), "good")
        return _back(case_id)


def _back(case_id: int) -> Response:
    task_id = picking.id_of(request.form.get("viec", ""))
    if task_id is not None:
        return redirect(url_for("tasks.show", task_id=task_id))
    return redirect(url_for("cases.show", case_id=case_id))


def _require(act: Act, case_id: int) -> None:
    subject = surroundings(act.session, case_id).subject
    require(act.actor, Permission.CASE_VIEW, subject)
    require(act.actor, Permission.CASE_LINK, subject)


def _page(act: Act, case_id: int, code: str = "", reason: str = "", wrong: str = "") -> str:
    _require(act, case_id)
    case = act.session.get_one(CaseRow, case_id)
    return render_template(
        "linking/link.html",
        case=case,
        code=code,
        reason=reason,
        wrong=wrong,
        found=[one for one in likenesses.of_case(act, case) if one.seen],
        most=linking.REASON_LENGTH,
    )
