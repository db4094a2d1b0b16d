"""Editing the escalation ladders: which one holds for what, since when, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from engine.domain.access import Permission, require
from engine.domain.addressees import Concern, Piece, Post, Staff
from engine.domain.clock import ZONE, utc
from engine.domain.deadlines import legal_deadline, step_deadline
from engine.domain.durations import parse_duration
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.ladder import DEFAULT, Ladder, Subject, Tells
from engine.domain.messages import Message, say
from engine.domain.working_calendar import ONE_DAY
from engine.persistence import escalations
from engine.persistence import ladders as stored
from engine.persistence.calendars import load_calendar
from engine.persistence.tables import LadderRow
from engine.services import catalogue, journalling
from engine.services.act import Act

REASON_LENGTH = 300

#: What a preview shows the rungs of.
EXAMPLE = {Subject.TASK: "5 ngày làm việc", Subject.CASE: "20 ngày làm việc"}
EXAMPLE_OPENS = time(8)

Written = Sequence[tuple[str, str, bool]]  # place, whom it tells, apology


@dataclass(frozen=True)
class Scope:
    """What a ladder holds for: None stands for all."""

    subject: Subject
    procedure_key: str | None = None
    role: str | None = None

    @property
    def general(self) -> bool:
        return self.procedure_key is None and self.role is None


@dataclass(frozen=True)
class Standing:
    """A ladder in force; `row` is None for the one that comes with the product."""

    scope: Scope
    ladder: Ladder
    row: LadderRow | None


@dataclass(frozen=True)
class Example:
    """When the rungs of a ladder would be reached: an instance with real dates."""

    term: str
    opened_at: datetime
    due_at: datetime
    moments: tuple[datetime, ...]


@dataclass(frozen=True)
class Gap:
    """A level that nobody fills in some units; who is told instead, where anybody is."""

    tells: Tells
    instead: Tells | None
    units: tuple[int, ...]


def in_force(act: Act) -> list[Standing]:
    """Every ladder that holds now: of tasks, then of cases, the most general first."""
    require(act.actor, Permission.LADDER_EDIT)
    rows = stored.in_force(act.session)
    found: list[Standing] = []
    for subject in Subject:
        own = [_standing(row) for row in rows if row.subject == subject]
        if not any(one.scope.general for one in own):
            own.insert(0, Standing(Scope(subject), DEFAULT[subject], None))
        found += own
    return found


def holding(act: Act, scope: Scope) -> tuple[LadderRow | None, Ladder]:
    """The ladder that holds for exactly this, and the one that does where there is none.

    Raises NotFound for a procedure or a role that is not known.
    """
    require(act.actor, Permission.LADDER_EDIT)
    _refuse_unknown(act, scope)
    row = stored.holding(act.session, scope.subject, scope.procedure_key, scope.role)
    if row is not None:
        return row, Ladder.from_json(row.rungs)
    key = scope.procedure_key or ""
    return None, stored.ladders(act.session).choose(scope.subject, key, scope.role)[1]


def history(act: Act, scope: Scope) -> list[LadderRow]:
    """Every ladder that ever held for this, the newest first."""
    require(act.actor, Permission.LADDER_EDIT)
    return stored.history(act.session, scope.subject, scope.procedure_key, scope.role)


def save(
    act: Act, scope: Scope, written: Written, reason: str, seen: int | None = None
) -> LadderRow:
    """A new ladder for what opens from now on; the one before it ends.

    `seen` is the id of the ladder that the administrator had before them.
    Raises NotPermitted, NotFound, Misuse and BadRung (what is written makes no sense, changes
    nothing, or would tell nobody), Conflict (somebody else has saved one meanwhile).
    """
    require(act.actor, Permission.LADDER_EDIT)
    _refuse_unknown(act, scope)
    ladder = checked(act, scope, written)
    reason = _reason(reason)
    _note(act, scope, ladder, reason)  # first: administrators who save at once queue here
    before = _end(act, scope, seen)
    if before is not None and Ladder.from_json(before.rungs) == ladder:
        raise Misuse(say("Bậc nhắc hạn này giống hệt bậc đang dùng: không có gì để lưu."))
    row = LadderRow(
        subject=scope.subject,
        procedure_key=scope.procedure_key,
        role=scope.role,
        rungs=ladder.to_json(),
        saved_at=act.now,
        saved_by=act.actor.name,
        reason=reason,
        ended_at=None,
    )
    act.session.add(row)
    act.session.flush()  # gives the id that dates refer to
    return row


def remove(act: Act, scope: Scope, reason: str, seen: int | None = None) -> Ladder:
    """Ends a ladder: the next more general one holds from now on. Returns that one.

    Raises NotPermitted, NotFound (there is none), Misuse (no reason), Conflict.
    """
    require(act.actor, Permission.LADDER_EDIT)
    reason = _reason(reason)
    _note(act, scope, None, reason)
    if _end(act, scope, seen) is None:
        raise NotFound()
    act.session.flush()
    return stored.ladders(act.session).choose(scope.subject, scope.procedure_key or "", scope.role)[
        1
    ]


def checked(act: Act, scope: Scope, written: Written) -> Ladder:
    """The ladder as written. Raises Misuse and BadRung, also when nobody at all would be told."""
    require(act.actor, Permission.LADDER_EDIT)
    if scope.subject is Subject.TASK:
        written = [(place, tells, False) for place, tells, _ in written]
    ladder = Ladder.of(written)
    staff = escalations.staff(act.session, act.today)
    concerns = _concerns(act, scope, staff)
    if concerns and not any(
        staff.told(rung.tells, concern) for concern in concerns for rung in ladder.rungs
    ):
        raise Misuse(
            say(
                "Bậc nhắc hạn này không báo được cho ai: không đơn vị nào có người ở các cấp đã"
                " chọn, kể cả cấp trên. Hãy chọn thêm người được báo, hoặc giao chức danh trước."
            )
        )
    return ladder


def gaps(act: Act, scope: Scope, ladder: Ladder) -> list[Gap]:
    """Levels of the ladder that nobody fills today, with the units where that is so."""
    require(act.actor, Permission.LADDER_EDIT)
    staff = escalations.staff(act.session, act.today)
    found: dict[tuple[Tells, Tells | None], set[int]] = {}
    concerns = _concerns(act, scope, staff)
    for tells in dict.fromkeys(rung.tells for rung in ladder.rungs):
        for concern in concerns:
            if not staff.fills(tells, concern):
                above = (one for one in _above(tells) if staff.fills(one, concern))
                found.setdefault((tells, next(above, None)), set()).add(concern.unit_id)
    return [Gap(*levels, tuple(sorted(units))) for levels, units in found.items()]


def example(act: Act, scope: Scope, ladder: Ladder) -> Example:
    """The rungs of a step or a case that opens next Monday morning. Raises CalendarUnknown."""
    require(act.actor, Permission.LADDER_EDIT)
    calendar = load_calendar(act.session, act.app.settings.shifts)
    opens = calendar.next_working_day(_monday_after(act.today))
    opened_at = utc(datetime.combine(opens, EXAMPLE_OPENS, ZONE))
    term = EXAMPLE[scope.subject]
    count = step_deadline if scope.subject is Subject.TASK else legal_deadline
    due_at = count(parse_duration(term), opened_at, calendar).due_at
    moments = (
        ladder.next_moment(number, opened_at, due_at, calendar)
        for number in range(len(ladder.rungs))
    )
    return Example(term, opened_at, due_at, tuple(one for one in moments if one is not None))


def procedures(act: Act) -> Mapping[str, str]:
    """The procedures that there are: key -> name."""
    return {row.procedure_key: row.name for row in catalogue.startable(act)}


def _standing(row: LadderRow) -> Standing:
    scope = Scope(Subject(row.subject), row.procedure_key, row.role)
    return Standing(scope, Ladder.from_json(row.rungs), row)


def _refuse_unknown(act: Act, scope: Scope) -> None:
    """A case has no role; procedures and roles are those that are there."""
    unknown = scope.role is not None and scope.role not in act.app.roles.roles
    if unknown or (scope.subject is Subject.CASE and scope.role is not None):
        raise NotFound()
    if scope.procedure_key is not None and scope.procedure_key not in procedures(act):
        raise NotFound()


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not 0 < len(reason) <= REASON_LENGTH:
        raise Misuse(say("Hãy ghi lý do, không quá %(limit)s ký tự.", limit=REASON_LENGTH))
    return reason


def _end(act: Act, scope: Scope, seen: int | None) -> LadderRow | None:
    """Ends the ladder that holds for exactly this; Conflict when it is not the one seen."""
    row = stored.holding(act.session, scope.subject, scope.procedure_key, scope.role)
    if (row.id if row else None) != seen:
        raise Conflict(
            say("Bậc nhắc hạn này vừa được người khác sửa. Hãy tải lại trang rồi sửa lại.")
        )
    if row is not None:
        row.ended_at = act.now
    return row


def _note(act: Act, scope: Scope, ladder: Ladder | None, reason: str) -> None:
    rungs = [] if ladder is None else ladder.to_json()
    what = str(in_words(act, scope))
    journalling.note(act, Journalled.LADDER_SAVED, what=what, reason=reason, rungs=rungs)


def in_words(act: Act, scope: Scope) -> Message:
    """What a ladder holds for."""
    said = {
        "procedure": procedures(act).get(scope.procedure_key or "", scope.procedure_key),
        "role": _role_name(act, scope.role),
    }
    if scope.subject is Subject.CASE:
        if scope.procedure_key is None:
            return say("hồ sơ của mọi thủ tục")
        return say("hồ sơ của thủ tục “%(procedure)s”", procedure=said["procedure"])
    if scope.general:
        return say("mọi bước của mọi thủ tục")
    if scope.role is None:
        return say("mọi bước của thủ tục “%(procedure)s”", procedure=said["procedure"])
    if scope.procedure_key is None:
        return say("các bước do %(role)s làm, ở mọi thủ tục", role=said["role"])
    return say("các bước do %(role)s làm, thủ tục “%(procedure)s”", **said)


def _role_name(act: Act, role: str | None) -> str:
    known = act.app.roles.roles.get(role or "")
    return known.name if known else role or ""


def _concerns(act: Act, scope: Scope, staff: Staff) -> list[Concern]:
    """Work of every post that such a ladder may concern, taken by nobody yet."""
    roles = None if scope.role is None else {act.app.roles.recorder(scope.role)}
    return [_concern(post) for post in sorted(staff.posts(roles))]


def _concern(post: Post) -> Concern:
    posts = frozenset({post})
    return Concern((Piece(posts),), posts, post[1])


def _above(tells: Tells) -> list[Tells]:
    levels = list(Tells)
    return levels[levels.index(tells) + 1 :]


def _monday_after(day: date) -> date:
    day += ONE_DAY
    while day.weekday():
        day += ONE_DAY
    return day
