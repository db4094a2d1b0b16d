"""Incidents: what failed and waits for an administrator, opened once for each thing that fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.errors import CalendarUnknown, ExecutionFailed, QuyTrinhError
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import IncidentEnd, IncidentKind
from engine.persistence import incidents as stored
from engine.persistence.calendars import known_years
from engine.persistence.tables import TaskRow
from engine.services import causes, notifying
from engine.services.act import Act, Application

#: Keys of incidents of a year that the working calendar does not hold.
_YEAR = "calendar:year:"

NAME_LENGTH = 300
KEY_LENGTH = 120


def note(
    act: Act,
    kind: IncidentKind,
    key: str,
    name: str,
    cause: str,
    *,
    case_id: int | None = None,
    timer_id: int | None = None,
    mail_id: int | None = None,
    task_id: int | None = None,
    detail: str = "",
    role: str | None = None,
) -> None:
    """Opens an incident and tells the administrators; the same one again only counts up.

    `key` names what failed (`timer:12`), `name` says it to people, `cause` why in plain words,
    `detail` in technical ones; `role` is set where choosing a unit for it would help.
    """
    name = name[:NAME_LENGTH]
    _id, opened = stored.open_or_repeat(
        act.session,
        {
            "kind": kind,
            "key": key[:KEY_LENGTH],
            "case_id": case_id,
            "timer_id": timer_id,
            "mail_id": mail_id,
            "task_id": task_id,
            "name": name,
            "cause": cause,
            "detail": detail,
            "role": role,
            "first_at": act.now,
            "last_at": act.now,
            "times": 1,
            "outcome": "",
            "closed_by": "",
            "reason": "",
        },
    )
    if opened:
        message = say("%(name)s. %(cause)s", name=name, cause=cause)
        told = stored.administrators(act.session)
        notifying.tell(act, told, Notice(Kind.INCIDENT, message, case_id=case_id))


def solve(act: Act, key: str) -> None:
    """What failed went well since: its open incident, if there is one, is closed.

    Within a person's act it is their doing (RETRIED, with their name), else it came by itself.
    """
    own = act.actor.is_system
    end, by = (IncidentEnd.SOLVED, "") if own else (IncidentEnd.RETRIED, act.actor.name)
    stored.close(act.session, key[:KEY_LENGTH], act.now, end, by)


def settle_round(app: Application) -> datetime | None:
    """The worker's round: closes incidents whose work is over by now, whichever way it went."""
    with app.act(None, write=False) as act:
        over = [*stored.over(act.session), *_years_there_now(act)]
    if over:
        with app.act(None) as act:
            for key in over:
                solve(act, key)
    return None


def _years_there_now(act: Act) -> list[str]:
    """Incidents of years that the working calendar did not hold, and does now."""
    missing = stored.open_keys(act.session, _YEAR)
    there = known_years(act.session) if missing else frozenset()
    return [key for key in missing if int(key.removeprefix(_YEAR)) in there]


@dataclass(frozen=True)
class Attempt:
    """What somebody tried to do: completing a task, another act on a case, filing a dossier."""

    who: str  # username
    task_id: int | None = None
    case_id: int | None = None
    procedure: str = ""


def note_failed_act(app: Application, error: QuyTrinhError, attempt: Attempt) -> None:
    """Notes that somebody's act failed by the drawing or the calendar, in an act of its own.

    Called by the edge once the act has been rolled back. Completing the task later solves it, and
    so does the calendar of the year that was missing.
    """
    with app.act(None) as act:
        if isinstance(error, CalendarUnknown):
            _note_missing_year(act, error, attempt)
        else:
            _note_stuck(act, error, attempt)


def _note_missing_year(act: Act, error: CalendarUnknown, attempt: Attempt) -> None:
    note(
        act,
        IncidentKind.CALENDAR,
        f"{_YEAR}{error.day.year}",
        str(say("Lịch làm việc năm %(year)s", year=error.day.year)),
        causes.plain(error),
        detail=_tried(error, attempt),
    )


def _note_stuck(act: Act, error: QuyTrinhError, attempt: Attempt) -> None:
    task = None if attempt.task_id is None else act.session.get(TaskRow, attempt.task_id)
    case_id = task.case_id if task else attempt.case_id
    element = error.element if isinstance(error, ExecutionFailed) else ""
    place = element or (task.element if task else "")
    name = task.name if task else str(say("Tiếp nhận hồ sơ")) if case_id is None else place
    note(
        act,
        IncidentKind.DECISION,
        f"decision:{case_id or attempt.procedure}:{place}",
        name or attempt.procedure,
        causes.plain(error),
        case_id=case_id,
        task_id=task.id if task else None,
        detail=_tried(error, attempt),
    )


def _tried(error: QuyTrinhError, attempt: Attempt) -> str:
    where = f" ({attempt.procedure})" if attempt.procedure else ""
    return f"{attempt.who}{where}: {causes.technical(error)}"
