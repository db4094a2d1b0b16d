"""Rehearses a drawing: one dossier in memory, through the same engine, on the real calendar.

Tasks finish at their deadline; steps and waits without one take no time unless a wait is given;
timers elapse; a step whose deadline is past when it opens finishes on opening and is late. Of
branches side by side the sums count the one that the dossier waited for. Of a timer that repeats
the first lap is rehearsed, and the others are only told of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction

from engine.bpmn import execution
from engine.bpmn.budgets.amounts import Amount, role_of
from engine.bpmn.execution.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.execution.specs import Spec, parse_spec
from engine.bpmn.model import HUMAN, TIMERS, Kind, Node
from engine.bpmn.ways.branches import main_way
from engine.domain.clock import utc
from engine.domain.deadlines import Deadline, step_deadline
from engine.domain.durations import ByAppointment, Due, Duration, parse_duration
from engine.domain.errors import ExecutionFailed, Misuse
from engine.domain.legal_clock import Pause, united
from engine.domain.messages import Message, say
from engine.domain.roles import Role, RoleRegister
from engine.domain.timing import Timing
from engine.domain.working_calendar import WorkingCalendar
from engine.ports import Form
from engine.services import performers
from engine.services.answering import Answers, Placed
from engine.services.projecting import (
    Closed,
    Dossier,
    Opening,
    Waiting,
    chosen,
    stated_term,
    term_deadline,
)
from engine.services.rehearsal import Rehearsal, RehearsedStep, RehearsedTerm
from engine.services.rehearsed_course import Course, Open, sums

#: A step is rehearsed at most so often: an answer that would open it again is then replaced by
#: the form's own, so that one given answer sends the dossier back once and not for ever.
MAX_ROUNDS = 2
#: When what is never waited for would fire.
NEVER = datetime.max.replace(tzinfo=UTC)
_MAX_STEPS = 2_000


def rehearse(
    drawing: bytes,
    called: Mapping[str, bytes],
    decisions: Mapping[str, bytes],
    forms: Callable[[str], Form | None],
    start: datetime,
    calendar: WorkingCalendar,
    roles: RoleRegister,
    given: Mapping[str, object] | None = None,
    waits: Mapping[str, str] | None = None,
) -> Rehearsal:
    """One dossier of a drawing filed at `start`, followed to its end.

    `called` are drawings by process key, `decisions` DMN files by any name; everything else is as
    `rehearse_spec` says. Raises DrawingRefused and BadDecision too.
    """
    spec = parse_spec(drawing, called, decisions)
    return rehearse_spec(spec, forms, start, calendar, roles, given, waits)


def rehearse_spec(
    spec: Spec,
    forms: Callable[[str], Form | None],
    start: datetime,
    calendar: WorkingCalendar,
    roles: RoleRegister,
    given: Mapping[str, object] | None = None,
    waits: Mapping[str, str] | None = None,
    calendar_of: Callable[[Role], WorkingCalendar] | None = None,
    placed: Placed | None = None,
) -> Rehearsal:
    """One dossier of a parsed drawing filed at `start`, followed to its end; `spec` stays as it is.

    `given` are answers by variable name (`kenh` too), instead of the forms' defaults; texts
    `true`, `false` and `null` mean what they say; `placed` are those of single steps. `waits` are
    durations by element id. `calendar` is kept where the dossier is received, `calendar_of` a role
    where it works.
    Raises Misuse (an unknown name; a dossier that never ends), BadDuration, ExecutionFailed,
    CalendarUnknown.
    """
    answers = Answers(spec, forms, given or {}, placed)
    steps = {n.id for d in spec.drawings.values() for n in d.nodes.values() if n.kind in HUMAN}
    for key in sorted((waits or {}).keys() - steps):
        raise Misuse(say("Quy trình không có bước “%(key)s” để chờ.", key=key))
    durations = {key: parse_duration(text) for key, text in (waits or {}).items()}
    run = _Run(spec, answers, utc(start), calendar, roles, durations, calendar_of)
    return run.to_the_end()


class _Run(Dossier):
    """One rehearsal under way."""

    def __init__(
        self,
        spec: Spec,
        answers: Answers,
        start: datetime,
        calendar: WorkingCalendar,
        roles: RoleRegister,
        waits: Mapping[str, Duration],
        calendar_of: Callable[[Role], WorkingCalendar] | None,
    ) -> None:
        self._spec = spec
        self.drawing = spec.drawing(spec.main)
        self.answers = answers
        self.start = self._now = start
        self._calendar = calendar
        self._calendar_of = calendar_of
        self.roles = roles
        self.waits = waits
        self.data = answers.unasked
        self.state = b""
        self.open: dict[str, Open] = {}  # by token, in the order of opening
        self.rounds: dict[tuple[str, str], int] = {}
        self.dues: dict[tuple[str, str], Deadline] = {}
        self._accepted_at: datetime | None = None
        self.still: dict[str, datetime] = {}  # token -> when the pause began that lasts
        self.pauses: list[Pause] = []  # those that are over
        self.term = ""
        self._promised: Deadline | None = None
        self.course = Course()
        self.remarks: dict[str, Message] = {}  # by timer: what is not rehearsed of it
        self.main = {key: main_way(each) for key, each in spec.drawings.items()}

    def to_the_end(self) -> Rehearsal:
        advance = execution.start(self.spec, self.facts())
        self.carry_on(advance, None)
        while not advance.finished:
            if not self.open or len(self.course.done) > _MAX_STEPS:
                raise Misuse(say("Hồ sơ diễn tập không đi đến được điểm kết thúc nào."))
            one = min(self.open.values(), key=lambda one: (one.finish, _is_timer(one.node)))
            self._now = max(self.now, one.finish)
            timer = _is_timer(one.node)
            if not timer:
                advance = self.answer(one)
            elif (fired := self.fire(one)) is not None:
                advance = fired
            else:
                continue
            del self.open[one.token]
            self.course.end(one, self.step(one, withdrawn=False))
            closed = Closed(one.token, one.process, one.node.id, one.round, timer)
            self.carry_on(advance, closed)
        return self.found(advance)

    def facts(self, round_: int | None = None) -> dict[str, object]:
        return {**self.data, "kenh": self.answers.channel, "lan_thu": round_}

    def fire(self, one: Open) -> Advance | None:
        """Fires a timer. Where work beside the way fails, the dossier goes on without it: None."""
        try:
            return execution.fire(self.spec, self.state, self.facts(), one.token)
        except ExecutionFailed as error:
            if not self.is_beside(one.process, one.node):
                raise
            name, one.finish = one.node.name or one.node.id, NEVER
            self.remarks[name] = say(
                "Hẹn giờ “%(timer)s” không chạy: %(why)s", timer=name, why=error.message
            )
            return None

    def is_beside(self, process: str, node: Node) -> bool:
        """Whether an element stands where only timers lead that interrupt nothing."""
        return node.id not in self.main[process]

    def answer(self, one: Open) -> Advance:
        """Completes a work with the given answers, or with the form's own where those circle."""
        facts = self.facts(one.round)
        for answers in self.answers.attempts(one.process, one.node, one.round, facts):
            data = {**self.data, **answers.values}
            advance = execution.complete(self.spec, self.state, {**facts, **data}, one.token)
            if not self.circles(advance):
                self.data = data
                self.answers.settle(answers)
                return advance
        raise Misuse(
            say(
                "Diễn tập không kết thúc: sau bước %(element)s hồ sơ lại quay về. Hãy cho trước câu"
                " trả lời bằng --set.",
                element=one.node.id,
            )
        )

    def circles(self, advance: Advance) -> bool:
        """Whether an act would open a step once more than a rehearsal follows."""
        return any(
            self.rounds.get((work.process, work.element), 0) >= MAX_ROUNDS
            for work in advance.opened
        )

    # --- what it knows (see projecting) -----------------------------------------------------------

    @property
    def spec(self) -> Spec:
        return self._spec

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def accepted_at(self) -> datetime | None:
        return self._accepted_at

    @property
    def promised(self) -> Deadline | None:
        return self._promised

    @property
    def calendar(self) -> WorkingCalendar:
        return self._calendar

    def calendar_of(self, work: OpenedWork) -> WorkingCalendar:
        role = self.doer_of(work)
        if role is None or self._calendar_of is None:
            return self._calendar
        return self._calendar_of(role)

    def doer_of(self, work: OpenedWork) -> Role | None:
        """Who works on it, or records it for an outside role."""
        node = self.spec.node(work.process, work.element)
        named = (role for name in node.candidate_groups if (role := self.roles.find(name)))
        role = next(named, None) or self.role_of(work.process, node)
        if role is None or (not role.internal and role.recorded_by is None):
            return None
        return self.roles[self.roles.recorder(role.id)]

    def role_of(self, process: str, node: Node) -> Role | None:
        """The role that a decision chose for it, else its lane's. Raises ExecutionFailed."""
        decided = performers.decided_now(node, self.data, self.roles)
        return decided or role_of(self.spec.drawing(process), node, self.roles)

    def due_of(self, process: str, element: str) -> Deadline | None:
        return self.dues.get((process, element))

    def first_opened(self, process: str, element: str) -> datetime | None:
        return self.course.first_opened(process, element)

    def waiting(self) -> list[Waiting]:
        return [Waiting(one.token, one.process, one.node.id) for one in self.open.values()]

    def stands_still(self) -> bool:
        return bool(self.still)

    # --- what it writes down ----------------------------------------------------------------------

    def keep(self) -> None:
        self.state = self.advance.state
        self.data = {**self.data, **self.advance.decided}

    def withdraw(self, tokens: frozenset[str]) -> None:
        for token in tokens:
            one = self.open.pop(token)
            self.course.end(one, self.step(one, withdrawn=True))

    def accept(self) -> None:
        self._accepted_at = self.now

    def begin_pauses(self, waiting: Sequence[Waiting]) -> None:
        for one in waiting:
            self.still[one.token] = self.now
            self.open[one.token].paused = True

    def end_pauses(self, tokens: set[str] | None) -> bool:
        ending = self.still.keys() & (self.still.keys() if tokens is None else tokens)
        self.pauses += [Pause(self.still.pop(token), self.now) for token in ending]
        return bool(ending)

    def settle_term(self, *, resumed: bool) -> None:
        """The legal term as it is now; what is due by appointment moves with it."""
        term = stated_term(self.drawing, self.facts())
        if term is None or self.accepted_at is None:
            return
        if str(term) == self.term and not resumed:
            return
        self.term = str(term)
        pauses = [*self.pauses, *(Pause(began) for began in self.still.values())]
        self._promised = term_deadline(term, self.accepted_at, self.calendar, pauses)
        for one in self.open.values():
            if one.due_text == str(ByAppointment()):
                one.due = self._promised.due_at
                if one.node.id not in self.waits:
                    one.finish = max(self.now, one.due)

    def next_round(self, one: OpenedWork | OpenedTimer) -> int:
        key = one.process, one.element
        self.rounds[key] = self.rounds.get(key, 0) + 1
        return self.rounds[key]

    def remember_due(self, process: str, node: Node, deadline: Deadline) -> None:
        self.dues[process, node.id] = deadline

    def open_works(self, openings: Sequence[Opening]) -> None:
        for opening in openings:
            due, wait = opening.due, self.waits.get(opening.node.id)
            finish = max(self.now, due.at) if due.at is not None else self.now
            if wait is not None:
                finish = step_deadline(wait, self.now, self.calendar).due_at
            self._open(opening, due.text, finish, self._counted(opening, wait or due.drawn))

    def open_timer(self, opening: Opening) -> None:
        """A timer on the way whose moment cannot be told takes no time, like a wait without one.

        One beside the way, and one that turns once more, is never waited for.
        """
        due, fires, name = opening.due, opening.fires, opening.node.name or opening.node.id
        otherwise = NEVER
        if opening.trouble is not None and opening.node.kind is Kind.TIMER_CATCH:
            otherwise = self.now
            self.remarks[name] = say(
                "Hẹn giờ “%(timer)s” coi như không phải chờ: %(why)s",
                timer=name,
                why=opening.trouble,
            )
        elif opening.trouble is not None:
            self.remarks[name] = say(
                "Hẹn giờ “%(timer)s” không chạy: %(why)s", timer=name, why=opening.trouble
            )
        elif opening.lap > 1:
            self.remarks[name] = say(
                "Hẹn giờ “%(timer)s” lặp lại; diễn tập chỉ tính lần đầu.", timer=name
            )
            fires = None
        text = due.text or self._waits(opening)
        amount = Amount() if not fires else self._amount(opening, text)
        self._open(opening, text, fires.due_at if fires else otherwise, amount)

    def _waits(self, opening: Opening) -> str:
        if opening.trouble is not None:
            return opening.node.timer or ""
        return chosen(opening.node.timer, self.facts(opening.round)) or ""

    def _amount(self, opening: Opening, text: str) -> Amount:
        """A timer counts what is drawn for it, else its duration; a date counts nothing."""
        due = opening.due.drawn
        if due is None and opening.node.timing is Timing.DURATION:
            due = parse_duration(text)
        return self._counted(opening, due)

    def _counted(self, opening: Opening, due: Due | None) -> Amount:
        return self.course.counted(opening.process, due, self.hours_per_day)

    def _open(self, opening: Opening, due_text: str, finish: datetime, amount: Amount) -> None:
        self.open[opening.token] = self.course.begin(opening, self.now, due_text, finish, amount)
        if opening.pauses:
            self.begin_pauses([Waiting(opening.token, opening.process, opening.node.id)])

    def settle_state(self) -> None:
        """A rehearsal has no state beside its open work."""

    def finish(self) -> None:
        """What a rehearsal found is told afterwards."""

    @property
    def hours_per_day(self) -> Fraction:
        return self.calendar.hours_per_day

    # --- telling ------------------------------------------------------------------------------

    def step(self, one: Open, withdrawn: bool) -> RehearsedStep:
        role = self.role_of(one.process, one.node)
        return RehearsedStep(
            process=one.process,
            element=one.node.id,
            name=one.node.name,
            role=role.id if role else None,
            role_name=role.name if role else "",
            authority=role.kind if role else None,
            round=one.round,
            opened=one.opened,
            due=one.due,
            due_text=one.due_text,
            finished=self.now,
            late=not withdrawn and one.due is not None and self.now > one.due,
            paused=one.paused,
            timer=_is_timer(one.node),
            withdrawn=withdrawn,
            beside=self.is_beside(one.process, one.node),
            amount=Amount() if withdrawn else one.amount,
        )

    def ready(self) -> datetime:
        """When the last step opened, where that one only waits for the promised date."""
        last = self.course.done[-1] if self.course.done else None
        if last is not None and last.due_text == str(ByAppointment()):
            return last.opened
        return self.now

    def found(self, advance: Advance) -> Rehearsal:
        steps = self.course.steps()
        total, authorities = sums(steps)
        end = self.drawing.nodes.get(advance.outcome or "")
        term = None
        if self.promised is not None:
            term = RehearsedTerm(self.term, self.promised, self.now <= self.promised.due_at)
        return Rehearsal(
            key=self.drawing.key,
            name=self.drawing.name,
            start=self.start,
            ready=self.ready(),
            end=self.now,
            outcome=advance.outcome,
            outcome_name=end.name if end else "",
            steps=steps,
            authorities=authorities,
            total=total,
            accepted=self.accepted_at,
            term=term,
            pauses=united(p for p in self.pauses if p.starts_at != p.ends_at),
            data=self.data,
            defaults=tuple(self.answers.defaults),
            notes=(*self.answers.notes, *self.remarks.values(), *self._beside()),
            roles=self.roles,
        )

    def _beside(self) -> Iterator[Message]:
        added = (step for step in self.course.done if step.beside and not step.timer)
        done = {step.name or step.element for step in added if not step.withdrawn}
        if done:
            yield say(
                "Làm thêm bên cạnh đường đi, không cộng vào tổng thời gian: %(steps)s.",
                steps=", ".join(sorted(done)),
            )


def _is_timer(node: Node) -> bool:
    return node.kind in TIMERS
