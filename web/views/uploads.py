"""Resumable uploads by the tus protocol 1.0, for scripts of our pages; and photos joined to a PDF.

https://tus.io/protocols/resumable-upload
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import BadRequest
from werkzeug.http import http_date

from engine.domain.errors import Misuse, PhotosRefused, QuyTrinhError, TooLarge, UploadBusy
from engine.domain.messages import say
from engine.services import uploading
from forms.submissions import basename
from web import errors, scope
from web.presenting import sentence

bp = Blueprint("uploads", __name__, url_prefix="/tai-len")

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
PIECE_TYPE = "application/offset+octet-stream"

TOO_LARGE, LOCKED, GONE_STALE = 413, 423, 403

_WHOLE = re.compile("[0-9]{1,15}")
_READ_AT_ONCE = 64 * 1024


@bp.before_request
def speak_one_version() -> ResponseReturnValue | None:
    """Requests of the protocol say its version; ours are the first page's and joining photos."""
    ours = {"uploads.token", "uploads.options", "uploads.join"}
    if request.endpoint in ours or request.headers.get("Tus-Resumable") == VERSION:
        return None
    return _plain("", 412, {"Tus-Version": VERSION})


@bp.after_request
def say_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    return response


@bp.errorhandler(QuyTrinhError)
def refused(error: QuyTrinhError) -> ResponseReturnValue:
    """One sentence in plain text: the page's script shows it beside the file."""
    status = errors.status_of(error)
    if isinstance(error, TooLarge):
        status = TOO_LARGE
    elif isinstance(error, UploadBusy):
        status = LOCKED
    elif status == 400 and request.method == "PATCH":
        status = 422  # the file itself is refused: sending it again would not help
    return _plain(sentence(error.message), status)


@bp.errorhandler(CSRFError)
def stale_page(_error: CSRFError) -> ResponseReturnValue:
    """Another session than the page's: its script asks for the new token (see `token`)."""
    return _plain("", GONE_STALE)


@bp.get("", provide_automatic_options=False)
def token() -> ResponseReturnValue:
    """Who is signed in now, and the token to send with: for pages older than the session."""
    who = scope.visitor()
    return jsonify(user=who.user_id if who else 0, token=generate_csrf())


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@bp.route("/<key>", methods=["OPTIONS"], provide_automatic_options=False)
def options(**_asked: str) -> ResponseReturnValue:
    """What this server knows of the protocol."""
    told = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(scope.application().settings.max_upload),
    }
    return _plain("", 204, told)


@bp.post("")
def begin() -> ResponseReturnValue:
    """A new upload of an announced size."""
    size, filename = _number("Upload-Length"), _filename()
    with scope.act(write=True) as act:
        row = uploading.begin(act, filename, size)
        place = url_for("uploads.receive", key=row.key)
        return _plain("", 201, {"Location": place, "Upload-Expires": _date(row.expires_at)})


@bp.route("/<key>", methods=["HEAD"])
def standing(key: str) -> ResponseReturnValue:
    """How far an upload has come."""
    with scope.act() as act:
        found = uploading.standing(act, key)
    return _plain("", 200, {**_told(found), "Upload-Length": str(found.size)})


@bp.patch("/<key>")
def receive(key: str) -> ResponseReturnValue:
    """The next piece; after the last one the file is in the store, or refused."""
    offset = _number("Upload-Offset")
    if request.mimetype != PIECE_TYPE:
        return _plain("", 415)
    who = scope.visitor()
    found = uploading.receive(
        scope.application(), who.user_id if who else 0, key, offset, _pieces()
    )
    return _plain("", 204, _told(found))


@bp.delete("/<key>")
def drop(key: str) -> ResponseReturnValue:
    """The upload is given up."""
    with scope.act(write=True) as act:
        uploading.drop(act, key)
    return _plain("", 204)


@bp.post("/ghep")
def join() -> ResponseReturnValue:
    """Photos become one PDF: `key` and `quarters` of each in order, `name` of the file."""
    keys, turns = request.form.getlist("key"), request.form.getlist("quarters", type=int)
    if len(keys) != len(turns):
        raise BadRequest()
    who = scope.visitor()
    try:
        row = uploading.join(
            scope.application(),
            who.user_id if who else 0,
            list(zip(keys, turns, strict=True)),
            basename(request.form.get("name", "")),
        )
    except PhotosRefused as wrong:
        problems: dict[str, Any] = {
            keys[place]: sentence(why) for place, why in wrong.problems.items()
        }
        return jsonify(problems=problems), 422
    return jsonify(key=row.key, name=row.filename, size=row.size), 201


def _pieces() -> Iterator[bytes]:
    """The body as it arrives; what came before the line broke counts."""
    while True:
        try:
            piece = request.stream.read(_READ_AT_ONCE)
        except (BadRequest, OSError):
            return
        if not piece:
            return
        yield piece


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not _WHOLE.fullmatch(text):
        raise Misuse(say("Yêu cầu tải tệp thiếu “%(header)s” hợp lệ.", header=header))
    return int(text)


def _filename() -> str:
    """The name among `Upload-Metadata: filename <base64>,…`."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        if name == "filename":
            try:
                written = b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError, ValueError):
                break
            return basename("".join(letter for letter in written if letter.isprintable()))
    return basename("")


def _told(found: uploading.Standing) -> dict[str, str]:
    return {
        "Upload-Offset": str(found.received),
        "Upload-Expires": _date(found.expires_at),
    }


def _date(moment: datetime) -> str:
    return http_date(moment)


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, mimetype="text/plain")
