"""Writes the staff workbook: sheets with notes, drop-down lists and what is to stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import xlsxwriter  # type: ignore[import-untyped]

#: Drop-down lists reach so many rows.
ROWS = 3_000

Cell = str | date | None


@dataclass(frozen=True)
class Head:
    """A column as it is written: its title, a note on it, what may be chosen."""

    title: str
    note: str
    width: int
    required: bool = False
    choices: str = ""  # the name of a list
    day: bool = False


@dataclass(frozen=True)
class Page:
    """A sheet."""

    name: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]] = ()


def write(pages: Sequence[Page], lists: Mapping[str, Sequence[str]], lists_name: str) -> bytes:
    """The workbook; `lists` stand on a sheet of their own, hidden behind the others."""
    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        plain = book.add_format({"num_format": "@"})
        when = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        head = {
            "bold": True,
            "bg_color": "#E7F0F8",
            "bottom": 1,
            "text_wrap": True,
            "valign": "top",
        }
        needed = book.add_format({**head, "font_color": "#B3121D"})
        usual = book.add_format(head)
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for place, column in enumerate(page.heads):
                sheet.set_column(place, place, column.width, when if column.day else plain)
                sheet.write_string(0, place, column.title, needed if column.required else usual)
                sheet.write_comment(0, place, column.note, {"x_scale": 2})
                if column.choices:
                    at = list(lists).index(column.choices)
                    letter = chr(ord("A") + at)
                    last = len(lists[column.choices]) + 1
                    sheet.data_validation(
                        1,
                        place,
                        ROWS,
                        place,
                        {
                            "validate": "list",
                            "source": f"='{lists_name}'!${letter}$2:${letter}${last}",
                            "error_type": "warning",
                            "error_title": "Không có trong danh sách",
                            "error_message": "Hãy chọn một giá trị trong danh sách.",
                        },
                    )
            for number, row in enumerate(page.rows, start=1):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, place, cell, when)
                    elif cell:
                        sheet.write_string(number, place, cell, plain)
            sheet.freeze_panes(1, 0)
        behind = book.add_worksheet(lists_name)
        for place, (name, values) in enumerate(lists.items()):
            behind.set_column(place, place, 60)
            behind.write_string(0, place, name, usual)
            for number, value in enumerate(values, start=1):
                behind.write_string(number, place, value)
        behind.hide()
    return target.getvalue()
