"""Retention: what only serves daily work goes once it was kept as long as the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.domain.access import Permission, require
from engine.domain.clock import ZONE, local, local_day
from engine.domain.errors import Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.retention import RULES, Kept, days
from engine.domain.working_calendar import ONE_DAY
from engine.persistence import tidying
from engine.persistence.tables import OfficeSettingRow, ProgressRow
from engine.services import journalling
from engine.services.act import Act, Application

#: Rows that go in one transaction: writers on SQLite wait for it.
BATCH = 500

#: A round leaves the rest to the next one, so that timers are not kept waiting.
MOST_BATCHES = 20

#: When nobody works and backups have not begun.
NIGHT = time(20)

#: The row of `progress` that says when everything was last tidied.
TIDIED = "tidied"

REASON_LENGTH = 300


@dataclass(frozen=True)
class Line:
    """A rule and what it would take away now."""

    kept: Kept
    days: int
    over: int


@dataclass(frozen=True)
class Standing:
    """The rules as they hold."""

    lines: tuple[Line, ...]
    row: OfficeSettingRow | None  # None: the usual ones, nobody has set any
    tidied_at: datetime | None


def standing(act: Act, tried: Mapping[Kept, int] | None = None) -> Standing:
    """The rules (or those that are `tried`), each with how many rows it would take away now."""
    require(act.actor, Permission.SETTING_EDIT)
    row = tidying.setting(act.session)
    rules = tried or days(row.value if row else None)
    last = act.session.get(ProgressRow, TIDIED)
    lines = tuple(
        Line(kept, rules[kept], tidying.count(act.session, kept, _before(act.now, rules[kept])))
        for kept in RULES
    )
    return Standing(lines, row, last.at if last else None)


def save(act: Act, rules: Mapping[Kept, int], reason: str) -> OfficeSettingRow:
    """Sets the rules from the next night on. Raises NotPermitted, Misuse without a reason."""
    require(act.actor, Permission.SETTING_EDIT)
    why = " ".join(reason.split())[:REASON_LENGTH]
    if not why:
        raise Misuse(say("Hãy ghi lý do hoặc văn bản quy định thời hạn lưu."))
    row = OfficeSettingRow(
        name=tidying.SETTING,
        value={str(kept): number for kept, number in rules.items()},
        saved_at=act.now,
        saved_by_id=act.actor.user_id,
        reason=why,
    )
    act.session.add(row)
    said = ", ".join(f"{kept} {rules[kept]}" for kept in RULES)
    journalling.note(act, Journalled.SETTING_SAVED, setting=tidying.SETTING, what=said, reason=why)
    return row


def tidy_round(app: Application) -> datetime | None:
    """The worker's round: once in each night, and in pieces; when it goes on."""
    with app.act(None, write=False) as act:
        last = act.session.get(ProgressRow, TIDIED)
        night = _night_of(act.now)
        if last is not None and last.at >= night:
            return night + ONE_DAY
        now = act.now
    taken, whole = tidy(app, MOST_BATCHES)
    del taken
    return _night_of(now) + ONE_DAY if whole else now


def tidy(app: Application, most_batches: int | None = None) -> tuple[dict[Kept, int], bool]:
    """Takes away what is over, a batch in each transaction; how much, and whether that was all.

    The journal says what went.
    """
    with app.act(None, write=False) as act:
        row = tidying.setting(act.session)
        rules = days(row.value if row else None)
        now = act.now
    taken, left = dict.fromkeys(Kept, 0), most_batches if most_batches is not None else 10**9
    for kept in Kept:
        full = True
        while full and left > 0:
            with app.act(None) as act:
                went = tidying.take_away(act.session, kept, _before(now, rules[kept]), BATCH)
            taken[kept] += went
            full, left = went == BATCH, left - 1
    whole = left > 0
    with app.act(None) as act:
        if whole:
            act.session.merge(ProgressRow(name=TIDIED, at=act.now))
        if any(taken.values()):
            told = {str(kept): number for kept, number in taken.items() if number}
            said = ", ".join(f"{kept} {number}" for kept, number in told.items())
            journalling.note(act, Journalled.TIDIED, what=said, **told)
    return taken, whole


def _before(now: datetime, kept_for: int) -> datetime:
    return now - timedelta(days=kept_for)


def _night_of(now: datetime) -> datetime:
    """The beginning of the night that it is, or of the last one."""
    tonight = datetime.combine(local_day(now), NIGHT, tzinfo=ZONE)
    return tonight if local(now) >= tonight else tonight - ONE_DAY
