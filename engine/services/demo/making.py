"""Carries one dossier of the demo from its filing to where it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import select

from engine.domain.clock import HandClock, local_day
from engine.domain.states import TaskState, TimerState
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence.tables import TaskRow, TimerRow
from engine.services import filing, hurrying, tasks, timers
from engine.services.act import Act, Application
from engine.services.demo import cast
from engine.services.demo.answers import Scene, written
from engine.services.demo.courses import Dossier, Stop
from engine.services.demo.deeds import Deed, Desk
from engine.services.demo.dossiers import DOSSIERS
from engine.services.demo.families import application
from engine.services.demo.gatherings import GATHERINGS
from engine.services.demo.rulings import Ruling


@dataclass(frozen=True)
class Town:
    units: Mapping[str, int]  # by code
    users: Mapping[str, int]  # by username
    officers: Mapping[tuple[str, int], int]  # (role, unit) -> the user who does the work


class Moments:
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
class Maker:
    """Makes one dossier and carries it as far as its stops say."""

    app: Application
    clock: HandClock
    moments: Moments
    town: Town
    number: int
    dossier: Dossier
    case_id: int = 0
    works: tuple[_Work, ...] = ()  # what is open
    said: dict[str, object] = field(default_factory=dict)  # what deeds tell the next step

    def make(self) -> None:
        """Files it and carries it through its steps, with what was done between them."""
        self.clock.move_to(self.moments.ago(self.dossier.filed))
        self.file()
        stops, deeds = self.dossier.stops, list(self.dossier.deeds)
        times = [self.moments.ago(ago) for ago in (*(stop.ago for stop in stops), 0)]
        for stop, (moment, limit) in zip(stops, pairwise(times), strict=True):
            while deeds and deeds[0].ago > stop.ago:
                self.do(deeds.pop(0))
            if not self.complete(stop, moment, limit):
                return  # the posting is not over yet on this calendar: there it stays
        for deed in deeds:
            self.do(deed)

    def finish(self) -> None:
        """Puts it on the desk where it lies now, and decides what was decided about its term."""
        self.clock.move_to(max(self.moments.ago(ago) for ago in (self.dossier.filed, *self.ends())))
        with self.app.act(None, write=False) as act:
            self.works = self.open_work(act)
        if self.dossier.held_by:
            self.take_up(self.town.users[self.dossier.held_by])
        if self.dossier.urgent:
            with self.app.act(self.town.users[cast.SUPERVISOR]) as act:
                hurrying.hurry(act, self.case_id, self.dossier.urgent)
        if self.dossier.ruling:
            self.rule(self.dossier.ruling)

    def ends(self) -> list[float]:
        """When it came to where it is, alone or with its list."""
        last = [stop.ago for stop in self.dossier.stops[-1:]]
        gathered = (one for one in GATHERINGS if self.dossier.family in one.families)
        return last + [ago for one in gathered for _, _, ago in one.steps[-1:]]

    def do(self, deed: Deed) -> None:
        self.clock.move_to(self.moments.ago(deed.ago))
        deed.do(Desk(self.app, self.town.users[deed.by], self.case_id, self.said))

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
            usual = written(stop.element, self.scene(act))
            tasks.complete(act, work.id, {**usual, **stop.said, **self.said})
            self.said.clear()
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
