"""What an act decides for a dossier and in which order, for stored cases and rehearsals alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.bpmn.execution.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.execution.specs import Spec
from engine.bpmn.expressions import holds
from engine.bpmn.model import Drawing, Node, named_in
from engine.domain.clock import local_day
from engine.domain.deadlines import Deadline, legal_deadline, step_deadline
from engine.domain.durations import (
    ByAppointment,
    Due,
    Duration,
    SameAs,
    Since,
    choose,
    parse_alternatives,
    parse_due,
    parse_duration,
)
from engine.domain.errors import BadDuration, BadExpression, CalendarUnknown, NoMoment
from engine.domain.legal_clock import Pause, united
from engine.domain.messages import Message, say
from engine.domain.timing import Lap, timer_deadline
from engine.domain.working_calendar import WorkingCalendar

Facts = Mapping[str, object]


# --- the decisions, over plain values ------------------------------------------------------------


def chosen(text: str | None, facts: Facts) -> str | None:
    """The alternative of a drawn text whose condition holds."""
    return choose(parse_alternatives(text), lambda when: holds(when, facts)) if text else None


def filings_of(drawing: Drawing) -> Mapping[str, Node]:
    """The first step by start event: filing the dossier, again after each supplement asked for."""
    steps = {start.id: drawing.first_step(start) for start in drawing.starts()}
    return {key: step for key, step in steps.items() if step is not None}


def filing_of(drawing: Drawing) -> Node:
    """The first step behind the first start event."""
    return next(iter(filings_of(drawing).values()))


def accepts(drawing: Drawing, process: str, node: Node, facts: Facts) -> bool:
    """Whether a completed step accepts the dossier; where no step says so, the filing does."""
    if any(other.acceptance for other in drawing.nodes.values()):
        return bool(node.acceptance) and holds(node.acceptance or "", facts)
    return process == drawing.key and node in filings_of(drawing).values()


@dataclass(frozen=True)
class StepDue:
    """When a step is due, as drawn and as a moment; both None where nothing is drawn."""

    drawn: Due | None = None
    deadline: Deadline | None = None

    @property
    def text(self) -> str:
        return "" if self.drawn is None else str(self.drawn)

    @property
    def at(self) -> datetime | None:
        return self.deadline.due_at if self.deadline else None


def step_due(
    text: str | None,
    named: Callable[[str], tuple[str, Node] | None],
    now: datetime,
    calendar: WorkingCalendar,
    partner: Callable[[str, str], Deadline | None],
    appointment: Callable[[], Deadline | None],
    opened: Callable[[str], datetime | None],
) -> StepDue:
    """When a step that opens now is due; `text` is the alternative chosen for it.

    `named` finds the step that the text names, and the drawing it stands in. What shares the moment
    of a `partner` or of the `appointment` shares its explanation, with a note that says so; they
    are asked for only then, because explanations are long to read. What is counted from an earlier
    step starts when that was first `opened`.
    """
    due = parse_due(text) if text else None
    if due is None:
        return StepDue()
    if isinstance(due, ByAppointment):
        return StepDue(due, by_appointment(appointment()))
    if isinstance(due, SameAs):
        found = named(due.element)
        if found is None:
            return StepDue(due)
        process, other = found
        note = say("Cùng hạn với bước “%(step)s”.", step=other.name or other.id)
        return StepDue(due, _noted(partner(process, other.id), note))
    if isinstance(due, Since):
        return StepDue(due, _since(due, named(due.element), now, opened(due.element), calendar))
    return StepDue(due, step_deadline(due, now, calendar))


def _since(
    due: Since,
    named: tuple[str, Node] | None,
    now: datetime,
    opened: datetime | None,
    calendar: WorkingCalendar,
) -> Deadline | None:
    """Counted from when an earlier step first opened; from now on where it never did."""
    told = {"key": due.element, "step": (named[1].name if named else "") or due.element}
    if opened is None:
        note = say(
            "Hồ sơ không đi qua bước %(key)s – %(step)s, nên tính từ lúc mở bước này.", **told
        )
    else:
        note = say("Tính kể từ khi mở bước %(key)s – %(step)s.", **told)
    return _noted(step_deadline(due.duration, opened or now, calendar), note)


def by_appointment(promised: Deadline | None) -> Deadline | None:
    """The deadline of a step that is due when the case is."""
    return _noted(promised, say("Làm theo giấy hẹn: hạn là ngày hẹn trả kết quả của hồ sơ."))


def _noted(deadline: Deadline | None, note: Message) -> Deadline | None:
    if deadline is None:
        return None
    explanation = deadline.explanation
    return replace(deadline, explanation=replace(explanation, notes=(note, *explanation.notes)))


def timer_fires(
    node: Node, facts: Facts, opened_at: datetime, calendar: WorkingCalendar, lap: Lap
) -> Deadline:
    """When a timer that opened at `opened_at` fires. Raises what UNTOLD lists."""
    text = chosen(node.timer, facts)
    if text is None:
        raise NoMoment(
            say(
                "Hẹn giờ “%(timer)s” không có thời gian nào để chờ: không điều kiện nào đúng.",
                timer=node.name or node.id,
            )
        )
    return timer_deadline(node.timing, text, facts, opened_at, calendar, lap)


#: Why the moment of a timer cannot be told: a matter for administrators, never for the officer
#: whose work opened it.
UNTOLD = (NoMoment, BadDuration, BadExpression, CalendarUnknown)


def shared_dues(spec: Spec) -> frozenset[tuple[str, str]]:
    """(process, element) of the steps whose moment another step shares (`cùng hạn …`)."""
    return frozenset(
        (named[0], named[1].id)
        for key, drawing in spec.drawings.items()
        for node in drawing.nodes.values()
        for one in (parse_alternatives(node.due) if node.due else ())
        if isinstance(due := parse_due(one.value), SameAs)
        if (named := named_in(key, due.element, spec.drawings)) is not None
    )


def standstills(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The times the legal clock stood still for a day at least: overlaps united, none under way."""
    return tuple(
        pause
        for pause in united(pauses)
        if pause.ends_at is not None and local_day(pause.starts_at) < local_day(pause.ends_at)
    )


