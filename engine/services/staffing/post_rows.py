"""The sheet of posts: who holds which role in which unit from when, checked against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.domain.access import SUPERVISOR
from engine.domain.explanations import day_text
from engine.domain.folding import fold
from engine.domain.messages import Message, say
from engine.domain.roles import Role
from engine.domain.working_calendar import ONE_DAY
from engine.persistence.staff import PostLine
from engine.services.organising import period_text
from engine.services.staffing.cells import Reader
from engine.services.staffing.columns import Line, nearest
from engine.services.staffing.plans import Change, Fate, Plan, PostEntry, There

SUPERVISION = "Giám sát"


def plan(made: Plan, there: There, lines: Sequence[Line]) -> None:
    """Adds an entry for each row that can be read, and every problem."""
    known = _Known.of(made, there)
    before: dict[tuple[str, str, str], list[PostEntry]] = {}
    for line in lines:
        entry = _Row(made, there, known, line).entry()
        if entry is not None:
            same = before.setdefault((entry.username, entry.role, entry.unit), [])
            _refuse_twice(made, entry, same)
            same.append(entry)
            made.posts.append(entry)
    _refuse_second_leaders(made, there)


@dataclass(frozen=True)
class _Known:
    """People and units that are there or come with the file."""

    usernames: frozenset[str]
    kinds: Mapping[str, str]  # of units, by code

    @classmethod
    def of(cls, made: Plan, there: There) -> _Known:
        kinds = {one.code: one.values.get("kind", "") for one in made.units}
        return cls(
            frozenset((*there.users, *(one.username for one in made.users))),
            kinds | {code: row.kind for code, row in there.units.items()},
        )


class _Row:
    """One row of the sheet."""

    def __init__(self, made: Plan, there: There, known: _Known, line: Line) -> None:
        self._made, self._there, self._known = made, there, known
        self._reader = Reader(line, made.problems)

    def entry(self) -> PostEntry | None:
        reader, there = self._reader, self._there
        before = len(self._made.problems)
        username, code = self._username(), self._unit()
        role = self._role(code)
        starts, last = reader.day("starts"), reader.day("last")
        head, leader = reader.tick("head"), reader.tick("leader")
        if any(not one.warning for one in self._made.problems[before:]):
            return None
        ends = last + ONE_DAY if last and last < date.max else None
        held = self._held(username, role, code, starts)
        begins = starts or (held.starts if held else there.today)
        if ends is not None and ends <= begins:
            reader.wrong("last", say("Ngày kết thúc phải sau ngày bắt đầu."))
            return None
        changes = self._changes(held, ends, head, leader) if held else ()
        if changes is None:
            return None
        fate = Fate.ADDED if held is None else Fate.CHANGED if changes else Fate.SAME
        name = SUPERVISION if role == SUPERVISOR else there.roles[role].name
        return PostEntry(
            reader.line,
            fate,
            f"{username}: {name} – {code}, {period_text(begins, ends)}",
            changes,
            username=username,
            role=role,
            unit=code,
            starts=begins,
            ends=ends if ends or held is None else held.ends,
            head=bool(head) if head is not None or held is None else held.head,
            leader=bool(leader) if leader is not None or held is None else held.leader,
            post_id=held.id if held else None,
        )

    def _username(self) -> str:
        username = self._reader.text("username", 80).lower()
        known = self._known.usernames
        if not username:
            self._reader.wrong("username", say("Thiếu tên đăng nhập."))
        elif username not in known:
            close = nearest(username, known)
            self._reader.wrong(
                "username",
                say("Không có người dùng “%(text)s”. Có phải “%(near)s”?", text=username,
                    near=close[0])
                if close
                else say("Không có người dùng “%(text)s”, cả trong trang Người dùng.",
                         text=username),
            )  # fmt: skip
        elif username in self._there.users and self._there.users[username].locked:
            message = say("Tài khoản “%(username)s” đang bị khóa.", username=username)
            self._reader.warn("username", message)
        return username

    def _unit(self) -> str:
        code = self._reader.text("unit", 40).lower()
        known = self._known.kinds
        if not code:
            self._reader.wrong("unit", say("Thiếu mã đơn vị."))
        elif code not in known:
            close = nearest(code, known)
            self._reader.wrong(
                "unit",
                say("Không có đơn vị mã “%(code)s”. Có phải “%(near)s”?", code=code, near=close[0])
                if close
                else say("Không có đơn vị mã “%(code)s”, cả trong trang Đơn vị.", code=code),
            )
        elif code in self._there.units and self._there.units[code].closed:
            name = self._there.units[code].name
            self._reader.wrong("unit", say("%(unit)s đã ngừng hoạt động.", unit=name))
        return code

    def _role(self, code: str) -> str:
        text, register = self._reader.text("role", 400), self._there.roles
        if not text:
            self._reader.wrong("role", say("Thiếu chức danh."))
            return ""
        if fold(text) in (fold(SUPERVISION), SUPERVISOR):
            return SUPERVISOR
        role = register.find(text) or self._by_fold(text)
        kind = self._known.kinds.get(code, "")
        if role is None:
            names = [r.name for r in register.roles.values() if r.internal and kind in ("", r.kind)]
            close = nearest(text, names)
            self._reader.wrong(
                "role",
                say("Không có chức danh “%(text)s”. Có phải “%(near)s”?", text=text, near=close[0])
                if close
                else say("Không có chức danh “%(text)s”: hãy chọn trong danh sách của tệp mẫu.",
                         text=text),
            )  # fmt: skip
            return ""
        self._check_fit(role, kind)
        return role.id

    def _by_fold(self, text: str) -> Role | None:
        wanted = fold(text)
        for role in self._there.roles.roles.values():
            if wanted in (fold(role.name), *(fold(alias) for alias in role.aliases)):
                return role
        return None

    def _check_fit(self, role: Role, kind: str) -> None:
        if not role.internal:
            self._reader.wrong(
                "role",
                say("“%(role)s” là bên ngoài, không ai đăng nhập để giữ.", role=role.name),
            )
        elif kind and role.kind != kind:
            authorities = self._there.roles.authorities
            self._reader.wrong(
                "role",
                say(
                    "“%(role)s” là chức danh của %(wanted)s, đơn vị này là %(kind)s.",
                    role=role.name,
                    wanted=authorities.get(role.kind, role.kind),
                    kind=authorities.get(kind, kind),
                ),
            )

    def _held(self, username: str, role: str, code: str, starts: date | None) -> PostLine | None:
        """The post that is there and the row speaks of: it began on that day, or holds."""
        found = self._there.posts.get((username, role, code), [])
        if starts is None:
            return found[-1] if found else None
        return next((post for post in found if post.starts == starts), None)

    def _changes(
        self, held: PostLine, ends: date | None, head: bool | None, leader: bool | None
    ) -> tuple[Change, ...] | None:
        """What the row would change of a post that is there; None with a problem noted."""
        found = []
        if ends is not None and ends != held.ends:
            if held.ends is not None and ends > held.ends:
                self._reader.wrong(
                    "last",
                    say(
                        "Chức danh này đã được định thôi từ %(day)s: muốn giữ tiếp, hãy giao lại "
                        "từ ngày đó.",
                        day=day_text(held.ends),
                    ),
                )
                return None
            before = day_text(held.ends - ONE_DAY) if held.ends else "–"
            found.append(Change(say("đến hết ngày"), before, day_text(ends - ONE_DAY)))
        for what, was, now in (
            (say("phụ trách"), held.head, head),
            (say("đứng đầu"), held.leader, leader),
        ):
            if now is not None and now != was:
                found.append(Change(what, "x" if was else "–", "x" if now else "–"))
        return tuple(found)


def _overlap(one: PostEntry, starts: date, ends: date | None) -> bool:
    begins = one.starts or date.min
    return (ends is None or begins < ends) and (one.ends is None or starts < one.ends)


def _refuse_twice(made: Plan, entry: PostEntry, same: Sequence[PostEntry]) -> None:
    """`same`: rows before it of the same person, role and unit."""
    for other in same:
        if _overlap(other, entry.starts or date.min, entry.ends):
            message = say(
                "Trùng với dòng %(row)s: cùng người, chức danh, đơn vị và thời gian.",
                row=other.line.number,
            )
            made.problems.append(entry.line.problem("username", message))
            return


def refuse_held(made: Plan, there: There) -> None:
    """New posts do not overlap those that their holders have already."""
    for entry in made.posts:
        if entry.fate is not Fate.ADDED:
            continue
        for post in there.posts.get((entry.username, entry.role, entry.unit), ()):
            if _overlap(entry, post.starts, post.ends):
                message = say(
                    "Người này đã giữ chức danh này %(period)s: hãy ghi đúng ngày bắt đầu đó hoặc "
                    "để trống.",
                    period=period_text(post.starts, post.ends),
                )
                made.problems.append(entry.line.problem("starts", message))
                break


def _refuse_second_leaders(made: Plan, there: There) -> None:
    """A unit has one leader at a time, of those that the file gives and those that are there."""
    refuse_held(made, there)
    leading = [one for one in made.posts if one.leader]
    changed = {one.post_id for one in made.posts if one.post_id is not None}
    for place, entry in enumerate(leading):
        for other in leading[:place]:
            if other.unit == entry.unit and _overlap(other, entry.starts or date.min, entry.ends):
                message = say(
                    "Đơn vị %(unit)s có hai người đứng đầu cùng lúc: xem dòng %(row)s.",
                    unit=entry.unit,
                    row=other.line.number,
                )
                made.problems.append(entry.line.problem("leader", message))
                break
        if entry.fate is Fate.SAME:
            continue
        for post in there.leaders.get(entry.unit, ()):
            if post.id not in changed and _overlap(entry, post.starts, post.ends):
                made.problems.append(entry.line.problem("leader", _led(post)))
                break


def _led(post: PostLine) -> Message:
    return say(
        "Trong thời gian này %(unit)s đã có người đứng đầu là %(name)s.",
        unit=post.unit,
        name=post.user,
    )
