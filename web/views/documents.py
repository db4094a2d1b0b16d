"""The documents of a dossier: all of them, one with its pages as pictures, PDF and Word files."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.domain.errors import NotFound
from engine.domain.states import DocumentState, TaskState
from engine.persistence.tables import CaseRow
from engine.services import viewing as cases
from engine.services.act import Act
from engine.services.documents import issuing, kinds, viewing
from engine.services.documents.asked import Wish
from engine.services.documents.kinds import DocumentKind, Group, kind_of
from engine.services.documents.taking import visible
from engine.services.viewing import CasePage, TaskPage
from web import scope
from web.presenting import Remaining, sentence

bp = Blueprint("documents", __name__)

#: Pixels of a page that is looked at: enough to read, also on a screen of twice the density.
WIDTH = 1100

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: How many documents a panel names; the rest are on the page of all.
IN_PANEL = 5


# --- pages ---------------------------------------------------------------------------------------


@bp.get("/ho-so/<int:case_id>/van-ban")
def of_case(case_id: int) -> ResponseReturnValue:
    """All documents of a dossier, and what its steps ask for."""
    with scope.act() as act:
        page = cases.case_page(act, case_id)
        shelf = viewing.shelf(act, page.case, page.tasks)
        needed = [wish for wish in shelf.wishes if wish.kind.needed]
        return render_template(
            "documents/all.html",
            case=page.case,
            lines=shelf.lines,
            wishes=[wished(page.case, wish) for wish in _own(act, needed, page.workable)],
            others=[wished(page.case, wish) for wish in shelf.wishes if not wish.kind.needed],
            trace=url_for("documents.form", case_id=case_id, kind=kinds.TRACE),
            people=page.people,
            state_of=state_of,
            name_of=name_of,
        )


@bp.get("/van-ban/<int:document_id>")
def show(document_id: int) -> ResponseReturnValue:
    """One document: its pages, how it stands, what may be done with it."""
    with scope.act() as act:
        page = viewing.page(act, document_id)
        return render_template(
            "documents/show.html",
            page=page,
            row=page.row,
            case=page.case,
            name=name_of(page.kind),
            state=state_of(page.row.state),
            step=cases.next_work(act, page.case.id),
            pictures=[
                url_for("documents.picture", document_id=document_id, number=number)
                for number in range(1, page.pages + 1)
            ],
        )


@bp.get("/ho-so/<int:case_id>/van-ban/lap/<kind>")
def form(case_id: int, kind: str) -> ResponseReturnValue:
    """A form as it would be issued now, to look at before it gets its number."""
    task_id, round_ = wanted()
    with scope.act() as act:
        page = cases.case_page(act, case_id)
        pdf = issuing.preview_form(act, case_id, kind, task_id=task_id, round_=round_)
        shelf = viewing.shelf(act, page.case, page.tasks)
        return render_template(
            "documents/form.html",
            case=page.case,
            kind=kind_of(kind),
            name=name_of(kind_of(kind)),
            trace=kind == kinds.TRACE,
            may_issue=shelf.trace if kind == kinds.TRACE else _wished(shelf, kind),
            said=_asked(),
            pictures=[
                url_for("documents.form_picture", case_id=case_id, kind=kind, number=n, **_asked())
                for n in range(1, viewing.count_pages(pdf) + 1)
            ],
        )


def _own(act: Act, wishes: Sequence[Wish], workable: Collection[int]) -> list[Wish]:
    """What falls to the actor: letters are written by the officers of their step."""
    return [
        wish
        for wish in wishes
        if wish.task is None
        or not wish.kind.written
        or wish.task.id in workable
        or act.actor.holds({wish.task.role}, wish.task.unit_id)
    ]


def _wished(shelf: viewing.Shelf, kind: str) -> bool:
    return any(wish.kind.id == kind for wish in shelf.wishes)


def wanted() -> tuple[int | None, int | None]:
    """The step and the receipt that a form is asked for by."""
    return request.values.get("buoc", type=int), request.values.get("lan", type=int)


def _asked() -> dict[str, int]:
    task_id, round_ = wanted()
    return {k: v for k, v in (("buoc", task_id), ("lan", round_)) if v is not None}


# --- pictures and files --------------------------------------------------------------------------


@bp.get("/van-ban/<int:document_id>/trang/<int:number>.png")
def picture(document_id: int, number: int) -> ResponseReturnValue:
    """A page of a document as a picture."""
    with scope.act() as act:
        row, _work = visible(act, document_id)
        return _png(viewing.picture(viewing.pdf(act, row), number, WIDTH))


@bp.get("/ho-so/<int:case_id>/van-ban/lap/<kind>/trang/<int:number>.png")
def form_picture(case_id: int, kind: str, number: int) -> ResponseReturnValue:
    """A page of a form that is not issued yet."""
    task_id, round_ = wanted()
    with scope.act() as act:
        pdf = issuing.preview_form(act, case_id, kind, task_id=task_id, round_=round_)
        return _png(viewing.picture(pdf, number, WIDTH))


@bp.get("/ho-so/<int:case_id>/van-ban/lap/<kind>.pdf")
def form_file(case_id: int, kind: str) -> ResponseReturnValue:
    """The trace as it stands now; other forms leave the office with a number only."""
    if kind != kinds.TRACE:
        raise NotFound()
    with scope.act() as act:
        pdf = issuing.preview_form(act, case_id, kind)
        case = act.session.get_one(CaseRow, case_id)
        return _file(pdf, PDF, f"{kind}-{case.code}.pdf")


@bp.get("/van-ban/<int:document_id>/tep.<ending>")
def file(document_id: int, ending: str) -> ResponseReturnValue:
    """The PDF or the Word file; a draft says so in its name."""
    with scope.act() as act:
        row, _work = visible(act, document_id)
        draft = "" if row.pdf_sha256 else "du-thao-"
        name = re.sub(r"[^\w-]+", "-", f"{draft}{row.sign or row.kind}-{row.id}").strip("-")
        if ending == "pdf":
            return _file(viewing.pdf(act, row), PDF, f"{name}.pdf")
        if ending == "docx":
            return _file(viewing.word(act, row), WORD, f"{name}.docx")
        raise NotFound()


def _png(content: bytes) -> Response:
    answer = make_response(content)
    answer.content_type = "image/png"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = make_response(content)
    answer.content_type = media_type
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


# --- panels --------------------------------------------------------------------------------------


def case_panel(act: Act, page: CasePage) -> Markup:
    """The latest documents of a dossier and how many are still asked for."""
    shelf = viewing.shelf(act, page.case, page.tasks)
    needed = [wish for wish in shelf.wishes if wish.kind.needed]
    return Markup(  # noqa: S704  the template escapes
        render_template(
            "documents/panel.html",
            case=page.case,
            lines=shelf.lines[:IN_PANEL],
            wishes=[wished(page.case, wish) for wish in _own(act, needed, page.workable)],
            ready=(),
            more=len(shelf.lines) - IN_PANEL,
            state_of=state_of,
            name_of=name_of,
        )
    )


def task_panel(act: Act, page: TaskPage) -> Markup:
    """What a step asks for, the letters that wait at it, and what it has issued."""
    shelf = viewing.shelf(act, page.case, viewing.tasks_of(act, page.case.id))
    task = page.task
    wishes = [
        wish
        for wish in shelf.wishes
        if (wish.task.id == task.id if wish.task else bool(page.node.acceptance))
    ]
    wishes = _own(act, wishes, {task.id} if page.may_complete else ())
    ready, issued = viewing.waiting_at(shelf, task), viewing.issued_at(shelf, task)
    if not wishes and not ready and not issued:
        return Markup("")
    return Markup(  # noqa: S704  the template escapes
        render_template(
            "documents/panel.html",
            case=page.case,
            lines=issued,
            wishes=[wished(page.case, wish) for wish in wishes],
            ready=ready,
            more=0,
            state_of=state_of,
            name_of=name_of,
        )
    )


def task_notice(act: Act, page: TaskPage) -> Markup:
    """On top of a step: the letters that wait for this officer's approval or number."""
    task, node = page.task, page.node
    clerk = page.form is not None and bool(page.form.from_document)
    if task.state != TaskState.OPEN or not page.may_complete or not (node.signs or clerk):
        return Markup("")
    shelf = viewing.shelf(act, page.case, viewing.tasks_of(act, page.case.id))
    awaited = DocumentState.DRAFT if node.signs else DocumentState.SIGNED
    ready = [
        line
        for line in viewing.waiting_at(shelf, task)
        if line.row.state == awaited and line.kind.group is Group.LETTER
    ]
    if not ready:
        return Markup("")
    return Markup(  # noqa: S704  the template escapes
        render_template("documents/notice.html", ready=ready, signs=bool(node.signs))
    )


