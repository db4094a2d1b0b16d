"""Finds a way by which a dossier comes to a step: for those that began outside this program."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from engine.bpmn import execution
from engine.bpmn.execution.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.execution.specs import Spec
from engine.bpmn.model import Kind
from engine.domain.errors import BadDecision, BadExpression, ExecutionFailed

Place = tuple[str, str]  # process, element

#: What a step may answer: variable -> the values to try, the plainest first.
Choices = Callable[[Place, Mapping[str, object]], Mapping[str, Sequence[object]]]

#: Acts tried before the search is given up; Quy trình 02 takes some hundred.
MOST_TRIED = 3_000
MOST_ANSWERS = 64


class NoWay(Exception):
    """No way leads to the step, or none was found in time."""


class Beside(Exception):
    """Whenever the step is open, others are open beside it: nobody can tell how they stand."""

    def __init__(self, others: frozenset[Place]) -> None:
        self.others = others
        super().__init__()


@dataclass(frozen=True)
class Way:
    """The dossier at the step: its token tree, what was answered on the way, what was passed."""

    state: bytes
    data: Mapping[str, object]  # decisions that had to be assumed, and what tables made of them
    opened: tuple[OpenedWork, ...]
    timers: tuple[OpenedTimer, ...]
    done: tuple[Place, ...]  # works done and waits ended before, in order
    rounds: Mapping[Place, int]  # how often each of them was open, the step itself left out


@dataclass(frozen=True)
class _At:
    """A dossier on the way."""

    state: bytes
    data: Mapping[str, object]
    works: Mapping[str, OpenedWork]
    timers: Mapping[str, OpenedTimer]
    done: tuple[Place, ...]

    def key(self) -> tuple[object, ...]:
        works = [(one.process, one.element) for one in self.works.values()]
        open_ = sorted([*works, *((one.process, one.element) for one in self.timers.values())])
        return (*open_, *sorted((name, repr(value)) for name, value in self.data.items()))


def way_to(
    spec: Spec,
    target: Place,
    choices: Choices,
    facts: Mapping[str, object],
    beginnings: Sequence[Mapping[str, object]] = ({},),
) -> Way:
    """The shortest way by which `target` is open, and nothing else that people work on.

    The dossier is driven as people would drive it: works are done with the answers that `choices`
    offers, waits end. Its token tree is one that the drawing makes by itself. `facts` are what the
    engine knows (`kenh`), `beginnings` what a dossier may say of itself when it is filed (where it
    begins): each is tried, and the way's data tell which it was. Raises NoWay, Beside.
    """
    queue = deque(_begun(spec, data, facts) for data in beginnings)
    seen, tried = {start.key() for start in queue}, 0
    beside: frozenset[Place] | None = None
    clear = MOST_TRIED  # after so many works the step was open beside others
    while queue:
        here = queue.popleft()
        found = {(w.process, w.element) for w in here.works.values()}
        waits = {(t.process, t.element) for t in _on_the_way(spec, here)}
        if target in found | waits:
            others = frozenset((found | waits) - {target})
            if not others and len(here.done) <= clear:
                return _way(here)
            if not others:  # only once the branches beside it were taken to be done
                break
            beside, clear = beside or others, min(clear, len(here.done))
        for following in _steps(spec, here, choices, facts):
            tried += 1
            if tried > MOST_TRIED:
                queue.clear()
                break
            key = following.key()
            if key not in seen:
                seen.add(key)
                queue.append(following)
    if beside is not None:
        raise Beside(beside)
    raise NoWay()


def _begun(spec: Spec, data: Mapping[str, object], facts: Mapping[str, object]) -> _At:
    begun = execution.start(spec, {**data, **facts, "lan_thu": 1})
    return _after(_At(begun.state, data, {}, {}, ()), begun, data, None)


def _way(here: _At) -> Way:
    return Way(
        state=here.state,
        data=here.data,
        opened=tuple(here.works.values()),
        timers=tuple(here.timers.values()),
        done=here.done,
        rounds=Counter(here.done),
    )


def _steps(spec: Spec, here: _At, choices: Choices, facts: Mapping[str, object]) -> Iterator[_At]:
    """Where one more act leads: each open work with each answer, and waits where none is open."""
    for token, work in here.works.items():
        place = (work.process, work.element)
        known = {**here.data, **facts, "lan_thu": here.done.count(place) + 1}
        offered = choices(place, known)
        for number, values in enumerate(product(*offered.values())):
            if number == MOST_ANSWERS:
                break
            answers = dict(zip(offered, values, strict=True))
            data = {**here.data, **answers}
            try:
                advance = execution.complete(spec, here.state, {**known, **answers}, token)
            except (ExecutionFailed, BadExpression, BadDecision):
                continue  # nobody could have answered so
            if not advance.finished:
                yield _after(here, advance, data, (token, place))
    if here.works:
        return
    for timer in _on_the_way(spec, here):
        place = (timer.process, timer.element)
        try:
            advance = execution.fire(spec, here.state, {**here.data, **facts}, timer.token)
        except (ExecutionFailed, BadExpression, BadDecision):
            continue
        if not advance.finished:
            yield _after(here, advance, here.data, (timer.token, place))


def _after(
    before: _At,
    advance: Advance,
    data: Mapping[str, object],
    closed: tuple[str, Place] | None,
) -> _At:
    gone = advance.withdrawn | ({closed[0]} if closed else frozenset())
    works = {t: w for t, w in before.works.items() if t not in gone}
    timers = {t: w for t, w in before.timers.items() if t not in gone}
    return _At(
        state=advance.state,
        data={**data, **advance.decided},
        works={**works, **{w.token: w for w in advance.opened}},
        timers={**timers, **{t.token: t for t in advance.timers}},
        done=(*before.done, closed[1]) if closed else before.done,
    )


def _on_the_way(spec: Spec, here: _At) -> list[OpenedTimer]:
    """Waits that stand on the way itself, not beside or on the edge of a work."""
    return [
        timer
        for timer in here.timers.values()
        if spec.node(timer.process, timer.element).kind is Kind.TIMER_CATCH
    ]
