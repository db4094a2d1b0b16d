"""A small province for the tests of the database: units, officers, cases, tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.domain.states import CaseState
from engine.persistence import cases, work
from engine.persistence.tables import CaseRow, PostRow, UnitRow, UserRow, VersionRow

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)  # Monday, 09:00 in Vietnam
TODAY = date(2026, 3, 2)
RECEPTION, SPECIALIST, HEAD = "ttpvhcc-xa", "cv-ncc-xa", "ld-phong-vhxh"


class Town:
    """A province with a department and two communes; officers are added as tests need them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.province = self._unit("tinh", "UBND tỉnh", "ubnd-cap-tinh", None)
        self.department = self._unit("snv", "Sở Nội vụ", "so-noi-vu", self.province)
        self.an_phu = self._unit("an-phu", "UBND xã An Phú", "ubnd-cap-xa", self.province)
        self.binh_hoa = self._unit("binh-hoa", "UBND xã Bình Hòa", "ubnd-cap-xa", self.province)
        self.version = VersionRow(
            procedure_key="qt02",
            number=1,
            name="Cấp đổi Bằng",
            digest="d",
            deployed_at=NOW,
            deployed_by="test",
        )
        session.add(self.version)
        session.flush()
        self._cases = 0

    def _unit(self, code: str, name: str, kind: str, parent: int | None) -> int:
        unit = UnitRow(code=code, name=name, kind=kind, parent_id=parent)
        self._session.add(unit)
        self._session.flush()
        return unit.id

    def officer(self, name: str, *posts: tuple[str, int], head: bool = False, **fields: Any) -> int:
        user = UserRow(username=name, full_name=name.title(), password_hash="", **fields)
        self._session.add(user)
        self._session.flush()
        for role, unit_id in posts:
            self.post(user.id, role, unit_id, head=head)
        return user.id

    def post(
        self,
        user_id: int,
        role: str,
        unit_id: int,
        starts: date = date(2025, 7, 1),
        ends: date | None = None,
        head: bool = False,
    ) -> int:
        post = PostRow(
            user_id=user_id, role=role, unit_id=unit_id, starts=starts, ends=ends, head=head
        )
        self._session.add(post)
        self._session.flush()
        return post.id

    def case(
        self, applicant: str = "Nguyễn Văn An", subject: str = "Lê Bình", **fields: Any
    ) -> CaseRow:
        self._cases += 1
        values: dict[str, Any] = {
            "code": f"AP-2026-{self._cases:06}",
            "filing_key": f"key-{self._cases}",
            "procedure_key": "qt02",
            "version_id": self.version.id,
            "unit_id": self.an_phu,
            "channel": "counter",
            "state": CaseState.RUNNING,
            "received_at": NOW,
            "filed_at": NOW,
            "step_dues": {},
            "rounds": {},
            "data": {},
            "state_text": b"state",
        }
        case = CaseRow(applicant=applicant, subject=subject, **{**values, **fields})
        cases.add_case(self._session, case)
        cases.note_units(self._session, case.id, [case.unit_id])
        return case

    def task(
        self,
        due_at: datetime | None = None,
        *,
        case: CaseRow | None = None,
        offers: tuple[tuple[str, int], ...] | None = None,
        assignee: int | None = None,
        sort_due: datetime | None = None,
        **fields: Any,
    ) -> int:
        case = case or self.case()
        values: dict[str, Any] = {
            "token": f"token-{case.id}",
            "process": "qt02",
            "element": "B2",
            "name": "Thẩm định hồ sơ",
            "external": False,
            "role": SPECIALIST,
            "round": 1,
            "opened_at": NOW,
            "due_text": "1 ngày làm việc",
            "due_explanation": None,
            "procedure_key": "qt02",
        }
        new = work.NewTask(
            case_id=case.id,
            due_at=due_at,
            sort_due=sort_due or due_at or datetime(3000, 1, 1, tzinfo=UTC),
            offers=offers or ((SPECIALIST, self.an_phu),),
            assignee_id=assignee,
            **{**values, **fields},
        )
        return work.open_tasks(self._session, [new])[0]
