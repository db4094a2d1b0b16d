"""Rules on the law's time: every way through a drawing keeps the terms it states."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.bpmn.budgets.keeping import MOST_WAYS, Beside
from engine.bpmn.checks.dialect.answer_values import cases, told
from engine.bpmn.checks.problems import label, problem, whole_process
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.subject import Subject
from engine.bpmn.model import Kind, Node
from engine.domain.durations import Unit, parse_alternatives, parse_duration
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say
from engine.domain.timing import Timing

_MOST_TOLD = 5  # of a kind
_SHOWN = 12  # steps of a way that a sentence can bear


def over_term(subject: Subject) -> Iterator[Problem]:
    """Every way through the drawing keeps the terms it states: that of the procedure, and those of
    each authority. Steps count what they are allowed, waits what they are said to take or wait at
    least, branches side by side the longest; the steps of called parts count too.

    Mọi đường đi trong bản vẽ đều nằm trong thời hạn đã nêu: thời hạn của cả thủ tục và thời hạn
    của từng cơ quan. Mỗi bước tính đủ thời hạn của bước, chỗ chờ tính thời gian phải chờ, các
    nhánh song song tính nhánh dài nhất; phần được gọi cũng tính.
    """
    for found, others in _longest_of_each(subject.terms_kept.exceeded):
        yield _told(
            subject,
            found,
            say(
                "Đường đi tới “%(end)s” tính %(sum)s, quá %(term)s. Các bước: %(way)s.%(more)s",
                end=_end(subject, found),
                sum=str(found.counted),
                term=_term(subject, found),
                way=_way(found),
                more=_more(others),
            ),
            say(
                "Rút ngắn thời hạn của các bước trên đường đi này, hoặc sửa thời hạn đã nêu ở "
                "thuộc tính legal_term cho đúng văn bản."
            ),
        )


def untold_term(subject: Subject) -> Iterator[Problem]:
    """Whether a way keeps a stated term can be told from the drawing: both count in the same days,
    the case that a term is stated for is known on the way, and branches that part come together.

    Nhìn bản vẽ là biết một đường đi có giữ thời hạn đã nêu hay không: hai bên tính cùng một loại
    ngày, biết rõ trường hợp nào áp dụng thời hạn nào, nhánh đã tách thì gộp lại.
    """
    judged = subject.terms_kept
    over = {found.authority for found in judged.exceeded}  # those are told of already
    undecided = tuple(found for found in judged.undecided if found.authority not in over)
    for found, others in _longest_of_each(undecided):
        remedy = _DECIDE if found.term.applies else _GO_ALONG
        yield _told(subject, found, _why_untold(subject, found, others), remedy)
    for node in judged.loose[:_MOST_TOLD]:
        yield problem(node, *_why_loose(node))


_DECIDE = say(
    "Ghi thời hạn của các bước cùng loại ngày với thời hạn đã nêu; hoặc diễn tập trên lịch "
    "(quytrinh rehearse) rồi ghi kết quả làm lý do ban hành."
)


_GO_ALONG = say(
    "Ghi thời hạn của các bước theo cùng điều kiện với thời hạn đã nêu, ví dụ 9 ngày làm việc khi "
    "hu_hai; 5 ngày làm việc; nếu thời hạn dài hơn luôn được áp dụng trên đường này thì ghi lý do "
    "khi ban hành."
)


def _why_untold(subject: Subject, found: Beside, others: int) -> Message:
    if found.term.applies is None:
        return say(
            "Đường đi tới “%(end)s” tính %(sum)s; chưa rõ có áp dụng %(term)s hay không, vì trên "
            "đường này chưa biết “%(condition)s”. Các bước: %(way)s.%(more)s",
            end=_end(subject, found),
            sum=str(found.counted),
            term=_term(subject, found),
            condition="; ".join(_open_conditions(found)),
            way=_way(found),
            more=_more(others),
        )
    return say(
        "Đường đi tới “%(end)s” tính %(sum)s, không cùng loại ngày với %(term)s, nên phải xem lịch "
        "mới biết có kịp hay không. Các bước: %(way)s.%(more)s",
        end=_end(subject, found),
        sum=str(found.counted),
        term=_term(subject, found),
        way=_way(found),
        more=_more(others),
    )


def _why_loose(split: Node) -> tuple[Message, Message]:
    """What is wrong with a split that is not joined, and what to do: some have no gateway drawn."""
    if split.drawn is None:
        return say(
            "Sau “%(who)s” các nhánh không gộp lại ở một cổng cùng loại, nên không tính được "
            "hồ sơ có kịp thời hạn đã nêu hay không.",
            who=label(split),
        ), say("Gộp các nhánh bằng một cổng cùng loại.")
    message = say(
        "“%(who)s” có nhiều luồng ra mà các nhánh không gộp lại, nên không tính được hồ sơ có kịp "
        "thời hạn đã nêu hay không.",
        who=label(split),
    )
    if split.kind is Kind.PARALLEL:
        return message, say("Gộp các nhánh bằng một cổng song song.")
    return message, say("Gộp các nhánh bằng một cổng bao hàm.")


def too_many_ways(subject: Subject) -> Iterator[Problem]:
    """The ways through a drawing that states a term are few enough to be counted, all of them,
    unless the longest steps together keep the term already.

    Bản vẽ có nêu thời hạn thì số đường đi phải đủ ít để tính hết được từng đường, trừ khi đi theo
    những bước dài nhất cũng không quá thời hạn.
    """
    kept = subject.terms_kept
    if kept.complete:
        return
    if kept.bound is None:
        message = say(
            "Bản vẽ có quá nhiều đường đi (hơn %(most)s, hoặc quá dài): không tính hết được "
            "đường nào vượt thời hạn đã nêu.",
            most=MOST_WAYS,
        )
    else:
        message = say(
            "Bản vẽ có quá nhiều đường đi (hơn %(most)s, hoặc quá dài) nên không tính hết được. "
            "Không đường nào quá %(bound)s, nhưng chưa chắc đường nào cũng giữ được thời hạn đã "
            "nêu.",
            most=MOST_WAYS,
            bound=str(kept.bound.total),
        )
    yield whole_process(
        subject.drawing,
        message,
        say("Đưa một phần vào bản vẽ được gọi riêng, hoặc bớt cổng rẽ nhánh."),
    )


def wait_over_due(subject: Subject) -> Iterator[Problem]:
    """What a timer counts (its property `due`) is not shorter than what it waits.

    Thời gian tính cho một hẹn giờ (thuộc tính due) không ngắn hơn thời gian nó phải chờ.
    """
    for node in subject.nodes:
        counted, waits = _only_length(node.due), _only_length(node.timer)
        duration = node.kind is Kind.TIMER_CATCH and node.timing is Timing.DURATION
        if not duration or counted is None or waits is None:
            continue
        if counted[0] == waits[0] and counted[1] < waits[1]:
            yield problem(
                node,
                say(
                    "“%(who)s” chờ %(waits)s nhưng chỉ tính %(counted)s (thuộc tính due).",
                    who=label(node),
                    waits=node.timer,
                    counted=node.due,
                ),
                say("Sửa thuộc tính due cho bằng thời gian chờ, hoặc sửa thời gian chờ."),
            )


def term_gap(subject: Subject) -> Iterator[Problem]:
    """A legal term that is stated by condition states one for every answer.

    Thời hạn giải quyết ghi theo điều kiện thì mọi cách trả lời đều phải có thời hạn.
    """
    try:
        stated = parse_alternatives(subject.drawing.legal_term or "")
    except BadDuration:
        return  # told elsewhere
    texts = [one.condition for one in stated if one.condition]
    if not texts or len(texts) < len(stated):
        return
    gap = next((values for values, held in cases(subject, texts) if not any(held)), None)
    if gap is not None:
        yield whole_process(
            subject.drawing,
            say("Thời hạn giải quyết không nói gì khi %(values)s.", values=told(gap)),
            say(
                "Thêm một thời hạn không điều kiện ở cuối: 9 ngày làm việc khi hu_hai; 5 ngày làm "
                "việc."
            ),
        )


def _only_length(text: str | None) -> tuple[Unit, Fraction] | None:
    """A text of one span: its unit and its amount."""
    try:
        said = [parse_duration(one.value) for one in parse_alternatives(text or "")]
    except BadDuration:
        return None  # told elsewhere
    spans = [span for one in said for span in one.spans]
    return (spans[0].unit, spans[0].amount) if len(spans) == 1 else None


# ── telling ─────────────────────────────────────────────────────────────────────────────────────


def _longest_of_each(found: tuple[Beside, ...]) -> list[tuple[Beside, int]]:
    """For each term the longest way, and how many others there are: one step may spoil them all."""
    ways: dict[str | None, list[Beside]] = {}
    for one in found:
        ways.setdefault(one.authority, []).append(one)
    return [(max(alike, key=_size), len(alike) - 1) for alike in ways.values()][:_MOST_TOLD]


def _size(one: Beside) -> tuple[object, ...]:
    return one.counted.months, one.counted.days, one.counted.working_days


def _more(others: int) -> Message | str:
    """How many other ways it is true of as well."""
    return say(" Còn %(others)s đường đi khác cũng vậy.", others=others) if others else ""


def _told(subject: Subject, found: Beside, message: Message, remedy: Message) -> Problem:
    return problem(subject.drawing.nodes[found.way.outcome], message, remedy)


def _end(subject: Subject, found: Beside) -> str:
    return label(subject.drawing.nodes[found.way.outcome])


def _open_conditions(found: Beside) -> list[str]:
    """The conditions of terms that the way leaves open."""
    way, authority = found.way, found.authority
    stated = way.terms if authority is None else way.authority_terms.get(authority, ())
    return [one.condition for one in stated if one.condition and one.applies is None]


def _term(subject: Subject, found: Beside) -> Message:
    if found.authority is None:
        return say("thời hạn giải quyết %(term)s", term=found.term.term)
    name = subject.vocabulary.roles.authorities.get(found.authority, found.authority)
    return say("thời hạn của %(authority)s là %(term)s", authority=name, term=found.term.term)


def _way(found: Beside) -> str:
    """The steps that count, by name, with what they count."""
    steps = [
        f"{step.name or step.element} ({step.amount})"
        for step in found.way.steps
        if step.amount and found.authority in {None, step.authority}
    ]
    if len(steps) > _SHOWN:
        steps[_SHOWN // 2 : len(steps) - _SHOWN // 2] = ["…"]
    return " → ".join(steps)


RULES = (
    error("over-term", over_term),
    warning("untold-term", untold_term),
    warning("too-many-ways", too_many_ways),
    error("wait-over-due", wait_over_due),
    warning("term-gap", term_gap),
)
