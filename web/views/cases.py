"""Cases: search, and one case with everything that happened to it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.bpmn import svg
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.ports import UploadedFile
from engine.services import pausing, viewing
from web import scope

bp = Blueprint("cases", __name__, url_prefix="/ho-so")


@bp.get("/<int:case_id>/tep/<int:attachment_id>")
def attachment(case_id: int, attachment_id: int) -> ResponseReturnValue:
    """A stored file, always as a download: never shown as a page of this site."""
    with scope.act() as act:
        row, content = viewing.attachment(act, attachment_id)
        response = Response(content, mimetype="application/octet-stream")
        response.headers.set("Content-Disposition", "attachment", filename=row.filename)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


@bp.post("/<int:case_id>/tam-dung")
def pause(case_id: int) -> ResponseReturnValue:
    """Stops the legal clock, with the document that says so."""
    evidence = request.files.get("evidence")
    reason = request.form.get("reason", "").strip()
    if not reason or evidence is None or not evidence.filename:
        raise Misuse(say("Hãy ghi lý do tạm dừng và chọn văn bản làm căn cứ."))
    upload = UploadedFile(evidence.filename, evidence.read())
    with scope.act(write=True) as act:
        pausing.pause(act, case_id, reason, upload)
        flash(_("Đã tạm dừng tính thời hạn."), "good")
        return redirect(url_for("cases.show", case_id=case_id))


@bp.post("/<int:case_id>/tiep-tuc")
def resume(case_id: int) -> ResponseReturnValue:
    """Lets the legal clock run again."""
    with scope.act(write=True) as act:
        pausing.resume(act, case_id)
        flash(_("Thời hạn được tính tiếp; ngày hẹn trả đã được tính lại."), "good")
        return redirect(url_for("cases.show", case_id=case_id))
