"""What came before a task, as its page shows it: why it came back, what there is to decide on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from flask_babel import gettext as _

from engine.persistence.tables import TaskRow
from engine.ports import Form
from engine.services.act import Act
from engine.services.preceding import Handover, Preceding, SentBack, Step
from forms import showing
from forms.compiling import CompiledForm
from web.presenting import moment_text
from web.views import sheets


@dataclass(frozen=True)
class Said:
    """Something to read before starting: a heading, and what was written under it."""

    tone: str  # kind of notice
    title: str
    texts: list[str]


@dataclass(frozen=True)
class Part:
    """A finished step with its answers."""

    title: str
    when: str
    answers: list[dict[str, Any]]
    weighty: bool  # somebody wrote at length or attached a file
    open: bool = False


@dataclass(frozen=True)
class Before:
    notices: list[Said]
    last: Part | None
    parts: list[Part]


def before(act: Act, task: TaskRow, found: Preceding) -> Before:
    """The parts of a task page that tell what came before a task.

    What the reader has to read stands open; what they wrote themselves is folded away.
    """
    notices = [_sent_back(found.sent_back, found.people)] if found.sent_back else []
    if found.handover:
        notices.append(_handed_over(found.handover, act.actor.user_id))
    roles = {role.id: role.name for role in act.app.roles.roles.values()}
    last = _part(found.last, found.people, roles) if found.last else None
    earlier = [_part(step, found.people, roles) for step in found.earlier]
    parts = [part for part in earlier if part.answers]
    told = found.sent_back and found.last and found.sent_back.step.task.id == found.last.task.id
    if last and told:
        last = replace(last, answers=[])
    elif last and last.answers and _mine(found.last, act):
        parts.insert(0, last)
        last = replace(last, answers=[])
    elif not task.external and not (last and last.weighty):
        parts = _weightiest_open(parts)
    if found.application:
        application = _part(found.application, found.people, roles)
        title = found.application.form.title if found.application.form else application.title
        parts.insert(0, replace(application, title=title))
    return Before(
        notices=notices,
        last=last,
        parts=parts,
    )


def _mine(step: Step | None, act: Act) -> bool:
    return step is not None and step.task.closed_by_id == act.actor.user_id


def _weightiest_open(parts: list[Part]) -> list[Part]:
    """Opens the newest step with something to read: a mere “đồng ý” came after it."""
    newest = next((part for part in parts if part.weighty), None)
    return [replace(part, open=part is newest) for part in parts]


def done_by(task: TaskRow, people: Mapping[int, str], role: str) -> str:
    """Who did a step, and for whom when it was not theirs."""
    name = people.get(task.closed_by_id or 0, "")
    if task.external and name:
        return _("%(name)s ghi nhận thay %(role)s", name=name, role=role)
    if task.on_behalf_of_id is not None and task.on_behalf_of_id in people:
        return _("%(name)s (thay %(other)s)", name=name, other=people[task.on_behalf_of_id])
    return name


def remarks(form: Form | None, task: TaskRow) -> list[str]:
    """The reasons written at a step."""
    return showing.remarks(cast(CompiledForm, form), task.data) if form and task.data else []


def _part(step: Step, people: Mapping[int, str], roles: Mapping[str, str]) -> Part:
    task = step.task
    who = done_by(task, people, roles.get(task.role, task.role))
    when = ", ".join(part for part in (who, moment_text(task.closed_at)) if part)
    answers = sheets.answers(step.form, task.data)
    weighty = bool(remarks(step.form, task)) or any("files" in one for one in answers)
    return Part(task.name, when, answers, weighty)


def _sent_back(back: SentBack, people: Mapping[int, str]) -> Said:
    task = back.step.task
    said = {
        "name": people.get(task.closed_by_id or 0, ""),
        "moment": moment_text(task.closed_at),
        "step": task.name,
    }
    if back.supplement:
        title = _("Đã yêu cầu bổ sung ngày %(moment)s (%(name)s):", **said)
    else:
        title = _("%(name)s trả lại ngày %(moment)s (bước “%(step)s”):", **said)
    return Said("warn", title, remarks(back.step.form, task))


def _handed_over(one: Handover, me: int | None) -> Said:
    said = {"name": one.by, "other": one.to, "moment": moment_text(one.at)}
    if one.to_id == me:
        title = _("%(name)s giao việc này cho bạn ngày %(moment)s:", **said)
    else:
        title = _("%(name)s giao việc này cho %(other)s ngày %(moment)s:", **said)
    return Said("info", title, [one.reason])
