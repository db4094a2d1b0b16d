"""What a proof (rehearsal, budget, deadline) works on: a procedure's texts and a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.adapters.holiday_years import seed_year, shipped_years
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.clock import local_day
from engine.domain.errors import DrawingRefused, NotFound
from engine.domain.messages import say
from engine.domain.working_calendar import WorkingCalendar, hours_of
from engine.persistence import versions
from engine.persistence.calendars import load_calendar
from engine.persistence.versions import VersionTexts
from engine.services.act import Application
from engine.services.readiness import has_database
from engine.services.sources import Sources


@dataclass(frozen=True)
class Subject:
    """What is proved: the texts, and the version they are of (None: a file)."""

    texts: VersionTexts
    number: int | None = None


def subject_of(app: Application, key_or_file: str, on: date | None = None) -> Subject:
    """A file with what it references, or the version of a key in force on a day (today).

    Raises DrawingRefused with every error of a file that could not be deployed either; NotFound
    for a key that has no version on that day.
    """
    path = Path(key_or_file)
    if path.is_file():
        content = path.read_bytes()
        sources = _sources(app, [(key_or_file, content)])
        errors = [one for one in sources.findings() if _stands_in_the_way(one)]
        if errors:
            raise DrawingRefused(errors)
        return Subject(sources.texts(content))
    found = _deployed(app, key_or_file, on)
    if found is None:
        raise NotFound(
            say(
                "Không có tệp nào tên “%(name)s”, cũng không có quy trình nào mang mã đó có hiệu"
                " lực ngày %(day)s.",
                name=key_or_file,
                day=f"{on or local_day(app.clock.now()):%d/%m/%Y}",
            )
        )
    return found


def _stands_in_the_way(finding: Finding) -> bool:
    """A term that is not kept is what a proof is there to show."""
    return finding.severity is Severity.ERROR and finding.rule != "over-term"


def deployed(app: Application) -> list[Subject]:
    """Every version of every procedure, by key and number; parts that are only called left out.

    Raises NotFound where nothing is deployed.
    """
    found = []
    if has_database(app):
        with app.act(None, write=False) as act:
            for row in versions.all_versions(act.session):
                texts = versions.version_texts(act.session, row.id)
                if read_drawing(texts.drawing, "").startable:
                    found.append(Subject(texts, row.number))
    if not found:
        raise NotFound(say("Chưa có quy trình nào được ban hành."))
    return found


def calendar_at_hand(app: Application) -> WorkingCalendar:
    """The database's common calendar; the shipped years where there is no database yet."""
    if has_database(app):
        with app.act(None, write=False) as act:
            calendar = load_calendar(act.session, app.settings.shifts)
            if calendar.years:
                return calendar
    return WorkingCalendar(shipped_years(), app.settings.shifts)


#: A rehearsal of a procedure that is long closed reaches so many years beyond its first.
_YEARS_AHEAD = 6


def calendar_around(app: Application, start: date) -> WorkingCalendar:
    """The calendar at hand, with years it lacks from `start` on as the law's holidays foresee them.

    Procedures of earlier years can be rehearsed in their time; years so filled in are not signed
    off, and whoever shows a date in them says so.
    """
    calendar = calendar_at_hand(app)
    wanted = range(start.year, min(start.year + _YEARS_AHEAD, date.max.year))
    years = [seed_year(year) for year in wanted if year not in calendar.years]
    if not years:
        return calendar
    return WorkingCalendar([*calendar.years.values(), *years], calendar.shifts, calendar.closures)


def _deployed(app: Application, key: str, on: date | None) -> Subject | None:
    if not has_database(app):
        return None
    with app.act(None, write=False) as act:
        row = versions.version_in_force(act.session, key, on or act.today)
        return Subject(versions.version_texts(act.session, row.id), row.number) if row else None


def _sources(app: Application, files: list[tuple[str, bytes]]) -> Sources:
    return Sources(
        files=files,
        roles=app.roles,
        compiler=app.ports.forms,
        forms_dir=app.forms_dir,
        drawings_dir=app.drawings_dir,
        print_dir=app.print_dir,
        hours_per_day=hours_of(app.settings.shifts),
    )
