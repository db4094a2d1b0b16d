"""The sheet of running dossiers: its template, and its cells as rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from engine.adapters import staff_workbook
from engine.adapters.staff_workbook import Head, Page
from engine.adapters.workbooks import Cell, Row, read_workbook
from engine.bpmn.model import HUMAN, Kind
from engine.domain.access import Permission, require
from engine.domain.calendar_changes import day_of
from engine.domain.errors import Misuse
from engine.domain.folding import fold
from engine.domain.messages import say
from engine.persistence.tables import UnitRow
from engine.services import catalogue
from engine.services.act import Act
from engine.services.importing.given import (
    ACCEPTED,
    APPLICANT,
    CODE,
    COLUMNS,
    DAYS,
    DUE,
    FILED,
    HOLDER,
    NOTE,
    PROCEDURE,
    REQUIRED,
    STARTED,
    STEP,
    SUBJECT,
    UNIT,
    WORKING_UNIT,
    Given,
    Problem,
)
from engine.services.projecting import filings_of

NAME = "Hồ sơ"
LISTS = "Danh mục"

#: What stands on each column's head as a note.
NOTES = {
    CODE: "Mã hồ sơ ở sổ hoặc hệ thống cũ. Sau khi nhập vẫn tìm được theo mã này.",
    PROCEDURE: "Mã hoặc tên thủ tục.",
    STEP: "Mã bước (B3) hoặc tên bước mà hồ sơ đang chờ làm.",
    UNIT: "Mã hoặc tên đơn vị đã nhận hồ sơ.",
    WORKING_UNIT: "Chỉ cần khi bước này có thể ở nhiều đơn vị.",
    APPLICANT: "Họ tên người nộp.",
    SUBJECT: "Họ tên liệt sĩ, người có công.",
    FILED: "Ngày người dân nộp hồ sơ.",
    ACCEPTED: "Ngày ghi trên giấy tiếp nhận; cần khi hồ sơ đã được tiếp nhận.",
    STARTED: "Ngày hồ sơ đến bước này; để trống thì lấy ngày tiếp nhận.",
    DUE: "Ngày hẹn trả trên giấy hẹn; để trống thì tính từ ngày tiếp nhận.",
    HOLDER: "Tên đăng nhập của người đang giữ việc, nếu có.",
    NOTE: "Ghi vào nhật ký của hồ sơ.",
}


def template(act: Act) -> bytes:
    """An empty sheet with the procedures, steps and units of today to choose from."""
    require(act.actor, Permission.CASE_IMPORT)
    found = catalogue.open_today(act)
    steps: list[str] = []
    for one in found:
        filings = {node.id for node in filings_of(one.drawing).values()}
        steps += [
            f"{node.id} – {node.name}"
            for node in one.drawing.nodes.values()
            if (node.kind in HUMAN or node.kind is Kind.TIMER_CATCH) and node.id not in filings
        ]
    units = act.session.scalars(
        select(UnitRow.name).where(UnitRow.closed.is_(False)).order_by(UnitRow.name)
    ).all()
    lists = {
        PROCEDURE: [one.row.name for one in found],
        STEP: steps,
        UNIT: list(units),
        WORKING_UNIT: list(units),
    }
    heads = [
        Head(
            title=title,
            note=NOTES[title],
            width=30 if title in {PROCEDURE, STEP, UNIT, WORKING_UNIT, APPLICANT, SUBJECT} else 18,
            required=title in REQUIRED,
            choices=title if title in lists else "",
            day=title in DAYS,
        )
        for title in COLUMNS
    ]
    return staff_workbook.write([Page(NAME, heads)], lists, LISTS)


def read(content: bytes) -> tuple[list[Given], list[Problem]]:
    """The rows of a workbook's sheet “Hồ sơ” (or its first), and cells that cannot be read.

    Raises Misuse for what is no workbook, or a sheet without these columns.
    """
    sheets = read_workbook(content)
    sheet = next((one for one in sheets if fold(one.name) == fold(NAME)), next(iter(sheets), None))
    if sheet is None or not sheet.rows:
        raise Misuse(say("Trang “%(sheet)s” không có dòng nào.", sheet=NAME))
    head, *rows = sheet.rows
    places = _places(head)
    given, problems = [], []
    for row in rows:
        one, wrong = _given(row, places)
        problems += wrong
        if not wrong:
            given.append(one)
    return given, problems


def _places(head: Row) -> dict[str, int]:
    """Where each column stands. Raises Misuse naming those that are missing."""
    written = {fold(str(cell)): place for place, cell in enumerate(head.cells) if cell is not None}
    places = {title: written[fold(title)] for title in COLUMNS if fold(title) in written}
    missing = sorted(REQUIRED - places.keys(), key=COLUMNS.index)
    if missing:
        raise Misuse(
            say(
                "Dòng đầu thiếu cột: %(columns)s. Hãy dùng tệp mẫu.",
                columns=", ".join(missing),
            )
        )
    return places


def _given(row: Row, places: dict[str, int]) -> tuple[Given, list[Problem]]:
    problems: list[Problem] = []

    def cell(title: str) -> Cell:
        place = places.get(title, len(row.cells))
        return row.cells[place] if place < len(row.cells) else None

    def text(title: str) -> str:
        value = cell(title)
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # codes that look like numbers
        return " ".join(str(value).split()) if value is not None else ""

    def day(title: str) -> date | None:
        value = cell(title)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        found = day_of(value) if isinstance(value, str) else None
        if found is None:
            words = say("“%(text)s” không phải là ngày, ví dụ 05/03/2026.", text=str(value)[:40])
            problems.append(Problem(row.number, title, words))
        return found

    return (
        Given(
            line=row.number,
            code=text(CODE),
            procedure=text(PROCEDURE),
            step=text(STEP).partition(" – ")[0],
            unit=text(UNIT),
            working_unit=text(WORKING_UNIT),
            applicant=text(APPLICANT),
            subject=text(SUBJECT),
            filed=day(FILED),
            accepted=day(ACCEPTED),
            started=day(STARTED),
            due=day(DUE),
            holder=text(HOLDER),
            note=text(NOTE),
        ),
        problems,
    )
