"""Rehearses a drawing: one dossier in memory, through the same engine, on the real calendar.

Tasks finish at their deadline; steps and waits without one take no time unless a wait is given;
timers elapse; a step whose deadline is past when it opens finishes on opening and is late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from engine.bpmn import execution
from engine.bpmn.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.expressions import holds
from engine.bpmn.model import HUMAN, Kind, Node
from engine.bpmn.specs import Spec, parse_spec
from engine.domain.clock import utc
from engine.domain.deadlines import Deadline, legal_deadline, step_deadline, timer_moment
from engine.domain.durations import (
    ByAppointment,
    Due,
    Duration,
    SameAs,
    choose,
    parse_alternatives,
    parse_due,
    parse_duration,
)
from engine.domain.errors import Misuse
from engine.domain.legal_clock import Pause, united
from engine.domain.messages import say
from engine.domain.roles import RoleRegister
from engine.domain.working_calendar import WorkingCalendar
from engine.ports import Form
from engine.services.amounts import Amount, amount_of, role_of
from engine.services.answering import Answers
from engine.services.rehearsal import Rehearsal, RehearsedStep, RehearsedTerm

#: A step is rehearsed at most so often: an answer that would open it again is then replaced by
#: the form's own, so that one given answer sends the dossier back once and not for ever.
MAX_ROUNDS = 2
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
    """One dossier filed at `start`, followed to its end.

    `given` are answers by variable name (`kenh` too), instead of the forms' defaults; texts
    `true`, `false` and `null` mean what they say. `waits` are durations by element id.
    Raises DrawingRefused, Misuse (an unknown name; a dossier that never ends), BadDuration,
    ExecutionFailed, CalendarUnknown.
    """
    spec = parse_spec(drawing, called, decisions)
    answers = Answers(spec, forms, given or {})
    steps = {n.id for d in spec.drawings.values() for n in d.nodes.values() if n.kind in HUMAN}
    for key in sorted((waits or {}).keys() - steps):
        raise Misuse(say("Quy trình không có bước “%(key)s” để chờ.", key=key))
    durations = {key: parse_duration(text) for key, text in (waits or {}).items()}
    return _Run(spec, answers, utc(start), calendar, roles, durations).to_the_end()


@dataclass
class _Open:
    """Something that waits in the rehearsed dossier."""

    token: str
    process: str
    node: Node
    round: int
    opened: datetime
    due: datetime | None
    due_text: str
    finish: datetime
    amount: Amount
    pause: Pause | None = None


class _Run:
    """One rehearsal under way."""

    def __init__(
        self,
        spec: Spec,
        answers: Answers,
        start: datetime,
        calendar: WorkingCalendar,
        roles: RoleRegister,
        waits: Mapping[str, Duration],
    ) -> None:
        self.spec = spec
        self.drawing = spec.drawing(spec.main)
        self.answers = answers
        self.start = self.now = start
        self.calendar = calendar
        self.roles = roles
        self.waits = waits
        self.data = answers.unasked
        self.state = b""
        self.open: dict[str, _Open] = {}  # by token, in the order of opening
        self.rounds: dict[tuple[str, str], int] = {}
        self.dues: dict[tuple[str, str], datetime] = {}
        self.accepted: datetime | None = None
        self.pauses: list[Pause] = []
        self.term = ""
        self.deadline: Deadline | None = None
        self.steps: list[RehearsedStep] = []

    def to_the_end(self) -> Rehearsal:
        advance = execution.start(self.spec, self.facts(None))
        self.take(advance)
        while not advance.finished:
            if not self.open or len(self.steps) > _MAX_STEPS:
                raise Misuse(say("Hồ sơ diễn tập không đi đến được điểm kết thúc nào."))
            one = min(self.open.values(), key=lambda one: (one.finish, _is_timer(one.node)))
            self.now = max(self.now, one.finish)
            if _is_timer(one.node):
                advance = execution.fire(self.spec, self.state, self.facts(None), one.token)
            else:
                advance = self.answer(one)
            self.close(one)
            self.take(advance)
        return self.found(advance)

    def facts(self, round_: int | None) -> dict[str, object]:
        return {**self.data, "kenh": self.answers.channel, "lan_thu": round_}

    def answer(self, one: _Open) -> Advance:
        """Completes a work with the given answers, or with the form's own where those circle."""
        facts = self.facts(one.round)
        for answers in self.answers.attempts(one.node, one.round, facts):
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

    # --- projecting, in the order of services.advancing ---------------------------------------

    def close(self, one: _Open) -> None:
        """What ends with a finished work or timer: acceptance, its pause, then the term."""
        del self.open[one.token]
        self.steps.append(self.step(one, withdrawn=False))
        if not _is_timer(one.node) and self.accepted is None and self.accepts(one):
            self.accepted = self.now
        self.end_pause(one)

    def accepts(self, one: _Open) -> bool:
        """Whether the completed work accepts the dossier; without such a step, filing does."""
        if any(node.acceptance for node in self.drawing.nodes.values()):
            return bool(one.node.acceptance) and holds(
                one.node.acceptance or "", self.facts(one.round)
            )
        return len(self.steps) == 1

    def end_pause(self, one: _Open) -> None:
        if one.pause is not None and one.pause.starts_at < self.now:
            self.pauses.append(Pause(one.pause.starts_at, self.now))

    def take(self, advance: Advance) -> None:
        """What an act caused: withdrawn first, then the term, then what opened."""
        self.state = advance.state
        self.data.update(advance.decided)
        for token in advance.withdrawn:
            one = self.open.pop(token)
            self.steps.append(self.step(one, withdrawn=True))
            self.end_pause(one)
        self.settle_term()
        for timer in advance.timers:
            self.open_timer(timer)
        for work in advance.opened:
            self.open_work(work)

    def settle_term(self) -> None:
        """The legal term as it is now; what is due by appointment moves with it."""
        text = self.chosen(self.drawing.legal_term, None)
        if self.accepted is None or text is None:
            return
        duration = parse_duration(text)
        self.term = str(duration)
        self.deadline = legal_deadline(duration, self.accepted, self.calendar, self.pauses)
        for one in self.open.values():
            if one.due_text == str(ByAppointment()) and one.node.id not in self.waits:
                one.due = self.deadline.due_at
                one.finish = max(self.now, one.due)

    def open_work(self, work: OpenedWork) -> None:
        node = self.spec.node(work.process, work.element)
        round_ = self.next_round(work.process, node)
        drawn, due = self.due(work.process, node, round_)
        wait = self.waits.get(node.id)
        finish = max(self.now, due) if due is not None else self.now
        if wait is not None:
            finish = step_deadline(wait, self.now, self.calendar).due_at
        if due is not None:
            self.dues[work.process, node.id] = due
        paused = node.clock_paused and self.accepted is not None
        self.open[work.token] = _Open(
            token=work.token,
            process=work.process,
            node=node,
            round=round_,
            opened=self.now,
            due=due,
            due_text=str(drawn) if drawn else "",
            finish=finish,
            amount=amount_of(wait or drawn, self.hours_per_day),
            pause=Pause(self.now) if paused else None,
        )

    def open_timer(self, timer: OpenedTimer) -> None:
        node = self.spec.node(timer.process, timer.element)
        round_ = self.next_round(timer.process, node)
        waits = self.chosen(node.timer, round_) or ""
        moment = timer_moment(waits, self.now, self.calendar).due_at
        drawn, due = self.due(timer.process, node, round_)
        self.dues[timer.process, node.id] = due or moment
        self.open[timer.token] = _Open(
            token=timer.token,
            process=timer.process,
            node=node,
            round=round_,
            opened=self.now,
            due=due,
            due_text=str(drawn) if drawn else waits,
            finish=moment,
            amount=amount_of(drawn or parse_duration(waits), self.hours_per_day),
        )

    def next_round(self, process: str, node: Node) -> int:
        round_ = self.rounds.get((process, node.id), 0) + 1
        self.rounds[process, node.id] = round_
        return round_

    # --- dates --------------------------------------------------------------------------------

    @property
    def hours_per_day(self) -> Fraction:
        return self.calendar.hours_per_day

    def chosen(self, text: str | None, round_: int | None) -> str | None:
        """The alternative of a drawn text that holds now."""
        if not text:
            return None
        return choose(parse_alternatives(text), lambda when: holds(when, self.facts(round_)))

    def due(self, process: str, node: Node, round_: int) -> tuple[Due | None, datetime | None]:
        """(what is drawn, the moment) of a step that opens now."""
        text = self.chosen(node.due, round_)
        drawn = parse_due(text) if text else None
        if isinstance(drawn, ByAppointment):
            return drawn, self.deadline.due_at if self.deadline else None
        if isinstance(drawn, SameAs):
            return drawn, self.dues.get((process, drawn.element))
        if drawn is None:
            return None, None
        return drawn, step_deadline(drawn, self.now, self.calendar).due_at

    # --- telling ------------------------------------------------------------------------------

    def step(self, one: _Open, withdrawn: bool) -> RehearsedStep:
        role = role_of(self.spec.drawing(one.process), one.node, self.roles)
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
            paused=one.pause is not None,
            timer=_is_timer(one.node),
            withdrawn=withdrawn,
            amount=Amount() if withdrawn else one.amount,
        )

    def ready(self) -> datetime:
        """When the last step opened, where that one only waits for the promised date."""
        last = self.steps[-1] if self.steps else None
        if last is not None and last.due_text == str(ByAppointment()):
            return last.opened
        return self.now

    def found(self, advance: Advance) -> Rehearsal:
        authorities: dict[str, Amount] = {}
        for step in self.steps:
            if step.authority is not None and step.amount:
                before = authorities.get(step.authority, Amount())
                authorities[step.authority] = before + step.amount
        end = self.drawing.nodes.get(advance.outcome or "")
        term = None
        if self.deadline is not None:
            term = RehearsedTerm(self.term, self.deadline, self.now <= self.deadline.due_at)
        return Rehearsal(
            key=self.drawing.key,
            name=self.drawing.name,
            start=self.start,
            ready=self.ready(),
            end=self.now,
            outcome=advance.outcome,
            outcome_name=end.name if end else "",
            steps=tuple(self.steps),
            authorities=authorities,
            total=sum((step.amount for step in self.steps), Amount()),
            accepted=self.accepted,
            term=term,
            pauses=united(self.pauses),
            data=self.data,
            defaults=tuple(self.answers.defaults),
            notes=tuple(self.answers.notes),
            roles=self.roles,
        )


def _is_timer(node: Node) -> bool:
    return node.kind in {Kind.TIMER_CATCH, Kind.TIMER_BOUNDARY}
