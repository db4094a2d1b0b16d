"""Climbing the escalation ladders: each rung of a date told once, to who is there to hear it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.domain.access import Permission, require
from engine.domain.addressees import Concern, Seat, Staff
from engine.domain.errors import Conflict, NotFound, Unavailable
from engine.domain.journal import Act as Journalled
from engine.domain.journal import JournalLine
from engine.domain.ladder import Rung, Subject
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import IncidentKind
from engine.persistence import escalations, journal_store
from engine.persistence.calendars import load_calendar
from engine.persistence.cases import lock_case
from engine.persistence.escalations import START, Watched
from engine.persistence.ladders import ladders
from engine.persistence.people import units
from engine.services import apologies, causes, incidents, notifying, reminding_words
from engine.services.act import Act, Application
from engine.services.casework import open_case
from engine.services.concerns import concern_of

log = logging.getLogger(__name__)

#: So many dates in one sweep; then the other rounds have their turn.
MOST = 1000

#: Who is who is read anew after so many dates.
FRESH = 200

#: After the n-th failure of a rung it is tried again this much later, and so on with the last.
DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)

#: From so many failures on administrators are told.
FAILURES = 3


#: A rung beyond the years of the calendar is looked at again after this.
LATER = timedelta(days=1)


@dataclass(frozen=True)
class Reached:
    """A rung that was reached, and whom it tells."""

    number: int  # 1, 2, …
    rung: Rung
    told: tuple[Seat, ...]


@dataclass(frozen=True)
class Climb:
    """What one round did, and when the next rung is reached."""

    reached: int  # dates that went up
    failed: int
    next_at: datetime | None


def escalate_round(app: Application) -> datetime | None:
    """The worker's round: every rung that is due; when the next one is."""
    done = escalate_due(app)
    if done.reached or done.failed:
        log.info("%s dates went up their ladders, %s failed", done.reached, done.failed)
    return done.next_at


def escalate_due(app: Application, limit: int = MOST) -> Climb:
    """Goes up the ladder of every date whose rung is due, at most `limit` dates.

    Each date in its own transaction: another worker takes others meanwhile. A failure is rolled
    back, and its date tried again later. Costs one small question while nothing is due.
    """
    with app.act(None, write=False) as act:
        coming = escalations.next_moment(act.session)
        if coming is None or coming > act.now:
            return Climb(0, 0, coming)
    round_ = _Round(app, limit)
    for subject in Subject:
        round_.go(subject)
    if round_.full:
        return Climb(round_.reached, round_.failed, app.clock.now())
    with app.act(None, write=False) as act:
        return Climb(round_.reached, round_.failed, escalations.next_moment(act.session))


