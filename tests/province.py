"""Fills a town's database as a province would be after years: many units, officers and steps.

Used by `scripts/bench` for the measure of the board and the heat map.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from engine.bpmn.model import HUMAN, Node
from engine.domain.states import CaseState, TaskState
from engine.persistence.database import unit_of_work
from engine.persistence.tables import (
    CaseRow,
    CaseUnitRow,
    OfferRow,
    PostRow,
    TaskRow,
    UnitRow,
    UserRow,
)
from tests.factories import QT02, World

COMMUNES = 20
OFFICERS = 10  # of each commune
MONTHS = 16
TASKS_PER_CASE = 22
BATCH = 5_000


def fill(town: World, open_tasks: int, finished_tasks: int, seed: int = 1) -> None:
    """`open_tasks` cases with one open task each, and finished cases of 22 tasks each.

    Spread over 20 communes of 10 officers, over all steps of Quy trình 02, over 16 months
    that the shipped calendar knows. A
    tenth of the open work is overdue, a third taken by nobody, a twentieth urgent.
    """
    province = _Province(town, random.Random(seed))  # noqa: S311  (the same one every time)
    with unit_of_work(town.app.database) as session:
        province.settle(session)
        rows = province.open_cases(open_tasks)
        _write(session, rows)
        _write(session, province.finished_cases(finished_tasks // TASKS_PER_CASE))
    analyse(town.app.database)


def analyse(database: Engine) -> None:
    """Lets the database learn what is in it, as it does by itself in time."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        if database.dialect.name == "postgresql":
            connection.execute(text("VACUUM"))


Rows = dict[type, list[dict[str, Any]]]


def _write(session: Session, cases: Iterator[Rows]) -> None:
    while some := list(islice(cases, BATCH // TASKS_PER_CASE)):
        for table in some[0]:
            rows = [row for case in some for row in case[table]]
            session.execute(insert(table), rows)


class _Province:
    def __init__(self, town: World, chance: random.Random) -> None:
        self._town, self._chance = town, chance
        self._now = town.clock.now()
        self._places: list[tuple[int, list[int]]] = []  # unit, its officers
        self._cases = self._tasks = 0
        with town.act(write=False) as act:
            drawing = act.version(1).drawing
            self._steps = [node for node in drawing.nodes.values() if node.kind in HUMAN]
            find = act.app.roles.find
            roles = {node.id: find(drawing.lane_name(node.id) or "") for node in self._steps}
        self._roles = {key: role.id for key, role in roles.items() if role}
        self._outside = {key for key, role in roles.items() if role and not role.internal}

    def settle(self, session: Session) -> None:
        since = date(2025, 7, 1)
        for number in range(COMMUNES):
            unit = UnitRow(
                code=f"xa{number}",
                name=f"UBND xã thứ {number + 1}",
                kind="ubnd-cap-xa",
                parent_id=self._town.units["tinh"],
            )
            session.add(unit)
            session.flush()
            officers = []
            for place in range(OFFICERS):
                user = UserRow(
                    username=f"cb{number}.{place}",
                    full_name=f"Cán bộ {place + 1} xã {number + 1}",
                    password_hash="",
                )
                session.add(user)
                session.flush()
                session.add(
                    PostRow(user_id=user.id, role="cv-ncc-xa", unit_id=unit.id, starts=since)
                )
                officers.append(user.id)
            self._places.append((unit.id, officers))
        session.flush()

    def open_cases(self, many: int) -> Iterator[Rows]:
        for _ in range(many):
            unit, officers = self._chance.choice(self._places)
            step = self._chance.choice(self._steps)
            due_at = self._now + timedelta(minutes=self._chance.randrange(-10_000, 90_000))
            opened_at = due_at - timedelta(minutes=self._chance.randrange(2_000, 20_000))
            urgent = not self._chance.randrange(20)
            officer = self._chance.choice(officers) if self._chance.randrange(3) else None
            case = self._case(unit, CaseState.RUNNING, due_at, urgent)
            task = self._task(unit, step, opened_at, due_at)
            task["assignee_id"] = officer
            offer = {
                "task_id": self._tasks,
                "case_id": self._cases,
                "role": self._roles[step.id],
                "unit_id": unit,
                "assignee_id": officer,
                "sort_due": due_at,
                "due_at": due_at,
                "procedure_key": QT02,
                "process": QT02,
                "element": step.id,
                "opened_at": opened_at,
                "first": True,
                "external": step.id in self._outside,
                "urgent": urgent,
            }
            yield {**case, TaskRow: [task], OfferRow: [offer]}

    def finished_cases(self, many: int) -> Iterator[Rows]:
        for _ in range(many):
            unit, officers = self._chance.choice(self._places)
            ended = self._now - timedelta(minutes=self._chance.randrange(MONTHS * 30 * 24 * 60))
            case = self._case(unit, CaseState.FINISHED, ended, urgent=False)
            tasks = []
            for step in self._chance.choices(self._steps, k=TASKS_PER_CASE):
                took = timedelta(minutes=int(self._chance.expovariate(1 / 4_000)))
                opened_at, closed_at = ended - took, ended
                task = self._task(unit, step, opened_at, opened_at + timedelta(days=5))
                officer = self._chance.choice(officers)
                task |= {
                    "state": TaskState.DONE,
                    "assignee_id": officer,
                    "closed_by_id": officer,
                    "closed_at": closed_at,
                    "data": {"ket_qua": "du", "ghi_chu": "y" * 100},
                }
                tasks.append(task)
            yield {**case, TaskRow: tasks}

    def _case(self, unit: int, state: CaseState, due_at: datetime, urgent: bool) -> Rows:
        self._cases += 1
        case = {
            "id": self._cases,
            "code": f"XA-2026-{self._cases:07}",
            "filing_key": str(self._cases),
            "procedure_key": QT02,
            "version_id": 1,
            "unit_id": unit,
            "channel": "counter",
            "applicant": "Nguyễn Văn An",
            "subject": "Trần Văn Bền",
            "state": state,
            "received_at": self._now,
            "filed_at": self._now,
            "due_at": due_at,
            "row_version": 1,
            "step_dues": {},
            "rounds": {},
            "data": {"ly_do": "x" * 800},
            "state_text": bytes(3000),
            "urgent": urgent,
        }
        return {CaseRow: [case], CaseUnitRow: [{"case_id": self._cases, "unit_id": unit}]}

    def _task(self, unit: int, step: Node, opened_at: datetime, due_at: datetime) -> dict[str, Any]:
        self._tasks += 1
        return {
            "id": self._tasks,
            "case_id": self._cases,
            "token": "t",
            "process": QT02,
            "element": step.id,
            "name": step.name,
            "role": self._roles[step.id],
            "external": step.id in self._outside,
            "unit_id": unit,
            "state": TaskState.OPEN,
            "opened_at": opened_at,
            "due_at": due_at,
        }
