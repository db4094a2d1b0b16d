"""A plain Jinja environment in which described forms are rendered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jinja2
import pytest

from engine.domain.errors import FormInvalid
from forms.compiling import CompiledForm
from forms.describing import describe
from tests.forms.drawn_forms import ROOT


@pytest.fixture(scope="session")
def render() -> Callable[..., str]:
    """HTML of a form as it is shown; with `check` as it is shown again after validation."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "web" / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    page = environment.from_string(
        '{% from "forms/form.html" import fields, problems %}'
        "{{ problems(items) }}{{ fields(items) }}"
    )

    def rendered(
        form: CompiledForm,
        values: Mapping[str, Any] | None = None,
        known: Mapping[str, Any] | None = None,
        *,
        check: bool = False,
        **more: Any,
    ) -> str:
        errors = None
        if check:
            with pytest.raises(FormInvalid) as caught:
                form.validate(values or {}, known or {})
            errors = caught.value.errors
        return page.render(items=describe(form, values or {}, errors, known, **more))

    return rendered
