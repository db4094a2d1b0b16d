"""One class per thing that can go wrong; each knows its sentence in Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.messages import Message, say

if TYPE_CHECKING:
    from datetime import date


class QuyTrinhError(Exception):
    """The root: every error the product raises on purpose."""

    default = say("Có lỗi xảy ra.")

    def __init__(self, message: Message | None = None) -> None:
        self.message = message or self.default
        super().__init__(str(self.message))


@dataclass(frozen=True)
class Blocked:
    """A dossier that cannot go on with its list."""

    case_id: int
    code: str
    name: str
    why: Message


class NotPermitted(QuyTrinhError):
    """The actor may see the subject but not do this to it (403)."""

    default = say("Bạn không có quyền thực hiện việc này.")


class NotFound(QuyTrinhError):
    """There is no such thing, or the actor may not know of it (404)."""

    default = say("Không tìm thấy.")


class NotOpen(NotFound):
    """The procedure takes no new dossiers: ended, not yet in force, or a part of others (404)."""

    default = say("Thủ tục này không nhận hồ sơ mới.")


class Conflict(QuyTrinhError):
    """Somebody else was faster (409); the root of every lost race."""

    default = say("Dữ liệu vừa thay đổi. Hãy tải lại trang.")


class Unavailable(QuyTrinhError):
    """The installation cannot work just now (503): nothing was written; it may be tried again."""

    default = say("Hệ thống đang tạm ngừng. Chưa có gì được ghi lại; hãy thử lại sau ít phút.")


class DatabaseBusy(Unavailable):
    """Others have kept the database busy for longer than anybody waits."""

    default = say("Cơ sở dữ liệu đang bận. Chưa có gì được ghi lại; hãy thử lại sau ít phút.")


class DatabaseAway(Unavailable):
    """The database does not answer, or its file cannot be used."""

    default = say("Không dùng được cơ sở dữ liệu.")


class DatabaseNewer(Unavailable):
    """The database was migrated by a newer program than this one."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            say(
                "Cơ sở dữ liệu ở phiên bản %(found)s, mới hơn chương trình này (%(expected)s)."
                " Hãy chạy bản chương trình mới hơn.",
                found=found,
                expected=expected,
            )
        )


class StorageRefused(Unavailable):
    """A folder or file of the installation cannot be written or read."""

    default = say("Máy chủ không ghi được tệp.")


class ScannerDown(Unavailable):
    """The virus scanner does not answer; no file is taken unscanned."""

    default = say("Chưa quét vi-rút được nên chưa nhận tệp. Hãy thử lại sau ít phút.")


class PicturesBusy(Unavailable):
    """Too many pages are being drawn at once."""

    default = say("Máy chủ đang bận dựng hình. Hãy thử lại sau ít phút.")


class UploadBusy(Conflict):
    """Another request is writing the same upload."""

    default = say("Tệp này đang được tải lên ở một thẻ khác.")


class UploadMoved(Conflict):
    """A piece of an upload that does not begin where the last one ended."""

    default = say("Phần tệp gửi tiếp không khớp với phần đã nhận.")


class CaseMoved(Conflict):
    """The case changed between reading and writing."""

    default = say("Hồ sơ vừa được người khác cập nhật. Hãy tải lại trang.")


class TaskTaken(Conflict):
    """Another officer holds the task."""

    default = say("Việc này đã có người khác nhận.")


class TaskClosed(Conflict):
    """The task is no longer open (done or withdrawn)."""

    default = say("Việc này đã được hoàn thành hoặc không còn hiệu lực.")


class DossiersBlocked(Conflict):
    """Some dossiers of a list cannot go on, so none went; `blocked` says which, and why."""

    def __init__(self, blocked: Sequence[Blocked]) -> None:
        self.blocked = tuple(blocked)
        super().__init__(
            say(
                "%(count)s hồ sơ trong danh sách chưa đi tiếp được, "
                "nên chưa hồ sơ nào được chuyển.",
                count=len(self.blocked),
            )
        )


class BadDuration(QuyTrinhError, ValueError):
    """A duration that the dialect does not know."""


class NoMoment(QuyTrinhError, ValueError):
    """A timer whose moment cannot be told: no alternative holds, or its date is blank."""


class BadExpression(QuyTrinhError, ValueError):
    """An expression that is not of the safe language, or that could not be evaluated."""


class BadDecision(QuyTrinhError, ValueError):
    """A decision table that cannot be evaluated or that matched nothing (an incident)."""


