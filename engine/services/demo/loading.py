"""Demo data: one province, three communes, their dossiers, made through the real services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import select

from engine.domain.access import SUPERVISOR
from engine.domain.clock import HandClock, local_day
from engine.domain.states import MailWish, TaskState, TimerState
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence.calendars import load_calendar
from engine.persistence.people import demo_usernames
from engine.persistence.tables import PostRow, TaskRow, TimerRow, UnitRow, UserRow
from engine.ports import PasswordHasher
from engine.services import accounts as accounting
from engine.services import filing, hurrying, organising, tasks, timers
from engine.services.act import Act, Application
from engine.services.demo import cast
from engine.services.demo.answers import Scene, written
from engine.services.demo.dossiers import DOSSIERS, Dossier, Stop
from engine.services.demo.families import application
from engine.services.demo.rulings import Ruling

#: Posts in the demo are held from here on; Quy trình 02 is in force since.
SINCE = date(2025, 7, 1)


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
    moments = _Moments(calendar, app.clock.now())
    begun = [one for one in DOSSIERS if local_day(moments.ago(one.filed)) >= SINCE]
    for number, dossier in enumerate(begun, start=1):
        _Maker(past, clock, moments, town, number, dossier).make()
    return len(begun)


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


@dataclass(frozen=True)
class _Town:
    units: Mapping[str, int]  # by code
    users: Mapping[str, int]  # by username
    officers: Mapping[tuple[str, int], int]  # (role, unit) -> the user who does the work


def _settle(act: Act) -> _Town:
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
    for person in cast.PEOPLE:
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
    for person in cast.PEOPLE:
        if person.stands_in_for:
            away = act.today - timedelta(days=3), act.today + timedelta(days=14)
            absent = posts[person.stands_in_for]
            organising.substitute(act, absent, users[person.username], *away)
    name, full = cast.ANALYST
    accounting.add_user(act, name, full, cast.PASSWORD, analyst=True, demo=True)
    name, full = cast.ADMINISTRATOR
    accounting.add_user(act, name, full, cast.PASSWORD, administrator=True, demo=True)
    for account in accounts():
        accounting.set_mail(
            act, account.username, f"{account.username}@{cast.MAIL_DOMAIN}", MailWish.EACH
        )
    officers = {
        (person.role, units[person.unit].id): users[person.username].id
        for person in reversed(cast.PEOPLE)
    }
    return _Town(
        {code: unit.id for code, unit in units.items()},
        {username: user.id for username, user in users.items()},
        officers,
    )


class _Moments:
    """Moments some working days before the present, always within working hours."""

    def __init__(self, calendar: WorkingCalendar, now: datetime) -> None:
        self.calendar = calendar
        self._now = now
        self._days = self._working_days_back(local_day(now))
        opening = calendar.opening_moment(self._days[0])
        self._today = calendar.working_hours_between(opening, now) / calendar.hours_per_day

    def ago(self, days: float) -> datetime:
        position = self._today - Fraction(str(days))
        back = 0
        while position < 0:
            position += 1
            back += 1
        opening = self.calendar.opening_moment(self._days[back])
        hours = position * self.calendar.hours_per_day
        return min(self.calendar.add_working_hours(opening, hours)[0], self._now)

    def soon_after(self, moment: datetime) -> datetime:
        """An hour of work later."""
        return self.calendar.add_working_hours(moment, Fraction(1))[0]

    def _working_days_back(self, today: date) -> list[date]:
        """Working days from the last one that has begun, backwards, long enough for the demo."""
        wanted = int(max(dossier.filed for dossier in DOSSIERS)) + 3
        days: list[date] = []
        day = today
        while len(days) < wanted:
            works = self.calendar.is_working_day(day)
            if works and self.calendar.opening_moment(day) <= self._now:
                days.append(day)
            day -= timedelta(days=1)
        return days


@dataclass(frozen=True)
class _Work:
    """An open task, as far as somebody has to know it to do it."""

    id: int
    element: str
    recorder: tuple[str, int]  # the role and unit that does it, or records that it was done


@dataclass
class _Maker:
    """Makes one dossier and carries it as far as its stops say."""

    app: Application
    clock: HandClock
    moments: _Moments
    town: _Town
    number: int
    dossier: Dossier
    case_id: int = 0
    works: tuple[_Work, ...] = ()  # what is open

    def make(self) -> None:
        self.clock.move_to(self.moments.ago(self.dossier.filed))
        self.file()
        stops = self.dossier.stops
        times = [self.moments.ago(ago) for ago in (*(stop.ago for stop in stops), 0)]
        for stop, (moment, limit) in zip(stops, pairwise(times), strict=True):
            if not self.complete(stop, moment, limit):
                break  # the posting is not over yet on this calendar: there it stays
        if self.dossier.held_by:
            self.take_up(self.town.users[self.dossier.held_by])
        if self.dossier.urgent:
            with self.app.act(self.town.users[cast.SUPERVISOR]) as act:
                hurrying.hurry(act, self.case_id, self.dossier.urgent)
        if self.dossier.ruling:
            self.rule(self.dossier.ruling)

    def file(self) -> None:
        """Receives the dossier, with an application that was signed some days before."""
        unit_id = self.town.units[self.dossier.family.unit]
        signed = local_day(self.clock.now()) - timedelta(days=1 + self.number % 4)
        with self.app.act(self.town.officers["ttpvhcc-xa", unit_id]) as act:
            case = filing.file_case(
                act,
                cast.PROCEDURE,
                unit_id,
                self.dossier.channel,
                application(self.dossier.family, self.commune, signed),
                f"demo-{self.number}",
            )
            self.case_id = case.id
            self.works = self.open_work(act)

    def complete(self, stop: Stop, moment: datetime, limit: datetime) -> bool:
        """Does a step then, or once the timer before it has fired; False when that is too late."""
        if self.find(stop.element) is None:
            moment = max(moment, self.fire_before(limit) or moment)
        work = self.find(stop.element)
        if work is None:
            return False
        self.clock.move_to(moment)
        with self.app.act(self.town.officers[work.recorder]) as act:
            tasks.complete(act, work.id, {**written(stop.element, self.scene(act)), **stop.said})
            self.works = self.open_work(act)
        return True

    def take_up(self, user_id: int) -> None:
        """Puts what is open on somebody's desk, with what they have written so far."""
        for work in self.works:
            with self.app.act(user_id) as act:
                tasks.claim(act, work.id)
                if self.dossier.draft:
                    tasks.save_draft(act, work.id, self.dossier.draft)

    def rule(self, ruling: Ruling) -> None:
        """Lets somebody decide about the dossier's term."""
        self.clock.move_to(self.moments.ago(ruling.ago))
        with self.app.act(self.town.users[ruling.by]) as act:
            ruling.do(act, self.case_id, ruling, self.moments.calendar)

    def fire_before(self, limit: datetime) -> datetime | None:
        """Fires the dossier's timers as the worker would have; tells when work could go on."""
        with self.app.act(None, write=False) as act:
            waiting = act.session.execute(
                select(TimerRow.id, TimerRow.fires_at).where(
                    TimerRow.case_id == self.case_id, TimerRow.state == TimerState.WAITING
                )
            ).all()
        seen = None
        for timer in waiting:
            noticed = self.moments.soon_after(timer.fires_at)
            if noticed <= limit:
                self.clock.move_to(timer.fires_at)
                with self.app.act(None) as act:
                    timers.fire(act, timer.id)
                    self.works = self.open_work(act)
                seen = noticed
        return seen

    def find(self, element: str) -> _Work | None:
        return next((work for work in self.works if work.element == element), None)

    def open_work(self, act: Act) -> tuple[_Work, ...]:
        found = act.session.execute(
            select(TaskRow.id, TaskRow.element, TaskRow.role, TaskRow.unit_id).where(
                TaskRow.case_id == self.case_id, TaskRow.state == TaskState.OPEN
            )
        )
        recorder = self.app.roles.recorder
        return tuple(_Work(row.id, row.element, (recorder(row.role), row.unit_id)) for row in found)

    def scene(self, act: Act) -> Scene:
        dossier = self.dossier
        return Scene(
            family=dossier.family,
            commune=self.commune,
            receiver=cast.first_of(dossier.family.unit, "ttpvhcc-xa").name,
            number=self.number,
            day=act.today,
            channel=dossier.channel,
            damaged=dossier.damaged,
            experts=dossier.experts,
        )

    @property
    def commune(self) -> str:
        """`xã An Phú`"""
        return cast.place(self.dossier.family.unit).name.removeprefix("Ủy ban nhân dân ")
