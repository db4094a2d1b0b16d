"""Errors as pages: each domain error has its status and a sentence that says what to do next."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.bootstrap import Application
from engine.domain import errors
from engine.domain.messages import Message
from engine.services import journalling

CONFLICT = 409

log = logging.getLogger(__name__)

#: First match wins.
STATUS: tuple[tuple[type[errors.QuyTrinhError], int], ...] = (
    (errors.NotPermitted, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.FormInvalid, 422),
    (errors.UnitChoiceNeeded, 422),
    (errors.DrawingRefused, 422),
    (errors.ExecutionFailed, 409),
    (errors.Misuse, 400),
)


def status_of(error: errors.QuyTrinhError) -> int:
    """The HTTP status of a domain error; 500 when it should never have reached a page."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def register(app: Flask, application: Application) -> None:
    """Maps domain errors, HTTP errors and everything unexpected to pages."""

    def domain_error(error: errors.QuyTrinhError) -> tuple[str, int]:
        status = status_of(error)
        if isinstance(error, (errors.NotPermitted, errors.NotFound)):
            who = g.get("visitor")
            attempt = f"{request.method} {request.path}"
            journalling.refused(application, who.user_id if who else None, attempt, error)
        if status == 500:
            log.error("unexpected domain error", exc_info=error)
        told = error.message is not type(error).default
        return page(status, error.message if told or status == CONFLICT else "")

    app.register_error_handler(errors.QuyTrinhError, domain_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def page(status: int, message: Message | str = "") -> tuple[str, int]:
    """The error page: what happened, what to do, a way back."""
    title, advice = _words(status)
    shown = render_template(
        "error.html",
        status=status,
        title=title,
        message=message or title,
        advice=advice,
        back=_back(),
    )
    return shown, status


def _back() -> str:
    """The page of this site from which the request was sent; "" when there is none."""
    sent_from = urlsplit(request.referrer or "")
    if request.method == "GET" or sent_from.netloc != request.host:
        return ""
    return f"{sent_from.path}?{sent_from.query}" if sent_from.query else sent_from.path


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    return page(400, _("Trang này đã mở quá lâu nên không gửi được."))


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    return page(status) if status >= 400 else error


def _unexpected(error: Exception) -> tuple[str, int]:
    log.error("unexpected error at %s %s", request.method, request.path, exc_info=error)
    g.pop("actor", None)  # the menu may be what failed
    return page(500)


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
