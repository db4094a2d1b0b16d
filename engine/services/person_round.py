"""The worker's round that writes down persons of dossiers filed before there were records."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.domain.access import Permission, require
from engine.domain.errors import Conflict
from engine.domain.persons import Facts, Said, said, tidy
from engine.domain.states import PersonPart
from engine.persistence.cases import lock_case
from engine.persistence.tables import CasePersonRow, CaseRow, ProgressRow
from engine.services import person_parts
from engine.services.act import Act, Application

log = logging.getLogger(__name__)

#: The row of `progress` that says up to which dossier persons were written down.
MARK = "persons"

BATCH = 100

#: One round goes through at most so many batches, so that it does not keep the others waiting.
BATCHES = 20


def enter_round(app: Application) -> datetime | None:
    """The worker's round: goes on at once while there are dossiers left."""
    for _ in range(BATCHES):
        if not _waiting(app):
            return None
        try:
            with app.act(None) as act:
                enter_earlier(act)
        except (IntegrityError, Conflict):  # another worker does it
            return None
    return app.clock.now()


def enter_earlier(act: Act, limit: int = BATCH) -> int:
    """Writes down the persons of the next dossiers; the mark moves in the same transaction.

    1. permission; 2. lock the mark, so that one worker writes at a time; 3. each dossier that has
    no persons yet, locked; 4. move the mark. Gives how many dossiers it went through.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    locked = select(ProgressRow).where(ProgressRow.name == MARK).with_for_update()
    mark = act.session.scalars(locked).one_or_none()
    ids = _next(act, mark.number if mark else 0, limit)
    if not ids:
        return 0
    there = select(CasePersonRow.case_id).where(CasePersonRow.case_id.in_(ids)).distinct()
    done = set(act.session.scalars(there))
    for case_id in ids:
        if case_id not in done:
            case = lock_case(act.session, case_id)
            if case is not None:
                _enter(act, case)
    if mark is None:
        mark = ProgressRow(name=MARK, at=act.now, number=0)
        act.session.add(mark)
    mark.at, mark.number = act.now, ids[-1]
    return len(ids)


def _waiting(app: Application) -> bool:
    """Whether there is anything to do: a round with nothing to do takes no write lock."""
    with app.act(None, write=False) as act:
        mark = act.session.get(ProgressRow, MARK)
        return bool(_next(act, mark.number if mark else 0, 1))


def _next(act: Act, after: int, limit: int) -> list[int]:
    return list(
        act.session.scalars(
            select(CaseRow.id).where(CaseRow.id > after).order_by(CaseRow.id).limit(limit)
        )
    )


def _enter(act: Act, case: CaseRow) -> None:
    """From what the dossier knows; where its forms name nobody, from what it is called by."""
    version = act.version(case.version_id)
    named = [
        one
        for form in version.forms.values()
        for one in said(person_parts.asked_by(form), _answers(case.data, form.names))
    ]
    if not named:
        called = {PersonPart.APPLICANT: case.applicant, PersonPart.SUBJECT: case.subject}
        named = [
            Said(part, tidy(Facts(full_name=name))) for part, name in called.items() if name.strip()
        ]
    person_parts.enter_said(act, case, named, {one.part for one in named})


def _answers(data: Mapping[str, object], names: frozenset[str]) -> dict[str, object]:
    return {name: value for name, value in data.items() if name in names}
