"""How values look to people: sentences, moments, remaining time, states, sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from engine.bpmn.pictures.telling import Allowed
from engine.domain.clock import local, local_day
from engine.domain.messages import Message
from engine.domain.roles import Role
from engine.domain.states import CaseState, StopKind
from engine.domain.working_calendar import WorkingCalendar

#: The authority under which the register keeps those who file.
APPLICANTS = "nguoi-nop"


@dataclass(frozen=True)
class Remaining:
    """How a deadline stands: `tone` is overdue | soon | in-time | none, `icon` goes with it."""

    text: str
    tone: str
    icon: str


_ICONS = {
    "overdue": "exclamation-octagon-fill",
    "soon": "hourglass-split",
    "in-time": "clock-fill",
    "none": "clock-fill",
}


def allowed_time(allowed: Allowed) -> str:
    """The time a step is allowed, in words; empty where the drawing allows any."""
    said = allowed.usual
    if allowed.same_as:
        said = _("cùng hạn với “%(step)s”", step=allowed.same_as)
    if allowed.since:
        length, step = allowed.since
        said = _("%(length)s kể từ khi mở “%(step)s”", length=length, step=step)
    if allowed.others:
        others = ", ".join(allowed.others)
        said = _("%(usual)s (tùy hồ sơ có thể là %(others)s)", usual=said, others=others)
    return said


def sentence(message: Message | str | dict[str, Any] | None) -> str:
    """A message of the engine in the reader's language (also from its stored JSON)."""
    if message is None:
        return ""
    if isinstance(message, dict):
        message = Message.from_json(message)
    if isinstance(message, str):
        return message
    template = _(message.template)
    params = {
        name: sentence(value) if isinstance(value, Message) else value
        for name, value in message.params.items()
    }
    return template % params if params else template


def day(moment: date | datetime | None) -> str:
    """`26/02/2026`, local."""
    if moment is None:
        return ""
    when = local_day(moment) if isinstance(moment, datetime) else moment
    return f"{when:%d/%m/%Y}"


def clock_time(moment: datetime) -> str:
    """`15:30`, local."""
    return f"{local(moment):%H:%M}"


def moment_text(moment: datetime | None) -> str:
    """`26/02/2026 15:30`, local."""
    return f"{local(moment):%d/%m/%Y %H:%M}" if moment else ""


def weekday(when: date | datetime) -> str:
    """`thứ Hai` … `Chủ nhật`."""
    names = (
        _("thứ Hai"),
        _("thứ Ba"),
        _("thứ Tư"),
        _("thứ Năm"),
        _("thứ Sáu"),
        _("thứ Bảy"),
        _("Chủ nhật"),
    )
    return names[(local_day(when) if isinstance(when, datetime) else when).weekday()]


def number(value: Fraction | int | float) -> str:
    """A number as Vietnamese writes it: `2,5`."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{float(exact):.2f}".rstrip("0").rstrip(".").replace(".", ",")


def capped(count: int, most: int) -> str:
    """`12`, `99+`; nothing for none."""
    return f"{most}+" if count > most else str(count or "")


def round_days(days: Fraction | int) -> str:
    """Days to a tenth, as people say them: `2,5`."""
    return number(round(Fraction(days), 1))


def grouped(value: int) -> str:
    """A count as Vietnamese writes it: `12.345`."""
    return f"{value:,}".replace(",", ".")


def working_time(hours: Fraction, per_day: Fraction) -> str:
    """Working hours in words: whole days when there is at least one, else hours, else minutes."""
    if hours >= per_day:
        days = int(hours / per_day)
        return str(ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", days))
    if hours >= 1:
        whole = int(hours)
        return str(ngettext("%(num)d giờ làm việc", "%(num)d giờ làm việc", whole))
    minutes = max(1, int(hours * 60))
    return str(ngettext("%(num)d phút", "%(num)d phút", minutes))


def soon(now: datetime, calendar: WorkingCalendar) -> datetime:
    """What is due until then is “due soon”: one working day ahead."""
    return calendar.add_working_hours(now, calendar.hours_per_day)[0]


def remaining(due_at: datetime | None, now: datetime, calendar: WorkingCalendar) -> Remaining:
    """How a deadline stands at `now`, measured in working time."""
    if due_at is None:
        return _remaining(_("Không định hạn"), "none")
    if due_at < now:
        hours = calendar.working_hours_between(due_at, now)
        if hours == 0:
            return _remaining(_("Vừa quá hạn"), "overdue")
        late = working_time(hours, calendar.hours_per_day)
        return _remaining(_("Quá hạn %(time)s", time=late), "overdue")
    hours = calendar.working_hours_between(now, due_at)
    tone = "soon" if hours <= calendar.hours_per_day else "in-time"
    days_off = local_day(due_at) - local_day(now)
    if not days_off:
        return _remaining(_("Hôm nay %(time)s", time=clock_time(due_at)), tone)
    if days_off == timedelta(days=1):
        return _remaining(_("Ngày mai %(time)s", time=clock_time(due_at)), tone)
    left = working_time(hours, calendar.hours_per_day)
    return _remaining(_("Còn %(time)s", time=left), tone)


def _remaining(text: str, tone: str) -> Remaining:
    return Remaining(text, tone, _ICONS[tone])


def case_state(state: str, outcome: str | None = None) -> Remaining:
    """A case's state as a tag; `outcome` tells cases that ended before their way did."""
    if outcome == StopKind.STOPPED:
        return Remaining(_("Dừng giải quyết"), "none", "x-lg")
    if outcome == StopKind.WITHDRAWN:
        return Remaining(_("Người nộp rút hồ sơ"), "none", "reply")
    return {
        CaseState.FILED: Remaining(_("Chờ tiếp nhận"), "none", "inbox"),
        CaseState.RUNNING: Remaining(_("Đang giải quyết"), "in-time", "play-circle-fill"),
        CaseState.PAUSED: Remaining(_("Tạm dừng tính thời hạn"), "paused", "pause-circle-fill"),
        CaseState.FINISHED: Remaining(_("Đã kết thúc"), "done", "check-circle-fill"),
    }[CaseState(state)]


