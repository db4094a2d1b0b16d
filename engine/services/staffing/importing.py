"""Bringing a staff workbook in: first what it would do, then all of it in one act."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from engine.adapters.workbooks import read_workbook
from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.mail import checked_address
from engine.domain.messages import say
from engine.domain.states import MailWish
from engine.persistence import people, staff
from engine.persistence.tables import UnitRow, UserRow
from engine.services import accounts, journalling, organising, posts, units
from engine.services import staff as accounting
from engine.services.act import Act
from engine.services.staffing import post_rows, unit_rows, user_rows
from engine.services.staffing.columns import POSTS, UNITS, USERS, recognise
from engine.services.staffing.plans import Fate, Plan, PostEntry, There, UnitEntry, UserEntry
from engine.services.units import UnitFacts


@dataclass(frozen=True)
class Given:
    """A new account with its first password: told once, kept nowhere."""

    username: str
    full_name: str
    password: str


@dataclass(frozen=True)
class Imported:
    """What was brought in."""

    plan: Plan
    passwords: tuple[Given, ...]


def plan(act: Act, filename: str, content: bytes) -> Plan:
    """Reads a workbook and says what it would do; changes nothing (administrators).

    Raises NotPermitted, Misuse for a file that cannot be read at all.
    """
    require(act.actor, Permission.USER_ADMIN)
    found, there = recognise(read_workbook(content)), There.of(act)
    made = Plan(filename, sha256(content).hexdigest(), problems=list(found.problems))
    own = next((one.username for one in there.users.values() if one.id == act.actor.user_id), "")
    unit_rows.plan(made, there, found.lines.get(UNITS, ()))
    user_rows.plan(made, there, found.lines.get(USERS, ()), own)
    post_rows.plan(made, there, found.lines.get(POSTS, ()))
    user_rows.warn_of_twins(made, there)
    order = {UNITS: 0, USERS: 1, POSTS: 2}
    made.problems.sort(key=lambda one: (order.get(one.sheet, -1), one.row or 0, one.column))
    return made


def perform(act: Act, filename: str, content: bytes, seen: str | None = None) -> Imported:
    """Brings the workbook in, all of it or nothing; the same file again changes nothing.

    1. permission; 2. plan it anew: nothing may be wrong, nor other than what was `seen` (the
    digest of that plan); 3. units from the top down, people, posts; 4. journal.
    Raises NotPermitted, Misuse, Conflict.
    """
    require(act.actor, Permission.USER_ADMIN)
    made = plan(act, filename, content)
    if made.errors:
        raise Misuse(say("Tệp còn %(count)s chỗ chưa đúng, chưa nhập gì.", count=len(made.errors)))
    if seen is not None and seen != made.digest:
        raise Conflict(say("Dữ liệu đã thay đổi từ khi xem trước. Hãy xem lại rồi nhập."))
    if not made.changing:
        return Imported(made, ())
    with journalling.together(act):
        _bring_units(act, made.units)
        passwords = [given for entry in made.users if (given := _bring_user(act, entry))]
        _bring_posts(act, made.posts)
        journalling.note(
            act,
            Journalled.STAFF_IMPORTED,
            file=filename,
            sha256=made.sha256,
            units=_moving(made, made.units),
            users=_moving(made, made.users),
            posts=_moving(made, made.posts),
        )
    return Imported(made, tuple(passwords))


def _moving(made: Plan, entries: list[UnitEntry] | list[UserEntry] | list[PostEntry]) -> int:
    return len(entries) - made.count(entries, Fate.SAME)


def _bring_units(act: Act, entries: list[UnitEntry]) -> None:
    """Units above come before those below: new ones first, what changes after."""
    ids = {row.code: row.id for row in units.listed(act)}
    waiting = [one for one in entries if one.fate is Fate.ADDED]
    while waiting:
        ready = [
            one for one in waiting if not one.values.get("parent") or one.values["parent"] in ids
        ]
        if not ready:
            raise Misuse(say("Đơn vị trực thuộc vòng tròn."))  # planning has told where
        for entry in ready:
            told = entry.values
            above = ids[told["parent"]] if told.get("parent") else None
            row = organising.add_unit(act, entry.code, told["name"], told["kind"], above)
            for name in ("sign", "place", "address", "phone"):
                setattr(row, name, told.get(name, ""))
            ids[entry.code] = row.id
        waiting = [one for one in waiting if one.code not in ids]
    for entry in entries:
        if entry.fate is Fate.CHANGED:
            row = act.session.get_one(UnitRow, ids[entry.code])
            told = {name: entry.values.get(name) or getattr(row, name) for name in _FACTS}
            parent = entry.values.get("parent")
            above = ids[parent] if parent else row.parent_id
            units.edit(act, row.id, UnitFacts(parent_id=above, **told))


_FACTS = ("name", "kind", "sign", "place", "address", "phone")


def _bring_user(act: Act, entry: UserEntry) -> Given | None:
    if entry.fate is Fate.SAME:
        return None
    if entry.fate is Fate.ADDED:
        password = accounting.generated_password()
        row = accounts.add_user(
            act,
            entry.username,
            entry.full_name,
            password,
            administrator=bool(entry.administrator),
            analyst=bool(entry.analyst),
            generated=True,
        )
        if entry.email:  # no mail waits for somebody new
            row.email, row.mail = checked_address(entry.email), MailWish.EACH
        return Given(row.username, row.full_name, password)
    found = people.user_named(act.session, entry.username)
    if found is None:
        raise Conflict()
    accounting.change(
        act,
        found.id,
        entry.full_name or found.full_name,
        administrator=found.administrator if entry.administrator is None else entry.administrator,
        analyst=found.analyst if entry.analyst is None else entry.analyst,
    )
    if entry.email and entry.email != found.email:
        wish = MailWish(found.mail) if found.email else MailWish.EACH
        accounts.set_mail(act, entry.username, entry.email, wish)
    return None


def _bring_posts(act: Act, entries: list[PostEntry]) -> None:
    """What ends or is marked otherwise first: a unit has one leader at a time."""
    ids = {row.code: row for row in units.listed(act)}
    users = {line.username: line.id for line in staff.users(act.session)}
    for entry in sorted(entries, key=lambda one: (one.leader, one.line.number)):
        if entry.fate is Fate.CHANGED and entry.post_id is not None:
            row = posts.one(act, entry.post_id)
            if entry.ends is not None and entry.ends != row.ends:
                posts.end(act, row.id, entry.ends)
            if (row.head, row.leader) != (entry.head, entry.leader):
                posts.mark(act, row.id, act.today, head=entry.head, leader=entry.leader)
    for entry in entries:
        if entry.fate is Fate.ADDED:
            user = act.session.get_one(UserRow, users[entry.username])
            organising.appoint(
                act,
                user,
                entry.role,
                ids[entry.unit],
                entry.starts or act.today,
                ends=entry.ends,
                head=entry.head,
                leader=entry.leader,
            )
