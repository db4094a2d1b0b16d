"""What administrators do about incidents: look, try again, choose a unit, give up with a reason."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, Misuse, NotFound, Unavailable
from engine.domain.journal import Act as Journalled
from engine.domain.journal import JournalLine
from engine.domain.messages import say
from engine.domain.routing import Unit
from engine.domain.states import IncidentEnd, IncidentKind, MailState, TimerState
from engine.persistence import incidents as stored
from engine.persistence import journal_store, people
from engine.persistence.cases import lock_case, note_choices, surroundings
from engine.persistence.incidents import Line
from engine.persistence.paging import Page
from engine.persistence.tables import CaseRow, IncidentRow
from engine.services import (
    causes,
    escalating,
    incidents,
    journalling,
    mailing,
    moving,
    routing,
    timers,
)
from engine.services.act import Act, Application

log = logging.getLogger(__name__)

REASON_LENGTH = 300

#: Keys of cases whose dates a change of the calendar could not move: change, case.
_MOVE = re.compile(r"calendar:([0-9]{1,9}):([0-9]{1,9})")


@dataclass(frozen=True)
class UnitChoice:
    """A role whose unit must be chosen before a timer can go on, and the units to choose from."""

    role: str
    role_name: str
    units: Sequence[Unit]


@dataclass(frozen=True)
class Handled:
    """An incident with what may be done about it now."""

    line: Line
    choice: UnitChoice | None
    may_retry: bool
    may_give_up: bool


def listed(
    act: Act, *, closed: bool, kind: IncidentKind | None = None, after: str | None = None
) -> Page[Line]:
    """Incidents, the latest first (administrators)."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    return stored.page(act.session, closed=closed, kind=kind, after=after)


def look(act: Act, incident_id: int) -> Handled:
    """One incident. Raises NotFound."""
    require(act.actor, Permission.INCIDENT_HANDLE)
    line = _line(act, incident_id)
    choice = _choice(act, line)
    return Handled(
        line=line,
        choice=choice,
        may_retry=choice is None and _may_retry(line),
        may_give_up=line.row.closed_at is None,
    )


def retry(act: Act, incident_id: int) -> None:
    """Sets what failed to be tried again at once; the incident stays open until it goes well.

    What was given up may be taken up again. Raises NotFound, Conflict.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    line = _line(act, incident_id)
    if not _may_retry(line):
        raise _changed()
    if line.row.timer_id is not None:
        timers.retry(act, line.row.timer_id)
    elif line.row.mail_id is not None:
        mailing.retry(act, line.row.mail_id)
    elif escalating.is_rung(line.row.key):
        escalating.retry(act, line.row.key)
    _journal(act, line, Journalled.INCIDENT_RETRIED)


def choose_unit(act: Act, incident_id: int, unit_id: int) -> None:
    """Chooses the unit that a timer's next step goes to, for this dossier, and tries again.

    Raises NotFound, Conflict when there is nothing to choose any more, Misuse for another unit.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    line = _line(act, incident_id)
    case = lock_case(act.session, line.row.case_id) if line.row.case_id else None
    choice = _choice(act, line)
    if choice is None or case is None:
        raise _changed()
    unit = next((unit for unit in choice.units if unit.id == unit_id), None)
    if unit is None:
        raise Misuse(say("Hãy chọn một đơn vị trong danh sách."))
    retry(act, incident_id)  # first: it reads the case anew under its lock
    note_choices(act.session, case.id, {choice.role: unit.id})
    chosen = {"unit": unit.name, "role": choice.role_name}
    written = JournalLine(Journalled.UNIT_CHOSEN, chosen)
    journal_store.append(act.session, case.id, [written], act.now, act.actor)


