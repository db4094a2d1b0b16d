"""Versions of one procedure follow each other: no overlap, no hole, numbered by their periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import Drawing
from engine.domain.clock import local_day
from engine.domain.messages import Message, say
from engine.persistence.tables import VersionRow

_LATER = say("Đặt effective_from đúng ngày bản vẽ mới có hiệu lực, sau bản đang dùng.")


@dataclass(frozen=True)
class Handed:
    """A drawing handed in, and the local day on which its period begins."""

    name: str  # of the file
    content: bytes
    drawing: Drawing
    starts: date

    @property
    def ends(self) -> date | None:
        return self.drawing.effective_to


@dataclass(frozen=True)
class Place:
    """Where a drawing comes among the versions of its procedure, the handed-in ones included."""

    rows: Sequence[VersionRow]  # those deployed, in any order
    same: VersionRow | None = None  # of exactly these bytes
    before: Handed | None = None  # handed in together with it, comes right before
    before_is_new: bool = False  # and is no version yet
    follower: date | None = None  # when the one handed in together with it begins that comes after


def findings(one: Handed, place: Place) -> Iterator[Finding]:
    """What speaks against the drawing's period where it would come. Errors, or a warning."""
    if one.ends is not None and one.ends <= one.starts:
        yield _empty(one)
    elif place.before is not None and place.before.starts == one.starts:
        yield _same_day(one, place.before)
    elif place.same is not None:
        if not _stands(one, place):
            yield _replaced_before(one, place.same, latest(place.rows) or place.same)
    elif place.before is not None and place.before_is_new:
        yield from _after_handed(one, place.before)
    elif last := latest(place.rows):
        yield from _after_row(one, last, min(map(start, place.rows)))


def latest(rows: Sequence[VersionRow]) -> VersionRow | None:
    """The version whose period begins last; of several, the one deployed last."""
    return max(rows, key=lambda row: (start(row), row.number), default=None)


def start(row: VersionRow) -> date:
    """The local day from which a version is in force."""
    return row.effective_from or local_day(row.deployed_at)


def _stands(one: Handed, place: Place) -> bool:
    """Whether the version of these bytes is as its drawing says: handing it in changes nothing.

    An earlier one stands too where its drawing says itself when it ends, or where the drawing that
    followed it is handed in with it.
    """
    same = place.same
    if same is None or same is latest(place.rows):
        return same is not None
    replaced = any(start(row) == start(same) and row.number > same.number for row in place.rows)
    said = same.effective_to is not None and same.effective_to in (one.ends, place.follower)
    return said and not replaced


def _replaced_before(one: Handed, same: VersionRow, last: VersionRow) -> Finding:
    """The bytes of a version that a later one has replaced: deploying them would change nothing."""
    text = say(
        "Bản vẽ này giống hệt bản số %(same)s, đã được thay bằng bản số %(last)s.",
        same=same.number,
        last=last.number,
    )
    again = say("Muốn dùng lại: đặt effective_from là ngày bắt đầu dùng lại, rồi ban hành.")
    return _finding("replaced-before", Severity.ERROR, one, text, again)


def _empty(one: Handed) -> Finding:
    text = say(
        "Bản vẽ hết hiệu lực ngày %(ends)s nhưng không ghi có hiệu lực từ ngày nào.",
        ends=_day(one.ends or one.starts),
    )
    remedy = say("Ghi effective_from: ngày bản vẽ bắt đầu có hiệu lực.")
    return _finding("period-empty", Severity.ERROR, one, text, remedy)


def _same_day(one: Handed, before: Handed) -> Finding:
    text = say(
        "“%(name)s” và “%(other)s” cùng mang mã quy trình %(key)s và cùng có hiệu lực từ "
        "%(starts)s.",
        name=one.name,
        other=before.name,
        key=one.drawing.key,
        starts=_day(one.starts),
    )
    remedy = say(
        "Chỉ nộp một bản vẽ cho mỗi thời kỳ; hai thời kỳ thì ghi effective_from khác nhau."
    )
    return _finding("same-key", Severity.ERROR, one, text, remedy)


def _after_handed(one: Handed, before: Handed) -> Iterator[Finding]:
    """Between two that are handed in together."""
    names = {"name": one.name, "other": before.name, "key": one.drawing.key}
    if before.ends is not None and one.starts < before.ends:
        text = say(
            "Từ %(starts)s đến %(ends)s cả “%(name)s” và “%(other)s” cùng có hiệu lực cho quy "
            "trình %(key)s.",
            starts=_day(one.starts),
            ends=_day(before.ends),
            **names,
        )
        remedy = say(
            "Đặt effective_to của “%(other)s” bằng effective_from của “%(name)s”.",
            name=one.name,
            other=before.name,
        )
        yield _finding("period-overlap", Severity.ERROR, one, text, remedy)
    elif before.ends is not None and one.starts > before.ends:
        text = say(
            "Từ %(ends)s đến %(starts)s quy trình %(key)s không có bản vẽ nào có hiệu lực, giữa "
            "“%(other)s” và “%(name)s”.",
            starts=_day(one.starts),
            ends=_day(before.ends),
            **names,
        )
        remedy = say(
            "Đặt effective_from của “%(name)s” bằng effective_to của “%(other)s”.",
            name=one.name,
            other=before.name,
        )
        yield _finding("period-hole", Severity.ERROR, one, text, remedy)


def _after_row(one: Handed, last: VersionRow, first: date) -> Iterator[Finding]:
    """After what is deployed; `first` is the day on which the earliest version began."""
    ends, words = last.effective_to, {"number": last.number}
    if one.ends is not None and one.ends <= first:
        text = say(
            "Bản vẽ này của thời kỳ trước (đến %(ends)s), nhưng quy trình đã có bản từ %(first)s; "
            "các bản được đánh số theo thứ tự thời kỳ nên không chèn thêm vào trước được.",
            ends=_day(one.ends),
            first=_day(first),
        )
        remedy = say(
            "Bỏ tệp này ra khỏi lần ban hành. Ở cơ sở dữ liệu mới: nộp các bản của mọi thời kỳ "
            "cùng một lần."
        )
        yield _finding("period-past", Severity.ERROR, one, text, remedy)
    elif one.starts < start(last) or (ends is not None and one.starts < ends):
        text = say(
            "Hiệu lực từ %(starts)s chồng lên bản số %(number)s, có hiệu lực từ %(before)s.",
            starts=_day(one.starts),
            before=_day(start(last)),
            **words,
        )
        yield _finding("period-overlap", Severity.ERROR, one, text, _LATER)
    elif ends is not None and one.starts > ends:
        text = say(
            "Từ %(ends)s đến %(starts)s không có bản vẽ nào có hiệu lực, sau bản số %(number)s.",
            ends=_day(ends),
            starts=_day(one.starts),
            **words,
        )
        follow = say("Đặt effective_from bằng ngày bản trước hết hiệu lực.")
        yield _finding("period-hole", Severity.ERROR, one, text, follow)
    elif one.starts == start(last):
        text = say(
            "Thay hẳn bản số %(number)s vì cùng có hiệu lực từ %(starts)s; hồ sơ đã nhận vẫn "
            "theo bản cũ.",
            starts=_day(one.starts),
            **words,
        )
        yield _finding("period-replaced", Severity.WARNING, one, text, _LATER)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _finding(
    rule: str, severity: Severity, one: Handed, message: Message, remedy: Message
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        message=message,
        remedy=remedy,
        element=one.drawing.key,
        name=one.drawing.name,
        line=one.drawing.line,
        file=one.name,
    )
