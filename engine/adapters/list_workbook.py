"""Writes a list of dossiers as a workbook that opens in Excel, laid out as its printed form."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter  # type: ignore[import-untyped]

#: A fixed date in the file's properties: the same list gives the same bytes.
_WRITTEN = datetime(2000, 1, 1)  # noqa: DTZ001 (a file property, shown nowhere)

FONT = "Times New Roman"


@dataclass(frozen=True)
class Head:
    """What stands above and below the table."""

    parent: str
    unit: str
    title: str
    attached: str  # (Kèm theo công văn số …)
    place: str
    day: str
    month: str
    year: str
    signer_title: str
    signer: str


def workbook(head: Head, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet, landscape A4, its head row on every printed page; STT before the columns.

    Everything is text as written: no cell becomes a date, a number or a formula.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": head.title, "created": _WRITTEN})
        sheet = book.add_worksheet("Danh sách")
        plain = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "text_wrap": True}
        centred = plain | {"align": "center"}
        bold = book.add_format(centred | {"bold": True})
        large = book.add_format(centred | {"bold": True, "font_size": 14})
        italic = book.add_format(centred | {"italic": True})
        small = book.add_format(centred)
        name = book.add_format(plain | {"border": 1})
        cell = book.add_format(centred | {"border": 1})
        top = book.add_format(centred | {"border": 1, "bold": True, "bg_color": "#EDEDED"})
        last = len(titles)
        sheet.merge_range(0, 0, 0, 3, head.parent, small)
        sheet.merge_range(1, 0, 1, 3, head.unit, bold)
        sheet.merge_range(3, 0, 3, last, head.title, large)
        sheet.merge_range(4, 0, 4, last, head.attached, italic)
        widths = [
            5,
            24,
            16,
            14,
            24,
            14,
            *[max(6, min(14, len(one) // 2 + 3)) for one in titles[5:]],
        ]
        for place, width in enumerate(widths[: last + 1]):
            sheet.set_column(place, place, width)
        for place, title in enumerate(["STT", *titles]):
            sheet.write_string(6, place, title, top)
        sheet.set_row(6, 48)
        for number, row in enumerate(rows, 1):
            sheet.write_string(6 + number, 0, str(number), cell)
            for place, text in enumerate(row, 1):
                style = name if place in (1, 4) else cell
                if text:
                    sheet.write_string(6 + number, place, text, style)
                else:
                    sheet.write_blank(6 + number, place, None, style)
        below = 6 + len(rows) + 2
        date = f"{head.place or '……'}, ngày {head.day} tháng {head.month} năm {head.year}"
        half = max(last - 5, 1)
        sheet.merge_range(below, half, below, last, date, italic)
        sheet.merge_range(below + 1, half, below + 1, last, head.signer_title, bold)
        sheet.merge_range(below + 5, half, below + 5, last, head.signer, bold)
        sheet.freeze_panes(7, 2)
        sheet.repeat_rows(6)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer("&C&P/&N")
    return target.getvalue()
