"""The journal's vocabulary: what may be written down, in which words, and how lines are chained."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from engine.domain.clock import utc
from engine.domain.messages import Message, say

#: The chain of acts that concern no case.
SYSTEM_CHAIN = 0


class Act(StrEnum):
    """Everything that leaves a line, stored as `<subject>:<act>`."""

    APOLOGY_DRAFTED = "apology:drafted"
    APOLOGY_DROPPED = "apology:dropped"
    APOLOGY_ISSUED = "apology:issued"
    BACKED_UP = "system:backed-up"
    BOOK_CHANGED = "book:changed"
    BOOK_CLOSED = "book:closed"
    BOOK_REOPENED = "book:reopened"
    CALENDAR_CLOSED = "calendar:closed"
    CALENDAR_CONFIRMED = "calendar:confirmed"
    CALENDAR_DRAFTED = "calendar:drafted"
    CALENDAR_DROPPED = "calendar:dropped"
    CALENDAR_MOVED = "calendar:moved"
    CALENDAR_SAVED = "calendar:saved"
    CALENDAR_SIGNED = "calendar:signed"
    CASES_IMPORTED = "case:all-imported"
    CASE_ACCEPTED = "case:accepted"
    CASE_EXTENDED = "case:extended"
    CASE_FILED = "case:filed"
    CASE_FINISHED = "case:finished"
    CASE_HURRIED = "case:hurried"
    CASE_IMPORTED = "case:imported"
    CASE_LINKED = "case:linked"
    CASE_PAUSED = "case:paused"
    CASE_REFUSED = "case:refused"
    CASE_RESUBMITTED = "case:resubmitted"
    CASE_RESUMED = "case:resumed"
    CASE_SET_APART = "case:set-apart"
    CASE_STOPPED = "case:stopped"
    CASE_UNHURRIED = "case:unhurried"
    CASE_UNLINKED = "case:unlinked"
    CASE_WITHDRAWN = "case:withdrawn"
    DEADLINE_MOVED = "deadline:moved"
    DOCUMENT_DRAFTED = "document:drafted"
    DOCUMENT_ISSUED = "document:issued"
    DOCUMENT_REISSUED = "document:reissued"
    DOCUMENT_SEALED = "document:sealed"
    DOCUMENT_SIGNED = "document:signed"
    DOCUMENT_VOIDED = "document:voided"
    ESCALATED = "ladder:reached"
    EXHIBIT_KEPT = "exhibit:kept"
    EXHIBIT_REMOVED = "exhibit:removed"
    FILE_ATTACHED = "file:attached"
    FILE_RENEWED = "file:renewed"
    INCIDENT_GIVEN_UP = "incident:given-up"
    INCIDENT_RETRIED = "incident:retried"
    KEY_ADDED = "key:added"
    KEY_REMOVED = "key:removed"
    LADDER_SAVED = "ladder:saved"
    LIST_DROPPED = "list:dropped"
    LIST_ISSUED = "list:issued"
    LIST_JOINED = "list:joined"
    LIST_LEFT = "list:left"
    LIST_MADE = "list:made"
    LIST_MOVED = "list:moved"
    MAIL_SET = "user:mail-set"
    NUMBER_RESERVED = "number:reserved"
    NUMBER_USED = "number:used"  # for a paper made outside of the program
    NUMBER_VOIDED = "number:voided"
    ORIGINAL_ARCHIVED = "original:archived"
    ORIGINAL_CONFIRMED = "original:confirmed"
    ORIGINAL_HANDED = "original:handed"
    ORIGINAL_NOTED = "original:noted"
    ORIGINAL_REFUSED = "original:refused"
    ORIGINAL_RETURNED = "original:returned"
    ORIGINAL_TAKEN_BACK = "original:taken-back"
    PASSWORD_REFUSED = "user:password-refused"  # noqa: S105
    PASSWORD_SET = "user:password-set"  # noqa: S105
    PERMISSION_REFUSED = "permission:refused"
    PERSONS_MERGED = "person:merged"
    PERSON_CHANGED = "person:changed"
    POST_ENDED = "post:ended"
    POST_GIVEN = "post:given"
    RECEIPT_ISSUED = "receipt:issued"
    RESTORED = "system:restored"
    SESSIONS_ENDED = "sign-in:others-ended"
    SESSIONS_REVOKED = "sign-in:revoked"
    SETTING_SAVED = "setting:saved"
    SIGNED_IN = "sign-in:done"
    SIGNED_OUT = "sign-in:ended"
    SIGN_IN_REFUSED = "sign-in:refused"
    STAFF_IMPORTED = "staff:imported"
    SUBSTITUTE_ENDED = "substitute:ended"
    SUBSTITUTE_SET = "substitute:set"
    SUPPLEMENT_ASKED = "case:supplement-asked"
    TASK_CLAIMED = "task:claimed"
    TASK_COMPLETED = "task:completed"
    TASK_OPENED = "task:opened"
    TASK_REASSIGNED = "task:reassigned"
    TASK_RELEASED = "task:released"
    TASK_WITHDRAWN = "task:withdrawn"
    TERM_CHANGED = "term:changed"
    TIDIED = "system:tidied"
    TIMER_FAILED = "timer:failed"
    TIMER_FIRED = "timer:fired"
    TIMER_GIVEN_UP = "timer:given-up"
    TIMER_OPENED = "timer:opened"
    TIMER_PARKED = "timer:parked"
    TIMER_RETRIED = "timer:retried"
    TIMER_WITHDRAWN = "timer:withdrawn"
    UNIT_ADDED = "unit:added"
    UNIT_CHANGED = "unit:changed"
    UNIT_CHOSEN = "unit:chosen"
    UNIT_CLOSED = "unit:ended"
    USER_ADDED = "user:added"
    USER_CHANGED = "user:changed"
    USER_LOCKED = "user:locked"
    USER_UNLOCKED = "user:unlocked"
    VERSION_DEPLOYED = "version:deployed"


#: One sentence each; the names in it are the facts that a line must carry (it may carry more).
SENTENCES: Mapping[Act, Message] = {
    Act.CALENDAR_CLOSED: say("Cho %(unit)s nghỉ ngày %(day)s: %(reason)s."),
    Act.CALENDAR_SAVED: say("Lưu lịch làm việc năm %(year)s."),
    Act.CASE_ACCEPTED: say("Hồ sơ đầy đủ, hợp lệ; bắt đầu tính thời hạn giải quyết."),
    Act.CASE_FILED: say("Tiếp nhận hồ sơ %(code)s."),
    Act.CASE_FINISHED: say("Kết thúc hồ sơ: %(outcome)s."),
    Act.CASE_PAUSED: say("Tạm dừng tính thời hạn: %(reason)s."),
    Act.CASE_REFUSED: say("Từ chối tiếp nhận hồ sơ."),
    Act.CASE_RESUBMITTED: say("Nhận hồ sơ bổ sung, nộp lần thứ %(round)s."),
    Act.CASE_RESUMED: say("Tiếp tục tính thời hạn."),
    Act.DEADLINE_MOVED: say("Dời hạn của “%(subject)s” từ %(before)s sang %(after)s."),
    Act.FILE_ATTACHED: say("Đính kèm tệp “%(filename)s”."),
    Act.MAIL_SET: say("Đặt địa chỉ nhận thư của %(username)s: %(wish)s."),
    Act.PASSWORD_REFUSED: say(
        "Từ chối đổi mật khẩu của %(username)s vì mật khẩu hiện tại không đúng."
    ),
    Act.PASSWORD_SET: say("Đặt mật khẩu mới cho %(username)s."),
    Act.PERMISSION_REFUSED: say("Bị từ chối vì không có quyền: %(permission)s."),
    Act.POST_GIVEN: say("Giao chức danh %(role)s tại %(unit)s cho %(user)s."),
    Act.RECEIPT_ISSUED: say("Cấp giấy tiếp nhận và hẹn trả số %(number)s, hẹn trả %(due)s."),
    Act.SESSIONS_ENDED: say("Đăng xuất khỏi mọi máy khác."),
    Act.SIGN_IN_REFUSED: say("Từ chối đăng nhập với tên “%(username)s”."),
    Act.SIGNED_IN: say("Đăng nhập."),
    Act.SIGNED_OUT: say("Đăng xuất."),
    Act.SUBSTITUTE_SET: say("Cử %(user)s thay %(holder)s làm %(role)s tại %(unit)s từ %(starts)s."),
    Act.SUPPLEMENT_ASKED: say("Yêu cầu bổ sung hồ sơ."),
    Act.TASK_CLAIMED: say("Nhận việc “%(task)s”."),
    Act.TASK_COMPLETED: say("Hoàn thành “%(task)s”."),
    Act.TASK_OPENED: say("Bắt đầu bước “%(task)s”."),
    Act.TASK_REASSIGNED: say("Chuyển việc “%(task)s” cho %(to)s: %(reason)s."),
    Act.TASK_RELEASED: say("Trả việc “%(task)s” về hàng chờ."),
    Act.TASK_WITHDRAWN: say("Bước “%(task)s” không còn phải thực hiện."),
    Act.TERM_CHANGED: say("Thời hạn giải quyết đổi thành %(term)s, hẹn trả %(due)s."),
    Act.TIMER_FAILED: say("Bước hẹn giờ “%(timer)s” gặp lỗi lần %(attempt)s: %(error)s"),
    Act.TIMER_FIRED: say("Hết thời gian chờ “%(timer)s”."),
    Act.TIMER_OPENED: say("Bắt đầu chờ “%(timer)s” đến %(until)s."),
    Act.TIMER_PARKED: say("Bước hẹn giờ “%(timer)s” lỗi nhiều lần, chờ quản trị xử lý."),
    Act.TIMER_RETRIED: say("Cho chạy lại bước hẹn giờ “%(timer)s”."),
    Act.TIMER_WITHDRAWN: say("Không còn phải chờ “%(timer)s”."),
    Act.UNIT_ADDED: say("Thêm đơn vị %(unit)s."),
    Act.UNIT_CHOSEN: say("Chọn %(unit)s thực hiện phần việc của %(role)s."),
    Act.USER_ADDED: say("Thêm người dùng %(username)s."),
    Act.USER_LOCKED: say("Khóa tài khoản %(username)s."),
    Act.VERSION_DEPLOYED: say("Ban hành “%(procedure)s”, bản số %(number)s."),
    Act.EXHIBIT_KEPT: say("Giữ bản vẽ “%(title)s” để xem."),
    Act.EXHIBIT_REMOVED: say("Gỡ bản vẽ chỉ để xem “%(title)s”."),
    Act.APOLOGY_DRAFTED: say("Mở dự thảo thư xin lỗi vì sắp quá ngày hẹn trả %(due)s."),
    Act.APOLOGY_DROPPED: say("Bỏ dự thảo thư xin lỗi: không còn cần."),
    Act.APOLOGY_ISSUED: say("Gửi thư xin lỗi, hẹn lại ngày %(day)s: %(reason)s."),
    Act.CALENDAR_CONFIRMED: say("Xác nhận thay đổi lịch số %(change)s: %(what)s."),
    Act.CALENDAR_DRAFTED: say("Soạn thay đổi lịch số %(change)s: %(what)s."),
    Act.CALENDAR_DROPPED: say("Bỏ thay đổi lịch số %(change)s."),
    Act.CALENDAR_MOVED: say("Đã dời %(moved)s hạn theo thay đổi lịch số %(change)s."),
    Act.CALENDAR_SIGNED: say("Duyệt lịch làm việc năm %(year)s."),
    Act.CASE_EXTENDED: say("Gia hạn thêm %(term)s, hẹn trả %(due)s: %(reason)s."),
    Act.CASE_HURRIED: say("Đánh dấu hồ sơ là gấp: %(reason)s."),
    Act.CASE_STOPPED: say("Dừng giải quyết hồ sơ: %(reason)s."),
    Act.CASE_UNHURRIED: say("Bỏ đánh dấu gấp: %(reason)s."),
    Act.CASE_WITHDRAWN: say("Người nộp rút hồ sơ: %(reason)s."),
    Act.ESCALATED: say("Nhắc hạn “%(subject)s” (%(rung)s), đã báo: %(told)s."),
    Act.INCIDENT_GIVEN_UP: say("Thôi xử lý sự cố “%(incident)s”: %(reason)s."),
    Act.INCIDENT_RETRIED: say("Thử lại sự cố “%(incident)s”."),
    Act.LADDER_SAVED: say("Lưu bậc nhắc hạn cho %(what)s: %(reason)s."),
    Act.TIMER_GIVEN_UP: say("Thôi chờ “%(timer)s”: %(reason)s."),
    Act.BACKED_UP: say("Sao lưu toàn bộ dữ liệu vào “%(file)s”."),
    Act.BOOK_CHANGED: say("Sửa sổ “%(book)s” của %(unit)s năm %(year)s."),
    Act.BOOK_CLOSED: say("Khóa sổ “%(book)s” của %(unit)s năm %(year)s."),
    Act.BOOK_REOPENED: say("Mở lại sổ “%(book)s” của %(unit)s năm %(year)s: %(reason)s."),
    Act.CASE_IMPORTED: say(
        "Nhập hồ sơ %(code)s đang giải quyết dở từ tệp “%(file)s”, bắt đầu ở bước “%(step)s”."
    ),
    Act.CASES_IMPORTED: say("Nhập %(number)s hồ sơ đang giải quyết dở từ tệp “%(file)s”."),
    Act.CASE_SET_APART: say("Ghi nhận không trùng với hồ sơ %(other)s."),
    Act.CASE_LINKED: say("Liên kết với hồ sơ %(other)s: %(reason)s."),
    Act.CASE_UNLINKED: say("Bỏ liên kết với hồ sơ %(other)s."),
    Act.DOCUMENT_DRAFTED: say("Soạn “%(title)s”."),
    Act.DOCUMENT_ISSUED: say("Ban hành “%(title)s”, số %(sign)s."),
    Act.DOCUMENT_REISSUED: say("Ban hành lại “%(title)s”, số %(sign)s: %(reason)s."),
    Act.DOCUMENT_SEALED: say("Ký số “%(title)s” bằng chứng thư của %(subject)s."),
    Act.DOCUMENT_SIGNED: say("Ký duyệt “%(title)s”."),
    Act.DOCUMENT_VOIDED: say("Hủy “%(title)s”: %(reason)s."),
    Act.FILE_RENEWED: say("Thay tệp “%(filename)s” bằng bản mới, lần thứ %(version)s: %(reason)s."),
    Act.KEY_ADDED: say("Thêm chứng thư số của %(owner)s."),
    Act.KEY_REMOVED: say("Gỡ chứng thư số của %(owner)s: %(reason)s."),
    Act.LIST_DROPPED: say("Bỏ danh sách “%(list)s”: %(reason)s."),
    Act.LIST_ISSUED: say("Ban hành danh sách “%(list)s” kèm văn bản số %(sign)s."),
    Act.LIST_JOINED: say("Đưa vào danh sách “%(list)s”."),
    Act.LIST_LEFT: say("Rút khỏi danh sách “%(list)s”: %(reason)s."),
    Act.LIST_MADE: say("Lập danh sách “%(list)s” gồm %(number)s hồ sơ."),
    Act.LIST_MOVED: say("Chuyển danh sách “%(list)s” sang bước “%(step)s”."),
    Act.NUMBER_RESERVED: say("Giữ trước số %(sign)s: %(purpose)s."),
    Act.NUMBER_USED: say("Lấy số %(sign)s: %(purpose)s."),
    Act.NUMBER_VOIDED: say("Hủy số %(sign)s: %(reason)s."),
    Act.ORIGINAL_ARCHIVED: say("Lưu trữ “%(original)s” tại %(holder)s."),
    Act.ORIGINAL_CONFIRMED: say("%(to)s xác nhận đã nhận “%(original)s” từ %(giver)s."),
    Act.ORIGINAL_HANDED: say("Bàn giao “%(original)s” từ %(giver)s cho %(to)s."),
    Act.ORIGINAL_NOTED: say("Ghi nhận “%(original)s”, đang ở %(holder)s."),
    Act.ORIGINAL_REFUSED: say("%(to)s không nhận “%(original)s”: %(reason)s."),
    Act.ORIGINAL_RETURNED: say("Trả “%(original)s” cho %(to)s, có ký nhận."),
    Act.ORIGINAL_TAKEN_BACK: say("Thu lại bàn giao “%(original)s”: %(reason)s."),
    Act.PERSON_CHANGED: say("Sửa thông tin của người số %(person)s: %(fields)s."),
    Act.PERSONS_MERGED: say("Gộp người số %(person)s vào người số %(into)s: %(reason)s."),
    Act.POST_ENDED: say("Thôi giao chức danh %(role)s tại %(unit)s cho %(user)s từ %(ends)s."),
    Act.RESTORED: say("Khôi phục dữ liệu từ “%(file)s”, sao lưu lúc %(at)s."),
    Act.SETTING_SAVED: say("Lưu cấu hình “%(setting)s”: %(what)s."),
    Act.SESSIONS_REVOKED: say("Kết thúc phiên đăng nhập của %(username)s: %(number)s phiên."),
    Act.STAFF_IMPORTED: say(
        "Nhập từ tệp “%(file)s”: %(units)s đơn vị, %(users)s người dùng, %(posts)s chức danh."
    ),
    Act.SUBSTITUTE_ENDED: say(
        "Thôi cử %(user)s thay %(holder)s làm %(role)s tại %(unit)s từ %(ends)s."
    ),
    Act.TIDIED: say("Xóa dữ liệu hết thời hạn lưu: %(what)s."),
    Act.UNIT_CHANGED: say("Sửa đơn vị %(unit)s: %(fields)s."),
    Act.UNIT_CLOSED: say("Ngừng hoạt động đơn vị %(unit)s: %(reason)s."),
    Act.USER_CHANGED: say("Sửa tài khoản %(username)s: %(fields)s."),
    Act.USER_UNLOCKED: say("Mở khóa tài khoản %(username)s."),
}

_PLACE = re.compile(r"%\((\w+)\)s")


def places(act: Act) -> frozenset[str]:
    """Names of the facts that the act's sentence speaks of."""
    return frozenset(_PLACE.findall(SENTENCES[act].template))


