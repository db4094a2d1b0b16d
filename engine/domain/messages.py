"""Sentences for people, kept apart from their values so that gettext can translate them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """A Vietnamese sentence (the gettext msgid) with named `%(x)s` places and their values.

    `str(message)` is the Vietnamese sentence; the web translates `template` and fills it again.
    """

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template

    def filled(self, **params: object) -> Message:
        """The same sentence with values in its places."""
        return Message(self.template, params)

    def to_json(self) -> dict[str, object]:
        """Plain JSON: `{"template", "params"}`, values as text or numbers."""
        params = {
            name: value if isinstance(value, (int, float, str)) else str(value)
            for name, value in self.params.items()
        }
        return {"template": self.template, "params": params}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Message:
        params = data.get("params") or {}
        if not isinstance(params, Mapping):
            raise TypeError(f"params of a stored message must be a mapping, not {params!r}")
        return cls(str(data["template"]), dict(params))


def say(template: str, /, **params: object) -> Message:
    """A message; also the keyword by which Babel finds the engine's sentences."""
    return Message(template, params)
