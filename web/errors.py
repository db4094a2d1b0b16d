"""Errors as pages: each domain error has its status and a sentence that says what to do next."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from wtforms import ValidationError

from engine.bootstrap import Application
from engine.domain import errors
from engine.domain.messages import Message, say
from engine.services import incidents, journalling
from web import requests

CONFLICT = 409
UNAVAILABLE = 503

#: What is sent here is not shown again: passwords.
SECRETIVE = frozenset({"signing", "account", "certificates", "staff_import"})

#: Acts of analysts, who are told of faults in their own drawings: no incidents.
DRAWING_ROOMS = frozenset({"procedures"})

#: Seconds after which a browser may try again.
RETRY_AFTER = 10

log = logging.getLogger(__name__)

#: First match wins.
STATUS: tuple[tuple[type[errors.QuyTrinhError], int], ...] = (
    (errors.NotPermitted, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.FormInvalid, 422),
    (errors.UnitChoiceNeeded, 422),
    (errors.DrawingRefused, 422),
    (errors.ExecutionFailed, 422),
    (errors.BadExpression, 422),
    (errors.BadDecision, 422),
    (errors.BadDuration, 422),
    (errors.CalendarUnknown, 422),
    (errors.TemplateLacks, 422),
    (errors.TemplateBroken, 422),
    (errors.Misuse, 400),
    (errors.Unavailable, UNAVAILABLE),
)

#: What the drawing cannot do with this dossier: the analyst's to mend, not the officer's.
DRAWING_FAULTS = (
    errors.ExecutionFailed,
    errors.BadExpression,
    errors.BadDecision,
    errors.BadDuration,
)


def status_of(error: errors.QuyTrinhError) -> int:
    """The HTTP status of a domain error; 500 when it should never have reached a page."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def register(app: Flask, application: Application) -> None:
    """Maps domain errors, HTTP errors and everything unexpected to pages."""

    def domain_error(error: errors.QuyTrinhError) -> ResponseReturnValue:
        try:
            _tell(application, error)
        except errors.Unavailable as away:  # nothing was to be kept of the act; of this neither
            log.error("could not note a failure: %s", away)
        if isinstance(error, errors.Unavailable):
            return _unavailable(error)
        status = status_of(error)
        if isinstance(error, DRAWING_FAULTS):
            return page(status, _place(error), _stuck())
        if isinstance(error, errors.CalendarUnknown):
            return page(status, error.message, _no_calendar())
        if isinstance(error, errors.NotOpen):
            return page(status, error.message, _not_open())
        own = error.message is not type(error).default
        return page(status, error.message if own or status == CONFLICT else "")

    app.register_error_handler(errors.QuyTrinhError, domain_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _tell(application: Application, error: errors.QuyTrinhError) -> None:
    """Journals a refusal, logs a fault, and notes an incident where somebody must mend something.

    In transactions of their own: the act's was rolled back.
    """
    if isinstance(error, (errors.NotPermitted, errors.NotFound)):
        who = g.get("visitor")
        attempt = f"{request.method} {request.path}"
        journalling.refused(application, who.user_id if who else None, attempt, error)
    mendable = isinstance(error, (*DRAWING_FAULTS, errors.CalendarUnknown))
    if status_of(error) == 500 or mendable:
        element = getattr(error, "element", "")
        log.error("%s: %s", element or requests.route(), error, exc_info=error)
    if mendable and request.method == "POST" and request.blueprint not in DRAWING_ROOMS:
        incidents.note_failed_act(application, error, _attempt())


def _attempt() -> incidents.Attempt:
    """What this request tried to do."""
    asked = request.view_args or {}
    who = g.get("visitor")
    return incidents.Attempt(
        who=who.username if who else "",
        task_id=asked.get("task_id"),
        case_id=asked.get("case_id"),
        procedure=asked.get("key", ""),
    )


def _unavailable(error: errors.Unavailable) -> Response:
    """The page that says to try again, and sends again what was typed."""
    log.error("%s %s: %s", request.method, requests.route(), error)
    # Sent again without its file, a form might be taken as complete.
    unscanned = isinstance(error, errors.ScannerDown)
    kept = None if unscanned else _typed()
    shown = render_template(
        "unavailable.html",
        title=_("Hệ thống đang bận"),
        why=error.message if unscanned else "",
        posted=request.method == "POST",
        kept=kept,
        files=any(upload.filename for upload in request.files.values()),
        address=request.full_path.rstrip("?"),
        request_id=requests.request_id(),
        back=_back(),
    )
    response = make_response(shown, UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _typed() -> list[tuple[str, str]] | None:
    """What this site's own form sent, to be sent again; None for what another site sent."""
    if request.method != "POST" or request.blueprint in SECRETIVE:
        return None
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return None
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def page(
    status: int, message: Message | str = "", words: tuple[str, str] | None = None
) -> tuple[str, int]:
    """The error page: what happened, what to do, a way back; `words` are title and advice."""
    title, advice = words or _words(status)
    shown = render_template(
        "error.html",
        status=status,
        title=title,
        message=message or title,
        advice=advice,
        request_id=requests.request_id(),
        back=_back(),
    )
    return shown, status


def _back() -> str:
    """The page of this site from which the request was sent; "" when there is none."""
    sent_from = urlsplit(request.referrer or "")
    if request.method == "GET" or sent_from.netloc != request.host:
        return ""
    if sent_from.path.startswith("//") or "\\" in sent_from.path:  # browsers would leave the site
        return ""
    return f"{sent_from.path}?{sent_from.query}" if sent_from.query else sent_from.path


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    return page(400, _("Trang này đã mở quá lâu nên không gửi được."))


def _http_error(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    response = make_response(*page(status))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _unexpected(error: Exception) -> tuple[str, int]:
    log.error("unexpected error at %s %s", request.method, requests.route(), exc_info=error)
    g.pop("actor", None)  # the menu may be what failed
    return page(500)


def _place(error: errors.QuyTrinhError) -> Message:
    """What is wrong with the drawing, and where when that is known."""
    if isinstance(error, errors.ExecutionFailed) and error.element:
        return say("Tại “%(element)s”: %(why)s", element=error.element, why=error.message)
    return error.message


def _stuck() -> tuple[str, str]:
    return (
        _("Quy trình không đi tiếp được từ đây"),
        _(
            "Bản vẽ của thủ tục chưa lường trường hợp này; bạn không làm gì sai. Chưa có gì được"
            " ghi lại, hồ sơ vẫn như trước. Hãy báo chuyên viên phân tích quy trình, kèm mã hồ sơ"
            " và câu trên."
        ),
    )


def _not_open() -> tuple[str, str]:
    return (
        _("Thủ tục này không nhận hồ sơ mới"),
        _("Hãy chọn thủ tục khác ở trang Tiếp nhận. Bản vẽ và quy định vẫn xem được ở Thủ tục."),
    )


def _no_calendar() -> tuple[str, str]:
    return (
        _("Chưa tính được thời hạn"),
        _(
            "Chưa có gì được ghi lại. Hãy báo quản trị nhập lịch làm việc của năm này rồi làm lại"
            " việc vừa rồi."
        ),
    )


def _words(status: int) -> tuple[str, str]:
    """Title and advice of a status."""
    words = {
        400: (
            _("Yêu cầu chưa đúng"),
            _("Hãy quay lại trang trước, tải lại rồi thử một lần nữa."),
        ),
        403: (
            _("Bạn không có quyền làm việc này"),
            _("Nếu bạn cho rằng đây là việc của mình, hãy báo người phụ trách hoặc quản trị."),
        ),
        404: (
            _("Không tìm thấy"),
            _("Có thể đường dẫn đã cũ, hoặc hồ sơ này không thuộc đơn vị của bạn."),
        ),
        405: (
            _("Yêu cầu chưa đúng"),
            _("Hãy quay lại trang trước, tải lại rồi thử một lần nữa."),
        ),
        409: (
            _("Có người vừa làm trước bạn"),
            _("Hãy tải lại trang để xem tình trạng mới nhất. Chưa có gì của bạn được ghi lại."),
        ),
        413: (
            _("Tệp gửi lên quá lớn"),
            _("Hãy quét lại với độ phân giải thấp hơn hoặc chia thành nhiều tệp nhỏ."),
        ),
        422: (
            _("Chưa thể ghi lại"),
            _("Hãy quay lại trang trước và sửa các chỗ được báo."),
        ),
        429: (
            _("Bạn đã thử quá nhiều lần"),
            _("Hãy đợi vài phút rồi thử lại."),
        ),
    }
    otherwise = (
        _("Hệ thống gặp trục trặc"),
        _("Việc vừa làm chưa được ghi lại. Hãy thử lại; nếu vẫn lỗi, hãy báo quản trị."),
    )
    return words.get(status, words[400] if 400 <= status < 500 else otherwise)
