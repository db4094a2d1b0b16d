"""Every way through a drawing, found by going it: each answer that matters is given in turn.

Nothing is told beforehand: the forms say what may be answered, the conditions and tables which
answers tell ways apart, and execution where they lead. The state is written and restored at every
step, by two specs parsed apart. Branches side by side are worked one after the other, in the order
in which they opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

from engine.bpmn import execution
from engine.bpmn.execution.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.model import HUMAN, SCOPES, TIMERS, Kind, Node
from engine.domain.errors import BadDecision, ExecutionFailed, FormInvalid
from engine.ports import Form
from tests.drawings.library import Piece
from tests.drawings.liveness import Outlook, Spot, form_of, mentioned, outlook

#: Walks after which a drawing is taken to have no end of them.
MAX_WALKS = 2_000
#: Answers tried at one step.
MAX_ANSWERS = 400
CHANNEL = "counter"

Given = tuple[Mapping[str, object], Mapping[str, object]]  # what is submitted, what comes of it


@dataclass(frozen=True)
class Done:
    """One step of a walk: a piece of work with what is submitted, or a timer that fires."""

    process: str
    element: str
    answers: Mapping[str, object] | None = None  # None: a timer

    def __str__(self) -> str:
        return self.element if self.answers is not None else f"⏲ {self.element}"


@dataclass(frozen=True, eq=False)
class Walk:
    """A way from filing to an end."""

    steps: tuple[Done, ...]
    passed: tuple[Spot, ...]  # everything gone through, in order
    flows: frozenset[Spot]  # (process, flow)
    outcome: str
    rounds: tuple[Spot, ...] = ()  # the flows that lead back, on walks that go round

    @property
    def way(self) -> Way:
        """What is passed and how often; of branches side by side the order does not matter."""
        return way_of(self.passed, self.outcome)

    def __str__(self) -> str:
        return f"{' '.join(map(str, self.steps))} → {self.outcome}"


Way = tuple[frozenset[tuple[Spot, int]], str]


def way_of(passed: Sequence[Spot], outcome: str) -> Way:
    return frozenset(Counter(passed).items()), outcome


@dataclass(frozen=True)
class Stand:
    """Where a walk stands. `state` is all that execution keeps of it."""

    state: bytes
    data: Mapping[str, object]
    open: tuple[OpenedWork | OpenedTimer, ...]
    fresh: frozenset[str] = frozenset()  # tokens that the last step opened
    rounds: Mapping[Spot, int] = field(default_factory=dict)
    entered: Mapping[str, int] = field(default_factory=dict)  # drawing -> how often it began
    seen: frozenset[tuple[str, int, str]] = frozenset()
    steps: tuple[Done, ...] = ()
    passed: tuple[Spot, ...] = ()
    outcome: str | None = None
    back: Spot | None = None  # the flow over which the last step led back to what was met before
    gone_round: tuple[Spot, ...] = ()


class Walker:
    """Finds the walks of one procedure. `faults` are answers that a form takes and no way can."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.specs = piece.spec(), piece.spec()
        self.spec = self.specs[0]
        self.outlook: Outlook = outlook(self.spec)
        self.faults: dict[str, None] = {}
        self.complete = True
        self.taken = 0  # steps executed
        self._loops: dict[Spot, Stand] = {}  # flow that leads back -> the first time it was met
        self._on_rounds: dict[Spot, Stand] = {}  # flow on the way to one that leads back -> where
        self._gone: set[Spot] = set()  # those that a walk has taken
        self._beside: dict[Spot, Stand] = {}  # timer that only adds work -> where
        nodes = {spot: self.spec.node(*spot) for spot in self.outlook.ahead}
        self._forms = {spot: form_of(node) for spot, node in nodes.items()}
        self._mentioned = {spot: sorted(mentioned(node)) for spot, node in nodes.items()}
        self._given: dict[object, tuple[Given, ...]] = {}

    # --- walks ------------------------------------------------------------------------------------

    def walks(self) -> tuple[Walk, ...]:
        """Every loop-free walk; then walks that go round, each flow that leads back taken once;
        then one for each timer that only adds work."""
        begun = self._begin()
        found: list[Walk] = []
        for stand in self._on(begun):
            if len(found) == MAX_WALKS:
                self.complete = False
                break
            found.append(self._walk(stand))
        found += self._round_trips()
        found += self._other_rounds(found)
        return tuple(found)

    def _round_trips(self) -> Iterator[Walk]:
        """As many rounds as possible on each walk: what leads back is taken where it is met."""
        while left := self._loops.keys() - self._gone:
            flow = next(flow for flow in self._loops if flow in left)
            self._gone.add(flow)
            begun = replace(self._loops[flow], back=None, gone_round=(flow,))
            end = next(self._on(begun, going_round=True), None)
            if end is None:
                self.faults[f"{flow}: once this leads back no end is reached"] = None
            else:
                yield self._walk(end)
        for spot, stand in tuple(self._beside.items()):
            timer = next(one for one in stand.open if (one.process, one.element) == spot)
            fired = self._do(stand, timer, None)
            end = next(self._on(fired), None) if fired else None
            if end is None:
                self.faults[f"{spot}: once this timer fired no end is reached"] = None
            else:
                yield self._walk(replace(end, gone_round=(spot,)))

    def _other_rounds(self, found: Sequence[Walk]) -> Iterator[Walk]:
        """Further rounds, over flows that only go where others have gone back already."""
        taken = set().union(*(walk.flows for walk in found))
        for flow, stand in self._on_rounds.items():
            if flow not in taken:
                end = next(self._on(replace(stand, back=None, gone_round=(flow,))), None)
                if end is None:
                    self.faults[f"{flow}: once round over this no end is reached"] = None
                else:
                    walk = self._walk(end)
                    taken |= walk.flows
                    yield walk

    def plain(self) -> Walk:
        """The walk that plain answers lead along."""
        return self._walk(next(self._on(self._begin())))

    def _walk(self, stand: Stand) -> Walk:
        flows = frozenset(self._flows(stand.passed))
        return Walk(stand.steps, stand.passed, flows, stand.outcome or "", stand.gone_round)

    def _on(self, stand: Stand, *, going_round: bool = False) -> Iterator[Stand]:
        """The ends of all loop-free ways from here; going round, of ways that first take every
        flow back that no walk has taken."""
        if stand.outcome is not None:
            yield stand
            return
        onward: list[Stand] = []
        for then in self._steps(stand):
            if then.back is None:
                onward.append(then)
                continue
            self._loops.setdefault(then.back, then)
            for flow in self._flows(then.passed):
                self._on_rounds.setdefault(flow, then)
            if going_round and then.back not in self._gone:
                self._gone.add(then.back)
                again = replace(then, back=None, gone_round=(*stand.gone_round, then.back))
                yield from self._on(again, going_round=True)
        for then in onward:
            yield from self._on(then, going_round=going_round)

    def _steps(self, stand: Stand) -> Iterator[Stand]:
        """Every stand one step on that differs from the others in what may come of it."""
        for opened in self._next(stand):
            met: set[object] = set()
            for given in self._answers(stand, opened):
                then = self._do(stand, opened, given)
                key = then and self._difference(stand, then)
                if then is not None and key not in met:
                    met.add(key)
                    yield then

    def _difference(self, before: Stand, after: Stand) -> object:
        """What tells one answer's consequences from another's: the way, and what is read later."""
        ahead = frozenset().union(
            *(self.outlook.before[one.process, one.element] for one in after.open),
            *(self.outlook.ahead[one.process, one.element] for one in after.open),
        )
        kept = tuple((name, repr(after.data.get(name))) for name in sorted(ahead))
        open_ = tuple((one.process, one.element) for one in after.open)
        return after.passed[len(before.passed) :], open_, after.outcome, kept

    # --- one step ---------------------------------------------------------------------------------

    def _begin(self) -> Stand:
        data = {"kenh": CHANNEL}
        advance = execution.start(self.spec, data)
        return self._after(Stand(b"", data, ()), advance, None)

    def _next(self, stand: Stand) -> list[OpenedWork | OpenedTimer]:
        """What may be done next: the first open work, or what takes its place."""
        works = [one for one in stand.open if isinstance(one, OpenedWork)]
        timers = [one for one in stand.open if isinstance(one, OpenedTimer)]
        for one in timers:
            node = self._node(one)
            if node.kind is not Kind.TIMER_CATCH and not node.interrupting:
                self._beside.setdefault((one.process, one.element), stand)
        instead = [t for t in timers if t.token in stand.fresh and self._instead(t)]
        first = works[:1] or [t for t in timers if self._node(t).kind is Kind.TIMER_CATCH][:1]
        choice = self._after_choice(first[0]) if first else None
        rivals = [work for work in works[1:] if choice and self._after_choice(work) == choice]
        return list(dict.fromkeys([*first, *rivals, *instead])) or list(timers[:1])

    def _instead(self, timer: OpenedTimer) -> bool:
        node = self._node(timer)
        if node.kind is Kind.TIMER_CATCH:
            return self._after_choice(timer) is not None
        return node.interrupting

    def _after_choice(self, one: OpenedWork | OpenedTimer) -> Spot | None:
        """The event-based gateway that an open element stands behind."""
        drawing = self.spec.drawing(one.process)
        for flow in self._node(one).incoming:
            source = drawing.nodes[drawing.flows[flow].source]
            if source.kind is Kind.EVENT_BASED:
                return one.process, source.id
        return None

    def _answers(self, stand: Stand, one: OpenedWork | OpenedTimer) -> tuple[Given | None, ...]:
        """What to try: plain answers, and each choice of what is read ahead; None fires a timer."""
        if isinstance(one, OpenedTimer):
            return (None,)
        spot = (one.process, one.element)
        form = self._forms[spot]
        if form is None:
            return (({}, {}),)
        facts = self._facts(stand, spot)
        read = {n: facts[n] for n in (*self._mentioned[spot], "lan_thu") if n in facts}
        key = (spot, repr(sorted(read.items())))
        if key not in self._given:  # a form answers by what it reads, nothing else
            known = {name: value for name, value in facts.items() if name not in form.names}
            self._given[key] = tuple(self._tried(spot, form, known, facts))
        return self._given[key]

    def _tried(
        self, spot: Spot, form: Form, known: Mapping[str, object], facts: Mapping[str, object]
    ) -> Iterator[Given]:
        plain = form.defaults(known)
        deciding = sorted(form.names & self.outlook.ahead[spot])
        offered = [self._offered(form, name, plain.get(name)) for name in deciding]
        tried: set[object] = set()
        refused: FormInvalid | None = None
        for count, values in enumerate(product(*offered)):
            if count == MAX_ANSWERS:
                self.complete = False
                break
            said = dict(zip(deciding, values, strict=True))
            submission = {**form.defaults({**known, **said}), **said}
            try:
                cleaned = form.validate(submission, facts)
            except FormInvalid as error:
                refused = error
                continue
            same = tuple(repr(cleaned.get(name)) for name in deciding)
            if same not in tried:
                tried.add(same)
                yield submission, cleaned
        if not tried:
            why = refused.errors if refused else {}
            self.faults[f"{spot}: the form takes no answer at all: {why}"] = None

    def _offered(self, form: Form, name: str, plain: object) -> list[object]:
        """What may be answered, the plain answer first."""
        options = form.answers(name)
        if isinstance(plain, bool):
            values: list[object] = [plain, not plain]
        elif isinstance(plain, list) and options is not None:
            values = [plain, *([option] for option in options), []]
        elif options is not None:
            values = [plain, *options]
        else:
            values = [plain, *map(_as_submitted, self.outlook.values.get(name, ()))]
        return [v for place, v in enumerate(values) if v not in values[:place] or v is False]

    def _facts(self, stand: Stand, spot: Spot) -> dict[str, object]:
        return {**stand.data, "kenh": CHANNEL, "lan_thu": stand.rounds[spot]}

    def _do(self, stand: Stand, one: OpenedWork | OpenedTimer, given: Given | None) -> Stand | None:
        """The stand after a step; None where the drawing cannot go on from what was answered."""
        spec = self.specs[len(stand.steps) % 2]
        spot = (one.process, one.element)
        done = Done(*spot, given and given[0])
        form = self._forms[spot]
        data = dict(stand.data)
        if given is not None and form is not None:
            data = {n: v for n, v in data.items() if n not in form.names} | given[1]
        facts = {**data, "kenh": CHANNEL, "lan_thu": stand.rounds[spot]}
        self.taken += 1
        try:
            if given is None:
                advance = execution.fire(spec, stand.state, facts, one.token)
            else:
                advance = execution.complete(spec, stand.state, facts, one.token)
        except (ExecutionFailed, BadDecision) as error:
            said = {n: data.get(n) for n in self.outlook.ahead[spot] if form and n in form.names}
            self.faults[f"{spot} answered {said}: {error}"] = None
            return None
        gone = replace(stand, data={**data, **advance.decided}, steps=(*stand.steps, done))
        return self._after(gone, advance, one.token)

    def _after(self, stand: Stand, advance: Advance, done: str | None) -> Stand:
        ended = {*advance.withdrawn, done}
        opened = (*advance.opened, *advance.timers)
        rounds = Counter(stand.rounds)
        rounds.update((one.process, one.element) for one in opened)
        after = replace(
            stand,
            state=advance.state,
            open=(*(one for one in stand.open if one.token not in ended), *opened),
            fresh=frozenset(one.token for one in opened),
            rounds=dict(rounds),
            passed=(*stand.passed, *advance.passed),
            outcome=(advance.outcome or "") if advance.finished else None,
        )
        return self._noticing(stand, after, advance)

    # --- going round ------------------------------------------------------------------------------

    def _noticing(self, before: Stand, after: Stand, advance: Advance) -> Stand:
        """Notes what is met now, and the flow that led back where something is met again."""
        met: set[tuple[str, int, str]] = set()
        entered = dict(after.entered)
        back: Spot | None = None

        def meet(process: str, element: str, passed: tuple[Spot, ...]) -> None:
            nonlocal back
            key = (process, entered.get(process, 0), element)
            if back is None and (key in before.seen or key in met):
                back = self._back(passed, process, element)
                met.clear()  # from here on it is the next round
            met.add(key)

        for place, (process, element) in enumerate(advance.passed):
            node = self.spec.node(process, element)
            so_far = (*before.passed, *advance.passed[:place])
            if node.kind is Kind.START and node.parent is None and process != self.spec.main:
                entered[process] = entered.get(process, 0) + 1
                meet(*(self._calling(process, so_far) or (process, element)), so_far)
            elif node.kind not in HUMAN | SCOPES | TIMERS | {Kind.CALL_ACTIVITY}:
                meet(process, element, so_far)  # the others are met when they open
        for one in (*advance.opened, *advance.timers):
            if isinstance(one, OpenedWork) or self._node(one).kind is Kind.TIMER_CATCH:
                meet(one.process, one.element, after.passed)
        seen = frozenset(met if back else before.seen | met)
        return replace(after, seen=seen, entered=entered, back=back)

    def _calling(self, process: str, passed: tuple[Spot, ...]) -> Spot | None:
        """The call activity that has just begun a drawing."""
        for at, element in reversed(passed):
            for flow in self.spec.node(at, element).outgoing:
                target = self.spec.drawing(at).flows[flow].target
                if self.spec.node(at, target).called == process:
                    return at, target
        return None

    def _back(self, passed: tuple[Spot, ...], process: str, element: str) -> Spot:
        """The flow over which an element was met again."""
        drawing = self.spec.drawing(process)
        into = {drawing.flows[key].source: key for key in drawing.nodes[element].incoming}
        for at, source in reversed(passed):
            if at == process and source in into:
                return process, into[source]
        return process, element

    def _flows(self, passed: tuple[Spot, ...]) -> Iterator[Spot]:
        """The flows taken on a way: to each element from what was passed last before it."""
        places: dict[Spot, int] = {}
        for place, (process, element) in enumerate(passed):
            drawing = self.spec.drawing(process)
            node = drawing.nodes[element]
            from_ = [
                (places[process, drawing.flows[key].source], key)
                for key in node.incoming
                if (process, drawing.flows[key].source) in places
            ]
            joins = node.kind in {Kind.PARALLEL, Kind.INCLUSIVE}
            for _, key in from_ if joins else sorted(from_)[-1:]:
                yield process, key
            places[process, element] = place

    def _node(self, one: OpenedWork | OpenedTimer) -> Node:
        return self.spec.node(one.process, one.element)


def _as_submitted(value: object) -> object:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def all_flows(walker: Walker) -> set[Spot]:
    """Every flow of a drawing and of what it calls."""
    return {(key, flow) for key, d in walker.spec.drawings.items() for flow in d.flows}


def covering(walks: Sequence[Walk], drawings: Container[str]) -> list[Walk]:
    """As few of the walks as together take every flow of some drawings that any of them takes, and
    reach every end."""
    chosen: list[Walk] = []
    flows = {walk: frozenset(f for f in walk.flows if f[0] in drawings) for walk in walks}
    left: set[Spot] = set().union(*flows.values())
    while left:
        best = max(walks, key=lambda walk: (len(flows[walk] & left), -len(walk.steps)))
        chosen.append(best)
        left -= best.flows
    return chosen
