"""Rehearses a drawing: one dossier in memory, through the same engine, on the real calendar.

Tasks finish at their deadline; steps and waits without one take no time unless a wait is given;
timers elapse; a step whose deadline is past when it opens finishes on opening and is late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from engine.bpmn import execution
from engine.bpmn.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.expressions import holds, names_in
from engine.bpmn.model import HUMAN, Drawing, Kind, Node
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
from engine.domain.errors import BadDuration, BadExpression, FormInvalid, Misuse
from engine.domain.legal_clock import Pause, united
from engine.domain.messages import Message, say
from engine.domain.roles import RoleRegister
from engine.domain.working_calendar import WorkingCalendar
from engine.ports import Form
from engine.services.amounts import Amount, amount_of, role_of
from engine.services.rehearsal import DefaultAnswer, Rehearsal, RehearsedStep, RehearsedTerm

#: A step is rehearsed at most so often: an answer that would open it again is then replaced by
#: the form's own, so that one given answer sends the dossier back once and not for ever.
MAX_ROUNDS = 2
_MAX_STEPS = 2_000
_TRUTHS: Mapping[str, object] = {"true": True, "false": False, "null": None}


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
    answers = {name: _TRUTHS.get(str(value), value) for name, value in (given or {}).items()}
    _refuse_unknown(spec, forms, answers, waits or {})
    durations = {key: parse_duration(text) for key, text in (waits or {}).items()}
    return _Run(spec, forms, utc(start), calendar, roles, answers, durations).to_the_end()


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
        forms: Callable[[str], Form | None],
        start: datetime,
        calendar: WorkingCalendar,
        roles: RoleRegister,
        given: Mapping[str, object],
        waits: Mapping[str, Duration],
    ) -> None:
        self.spec = spec
        self.drawing = spec.drawing(spec.main)
        self.forms = forms
        self.start = self.now = start
        self.calendar = calendar
        self.roles = roles
        self.given = given
        self.waits = waits
        self.channel = given.get("kenh", "counter")
        in_forms = _form_names(spec, forms)
        self.data = {n: v for n, v in given.items() if n not in in_forms and n != "kenh"}
        self.state = b""
        self.open: dict[str, _Open] = {}  # by token, in the order of opening
        self.rounds: dict[tuple[str, str], int] = {}
        self.dues: dict[tuple[str, str], datetime] = {}
        self.accepted: datetime | None = None
        self.pauses: list[Pause] = []
        self.term = ""
        self.deadline: Deadline | None = None
        self.steps: list[RehearsedStep] = []
        self.defaults: list[DefaultAnswer] = []
        self.notes: list[Message] = []

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
        return {**self.data, "kenh": self.channel, "lan_thu": round_}

    # --- answering --------------------------------------------------------------------------

    def answer(self, one: _Open) -> Advance:
        """Completes a work with the given answers, or with the form's own where those circle."""
        form = self.form_of(one.node)
        own = {n: v for n, v in self.given.items() if form is not None and n in form.names}
        for given in (own, {}) if own else ({},):
            known = {n: v for n, v in self.facts(one.round).items() if given or n not in own}
            answers = self.answers(one, form, given, known)
            data = {**self.data, **answers}
            facts = {**self.facts(one.round), **data}
            advance = execution.complete(self.spec, self.state, facts, one.token)
            if not self.circles(advance):
                self.data = data
                self.note_defaults(one, answers, given)
                return advance
            if given:
                self.notes.append(
                    say(
                        "Lần %(round)s của bước %(element)s dùng câu trả lời mặc định, vì câu trả"
                        " lời cho trước lại đưa hồ sơ quay lại.",
                        round=one.round,
                        element=one.node.id,
                    )
                )
        raise Misuse(
            say(
                "Diễn tập không kết thúc: sau bước %(element)s hồ sơ lại quay về. Hãy cho trước câu"
                " trả lời bằng --set.",
                element=one.node.id,
            )
        )

    def answers(
        self, one: _Open, form: Form | None, given: Mapping[str, object], known: dict[str, object]
    ) -> dict[str, object]:
        if form is None:
            return {}
        submission = {**form.defaults({**known, **given}), **given}
        try:
            return form.validate(submission, known)
        except FormInvalid as refused:
            fields = ", ".join(sorted(refused.errors))
            if given:
                self.notes.append(
                    say(
                        "Biểu mẫu của bước %(element)s (lần %(round)s) không nhận câu trả lời cho"
                        " trước (%(fields)s); dùng câu trả lời mặc định.",
                        element=one.node.id,
                        round=one.round,
                        fields=fields,
                    )
                )
                fresh = {name: value for name, value in known.items() if name not in given}
                return self.answers(one, form, {}, fresh)
            self.notes.append(
                say(
                    "Câu trả lời mặc định của bước %(element)s chưa đạt yêu cầu của biểu mẫu:"
                    " %(fields)s.",
                    element=one.node.id,
                    fields=fields,
                )
            )
            return submission

    def circles(self, advance: Advance) -> bool:
        """Whether an act would open a step once more than a rehearsal follows."""
        return any(
            self.rounds.get((work.process, work.element), 0) >= MAX_ROUNDS
            for work in advance.opened
        )

    def note_defaults(
        self, one: _Open, answers: Mapping[str, object], given: Mapping[str, object]
    ) -> None:
        self.defaults += [
            DefaultAnswer(one.node.id, one.round, name, value)
            for name, value in answers.items()
            if name not in given and value not in (None, "", [], {})
        ]

    def form_of(self, node: Node) -> Form | None:
        return self.forms(node.form) if node.form else None

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
        if one.pause is not None:
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
            defaults=tuple(self.defaults),
            notes=tuple(self.notes),
            roles=self.roles,
        )


def _is_timer(node: Node) -> bool:
    return node.kind in {Kind.TIMER_CATCH, Kind.TIMER_BOUNDARY}


# --- refusing what nobody would ever ask ----------------------------------------------------------


def _refuse_unknown(
    spec: Spec,
    forms: Callable[[str], Form | None],
    given: Mapping[str, object],
    waits: Mapping[str, str],
) -> None:
    """Raises Misuse for a name that no form asks for and no condition reads, or an unknown step."""
    known = _form_names(spec, forms) | {"kenh"}
    for drawing in spec.drawings.values():
        known |= set(_names_read(drawing))
    for name in sorted(given.keys() - (known - {"lan_thu"})):
        raise Misuse(say("Quy trình không có biến “%(name)s”.", name=name))
    steps = {node.id for node in _nodes(spec) if node.kind in HUMAN}
    for key in sorted(waits.keys() - steps):
        raise Misuse(say("Quy trình không có bước “%(key)s” để chờ.", key=key))


def _nodes(spec: Spec) -> Iterator[Node]:
    for drawing in spec.drawings.values():
        yield from drawing.nodes.values()


def _form_names(spec: Spec, forms: Callable[[str], Form | None]) -> set[str]:
    found = {node.form: forms(node.form) for node in _nodes(spec) if node.form}
    return {name for form in found.values() if form is not None for name in form.names}


def _names_read(drawing: Drawing) -> Iterator[str]:
    """Variables that the conditions of a drawing read."""
    conditions = [flow.condition for flow in drawing.flows.values() if flow.condition]
    for text in (*(node.due or "" for node in drawing.nodes.values()), drawing.legal_term or ""):
        try:
            conditions += [each.condition for each in parse_alternatives(text) if each.condition]
        except BadDuration:
            continue  # told when it is reached
    for condition in conditions:
        try:
            yield from names_in(condition)
        except BadExpression:
            continue  # told when it is reached
