"""Demo data: one province, three communes, their dossiers, made through the real services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.domain.access import SUPERVISOR
from engine.domain.clock import HandClock, local_day
from engine.domain.states import MailWish
from engine.persistence.calendars import load_calendar
from engine.persistence.people import demo_usernames
from engine.persistence.tables import PostRow, UnitRow, UserRow
from engine.ports import PasswordHasher
from engine.services import accounts as accounting
from engine.services import organising
from engine.services.act import Act, Application
from engine.services.demo import arrivals, cast, gatherings, offices
from engine.services.demo.dossiers import DOSSIERS
from engine.services.demo.making import Maker, Moments, Town

#: Posts in the demo are held from here on; Quy trình 02 is in force since.
SINCE = date(2025, 7, 1)

#: So many working days ago the offices began to number their letters with the program.
BOOKS_SINCE = 12


@dataclass(frozen=True)
class DemoAccount:
    """An account to print: who it is and how to sign in."""

    username: str
    password: str
    name: str
    title: str  # role and unit, in Vietnamese


TITLES: Mapping[str, str] = {
    "ttpvhcc-xa": "tiếp nhận hồ sơ",
    "cv-ncc-xa": "chuyên viên người có công",
    "ld-phong-vhxh": "lãnh đạo Phòng Văn hóa - Xã hội",
    "ld-ubnd-xa": "lãnh đạo Ủy ban nhân dân",
    "van-thu-xa": "văn thư",
    "hd-xn-ncc-xa": "thành viên Hội đồng xác nhận",
    "van-thu-snv": "văn thư",
    "cv-ncc-snv": "chuyên viên Phòng Người có công",
    "ld-phong-ncc-snv": "lãnh đạo Phòng Người có công",
    "ld-snv": "lãnh đạo Sở",
    "mot-cua-snv": "bộ phận Một cửa",
    "ct-ubnd-tinh": "Chủ tịch",
    "ubnd-tinh": "Văn phòng Ủy ban nhân dân",
    "hd-xac-minh-tinh": "Hội đồng xác minh",
    SUPERVISOR: "giám sát",
}


def accounts() -> tuple[DemoAccount, ...]:
    """The demo accounts, first one of each kind in the order in which a dossier meets them."""
    places = {place.code: place.name for place in cast.PLACES}
    found = {
        person.username: DemoAccount(
            person.username,
            cast.PASSWORD,
            person.name,
            f"{TITLES[person.role]}, {places[person.unit]}",
        )
        for person in cast.PEOPLE
    }
    for (username, name), title in (
        (cast.ANALYST, "chuyên viên phân tích quy trình"),
        (cast.ADMINISTRATOR, "quản trị hệ thống"),
    ):
        found[username] = DemoAccount(username, cast.PASSWORD, name, title)
    order = [*cast.FIRST, *(name for name in found if name not in cast.FIRST)]
    return tuple(found[name] for name in order)


def load(app: Application) -> int:
    """Loads the demo data when there is none yet; returns how many dossiers were made.

    Needs the procedure deployed and the calendar seeded. Everything is made by the real services
    at moments before the present, so that what is shown as overdue is overdue.
    """
    with app.act(None, write=False) as act:
        if demo_usernames(act.session):
            return 0
        calendar = load_calendar(act.session, app.settings.shifts)
    clock = HandClock(app.clock.now())
    past = replace(
        app, clock=clock, ports=replace(app.ports, passwords=_OneHash(app.ports.passwords))
    )
    with past.act(None) as act:
        town = _settle(act)
    moments = Moments(calendar, app.clock.now())
    clock.move_to(moments.ago(BOOKS_SINCE))
    offices.open_books(past, town.units, town.users)
    begun = [one for one in DOSSIERS if local_day(moments.ago(one.filed)) >= SINCE]
    makers = [Maker(past, clock, moments, town, *numbered) for numbered in enumerate(begun, 1)]
    for maker in makers:
        maker.make()
    arrived = arrivals.arrive(past, clock, moments, town)
    dossiers = {maker.dossier.family: maker.case_id for maker in makers}
    gatherings.gather(past, clock, moments.ago, town.users, dossiers)
    for maker in makers:
        maker.finish()
    offices.settle(past, clock, moments.ago, town.units, town.users, dossiers)
    return len(makers) + arrived


class _OneHash:
    """The same password hashed once: thirty strong hashes would take longer than all the rest."""

    def __init__(self, real: PasswordHasher) -> None:
        self._real = real
        self._hashes: dict[str, str] = {}

    def hash(self, password: str) -> str:
        if password not in self._hashes:
            self._hashes[password] = self._real.hash(password)
        return self._hashes[password]

    def hash_generated(self, password: str) -> str:
        return self._real.hash_generated(password)

    def verify(self, hashed: str, password: str) -> bool:
        return self._real.verify(hashed, password)


def _settle(act: Act) -> Town:
    """Units, accounts, posts and substitutes."""
    units: dict[str, UnitRow] = {}
    for place in cast.PLACES:
        parent = units[place.parent].id if place.parent else None
        unit = organising.add_unit(act, place.code, place.name, place.kind, parent)
        unit.sign, unit.place = place.sign, place.seat
        unit.address, unit.phone = place.address, place.phone
        units[place.code] = unit
    users: dict[str, UserRow] = {}
    posts: dict[str, PostRow] = {}
    for person in (*cast.PEOPLE, cast.LOCKED):
        user = accounting.add_user(act, person.username, person.name, cast.PASSWORD, demo=True)
        users[person.username] = user
        posts[person.username] = organising.appoint(
            act,
            user,
            person.role,
            units[person.unit],
            SINCE,
            head=person.head,
            leader=person.leader,
        )
    at = {person.username: person.unit for person in cast.PEOPLE}
    for username, role, head in cast.MORE_POSTS:
        unit = units[at[username]]
        organising.appoint(act, users[username], role, unit, SINCE, head=head, leader=False)
    for person in cast.PEOPLE:
        if person.stands_in_for:
            away = act.today - timedelta(days=3), act.today + timedelta(days=14)
            absent = posts[person.stands_in_for]
            organising.substitute(act, absent, users[person.username], *away)
    name, full = cast.ANALYST
    users[name] = accounting.add_user(act, name, full, cast.PASSWORD, analyst=True, demo=True)
    name, full = cast.ADMINISTRATOR
    users[name] = accounting.add_user(act, name, full, cast.PASSWORD, administrator=True, demo=True)
    for account in accounts():
        accounting.set_mail(
            act, account.username, f"{account.username}@{cast.MAIL_DOMAIN}", MailWish.EACH
        )
    officers = {
        (role, units[at[username]].id): users[username].id
        for username, role, _ in reversed(cast.MORE_POSTS)
    }
    officers |= {
        (person.role, units[person.unit].id): users[person.username].id
        for person in reversed(cast.PEOPLE)
    }
    return Town(
        {code: unit.id for code, unit in units.items()},
        {username: user.id for username, user in users.items()},
        officers,
    )
