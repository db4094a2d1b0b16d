"""Sets documents with typst: templates and data in, PDF out, nothing read but what is handed in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path

import segno
import typst

from engine.domain.errors import TemplateBroken, TemplateLacks
from engine.domain.signatures import Place

#: typst says so when a template asks for what the data do not hold.
_MISSING = re.compile(r'dictionary does not contain key "([^"]*)"')

DATA_FILE = "data.json"

#: The picture of the address in the data's LOOK_UP, for templates that show it.
QR_FILE, LOOK_UP = "qr.svg", "look_up"


class TypstPrinter:
    """Sets PDF with the fonts of one folder, never with those of the machine."""

    def __init__(self, fonts: Path) -> None:
        self._folder = fonts

    @cached_property
    def _fonts(self) -> typst.Fonts:
        """Read once: looking through the folder takes longer than setting a page."""
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[self._folder]
        )

    def pdf(
        self, main: str, files: Mapping[str, bytes], data: Mapping[str, object], at: datetime
    ) -> bytes:
        """The PDF of the template `main` among `files`; `data` is its `data.json`, `at` its date.

        Templates show the address in the data's `look_up`, where there is one, as `qr.svg`. The
        same again gives the same bytes. Raises TemplateLacks (a field the data do not hold, named)
        or TemplateBroken.
        """
        with _told(main):
            return bytes(
                typst.compile(  # type: ignore[call-overload]  # its types forget files by name
                    _sources(main, files, data),
                    font_paths=self._fonts,
                    ignore_system_fonts=True,
                    timestamp=int(at.timestamp()),
                )
            )

    def places(
        self, main: str, files: Mapping[str, bytes], data: Mapping[str, object], label: str
    ) -> list[Place]:
        """Where the template marks a place with `label`, in order. Raises as `pdf` does."""
        with _told(main):
            told = typst.query(  # type: ignore[type-var]  # its types forget files by name
                _sources(main, files, data),
                f"<{label}>",
                field="value",
                font_paths=self._fonts,
                ignore_system_fonts=True,
            )
        return [Place(**place) for place in json.loads(told)]


def _sources(main: str, files: Mapping[str, bytes], data: Mapping[str, object]) -> dict[str, bytes]:
    """Everything typst may read: templates, data, and the picture of the look-up address."""
    sources = dict(files)
    sources[DATA_FILE] = json.dumps(data, ensure_ascii=False).encode()
    sources["main.typ"] = sources.pop(main)
    if address := data.get(LOOK_UP):
        sources[QR_FILE] = _qr(str(address))
    return sources


def _qr(text: str) -> bytes:
    """A QR code that still reads when a quarter of it is soiled, without the white edge."""
    picture = BytesIO()
    code = segno.make_qr(text, error="q")
    code.save(picture, kind="svg", xmldecl=False, border=0)
    return picture.getvalue()


@contextmanager
def _told(main: str) -> Iterator[None]:
    """What typst raises, in our words."""
    try:
        yield
    except typst.TypstError as error:
        missing = _MISSING.search(str(error))
        if missing:
            raise TemplateLacks(main, missing.group(1)) from error
        raise TemplateBroken(main, str(error.diagnostic or error)) from error
