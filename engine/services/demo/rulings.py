"""What the demo's offices ruled about terms: one extended, one stopped, one late with a letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from engine.domain.explanations import day_text
from engine.domain.working_calendar import WorkingCalendar
from engine.ports import UploadedFile
from engine.services import apologies, ending, extending
from engine.services.act import Act


@dataclass(frozen=True)
class Ruling:
    """What somebody decides about a dossier's term some working days before the present."""

    ago: float
    by: str  # username
    reason: str
    do: Callable[[Act, int, Ruling, WorkingCalendar], object]
    days: int = 0  # working days more, or until the day promised anew
    number: str = ""  # of the document that says so


def extension(ago: float, by: str, days: int, number: str, reason: str) -> Ruling:
    return Ruling(ago, by, reason, _extend, days, number)


def stop(ago: float, by: str, number: str, reason: str) -> Ruling:
    return Ruling(ago, by, reason, _stop, number=number)


def letter(ago: float, by: str, days: int, reason: str) -> Ruling:
    return Ruling(ago, by, reason, _apologise, days)


def _extend(act: Act, case_id: int, ruling: Ruling, _calendar: WorkingCalendar) -> None:
    paper = _document(act, ruling, "Gia hạn giải quyết hồ sơ")
    wish = extending.Wish(f"{ruling.days} ngày làm việc")
    extending.extend(act, case_id, wish, ruling.reason, paper)


def _stop(act: Act, case_id: int, ruling: Ruling, _calendar: WorkingCalendar) -> None:
    paper = _document(act, ruling, "Dừng giải quyết hồ sơ")
    ending.stop(act, case_id, ruling.reason, paper)


def _apologise(act: Act, case_id: int, ruling: Ruling, calendar: WorkingCalendar) -> None:
    day = act.today
    for _ in range(ruling.days):
        day = calendar.next_working_day(day + timedelta(days=1))
    apologies.issue(act, case_id, ruling.reason, day)


# --- the document that a ruling stands on --------------------------------------------------------

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _document(act: Act, ruling: Ruling, about: str) -> UploadedFile:
    """The notice of the office, as Word opens it."""
    lines = (
        f"Số: {ruling.number}",
        f"Ngày {day_text(act.today)}",
        f"THÔNG BÁO: {about}",
        f"Lý do: {ruling.reason}",
        act.actor.name,
    )
    return UploadedFile(f"Thông báo {ruling.number.replace('/', '-')}.docx", _word(lines))


def _word(lines: tuple[str, ...]) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    text = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{text}</w:body></w:document>',
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, head + content)
    return file.getvalue()
