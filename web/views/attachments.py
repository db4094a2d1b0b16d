"""The files of a case: their panel, a page that shows one, and a better one in its place."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.domain.errors import Misuse, NotFound, PicturesBusy, Unreadable
from engine.persistence.tables import AttachmentRow
from engine.ports import Leaves
from engine.services import renewing, verifying, viewing
from engine.services.act import Act
from engine.services.viewing import CasePage
from web import scope
from web.presenting import sentence
from web.views import attached, sheets
from web.views.verifying import signs

bp = Blueprint("attachments", __name__, url_prefix="/ho-so/<int:case_id>/tep/<int:attachment_id>")

#: Widths of drawn pages, in pixels: of the list, of the page, and near to the eye.
THUMB, PLAIN, NEAR = 160, 1000, 2000

#: Pages of a document that one page of ours shows.
PAGES_AT_ONCE = 20

#: What cannot be drawn has a picture all the same: a page with a question mark.
_NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 80"><path fill="#fff" '
    'stroke="#76879a" stroke-width="2" d="M6 3h34l14 14v60H6z"/><path fill="none" '
    'stroke="#76879a" stroke-width="2" d="M40 3v14h14"/><path fill="none" stroke="#76879a" '
    'stroke-width="4" stroke-linecap="round" d="M22 36a8 8 0 1 1 11 8q-3 2-3 6"/>'
    '<circle cx="30" cy="60" r="3" fill="#76879a"/></svg>'
)


@dataclass(frozen=True)
class File:
    """A line of the panel: the newest version of a file, and those before it."""

    newest: AttachmentRow
    older: list[AttachmentRow]
    pictured: bool
    may_renew: bool


def panel(act: Act, page: CasePage) -> Markup:
    """The files of the case, the newest version of each, with small pictures of them."""
    if not page.attachments:
        return Markup("")
    subject = viewing.attached(act, page.attachments[0].id)[2]
    lines = [
        File(
            newest=chain[0],
            older=chain[1:],
            pictured=is_pictured(chain[0]),
            may_renew=renewing.may_renew(act, page.case, subject, chain[0]),
        )
        for chain in renewing.chains(page.attachments)
    ]
    shown = render_template(
        "attachments/panel.html",
        page=page,
        case=page.case,
        lines=lines,
        purposes=attached.purposes(page),
    )
    return Markup(shown)  # noqa: S704  a template of ours


def is_pictured(row: AttachmentRow) -> bool:
    """Whether pages of such a file can be drawn; Word and Excel files are for their programs."""
    return row.media_type == "application/pdf" or row.media_type.startswith("image/")


@bp.get("/xem")
def show(case_id: int, attachment_id: int) -> ResponseReturnValue:
    """The pages of a file, drawn by the server; its other versions; what may be done with it."""
    with scope.act() as act:
        row, case, subject = _found(act, case_id, attachment_id)
        chain = renewing.chain_of(act, row)
        people = viewing.names(act, [version.uploaded_by_id for version in chain])
        may_renew = renewing.may_renew(act, case, subject, chain[0])
        seen = verifying.of_file(act.app, row.sha256, row.media_type, act.now)
    leaves, why = _leaves(row)
    first = _first(leaves)
    near = request.args.get("co") == "lon"
    numbers = range(first, min(first + PAGES_AT_ONCE, len(leaves.sizes) + 1)) if leaves else ()
    with scope.act():  # the frame's counts are of now; drawing may have taken a while
        return render_template(
            "attachments/show.html",
            case=case,
            file=row,
            newest=chain[0],
            chain=chain,
            people=people,
            may_renew=may_renew,
            signs=signs(seen),
            why=why,
            count=leaves.count if leaves else 0,
            numbers=numbers,
            sizes=leaves.sizes if leaves else (),
            known=len(leaves.sizes) if leaves else 0,
            near=near,
            width=NEAR if near else PLAIN,
            step=PAGES_AT_ONCE,
            first=first,
        )


@bp.get("/trang/<int:number>")
def leaf(case_id: int, attachment_id: int, number: int) -> ResponseReturnValue:
    """One page as a picture; nothing else of the file goes along (place, camera, author)."""
    width = NEAR if request.args.get("co") == "lon" else PLAIN
    return _picture(case_id, attachment_id, number, width)


@bp.get("/anh-nho")
def thumb(case_id: int, attachment_id: int) -> ResponseReturnValue:
    """The first page, small."""
    return _picture(case_id, attachment_id, 1, THUMB)


@bp.get("/thay")
def renewal(case_id: int, attachment_id: int) -> ResponseReturnValue:
    """Asks for a better file, and why."""
    with scope.act() as act:
        return _renewal(act, case_id, attachment_id)


@bp.post("/thay")
def renew(case_id: int, attachment_id: int) -> ResponseReturnValue:
    """Puts the better file in the place of this one."""
    reason, upload = request.form.get("reason", ""), sheets.uploaded_file("tep")
    try:
        with scope.act(write=True) as act:
            _found(act, case_id, attachment_id)
            if upload is None:
                raise Misuse(renewing.NO_FILE)
            row = renewing.renew(act, attachment_id, upload, reason)
            flash(_("Đã thay bằng bản mới, lần thứ %(number)s.", number=row.version), "good")
            return redirect(url_for(".show", case_id=case_id, attachment_id=row.id))
    except Misuse as refused:
        with scope.act() as act:
            return _renewal(act, case_id, attachment_id, reason, sentence(refused.message)), 422


def _renewal(act: Act, case_id: int, attachment_id: int, reason: str = "", wrong: str = "") -> str:
    row, case, subject = _found(act, case_id, attachment_id)
    newest = renewing.chain_of(act, row)[0]
    return render_template(
        "attachments/renew.html",
        case=case,
        file=row,
        newest=newest,
        allowed=row.id == newest.id and renewing.may_renew(act, case, subject, row),
        reason=reason,
        wrong=wrong,
        limit=act.app.settings.max_upload,
        limit_mb=act.app.settings.max_upload_mb,
    )


def _found(act: Act, case_id: int, attachment_id: int) -> viewing.Attached:
    found = viewing.attached(act, attachment_id)
    if found[0].case_id != case_id:
        raise NotFound()
    return found


def _leaves(row: AttachmentRow) -> tuple[Leaves | None, str]:
    """The pages of a file, or why they cannot be shown."""
    if not is_pictured(row):
        return None, _("Tệp Word, Excel không xem trước được ở đây. Hãy tải về máy để mở.")
    try:
        return scope.application().ports.pictures.leaves(row.sha256, row.media_type), ""
    except Unreadable as error:
        return None, sentence(error.message)


def _first(leaves: Leaves | None) -> int:
    """The first page to show: 1, 21, 41, …"""
    asked = request.args.get("tu", 1, type=int)
    if leaves is None or not 1 <= asked <= len(leaves.sizes):
        return 1
    return asked - (asked - 1) % PAGES_AT_ONCE


def _picture(case_id: int, attachment_id: int, number: int, width: int) -> Response:
    with scope.act() as act:
        row = _found(act, case_id, attachment_id)[0]
    pictures = scope.application().ports.pictures
    try:
        if not is_pictured(row):
            raise Unreadable()
        content, kind = pictures.page(row.sha256, row.media_type, number, width), "image/jpeg"
    except (Unreadable, PicturesBusy):
        content, kind = _NO_PICTURE.encode(), "image/svg+xml"
    response = Response(content, mimetype=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
