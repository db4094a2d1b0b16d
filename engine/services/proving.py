"""What a proof (rehearsal, budget, deadline) works on: a procedure's texts and a calendar."""

from __future__ import annotations

from pathlib import Path

from engine.adapters.holiday_years import shipped_years
from engine.bpmn.dialect import read_drawing
from engine.domain.clock import local_day
from engine.domain.errors import NotFound
from engine.domain.messages import say
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence import versions
from engine.persistence.calendars import load_calendar
from engine.persistence.versions import VersionTexts
from engine.services.act import Application
from engine.services.readiness import has_database
from engine.services.sources import Sources


def texts_of(app: Application, key_or_file: str) -> VersionTexts:
    """The texts to prove: a file with what it references, or the version in force of a key.

    Raises DrawingRefused for an unreadable file, NotFound for an unknown key.
    """
    path = Path(key_or_file)
    if path.is_file():
        content = path.read_bytes()
        read_drawing(content, key_or_file)
        return _sources(app, [(key_or_file, content)]).texts(content)
    row_texts = _deployed(app, key_or_file)
    if row_texts is None:
        raise NotFound(
            say(
                "Không có tệp nào tên “%(name)s”, cũng không có quy trình nào mang mã đó đang có"
                " hiệu lực.",
                name=key_or_file,
            )
        )
    return row_texts


def calendar_at_hand(app: Application) -> WorkingCalendar:
    """The database's common calendar; the shipped years where there is no database yet."""
    if has_database(app):
        with app.act(None, write=False) as act:
            calendar = load_calendar(act.session, app.settings.shifts)
            if calendar.years:
                return calendar
    return WorkingCalendar(shipped_years(), app.settings.shifts)


def _deployed(app: Application, key: str) -> VersionTexts | None:
    if not has_database(app):
        return None
    with app.act(None, write=False) as act:
        row = versions.version_in_force(act.session, key, local_day(act.now))
        return versions.version_texts(act.session, row.id) if row else None


def _sources(app: Application, files: list[tuple[str, bytes]]) -> Sources:
    return Sources(
        files=files,
        roles=app.roles,
        compiler=app.ports.forms,
        forms_dir=app.forms_dir,
        drawings_dir=app.drawings_dir,
    )
