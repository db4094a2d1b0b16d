"""Draws pages of PDFs that the house itself has set, for looking at before anything is issued."""

from __future__ import annotations

import io
from threading import Lock

import pypdfium2  # type: ignore[import-untyped]

#: PDFium is not made for several threads.
_ONE_AT_A_TIME = Lock()


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def page_png(pdf: bytes, number: int, width: int) -> bytes | None:
    """The page `number` (1, 2, …), `width` pixels wide; None where there is none."""
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        if not 0 < number <= len(document):
            return None
        page = document[number - 1]
        picture = page.render(scale=width / page.get_width()).to_pil()
        target = io.BytesIO()
        picture.convert("L").save(target, "PNG")
        return target.getvalue()
