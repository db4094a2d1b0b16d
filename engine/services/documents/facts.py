"""What documents say of units, people, days and dossiers, in the words of official letters.

Documents are Vietnamese whoever reads the page: nothing here is translated.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.access import Held
from engine.domain.clock import local, local_day
from engine.domain.explanations import day_text
from engine.domain.roles import Role
from engine.domain.routing import nearest_units
from engine.domain.states import PersonPart
from engine.persistence import people
from engine.persistence.tables import CaseRow, ReceiptRow, TaskRow, UnitRow
from engine.services import looking_up
from engine.services.act import Act
from engine.services.documents.papers import Applicant, Letterhead
from engine.services.shelf import LoadedVersion

#: Authorities that name none above them in their letterhead (Nghị định 30/2020/NĐ-CP, Phụ lục I).
_ON_THEIR_OWN = ("ubnd-", "bo-", "vpcp", "ttgcp")

#: What the one leader of a unit signs as, by the beginning of the unit's kind.
_LEADERS: Mapping[str, str] = {
    "ubnd-": "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    "so-": "GIÁM ĐỐC",
    "bo-": "BỘ TRƯỞNG",
}
_ANY_LEADER = "THỦ TRƯỞNG ĐƠN VỊ"
_SUPERVISOR = "Cán bộ giám sát"

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
CHANNELS = {"counter": "Trực tiếp", "post": "Qua dịch vụ bưu chính", "online": "Trực tuyến"}
_GENDERS = {"nam": "Nam", "nu": "Nữ"}
_NUMBERED = re.compile(r"\s*\((?:Quy trình|QT)[^()]*\)\s*$")


@dataclass(frozen=True)
class Source:
    """A dossier that a document is written about, and the step or receipt that asks for it."""

    act: Act
    case: CaseRow
    version: LoadedVersion
    unit_id: int  # whose letterhead
    task: TaskRow | None = None
    receipt: ReceiptRow | None = None
    replaces: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What the dossier knows; the step's own answers, or its draft, come first.

        What another step answered on the same form is not this step's.
        """
        if self.task is None:
            return dict(self.case.data)
        own = self.task.data or self.task.draft or {}
        form = self.version.form_of(self.task.process, self.task.element)
        node = self.version.node(self.task.process, self.task.element)
        others = form.names if form and node.form in self.version.shared_forms else frozenset()
        return {**{n: v for n, v in self.case.data.items() if n not in others}, **own}

    def text(self, name: str) -> str:
        return plain(self.data.get(name))

    def first(self, beginning: str) -> str:
        """The first answer that is not blank among those whose name begins so."""
        found = (plain(value) for name, value in self.data.items() if name.startswith(beginning))
        return next((text for text in found if text), "")


# --- words ---------------------------------------------------------------------------------------


def plain(value: object) -> str:
    """Text for an answer that is text; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that say something, without the dashes people put before them."""
    return tuple(found for line in text.splitlines() if (found := line.strip(" \t-–+•;").strip()))


def sentence(text: str) -> str:
    """A reason as part of a sentence: in one line, without its full stop."""
    return " ".join(text.split()).rstrip(".;, ")


def known_day(stored: object) -> str:
    """A day as it was given: `12/05/1948`, `05/1948`, `1948`."""
    text = plain(stored)
    return "/".join(reversed(text.split("-"))) if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else text


def long_day(stored: object) -> str:
    """`ngày 12 tháng 05 năm 1948`, as far as it is known."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", plain(stored))
    if found is None:
        return plain(stored)
    year, month, day = found.groups()
    said = [f"ngày {day}"] if day else []
    if month:  # only January and February get a zero before them (Nghị định 30/2020/NĐ-CP)
        said.append(f"tháng {month if int(month) < 3 else int(month)}")
    return " ".join([*said, f"năm {year}"])


def gender(stored: object) -> str:
    return _GENDERS.get(plain(stored), "")


def day_of(moment: datetime | date) -> str:
    """`thứ Hai, ngày 09/03/2026`."""
    day = local_day(moment) if isinstance(moment, datetime) else moment
    return f"{_WEEKDAYS[day.weekday()]}, ngày {day_text(day)}"


def moment_of(moment: datetime | None, apart: str = " ngày ") -> str:
    """`15:30 ngày 09/03/2026`."""
    return f"{local(moment):%H:%M}{apart}{day_text(local_day(moment))}" if moment else ""


def procedure_of(version: LoadedVersion) -> str:
    """The procedure's name without the number under which the decision keeps it."""
    return _NUMBERED.sub("", version.drawing.name)


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def subject_called(version: LoadedVersion) -> str:
    """What papers call the person whom a dossier is about, as the procedure's forms say it."""
    persons = (person for form in version.forms.values() for person in form.persons)
    called = (one.called for one in persons if one.part is PersonPart.SUBJECT and one.called)
    return next(called, "ông (bà)")


# --- units and people ----------------------------------------------------------------------------


