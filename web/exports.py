"""Tables as files: CSV for any program, XLSX for Excel; bounded, written row by row."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import xlsxwriter
from flask import Response, g
from flask_babel import gettext as _

from engine.domain.clock import local
from web.presenting import moment_text

#: More rows are in no file: a program of an office would no longer open it.
MOST_ROWS = 50_000

Cell = str | int | float | datetime | None

#: What a spreadsheet would take for a formula when a cell begins with it.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_CHUNK = 2**16
_IN_MEMORY = 2**20
_SHEET_NAME_LENGTH = 31


@dataclass(frozen=True)
class Column:
    """A column's title, and how wide it is in letters."""

    title: str
    width: int = 14


@dataclass(frozen=True)
class Table:
    """A table of a file; `note` says what whoever opens it has to know."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    note: str = ""


def plain(cell: Cell) -> str:
    """A cell of a CSV file, which no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, int | float):
        return str(cell).replace(".", ",")
    text = " ".join(cell.split())
    return f"'{text}" if cell.startswith(_FORMULAS) or text.startswith(_FORMULAS) else text


def csv_file(filename: str, tables: Sequence[Table]) -> Response:
    """UTF-8 with its mark and semicolons, as Excel in Vietnamese opens it by a double click."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  sent, then closed
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for place, table in enumerate(tables):
        if place:
            writer.writerow([])
        if len(tables) > 1:
            writer.writerow([plain(table.name)])
        writer.writerow([plain(column.title) for column in table.columns])
        writer.writerows([plain(cell) for cell in row] for row in _counted(table.rows))
        if table.note:
            writer.writerow([plain(table.note)])
    text.flush()
    text.detach()
    return _sent(target, f"{filename}.csv", "text/csv; charset=utf-8")


def xlsx_file(filename: str, tables: Sequence[Table]) -> Response:
    """A sheet for each table: real dates and numbers, the head frozen, filters on."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  sent, then closed
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#E7F0F8", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        when = book.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "left"})
        for table in tables:
            _fill(book.add_worksheet(_sheet_name(table.name)), table, head, when)
    return _sent(
        target,
        f"{filename}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _fill(
    sheet: xlsxwriter.workbook.Worksheet,
    table: Table,
    head: xlsxwriter.workbook.Format,
    when: xlsxwriter.workbook.Format,
) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.title, head)
    last = 0
    for last, row in enumerate(_counted(table.rows), start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(last, place, local(cell).replace(tzinfo=None), when)
            elif isinstance(cell, int | float):
                sheet.write_number(last, place, cell)
            elif cell:
                sheet.write_string(last, place, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)
    if table.note:
        sheet.write_string(last + 2, 0, table.note)


def _counted(rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """The rows; the access log wants to know how many have left (web.readings)."""
    g.setdefault("rows_sent", 0)
    for row in rows:
        g.rows_sent += 1
        yield row


def _sheet_name(name: str) -> str:
    """Excel takes neither long names nor these signs."""
    return "".join("-" if sign in "[]:*?/\\'" else sign for sign in name)[:_SHEET_NAME_LENGTH]


def note_of(more: bool) -> str:
    """What a file says at its end when not everything is in it."""
    if not more:
        return ""
    return _(
        "Danh sách còn dài hơn: tệp chỉ chứa %(most)s dòng đầu. Hãy lọc bớt rồi tải lại.",
        most=f"{MOST_ROWS:,}".replace(",", "."),
    )


def _sent(target: IO[bytes], filename: str, kind: str) -> Response:
    target.seek(0, io.SEEK_END)
    size = target.tell()
    target.seek(0)
    answer = Response(_pieces(target), content_type=kind)
    answer.call_on_close(target.close)
    answer.content_length = size
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer


def _pieces(target: IO[bytes]) -> Iterator[bytes]:
    with target:
        while piece := target.read(_CHUNK):
            yield piece
