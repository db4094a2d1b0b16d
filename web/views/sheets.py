"""Forms on pages: reading what was posted, showing it again with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import request

from engine.domain.errors import FormInvalid, UnitChoiceNeeded
from engine.persistence import people
from engine.ports import Form
from engine.services.act import Act
from forms import describing, showing, submissions
from forms.compiling import CompiledForm
from web import scope
from web.presenting import sentence

#: Radio buttons that choose a unit are named `unit.<role>`.
UNIT = "unit."


def posted(form: Form | None) -> dict[str, Any]:
    """The submission in this request; uploads are stored, so that a refused form keeps them."""
    if form is None:
        return {}
    nested = submissions.from_request(cast(CompiledForm, form), request.form, request.files)
    return submissions.with_stored_files(nested, scope.application().ports.files.keep)


def only_rows_change() -> bool:
    """Whether the post asks for another row of a list, and for nothing else."""
    return submissions.changes_rows(request.form)


def chosen_units() -> dict[str, int]:
    """Units chosen on the page: role id -> unit id."""
    return {
        name.removeprefix(UNIT): int(value)
        for name, value in request.form.items()
        if name.startswith(UNIT) and value.isdigit()
    }


def shown(
    form: Form | None,
    values: Mapping[str, object],
    known: Mapping[str, object],
    refused: FormInvalid | None = None,
) -> list[dict[str, Any]]:
    """The items of `templates/forms/form.html`; what is wrong with them is the first one."""
    if form is None:
        return []
    return describing.describe(
        cast(CompiledForm, form),
        values,
        refused.errors if refused else {},
        known,
        translate=sentence,
        upload_limit=scope.application().settings.max_upload,
    )


def answers(form: Form | None, data: Mapping[str, object] | None) -> list[dict[str, Any]]:
    """What was submitted, for reading."""
    return showing.answered(cast(CompiledForm, form), data) if form and data else []


def choice(act: Act, needed: UnitChoiceNeeded | None) -> dict[str, Any] | None:
    """The units to choose from, with what was chosen on this page before."""
    if needed is None:
        return None
    known = people.units(act.session)
    return {
        "role": needed.role,
        "role_name": needed.role_name,
        "units": [known[unit_id] for unit_id in needed.options if unit_id in known],
        "before": {role: unit for role, unit in chosen_units().items() if role != needed.role},
    }
