"""Moving the open dates after a change of the calendar: the worker's walk through the open cases.

Confirming a change writes the calendar; what opens from then on counts with it. The dates that
stood before follow here, a few cases in one transaction, so that nobody waits for the walk. Where
it stands is kept on the change, with the moves, in the same transaction: killed at any instant, it
goes on from there. Moving a case twice moves nothing, so at the end all open cases are looked at
once more, for those that somebody was acting on.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, NotFound, QuyTrinhError, Unavailable
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import ChangeState, IncidentKind
from engine.persistence import changes
from engine.persistence.database import BUSY_SECONDS
from engine.persistence.people import holders
from engine.persistence.tables import CalendarChangeRow, CaseRow
from engine.services import (
    calendar_changes,
    causes,
    incidents,
    journalling,
    notifying,
    redating,
)
from engine.services.act import Act, Application
from engine.services.calendar_preview import affected_of, concerned
from engine.services.shifting import Counts, Shift

log = logging.getLogger(__name__)

#: Cases looked at together without a lock, and cases moved together under one. Officers wait for
#: the second only, some hundredths of a second; between them they have their turn.
LOOKED_AT, TOGETHER = 80, 40

#: Cases looked at together at the end, when next to none is left.
LOOKED_AT_LAST = 400

#: So many cases are looked at before the worker's other rounds have their turn.
IN_A_ROUND = 4000

#: On PostgreSQL an act may have begun before the change was confirmed and end after the walk went
#: by; none lasts longer than it may wait for a lock. SQLite has one writer at a time.
SETTLING = timedelta(seconds=BUSY_SECONDS + 5)

#: While somebody acts on a case, it is tried again after this much.
AGAIN = timedelta(seconds=2)

#: When more cases fail in one round it is not they that are spoilt: the walk stops and says so.
MOST_FAILURES = 50

#: What a single dossier may spoil the counting with.
CANNOT_COUNT = (QuyTrinhError, ValueError, LookupError, TypeError)


def move_round(app: Application) -> datetime | None:
    """The worker's round: walks on with every confirmed change; when there is more to do."""
    with app.act(None, write=False) as act:
        moving = [row.id for row in changes.in_state(act.session, ChangeState.MOVING)]
    moments = [_Walk(app, change_id).go() for change_id in moving]
    return min((moment for moment in moments if moment is not None), default=None)