def waiting_for(role: Role, round_: int = 1) -> Remaining:
    """Whose answer an external step waits for, as a tag."""
    if role.kind == APPLICANTS and round_ > 1:
        text = _("Chờ người nộp bổ sung")
    else:
        text = _("Chờ %(role)s", role=role.name)
    return Remaining(text, "paused", "hourglass-split")


def channel(code: str) -> str:
    """How a dossier came in."""
    return {
        "counter": _("Nộp trực tiếp"),
        "post": _("Qua bưu chính"),
        "online": _("Trực tuyến"),
    }.get(code, code)


def file_size(size: int) -> str:
    """`1,4 MB`, `312 KB`."""
    if size >= 1_000_000:
        return f"{number(round(Fraction(size, 1_000_000), 1))} MB"
    return f"{max(1, size // 1000)} KB"


def browser(user_agent: str) -> str:
    """A browser and its system, as far as people care: `Chrome, Windows`."""
    names = ("Edg", "Edge"), ("CocCoc", "Cốc Cốc"), ("Firefox", "Firefox"), ("Chrome", "Chrome")
    systems = ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")
    more_systems = ("Mac OS", "Mac"), ("Linux", "Linux")
    name = next((said for part, said in (*names, ("Safari", "Safari")) if part in user_agent), "")
    system = next((said for part, said in (*systems, *more_systems) if part in user_agent), "")
    return ", ".join(part for part in (name, system) if part) or _("Trình duyệt khác")


def stored(text: str) -> str:
    """A sentence the engine stored as Vietnamese text, in the reader's language when known."""
    return str(_(text)) if text else ""


@dataclass(frozen=True)
class Guide:
    """An element's documentation for its officer: what to do first, where that stands folded."""

    work: list[tuple[str, str]]  # (label or "", text) each
    background: list[str]


#: Documentation lines that say where a step comes from; officers unfold them when they need to.
_BACKGROUND = ("Nguồn", "Bổ sung của dự án", "Cách đọc nguồn", "Tên trong nguồn")
_LABELLED = re.compile(r"([^\W\d_][^:“”\n]{1,40}): (.+)", re.DOTALL)


def guide(documentation: str) -> Guide:
    """The documentation of an element, its lines sorted; lines begin with their label."""
    lines = [line.strip() for line in documentation.splitlines() if line.strip()]
    background = [line for line in lines if line.startswith(_BACKGROUND)]
    work = [line for line in lines if line not in background] or lines
    labelled = [_LABELLED.fullmatch(line) for line in work]
    return Guide(
        work=[
            (match[1], match[2]) if match else ("", line)
            for match, line in zip(labelled, work, strict=True)
        ],
        background=background if work is not lines else [],
    )


def paragraphs(text: str) -> Markup:
    """Documentation of an element as paragraphs; everything in it is escaped."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n")]
    return Markup("").join(
        Markup('<p class="doc-text">{}</p>').format(block) for block in blocks if block
    )
