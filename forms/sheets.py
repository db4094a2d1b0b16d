"""One drawn component as JSON, read attribute by attribute with complaints instead of stops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.messages import Message, say
from forms import conditions, dialect, entries


class Sheet:
    """Access to one component's attributes; what is wrong goes to the shared list of problems."""

    def __init__(self, drawn: Mapping[str, Any], problems: list[Message]) -> None:
        self.drawn = drawn
        self.problems = problems
        self.type = str(drawn.get("type"))
        self.properties = self.mapping("properties")
        self.validate = self.mapping("validate")
        self.kind = "dossier" if self.is_dossier() else self.type

    def is_dossier(self) -> bool:
        return self.type == "checklist" and self.properties.get("kind") == "dossier"

    @property
    def where(self) -> Message:
        name = next(
            (self.drawn[k] for k in ("key", "path", "label", "id") if self.drawn.get(k)), "?"
        )
        return say(
            "Thành phần “%(name)s” (loại %(type)s)", name=str(name)[:60], type=self.type[:30]
        )

    def complain(self, why: Message) -> None:
        self.problems.append(say("%(where)s: %(why)s.", where=str(self.where), why=str(why)))

    # ── reading ────────────────────────────────────────────────────────────────────────────────

    def mapping(self, attribute: str) -> Mapping[str, Any]:
        value = self.drawn.get(attribute) or {}
        if isinstance(value, dict):
            return value
        self.complain(say("“%(name)s” phải là một đối tượng", name=attribute))
        return {}

    def text(self, attribute: str, source: Mapping[str, Any] | None = None) -> str:
        value = (self.drawn if source is None else source).get(attribute)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.complain(say("“%(name)s” phải là chữ", name=attribute))
            return ""
        if value.lstrip().startswith("=") and source is None:
            self.complain(say("“%(name)s” không nhận biểu thức", name=attribute))
        return entries.tidy(value, lines=True)

    def property(self, name: str) -> str:
        return self.text(name, self.properties)

    def flag(self, attribute: str, default: bool = False) -> bool:
        value = self.drawn.get(attribute, default)
        if not isinstance(value, bool):
            self.complain(say("“%(name)s” phải là true hoặc false", name=attribute))
            return default
        return value

    def required(self) -> bool:
        value = self.validate.get("required", False)
        if not isinstance(value, bool):
            self.complain(say("“required” phải là true hoặc false"))
            return False
        return value

    def number(self, name: str, source: Mapping[str, Any]) -> int | float | None:
        """A number, also written as text (properties of form-js are text)."""
        value = source.get(name)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, str):
                return entries.parse_number(value)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return entries.tidy_number(value)
        except entries.BadNumber:
            pass
        self.complain(say("“%(name)s” phải là số", name=name))
        return None

    def whole(self, name: str, source: Mapping[str, Any], default: int, most: int) -> int:
        value = self.number(name, source)
        if value is None:
            return default
        if not isinstance(value, int) or not 0 <= value <= most:
            self.complain(
                say("“%(name)s” phải là số nguyên từ 0 đến %(most)s", name=name, most=most)
            )
            return default
        return value

    def members(self, name: str) -> tuple[str, ...]:
        """A property that lists values, separated by commas."""
        return tuple(piece for part in self.property(name).split(",") if (piece := part.strip()))

    def family(self, prefix: str) -> dict[str, str]:
        """The properties `prefix.<member>`, by member."""
        return {
            name.removeprefix(f"{prefix}."): self.property(name)
            for name in self.properties
            if name.startswith(f"{prefix}.")
        }

    def condition(self, name: str, text: str) -> str | None:
        if not text:
            return None
        wrong = conditions.problem(text)
        if wrong is not None:
            self.complain(
                say(
                    "điều kiện “%(name)s” không đúng: %(why)s",
                    name=name,
                    why=str(wrong).rstrip("."),
                )
            )
            return None
        return text

    def hide(self) -> str | None:
        conditional = self.mapping("conditional")
        for name in sorted(conditional.keys() - {"hide"}):
            self.complain(say("“conditional” không có “%(name)s”", name=name))
        return self.condition("conditional.hide", self.text("hide", conditional))

    # ── what is not understood ─────────────────────────────────────────────────────────────────

    def check_attributes(self) -> None:
        """Complains about everything that would otherwise be dropped in silence."""
        for name in sorted(self.drawn.keys() - dialect.ATTRIBUTES[self.type]):
            self.complain(say("thuộc tính “%(name)s” không được hỗ trợ", name=name))
        allowed = dialect.VALIDATIONS.get(self.type, dialect.ONLY_REQUIRED)
        for name in sorted(self.validate.keys() - allowed):
            self.complain(say("ràng buộc “validate.%(name)s” không được hỗ trợ", name=name))
        for name in sorted(self.properties):
            if not dialect.knows_property(self.kind, name):
                self.complain(say("tính chất “%(name)s” không được hỗ trợ", name=name))
