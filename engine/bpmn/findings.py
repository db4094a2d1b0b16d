"""What a check has to say of a drawing: one finding, with its place and its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.errors import DrawingRefused
from engine.domain.messages import Message


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing wrong (or doubtful) in a drawing."""

    rule: str  # kebab-case id of the rule, e.g. "unknown-lane"
    severity: Severity
    message: Message  # what is wrong, in Vietnamese
    remedy: Message  # how to mend it, in Vietnamese
    element: str | None = None  # id
    name: str | None = None  # the element's name as drawn
    line: int | None = None  # 1-based line of the file
    file: str | None = None

    def stored(self) -> dict[str, object]:
        """As it is kept with a version: its sentences can still be read in either language."""
        return self.to_json() | {
            "message": self.message.to_json(),
            "remedy": self.remedy.to_json(),
        }

    def to_json(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "element": self.element,
            "name": self.name,
            "file": self.file,
            "line": self.line,
            "message": str(self.message),
            "remedy": str(self.remedy),
        }


def refusal(
    rule: str, message: Message, remedy: Message, filename: str, line: int | None = None
) -> DrawingRefused:
    """A refusal of the whole file for one reason."""
    return DrawingRefused(
        [Finding(rule, Severity.ERROR, message, remedy, line=line, file=filename)]
    )
