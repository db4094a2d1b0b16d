"""One data level while a submission is judged: what its conditions say of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from marshmallow import Schema

from engine.domain.messages import Message, say
from forms import components as c
from forms import conditions
from forms.conditions import Scope


class LevelSchema(Schema):
    """The answers of one data level, loaded against what else is known (`scope`)."""

    error_messages = {"unknown": say("Biểu mẫu không có mục này.")}  # type: ignore[dict-item]  # noqa: RUF012

    def __init__(self, placed: Mapping[str, c.Placed], scope: Scope, shown: Iterable[str]) -> None:
        super().__init__(only=tuple(shown))
        self.placed = placed
        self.scope = scope

    def holds(self, condition: str) -> bool:
        return conditions.holds(condition, self.scope)

    def needs(self, component: c.Input) -> bool:
        """Whether an answer is required, given the other answers."""
        if component.required:
            return True
        return component.required_when is not None and self.holds(component.required_when)

    def hidden_values(self, options: Iterable[c.Option]) -> set[str]:
        return {o.value for o in options if o.hidden_when and self.holds(o.hidden_when)}

    def hidden_options(self, options: Sequence[c.Option], chosen: Sequence[str]) -> list[Message]:
        """A sentence for each chosen option that is not offered now."""
        hidden = self.hidden_values(options)
        return [
            say("Không chọn được “%(option)s” trong trường hợp này.", option=option.label)
            for option in options
            if option.value in hidden and option.value in chosen
        ]

    def label_of(self, name: str) -> str:
        found = self.placed.get(name)
        return found.component.label if found else name
