"""What acts on the legal clock stand on: a reason in words, and a document kept with the case."""

from __future__ import annotations

from engine.domain.errors import Misuse
from engine.domain.messages import say
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
    if document is None or not document.content:
        if required:
            raise Misuse(say("Hãy chọn tệp văn bản làm căn cứ; tệp không được rỗng."))
        return
    files.keep_files(work, None, {field: document})