def sentence(act: str, facts: Mapping[str, object]) -> Message:
    """The line in words. A stored line of an act since forgotten shows the act's own name."""
    if act not in SENTENCES:
        return Message("%(act)s", {"act": act})
    known = Act(act)
    return Message(
        SENTENCES[known].template, {name: facts.get(name, "…") for name in places(known)}
    )


@dataclass(frozen=True)
class JournalLine:
    """A line about to be written. Facts are plain JSON; moments as ISO text."""

    act: Act
    facts: Mapping[str, object] = field(default_factory=dict)
    element: str | None = None

    def __post_init__(self) -> None:
        missing = places(self.act) - self.facts.keys()
        if missing:
            raise ValueError(f"{self.act}: facts lack {', '.join(sorted(missing))}")


def canonical(content: Mapping[str, object]) -> bytes:
    """JSON with one spelling: sorted keys, no blanks, UTF-8."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def link(
    previous: str,
    *,
    chain: int,
    number: int,
    at: datetime,
    actor_id: int | None,
    actor: str,
    act: str,
    element: str | None,
    facts: Mapping[str, object],
) -> str:
    """The hash of a line: over the hash of the line before it and everything it says."""
    content = {
        "chain": chain,
        "number": number,
        "at": utc(at).isoformat(timespec="microseconds"),
        "actor_id": actor_id,
        "actor": actor,
        "act": act,
        "element": element,
        "facts": facts,
    }
    return sha256(previous.encode() + canonical(content)).hexdigest()
