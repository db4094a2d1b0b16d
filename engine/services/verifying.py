"""What is to be thought of the signatures in a PDF: one sentence, and each signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.errors import Misuse, NotFound
from engine.domain.messages import Message, say
from engine.domain.signatures import Found, Verdict
from engine.services.act import Application

PDF = "application/pdf"


@dataclass(frozen=True)
class Summary:
    """The signatures of one file. `problem`: why it could not be looked at."""

    found: tuple[Found, ...] = ()
    problem: Message | None = None

    @property
    def verdict(self) -> Verdict | None:
        """The worst of its signatures; None where there is none."""
        order = list(Verdict)
        return max((one.verdict for one in self.found), key=order.index, default=None)


def summary(app: Application, content: bytes, at: datetime) -> Summary:
    """Looks at a file's signatures as they stand `at`; nothing is stored, nobody is asked.

    Whether a certificate was revoked is not known: that would need a network.
    """
    if app.ports.signatures is None:
        return Summary(problem=say("Máy này không được cài đặt để kiểm tra chữ ký số."))
    if not content:
        return Summary(problem=say("Tệp rỗng. Hãy chọn tệp PDF cần kiểm tra."))
    if len(content) > app.settings.max_upload:
        return Summary(
            problem=say(
                "Tệp quá lớn, tối đa %(limit)s MB nên không kiểm tra.",
                limit=app.settings.max_upload_mb,
            )
        )
    try:
        return Summary(app.ports.signatures.found(content, at))
    except Misuse as refused:
        return Summary(problem=refused.message)


def of_file(app: Application, sha256: str, media_type: str, at: datetime) -> Summary:
    """The same of a stored file; only PDFs bear signatures, and a lost file none."""
    if media_type != PDF:
        return Summary()
    try:
        return summary(app, app.ports.files.read(sha256), at)
    except NotFound:
        return Summary()
