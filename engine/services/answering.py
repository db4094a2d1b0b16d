"""The answers of a rehearsed dossier: those given beforehand, otherwise the forms' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.execution.specs import Spec
from engine.bpmn.expressions import names_in
from engine.bpmn.model import STARTING, Drawing, Node
from engine.domain.durations import parse_alternatives
from engine.domain.errors import BadDuration, BadExpression, FormInvalid, Misuse
from engine.domain.messages import Message, say
from engine.ports import Form
from engine.services.rehearsal import DefaultAnswer

#: Answers of single steps: (process, element) → name → value.
Placed = Mapping[tuple[str, str], Mapping[str, object]]

_TRUTHS: Mapping[str, object] = {"true": True, "false": False, "null": None}
_CHANNEL = "kenh"


@dataclass(frozen=True)
class Answered:
    """What one step answers."""

    element: str
    round: int
    values: Mapping[str, object]
    given: frozenset[str]  # names that were given beforehand
    notes: tuple[Message, ...]


class Answers:
    """Answers every form of a drawing; remembers which answers nobody gave, and what to say of it.

    `given` are answers by name, `placed` those of single steps, which come first. Raises Misuse
    for a given name that no form asks for and no condition reads.
    """

    def __init__(
        self,
        spec: Spec,
        forms: Callable[[str], Form | None],
        given: Mapping[str, object],
        placed: Placed | None = None,
    ) -> None:
        self._forms = forms
        self._placed = placed or {}
        self._given = {name: _TRUTHS.get(str(value), value) for name, value in given.items()}
        asked = set(_names_asked(spec, forms))
        known = asked.union(*map(_names_read, spec.drawings.values())) | {_CHANNEL}
        for name in sorted(self._given.keys() - (known - {"lan_thu"})):
            raise Misuse(say("Quy trình không có biến “%(name)s”.", name=name))
        self.channel = self._given.get(_CHANNEL, "counter")
        #: Given values of variables that no form asks for: there from the beginning.
        self.unasked = {n: v for n, v in self._given.items() if n not in asked and n != _CHANNEL}
        self.defaults: list[DefaultAnswer] = []
        self.notes: list[Message] = []
        self._begin(spec.drawing(spec.main))

    def _begin(self, drawing: Drawing) -> None:
        """Where there are several places to begin: the one given, else the first drawn."""
        starts = {start.id: start.name or start.id for start in drawing.starts()}
        if len(starts) < 2:
            return
        placed = (said[STARTING] for said in self._placed.values() if STARTING in said)
        start = self.unasked.get(STARTING, next(placed, None))
        if start is None:
            start = next(iter(starts))
            self.notes.append(
                say(
                    "Hồ sơ diễn tập bắt đầu từ “%(start)s”; muốn bắt đầu từ nơi khác, ghi --set "
                    "%(name)s=… (%(known)s).",
                    start=starts[start],
                    name=STARTING,
                    known=", ".join(starts),
                )
            )
        if start not in starts:
            raise Misuse(say("Quy trình không bắt đầu từ “%(start)s”.", start=start))
        self.unasked = {**self.unasked, STARTING: start}

    def attempts(
        self, process: str, node: Node, round_: int, facts: Mapping[str, object]
    ) -> Iterator[Answered]:
        """The answers to try: with what was given, then as if nothing had been."""
        form = self._forms(node.form) if node.form else None
        if form is None:
            yield Answered(node.id, round_, {}, frozenset(), ())
            return
        said = {**self._given, **self._placed.get((process, node.id), {})}
        given = {name: value for name, value in said.items() if name in form.names}
        fresh = {name: value for name, value in facts.items() if name not in given}
        if given:
            submission = {**form.defaults({**facts, **given}), **given}
            try:
                cleaned = form.validate(submission, facts)
            except FormInvalid as refused:
                wrong = sorted(refused.errors.keys() & given.keys())
                if round_ == 1 and wrong:
                    raise _impossible(node, form, wrong[0], given[wrong[0]]) from refused
                note = _refused_note(node, round_, refused)
            else:
                yield Answered(node.id, round_, cleaned, frozenset(given), ())
                note = _circling_note(node, round_)
            yield self._defaults(form, node, round_, fresh, (note,))
        else:
            yield self._defaults(form, node, round_, fresh, ())

    def settle(self, answered: Answered) -> None:
        """These answers were used."""
        self.notes += answered.notes
        self.defaults += [
            DefaultAnswer(answered.element, answered.round, name, value)
            for name, value in answered.values.items()
            if name not in answered.given and value not in (None, "", [], {})
        ]

    def _defaults(
        self,
        form: Form,
        node: Node,
        round_: int,
        facts: Mapping[str, object],
        notes: tuple[Message, ...],
    ) -> Answered:
        submission = form.defaults(facts)
        try:
            values = form.validate(submission, facts)
        except FormInvalid as refused:
            values = submission
            note = say(
                "Câu trả lời mặc định của bước %(element)s chưa đạt yêu cầu của biểu mẫu:"
                " %(fields)s.",
                element=node.id,
                fields=", ".join(sorted(refused.errors)),
            )
            notes = (*notes, note)
        return Answered(node.id, round_, values, frozenset(), notes)


def _impossible(node: Node, form: Form, name: str, value: object) -> Misuse:
    """A given answer that the form refuses already in the first round: the asker's slip."""
    accepted = form.answers(name)
    return Misuse(
        say(
            "Bước %(element)s không nhận câu trả lời %(name)s=%(value)s. Nhận: %(accepted)s.",
            element=node.id,
            name=name,
            value=value,
            accepted=", ".join(accepted) if accepted else form.title,
        )
    )


def _refused_note(node: Node, round_: int, refused: FormInvalid) -> Message:
    return say(
        "Biểu mẫu của bước %(element)s (lần %(round)s) không nhận câu trả lời cho trước"
        " (%(fields)s); dùng câu trả lời mặc định.",
        element=node.id,
        round=round_,
        fields=", ".join(sorted(refused.errors)),
    )


def _circling_note(node: Node, round_: int) -> Message:
    return say(
        "Lần %(round)s của bước %(element)s dùng câu trả lời mặc định, vì câu trả lời cho trước"
        " lại đưa hồ sơ quay lại.",
        round=round_,
        element=node.id,
    )


def _names_asked(spec: Spec, forms: Callable[[str], Form | None]) -> Iterator[str]:
    """Variables that some form of the drawings sets."""
    names = {n.form for d in spec.drawings.values() for n in d.nodes.values() if n.form}
    for form in map(forms, sorted(names)):
        if form is not None:
            yield from form.names


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
