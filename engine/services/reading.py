"""The access log: who read which person's data, apart from the journal of what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from engine.domain.access import Permission, require
from engine.domain.clock import ZONE
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.domain.working_calendar import ONE_DAY
from engine.persistence import readings
from engine.persistence.paging import Page
from engine.persistence.readings import LEADING, ReadingLine, Wanted
from engine.persistence.tables import CaseRow, PersonRow, UserRow
from engine.services.act import Act

#: Whoever reads the same again within so long has read it once.
ONCE = timedelta(minutes=10)

WHAT_LENGTH = 100


@dataclass(frozen=True)
class Read:
    """Somebody has read something. `what`: the page, `|` and a number where there is one.

    Of a dossier, of a person, of a row that leads to a dossier (`through`: table and id), or of
    many at once (a file with a list).
    """

    user_id: int
    at: datetime
    what: str
    request: str = ""
    case_id: int | None = None
    person_id: int | None = None
    through: tuple[str, int] | None = None
    always: bool = False  # what leaves the building is told each time


def note(act: Act, what: str, *, case_id: int | None = None, person_id: int | None = None) -> None:
    """The actor reads something in the course of an act that writes."""
    if act.actor.user_id is not None:
        keep(act, [Read(act.actor.user_id, act.now, what, case_id=case_id, person_id=person_id)])


def keep(act: Act, reads: Sequence[Read]) -> int:
    """Writes down what was read, each thing once in a while; how many lines."""
    if not reads:
        return 0
    found = _resolved(act, reads)
    earliest = min(one.at for one in found) - ONCE
    told = set(readings.since(act.session, {one.user_id for one in found}, earliest))
    rows = []
    for one in found:
        key = (one.user_id, one.what, one.case_id, one.person_id)
        if key in told and not one.always:
            continue
        told.add(key)
        rows.append(
            {
                "at": one.at,
                "user_id": one.user_id,
                "case_id": one.case_id,
                "person_id": one.person_id,
                "what": one.what[:WHAT_LENGTH],
                "request": one.request[:36],
            }
        )
    readings.write(act.session, rows)
    return len(rows)


def _resolved(act: Act, reads: Sequence[Read]) -> list[Read]:
    """With the dossiers that were read through some row of theirs."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for one in reads:
        if one.through is not None and one.through[0] in LEADING:
            wanted[one.through[0]].add(one.through[1])
    behind = {
        (table, number): case_id
        for table, ids in wanted.items()
        for number, case_id in readings.cases_behind(act.session, table, ids).items()
    }
    return [
        replace(one, case_id=behind.get(one.through)) if one.through is not None else one
        for one in reads
    ]


# --- looking --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What an administrator types to find lines; "" for whatever."""

    code: str = ""
    person: str = ""  # its number
    user: str = ""  # the name to sign in with
    since: date | None = None
    until: date | None = None


def wanted(act: Act, asked: Asked) -> Wanted:
    """What is asked for, as rows. Raises NotPermitted; Misuse for what there is not."""
    require(act.actor, Permission.READING_VIEW)
    if asked.since and asked.until and asked.until < asked.since:
        raise Misuse(say("Ngày cuối phải từ ngày đầu trở đi."))
    return Wanted(
        case_id=_case(act, asked.code) if asked.code else None,
        person_id=_person(act, asked.person) if asked.person else None,
        user_id=_user(act, asked.user) if asked.user else None,
        since=_midnight(asked.since) if asked.since else None,
        until=_midnight(asked.until + ONE_DAY) if asked.until else None,
    )


def listed(act: Act, which: Wanted, after: str | None = None) -> Page[ReadingLine]:
    """A page of the access log. Raises NotPermitted, Misuse."""
    require(act.actor, Permission.READING_VIEW)
    return readings.listed(act.session, which, after)


def whole(act: Act, which: Wanted, most: int) -> tuple[list[ReadingLine], bool]:
    """The same for a file. Raises NotPermitted."""
    require(act.actor, Permission.READING_VIEW)
    return readings.whole(act.session, which, most)


def _case(act: Act, code: str) -> int:
    found = act.session.scalar(
        select(CaseRow.id).where(func.upper(CaseRow.code) == code.strip().upper())
    )
    if found is None:
        raise Misuse(say("Không có hồ sơ mã “%(code)s”.", code=code))
    return found


def _person(act: Act, number: str) -> int:
    text = number.strip().lstrip("#")
    known = text.isascii() and text.isdigit() and len(text) < 10
    if not known or act.session.get(PersonRow, int(text)) is None:
        raise Misuse(say("Không có người số “%(number)s”.", number=number))
    return int(text)


def _user(act: Act, username: str) -> int:
    name = username.strip().lower()
    found = act.session.scalar(select(UserRow.id).where(UserRow.username == name))
    if found is None:
        raise Misuse(say("Không có người dùng “%(username)s”.", username=username))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZONE)
