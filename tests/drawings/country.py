"""A country where everybody is at their post: whatever role a drawing names, somebody holds it.

One unit of each kind under one province, three communes, two departments: what a role of “another
place” does has to be given a unit by the officer before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from engine.adapters.holiday_years import seed_year
from engine.domain.clock import ZONE, HandClock
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence.calendars import load_calendar, save_years
from engine.services import accounts, calendars, organising
from engine.services.act import Act, Application
from engine.services.shelf import Shelf
from tests import factories
from tests.databases import Stock, fresh_database, stock_of

PROVINCE, COMMUNE, DEPARTMENT = "ubnd-cap-tinh", "ubnd-cap-xa", "so-noi-vu"
#: How many units there are of a kind, where there is more than one.
SEVERAL = {COMMUNE: 3, DEPARTMENT: 2}
SINCE = date(2012, 1, 1)
NEW_YEAR = datetime(2026, 1, 5, 8, tzinfo=ZONE)
#: Years that no office needs any more, but procedures that are closed.
EARLIER = range(2013, 2025)

Post = tuple[str, int]  # role, unit


@dataclass(frozen=True)
class Country:
    """Units by kind, and who holds a role in which of them."""

    app: Application
    units: dict[str, tuple[int, ...]]
    kinds: dict[int, str]
    holders: dict[Post, int]

    @contextmanager
    def act(self, user: int | None = None, *, write: bool = True) -> Iterator[Act]:
        with self.app.act(user, write=write) as act:
            yield act

    def move(self, moment: datetime) -> None:
        assert isinstance(self.app.clock, HandClock)
        self.app.clock.move_to(moment)

    @property
    def now(self) -> datetime:
        return self.app.clock.now()

    def calendar(self) -> WorkingCalendar:
        """No office of this country closes on days of its own."""
        with self.act(write=False) as act:
            return load_calendar(act.session, self.app.settings.shifts, None)


def settled(app: Application) -> Country:
    """Fills an empty database with offices and people."""
    register = app.roles
    held = sorted(
        role.id for role in register.roles.values() if role.internal and not role.elsewhere
    )
    kinds = sorted({register[role].kind for role in held} - {PROVINCE})
    with app.act(None) as act:
        calendars.seed(act)
        save_years(act.session, [seed_year(year) for year in EARLIER])
        top = organising.add_unit(act, "tinh", "UBND tỉnh", PROVINCE)
        units = {PROVINCE: [top]}
        for place, kind in enumerate(kinds):
            units[kind] = [
                organising.add_unit(act, f"u{place}x{n}", f"{kind} {n + 1}", kind, top.id)
                for n in range(SEVERAL.get(kind, 1))
            ]
        holders: dict[Post, int] = {}
        for role in held:
            for unit in units[register[role].kind]:
                name = f"{role}.{unit.id}"
                user = accounts.add_user(act, name, name, factories.PASSWORD)
                organising.appoint(act, user, role, unit, SINCE)
                holders[role, unit.id] = user.id
        return Country(
            app,
            {kind: tuple(unit.id for unit in found) for kind, found in units.items()},
            {unit.id: kind for kind, found in units.items() for unit in found},
            holders,
        )


class Countries:
    """One settled country of each kind of database, made when first asked for, and copies of it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._settled: dict[str, tuple[Country, Stock]] = {}

    @contextmanager
    def copy(self, kind: str, folder: Path) -> Iterator[Country]:
        if kind not in self._settled:
            engine = self._stack.enter_context(fresh_database(kind))
            home = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
            country = settled(
                factories.application(engine, home, datetime(2026, 1, 5, 8, tzinfo=ZONE))
            )
            self._settled[kind] = country, stock_of(engine)
        country, stock = self._settled[kind]
        with stock.taken() as engine:
            app = replace(factories.application(engine, folder), shelf=Shelf())
            yield replace(country, app=app)

    def close(self) -> None:
        self._stack.close()
