"""Small forms made in a test, the shipped ones, and what they say to a submission."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.domain.errors import FormInvalid
from forms.compiling import CompiledForm, JsonFormCompiler

ROOT = Path(__file__).resolve().parents[2]


def form_of(*components: Mapping[str, Any]) -> CompiledForm:
    drawn = {"type": "default", "id": "thu", "components": list(components)}
    return JsonFormCompiler().compile(json.dumps(drawn))


def text(key: str = "ho_ten", label: str = "Họ và tên", **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": label, **more}


def radio(key: str, *values: str, **more: Any) -> dict[str, Any]:
    options = [{"value": value, "label": value.capitalize()} for value in values]
    return {"type": "radio", "key": key, "label": f"Chọn {key}", "values": options, **more}


def shipped(name: str) -> CompiledForm:
    return JsonFormCompiler().compile((ROOT / "forms" / name).read_text(encoding="utf-8"))


def problems_of(
    form: CompiledForm, submission: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> dict[str, list[str]]:
    """The sentences by path; {} when the submission is fine."""
    try:
        form.validate(submission, known or {})
    except FormInvalid as error:
        return {path: [str(sentence) for sentence in found] for path, found in error.errors.items()}
    return {}