class TemplateLacks(QuyTrinhError):
    """A template prints a field that the data do not hold; nothing was issued."""

    def __init__(self, template: str, field: str) -> None:
        self.template, self.field = template, field
        super().__init__(
            say(
                "Mẫu in “%(template)s” cần “%(field)s” mà dữ liệu của văn bản không có. Chưa có "
                "văn bản nào được ban hành. Hãy báo chuyên viên phân tích sửa tên trường trong "
                "mẫu in rồi ban hành lại bản vẽ.",
                template=template,
                field=field,
            )
        )


class TemplateBroken(QuyTrinhError):
    """A template that cannot be set; nothing was issued."""

    def __init__(self, template: str, why: str) -> None:
        self.why = why
        super().__init__(
            say(
                "Mẫu in “%(template)s” có lỗi. Chưa có văn bản nào được ban hành.",
                template=template,
            )
        )


class CalendarUnknown(QuyTrinhError, LookupError):
    """The working calendar holds nothing for a year that a computation needs."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__(say("Lịch làm việc chưa có năm %(year)s.", year=day.year))


class NaiveMoment(QuyTrinhError, ValueError):
    """A datetime without a zone."""

    default = say("Thời điểm phải kèm múi giờ.")


class DrawingRefused(QuyTrinhError):
    """A drawing with errors; `findings` (engine.bpmn.findings.Finding) holds all of them."""

    def __init__(self, findings: Sequence[object]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            say("Bản vẽ có %(count)s lỗi, chưa được ban hành.", count=len(self.findings))
        )


class ExecutionFailed(QuyTrinhError):
    """The drawing could not go on from here (a gateway without a way, a failing expression).

    The act that caused it is rolled back whole; `element` is the id of the element that failed.
    """

    def __init__(self, element: str, message: Message) -> None:
        self.element = element
        super().__init__(message)


class FormInvalid(QuyTrinhError):
    """A submission that the form refuses.

    `errors` maps the path of a field (`"than_nhan.0.ho_ten"`) to its sentences.
    """

    default = say("Biểu mẫu còn chỗ chưa đúng. Hãy xem các dòng báo lỗi bên dưới.")

    def __init__(self, errors: Mapping[str, Sequence[Message]]) -> None:
        self.errors = {path: tuple(sentences) for path, sentences in errors.items()}
        super().__init__()


class UnitChoiceNeeded(QuyTrinhError):
    """The next task's role stands in no unit, or in several: the officer must choose one.

    `role` is the role id, `options` the ids of the units to choose from.
    """

    def __init__(self, role: str, options: Sequence[int], role_name: str) -> None:
        self.role = role
        self.role_name = role_name
        self.options = tuple(options)
        super().__init__(say("Hãy chọn đơn vị thực hiện bước tiếp theo: %(role)s.", role=role_name))


class SignInRefused(QuyTrinhError):
    """Wrong name or password, or a locked account (deliberately the same sentence)."""

    default = say("Tên đăng nhập hoặc mật khẩu không đúng.")


class MailRefused(QuyTrinhError):
    """The mail server will never take this mail: an address that does not exist, content."""


class MailPutOff(QuyTrinhError):
    """The mail server does not take this mail now; later it may (a full mailbox, greylisting)."""


class MailServerDown(QuyTrinhError):
    """No mail at all can be handed over now: no answer, sign-in refused, sender refused."""


class Misuse(QuyTrinhError):
    """A command or request that makes no sense as given (exit code 2, HTTP 400)."""


class SigningFailed(Misuse):
    """A signature that could not be put; the document is as it was."""


class TooLarge(Misuse):
    """An upload larger than allowed, or than announced (413)."""


class Infected(Misuse):
    """A file with a virus in it; `infection` is the scanner's name for that."""

    def __init__(self, filename: str, infection: str) -> None:
        self.filename, self.infection = filename, infection
        super().__init__(
            say(
                "Tệp “%(name)s” bị nhiễm vi-rút (%(infection)s) nên không được nhận. Hãy báo bộ "
                "phận kỹ thuật kiểm tra máy hoặc USB đã chứa tệp.",
                name=filename,
                infection=infection,
            )
        )


class Unreadable(Misuse):
    """A stored file of which no picture can be made."""

    default = say("Không xem trước được tệp này. Hãy tải về máy để mở.")


class PhotosRefused(Misuse):
    """Photos that cannot become pages; `problems` says why, by their place (0, 1, …)."""

    def __init__(self, problems: Mapping[int, Message]) -> None:
        self.problems = dict(problems)
        super().__init__(next(iter(self.problems.values())))


class BadRung(Misuse):
    """A rung of an escalation ladder that makes no sense as written; `number` is its 1, 2, …"""

    def __init__(self, number: int, message: Message) -> None:
        self.number = number
        super().__init__(message)