def letterhead(act: Act, unit_id: int) -> Letterhead:
    """A unit as its letters show it."""
    unit = act.session.get_one(UnitRow, unit_id)
    parent = act.session.get(UnitRow, unit.parent_id) if unit.parent_id else None
    alone = unit.kind.startswith(_ON_THEIR_OWN)
    return Letterhead(
        name=unit.name,
        parent="" if alone or parent is None else parent.name,
        place=unit.place,
        address=unit.address,
        phone=unit.phone,
    )


def unit_name(act: Act, unit_id: int) -> str:
    return people.units(act.session)[unit_id].name


def leader_of(act: Act, unit_id: int) -> tuple[str, str]:
    """What the unit's leader signs as, and who that is today ("" where nobody is appointed)."""
    seats = people.seats(act.session, act.today, [unit_id])
    name = next((seat.full_name for seat in seats if seat.leader and not seat.holder_id), "")
    return leader_title(people.units(act.session)[unit_id].kind), name


def leader_title(kind: str) -> str:
    found = (title for head, title in _LEADERS.items() if kind.startswith(head))
    return next(found, _ANY_LEADER)


def signing_post(act: Act, case_units: Collection[int]) -> Held | None:
    """The post for which the actor signs a letter on a dossier: in its offices, heads first."""
    known = act.app.roles.roles
    posts = sorted(
        act.actor.posts,
        key=lambda post: (
            post.unit_id not in case_units,
            post.role not in known,  # who supervises the unit as well signs for their office
            not post.leader,
            not post.head,
            post.unit_id,
        ),
    )
    return posts[0] if posts else None


def post_title(act: Act, post: Held | None) -> str:
    """What somebody signs as in a post: leaders as leaders, others by their role."""
    if post is None:
        return ""
    if post.leader and post.substitute_for is None:
        return leader_title(people.units(act.session)[post.unit_id].kind)
    role = act.app.roles.roles.get(post.role)
    return role.name if role else _SUPERVISOR


def attending(act: Act, unit_id: int, role: str | None) -> list[str]:
    """Who comes to a meeting of a step's people: them and the unit's leader, with their posts."""
    register: Mapping[str, Role] = act.app.roles.roles
    found: dict[str, str] = {}
    seats = people.seats(act.session, act.today, [unit_id])
    for seat in sorted(seats, key=lambda seat: not seat.leader):
        named = register.get(seat.role)
        if named is not None and not seat.holder_id and (seat.leader or seat.role == role):
            found.setdefault(seat.full_name, f"{seat.full_name} – {named.name}")
    return list(found.values())


def role_name(act: Act, role: str) -> str:
    known = act.app.roles.roles.get(role)
    return known.name if known else role


def next_authority(source: Source) -> str:
    """The authority to which the dossier goes on from a step's unit, by the drawing; "" for none.

    The first step ahead whose role belongs to another authority, and the nearest unit of its kind.
    """
    act, units = source.act, people.units(source.act.session)
    if source.task is None:
        return ""
    drawing = source.version.spec.drawing(source.task.process)
    own, seen, ahead = units[source.unit_id].kind, {source.task.element}, [source.task.element]
    while ahead:
        for flow in drawing.nodes[ahead.pop(0)].outgoing:
            node = drawing.nodes[drawing.flows[flow].target]
            if node.id in seen:
                continue
            seen.add(node.id)
            ahead.append(node.id)
            role = act.app.roles.find(drawing.lane_name(node.id) or "")
            if role is not None and role.kind not in (own, "nguoi-nop"):
                near = nearest_units(units, source.unit_id, role.kind)
                return units[near[0]].name if near else act.app.roles.authorities[role.kind]
    return ""


# --- the dossier ---------------------------------------------------------------------------------


def applicant(source: Source) -> Applicant:
    return Applicant(
        name=source.case.applicant,
        id_number=source.text("nguoi_cccd"),
        address=source.text("nguoi_thuong_tru"),
        phone=source.text("nguoi_dien_thoai"),
    )


def look_up(source: Source, *, make: bool) -> str:
    """The address in the QR code; `make`: with a key made now where there is none yet."""
    case = source.case
    key = looking_up.key_of(source.act, case) if make else case.look_up_key
    return looking_up.address(source.act.app.settings, case.code, key) if key else ""


def handed_in(source: Source, tasks: Collection[TaskRow]) -> tuple[tuple[str, str], ...]:
    """The papers of the dossier as last ticked off, each with the shape it came in."""
    papers: tuple[tuple[str, str], ...] = ()
    for task in tasks:
        form = source.version.form_of(task.process, task.element) if task.data else None
        papers = (form.papers(task.data or {}) if form else ()) or papers
    return papers


def desk(source: Source) -> str:
    """Who receives: the role of the step at which dossiers are accepted."""
    for drawing in source.version.spec.drawings.values():
        for node in drawing.nodes.values():
            role = source.act.app.roles.find(drawing.lane_name(node.id) or "")
            if node.acceptance and role is not None:
                return role.name
    return ""
