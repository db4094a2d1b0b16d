"""What a staff workbook would change, as values: entries, problems, and what is there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from engine.domain.messages import Message
from engine.domain.roles import RoleRegister
from engine.persistence import staff
from engine.persistence.staff import PostLine, UserLine
from engine.persistence.tables import UnitRow
from engine.services import units
from engine.services.act import Act
from engine.services.staffing.columns import Line, Problem


class Fate(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Change:
    """A fact that becomes another one."""

    what: Message
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """A row of the workbook as it would be brought in."""

    line: Line
    fate: Fate
    what: str  # the unit, the person, the post in words
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class UnitEntry(Entry):
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)  # filled cells; `parent` is a code


@dataclass(frozen=True)
class UserEntry(Entry):
    username: str = ""
    full_name: str = ""
    email: str = ""
    administrator: bool | None = None
    analyst: bool | None = None


@dataclass(frozen=True)
class PostEntry(Entry):
    username: str = ""
    role: str = ""
    unit: str = ""  # its code
    starts: date | None = None
    ends: date | None = None  # the first day on which it is over
    head: bool = False
    leader: bool = False
    post_id: int | None = None  # of a post that is there


@dataclass
class Plan:
    """Everything that a workbook would do, and what speaks against it."""

    filename: str
    sha256: str
    units: list[UnitEntry] = field(default_factory=list)
    users: list[UserEntry] = field(default_factory=list)
    posts: list[PostEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        return [*self.units, *self.users, *self.posts]

    @property
    def errors(self) -> list[Problem]:
        return [one for one in self.problems if not one.warning]

    @property
    def warnings(self) -> list[Problem]:
        return [one for one in self.problems if one.warning]

    def count(self, entries: Sequence[Entry], fate: Fate) -> int:
        return sum(one.fate == fate for one in entries)

    @property
    def changing(self) -> bool:
        """Whether it would change anything."""
        return any(one.fate is not Fate.SAME for one in self.entries)

    @property
    def digest(self) -> str:
        """Another one when the same file would do something else by now."""
        told = [
            (
                one.fate.value,
                one.line.sheet,
                one.line.number,
                one.what,
                [(str(change.what), change.before, change.after) for change in one.changes],
            )
            for one in self.entries
        ]
        return sha256(repr((self.sha256, told)).encode()).hexdigest()


@dataclass
class There:
    """What is there already, as planning looks it up."""

    roles: RoleRegister
    today: date
    units: dict[str, UnitRow]  # by code
    codes: dict[int, str]  # of units, by id
    users: dict[str, UserLine]  # by username
    posts: dict[tuple[str, str, str], list[PostLine]]  # by username, role, code; not over
    leaders: dict[str, list[PostLine]]  # by code; not over
    ever_posted: frozenset[str]  # codes of units where a post was ever given

    @classmethod
    def of(cls, act: Act) -> There:
        rows = units.listed(act)
        codes = {row.id: row.code for row in rows}
        posts: dict[tuple[str, str, str], list[PostLine]] = {}
        leaders: dict[str, list[PostLine]] = {}
        given = staff.posts(act.session)
        for post in given:
            if post.over_on(act.today):
                continue
            code = codes[post.unit_id]
            posts.setdefault((post.username, post.role, code), []).append(post)
            if post.leader:
                leaders.setdefault(code, []).append(post)
        return cls(
            roles=act.app.roles,
            today=act.today,
            units={row.code: row for row in rows},
            codes=codes,
            users={line.username: line for line in staff.users(act.session)},
            posts=posts,
            leaders=leaders,
            ever_posted=frozenset(codes[post.unit_id] for post in given),
        )
