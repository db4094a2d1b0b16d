"""What acts on the legal clock stand on: a reason, a kept document, a possible day."""

from __future__ import annotations

from datetime import date

from engine.domain.errors import Misuse
from engine.domain.explanations import day_text
from engine.domain.messages import say
from engine.domain.working_calendar import WorkingCalendar
from engine.ports import UploadedFile
from engine.services import files
from engine.services.casework import Casework

REASON_LENGTH = 300


def checked_reason(text: str, most: int = REASON_LENGTH) -> str:
    """The reason in one line of single blanks. Raises Misuse for none, or one of too many words."""
    reason = " ".join(text.split())
    if not reason:
        raise Misuse(say("Hãy ghi lý do."))
    if len(reason) > most:
        raise Misuse(say("Lý do dài quá %(limit)s ký tự. Hãy viết ngắn lại.", limit=most))
    return reason


def keep_document(
    work: Casework, field: str, document: UploadedFile | None, *, required: bool = True
) -> None:
    """Keeps the document as the case's. Raises Misuse for none where one is required, or refused.

    To be called before anything else is written: a refused file leaves nothing half done.
    """
    if document is None or document.empty:
        if required:
            raise Misuse(say("Hãy chọn tệp văn bản làm căn cứ; tệp không được rỗng."))
        return
    files.keep_files(work, None, {field: document})


def refuse_unless_promisable(day: date, after: date, calendar: WorkingCalendar) -> None:
    """Raises Misuse unless a result may be promised for `day`: a working day after `after`."""
    if day <= after:
        raise Misuse(say("Ngày hẹn mới phải sau ngày %(day)s.", day=day_text(after)))
    if not calendar.is_working_day(day):
        raise Misuse(
            say(
                "Ngày %(day)s không phải ngày làm việc. Ngày làm việc tiếp theo là %(next)s.",
                day=day_text(day),
                next=day_text(calendar.next_working_day(day)),
            )
        )
