"""Work on the desk of somebody who may do it no more goes back to its queue."""

from __future__ import annotations

import logging
from datetime import datetime, time

from engine.domain.access import Permission, require
from engine.domain.clock import ZONE, local_day
from engine.domain.errors import Conflict
from engine.domain.journal import Act as Journalled
from engine.domain.working_calendar import ONE_DAY
from engine.persistence import staff
from engine.persistence.cases import lock_case_of_task
from engine.persistence.tables import ProgressRow
from engine.persistence.work import OpenTask, assign
from engine.services import tasks
from engine.services.act import Act, Application
from engine.services.casework import Casework, open_case

log = logging.getLogger(__name__)

#: The row of `progress` that says on which day desks were last cleared.
CLEARED = "desks"


def release(act: Act, task_id: int) -> bool:
    """Puts a task back into its queue when who claimed it holds none of its posts; whether so.

    The draft stays with it. For administrators and the worker.
    """
    require(act.actor, Permission.USER_ADMIN)
    found = left_behind(act, task_id)
    if found is None:
        return False
    put_back(*found)
    return True


def left_behind(act: Act, task_id: int) -> tuple[Casework, OpenTask] | None:
    """The task, its case locked, when who claimed it may do it no more; None: it is well held."""
    work = open_case(act, lock_case_of_task(act.session, task_id))
    task = next((one for one in work.tasks.values() if one.row.id == task_id), None)
    if task is None or not tasks.left_behind(act, task.subject):
        return None
    return work, task


def put_back(work: Casework, task: OpenTask) -> None:
    """Puts the task into its queue, with a line in the journal."""
    before = task.row.assignee_id
    assign(work.act.session, task.row, None)
    work.note(Journalled.TASK_RELEASED, task.row.element, task=task.row.name, from_id=before)
    work.write_journal()


def clear_round(app: Application) -> datetime | None:
    """The worker's round: once in each local day, after posts and substitutions have ended.

    Each task in a transaction of its own; a dossier under work is left for the next sweep.
    """
    with app.act(None, write=False) as act:
        today, now = act.today, act.now
        done = act.session.get(ProgressRow, CLEARED)
        if done is not None and local_day(done.at) >= today:
            return _next_day(now)
        waiting = staff.left_behind(act.session, today)
    for task_id in waiting:
        try:
            with app.act(None) as act:
                release(act, task_id)
        except Conflict:
            log.info("task %s could not be put back now", task_id)
            return now
    with app.act(None) as act:
        row = act.session.get(ProgressRow, CLEARED)
        if row is None:
            row = ProgressRow(name=CLEARED, at=now, number=0)
            act.session.add(row)
        row.at = now
    return _next_day(now)


def _next_day(now: datetime) -> datetime:
    return datetime.combine(local_day(now) + ONE_DAY, time(0), ZONE)
