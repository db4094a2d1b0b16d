"""Reads XLSX workbooks that people upload, within bounds, as plain cells by sheet and row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from engine.domain.errors import Misuse
from engine.domain.messages import say

#: Bounds of what is read: a workbook of a whole province stays far below.
MOST_BYTES = 5 * 2**20
MOST_UNPACKED = 80 * 2**20
MOST_PARTS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_SHEETS = 20
LONGEST_CELL = 2_000

Cell = str | int | float | bool | datetime | date | time | timedelta | None

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)"')
_CHUNK = 2**20


@dataclass(frozen=True)
class Row:
    """A row that is not blank, with its number as the spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]  # without blanks at the end


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: tuple[Row, ...]
    merged: tuple[str, ...]  # `A2:B3`


def read_workbook(content: bytes) -> list[Sheet]:
    """The sheets of a workbook in order; formulas count with the values last computed.

    Raises Misuse for what is no XLSX file, is damaged or protected, or is beyond all bounds.
    """
    _refuse_beyond_bounds(content)
    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError):
        raise _no_workbook() from None
    try:
        sheets = book.worksheets
        if len(sheets) > MOST_SHEETS:
            raise Misuse(say("Tệp có quá %(most)s trang tính.", most=MOST_SHEETS))
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return [
                Sheet(str(sheet.title), tuple(_rows(sheet)), _merged(archive, sheet))
                for sheet in sheets
            ]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, EOFError):
        raise _no_workbook() from None
    finally:
        book.close()


def column_letter(place: int) -> str:
    """`A` for 0, `AA` for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _refuse_beyond_bounds(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Misuse(say("Tệp quá lớn, tối đa %(limit)s MB.", limit=MOST_BYTES // 2**20))
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _no_workbook() from None
    if any(part.flag_bits & 1 for part in parts):
        raise Misuse(say("Tệp có mật khẩu bảo vệ: hãy bỏ mật khẩu rồi gửi lại."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Misuse(say("Tệp bung ra quá lớn so với một bảng tính bình thường, nên không đọc."))
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _no_workbook()


def _no_workbook() -> Misuse:
    return Misuse(
        say("Tệp này không phải là bảng tính Excel (.xlsx), hoặc đã hỏng. Hãy lưu lại từ Excel.")
    )


def _rows(sheet: object) -> Iterator[Row]:
    """Rows with anything in them; reading stops with an error beyond the bounds."""
    rows: Iterator[Sequence[Cell]] = sheet.iter_rows(  # type: ignore[attr-defined]
        values_only=True, max_col=MOST_COLUMNS
    )
    filled = 0
    for number, cells in enumerate(rows, start=1):
        kept = [_cell(cell) for cell in cells]
        while kept and kept[-1] is None:
            kept.pop()
        if kept:
            filled += 1
            yield Row(number, tuple(kept))
        if filled > MOST_ROWS or number > 10 * MOST_ROWS:
            raise Misuse(
                say(
                    "Trang “%(sheet)s” có hơn %(most)s dòng: hãy chia thành nhiều tệp.",
                    sheet=str(sheet.title),  # type: ignore[attr-defined]
                    most=MOST_ROWS,
                )
            )


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell[:LONGEST_CELL] if cell.strip() else None
    return cell


def _merged(archive: zipfile.ZipFile, sheet: object) -> tuple[str, ...]:
    """Merged ranges, which the quick way of reading passes over in silence."""
    path = getattr(sheet, "_worksheet_path", "")
    found: list[str] = []
    rest = b""
    with archive.open(path) as part:
        while piece := part.read(_CHUNK):
            text = rest + piece
            found += [match[1].decode() for match in _MERGED.finditer(text)]
            last = text.rfind(b">") + 1
            rest = text[last:]
    return tuple(found)
