"""What each dossier of a list answers: the common answers, and what its own row says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn.expressions import names_in
from engine.bpmn.model import Node
from engine.domain.dossier_lists import ListKind, Row
from engine.domain.durations import parse_alternatives
from engine.domain.errors import Blocked, DossiersBlocked, FormInvalid, Misuse
from engine.domain.messages import Message, say
from engine.persistence.tables import ListedCaseRow
from engine.persistence.work import OpenTask
from engine.ports import Form
from engine.services.casework import Casework
from engine.services.projecting import chosen
from engine.services.viewing import known_answers

Answers = Mapping[str, object]


@dataclass(frozen=True)
class Going:
    """A dossier that goes on with its list: its case and task, locked, and its place."""

    work: Casework
    task: OpenTask
    place: ListedCaseRow

    @property
    def node(self) -> Node:
        return self.work.version.node(self.task.row.process, self.task.row.element)

    @property
    def form(self) -> Form | None:
        return self.work.version.form_of(self.task.row.process, self.task.row.element)


def checked_rows(going: Sequence[Going], kind: ListKind, *, confirmed: bool) -> dict[int, Row]:
    """The row of each dossier, with nothing missing; confirmed suggestions are written down."""
    rows: dict[int, Row] = {}
    blocked, unconfirmed = [], 0
    for one in going:
        case = one.work.case
        row = kind.row(case.data, one.place.row)
        guessed = kind.suggested(row)
        unconfirmed += bool(guessed)
        if guessed:
            one.place.row = {**one.place.row, **guessed}
        rows[case.id] = {**row, **guessed}
        missing = kind.missing(row)
        if missing:
            lacks = ", ".join(str(column.title) for column in missing)
            why = say("Dòng này còn thiếu: %(columns)s.", columns=lacks)
            blocked.append(Blocked(case.id, case.code, case.subject or case.applicant, why))
    if blocked:
        raise DossiersBlocked(blocked)
    if unconfirmed and not confirmed:
        raise Misuse(
            say(
                "%(number)s dòng có nội dung do hệ thống gợi ý. Hãy soát rồi đánh dấu đã soát.",
                number=unconfirmed,
            )
        )
    return rows


def answers_of(one: Going, submission: Answers, row: Mapping[str, str] | None) -> dict[str, object]:
    """What one dossier's own form makes of the common answers and, where it begins, its row.

    Where the list begins, what was answered for this dossier alone before stays unless the common
    answers say something else.
    """
    form, work = one.form, one.work
    if form is None:
        return {}
    said = {name: value for name, value in submission.items() if value not in ("", None, [])}
    if row is not None:
        before = one.task.row.draft or known_answers(
            work.act, work.version, work.case, one.task.row
        )
        own = form.names - work.version.deciding
        said = {**{name: before[name] for name in own if name in before}, **said, **row}
    said = {name: value for name, value in said.items() if name in form.names}
    try:
        return form.validate(said, work.facts(one.task.row.round))
    except FormInvalid as refused:
        if row is None or any(path not in row for path in refused.errors):
            raise
        sentences = [sentence for found in refused.errors.values() for sentence in found]
        case = work.case
        why: Message = sentences[0]
        raise DossiersBlocked(
            [Blocked(case.id, case.code, case.subject or case.applicant, why)]
        ) from refused


def refuse_other_ways(one: Going, kind: str, answers: Answers) -> None:
    """The answers must be those with which the drawing gathers dossiers into this kind of list."""
    facts = {**one.work.facts(one.task.row.round), **answers}
    if chosen(one.node.list, facts) == kind:
        return
    conditions = [each.condition for each in parse_alternatives(one.node.list or "")]
    names = frozenset().union(*(names_in(text) for text in conditions if text))
    asked = sorted(names & one.form.names) if one.form else []
    raise FormInvalid(
        {
            name: [
                say(
                    "Với lựa chọn này hồ sơ không thuộc danh sách. Hãy chọn hướng của danh sách, "
                    "hoặc đưa hồ sơ ra khỏi danh sách để giải quyết riêng."
                )
            ]
            for name in asked
        }
    )