def stated_term(drawing: Drawing, facts: Facts) -> Duration | None:
    """The legal term that holds now; None where the drawing states none."""
    text = chosen(drawing.legal_term, facts)
    return parse_duration(text) if text else None


def term_deadline(
    term: Duration, accepted_at: datetime, calendar: WorkingCalendar, pauses: Iterable[Pause]
) -> Deadline:
    """When a legal term ends that runs from acceptance and stood still meanwhile.

    A standstill that still lasts moves nothing yet: the date is counted anew when it ends.
    """
    return legal_deadline(term, accepted_at, calendar, standstills(pauses))


# --- their order ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closed:
    """The work that was done, or the timer that fired: what caused an act."""

    token: str
    process: str
    element: str
    round: int = 1
    timer: bool = False
    planned: datetime | None = None  # when a timer was to fire


@dataclass(frozen=True)
class Opening:
    """A work or a timer that opens now, with everything decided about it."""

    token: str
    process: str
    node: Node
    round: int
    due: StepDue
    pauses: bool  # the legal clock stands still while it is open
    fires: Deadline | None = None  # of a timer; None where its moment cannot be told
    trouble: Message | None = None  # why not
    lap: int = 1  # of a timer that repeats


@dataclass(frozen=True)
class Waiting:
    """A work or a timer that is open already."""

    token: str
    process: str
    element: str


