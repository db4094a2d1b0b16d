"""Extending the legal term of a case: once, with a reason and the document that decides it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.deadlines import Deadline
from engine.domain.durations import Duration, parse_duration
from engine.domain.errors import BadDuration, CaseMoved, Conflict, Misuse
from engine.domain.explanations import day_text
from engine.domain.extensions import extended, until
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.states import CaseState
from engine.persistence import legal_acts
from engine.persistence.cases import lock_case
from engine.persistence.tables import CaseRow, ExtensionRow, UserRow
from engine.ports import UploadedFile
from engine.services import dating
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.evidence import checked_reason, keep_document, refuse_unless_promisable

EVIDENCE_FIELD = "can_cu_gia_han"

#: As many letters as the row keeps.
TERM_LENGTH = 120


@dataclass(frozen=True)
class Wish:
    """By how much: a duration in the dialect's words, or the day promised anew. One of the two."""

    text: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Foreseen:
    """What an extension would do."""

    by: Duration
    before: datetime
    deadline: Deadline


def foreseen(act: Act, case_id: int, wish: Wish) -> Foreseen:
    """What the extension would do; nothing is written. Raises as `extend` does."""
    work = _take_up(act, act.session.get(CaseRow, case_id))
    return _counted(work, _extendable(work), wish)


def refuse_unless_extendable(act: Act, case_id: int) -> None:
    """Raises what `extend` would raise whatever the wish: NotFound, NotPermitted, Conflict."""
    _extendable(_take_up(act, act.session.get(CaseRow, case_id)))


def extend(
    act: Act,
    case_id: int,
    wish: Wish,
    reason: str,
    document: UploadedFile | None,
    seen: datetime | None = None,
) -> ExtensionRow:
    """Extends the legal term of an accepted case from its present date on, by the legal count.

    1. permission; 2. the case must be accepted, not finished, not paused, within its date and
    never extended before; `seen` is the date the officer decided on; 3. count the new date;
    4. keep the document; 5. write the extension, the date and a receipt with the reason; 6.
    journal. An extension given as a day is kept as the duration that leads to it, so that later
    standstills and another term move it like any other.
    Raises NotFound, NotPermitted, Conflict, Misuse, CalendarUnknown.
    """
    work = _take_up(act, lock_case(act.session, case_id))
    present = _extendable(work)
    if seen is not None and seen != present.due_at:
        raise CaseMoved(
            say(
                "Ngày hẹn trả vừa đổi thành %(day)s. Hãy xem lại ngày mới rồi gia hạn.",
                day=day_text(local_day(present.due_at)),
            )
        )
    said = checked_reason(reason)
    found = _counted(work, present, wish)
    keep_document(work, EVIDENCE_FIELD, document)
    row = ExtensionRow(
        case_id=case_id,
        term=str(found.by),
        reason=said,
        before=found.before,
        after=found.deadline.due_at,
        at=act.now,
        by_id=act.actor.user_id,
    )
    act.session.add(row)
    due = row.after.isoformat()
    work.lead(Journalled.CASE_EXTENDED, None, term=row.term, due=due, reason=said.rstrip("."))
    dating.move(work, found.deadline)
    dating.issue_receipt(
        work, str(say("Gia hạn thêm %(term)s: %(reason)s.", term=row.term, reason=said.rstrip(".")))
    )
    dating.settle_state(work)
    dating.tell_moved(work, found.before)
    work.write_journal()
    return row


def _extendable(work: Casework) -> Deadline:
    """The present date of a case that may be extended. Raises Conflict that says why not."""
    case, present = work.case, dating.promised(work)
    if case.state == CaseState.FINISHED:
        raise Conflict(say("Hồ sơ đã kết thúc nên không gia hạn được."))
    if case.accepted_at is None:
        raise Conflict(
            say("Hồ sơ chưa được tiếp nhận đầy đủ, hợp lệ nên chưa có thời hạn để gia hạn.")
        )
    if present is None:
        raise Conflict(
            say("Không quy định nào nêu thời hạn của thủ tục này nên không có ngày hẹn để gia hạn.")
        )
    first = legal_acts.extension_of(work.act.session, case.id)
    if first is not None:
        raise Conflict(_extended_before(work.act, first))
    if case.state == CaseState.PAUSED:
        raise Conflict(
            say(
                "Hồ sơ đang tạm dừng tính thời hạn, ngày hẹn trả sẽ được tính lại. Chỉ gia hạn "
                "được sau khi thời hạn chạy tiếp."
            )
        )
    if present.due_at < work.act.now:
        raise Conflict(
            say(
                "Ngày hẹn trả %(day)s đã qua nên không gia hạn được nữa. Hãy gửi thư xin lỗi và "
                "hẹn lại ngày trả kết quả.",
                day=day_text(local_day(present.due_at)),
            )
        )
    return present


def _extended_before(act: Act, first: ExtensionRow) -> Message:
    who = act.session.get(UserRow, first.by_id) if first.by_id else None
    return say(
        "Mỗi hồ sơ chỉ được gia hạn một lần. %(who)s đã gia hạn ngày %(day)s thêm %(term)s, "
        "hẹn trả %(due)s.",
        who=who.full_name if who else "Hệ thống",
        day=day_text(local_day(first.at)),
        term=first.term,
        due=day_text(local_day(first.after)),
    )


def _counted(work: Casework, present: Deadline, wish: Wish) -> Foreseen:
    calendar = work.calendar(work.case.unit_id)
    by = _duration(work, present, wish)
    return Foreseen(by, present.due_at, extended(present, by, calendar))


def _duration(work: Casework, present: Deadline, wish: Wish) -> Duration:
    text = " ".join(wish.text.split())
    if bool(text) == (wish.day is not None):
        raise Misuse(say("Hãy ghi số ngày gia hạn hoặc chọn ngày hẹn mới, một trong hai."))
    if wish.day is not None:
        calendar = work.calendar(work.case.unit_id)
        refuse_unless_promisable(wish.day, local_day(present.due_at), calendar)
        return until(wish.day, present, calendar)
    try:
        by = parse_duration(text)
    except BadDuration as wrong:
        raise Misuse(wrong.message) from wrong
    if len(str(by)) > TERM_LENGTH:
        raise Misuse(say("Thời gian gia hạn viết quá dài. Hãy viết gọn lại."))
    return by


def _take_up(act: Act, case: CaseRow | None) -> Casework:
    work = open_case(act, case)
    require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    require(act.actor, Permission.CASE_EXTEND, work.surroundings.subject)
    return work
