"""What mails say, in the reader's language: which dossier, due when, where to click, whom to ask.

No subject names a person: it shows on locked screens and passes other people's servers in the
clear. The code of the dossier is enough to find it, and only those who may can open it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.domain.clock import local
from engine.domain.messages import Message, say
from engine.domain.notices import Kind, Notice
from engine.persistence import mails
from engine.persistence.mails import Reader
from engine.persistence.people import units
from engine.persistence.tables import CaseRow, TaskRow, UserRow
from engine.ports import Words
from engine.services.act import Act

SUBJECT_LENGTH = 300

SUBJECTS: Mapping[Kind, Message] = {
    Kind.REMINDER: say("sắp đến hạn"),
    Kind.OVERDUE: say("đã quá hạn"),
    Kind.APOLOGY: say("cần hoàn chỉnh thư xin lỗi"),
    Kind.ASSIGNED: say("việc mới giao cho bạn"),
    Kind.DATE_MOVED: say("thời hạn đã thay đổi"),
    Kind.CASE_ENDED: say("hồ sơ đã dừng hoặc được rút"),
    Kind.INCIDENT: say("có sự cố cần xử lý"),
    Kind.CALENDAR: say("lịch làm việc thay đổi"),
}


def task_link(site: str, task_id: int) -> str:
    return f"{site}/viec/{task_id}"


def case_link(site: str, case_id: int) -> str:
    return f"{site}/ho-so/{case_id}"


def inbox_link(site: str) -> str:
    return f"{site}/viec"


def notices_link(site: str) -> str:
    return f"{site}/thong-bao"


def overdue_link(site: str) -> str:
    return f"{site}/qua-han"


def incidents_link(site: str) -> str:
    return f"{site}/quan-tri/su-co"


def account_link(site: str) -> str:
    return f"{site}/tai-khoan"


def moment_text(moment: datetime) -> str:
    """`26/02/2026 15:30`, local."""
    return f"{local(moment):%d/%m/%Y %H:%M}"


@dataclass(frozen=True)
class Writing:
    """One mail being written: lines of sentences in one language."""

    words: Words
    language: str
    lines: list[str] = field(default_factory=list)

    def say(self, message: Message) -> str:
        return self.words(message, self.language)

    def line(self, message: Message | None = None) -> None:
        """A line; without a message an empty one."""
        self.lines.append(self.say(message) if message else "")

    def body(self, name: str, site: str) -> str:
        """The whole mail: greeting, lines, and what every mail of ours ends with."""
        return "\n".join(
            (
                self.say(say("Chào %(name)s,", name=name)),
                "",
                "\n".join(self.lines).rstrip(),
                "",
                "-- ",
                self.say(say("Thư tự động của Quy Trình, xin đừng trả lời thư này.")),
                self.say(
                    say("Chọn thư muốn nhận: %(link)s", link=account_link(site)),
                ),
                "",
            )
        )


@dataclass(frozen=True)
class _Facts:
    """What is known of the dossier and the task behind a notice."""

    case: CaseRow | None
    task: TaskRow | None
    holder: str | None
    unit: str | None
    answerable: tuple[tuple[int, str], ...] = ()  # user id and name, whom to ask first


def of_notice(act: Act, notice: Notice, readers: Iterable[Reader]) -> dict[int, tuple[str, str]]:
    """Subject and body of the mail to each reader, by user id."""
    facts = _facts(act, notice)
    words = act.app.ports.words
    return {one.user_id: _notice_mail(act, notice, facts, one, words) for one in readers}


def _notice_mail(
    act: Act, notice: Notice, facts: _Facts, reader: Reader, words: Words
) -> tuple[str, str]:
    site = act.app.settings.site
    writing = Writing(words, reader.language)
    writing.line(notice.message)
    writing.line()
    if facts.case is not None:
        writing.line(say("Hồ sơ: %(code)s", code=facts.case.code))
    if facts.task is not None:
        writing.line(say("Việc: %(step)s", step=facts.task.name))
    _due(writing, facts)
    if facts.holder:
        writing.line(say("Đang giữ: %(name)s", name=facts.holder))
    writing.line(say("Mở trang: %(link)s", link=_link(site, notice)))
    _ask(writing, facts, reader)
    what = SUBJECTS[notice.kind]
    if facts.case is not None:
        subject = say("Hồ sơ %(code)s: %(what)s", code=facts.case.code, what=writing.say(what))
        text = writing.say(subject)
    else:
        text = writing.say(what)
        text = text[:1].upper() + text[1:]
    return f"[Quy Trình] {text}"[:SUBJECT_LENGTH], writing.body(reader.name, site)


def _link(site: str, notice: Notice) -> str:
    if notice.kind is Kind.INCIDENT:
        return incidents_link(site)
    if notice.task_id is not None:
        return task_link(site, notice.task_id)
    if notice.case_id is not None:
        return case_link(site, notice.case_id)
    return notices_link(site)


def _due(writing: Writing, facts: _Facts) -> None:
    """The date of the step, else that which the case promises."""
    if facts.task is not None and facts.task.due_at is not None:
        writing.line(say("Hạn của việc: %(moment)s", moment=moment_text(facts.task.due_at)))
    elif facts.case is not None and facts.case.due_at is not None:
        due = moment_text(facts.case.due_at)
        if facts.case.due_expected:
            writing.line(say("Hẹn trả hồ sơ (dự kiến): %(moment)s", moment=due))
        else:
            writing.line(say("Hẹn trả hồ sơ: %(moment)s", moment=due))


def _ask(writing: Writing, facts: _Facts, reader: Reader) -> None:
    """Whom to ask: who answers for the work, or the next one up when that is the reader."""
    others = [name for user_id, name in facts.answerable if user_id != reader.user_id]
    if others:
        writing.line(say("Cần hỏi: %(name)s, %(unit)s", name=others[0], unit=facts.unit))
        return
    if facts.unit:
        writing.line(say("Đơn vị: %(unit)s", unit=facts.unit))
    writing.line(say("Cần hỏi: quản trị hệ thống"))


def _facts(act: Act, notice: Notice) -> _Facts:
    case, task = mails.behind(act.session, notice.case_id, notice.task_id)
    unit_id = task.unit_id if task else case.unit_id if case else None
    if unit_id is None:
        return _Facts(case, task, None, None)
    roles = act.app.roles
    role = roles.recorder(task.role) if task and task.role in roles.roles else ""
    holder = None
    if task is not None and task.assignee_id is not None:
        holder = act.session.get_one(UserRow, task.assignee_id).full_name
    return _Facts(
        case=case,
        task=task,
        holder=holder,
        unit=units(act.session)[unit_id].name,
        answerable=tuple(mails.answerable(act.session, role, unit_id, act.today)),
    )
