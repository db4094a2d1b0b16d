"""Signing documents digitally: what waits for me, one document's signatures, many at once."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from engine.domain.access import Actor
from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted, QuyTrinhError
from engine.services import documents, signing, verifying
from engine.services.act import Act
from engine.services.viewing import CasePage
from web import scope
from web.presenting import sentence
from web.views import picking
from web.views.verifying import signs

bp = Blueprint("sealing", __name__, url_prefix="/van-ban")

#: Why one document of many may be left out, without stopping the others.
LEFT_OUT = (Misuse, Conflict, NotFound, NotPermitted)

PERSON, UNIT = "ky", "dong-dau"


def may_wait(actor: Actor) -> bool:
    """Whether documents may ever wait for this actor: leaders and clerks, not everybody."""
    return any(
        post.leader or post.role.startswith((signing.CLERKS, signing.LEADERS))
        for post in actor.posts
    )


@bp.get("/cho-ky")
def waiting() -> ResponseReturnValue:
    """Everything that waits for my signature, or for the seal that I keep."""
    with scope.act() as act:
        found = signing.waiting(act)
        return render_template(
            "sealing/waiting.html",
            own=[one for one in found if not one.seal],
            seals=[one for one in found if one.seal],
            key=signing.own_key(act),
        )


@bp.post("/cho-ky")
def sign_many() -> ResponseReturnValue:
    """Signs what was chosen, each in an act of its own: one that fails stops no other."""
    done, failed = 0, []
    for chosen in dict.fromkeys(request.form.getlist("viec")):
        kind, _separator, text = chosen.partition(":")
        number = picking.id_of(text)
        if kind not in (PERSON, UNIT) or number is None:
            continue
        try:
            with scope.act(write=True) as act:
                (signing.sign if kind == PERSON else signing.seal)(act, number)
                done += 1
        except LEFT_OUT as error:
            failed.append((_title(number), error))
    if done:
        flash(ngettext("Đã ký số %(num)d văn bản.", "Đã ký số %(num)d văn bản.", done), "good")
    for title, error in failed:
        flash(
            _("“%(title)s” chưa ký được: %(why)s", title=title, why=sentence(error.message)), "bad"
        )
    if not done and not failed:
        flash(_("Chưa chọn văn bản nào."), "warn")
    return redirect(url_for("sealing.waiting"))


@bp.get("/<int:document_id>/chu-ky")
def show(document_id: int) -> ResponseReturnValue:
    """The signatures of one document, and what I may put on it."""
    with scope.act() as act:
        return _page(act, document_id)


@bp.get("/<int:document_id>/chu-ky/tep")
def file(document_id: int) -> ResponseReturnValue:
    """The document as it is now, with every signature."""
    with scope.act() as act:
        row = signing.standing(act, document_id).row
        response = Response(documents.pdf_of(act, row), mimetype="application/octet-stream")
        name = f"{(row.sign or row.kind).replace('/', '-')}.pdf"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


@bp.post("/<int:document_id>/chu-ky/ky")
def sign(document_id: int) -> ResponseReturnValue:
    """Puts my own signature."""
    return _do(document_id, signing.sign, _("Đã ký số văn bản."))


@bp.post("/<int:document_id>/chu-ky/dong-dau")
def seal(document_id: int) -> ResponseReturnValue:
    """Puts the unit's signature."""
    return _do(document_id, signing.seal, _("Đã đặt chữ ký số của cơ quan."))


def _do(document_id: int, act_of: Callable[[Act, int], object], said: str) -> ResponseReturnValue:
    try:
        with scope.act(write=True) as act:
            act_of(act, document_id)
            flash(said, "good")
            return redirect(url_for("sealing.show", document_id=document_id))
    except (Misuse, Conflict) as refused:
        wrong, status = sentence(refused.message), 409 if isinstance(refused, Conflict) else 422
    with scope.act() as act:
        return _page(act, document_id, wrong), status


def _page(act: Act, document_id: int, wrong: str = "") -> str:
    found = signing.standing(act, document_id)
    row = found.row
    seen = (
        verifying.of_file(act.app, row.pdf_sha256, verifying.PDF, act.now)
        if row.pdf_sha256
        else verifying.Summary()
    )
    case = signing.case_of(act, row)
    return render_template(
        "sealing/show.html",
        found=found,
        row=row,
        case=case,
        unit=scope.units()[row.unit_id].name,
        seen=seen,
        signs=signs(seen),
        wrong=wrong,
        waiting=may_wait(act.actor),
    )


def _title(document_id: int) -> str:
    try:
        with scope.act() as act:
            return signing.standing(act, document_id).row.title
    except QuyTrinhError:
        return f"#{document_id}"


def panel(act: Act, page: CasePage) -> Markup:
    """The case's issued documents with who has signed each; empty where nothing was issued."""
    found = signing.of_case(act, page.case.id)
    if not any(one.signatures or one.may_sign or one.may_seal for one in found):
        return Markup("")
    return Markup(render_template("sealing/panel.html", found=found))  # noqa: S704
