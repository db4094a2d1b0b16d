"""A walk done by officers through the services, with everything it causes checked at each step.

Checked are: who is asked (role and kind of unit), by when, which papers are to be written, whether
the clock stands still, and what the dossier comes to. Each act begins with what the database keeps
of the dossier and nothing else.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle

from sqlalchemy import select

from engine.bpmn.expressions import holds
from engine.bpmn.model import Drawing, Node
from engine.domain.clock import ZONE
from engine.domain.errors import DrawingRefused, UnitChoiceNeeded
from engine.domain.states import CaseState, TaskState, TimerState
from engine.persistence.tables import CaseRow, OfferRow, ReceiptRow, TaskRow, TimerRow
from engine.services import deploying, filing, tasks, timers
from engine.services.act import Act
from engine.services.documents import asked
from engine.services.shelf import LoadedVersion
from tests.drawings.country import Country, Post
from tests.drawings.exploring import CHANNEL, Done, Walk
from tests.drawings.library import Piece
from tests.drawings.reckoning import Reckoner, alternative, since

#: A Tuesday before Tết, and how long officers take for one step after another: over nights,
#: weekends and holidays, on time and late.
BEGINNING = datetime(2026, 2, 10, 8, 20, tzinfo=ZONE)
LAPSES = tuple(
    timedelta(hours=hours) for hours in (2, 26, 0.5, 70, 5, 95, 1, 24, 7.75, 48, 3, 170, 0.25)
)
#: How long before its end a closed procedure is walked.
BEFORE_THE_END = timedelta(days=120)


@dataclass
class Reached:
    """What a dossier came to."""

    outcome: str | None
    performers: list[tuple[str, str, str]] = field(default_factory=list)  # element, role, kind
    documents: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    due_term: str = ""
    acts: int = 0


class Office:
    """The offices of a country with one procedure deployed."""

    def __init__(
        self,
        country: Country,
        piece: Piece,
        beginning: datetime = BEGINNING,
        lapses: Sequence[timedelta] = LAPSES,
    ) -> None:
        self.country, self.piece = country, piece
        self._beginning, self._lapses = beginning, lapses
        with country.act() as act:
            try:
                deployed = deploying.deploy(act, piece.files, "Nạp để thử.")
            except DrawingRefused as refused:
                found = [f"{f.file} {f.element}: {f.message}" for f in refused.findings]
                raise AssertionError("\n".join(found)) from refused
            version = deployed[-1].version
            self.version: LoadedVersion = act.version(version.id)
        self.reckoner = Reckoner(country.calendar())

    @property
    def beginning(self) -> datetime:
        """A moment at which the procedure is in force."""
        drawing = self.version.drawing
        if drawing.effective_to and drawing.effective_to <= self._beginning.date():
            ends = datetime.combine(drawing.effective_to, self._beginning.timetz())
            return ends - BEFORE_THE_END
        return self._beginning

    def walk(self, walk: Walk) -> Reached:
        """Does every step of a walk. Raises AssertionError at the first thing that is not so."""
        self.country.move(self.beginning)
        dossier = _Dossier(self, walk)
        for done, lapse in zip(walk.steps, cycle(self._lapses), strict=False):
            dossier.do(done)
            self.country.move(self.country.now + lapse)
        return dossier.finished()


class _Dossier:
    """One dossier on its walk, with what ought to be so."""

    def __init__(self, office: Office, walk: Walk) -> None:
        self.office, self.country, self.version = office, office.country, office.version
        self.register = office.country.app.roles
        self.walk = walk
        self.id: int | None = None
        self.reached = Reached(None)
        self.opened: dict[tuple[str, str], datetime] = {}  # first time each step opened
        self.dues: dict[tuple[str, str], datetime | None] = {}  # last due date of each step
        self.last = 0  # the task looked at last
        nodes = [n for d in self.version.spec.drawings.values() for n in d.nodes.values()]
        self.pauses_drawn = any(node.clock_paused for node in nodes)
        self.timers_drawn = any(node.timer for node in nodes)
        self.open: dict[tuple[str, str], tuple[int, Post]] = {}
        self.counter: Post | None = None  # where it was filed: what is lacking comes there, too
        self.busy: set[Post] = set()  # who did a step so far
        self.timers: set[int] = set()
        self.accepted: datetime | None = None
        self.pausing: dict[tuple[str, int], datetime] = {}
        self.pauses: list[tuple[datetime, datetime]] = []
        self.term: str | None = None
        self.due_at: datetime | None = None

    # --- acts -------------------------------------------------------------------------------------

    def do(self, done: Done) -> None:
        here = f"{self.walk}: at {done}"
        if self.id is None:
            self._file(done)
            closed = 0  # whichever comes first
        elif done.answers is None:
            closed = None
            self._fire(done, here)
        else:
            closed = self._complete(done, here)
        self.reached.acts += 1
        self._look(done, closed, here)

    def _file(self, done: Done) -> None:
        node = self.version.filing
        assert done.element == node.id
        role = self._roles(self.version.drawing, node, {})[0]
        recorder = self.register.recorder(role)
        unit = self.country.units[self.register[recorder].kind][0]
        self.counter = (recorder, unit)
        self.busy.add(self.counter)

        def file(units: Mapping[str, int]) -> None:
            with self.country.act(self.country.holders[recorder, unit]) as act:
                submission = dict(done.answers or {})
                key, name = uuid.uuid4().hex, self.version.drawing.key
                case = filing.file_case(act, name, unit, CHANNEL, submission, key, units)
                assert case.version_id == self.version.id, "another version is in force"
                self.id = case.id

        _choosing_units(file)

    def _complete(self, done: Done, here: str) -> int:
        assert (done.process, done.element) in self.open, f"{here}: it is not open"
        task_id, post = self.open.pop((done.process, done.element))
        user = self.country.holders[post]
        self.busy.add(post)

        def complete(units: Mapping[str, int]) -> None:
            with self.country.act(user) as act:
                tasks.complete(act, task_id, dict(done.answers or {}), units)

        _choosing_units(complete)
        return task_id

    def _fire(self, done: Done, here: str) -> None:
        with self.country.act(write=False) as act:
            timer = act.session.scalars(
                select(TimerRow).where(
                    TimerRow.case_id == self.id,
                    TimerRow.state == TimerState.WAITING,
                    TimerRow.element == done.element,
                )
            ).first()
            assert timer is not None, f"{here}: no such timer waits"
        self.country.move(max(self.country.now, timer.fires_at))
        assert timers.attempt(self.country.app, timer.id) is True, f"{here}: it did not fire"

    # --- what came of it --------------------------------------------------------------------------

    def _look(self, done: Done, closed: int | None, here: str) -> None:
        """Everything that stands in the database after an act, beside what was drawn."""
        with self.country.act(write=False) as act:
            case = act.session.get_one(CaseRow, self.id)
            fresh = act.session.scalars(
                select(TaskRow)
                .where(TaskRow.case_id == self.id, TaskRow.id > self.last)
                .order_by(TaskRow.id)
            ).all()
            self._settle_clock(act, case, done, here)
            if closed is not None and self.version.node(done.process, done.element).documents:
                # the filing opens in the act that completes it
                row = fresh[0] if closed == 0 else act.session.get_one(TaskRow, closed)
                self._check_documents(case, row, here)
            self._check_timers(act, case, here)
            for row in fresh:
                self.last = row.id
                self._check_task(act, case, row, here)
            assert case.outcome == (self.walk.outcome if case.finished_at else None), here

    def _settle_clock(self, act: Act, case: CaseRow, done: Done, here: str) -> None:
        """Acceptance, standstills and the legal term, as they ought to be after this step."""
        accepting, now = self.accepted is None and self._accepts(done, case), self.country.now
        if accepting:
            self.accepted = now
        assert (case.accepted_at is not None) == (self.accepted is not None), f"{here}: acceptance"
        open_ = self._open_now(act) if self.pauses_drawn else {}
        resumed = False
        for key in [key for key in self.pausing if key not in open_]:
            self.pauses.append((self.pausing.pop(key), now))
            resumed = True
        if self.accepted is None:
            return
        for key, spot in open_.items():
            if self.version.node(*spot).clock_paused:
                self.pausing.setdefault(key, now)
        stated = self.version.drawing.legal_term
        facts = {**case.data, "kenh": CHANNEL}
        term = _told(stated, facts)
        if term is None:
            assert (case.due_expected, case.due_term) == (True, "dự kiến"), here
            self.due_at = case.due_at
        elif term != self.term or (resumed and not self.pausing):
            self.term = term
            self.due_at = self.office.reckoner.term(term, self.accepted, self.pauses)
        assert case.due_at == self.due_at, f"{here}: term {term}: {case.due_at} ≠ {self.due_at}"
        dated = stated is not None or any(
            node.due or node.timer
            for drawing in self.version.spec.drawings.values()
            for node in drawing.nodes.values()
        )
        assert (self.due_at is not None) == dated, f"{here}: a date although nothing has a time"
        if accepting:
            receipts = select(ReceiptRow.due_at).where(ReceiptRow.case_id == self.id)
            promised = [self.due_at] if dated else []
            assert act.session.scalars(receipts).all() == promised, f"{here}: BM 01"
        if not case.finished_at:
            expected = CaseState.PAUSED if self.pausing else CaseState.RUNNING
            assert case.state == expected, f"{here}: {case.state}, not {expected}"

    def _open_now(self, act: Act) -> dict[tuple[str, int], tuple[str, str]]:
        """The steps and timers that wait, by where their rows stand."""
        tasks_ = select(TaskRow.id, TaskRow.process, TaskRow.element).where(
            TaskRow.case_id == self.id, TaskRow.state == TaskState.OPEN
        )
        timers_ = select(TimerRow.id, TimerRow.process, TimerRow.element).where(
            TimerRow.case_id == self.id, TimerRow.state == TimerState.WAITING
        )
        found = {
            ("task", row.id): (row.process, row.element) for row in act.session.execute(tasks_)
        }
        for row in act.session.execute(timers_):
            found["timer", row.id] = (row.process, row.element)
        return found

    def _accepts(self, done: Done, case: CaseRow) -> bool:
        drawn = [n.acceptance for n in self.version.drawing.nodes.values() if n.acceptance]
        if not drawn:
            return done.element == self.version.filing.id
        if done.process != self.version.drawing.key or done.answers is None:
            return False
        condition = self.version.node(done.process, done.element).acceptance
        return bool(condition) and holds(condition, {**case.data, "kenh": CHANNEL, "lan_thu": 1})

    def _check_task(self, act: Act, case: CaseRow, row: TaskRow, here: str) -> None:
        drawing = self.version.spec.drawing(row.process)
        node = drawing.nodes[row.element]
        spot = (row.process, row.element)
        self.opened.setdefault(spot, row.opened_at)
        roles = self._roles(drawing, node, case.data)
        lane = self.register.find(drawing.lane_name(node.id) or "")
        asked = roles[0] if node.performer else lane and lane.id
        assert row.role == asked, f"{here}: {row.element}: {row.role}"
        offers = act.session.scalars(
            select(OfferRow).where(OfferRow.task_id == row.id).order_by(OfferRow.id)
        ).all()
        posts = [(offer.role, offer.unit_id) for offer in offers]
        if row.state == TaskState.OPEN:
            if row.element == self.version.filing.id:
                assert posts == [self.counter], f"{here}: {row.element}: {posts}"
            else:
                self._check_posts(roles, posts, f"{here}: {row.element}")
            self.open[spot] = row.id, posts[0]
        self.reached.performers.append((row.element, roles[0], self.country.kinds[row.unit_id]))
        facts = {**case.data, "kenh": CHANNEL, "lan_thu": row.round}
        due = self._due(node, row, facts)
        self.dues[spot] = due
        assert row.due_at == due, f"{here}: {row.element} ({node.due}): {row.due_at} ≠ {due}"

    def _roles(self, drawing: Drawing, node: Node, data: Mapping[str, object]) -> list[str]:
        """The roles that the drawing names for a step: those of its candidates, else its lane's."""
        names = [str(data[node.performer])] if node.performer else node.candidate_groups
        named = []
        for name in names:
            role = self.register.find(name)
            assert role is not None, f"{node.id}: {name} names nobody"
            named.append(role.id)
        lane = self.register.find(drawing.lane_name(node.id) or "")
        assert lane is not None, node.id
        if node.id == self.version.filing.id and named and not lane.internal:
            return named
        return named or [lane.id]

    def _check_posts(self, roles: list[str], posts: list[Post], here: str) -> None:
        assert 0 < len(posts) <= len(roles), f"{here}: {posts}"
        for role in roles:
            if self.register.nobody_records(self.register[role]):
                assert set(posts) & self.busy, f"{here}: {posts} did no step before"
                continue
            worker = self.register.recorder(role)
            kind = self.register[worker].kind
            fitting = [unit for held, unit in posts if held == worker]
            assert [self.country.kinds[unit] for unit in fitting] == [kind], f"{here}: {posts}"
        for post in posts:
            assert post in self.country.holders, f"{here}: nobody holds {post}"

    def _due(
        self, node: Node, row: TaskRow | TimerRow, facts: Mapping[str, object]
    ) -> datetime | None:
        text = _told(node.due, facts)
        if text is None:
            return None
        if text == "theo giấy hẹn":
            return self.due_at
        if text.startswith("cùng hạn "):
            process = row.process
            *calls, element = text.removeprefix("cùng hạn ").split("/")
            for call in calls:
                process = self.version.node(process, call).called or ""
            return self.dues.get((process, element))
        if (found := since(text)) is not None:
            begun = self.opened.get((row.process, found[1]), row.opened_at)
            return self.office.reckoner.step(found[0], begun)
        return self.office.reckoner.step(text, row.opened_at)

    def _check_timers(self, act: Act, case: CaseRow, here: str) -> None:
        found = select(TimerRow).where(TimerRow.case_id == self.id).order_by(TimerRow.id)
        for timer in act.session.scalars(found) if self.timers_drawn else ():
            if timer.id in self.timers:
                continue
            self.timers.add(timer.id)
            node = self.version.node(timer.process, timer.element)
            self.opened.setdefault((timer.process, timer.element), timer.opened_at)
            facts = {**case.data, "kenh": CHANNEL}
            text = _told(node.timer, facts)
            assert text is not None, f"{here}: {timer.element} waits for nothing"
            fires = self.office.reckoner.timer(text, timer.opened_at)
            own = self._due(node, timer, facts)  # where drawn, its budget beside the least it waits
            self.dues[timer.process, timer.element] = own or fires
            assert timer.fires_at == fires, f"{here}: {timer.element}: {timer.fires_at} ≠ {fires}"

    def _check_documents(self, case: CaseRow, row: TaskRow, here: str) -> None:
        """The papers that a finished step asks for."""
        drawn = self.version.node(row.process, row.element).documents
        facts = {**case.data, **(row.data or {}), "kenh": CHANNEL, "lan_thu": row.round}
        said = _told(drawn, facts)
        expected = tuple(name.strip() for name in said.split(",")) if said else ()
        found = tuple(kind.id for kind in asked.chosen_at(case, self.version, row))
        assert found == expected, f"{here}: {found} ≠ {expected}"
        if expected:
            self.reached.documents.append((row.element, expected))

    def finished(self) -> Reached:
        with self.country.act(write=False) as act:
            case = act.session.get_one(CaseRow, self.id)
            assert case.state == CaseState.FINISHED, f"{self.walk}: {case.state}"
            assert case.outcome == self.walk.outcome, f"{self.walk}: {case.outcome}"
            left = select(TaskRow.element).where(
                TaskRow.case_id == self.id, TaskRow.state == TaskState.OPEN
            )
            assert act.session.scalars(left).all() == [], self.walk
            self.reached.outcome, self.reached.due_term = case.outcome, case.due_term
        return self.reached


def _told(text: str | None, facts: Mapping[str, object]) -> str | None:
    """The alternative of a drawn text that holds for a dossier."""
    return alternative(text, lambda when: holds(when, facts)) if text else None


def _choosing_units(act: Callable[[Mapping[str, int]], None]) -> None:
    """Does an act; where it asks for a unit, the first that may be chosen is."""
    chosen: dict[str, int] = {}
    while True:
        try:
            return act(chosen)
        except UnitChoiceNeeded as needed:
            if needed.role in chosen or not needed.options:
                raise
            chosen[needed.role] = needed.options[0]
