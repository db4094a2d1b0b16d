"""Sets documents with typst: templates and data in, PDF out, nothing read but what is handed in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typst

from engine.domain.errors import TemplateBroken, TemplateLacks

#: typst says so when a template asks for what the data do not hold.
_MISSING = re.compile(r'dictionary does not contain key "([^"]*)"')

DATA_FILE = "data.json"


class TypstPrinter:
    """Sets PDF with the fonts of one folder, never with those of the machine."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts

    def pdf(
        self, main: str, files: Mapping[str, bytes], data: Mapping[str, object], at: datetime
    ) -> bytes:
        """The PDF of the template `main` among `files`; `data` is its `data.json`, `at` its date.

        The same again gives the same bytes. Raises TemplateLacks (a field the data do not hold,
        named) or TemplateBroken.
        """
        sources = dict(files)
        sources[DATA_FILE] = json.dumps(data, ensure_ascii=False).encode()
        sources["main.typ"] = sources.pop(main)
        try:
            return bytes(
                typst.compile(  # type: ignore[call-overload]  # its types forget files by name
                    sources,
                    font_paths=[self._fonts],
                    ignore_system_fonts=True,
                    timestamp=int(at.timestamp()),
                )
            )
        except typst.TypstError as error:
            missing = _MISSING.search(str(error))
            if missing:
                raise TemplateLacks(main, missing.group(1)) from error
            raise TemplateBroken(main, str(error.diagnostic or error)) from error
