"""The date of a dossier whose procedure states no term: the rehearsed end of its longest way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.bpmn.expressions import parse
from engine.bpmn.paths import Explorer, Path
from engine.domain.clock import local_day
from engine.domain.deadlines import Deadline
from engine.domain.errors import BadExpression, ExecutionFailed, Misuse
from engine.domain.explanations import Explanation, Rule
from engine.domain.messages import say
from engine.persistence.versions import VersionTexts, version_texts
from engine.services.casework import Casework
from engine.services.rehearsal import Rehearsal
from engine.services.rehearsing import rehearse

#: What stands where a stated term would.
EXPECTED = "dự kiến"

Answers = dict[str, object]


def expected_deadline(work: Casework) -> Deadline:
    """When the dossier, received when it was, would be ready on its longest granted way.

    The granted end is the one that the plainest answers lead to; of all ways to it the one that
    takes longest is rehearsed. Which that is, is found once per version.
    """
    case, version = work.case, work.version
    texts = version_texts(work.act.session, version.id)
    answers = work.act.app.shelf.longest.get(version.id)
    if answers is None:
        answers = _longest(work, texts)
        work.act.app.shelf.longest[version.id] = answers
    ready = _rehearsed(work, texts, answers).ready
    return _deadline(work, max(ready, work.act.now), case.received_at)


def later(work: Casework) -> Deadline:
    """The expected date moved by the working time of the standstill that ends now."""
    case, calendar = work.case, work.calendar(work.case.unit_id)
    began = [pause.starts_at for pause in work.pauses if pause.ends_at == work.act.now]
    if case.due_at is None or not began:
        return expected_deadline(work)
    stood_still = calendar.working_hours_between(min(began), work.act.now)
    moved, _, _ = calendar.add_working_hours(case.due_at, stood_still)
    return _deadline(work, moved, case.received_at)


def _deadline(work: Casework, ready: datetime, start: datetime) -> Deadline:
    calendar = work.calendar(work.case.unit_id)
    due = calendar.closing_moment(calendar.next_working_day(local_day(ready)))
    note = say(
        "Không có văn bản nào quy định thời hạn. Ngày này là dự kiến: ngày xong của đường đi dài "
        "nhất khi mỗi bước làm đúng hạn."
    )
    return Deadline(
        due, Explanation(Rule.MIXED, article="", term=EXPECTED, start=start, due=due, notes=(note,))
    )


def _longest(work: Casework, texts: VersionTexts) -> Answers:
    """The answers that lead along the longest of all ways to the plain answers' end."""
    plain = _rehearsed(work, texts, {})
    longest, ready = Answers(), plain.ready
    spec = work.version.spec
    explorer = Explorer(spec.drawing(spec.main), spec.drawings, work.version.forms.get)
    for path in explorer.paths()[0]:
        if path.outcome != plain.outcome:
            continue
        answers = dict(_said_on(path))
        try:
            tried = _rehearsed(work, texts, answers)
        except (Misuse, ExecutionFailed):  # these answers do not go together after all
            continue
        if tried.outcome == plain.outcome and tried.ready > ready:
            longest, ready = answers, tried.ready
    return longest


def _said_on(path: Path) -> Iterator[tuple[str, object]]:
    """The answers that a way's conditions ask for: what is compared, and what must be true."""
    for flow in path.flows:
        if not flow.condition:
            continue
        try:
            condition = parse(flow.condition)
        except BadExpression:
            continue
        compared = dict(condition.compared())
        yield from compared.items()
        yield from ((name, True) for name in condition.names - compared.keys())


def _rehearsed(work: Casework, texts: VersionTexts, answers: Answers) -> Rehearsal:
    given = {name: value for name, value in answers.items() if name != "lan_thu"}
    return rehearse(
        texts.drawing,
        texts.called,
        texts.decisions,
        work.version.forms.get,
        work.case.received_at,
        work.calendar(work.case.unit_id),
        work.act.app.roles,
        {"kenh": work.case.channel, **given},
    )
