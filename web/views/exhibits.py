"""Drawings that are only looked at: their list, one of them as drawn, putting up, taking down."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn.findings import Finding, Severity
from engine.bpmn.pictures import Picture
from engine.domain.access import Permission, allows, require
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.services import exhibits, handed_in
from engine.services.sources import DRAWING, Files, is_kind
from web import scope
from web.presenting import sentence

bp = Blueprint("exhibits", __name__, url_prefix="/thu-tuc/chi-de-xem")

_FINDINGS_SHOWN = 50


@dataclass(frozen=True)
class Shown:
    """A diagram as the page shows it; the list is for those who do not see it."""

    name: str
    image: Markup
    listed: list[tuple[str, str]]  # kind, name


@bp.get("")
def show() -> ResponseReturnValue:
    """Everything that is up."""
    with scope.act() as act:
        return render_template(
            "exhibits/show.html",
            exhibits=exhibits.listed(act),
            may_deploy=allows(act.actor, Permission.PROCEDURE_DEPLOY),
        )


@bp.get("/<int:exhibit_id>")
def one(exhibit_id: int) -> ResponseReturnValue:
    """One drawing: every diagram of its file, and to analysts what the checks say of it."""
    with scope.act() as act:
        row = exhibits.exhibit(act, exhibit_id)
        may_deploy = allows(act.actor, Permission.PROCEDURE_DEPLOY)
        found = _gravest_first(exhibits.findings(act, row)) if may_deploy else []
        seen = exhibits.seen(row, found)
        return render_template(
            "exhibits/one.html",
            row=row,
            remarks=[sentence(remark) for remark in seen.remarks],
            pictures=[_shown(picture) for picture in seen.pictures],
            findings=found[:_FINDINGS_SHOWN],
            more=max(len(found) - _FINDINGS_SHOWN, 0),
            may_deploy=may_deploy,
        )


@bp.get("/<int:exhibit_id>/tep")
def source(exhibit_id: int) -> ResponseReturnValue:
    """The file, byte by byte as it came."""
    with scope.act() as act:
        row = exhibits.exhibit(act, exhibit_id)
        response = Response(row.content, mimetype="application/octet-stream")
        response.headers.set("Content-Disposition", "attachment", filename=row.filename)
        return response


@bp.post("")
def put_up() -> ResponseReturnValue:
    """Keeps the drawings that were checked; several ones bear their files' names too.

    What is wrong with the request is said on the page of the checked files.
    """
    key = request.form.get("kept", "")
    with scope.act() as act:
        require(act.actor, Permission.PROCEDURE_DEPLOY)
        drawings = _drawings(handed_in.kept(act, key))
    title = request.form.get("title", "").strip()
    note = request.form.get("note", "").strip()
    try:
        with scope.act(write=True) as act:
            for name, content in drawings:
                several = f"{title} – {name}" if title and len(drawings) > 1 else title
                row = exhibits.put_up(act, name, content, several[: exhibits.TITLE_LENGTH], note)
            flash(_("Đã giữ “%(title)s” để xem.", title=row.title), "good")
            there = url_for("exhibits.one", exhibit_id=row.id)
    except Misuse as misuse:
        flash(sentence(misuse.message), "warn")
        return redirect(url_for("drawings.checked", key=key))
    return redirect(there if len(drawings) == 1 else url_for("exhibits.show"))


@bp.post("/<int:exhibit_id>/go")
def take_down(exhibit_id: int) -> ResponseReturnValue:
    """Removes a drawing."""
    with scope.act(write=True) as act:
        row = exhibits.take_down(act, exhibit_id)
        flash(_("Đã gỡ “%(title)s”.", title=row.title), "good")
        return redirect(url_for("exhibits.show"))


def _drawings(files: Files) -> list[tuple[str, bytes]]:
    found = [(name, content) for name, content in files if is_kind(name, DRAWING)]
    if not found:
        raise Misuse(say("Chỉ giữ để xem được tệp .bpmn."))
    return found


def _gravest_first(found: tuple[Finding, ...]) -> list[Finding]:
    return sorted(found, key=lambda one: (one.severity is not Severity.ERROR, one.line or 0))


def _shown(picture: Picture) -> Shown:
    listed = [(str(kind), name) for kind, name in picture.listed if name]
    return Shown(picture.name, Markup(picture.svg), listed)  # noqa: S704  escaped by the renderer