class _Round:
    """One round under way."""

    def __init__(self, app: Application, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._staff: Staff | None = None
        self._staff_on: date | None = None
        self._seen = 0
        self.reached = self.failed = 0

    @property
    def full(self) -> bool:
        return self._seen >= self._limit

    def go(self, subject: Subject) -> None:
        """Every due date of a kind, in order of moment and id; none is looked at twice."""
        place = START
        while not self.full:
            date_: Watched | None = None
            try:
                with self._app.act(None) as act:
                    date_ = escalations.next_due(act.session, subject, act.now, place)
                    if date_ is None:
                        return
                    self.reached += climb(act, date_, self._staff_of(act))
            except Exception as error:  # whatever one date has: the others must go on
                if date_ is None or isinstance(error, Unavailable):
                    raise  # the database itself
                self._failed(date_, error)
            place = date_.place
            self._seen += 1

    def _staff_of(self, act: Act) -> Staff:
        if self._staff is None or self._seen % FRESH == 0 or self._staff_on != act.today:
            self._staff, self._staff_on = escalations.staff(act.session, act.today), act.today
        return self._staff

    def _failed(self, date_: Watched, error: Exception) -> None:
        if isinstance(error, Conflict):
            log.info("the rung of %s: somebody else was faster", date_.key)
            return
        log.exception("the rung of %s failed", date_.key, extra={"case": date_.case_id})
        self.failed += 1
        with self._app.act(None) as act:
            note_failure(act, date_, error)


def climb(act: Act, date_: Watched, staff: Staff) -> bool:
    """Goes up to the last rung reached by now; whether the date was still to be watched.

    The case is locked. 1. which rungs are reached, and when the next one is; 2. claim by
    conditional update; 3. write down each rung, once for each date; 4. open the draft of a letter
    of apology; 5. journal; 6. tell each person once.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    ladder = ladders(act.session).of(date_.subject, date_.ladder_id)
    calendar = load_calendar(act.session, act.app.settings.shifts, date_.unit_id)
    dates = (date_.opened_at, date_.due_at)
    done = ladder.reached(date_.rung, *dates, act.now, calendar)
    coming = ladder.next_moment(done, *dates, calendar)
    if coming is not None and coming <= act.now:
        coming = act.now + LATER
    if not escalations.claim(act.session, date_, done, coming):
        return False
    if date_.failures:
        incidents.solve(act, incident_key(date_.subject, date_.id))
    concern = concern_of(act, date_.subject, date_.id, date_.unit_id, date_.version_id)
    reached = _write_down(act, date_, ladder.rungs[date_.rung : done], concern, staff)
    if reached:
        late = reminding_words.days_late(date_.due_at, act.now, calendar)
        letter_waits = _journal(act, date_, reached)
        _tell(act, date_, reached, late, concern, staff, letter_waits=letter_waits)
    return True


def incident_key(subject: Subject, row_id: int) -> str:
    """The key under which a failing rung is an incident."""
    return f"rung:{subject}:{row_id}"


def is_rung(key: str) -> bool:
    """Whether an incident's key is that of a failing rung, which `retry` takes."""
    return key.startswith("rung:")


def retry(act: Act, key: str) -> None:
    """Tries a failing rung at once (administrators), by its incident's key. Raises NotFound."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    _, subject, row_id = [*key.split(":"), "", ""][:3]
    known = subject in set(Subject) and row_id.isdecimal()
    if not known or not escalations.try_now(act.session, Subject(subject), int(row_id), act.now):
        raise NotFound()


def note_failure(act: Act, date_: Watched, error: Exception) -> None:
    """Tries the rung again later, with growing delays; the date stays watched for ever.

    From FAILURES on administrators are told.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    failures = date_.failures + 1
    later = act.now + DELAYS[min(failures, len(DELAYS)) - 1]
    unchanged = escalations.claim(act.session, date_, date_.rung, later, failures)
    if unchanged and failures >= FAILURES:
        incidents.note(
            act,
            IncidentKind.LADDER,
            incident_key(date_.subject, date_.id),
            str(say("Không nhắc được hạn của “%(name)s”", name=date_.name)),
            causes.plain(error),
            case_id=date_.case_id,
            task_id=_task_id(date_),
            detail=causes.technical(error),
        )


def _write_down(
    act: Act, date_: Watched, rungs: Sequence[Rung], concern: Concern, staff: Staff
) -> list[Reached]:
    """The rungs that are new to this date; where nobody is there to be told, an incident."""
    found = [
        Reached(number, rung, staff.told(rung.tells, concern))
        for number, rung in enumerate(rungs, date_.rung + 1)
    ]
    rows = [
        {
            "case_id": date_.case_id,
            "subject": date_.key,
            "rung": one.number,
            "due_at": date_.due_at,
            "at": act.now,
            "tells": str(one.rung.tells),
            "told": [[seat.user_id, seat.name] for seat in one.told],
        }
        for one in found
    ]
    new = escalations.write_reached(act.session, rows)
    reached = [one for one in found if one.number in new]
    if any(not one.told for one in reached):
        _note_nobody(act, date_)
    return reached


def _note_nobody(act: Act, date_: Watched) -> None:
    """One incident for each unit and role: the remedy is the same for all their dates."""
    unit = units(act.session)[date_.unit_id].name
    incidents.note(
        act,
        IncidentKind.LADDER,
        f"nobody:{date_.unit_id}:{date_.role or date_.subject}",
        str(say("Không có ai để nhắc hạn tại %(unit)s", unit=unit)),
        str(
            say(
                "“%(name)s” của hồ sơ %(code)s đến bậc nhắc hạn mà không ai giữ chức danh phải báo,"
                " kể cả cấp trên. Hãy giao chức danh hoặc cử người thay.",
                name=date_.name,
                code=date_.code,
            )
        ),
        case_id=date_.case_id,
        task_id=_task_id(date_),
    )


def _tell(
    act: Act,
    date_: Watched,
    reached: Iterable[Reached],
    late: int | None,
    concern: Concern,
    staff: Staff,
    *,
    letter_waits: bool,
) -> None:
    """One message for each person, however many rungs were missed; who is to apologise, that.

    Nobody is asked to complete a letter that was issued before its rung was reached.
    """
    names = [seat.name for seat in staff.holders(concern)]
    apologising: set[int] = set()
    others: set[int] = set()
    for one in reached:
        asked = apologising if one.rung.apology and letter_waits else others
        asked.update(seat.user_id for seat in one.told)
    for people, apology in ((apologising, True), (others - apologising, False)):
        if people:
            kind = Kind.APOLOGY if apology else Kind.REMINDER if late is None else Kind.OVERDUE
            words = (
                reminding_words.of_case(date_.code, date_.due_at, late, apology=apology)
                if date_.subject is Subject.CASE
                else reminding_words.of_task(
                    date_.name, date_.code, date_.due_at, late, names, taken=concern.taken
                )
            )
            notice = Notice(kind, words, case_id=date_.case_id, task_id=_task_id(date_))
            notifying.tell(act, people, notice)


def _journal(act: Act, date_: Watched, reached: Sequence[Reached]) -> bool:
    """Writes down who was told; opens the letter of a rung that has one, tells whether it waits."""
    names = {seat.user_id: seat.name for one in reached for seat in one.told}
    line = JournalLine(
        Journalled.ESCALATED,
        {
            "subject": date_.name,
            "rung": ", ".join(str(one.rung.words) for one in reached),
            "told": ", ".join(names.values()) or str(say("không có ai")),
            "due": date_.due_at.isoformat(),
        },
        element=date_.element,
    )
    if any(one.rung.apology for one in reached):
        work = open_case(act, lock_case(act.session, date_.case_id))
        letter_waits = apologies.open_draft(work)
        work.lines.insert(0, line)
        work.write_journal()
        return letter_waits
    end = (date_.journal_number, date_.journal_hash)
    end = journal_store.extend(act.session, date_.case_id, end, [line], act.now, act.actor)
    escalations.write_journal_end(act.session, date_.case_id, *end)
    return False


def _task_id(date_: Watched) -> int | None:
    return date_.id if date_.subject is Subject.TASK else None
