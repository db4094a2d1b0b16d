"""How escalation ladders read: whom a rung tells, what was told of a date and what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.ladder import Tells
from engine.services.rungs import Climb, Step
from web.presenting import moment_text, sentence

#: So many names are shown; the others are counted.
NAMES = 3


@dataclass(frozen=True)
class Line:
    """A rung in words."""

    when: str
    why: str
    whom: str
    done: bool


@dataclass(frozen=True)
class Shown:
    """A ladder in words; `waits` while nothing comes because the clock stands still."""

    lines: list[Line]
    waits: bool


def level(tells: Tells) -> str:
    """Whom a rung tells."""
    return {
        Tells.HOLDERS: _("người giữ việc"),
        Tells.HEAD: _("trưởng bộ phận"),
        Tells.LEADER: _("lãnh đạo đơn vị"),
        Tells.ABOVE: _("giám sát cấp trên"),
    }[tells]


def shown(climb: Climb | None) -> Shown | None:
    """A ladder as pages show it."""
    if climb is None:
        return None
    return Shown([_line(step) for step in climb.steps], climb.waits)


def _line(step: Step) -> Line:
    return Line(moment_text(step.moment), _why(step), _whom(step), step.done)


def _why(step: Step) -> str:
    words = sentence(step.words)
    if step.apology:
        words = _("%(words)s, mở dự thảo thư xin lỗi", words=words)
    return words


def _whom(step: Step) -> str:
    names = _names(step.names)
    if step.done:
        return _("Đã báo %(names)s", names=names) if names else _("Không có ai để báo")
    who = level(step.tells)
    if not names:
        return _("Sẽ báo %(level)s (hiện chưa có ai)", level=who)
    return _("Sẽ báo %(level)s: %(names)s", level=who, names=names)


def _names(names: Sequence[str]) -> str:
    more = len(names) - NAMES
    said = ", ".join(names[:NAMES])
    if more <= 0:
        return said
    others = ngettext("%(num)d người khác", "%(num)d người khác", more)
    return _("%(names)s và %(others)s", names=said, others=others)