def give_up(act: Act, incident_id: int, reason: str) -> None:
    """Closes an incident without mending it: what failed is not tried again.

    A timer's dossier stays where it is until somebody moves it. Raises NotFound, Misuse without a
    reason, Conflict when the incident is closed already.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    if not 0 < len(reason) <= REASON_LENGTH:
        raise Misuse(say("Hãy ghi lý do, không quá %(limit)s ký tự.", limit=REASON_LENGTH))
    line = _line(act, incident_id)
    name = act.actor.name
    if not stored.close(act.session, line.row.key, act.now, IncidentEnd.GIVEN_UP, name, reason):
        raise _changed()
    if line.row.timer_id is not None and line.timer_state == TimerState.PARKED:
        timers.give_up(act, line.row.timer_id, reason)
    if line.row.mail_id is not None and line.mail_state == MailState.PARKED:
        mailing.give_up(act, line.row.mail_id, reason)
    _journal(act, line, Journalled.INCIDENT_GIVEN_UP, reason=reason)


def try_now(app: Application, user_id: int | None, incident_id: int) -> bool | None:
    """Carries out what `retry` has set waiting, without waiting for the worker.

    True: it went well; False: it failed again; None: it will be tried by the worker. In
    transactions of its own, like the worker's.
    """
    with app.act(user_id, write=False) as act:
        row = _line(act, incident_id).row
    if row.timer_id is not None:
        return timers.attempt(app, row.timer_id, user_id)
    found = _MOVE.fullmatch(row.key)
    return _move_now(app, user_id, row, int(found[1]), int(found[2])) if found else None


def _move_now(
    app: Application, user_id: int | None, row: IncidentRow, change_id: int, case_id: int
) -> bool:
    """Moves the dates of a case that a change of the calendar could not move."""
    try:
        with app.act(user_id) as act:
            return moving.retry(act, change_id, case_id)
    except Unavailable:
        raise
    except Exception as error:  # whatever the case has, it is an administrator's to read
        log.exception("change %s: a case keeps its dates", change_id, extra={"case": case_id})
        why, detail = causes.plain(error), causes.technical(error)
        with app.act(None) as act:
            kind = IncidentKind.CALENDAR
            incidents.note(act, kind, row.key, row.name, why, case_id=case_id, detail=detail)
        return False


def _line(act: Act, incident_id: int) -> Line:
    line = stored.one(act.session, incident_id)
    if line is None:
        raise NotFound()
    return line


def _may_retry(line: Line) -> bool:
    """What is parked, a rung or a move that fails; a timer given up and not taken up since."""
    row = line.row
    if row.closed_at is None:
        parked = line.timer_state == TimerState.PARKED or line.mail_state == MailState.PARKED
        return parked or escalating.is_rung(row.key) or bool(_MOVE.fullmatch(row.key))
    return row.outcome == IncidentEnd.GIVEN_UP and line.timer_state == TimerState.GIVEN_UP


def _choice(act: Act, line: Line) -> UnitChoice | None:
    """The choice that a parked timer waits for, as the units stand now."""
    row = line.row
    if row.role is None or row.closed_at is not None or line.timer_state != TimerState.PARKED:
        return None
    case = act.session.get(CaseRow, row.case_id)
    role = act.app.roles.roles.get(row.role)
    if case is None or role is None:
        return None
    chosen = surroundings(act.session, case.id).chosen
    if routing.chosen_before(role, act.app.roles, chosen) is not None:
        return None
    known = people.units(act.session)
    options = routing.options_for(role, act.app.roles, known, case.unit_id)
    if len(options) == 1:  # since the units were mended: trying again is enough
        return None
    return UnitChoice(role.id, role.name, [known[unit_id] for unit_id in options])


def _changed() -> Conflict:
    return Conflict(say("Sự cố này đã có người xử lý hoặc đã hết. Hãy tải lại trang."))


def _journal(act: Act, line: Line, what: Journalled, **more: object) -> None:
    row = line.row
    facts: dict[str, object] = {"incident": row.name, "key": row.key, "case": line.code, **more}
    journalling.note(act, what, **facts)
