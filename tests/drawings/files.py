"""Where the repository's drawings and forms are."""

from __future__ import annotations

from pathlib import Path

from engine.ports import Form
from forms.compiling import JsonFormCompiler

ROOT = Path(__file__).parents[2]
DRAWINGS = tuple(sorted((ROOT / "bpmn").rglob("*.bpmn")))
DECISIONS = tuple(sorted((ROOT / "bpmn").rglob("*.dmn")))
FORMS = tuple(sorted((ROOT / "forms").rglob("*.form")))
QT02 = ROOT / "bpmn" / "liet-si" / "qt02-cap-doi-bang.bpmn"


def form_named(reference: str) -> Form | None:
    """The form that a formRef names."""
    path = ROOT / "forms" / f"{reference}.form"
    if not path.is_file():
        return None
    return JsonFormCompiler().compile(path.read_text(encoding="utf-8"))
