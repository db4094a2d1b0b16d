"""What a printed document says, read back out of its PDF."""

from __future__ import annotations

import pypdfium2


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, in one line."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    return [" ".join(text.split()) for text in texts]


def text_of(pdf: bytes) -> str:
    """The whole text in one line."""
    return " ".join(pages_of(pdf))
