"""Answers as people read them: labels instead of values, dates and numbers the Vietnamese way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import components as c
from forms import entries, partial_dates
from forms.compiling import CompiledForm


def shown_date(value: object) -> str:
    """A stored date as `12/05/1948`; anything else as it stands."""
    text = plain(value)
    try:
        return partial_dates.from_stored(text).shown()
    except partial_dates.BadDate:
        return text


def shown_number(value: object) -> str:
    """A number as `1.234,5`; text as it was typed."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return entries.show_number(value)
        except ValueError:
            return plain(value)
    return plain(value)


def plain(value: object) -> str:
    """Text for whatever a draft may hold; never fails."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)


def shown(component: c.Input, value: object) -> str:
    """One answer as one text; "" when there is none."""
    match component:
        case c.Date():
            return shown_date(value)
        case c.Number():
            return f"{shown_number(value)} {component.suffix}".strip() if value is not None else ""
        case c.Choice():
            return _label(component.options, value)
        case c.Checkbox():
            return "Có" if value is True else "Không"
        case c.Checklist() | c.Dossier():
            return "; ".join(_lines(component, value))
        case c.Files():
            return ", ".join(str(file["name"]) for file in stored_files(value))
    return plain(value)


def _lines(component: c.Checklist | c.Dossier, value: object) -> list[str]:
    """What was ticked, each by itself; of a paper also in which state it is there."""
    if isinstance(component, c.Checklist):
        return (
            [_label(component.options, item) for item in value] if isinstance(value, list) else []
        )
    given = value if isinstance(value, Mapping) else {}
    return [
        f"{_label(component.options, paper)} ({c.STATES.get(str(state), state)})"
        for paper, state in given.items()
    ]


def _label(options: tuple[c.Option, ...], value: object) -> str:
    return next((option.label for option in options if option.value == value), plain(value))


def labels(form: CompiledForm, name: str) -> dict[str, str]:
    """What a form calls the answers that a choice offers, by value; none for other fields."""
    place = form.level.placed.get(name)
    if place is None or not isinstance(place.component, c.Choice | c.Checklist):
        return {}
    return {option.value: option.label for option in place.component.options}


def stored_files(value: object) -> list[Mapping[str, Any]]:
    """The references to stored files among an answer."""
    items = value if isinstance(value, list) else []
    return [
        item for item in items if isinstance(item, Mapping) and "file" in item and "name" in item
    ]


def size_text(size: object) -> str:
    """`1536` → `2 KB`."""
    if not isinstance(size, int):
        return ""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{entries.show_number(round(size / 1_000_000, 1))} MB"


def answered(form: CompiledForm, data: Mapping[str, object]) -> list[dict[str, Any]]:
    """What was answered to a form, for reading: `{label, text}` each, in the form's order.

    A list has `columns` and `rows` instead of text, several ticked things have `lines` too, files
    have `files`, a group under a heading has `answers`. Unanswered inputs are left out.
    """
    return _level(form.definition.components, data)


def _level(components: tuple[c.Component, ...], data: Mapping[str, object]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for component in components:
        if isinstance(component, c.Group):
            inner = data.get(component.path) if component.path else data
            answers = _level(component.components, inner) if isinstance(inner, Mapping) else []
            if answers:
                found.append({"label": component.label, "answers": answers})
        elif isinstance(component, c.Rows):
            found.extend(_rows(component, data.get(component.key)))
        elif isinstance(component, c.Input) and data.get(component.key) is not None:
            value = data[component.key]
            text = shown(component, value)
            if text:
                one: dict[str, Any] = {"label": component.label, "text": text}
                if isinstance(component, c.Files):
                    one["files"] = stored_files(value)
                if isinstance(component, c.Checklist | c.Dossier):
                    one["lines"] = _lines(component, value)
                found.append(one)
    return found


def _rows(component: c.Rows, value: object) -> list[dict[str, Any]]:
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    if not rows:
        return []
    columns = [
        p.component for p in c.placed(component.components) if isinstance(p.component, c.Input)
    ]
    return [
        {
            "label": component.label,
            "columns": [column.label for column in columns],
            "rows": [[shown(column, row.get(column.key)) for column in columns] for row in rows],
        }
    ]


def remarks(form: CompiledForm, data: Mapping[str, object]) -> list[str]:
    """What was written at length in answer to a form: the reason a choice asked for, else all.

    A text that is shown only under a condition belongs to what was chosen.
    """
    written = [
        (place.hides, plain(data.get(place.name)))
        for place in c.placed(form.definition.components)
        if isinstance(place.component, c.Text) and place.component.multiline
    ]
    said = [(hides, text) for hides, text in written if text]
    return [text for hides, text in said if hides] or [text for _, text in said]
