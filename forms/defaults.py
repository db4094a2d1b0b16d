"""The plainest valid answers of a form, for rehearsals."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import ValidationError

from forms import components as c
from forms import conditions
from forms.fields import Answer
from forms.schemas import GroupAnswer, Level, RowsAnswer

#: What stands in where the form insists on something that nothing tells.
_PLAIN_DATE = "2000-01-01"
_PLAIN_FILE: Mapping[str, object] = {
    "file": "0" * 64,
    "name": "….pdf",
    "size": 0,
    "type": "application/pdf",
}
_SHAPED = {"cccd": "000000000000", "phone": "0900000000", "email": "a@example.vn"}


def of_level(level: Level, known: Mapping[str, object]) -> dict[str, object]:
    """Answers for every field that is shown when they are given."""
    answers: dict[str, object] = {}
    for name in level.placed:
        answers[name] = _answer(level, name, {**known, **answers})
    _, hidden = level.scope(answers, known)
    return {name: value for name, value in answers.items() if name not in hidden}


def _answer(level: Level, name: str, scope: Mapping[str, object]) -> object:
    """The first candidate the field itself takes: known, drawn, then the plainest."""
    field, component = level.fields[name], level.placed[name].component
    if isinstance(component, c.Group):
        inner = scope.get(name)
        return of_level(_inside(field), {**scope, **(inner if isinstance(inner, Mapping) else {})})
    plainest = _plainest(field, scope)
    for candidate in (scope.get(name), component.default, plainest):
        if candidate is not None:
            try:
                return level.schema(level.placed, scope, [name]).fields[name].deserialize(candidate)
            except ValidationError:
                continue
    return plainest if _needed(component, scope) else field.nothing()


def _inside(field: Answer) -> Level:
    if isinstance(field, (GroupAnswer, RowsAnswer)):
        return field.inside
    raise TypeError(type(field))


def _needed(component: c.Input, scope: Mapping[str, object]) -> bool:
    when = component.required_when
    return component.required or (when is not None and conditions.holds(when, scope))


def _plainest(field: Answer, scope: Mapping[str, object]) -> object:
    component = field.component
    match component:
        case c.Choice():
            return next(iter(_offered(component.options, scope)), None)
        case c.Checkbox():
            return component.required
        case c.Text():
            return _text(component)
        case c.Dossier():
            return _papers(component, scope)
    if not _needed(component, scope):
        return field.nothing()
    match component:
        case c.Checklist():
            return _offered(component.options, scope)[:1]
        case c.Rows():
            return [of_level(_inside(field), scope)] * max(1, component.minimum)
        case c.Number():
            return _number(component)
        case c.Date():
            return _PLAIN_DATE
    return [dict(_PLAIN_FILE)]


def _offered(options: tuple[c.Option, ...], scope: Mapping[str, object]) -> list[str]:
    return [
        option.value
        for option in options
        if not (option.hidden_when and conditions.holds(option.hidden_when, scope))
    ]


def _text(component: c.Text) -> str:
    if component.format:
        return _SHAPED[component.format]
    return "…" * max(1, component.min_length)


def _number(component: c.Number) -> float:
    if component.minimum is not None:
        return component.minimum
    return 0 if component.maximum is None or component.maximum >= 0 else component.maximum


def _papers(component: c.Dossier, scope: Mapping[str, object]) -> dict[str, str]:
    """Every paper that must be there in its first shape, of alternatives the first."""
    offered = _offered(component.options, scope)
    grouped = {paper for group in component.alternatives for paper in group.papers}
    wanted = set(offered) - grouped - component.optional
    for group in component.alternatives:
        wanted.update([paper for paper in group.papers if paper in offered][:1])
    return {paper: component.states[paper][0] for paper in offered if paper in wanted}
