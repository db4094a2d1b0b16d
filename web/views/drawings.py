"""The door for redrawn procedures: files are checked, kept, and deployed as they were checked."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.bpmn.findings import Finding
from engine.domain.access import Permission, require
from engine.domain.errors import DrawingRefused, Misuse, NotFound
from engine.domain.messages import say
from engine.services import deploying, handed_in, judging
from engine.services.act import Act
from engine.services.sources import KINDS, Files, is_kind
from web import scope
from web.presenting import sentence
from web.views import findings

bp = Blueprint("drawings", __name__, url_prefix="/thu-tuc/ban-ve-moi")

REASON_LENGTH = 1000


@bp.get("")
def upload() -> ResponseReturnValue:
    """The form for files."""
    with scope.act() as act:
        require(act.actor, Permission.PROCEDURE_DEPLOY)
        return render_template("procedures/upload.html")


@bp.post("/kiem-tra")
def check() -> ResponseReturnValue:
    """Takes the files in and leads to what is wrong with them; nothing is changed."""
    with scope.act() as act:
        require(act.actor, Permission.PROCEDURE_DEPLOY)
        files = _together(act)
    return redirect(url_for("drawings.checked", key=_keep(files)), 303)


@bp.get("/da-kiem-tra/<key>")
def checked(key: str) -> ResponseReturnValue:
    """Everything wrong with files that were handed in."""
    try:
        with scope.act() as act:
            files = handed_in.kept(act, key)
            return _page(key, files, deploying.check(act, files))
    except NotFound as gone:
        flash(sentence(gone.message), "warn")
        return redirect(url_for("drawings.upload"))


@bp.post("/ban-hanh")
def deploy() -> ResponseReturnValue:
    """Deploys what is chosen, or what was checked; all or none. Warnings ask for a reason."""
    key = request.form.get("kept", "")
    reason = request.form.get("reason", "").strip()[:REASON_LENGTH]
    with scope.act() as act:
        require(act.actor, Permission.PROCEDURE_DEPLOY)
        files = _together(act) if _chosen() or not key else handed_in.kept(act, key)
        judged = judging.judge(act, files)
    try:
        with scope.act(write=True) as act:
            deployed = deploying.put_in_force(act, judged, reason)
            for one in deployed:
                flash(_deployed(one), "good")
            last = deployed[-1]
            there = url_for("procedures.version", key=last.key, number=last.number)
    except DrawingRefused as refused:
        found = tuple(f for f in refused.findings if isinstance(f, Finding))
        key = key if key and not _chosen() else _keep(files)
        with scope.act():
            return _page(key, files, found, reason, refused=True), 422
    if key:
        with scope.act(write=True) as act:
            handed_in.drop(act, key)
    return redirect(there)


def _deployed(one: deploying.Deployed) -> str:
    if one.new:
        return _(
            "Đã ban hành “%(name)s”, bản thứ %(number)s.", name=one.version.name, number=one.number
        )
    return _(
        "“%(name)s” không có gì thay đổi so với bản thứ %(number)s.",
        name=one.version.name,
        number=one.number,
    )


def _keep(files: Files) -> str:
    visitor = scope.visitor()
    if visitor is None:
        raise NotFound()
    return handed_in.keep(scope.application(), visitor.user_id, files)


def _together(act: Act) -> Files:
    """The files chosen now, in place of those of the same name that were checked before.

    What was checked before comes along when the page says so.
    """
    chosen = _chosen()
    if not chosen:
        raise Misuse(say("Hãy chọn ít nhất một tệp."))
    for name, _content in chosen:
        if not is_kind(name, *KINDS):
            raise Misuse(
                say(
                    "“%(name)s” không phải tệp .bpmn, .dmn, .form hay mẫu in .typ, .docx.",
                    name=name[:100],
                )
            )
    if not request.form.get("together"):
        return chosen
    named = {name for name, _ in chosen}
    before = handed_in.kept(act, request.form.get("kept", ""))
    return [*(one for one in before if one[0] not in named), *chosen]


def _chosen() -> list[tuple[str, bytes]]:
    files = []
    for one in request.files.getlist("files"):
        if one.filename:
            name = one.filename.replace("\\", "/").rsplit("/", 1)[-1]
            one.stream.seek(0)
            files.append((name, one.read()))
    return files


def _page(
    key: str,
    files: Files,
    found: tuple[Finding, ...],
    reason: str = "",
    *,
    refused: bool = False,
) -> str:
    report = findings.report(files, found, request.args.get("xep", ""))
    return render_template(
        "procedures/checked.html",
        key=key,
        files=[name for name, _ in files],
        report=report,
        reason=reason,
        without_reason=refused and not report.errors and not reason,
        orders=(
            (findings.ONE_BY_ONE, _("Lần lượt")),
            (findings.BY_ELEMENT, _("Theo phần tử")),
            (findings.BY_RULE, _("Theo quy tắc")),
        ),
    )