# --- words ---------------------------------------------------------------------------------------


def name_of(kind: DocumentKind) -> str:
    """What people call a kind, with the number of its form."""
    name = sentence(kind.name)
    return f"{name} ({sentence(kind.number)})" if kind.number else name


def state_of(state: str) -> Remaining:
    """How a document stands, as a tag."""
    return {
        DocumentState.DRAFT: Remaining(_("Dự thảo"), "soon", "pencil-square"),
        DocumentState.SIGNED: Remaining(_("Đã ký duyệt, chờ số"), "soon", "hourglass-split"),
        DocumentState.ISSUED: Remaining(_("Đã ban hành"), "done", "check-circle-fill"),
        DocumentState.REPLACED: Remaining(_("Đã thay thế"), "none", "arrow-repeat"),
        DocumentState.VOIDED: Remaining(_("Đã hủy"), "none", "x-lg"),
    }[DocumentState(state)]


def wished(case: CaseRow, wish: Wish) -> dict[str, object]:
    """A document that is asked for, with where it is made."""
    fields = {}
    if wish.task is not None:
        fields["buoc"] = wish.task.id
    if wish.receipt is not None:
        fields["lan"] = wish.receipt.number
    place = {"case_id": case.id, "kind": wish.kind.id}
    return {
        "name": name_of(wish.kind),
        "step": wish.task.name if wish.task else "",
        "fields": fields,
        "written": wish.kind.written,
        "post": url_for(
            "document_acts.begin" if wish.kind.written else "document_acts.issue_form", **place
        ),
        "look": "" if wish.kind.written else url_for("documents.form", **place, **fields),
    }
