"""A row of a sheet of running dossiers: its columns, what was written, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.domain.messages import Message

# --- the columns, as people read them -------------------------------------------------------------

CODE, PROCEDURE, STEP = "Mã hồ sơ cũ", "Thủ tục", "Bước đang làm"
UNIT, WORKING_UNIT = "Đơn vị tiếp nhận", "Đơn vị đang xử lý"
APPLICANT, SUBJECT = "Người nộp", "Liệt sĩ, người có công"
FILED, ACCEPTED, STARTED, DUE = "Ngày nộp", "Ngày tiếp nhận", "Ngày bắt đầu bước", "Hẹn trả"
HOLDER, NOTE = "Người đang giữ việc", "Ghi chú"
COLUMNS = (
    *(CODE, PROCEDURE, STEP, UNIT, WORKING_UNIT, APPLICANT, SUBJECT),
    *(FILED, ACCEPTED, STARTED, DUE, HOLDER, NOTE),
)
REQUIRED = frozenset({CODE, PROCEDURE, STEP, UNIT, APPLICANT, FILED})
DAYS = frozenset({FILED, ACCEPTED, STARTED, DUE})

#: Texts as long as their columns of the database.
CODE_LENGTH, NAME_LENGTH, NOTE_LENGTH = 60, 200, 300


@dataclass(frozen=True)
class Given:
    """A row as it was written; `line` is its number in the sheet. Texts are trimmed."""

    line: int
    code: str
    procedure: str
    step: str
    unit: str
    working_unit: str
    applicant: str
    subject: str
    filed: date | None
    accepted: date | None
    started: date | None
    due: date | None
    holder: str
    note: str


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which row and column (the title of the column; "" for the whole row)."""

    line: int
    column: str
    message: Message


@dataclass(frozen=True)
class Placed:
    """A dossier that could be brought in."""

    given: Given
    step: str  # in words
    assumed: Mapping[str, object]
    code: str = ""  # its new one, once it is in
    case_id: int = 0


@dataclass
class Plan:
    """What a sheet would bring in, and everything that is wrong with it."""

    placed: list[Placed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Wrong(Exception):
    """A cell that cannot be meant."""

    def __init__(self, column: str, message: Message) -> None:
        self.column, self.message = column, message
        super().__init__()
