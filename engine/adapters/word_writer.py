"""Fills in Word templates with docxtpl: the template and the data in, a .docx out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import BadZipFile

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from engine.domain.errors import TemplateBroken, TemplateLacks

#: Jinja's two ways of saying that a template asks for what the data do not hold.
_MISSING = re.compile(r"has no attribute '([^']+)'|^'([^']+)' is undefined")


class WordWriter:
    """Implements ports.Writer. Templates are edited by offices: their tags run in a sandbox."""

    def docx(self, name: str, template: bytes, data: Mapping[str, object]) -> bytes:
        """The filled-in template. Raises TemplateLacks (a field, named) or TemplateBroken."""
        words = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        written = BytesIO()
        try:
            document = DocxTemplate(BytesIO(template))
            document.render(dict(data), words, autoescape=True)
            document.save(written)
        except UndefinedError as error:
            missing = _MISSING.search(str(error))
            if missing is None:
                raise TemplateBroken(name, str(error)) from error
            raise TemplateLacks(name, missing.group(1) or missing.group(2)) from error
        except (TemplateError, BadZipFile, KeyError, TypeError, ValueError) as error:
            raise TemplateBroken(name, str(error)) from error
        return written.getvalue()
