"""The register of procedures: what is deployed, since when, for whom, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import groupby

from sqlalchemy import func, select

from engine.bpmn.model import Drawing
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.domain.access import Permission, require
from engine.domain.brochures import LEGAL_BASIS, Brochure, read_brochure
from engine.domain.folding import fold
from engine.domain.roles import Role
from engine.domain.states import CaseState
from engine.persistence import versions
from engine.persistence.tables import CaseRow, VersionRow
from engine.services import periods
from engine.services.act import Act
from engine.services.counters import filing_roles


class Standing(StrEnum):
    """How a procedure, or one of its versions, stands today."""

    CURRENT = "dang_ap_dung"
    COMING = "se_ap_dung"
    ENDED = "het_hieu_luc"


@dataclass(frozen=True)
class Version:
    """A version, with its drawing."""

    row: VersionRow
    drawing: Drawing
    standing: Standing
    open_cases: int = 0

    @property
    def starts(self) -> date:
        return periods.start(self.row)

    @cached_property
    def brochure(self) -> Brochure:
        return read_brochure(self.drawing.documentation)


@dataclass(frozen=True)
class Entry:
    """A procedure, or a part that procedures call, with all its versions."""

    key: str
    versions: Sequence[Version]  # the latest period first
    field_name: str = ""  # "" where the drawing names no field
    callers: Sequence[tuple[str, str]] = ()  # key and name of whoever calls it, by name

    @property
    def shown(self) -> Version:
        """The version in force; else the next one to be; else the last one that was."""
        current = [one for one in self.versions if one.standing is Standing.CURRENT]
        coming = [one for one in self.versions if one.standing is Standing.COMING]
        return (current or coming[-1:] or list(self.versions))[0]

    @property
    def name(self) -> str:
        return self.shown.row.name

    @property
    def field(self) -> str | None:
        return self.shown.drawing.field_id

    @property
    def standing(self) -> Standing:
        return self.shown.standing

    @property
    def is_part(self) -> bool:
        return not self.shown.drawing.startable

    @property
    def open_cases(self) -> int:
        return sum(one.open_cases for one in self.versions)

    def says(self, folded: str) -> bool:
        """Whether every word of a folded search stands in its name, key, field or legal basis."""
        basis = self.shown.brochure.text(LEGAL_BASIS)
        text = fold(f"{self.name} {self.key} {self.field_name} {basis}")
        return all(word in text for word in folded.split())


def register(act: Act, search: str = "", field: str = "") -> tuple[list[Entry], list[Entry]]:
    """The procedures, by field and name, and the parts that they call; narrowed as asked.

    `search` is compared word by word without diacritics; `field` is an id of the register of roles.
    """
    require(act.actor, Permission.PROCEDURE_VIEW)
    folded = fold(search)
    found = [one for one in _entries(act) if one.says(folded) and field in ("", one.field)]
    order = {name: place for place, name in enumerate(act.app.roles.fields)}

    def place(one: Entry) -> tuple[int, int, str]:
        ended = one.standing is Standing.ENDED
        return order.get(one.field or "", len(order)), ended, fold(one.name)

    found.sort(key=place)
    return [one for one in found if not one.is_part], [one for one in found if one.is_part]


def entry(act: Act, procedure_key: str) -> Entry | None:
    """One procedure or part by its key; None when there is none."""
    require(act.actor, Permission.PROCEDURE_VIEW)
    return next((one for one in _entries(act) if one.key == procedure_key), None)


def startable(act: Act) -> list[VersionRow]:
    """The latest version of every procedure, by name; parts are none."""
    rows = versions.procedures(act.session)
    drawn = drawings(act, rows)
    return [row for row in rows if drawn[row.id].startable]


def procedure_names(act: Act) -> dict[str, str]:
    """What each procedure is called in its latest version, by name; parts are none."""
    return {row.procedure_key: row.name for row in startable(act)}


@dataclass(frozen=True)
class Open:
    """A procedure that takes new dossiers today, and the roles that receive them."""

    row: VersionRow
    drawing: Drawing
    roles: tuple[Role, ...]


def open_today(act: Act) -> list[Open]:
    """Every procedure in force today with the roles that file it, by name."""
    rows = versions.all_versions(act.session)
    found: dict[str, VersionRow] = {}
    for row in rows:  # by number: of several in force the latest counts
        if _standing(row, act.today) is Standing.CURRENT:
            found[row.procedure_key] = row
    drawn = drawings(act, found.values())
    filed = [row for row in found.values() if drawn[row.id].startable]
    listed = [Open(row, drawn[row.id], filing_roles(act.app.roles, drawn[row.id])) for row in filed]
    return sorted(listed, key=lambda one: fold(one.row.name))


def receives(act: Act) -> bool:
    """Whether the actor holds a post whose role files dossiers of some procedure today."""
    if not act.actor.posts:
        return False
    return any(post.role in _roles_that_file(act) for post in act.actor.posts)


def _roles_that_file(act: Act) -> frozenset[str]:
    """Found once per process, day and deployment: every page's menu asks."""
    state = act.today, versions.newest_id(act.session)
    known = act.app.shelf.filing
    if known is None or known[0] != state:
        roles = frozenset(role.id for one in open_today(act) for role in one.roles)
        known = act.app.shelf.filing = (state, roles)
    return known[1]


def drawings(act: Act, rows: Iterable[VersionRow]) -> dict[int, Drawing]:
    """The main drawings of versions, read once per process: they never change."""
    shelf, wanted = act.app.shelf, [row.id for row in rows]
    missing = [one for one in wanted if one not in shelf.drawings]
    for version_id, content in versions.main_drawings(act.session, missing).items():
        shelf.drawings[version_id] = explicit(read_drawing(content, ""))
    return {one: shelf.drawings[one] for one in wanted}


def _entries(act: Act) -> list[Entry]:
    rows = versions.all_versions(act.session)
    drawn, counts = drawings(act, rows), _open_cases(act)
    calls = versions.called_by(act.session)
    callers: dict[str, dict[str, str]] = {}
    for row in rows:
        for called in calls.get(row.id, ()):
            callers.setdefault(called, {})[row.procedure_key] = row.name
    fields = act.app.roles.fields
    found = []
    for key, group in groupby(rows, key=lambda row: row.procedure_key):
        listed = [
            Version(row, drawn[row.id], _standing(row, act.today), counts.get(row.id, 0))
            for row in group
        ]
        listed.sort(key=lambda one: (one.starts, one.row.number), reverse=True)
        who = sorted(callers.get(key, {}).items(), key=lambda one: fold(one[1]))
        one = Entry(key, listed, callers=who)
        found.append(Entry(key, listed, fields.get(one.field or "", ""), who))
    return found


def _standing(row: VersionRow, today: date) -> Standing:
    if periods.start(row) > today:
        return Standing.COMING
    if row.effective_to is not None and row.effective_to <= today:
        return Standing.ENDED
    return Standing.CURRENT


def _open_cases(act: Act) -> dict[int, int]:
    """How many dossiers are under way on each version, by the version's id."""
    counted = act.session.execute(
        select(CaseRow.version_id, func.count().label("under_way"))
        .where(CaseRow.state != CaseState.FINISHED)
        .group_by(CaseRow.version_id)
    )
    return {row.version_id: row.under_way for row in counted}
