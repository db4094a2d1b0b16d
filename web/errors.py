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
from engine.domain.messages import Message, say
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
    (errors.ExecutionFailed, 422),
    (errors.BadExpression, 422),
    (errors.BadDecision, 422),
    (errors.BadDuration, 422),
    (errors.CalendarUnknown, 422),
    (errors.Misuse, 400),
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

    def domain_error(error: errors.QuyTrinhError) -> tuple[str, int]:
        status = status_of(error)
        if isinstance(error, (errors.NotPermitted, errors.NotFound)):
            who = g.get("visitor")
            attempt = f"{request.method} {request.path}"
            journalling.refused(application, who.user_id if who else None, attempt, error)
        if status == 500 or isinstance(error, (*DRAWING_FAULTS, errors.CalendarUnknown)):
            element = getattr(error, "element", "")
            told = f"{element}: {error.message}" if element else str(error.message)
            log.error("%s %r: %s", request.method, request.path, told, exc_info=error)
        if isinstance(error, DRAWING_FAULTS):
            return page(status, _place(error), _stuck())
        if isinstance(error, errors.CalendarUnknown):
            return page(status, error.message, _no_calendar())
        own = error.message is not type(error).default
        return page(status, error.message if own or status == CONFLICT else "")

    app.register_error_handler(errors.QuyTrinhError, domain_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


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
    log.error("unexpected error at %s %r", request.method, request.path, exc_info=error)
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
