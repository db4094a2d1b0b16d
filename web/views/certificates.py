"""Certificates with which persons and units sign: entered, shown with their end, removed."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.clock import local_day
from engine.domain.errors import Misuse, NotFound
from engine.domain.messages import say
from engine.domain.signatures import Key, ends_soon
from engine.persistence import people
from engine.persistence.signing import KeyLine
from engine.persistence.tables import SigningKeyRow
from engine.services import keys
from engine.services.act import Act
from engine.services.keys import Owner
from web import scope
from web.presenting import Remaining, day, sentence
from web.views import picking

bp = Blueprint("certificates", __name__, url_prefix="/quan-tri/chung-thu")

PERSON, UNIT = "nguoi", "don-vi"


@bp.get("")
def show() -> ResponseReturnValue:
    """All certificates in use, and the form by which one more is entered."""
    with scope.act() as act:
        return _page(act)


@bp.post("")
def add() -> ResponseReturnValue:
    """Enters a certificate from a file, or one whose key lies in the device."""
    try:
        with scope.act(write=True) as act:
            row = _added(act, _owner(request.form.get("chu", "")))
            flash(_("Đã nạp chứng thư của %(subject)s.", subject=row.subject), "good")
            return redirect(url_for("certificates.show"))
    except Misuse as refused:
        wrong = sentence(refused.message)
    with scope.act() as act:
        return _page(act, wrong), 422


@bp.get("/<int:key_id>/go")
def removing(key_id: int) -> ResponseReturnValue:
    """Asks for the reason."""
    with scope.act() as act:
        return render_template("certificates/remove.html", line=_line(act, key_id), wrong="")


@bp.post("/<int:key_id>/go")
def remove(key_id: int) -> ResponseReturnValue:
    """Takes a certificate out of use, then deletes its key."""
    reason = request.form.get("reason", "")
    try:
        with scope.act(write=True) as act:
            label = keys.remove(act, key_id, reason).label
    except Misuse as refused:
        with scope.act() as act:
            wrong, line = sentence(refused.message), _line(act, key_id)
            return render_template("certificates/remove.html", line=line, wrong=wrong), 422
    keys.forget(scope.application(), label)
    flash(_("Đã gỡ chứng thư."), "good")
    return redirect(url_for("certificates.show"))


def _added(act: Act, owner: Owner) -> SigningKeyRow:
    label = request.form.get("nhan", "")
    if label:
        return keys.add_from_device(act, owner, label)
    sent = request.files.get("tep")
    if sent is None or not sent.filename:
        raise Misuse(say("Hãy chọn tệp PKCS#12 (.p12, .pfx) của chứng thư."))
    return keys.add_file(act, owner, sent.read(), request.form.get("mat_khau", ""))


def _owner(chosen: str) -> Owner:
    kind, _separator, text = chosen.partition(":")
    number = picking.id_of(text)
    if number is None or kind not in (PERSON, UNIT):
        return Owner()  # the service says what is missing
    return Owner(user_id=number) if kind == PERSON else Owner(unit_id=number)


def _page(act: Act, wrong: str = "") -> str:
    lines = keys.listed(act)
    device, device_wrong = _device(act)
    return render_template(
        "certificates/show.html",
        lines=[(line, standing(line.row.starts_at, line.row.ends_at, act.now)) for line in lines],
        units=sorted((f"{UNIT}:{one.id}", one.name) for one in scope.units().values()),
        persons=sorted(
            (f"{PERSON}:{one.user_id}", one.full_name)
            for one in people.seats(act.session, local_day(act.now))
        ),
        chosen=request.form.get("chu", ""),
        device=device,
        device_wrong=device_wrong,
        has_device=keys.signer(act.app).has_device,
        wrong=wrong,
    )


def _device(act: Act) -> tuple[list[Key], str]:
    """What the device holds; a device that does not answer says why."""
    if not keys.signer(act.app).has_device:
        return [], ""
    try:
        return list(keys.on_device(act)), ""
    except Misuse as refused:
        return [], sentence(refused.message)


def _line(act: Act, key_id: int) -> KeyLine:
    found = next((line for line in keys.listed(act) if line.row.id == key_id), None)
    if found is None:
        raise NotFound()
    return found


def standing(starts_at: datetime, ends_at: datetime, now: datetime) -> Remaining:
    """How long a certificate still holds."""
    if now >= ends_at:
        text = _("Đã hết hạn ngày %(day)s", day=day(ends_at))
        return Remaining(text, "overdue", "exclamation-octagon-fill")
    if now < starts_at:
        return Remaining(_("Có hiệu lực từ %(day)s", day=day(starts_at)), "none", "clock-fill")
    if ends_soon(ends_at, now):
        left = (ends_at - now).days
        text = ngettext("Còn %(num)d ngày", "Còn %(num)d ngày", left)
        return Remaining(text, "soon", "exclamation-triangle-fill")
    return Remaining(_("Đến %(day)s", day=day(ends_at)), "in-time", "check-circle-fill")
