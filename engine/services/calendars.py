"""The working calendar's years in the database."""

from __future__ import annotations

from engine.adapters.holiday_years import seed_year, shipped_years
from engine.domain.access import Permission, require
from engine.domain.journal import Act as Journalled
from engine.persistence.calendars import known_years, save_years
from engine.services import journalling
from engine.services.act import Act


def seed(act: Act) -> tuple[int, ...]:
    """Stores the shipped years that the database does not hold yet; returns them.

    Last year, this one and the next are always among them, if need be as seeds for an
    administrator to check: a term of 99 working days reaches far.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    known = known_years(act.session)
    years = {year.year: year for year in shipped_years()}
    for number in range(act.today.year - 1, act.today.year + 2):
        if number not in years:
            years[number] = seed_year(number)
    missing = [year for number, year in sorted(years.items()) if number not in known]
    save_years(act.session, missing)
    for year in missing:
        journalling.note(act, Journalled.CALENDAR_SAVED, year=year.year, documents=year.documents)
    return tuple(year.year for year in missing)
