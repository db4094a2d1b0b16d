"""Cases: search, and one case with everything that happened to it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn.model import Drawing
from engine.bpmn.pictures import svg
from engine.domain.errors import NotFound
from engine.domain.states import CaseState, StopKind
from engine.persistence import caselists, incidents
from engine.persistence.calendars import load_calendar
from engine.services import clocks, rungs, viewing
from engine.services.viewing import CasePage
from web import scope
from web.presenting import Remaining, case_state, remaining
from web.views import attached, casebook, panels
from web.views.rungs import shown as shown_rungs

bp = Blueprint("cases", __name__, url_prefix="/ho-so")


@bp.get("/<int:case_id>")
def show(case_id: int) -> ResponseReturnValue:
    """One case: where it stands, how it came there, what was said, when it is due."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        calendar = load_calendar(act.session, act.app.settings.shifts, page.case.unit_id)
        return render_template(
            "cases/show.html",
            page=page,
            clock=clocks.clock(act, page),
            case=page.case,
            version=page.version,
            state=case_state(page.case.state, page.case.outcome),
            term=_term(page, remaining(page.case.due_at, act.now, calendar)),
            outcome=casebook.outcome(page),
            start=casebook.start(page),
            timeline=casebook.timeline(page, act.now, calendar),
            waits=casebook.waits(page),
            data=casebook.data(page),
            files=attached.links(case_id, {file.sha256: file.id for file in page.attachments}),
            picture=_picture(page, page.drawing, page.marks),
            steps=casebook.steps(page.drawing, page.marks, page.drawings),
            parts=[
                {
                    "name": one.name or one.key,
                    "picture": _picture(page, one, marks),
                    "steps": casebook.steps(one, marks, page.drawings),
                    "open": set(marks.values()) != {"done"},
                }
                for one, marks in page.parts
            ],
            journal=casebook.journal(page),
            ladder=shown_rungs(rungs.of_case(act, page.case)),
            incidents=incidents.stopping(act.session, case_id),
            panels=panels.work_of_case(act, page),
            panels_beside=panels.beside_case(act, page),
            notices_above=panels.notices_of_case(act, page),
        )


@bp.get("")
def search() -> ResponseReturnValue:
    """Cases by code or name, the latest first."""
    query = request.args.get("q", "").strip()[:200]
    after = request.args.get("sau")
    with scope.act() as act:
        found = caselists.search_cases(act.session, act.actor, query, after)
        return render_template(
            "cases/search.html",
            query=query,
            lines=found.lines,
            next_url=url_for("cases.search", q=query or None, sau=found.after)
            if found.after
            else "",
            first_url=url_for("cases.search", q=query or None) if after else "",
        )


def _term(page: CasePage, standing: Remaining) -> Remaining:
    """How the legal term stands: it neither runs while paused nor after the end."""
    state = case_state(page.case.state, page.case.outcome)
    if page.case.outcome in set(StopKind):
        return state
    if page.case.state == CaseState.PAUSED:
        return Remaining(_("Đang tạm dừng"), "paused", state.icon)
    if page.case.state != CaseState.FINISHED or page.case.finished_at is None:
        return standing
    late = page.case.due_at is not None and page.case.finished_at > page.case.due_at
    if late:
        return Remaining(_("Đã xong, trễ hẹn"), "overdue", "exclamation-octagon-fill")
    return Remaining(_("Đã xong, đúng hẹn"), "in-time", state.icon)


@bp.get("/<int:case_id>/tep/<int:attachment_id>")
def attachment(case_id: int, attachment_id: int) -> ResponseReturnValue:
    """A stored file, always as a download: never shown as a page of this site."""
    with scope.act() as act:
        row, content = viewing.attachment(act, attachment_id)
        if row.case_id != case_id:
            raise NotFound()
        response = Response(content, mimetype="application/octet-stream")
        response.headers.set("Content-Disposition", "attachment", filename=row.filename)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


def _picture(page: viewing.CasePage, drawing: Drawing, marks: Mapping[str, str]) -> Markup:
    """A drawing as the case stands on it; what the actor may work on leads there."""
    links = {
        task.element: url_for("tasks.show", task_id=task.id)
        for task in page.tasks
        if task.id in page.workable and task.process == drawing.key
    }
    return Markup(svg.render(drawing, marks, links))  # noqa: S704  escaped by the renderer
