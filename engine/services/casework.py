"""One act on one case: the rows it loaded, the facts conditions read, what it will journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from engine.bpmn.model import Drawing, Node
from engine.domain.errors import NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.journal import JournalLine
from engine.domain.persons import Picks
from engine.domain.roles import Role
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence import cases, journal_store
from engine.persistence.calendars import load_calendar
from engine.persistence.cases import Standstills, Surroundings
from engine.persistence.people import units
from engine.persistence.tables import CaseRow, PauseRow
from engine.persistence.work import OpenTask, open_tasks_of
from engine.services import performers
from engine.services.act import Act
from engine.services.shelf import LoadedVersion


@dataclass
class Casework:
    """The case under work. Lives as long as the act, which holds the case's lock."""

    act: Act
    case: CaseRow
    version: LoadedVersion
    tasks: dict[str, OpenTask]  # the open tasks by token; the act takes out what it closes
    choices: Mapping[str, int] = field(default_factory=dict)  # role -> unit, from the officer now
    picks: Picks = field(default_factory=dict)  # persons chosen while typing, from the officer now
    units_of: dict[str, int] = field(default_factory=dict)  # authority -> unit, in this act
    begun: list[PauseRow] = field(default_factory=list)  # pauses that begin in this act
    lines: list[JournalLine] = field(default_factory=list)
    with_list: bool = False  # the act moves the case's whole list (services.listing)
    #: The case's state and date before this act: what its work is sorted by in the queues.
    sorted_by: tuple[str, datetime | None] = field(init=False)

    def __post_init__(self) -> None:
        self.sorted_by = (self.case.state, self.case.due_at)

    @cached_property
    def surroundings(self) -> Surroundings:
        """Asked for only by acts that need it: one statement less for all others."""
        return cases.surroundings(self.act.session, self.case.id)

    @property
    def pauses(self) -> list[PauseRow]:
        """The pauses of the case before this act, asked for only when they matter."""
        return self.standstills.pauses

    @cached_property
    def standstills(self) -> Standstills:
        """What the case's date hung on before this act."""
        return cases.standstills(self.act.session, self.case.id)

    def facts(self, round_: int | None = None) -> dict[str, object]:
        """What conditions and forms may read: the case's data, `kenh`, and `lan_thu` of a task."""
        return {**self.case.data, "kenh": self.case.channel, "lan_thu": round_}

    def drawing(self, process: str) -> Drawing:
        return self.version.spec.drawing(process)

    def role_of(self, process: str, node: Node) -> Role:
        """The role that a decision chose for the node, else the one that its lane names.

        (The checks made sure that it names one.) Raises ExecutionFailed when the decision did not.
        """
        decided = performers.decided_now(node, self.case.data, self.act.app.roles)
        if decided is not None:
            return decided
        name = self.drawing(process).lane_name(node.id)
        role = self.act.app.roles.find(name) if name else None
        if role is None:
            raise LookupError(f"no role for {process}/{node.id} (lane {name!r})")
        return role

    def calendar(self, unit_id: int) -> WorkingCalendar:
        """The working calendar, with the closures of a unit."""
        return load_calendar(self.act.session, self.act.app.settings.shifts, unit_id)

    def unit_name(self, unit_id: int) -> str:
        return units(self.act.session)[unit_id].name

    def note(self, act: Journalled, element: str | None = None, /, **facts: object) -> None:
        """One more line for the journal."""
        self.lines.append(JournalLine(act=act, facts=facts, element=element))

    def lead(self, act: Journalled, element: str | None, /, **facts: object) -> None:
        """The line that the others follow from: what the person did."""
        self.lines.insert(0, JournalLine(act=act, facts=facts, element=element))

    def write_journal(self) -> None:
        """All lines of the act at once, and the case; the last thing an act does.

        What no element caused was caused by the first line's.
        """
        place = self.lines[0].element if self.lines else None
        lines = [replace(line, element=line.element or place) for line in self.lines]
        journal_store.append(self.act.session, self.case.id, lines, self.act.now, self.act.actor)
        cases.write_case(self.act.session, self.case)
        self.lines = []


def open_case(act: Act, case: CaseRow | None, choices: Mapping[str, int] | None = None) -> Casework:
    """A locked case taken up for an act. Raises NotFound when there is none."""
    if case is None:
        raise NotFound()
    return Casework(
        act=act,
        case=case,
        version=act.version(case.version_id),
        tasks=open_tasks_of(act.session, case.id),
        choices=choices or {},
    )
