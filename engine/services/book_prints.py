"""Books on paper: the book of numbers, and form 07 as printed and as kept when a year is closed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from engine.domain import books
from engine.domain.access import Permission, require
from engine.domain.books import Kind
from engine.domain.clock import local
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.explanations import day_text
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import DocumentState, NumberState, change_document
from engine.persistence import booklists
from engine.persistence import registers as stored
from engine.persistence.booklists import Bearer, NumberLine
from engine.persistence.tables import DocumentRow, UnitRow
from engine.services import bookkeeping, documents, journalling, printing, registers
from engine.services.act import Act
from engine.services.documents import Wanted
from engine.services.documents.facts import letterhead
from engine.services.evidence import checked_reason

NUMBERS = "so-van-ban"
REGISTER = "bm-07"

#: A book of more numbers goes into a table of a spreadsheet; nobody binds so many pages.
MOST_NUMBERS = 5_000

#: A register of more dossiers goes there too: its PDF would be larger than a file may be.
MOST_DOSSIERS = 6_000

#: Documents looked up at once.
BATCH = 500


@dataclass(frozen=True)
class Sheet:
    """A PDF, and what its file is called."""

    name: str
    pdf: bytes


# --- the book of numbers -------------------------------------------------------------------------


def numbers_sheet(act: Act, book_id: int) -> Sheet:
    """The book with all its numbers. Raises NotFound, NotPermitted, and as printing does."""
    standing = bookkeeping.look(act, book_id)
    book = standing.book
    rows = list(bookkeeping.whole(act, book_id, MOST_NUMBERS))
    bearing: dict[int, Bearer] = {}
    for first in range(0, len(rows), BATCH):
        some = [row.number_id for row in rows[first : first + BATCH]]
        bearing |= booklists.bearers(act.session, some, ())
    data = {
        "unit": asdict(letterhead(act, book.unit_id)),
        "title": str(books.NAMES[Kind(book.kind)]),
        "of_year": book.year,
        "printed": _moment(act.now),
        "on_paper": standing.on_paper,
        "closed": _moment(book.closed_at) if book.closed_at else "",
        "more": book.last - standing.on_paper > len(rows),
        "rows": [_number_row(row, bearing.get(row.number_id)) for row in rows],
    }
    printed = printing.render(act.app, NUMBERS, data, act.now)
    return Sheet(f"{book.kind}-{book.year}.pdf", printed.pdf)


def _number_row(line: NumberLine, bearer: Bearer | None) -> list[str]:
    return [
        line.sign,
        f"{local(line.at):%d/%m/%Y}",
        bearer.title if bearer else line.purpose,
        bearer.signer if bearer else "",
        bearer.code if bearer else "",
        line.by,
        note(line),
    ]


def note(line: NumberLine) -> str:
    """What a book remarks beside a number; books are in Vietnamese."""
    if line.state == NumberState.RESERVED:
        return "Giữ trước, chưa dùng"
    if line.state == NumberState.VOIDED:
        return f"Đã hủy: {line.reason}"
    return ""


# --- form 07 -------------------------------------------------------------------------------------


def register_data(act: Act, unit_id: int, year: int) -> dict[str, object]:
    """Everything that form 07 of a unit and year says. Raises NotPermitted, Misuse."""
    rows: list[list[str]] = []
    done = late = 0
    more = False
    for line in registers.whole(act, unit_id, year, MOST_DOSSIERS + 1):
        if len(rows) == MOST_DOSSIERS:
            more = True
            break
        entry = line.entry
        done += entry.finished_at is not None
        late += line.late
        due = _day(entry.due_at) + (" (dự kiến)" if entry.due_at and entry.due_expected else "")
        rows.append(
            [
                entry.code,
                entry.applicant,
                entry.procedure,
                _day(entry.filed_at),
                due,
                _day(entry.finished_at),
                line.place,
                str(line.standing),
            ]
        )
    return {
        "unit": asdict(letterhead(act, unit_id)),
        "of_year": year,
        "printed": _moment(act.now),
        "rows": rows,
        "more": more,
        "received": len(rows),
        "done": done,
        "late": late,
    }


def register_sheet(act: Act, unit_id: int, year: int) -> Sheet:
    """Form 07 as it stands now, to be looked at or printed."""
    data = _undated(register_data(act, unit_id, year))
    printed = printing.render(act.app, REGISTER, data, act.now)
    return Sheet(f"so-theo-doi-{year}.pdf", printed.pdf)


def register_title(year: int) -> str:
    return f"Sổ theo dõi hồ sơ năm {year}"


def kept_registers(act: Act, unit_id: int, year: int) -> list[DocumentRow]:
    """What was kept when the year was closed, the latest first."""
    require(act.actor, Permission.BOOK_VIEW, unit_id)
    return stored.kept(act.session, unit_id, REGISTER, register_title(year))


def close_year(act: Act, unit_id: int, year: int, reason: str = "") -> DocumentRow:
    """Prints the year's register and keeps it as a document without a number: “chốt sổ năm”.

    Once more with a reason: what was kept before is replaced, and stays. Raises NotPermitted,
    Misuse (the year is not over, nothing was received, no reason), Conflict (closed meanwhile).
    """
    require(act.actor, Permission.BOOK_KEEP, unit_id)
    if not registers.over(act, year):
        raise Misuse(
            say("Sổ năm %(year)s chỉ chốt được từ ngày 31/12/%(year)s.", year=year),
        )
    before = next(
        (row for row in kept_registers(act, unit_id, year) if row.state == DocumentState.ISSUED),
        None,
    )
    if before is not None and not reason.strip():
        raise Conflict(
            say(
                "Sổ năm %(year)s đã chốt ngày %(day)s. Muốn chốt lại, hãy ghi lý do.",
                year=year,
                day=day_text(local(before.issued_at or before.made_at).date()),
            )
        )
    said = checked_reason(reason) if before is not None else ""
    data = register_data(act, unit_id, year)
    if not data["rows"]:
        raise Misuse(say("Năm %(year)s đơn vị chưa tiếp nhận hồ sơ nào.", year=year))
    if data["more"]:
        raise Misuse(
            say(
                "Sổ năm %(year)s có hơn %(most)s hồ sơ nên không lưu thành một bản in được. Hãy "
                "tải bảng tính để lưu.",
                year=year,
                most=MOST_DOSSIERS,
            )
        )
    row = documents.draft(
        act, Wanted(kind=REGISTER, title=register_title(year), unit_id=unit_id, data=data)
    )
    documents.issue(act, row, None)
    if before is not None:
        before.state = change_document(DocumentState.ISSUED, DocumentState.REPLACED)
        before.ended_at, row.replaces_id, row.reason = act.now, before.id, said
    journalling.note(
        act,
        Journalled.BOOK_CLOSED,
        book="Sổ theo dõi hồ sơ",
        unit=act.session.get_one(UnitRow, unit_id).name,
        year=year,
        reason=said,
    )
    return row


def kept_sheet(act: Act, document_id: int) -> Sheet:
    """A register as it was kept. Raises NotFound, NotPermitted."""
    row = act.session.get(DocumentRow, document_id)
    if row is None or row.kind != REGISTER:
        raise NotFound()
    require(act.actor, Permission.BOOK_VIEW, row.unit_id)
    return Sheet(f"{REGISTER}-{row.id}.pdf", documents.pdf_of(act, row))


# --- what both say -------------------------------------------------------------------------------


def _undated(data: dict[str, object]) -> dict[str, object]:
    """As a draft is set: nothing was issued, so there is no day of issue."""
    return {**data, "sign": "", "day": "", "month": "", "year": ""}


def _day(moment: datetime | None) -> str:
    return f"{local(moment):%d/%m/%Y}" if moment else ""


def _moment(moment: datetime) -> str:
    return f"{local(moment):%H:%M ngày %d/%m/%Y}"
