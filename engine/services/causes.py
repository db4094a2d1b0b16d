"""Why something failed, in plain and in technical words; neither says what a dossier holds."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from engine.domain import errors
from engine.domain.messages import Message, say

#: Values in the messages of expressions that come from dossiers.
_FROM_DOSSIERS = frozenset({"left", "right", "value"})

DETAIL_LENGTH = 1000

_DRAWING = say("Bản vẽ của thủ tục chưa lường trường hợp này.")

#: First match wins. None: the error's own sentence says it well enough.
_PLAIN: tuple[tuple[type[BaseException], Message | None], ...] = (
    (
        errors.UnitChoiceNeeded,
        say("Chưa biết giao bước tiếp theo cho đơn vị nào. Hãy chọn đơn vị."),
    ),
    (errors.ExecutionFailed, _DRAWING),
    (errors.BadDecision, _DRAWING),
    (errors.BadExpression, _DRAWING),
    (errors.BadDuration, _DRAWING),
    (errors.CalendarUnknown, None),
    (
        errors.TaskClosed,
        say("Chỗ chờ này không khớp với tình trạng của hồ sơ trong bản vẽ."),
    ),
    (errors.QuyTrinhError, None),
    (SQLAlchemyError, say("Cơ sở dữ liệu từ chối hoặc không trả lời.")),
    (OSError, say("Máy chủ không đọc hoặc ghi được tệp, hoặc mất kết nối.")),
)

_PROGRAM = say("Chương trình gặp lỗi ngoài dự kiến.")


def plain(error: BaseException) -> str:
    """The cause as an administrator understands it."""
    for kind, sentence in _PLAIN:
        if isinstance(error, kind):
            return str(sentence or _discreet(error))
    return str(_PROGRAM)


def technical(error: BaseException) -> str:
    """Kind of error, place in the drawing and message; values out of the dossier left out."""
    place = f" [{error.element}]" if isinstance(error, errors.ExecutionFailed) else ""
    own = isinstance(error, errors.QuyTrinhError)
    # Databases put values on the lines after the first.
    said = _discreet(error) if own else (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}{place}: {said}"[:DETAIL_LENGTH]


def _discreet(error: BaseException) -> str:
    if not isinstance(error, errors.QuyTrinhError):
        return str(error)
    return _filled(error.message, error.__cause__)


def _filled(message: Message, cause: BaseException | None) -> str:
    """A message without what comes from dossiers; `reason` repeats what `cause` said."""
    shown: dict[str, object] = {}
    for name, value in message.params.items():
        if name in _FROM_DOSSIERS:
            shown[name] = "…"
        elif isinstance(value, Message):
            shown[name] = _filled(value, None)
        elif name == "reason" and cause is not None:
            shown[name] = _discreet(cause)
        else:
            shown[name] = value
    return message.template % shown if shown else message.template
