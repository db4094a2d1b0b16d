"""Changing units: what letterheads say of them, where they belong, and that they are no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import select

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse, NotFound
from engine.domain.folding import fold
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.routing import units_above
from engine.persistence import people, staff
from engine.persistence.tables import PostRow, UnitRow
from engine.services import journalling, organising, posts
from engine.services.act import Act

REASON_LENGTH = 300

_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")

#: The facts of a unit as people call them, and how long each may be.
FIELDS: Mapping[str, tuple[Message, int]] = {
    "name": (say("tên"), 200),
    "kind": (say("loại"), 60),
    "parent_id": (say("đơn vị cấp trên"), 0),
    "sign": (say("ký hiệu"), 30),
    "place": (say("địa danh"), 100),
    "address": (say("địa chỉ"), 300),
    "phone": (say("điện thoại"), 30),
}


@dataclass(frozen=True)
class UnitFacts:
    """What is told of a unit; its code never changes, it stands in codes of dossiers."""

    name: str
    kind: str
    parent_id: int | None = None
    sign: str = ""
    place: str = ""
    address: str = ""
    phone: str = ""

    @classmethod
    def of(cls, row: UnitRow) -> UnitFacts:
        return cls(**{name: getattr(row, name) for name in FIELDS})


@dataclass(frozen=True)
class Standing:
    """What still hangs on a unit."""

    open_tasks: int
    running_cases: int
    posts: int  # in force or to come
    below: tuple[str, ...]  # names of open units right below

    @property
    def idle(self) -> bool:
        return not (self.open_tasks or self.running_cases or self.posts or self.below)


def one(act: Act, unit_id: int) -> UnitRow:
    """A unit (administrators). Raises NotFound."""
    require(act.actor, Permission.USER_ADMIN)
    row = act.session.get(UnitRow, unit_id)
    if row is None:
        raise NotFound()
    return row


def with_code(act: Act, code: str) -> UnitRow:
    """A unit by its code (administrators). Raises NotFound."""
    require(act.actor, Permission.USER_ADMIN)
    row = act.session.scalars(select(UnitRow).where(UnitRow.code == code)).one_or_none()
    if row is None:
        raise NotFound(say("Không có đơn vị nào mang mã “%(code)s”.", code=code))
    return row


def meant(act: Act, text: str) -> UnitRow:
    """The unit that somebody typed: `UBND xã An Phú (ap)`, a code, or a name only one has.

    Raises NotPermitted, Misuse (none, or several of that name).
    """
    require(act.actor, Permission.USER_ADMIN)
    inside = _IN_BRACKETS.search(text)
    code = (inside[1] if inside else text).strip().lower()
    row = act.session.scalars(select(UnitRow).where(UnitRow.code == code)).one_or_none()
    if row is not None:
        return row
    wanted = fold(text)
    found = [unit for unit in people.units(act.session).values() if fold(unit.name) == wanted]
    if len(found) == 1:
        return act.session.get_one(UnitRow, found[0].id)
    if found:
        raise Misuse(
            say(
                "Có %(count)s đơn vị tên “%(text)s”. Hãy ghi mã đơn vị.",
                count=len(found),
                text=text,
            )
        )
    raise Misuse(
        say("Không có đơn vị “%(text)s”. Hãy chọn trong danh sách gợi ý.", text=text)
        if text.strip()
        else say("Hãy chọn đơn vị.")
    )


def listed(act: Act) -> list[UnitRow]:
    """All units, closed ones among them, by name (administrators)."""
    require(act.actor, Permission.USER_ADMIN)
    return list(act.session.scalars(select(UnitRow).order_by(UnitRow.name, UnitRow.id)))


def choices(act: Act) -> list[str]:
    """Open units as `meant` reads them, for suggestions while typing."""
    return [f"{row.name} ({row.code})" for row in listed(act) if not row.closed]


def add(act: Act, code: str, facts: UnitFacts) -> UnitRow:
    """Adds a unit with everything that is told of it. Raises NotPermitted, Misuse."""
    require(act.actor, Permission.USER_ADMIN)
    facts = _tidied(facts)
    _refuse_wrong(act, None, facts)
    row = organising.add_unit(act, code, facts.name, facts.kind, facts.parent_id)
    for name in ("sign", "place", "address", "phone"):
        setattr(row, name, getattr(facts, name))
    return row


def edit(act: Act, unit_id: int, facts: UnitFacts) -> list[str]:
    """Changes what is told of a unit; the fields that changed. Nothing changed: no journal line.

    Raises NotPermitted, NotFound, Misuse: no name, a kind unknown or changed under posts, a unit
    above that is closed or stands below this one.
    """
    require(act.actor, Permission.USER_ADMIN)
    row = act.session.get(UnitRow, unit_id, with_for_update=True)
    if row is None:
        raise NotFound()
    before, after = asdict(UnitFacts.of(row)), asdict(_tidied(facts))
    changed = [name for name in FIELDS if before[name] != after[name]]
    if not changed:
        return []
    _refuse_wrong(act, row, UnitFacts(**after))
    for name in changed:
        setattr(row, name, after[name])
    act.session.flush()
    journalling.note(
        act,
        Journalled.UNIT_CHANGED,
        unit=row.name,
        code=row.code,
        fields=", ".join(str(FIELDS[name][0]) for name in changed),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return changed


def standing(act: Act, unit_id: int) -> Standing:
    """What hangs on a unit (administrators)."""
    require(act.actor, Permission.USER_ADMIN)
    known = people.units(act.session)
    return Standing(
        open_tasks=staff.count_open_tasks(act.session, unit_id),
        running_cases=staff.count_running_cases(act.session, unit_id),
        posts=len(staff.posts(act.session, unit_id=unit_id, lasting_on=act.today)),
        below=tuple(
            sorted(u.name for u in known.values() if u.parent_id == unit_id and not u.closed)
        ),
    )


def close(act: Act, unit_id: int, reason: str, *, end_posts: bool = False) -> UnitRow:
    """Says that a unit is no office any more; dossiers and the journal keep its name.

    1. permission, reason; 2. nothing may be under way there: no open task, no running dossier, no
    open unit below; 3. posts: ended today with `end_posts`, refused without; 4. journal.
    Raises NotPermitted, NotFound, Misuse.
    """
    require(act.actor, Permission.USER_ADMIN)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= REASON_LENGTH:
        raise Misuse(say("Hãy ghi lý do, không quá %(limit)s ký tự.", limit=REASON_LENGTH))
    row = act.session.get(UnitRow, unit_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.closed:
        raise Misuse(say("%(unit)s đã ngừng hoạt động rồi.", unit=row.name))
    stands = standing(act, unit_id)
    problems = list(_in_the_way(stands, end_posts=end_posts))
    if problems:
        what = " ".join(str(problem) for problem in problems)
        raise Misuse(say("Chưa ngừng hoạt động được %(unit)s. %(what)s", unit=row.name, what=what))
    for line in staff.posts(act.session, unit_id=unit_id, lasting_on=act.today):
        posts.end(act, line.id, act.today)
    row.closed = True
    journalling.note(act, Journalled.UNIT_CLOSED, unit=row.name, code=row.code, reason=reason)
    return row


def reopen(act: Act, unit_id: int) -> UnitRow:
    """Says that a unit is an office again; its posts are given anew. Raises NotFound, Misuse."""
    row = one(act, unit_id)
    if not row.closed:
        raise Misuse(say("%(unit)s đang hoạt động.", unit=row.name))
    above = people.units(act.session).get(row.parent_id or 0)
    if above is not None and above.closed:
        raise Misuse(_closed(above.name))
    row.closed = False
    journalling.note(
        act,
        Journalled.UNIT_CHANGED,
        unit=row.name,
        code=row.code,
        fields=str(say("hoạt động trở lại")),
    )
    return row


def _in_the_way(stands: Standing, *, end_posts: bool) -> Iterable[Message]:
    if stands.open_tasks:
        yield say(
            "Còn %(count)s việc đang mở tại đơn vị: hãy làm xong hoặc giao đơn vị khác.",
            count=stands.open_tasks,
        )
    if stands.running_cases:
        yield say(
            "Còn %(count)s hồ sơ do đơn vị tiếp nhận chưa giải quyết xong.",
            count=stands.running_cases,
        )
    if stands.below:
        shown = ", ".join(stands.below[:3]) + ("…" if len(stands.below) > 3 else "")
        yield say(
            "Còn %(count)s đơn vị trực thuộc (%(names)s): hãy chuyển chúng về đơn vị khác trước.",
            count=len(stands.below),
            names=shown,
        )
    if stands.posts and not end_posts:
        yield say(
            "Còn %(count)s chức danh đang giao hoặc sắp giao: hãy chọn thôi giao cùng lúc.",
            count=stands.posts,
        )


def _tidied(facts: UnitFacts) -> UnitFacts:
    """Without blanks around and doubled."""
    told = {name: " ".join(getattr(facts, name).split()) for name in FIELDS if name != "parent_id"}
    return UnitFacts(parent_id=facts.parent_id, **told)


def _refuse_wrong(act: Act, row: UnitRow | None, facts: UnitFacts) -> None:
    if not facts.name:
        raise Misuse(say("Hãy ghi tên đơn vị."))
    for name, (label, longest) in FIELDS.items():
        if longest and len(getattr(facts, name)) > longest:
            raise Misuse(
                say("Phần “%(field)s” dài quá %(limit)s ký tự.", field=label, limit=longest)
            )
    if facts.kind not in act.app.roles.authorities:
        raise Misuse(say("Không có loại cơ quan “%(kind)s”.", kind=facts.kind))
    _refuse_wrong_parent(act, row, facts)
    if row is not None and row.kind != facts.kind and _ever_posted(act, row.id):
        raise Misuse(
            say(
                "Không đổi được loại của %(unit)s vì đã có chức danh giao ở đó. Hãy thêm một đơn "
                "vị mới.",
                unit=row.name,
            )
        )


def _refuse_wrong_parent(act: Act, row: UnitRow | None, facts: UnitFacts) -> None:
    if facts.parent_id is None:
        return
    known = people.units(act.session)
    above = known.get(facts.parent_id)
    if above is None:
        raise Misuse(say("Không có đơn vị cấp trên này."))
    if above.closed and (row is None or row.parent_id != facts.parent_id):
        raise Misuse(_closed(above.name))
    if row is not None and row.id in (facts.parent_id, *units_above(known, facts.parent_id)):
        raise Misuse(
            say(
                "%(above)s đang trực thuộc %(unit)s nên không thể là cấp trên của nó.",
                above=above.name,
                unit=row.name,
            )
        )


def _closed(name: str) -> Message:
    return say("%(unit)s đã ngừng hoạt động.", unit=name)


def _ever_posted(act: Act, unit_id: int) -> bool:
    return (
        act.session.scalar(select(PostRow.id).where(PostRow.unit_id == unit_id).limit(1))
        is not None
    )