class Dossier(ABC):
    """A dossier that acts carry on. Where it keeps what is decided here is its heirs' affair."""

    advance: Advance  # what the act under way did
    closed: Closed | None  # what caused it

    def carry_on(self, advance: Advance, closed: Closed | None) -> None:
        """Everything an act causes; `closed` is None when it started the drawing.

        1. the state text and what decision tables decided; 2. close what was withdrawn;
        3. acceptance, which stops the clock where a paused work or timer is open already; 4. end
        the pauses of what closed, at the end all; 5. the legal term, counted anew once the clock
        runs again: not while another pause lasts or follows; 6. open timers, then works, with
        their deadlines and the pauses they begin; 7. the state, or the end.
        """
        self.advance, self.closed = advance, closed
        self.keep()
        ended = {*advance.withdrawn, *([closed.token] if closed else ())}
        self.withdraw(advance.withdrawn)
        if closed is not None and self._is_accepted_by(closed):
            self.accept()
            self.begin_pauses([one for one in self.waiting() if self._node(one).clock_paused])
        resumed = self.end_pauses(None if advance.finished else ended)
        opening: list[OpenedWork | OpenedTimer] = [*advance.timers, *advance.opened]
        still = self.stands_still() or any(self._pauses(self._node(one)) for one in opening)
        if self.accepted_at is not None:
            self.settle_term(resumed=resumed and not still)
        for timer in advance.timers:
            self.open_timer(self._opened_timer(timer))
        self.open_works([self._opened_work(work) for work in advance.opened])
        if advance.finished:
            self.finish()
        else:
            self.settle_state()

    def _node(self, one: Closed | Waiting | OpenedWork | OpenedTimer) -> Node:
        return self.spec.node(one.process, one.element)

    def _pauses(self, node: Node) -> bool:
        return node.clock_paused and self.accepted_at is not None

    def _is_accepted_by(self, closed: Closed) -> bool:
        if closed.timer or self.accepted_at is not None:
            return False
        main = self.spec.drawing(self.spec.main)
        return accepts(main, closed.process, self._node(closed), self.facts(closed.round))

    def _opened_work(self, one: OpenedWork) -> Opening:
        node = self._node(one)
        calendar = self.calendar_of(one)
        round_ = self.next_round(one)
        due = self._due(one, node, round_, calendar)
        if due.deadline is not None:
            self.remember_due(one.process, node, due.deadline)
        return Opening(one.token, one.process, node, round_, due, self._pauses(node))

    def _opened_timer(self, one: OpenedTimer) -> Opening:
        """A timer with its moment; `due`, where drawn, is its budget."""
        node, calendar = self._node(one), self.calendar
        round_ = self.next_round(one)
        lap = Lap(one.lap, self.closed.planned if self.closed and one.lap > 1 else None)
        fires, trouble = None, None
        try:
            fires = timer_fires(node, self.facts(round_), self.now, calendar, lap)
        except UNTOLD as error:
            trouble = error.message
        due = self._due(one, node, round_, calendar)
        if shared := due.deadline or fires:
            self.remember_due(one.process, node, shared)
        pauses = self._pauses(node)
        return Opening(one.token, one.process, node, round_, due, pauses, fires, trouble, one.lap)

    def _due(
        self, one: OpenedWork | OpenedTimer, node: Node, round_: int, calendar: WorkingCalendar
    ) -> StepDue:
        return step_due(
            chosen(node.due, self.facts(round_)),
            lambda path: named_in(one.process, path, self.spec.drawings),
            self.now,
            calendar,
            self.due_of,
            lambda: self.promised,
            lambda element: self.first_opened(one.process, element),
        )

    # --- what it knows ----------------------------------------------------------------------------

    @property
    @abstractmethod
    def spec(self) -> Spec: ...

    @property
    @abstractmethod
    def now(self) -> datetime: ...

    @property
    @abstractmethod
    def accepted_at(self) -> datetime | None: ...

    @property
    @abstractmethod
    def promised(self) -> Deadline | None:
        """The date of the dossier as it stands."""

    @property
    @abstractmethod
    def calendar(self) -> WorkingCalendar:
        """The working calendar where the dossier was received."""

    @abstractmethod
    def calendar_of(self, work: OpenedWork) -> WorkingCalendar:
        """The working calendar where a work is to be done."""

    @abstractmethod
    def facts(self, round_: int | None = None) -> Facts:
        """What conditions may read."""

    @abstractmethod
    def due_of(self, process: str, element: str) -> Deadline | None:
        """The last deadline of a step."""

    @abstractmethod
    def first_opened(self, process: str, element: str) -> datetime | None:
        """When a step or a timer opened for the first time; None where it never did."""

    @abstractmethod
    def waiting(self) -> Sequence[Waiting]:
        """What is open already, the works and timers of this act left out."""

    @abstractmethod
    def stands_still(self) -> bool:
        """Whether any pause lasts."""

    # --- what it writes down ----------------------------------------------------------------------

    @abstractmethod
    def keep(self) -> None:
        """The state text, and what decision tables decided."""

    @abstractmethod
    def withdraw(self, tokens: frozenset[str]) -> None: ...

    @abstractmethod
    def accept(self) -> None: ...

    @abstractmethod
    def begin_pauses(self, waiting: Sequence[Waiting]) -> None: ...

    @abstractmethod
    def end_pauses(self, tokens: set[str] | None) -> bool:
        """Ends the pauses of what closed (None: every pause); whether there were any."""

    @abstractmethod
    def settle_term(self, *, resumed: bool) -> None:
        """Evaluates the term of an accepted dossier anew; `resumed`: counts it anew, too."""

    @abstractmethod
    def next_round(self, one: OpenedWork | OpenedTimer) -> int:
        """Counts that an element opens once more."""

    @abstractmethod
    def remember_due(self, process: str, node: Node, deadline: Deadline) -> None: ...

    @abstractmethod
    def open_timer(self, opening: Opening) -> None: ...

    @abstractmethod
    def open_works(self, openings: Sequence[Opening]) -> None: ...

    @abstractmethod
    def settle_state(self) -> None: ...

    @abstractmethod
    def finish(self) -> None: ...
