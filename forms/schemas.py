"""Turns components into marshmallow schemas, one per data level, and loads submissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from marshmallow import ValidationError, missing

from engine.domain.messages import Message, say
from forms import components as c
from forms import conditions
from forms.conditions import Scope
from forms.dossiers import DossierAnswer
from forms.fields import (
    Answer,
    CheckboxAnswer,
    ChecklistAnswer,
    ChoiceAnswer,
    DateAnswer,
    FilesAnswer,
    NumberAnswer,
    TextAnswer,
    refuse,
)
from forms.levels import LevelSchema

#: So many ways of showing a level keep their schema; forms have a handful.
MOST_IDLE = 32


@dataclass(frozen=True)
class Level:
    """One data level: its schema class and where each name stands in the form."""

    placed: Mapping[str, c.Placed]
    fields: Mapping[str, Answer]
    schema: type[LevelSchema]
    _idle: dict[tuple[str, ...], LevelSchema] = field(default_factory=dict, repr=False)

    def load(self, submission: Mapping[str, object], outer: Scope) -> dict[str, Any]:
        """The clean answers. Raises ValidationError with all problems, nested as the data are."""
        scope, hidden = self.scope(submission, outer)
        shown = tuple(name for name in self.placed if name not in hidden)
        raw = {name: value for name, value in submission.items() if name not in hidden}
        # marshmallow copies every field for a new schema, which takes as long as a load: one is
        # taken out here, so that no other thread has it meanwhile, and put back for the next load
        schema = self._idle.pop(shown, None) or self.schema(self.placed, scope, shown)
        schema.scope = scope
        try:
            loaded = schema.load(raw)
        finally:
            schema.scope = {}
            if len(self._idle) < MOST_IDLE:
                self._idle[shown] = schema
        return {name: loaded[name] for name in shown}

    def scope(
        self, submission: Mapping[str, object], outer: Scope
    ) -> tuple[dict[str, object], frozenset[str]]:
        """What conditions may read, and the names they hide.

        A hidden answer counts as not given, which may hide or show others: settled by repeating,
        at most once per conditional field, so that conditions in a circle come to an end too.
        """
        answers = {name: field.glance(submission.get(name)) for name, field in self.fields.items()}
        conditional = [place for place in self.placed.values() if place.hides]
        hidden: frozenset[str] = frozenset()
        for _ in range(len(conditional) + 1):
            scope = {**outer, **answers, **dict.fromkeys(hidden)}
            now_hidden = frozenset(
                place.name
                for place in conditional
                if any(conditions.holds(hide, scope) for hide in place.hides)
            )
            if now_hidden == hidden:
                break
            hidden = now_hidden
        return {**outer, **answers, **dict.fromkeys(hidden)}, hidden


def level_of(components: tuple[c.Component, ...]) -> Level:
    """Compiles one data level and, through groups with a path and lists, those below it."""
    found = {
        place.name: place
        for place in c.placed(components)
        if not (isinstance(place.component, c.Input) and place.component.fixed)
    }
    fields = {name: _field(place.component) for name, place in found.items()}
    schema = cast(type[LevelSchema], LevelSchema.from_dict(dict(fields)))
    return Level(found, fields, schema)


def _field(component: c.Input | c.Group) -> Answer:
    if isinstance(component, c.Group):
        return GroupAnswer(component)
    return _FIELDS[type(component)](component)


class GroupAnswer(Answer):
    """Answers nested under the path of a group."""

    def __init__(self, group: c.Group) -> None:
        super().__init__(c.Input(id=group.id, key=str(group.path), label=group.label))
        self.inside = level_of(group.components)

    def answer(self, value: Any) -> Any:
        inside = {} if value is missing or self.is_blank(value) else value
        if not isinstance(inside, Mapping):
            raise refuse(say("Phần “%(label)s” không đọc được.", label=self.component.label))
        return self.inside.load(inside, self.level.scope)

    def glance(self, value: object) -> object:
        return value if isinstance(value, Mapping) else None


class RowsAnswer(Answer):
    """A list of rows; rows in which nothing was entered are left out."""

    component: c.Rows

    def __init__(self, component: c.Rows) -> None:
        super().__init__(component)
        self.inside = level_of(component.components)

    def nothing(self) -> list[object]:
        return []

    def ask(self) -> Message:
        return say("Hãy nhập ít nhất một dòng ở “%(label)s”.", label=self.component.label)

    def is_blank(self, value: object) -> bool:
        return super().is_blank(value) or (
            isinstance(value, list) and all(self.is_blank_row(row) for row in value)
        )

    def is_blank_row(self, row: object) -> bool:
        if not isinstance(row, Mapping):
            return row is None
        return all(
            name in self.inside.placed and self.inside.fields[name].is_blank(value)
            for name, value in row.items()
        )

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise refuse(say("Danh sách không đọc được."))
        rows = [(index, row) for index, row in enumerate(value) if not self.is_blank_row(row)]
        if len(rows) > self.component.maximum:
            raise refuse(say("Nhiều nhất %(limit)s dòng.", limit=self.component.maximum))
        loaded, errors = [], {}
        for index, row in rows:
            try:
                loaded.append(self._row(row))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors)
        return loaded

    def _row(self, row: object) -> dict[str, Any]:
        if not isinstance(row, Mapping):
            raise refuse(say("Dòng này không đọc được."))
        return self.inside.load(row, self.level.scope)

    def problems(self, cleaned: list[dict[str, Any]]) -> list[Message]:
        if len(cleaned) < self.component.minimum:
            return [say("Cần ít nhất %(limit)s dòng.", limit=self.component.minimum)]
        return []

    def glance(self, value: object) -> object:
        return value if isinstance(value, list) else []


_FIELDS: Mapping[type[c.Input], type[Answer]] = {
    c.Text: TextAnswer,
    c.Number: NumberAnswer,
    c.Date: DateAnswer,
    c.Choice: ChoiceAnswer,
    c.Checkbox: CheckboxAnswer,
    c.Checklist: ChecklistAnswer,
    c.Dossier: DossierAnswer,
    c.Files: FilesAnswer,
    c.Rows: RowsAnswer,
}
