"""Documents made in tests: who issues what, and what it says then."""

from __future__ import annotations

from sqlalchemy import func, select

from engine.persistence.tables import (
    BookNumberRow,
    DocumentRow,
)
from engine.services import documents
from engine.services.documents import asked, issuing, renewing, viewing, writing
from tests.factories import World
from tests.papers import text_of

LONG_NAME = "Công Tằng Tôn Nữ Thị Hoàng Anh Phương Thảo Nguyên"
MARTYR = "Nguyễn Phúc Ưng Bửu Vĩnh Bảo Quý Định Long Trường"
HOME = "Số 12, ngõ 345, đường Nguyễn Thị Minh Khai nối dài, xã An Phú, tỉnh Sông Hồng"
RELATIVES = [
    {"ho_ten": f"{LONG_NAME} {n}", "ngay_sinh": str(1950 + n), "moi_quan_he": "con đẻ"}
    for n in range(1, 13)
]
LONG = {
    "nguoi_ho_ten": LONG_NAME,
    "nguoi_thuong_tru": HOME,
    "ls_ho_ten": MARTYR,
    "than_nhan": RELATIVES,
    "khai_ngay": "2026-03-01",
}


def form(town: World, who: str, case_id: int, kind: str, element: str | None = None) -> DocumentRow:
    """A form issued by somebody, for the last task of an element."""
    task_id = town.task(case_id, element).id if element else None
    with town.act(who) as act:
        return issuing.issue_form(act, case_id, kind, task_id=task_id)


def pdf_of(town: World, row: DocumentRow) -> bytes:
    with town.act(write=False) as act:
        return documents.pdf_of(act, act.session.get_one(DocumentRow, row.id))


def said_by(town: World, row: DocumentRow) -> str:
    return text_of(pdf_of(town, row))


def letter(town: World, who: str, case_id: int, kind: str, element: str) -> DocumentRow:
    with town.act(who) as act:
        return writing.begin(act, case_id, kind, town.task(case_id, element).id)


def now(town: World, row: DocumentRow) -> DocumentRow:
    with town.act(write=False) as act:
        return act.session.get_one(DocumentRow, row.id)


def wishes(town: World, case_id: int) -> list[str]:
    with town.act(write=False) as act:
        case = town.case(case_id)
        tasks = viewing.tasks_of(act, case_id)
        found = asked.of_case(
            act, case, act.version(case.version_id), tasks, town.receipts(case_id)
        )
        return [wish.kind.id for wish in found.wishes]


def numbers(town: World) -> int:
    with town.act(write=False) as act:
        return act.session.scalar(select(func.count()).select_from(BookNumberRow)) or 0


def renew(town: World, who: str, row: DocumentRow, reason: str) -> DocumentRow:
    with town.act(who) as act:
        return renewing.reissue(act, row.id, reason)
