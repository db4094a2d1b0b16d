"""What people are told of a date that comes near or has passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.domain.clock import local
from engine.domain.messages import Message, say
from engine.domain.working_calendar import WorkingCalendar

#: So many names are said; the others are counted.
NAMES = 3


def days_late(due_at: datetime, now: datetime, calendar: WorkingCalendar) -> int | None:
    """Whole working days since the date; None before it."""
    if now < due_at:
        return None
    return int(calendar.working_hours_between(due_at, now) / calendar.hours_per_day)


def of_task(
    name: str,
    code: str,
    due_at: datetime,
    late: int | None,
    holders: Sequence[str],
    *,
    taken: bool = True,
) -> Message:
    """A step whose deadline comes near, has come, or passed `late` working days ago.

    `holders` are who have taken it up, or, unless `taken`, who could.
    """
    said: dict[str, object] = {"task": name, "code": code, "due": _moment(due_at)}
    if late is None:
        return say("Việc “%(task)s” của hồ sơ %(code)s sắp đến hạn: %(due)s.", **said)
    if holders:
        said["holders"] = _names(holders)
    if late:
        return _passed(said | {"days": late}, named=bool(holders), taken=taken)
    if holders and taken:
        return say(
            "Việc “%(task)s” của hồ sơ %(code)s đến hạn %(due)s mà chưa xong."
            " Người giữ: %(holders)s.",
            **said,
        )
    if holders:
        return say(
            "Việc “%(task)s” của hồ sơ %(code)s đến hạn %(due)s mà chưa ai nhận."
            " Người nhận được: %(holders)s.",
            **said,
        )
    return say("Việc “%(task)s” của hồ sơ %(code)s đến hạn %(due)s mà chưa xong.", **said)


def _passed(said: Mapping[str, object], *, named: bool, taken: bool) -> Message:
    """Of a step that is late by whole days."""
    if named and taken:
        return say(
            "Việc “%(task)s” của hồ sơ %(code)s đã quá hạn %(days)s ngày làm việc (hạn %(due)s)."
            " Người giữ: %(holders)s.",
            **said,
        )
    if named:
        return say(
            "Việc “%(task)s” của hồ sơ %(code)s đã quá hạn %(days)s ngày làm việc (hạn %(due)s)"
            " mà chưa ai nhận. Người nhận được: %(holders)s.",
            **said,
        )
    return say(
        "Việc “%(task)s” của hồ sơ %(code)s đã quá hạn %(days)s ngày làm việc (hạn %(due)s).",
        **said,
    )


def of_case(code: str, due_at: datetime, late: int | None, *, apology: bool) -> Message:
    """A case whose promised date comes near, has come, or passed `late` working days ago."""
    said = {"code": code, "due": _moment(due_at)}
    if apology and late is None:
        return say(
            "Hồ sơ %(code)s sắp đến ngày hẹn trả %(due)s mà chưa xong. Đã mở dự thảo thư xin lỗi:"
            " hãy xem và hoàn chỉnh.",
            **said,
        )
    if apology:
        return say(
            "Hồ sơ %(code)s đã quá ngày hẹn trả %(due)s. Đã mở dự thảo thư xin lỗi: hãy xem và"
            " gửi cho người nộp.",
            **said,
        )
    if late is None:
        return say("Hồ sơ %(code)s sắp đến ngày hẹn trả: %(due)s.", **said)
    if late:
        return say(
            "Hồ sơ %(code)s đã quá ngày hẹn trả %(days)s ngày làm việc (hẹn %(due)s).",
            days=late,
            **said,
        )
    return say("Hồ sơ %(code)s đã đến ngày hẹn trả %(due)s mà chưa xong.", **said)


def _moment(moment: datetime) -> str:
    return f"{local(moment):%d/%m/%Y %H:%M}"


def _names(names: Sequence[str]) -> str:
    said, more = ", ".join(names[:NAMES]), len(names) - NAMES
    return f"{said} (+{more})" if more > 0 else said
