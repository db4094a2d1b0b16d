"""Fills a database with many open and finished tasks, as years of work would leave it.

Used by tests here, and by `scripts/bench` for the inbox measure of design §8.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from engine.domain.states import CaseState, TaskState
from engine.persistence.database import unit_of_work
from engine.persistence.searching import endings, haystack
from engine.persistence.tables import (
    CaseEndingRow,
    CaseRow,
    CaseUnitRow,
    OfferRow,
    PostRow,
    ProgressRow,
    TaskRow,
    UnitRow,
    UserRow,
)
from engine.persistence.versions import VersionTexts, save_version
from engine.services.person_round import MARK
from tests.factories import QT02, QT02_FILE

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
FINISHED_TASKS_PER_CASE = 22
BATCH = 5000

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi")
_MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Hữu", "Quang", "Thanh")
_ROLE = "cv-ncc-xa"
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Hà", "Hùng", "Lan", "Mai", "Nam", "Phúc", "Tuấn", "Yến")


@dataclass(frozen=True)
class Crowd:
    """Whose work it is: an officer with one post in one unit, where everything lies."""

    officer: int
    unit: int


def fill(engine: Engine, open_tasks: int, finished_tasks: int, seed: int = 1) -> Crowd:
    """`open_tasks` cases with one open task each, and finished cases of 22 tasks each.

    A third of the open tasks is assigned to the officer, a third to somebody else, a third to
    nobody; a tenth is overdue, a tenth has no date of its own.
    """
    chance = random.Random(seed)  # noqa: S311 (the same crowd every time)
    with unit_of_work(engine) as session:
        crowd = _people(session)
        writer = _Writer(session, crowd, chance)
        for number in range(open_tasks):
            writer.open_case(number)
        for number in range(finished_tasks // FINISHED_TASKS_PER_CASE):
            writer.finished_case(open_tasks + number)
        writer.flush(0)
        session.add(ProgressRow(name=MARK, at=NOW, number=writer.cases))  # their persons stay away
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM"))
    return crowd


def _people(session: Session) -> Crowd:
    unit = UnitRow(code="an-phu", name="UBND xã An Phú", kind="ubnd-cap-xa")
    officer = UserRow(username="lan.tt", full_name="Trần Thị Lan", password_hash="")
    other = UserRow(username="minh.nv", full_name="Nguyễn Văn Minh", password_hash="")
    session.add_all([unit, officer, other])
    save_version(
        session,
        QT02,
        "Cấp đổi Bằng Tổ quốc ghi công",
        VersionTexts(drawing=QT02_FILE.read_bytes()),
        effective_from=date(2025, 7, 1),  # as its drawing says
        effective_to=None,
        now=NOW,
        deployed_by="test",
    )
    for user in (officer, other):
        session.add(PostRow(user_id=user.id, role=_ROLE, unit_id=unit.id, starts=date(2025, 7, 1)))
    session.flush()
    return Crowd(officer.id, unit.id)


class _Writer:
    def __init__(self, session: Session, crowd: Crowd, chance: random.Random) -> None:
        self._session = session
        self._crowd = crowd
        self._chance = chance
        self._tasks = 0
        self.cases = 0  # the id of the last one
        self._rows: dict[type, list[dict[str, Any]]] = {
            table: [] for table in (CaseRow, CaseEndingRow, CaseUnitRow, TaskRow, OfferRow)
        }

    def open_case(self, number: int) -> None:
        due_at = NOW + timedelta(minutes=self._chance.randrange(-10_000, 90_000))
        self._case(number, CaseState.RUNNING, due_at)
        own = None if number % 10 == 7 else due_at
        assignee = (None, self._crowd.officer, self._crowd.officer + 1)[number % 3]
        self._task(number, TaskState.OPEN, own, assignee)
        self._rows[OfferRow].append(
            {
                "task_id": self._tasks,
                "case_id": number + 1,
                "role": _ROLE,
                "unit_id": self._crowd.unit,
                "assignee_id": assignee,
                "sort_due": due_at,
                "due_at": own,
                "procedure_key": QT02,
                "process": QT02,
                "element": "B2",
                "opened_at": NOW,
                "first": True,
                "external": False,
                "urgent": False,
            }
        )
        self.flush(BATCH)

    def finished_case(self, number: int) -> None:
        self._case(number, CaseState.FINISHED, NOW - timedelta(minutes=number))
        for _ in range(FINISHED_TASKS_PER_CASE):
            self._task(number, TaskState.DONE, NOW, self._crowd.officer)
        self.flush(BATCH)

    def flush(self, least: int) -> None:
        if len(self._rows[TaskRow]) >= least:
            for table, rows in self._rows.items():
                if rows:
                    self._session.execute(insert(table), rows)
                    rows.clear()

    def _name(self) -> str:
        return " ".join(self._chance.choice(part) for part in (_FAMILIES, _MIDDLES, _GIVEN))

    def _case(self, number: int, state: CaseState, due_at: datetime) -> None:
        self.cases = number + 1
        code, names = f"AP-2026-{number + 1:06}", (self._name(), self._name())
        self._rows[CaseRow].append(
            {
                "id": number + 1,
                "code": code,
                "filing_key": str(number),
                "procedure_key": QT02,
                "version_id": 1,
                "unit_id": self._crowd.unit,
                "channel": "counter",
                "applicant": names[0],
                "subject": names[1],
                "search": haystack(code, *names),
                "state": state,
                "received_at": NOW,
                "filed_at": NOW,
                "due_at": due_at,
                "row_version": 1,
                "step_dues": {},
                "rounds": {},
                "data": {"ly_do": "x" * 800},
                "state_text": bytes(3000),
            }
        )
        self._rows[CaseEndingRow].extend(
            {"ending": ending, "case_id": number + 1} for ending in endings(code, *names)
        )
        self._rows[CaseUnitRow].append({"case_id": number + 1, "unit_id": self._crowd.unit})

    def _task(
        self, number: int, state: TaskState, due_at: datetime | None, assignee: int | None
    ) -> None:
        self._tasks += 1
        self._rows[TaskRow].append(
            {
                "id": self._tasks,
                "case_id": number + 1,
                "token": "t",
                "process": QT02,
                "element": "B2",
                "name": "Kiểm tra tình trạng của Bằng, thẩm định hồ sơ",
                "role": _ROLE,
                "unit_id": self._crowd.unit,
                "state": state,
                "assignee_id": assignee,
                "opened_at": NOW,
                "due_at": due_at,
                "data": {"ket_qua": "du", "ghi_chu": "y" * 100},
            }
        )