@dataclass
class _Walk:
    """One worker's part in moving the dates of one change."""

    app: Application
    change_id: int
    failures: int = 0
    counts: Counts = field(default_factory=dict)  # of the cases looked at last

    def go(self) -> datetime | None:
        """Walks for one round; the moment to go on at, None when the change is done."""
        for _ in range(IN_A_ROUND // LOOKED_AT):
            begun = self._look_on()
            if begun is None:
                return None  # done, or another worker walks
            cursor, ids, busy = begun
            if not ids:
                return self._finish(cursor)
            if not self._move(cursor, ids, busy):
                return None
        return self.app.clock.now()

    def _look_on(self) -> tuple[int, list[int], list[int]] | None:
        """Without a lock: where the walk stands, the next open cases, which of them have to move.

        None when there is nothing to walk for.
        """
        with self.app.act(None, write=False) as act:
            change = act.session.get(CalendarChangeRow, self.change_id)
            if change is None or change.state != ChangeState.MOVING:
                return None
            ids = changes.open_cases(act.session, change.cursor, LOOKED_AT, change.unit_id)
            self.counts.clear()
            return change.cursor, ids, self._to_move(act, change, ids)

    def _to_move(self, act: Act, change: CalendarChangeRow, ids: Sequence[int]) -> list[int]:
        """Those of the cases that may have to move; one that cannot be looked at among them."""
        try:
            return concerned(act, calendar_changes.shift_of(act, change, self.counts), ids)
        except CANNOT_COUNT:
            if len(ids) == 1:
                return list(ids)  # why it fails is noted in moving it
            return [one for case_id in ids for one in self._to_move(act, change, [case_id])]

    def _move(self, cursor: int, ids: Sequence[int], moving: Sequence[int]) -> bool:
        """Moves cases, a few together, then goes on behind `ids`; False when another worker did."""
        steps = [moving[at : at + TOGETHER] for at in range(0, len(moving), TOGETHER)]
        for step in steps:
            if not self._together(cursor, step, step[-1]):
                return False
            cursor = step[-1]
        return cursor == ids[-1] or self._together(cursor, [], ids[-1])

    def _together(self, cursor: int, case_ids: Sequence[int], to: int) -> bool:
        """One transaction; when one of its cases fails, each gets a transaction of its own."""
        try:
            return self._transact(cursor, case_ids, to)
        except (Conflict, Unavailable):
            raise  # not the cases' fault: the next round goes on from here
        except Exception as error:
            if len(case_ids) > 1:
                return all(
                    self._together(before, [case_id], case_id)
                    for before, case_id in zip((cursor, *case_ids), case_ids, strict=False)
                )
            if not case_ids:
                raise
            self.failures += 1
            if self.failures > MOST_FAILURES:
                raise
            self._note_failure(case_ids[0], error)
            return self._transact(cursor, [], to)

    def _transact(self, cursor: int, case_ids: Sequence[int], to: int) -> bool:
        with self.app.act(None) as act:
            if not changes.lock_at(act.session, self.change_id, cursor):
                return False
            moved = move_cases(act, self.change_id, case_ids, self.counts) if case_ids else 0
            changes.walk_on(act.session, self.change_id, to, moved)
            return True

    def _finish(self, cursor: int) -> datetime | None:
        """Looks at all open cases once more; done when none has to move any more."""
        with self.app.act(None, write=False) as act:
            change = act.session.get_one(CalendarChangeRow, self.change_id)
            confirmed_at = change.confirmed_at or act.now
            if act.session.get_bind().dialect.name == "postgresql":
                settled = confirmed_at + SETTLING
                if act.now < settled:
                    return settled
            failed = changes.failed_cases(act.session, self.change_id)
            left = [case_id for case_id in self._left(act, change) if case_id not in failed]
        for at in range(0, len(left), TOGETHER):
            if not self._together(cursor, left[at : at + TOGETHER], cursor):
                return None
        if left:
            return self.app.clock.now() + AGAIN
        with self.app.act(None) as act:
            finish(act, self.change_id)
        return None

    def _left(self, act: Act, change: CalendarChangeRow) -> Iterator[int]:
        """Cases with dates that should have moved; reminders alone are not looked for again."""
        after, shift = 0, calendar_changes.shift_of(act, change)
        while ids := changes.open_cases(act.session, after, LOOKED_AT_LAST, change.unit_id):
            yield from self._unmoved(act, shift, ids)
            after = ids[-1]

    def _unmoved(self, act: Act, shift: Shift, ids: Sequence[int]) -> Iterator[int]:
        try:
            found = affected_of(act, shift, ids)
        except CANNOT_COUNT:
            if len(ids) == 1:
                yield ids[0]
            else:
                for case_id in ids:
                    yield from self._unmoved(act, shift, [case_id])
            return
        yield from (one.case_id for one in found if any(not move.kept for move in one.moves))

    def _note_failure(self, case_id: int, error: Exception) -> None:
        log.exception("change %s: a case keeps its dates", self.change_id, extra={"case": case_id})
        with self.app.act(None) as act:
            case = act.session.get(CaseRow, case_id)
            name = say(
                "Chưa dời được hạn của hồ sơ %(code)s theo thay đổi lịch số %(change)s",
                code=case.code if case else case_id,
                change=self.change_id,
            )
            incidents.note(
                act,
                IncidentKind.CALENDAR,
                changes.incident_key(self.change_id, case_id),
                str(name),
                causes.plain(error),
                case_id=case_id,
                detail=causes.technical(error),
            )


# --- the acts ------------------------------------------------------------------------------------


def move_cases(
    act: Act, change_id: int, case_ids: Sequence[int], counts: Counts | None = None
) -> int:
    """Moves the dates of these cases by a confirmed change; how many dates moved.

    1. permission; 2. lock the cases, leaving out those somebody acts on; 3. of each: its tasks,
    its timers, its own date, then reminders and queues; 4. a line in the journal for each date.
    Moved already or finished, a case stays as it is.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    change = act.session.get_one(CalendarChangeRow, change_id)
    shift = calendar_changes.shift_of(act, change, counts)
    cases = changes.lock_cases(act.session, case_ids)
    if not cases:
        return 0
    near = redating.around(act, change_id, cases)
    return redating.redate(act, cases, change_id, shift, near)


def retry(act: Act, change_id: int, case_id: int) -> bool:
    """Moves the dates of a case that had failed, and closes its incident; False while somebody acts
    on it (administrators). Raises NotFound, and whatever it failed of.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    change = act.session.get(CalendarChangeRow, change_id)
    if change is None or change.state not in (ChangeState.MOVING, ChangeState.DONE):
        raise NotFound()
    if not changes.lock_cases(act.session, [case_id]):
        return False
    # Added by the database: the walk may be adding to it at the same time.
    change.moved = CalendarChangeRow.moved + move_cases(act, change_id, [case_id])
    incidents.solve(act, changes.incident_key(change_id, case_id))
    return True


def finish(act: Act, change_id: int) -> bool:
    """All dates are moved: tells each person once, in the act that says so; False if it was said.

    Whose work moved: who holds it, else all who may take it.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    if not changes.go_on(act.session, change_id, ChangeState.MOVING, ChangeState.DONE):
        return False
    change = act.session.get_one(CalendarChangeRow, change_id, populate_existing=True)
    change.done_at = act.now
    what = calendar_changes.what(act, change)
    for user_id, count in sorted(_concerned(act, change_id).items()):
        message = say(
            "%(count)s hạn của bạn dời theo thay đổi lịch số %(change)s (%(what)s).",
            count=count,
            change=change_id,
            what=what,
        )
        notifying.tell(act, [user_id], Notice(Kind.DATE_MOVED, message))
    if change.confirmed_by_id is not None:
        message = say(
            "Đã dời xong %(moved)s hạn theo thay đổi lịch số %(change)s (%(what)s).",
            moved=change.moved,
            change=change_id,
            what=what,
        )
        notifying.tell(act, [change.confirmed_by_id], Notice(Kind.CALENDAR, message))
    journalling.note(act, Journalled.CALENDAR_MOVED, moved=change.moved, change=change_id)
    log.info("change %s: %s dates moved", change_id, change.moved)
    return True


def _concerned(act: Act, change_id: int) -> Counter[int]:
    """How many dates moved of each person: of their own work, or of what they may take."""
    works: dict[int, set[int]] = {}
    posts: dict[tuple[str, int], set[int]] = {}
    for row in changes.moved_works(act.session, change_id):
        if row.assignee_id is not None:
            works.setdefault(row.assignee_id, set()).add(row.task_id)
        else:
            posts.setdefault((row.role, row.unit_id), set()).add(row.task_id)
    for holder in holders(act.session, posts.keys(), act.today) if posts else ():
        works.setdefault(holder.user_id, set()).update(posts[holder.role, holder.unit_id])
    return Counter({user_id: len(tasks) for user_id, tasks in works.items()})
