"""The working calendar's years in the database."""

from __future__ import annotations

from engine.adapters.holiday_years import shipped_years
from engine.domain.access import Permission, require
from engine.domain.journal import Act as Journalled
from engine.persistence.calendars import known_years, save_years
from engine.services import journalling
from engine.services.act import Act


def seed(act: Act) -> tuple[int, ...]:
    """Stores the shipped years that the database does not hold yet; returns them."""
    require(act.actor, Permission.CALENDAR_EDIT)
    known = known_years(act.session)
    missing = [year for year in shipped_years() if year.year not in known]
    save_years(act.session, missing)
    for year in missing:
        journalling.note(act, Journalled.CALENDAR_SAVED, year=year.year, documents=year.documents)
    return tuple(year.year for year in missing)
