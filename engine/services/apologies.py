"""The thư xin lỗi of a case that passes its date: drafted beforehand, completed, or dropped."""

from __future__ import annotations

from datetime import date

from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.errors import Conflict
from engine.domain.explanations import day_text
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import ApologyState, CaseState
from engine.persistence import legal_acts
from engine.persistence.cases import lock_case
from engine.persistence.people import units
from engine.persistence.tables import ApologyRow, CaseRow
from engine.services import standing
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.documents import facts, issuing, kinds
from engine.services.evidence import checked_reason, refuse_unless_promisable

REASON_LENGTH = 1000


def open_draft(work: Casework) -> bool:
    """A draft for the date that the case is about to miss, once for each date; whether one waits.

    A draft that was dropped because the date had moved is taken up again when it moves back.
    """
    case, act = work.case, work.act
    if case.due_at is None or case.state == CaseState.FINISHED:
        return False
    known = legal_acts.apology_for(act.session, case.id, case.due_at)
    if known is None:
        act.session.add(
            ApologyRow(
                case_id=case.id,
                due_at=case.due_at,
                state=ApologyState.DRAFT,
                opened_at=act.now,
            )
        )
        act.session.flush()  # whoever asks for it later in this act finds it
    elif known.state == ApologyState.DROPPED:
        known.state, known.opened_at, known.closed_at = ApologyState.DRAFT, act.now, None
    else:
        return known.state == ApologyState.DRAFT
    work.note(Journalled.APOLOGY_DRAFTED, None, due=case.due_at.isoformat())
    return True


def follow_date(work: Casework) -> None:
    """After the case's date moved: a later one needs no letter yet, an earlier one all the more."""
    if not work.case.rung or work.case.due_at is None:
        return
    draft = legal_acts.draft_of(work.act.session, work.case.id)
    if draft is None:
        return
    if work.case.due_at > draft.due_at:
        _drop(work, draft)
    elif legal_acts.apology_for(work.act.session, work.case.id, work.case.due_at) is None:
        draft.due_at = work.case.due_at


def drop_draft(work: Casework) -> None:
    """Closes the draft of a case that ends, or whose date moves, before the letter was needed.

    Without a rung of the case's ladder reached there is no draft, and none is looked for.
    """
    if not work.case.rung:
        return
    draft = legal_acts.draft_of(work.act.session, work.case.id)
    if draft is not None:
        _drop(work, draft)


def _drop(work: Casework, draft: ApologyRow) -> None:
    draft.state, draft.closed_at = ApologyState.DROPPED, work.act.now
    work.note(Journalled.APOLOGY_DROPPED, None)


# --- the letter ----------------------------------------------------------------------------------


def refuse_unless_due(act: Act, case_id: int) -> CaseRow:
    """The case that a letter may be written for. Raises as `issue` does whatever it says."""
    work = _take_up(act, act.session.get(CaseRow, case_id))
    _waiting(work)
    return work.case


def issue(act: Act, case_id: int, reason: str, new_day: date) -> ApologyRow:
    """Completes the draft and issues the letter: why it is late, and the day promised anew.

    1. permission; 2. there must be a draft, or the date must have passed, and no letter for it
    yet; 3. the new day must be a working day from tomorrow on; 4. write down what the letter
    names as it is today, so that it is never worded anew; 5. number and print it (mẫu 04);
    6. journal. The legal date stays: a case that is late is late whatever was promised since.
    Raises NotFound, NotPermitted, Conflict, Misuse, CalendarUnknown.
    """
    work = _take_up(act, lock_case(act.session, case_id))
    letter = _waiting(work)
    said = checked_reason(reason, REASON_LENGTH)
    after = max(act.today, local_day(letter.due_at))
    refuse_unless_promisable(new_day, after, work.calendar(work.case.unit_id))
    letter.reason, letter.new_day = said, new_day
    letter.state, letter.closed_at, letter.closed_by_id = (
        ApologyState.ISSUED,
        act.now,
        act.actor.user_id,
    )
    letter.letter = _letter(work)
    act.session.add(letter)
    act.session.flush()  # the printed letter is made from what is stored
    work.note(Journalled.APOLOGY_ISSUED, None, day=day_text(new_day), reason=said.rstrip("."))
    if act.app.ports.printer is not None:
        issuing.issue_within(work, kinds.kind_of(kinds.APOLOGY))
    work.write_journal()
    return letter


def _waiting(work: Casework) -> ApologyRow:
    """The letter to complete: the draft, or a new one for a date that has passed without any."""
    case, act = work.case, work.act
    if case.state == CaseState.FINISHED:
        raise Conflict(say("Hồ sơ đã kết thúc nên không cần thư xin lỗi nữa."))
    if case.due_at is None:
        raise Conflict(say("Hồ sơ chưa có ngày hẹn trả nên chưa có gì để xin lỗi."))
    still_since = standing.still_since(work)
    if case.state == CaseState.PAUSED and still_since is not None and case.due_at >= still_since:
        raise Conflict(
            say(
                "Hồ sơ đang tạm dừng tính thời hạn, ngày hẹn trả sẽ được tính lại nên chưa cần "
                "thư xin lỗi."
            )
        )
    known = legal_acts.apology_for(act.session, case.id, case.due_at)
    if known is not None and known.state == ApologyState.ISSUED and known.closed_at is not None:
        raise Conflict(
            say(
                "Thư xin lỗi cho ngày hẹn trả %(due)s đã gửi ngày %(day)s, hẹn lại ngày %(new)s.",
                due=day_text(local_day(known.due_at)),
                day=day_text(local_day(known.closed_at)),
                new=day_text(known.new_day or local_day(known.closed_at)),
            )
        )
    if known is not None and known.state == ApologyState.DRAFT:
        return known
    if case.due_at >= act.now:
        raise Conflict(
            say(
                "Ngày hẹn trả %(day)s chưa qua nên chưa cần thư xin lỗi.",
                day=day_text(local_day(case.due_at)),
            )
        )
    return known or ApologyRow(
        case_id=case.id, due_at=case.due_at, state=ApologyState.DRAFT, opened_at=act.now
    )


def _letter(work: Casework) -> dict[str, object]:
    """What the letter names, in words of today."""
    act, case = work.act, work.case
    post = facts.signing_post(act, work.surroundings.units)
    known = units(act.session)
    return {
        "code": case.code,
        "applicant": case.applicant,
        "subject": case.subject,
        "procedure": work.version.drawing.name,
        "accepted": (case.accepted_at or case.received_at).isoformat(),
        "receipt": case.receipt_number,
        "unit": known[post.unit_id].name if post else known[case.unit_id].name,
        "receiver": known[case.unit_id].name,
        "post": facts.post_title(act, post),
        "signer": act.actor.name,
    }


def _take_up(act: Act, case: CaseRow | None) -> Casework:
    work = open_case(act, case)
    require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    require(act.actor, Permission.CASE_APOLOGISE, work.surroundings.subject)
    return work
