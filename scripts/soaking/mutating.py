"""Drawings spoiled at random: no crash, no hang, and what the checks pass runs to an end."""

from __future__ import annotations

import json
import resource
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from random import Random
from types import FrameType

from lxml import etree

from engine.bootstrap import BPMN_DIR, FORMS_DIR, PRINT_DIR
from engine.bpmn.budgets.budgeting import budget
from engine.bpmn.checks import ALL_RULES, Vocabulary, check
from engine.bpmn.execution.specs import Spec, parse_spec
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.layout import laid_out
from engine.bpmn.pictures import depicted
from engine.bpmn.pictures.svg import render
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.errors import DrawingRefused
from engine.services.sources import Sources
from forms.compiling import JsonFormCompiler
from scripts.soaking.running import Proved, runs_to_an_end
from tests.bpmn_reading.mutations import garble, mutate
from tests.bpmn_reading.random_procedures import PART, TABLE, random_procedure, surroundings
from tests.bpmn_reading.sketching import SOUND, Surroundings, spoiled, table
from tests.bpmn_reading.spoilings import END, handler, nhac
from tests.drawings import library
from tests.drawings.files import DRAWINGS
from web.commands import sarif

#: What one spoiled drawing may take: of the processor's time, for others may be at work too.
SECONDS = 20
MEGABYTES = 400
#: One in so many is spoiled byte by byte.
GARBLED = 10
#: Warnings of which no dossier stops.
NEVER_STOP = frozenset({"implicit-start", "implicit-end", "unheard-signal", "endless-cycle"})
PAGES = frozenset(rule.id for rule in ALL_RULES)


class TookTooLong(AssertionError):
    """A spoiled drawing kept the checks, the parser or the engine busy without end."""


Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Around:
    """What a drawing's names stand for: for the checks, and for running it.

    `texts`: the drawings that it calls, by key, and the decision files.
    """

    vocabulary: Vocabulary
    texts: Callable[[bytes], tuple[Files, Files]]

    def spec(self, content: bytes) -> Spec:
        return parse_spec(content, *self.texts(content))

    def budget(self, content: bytes) -> None:
        """What `quytrinh budget` tells of what passed the checks."""
        known = self.vocabulary
        called, decisions = self.texts(content)
        told = budget(content, known.roles, Fraction(8), called, known.form, decisions)
        json.dumps(told.to_json())


def mutate_a_drawing(seed: int) -> None:
    """Checks, draws, lays out and runs one spoiled drawing."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    content, around = _source(chance)
    spoiled = garble(content, chance) if seed % GARBLED == 0 else mutate(content, chance)
    before = _megabytes()
    with _at_most(SECONDS):
        look_at(spoiled, around, chance)
    if _megabytes() - before > MEGABYTES:
        raise AssertionError(f"{_megabytes() - before:.0f} MB were needed")


def walks(seed: int) -> bool:
    """Whether a random procedure, unspoiled, passes the checks; one that does runs to its end."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    return look_at(random_procedure(chance), _of_random_procedures(), chance)


def look_at(content: bytes, around: Around, chance: Random) -> bool:
    """Everything that the product does with a file somebody hands in; whether it could be run."""
    findings = check(content, "thu.bpmn", around.vocabulary)
    _tells(findings)
    passed = not any(finding.severity is Severity.ERROR for finding in findings)
    refused = [_may_refuse(show, content) for show in (_picture, _pictures, _layout)]
    if passed:
        if any(refused):
            raise AssertionError("it passed the checks, and is refused elsewhere")
        around.budget(content)
        _layout_stays(content)
        specs = around.spec(content), around.spec(content)
        rules = {finding.rule for finding in findings}
        proved = Proved(surely=not rules - NEVER_STOP, sound="too-many-states" not in rules)
        runs_to_an_end(specs, around.vocabulary.form, chance, proved)
    return passed


def _may_refuse(act: Callable[[bytes], object], content: bytes) -> bool:
    """Whether a file is refused; with a reason, as it must be."""
    try:
        act(content)
    except DrawingRefused as refused:
        if not refused.findings:
            raise AssertionError("refused without a reason") from refused
        return True
    return False


def _picture(content: bytes) -> None:
    render(read_drawing(content, "thu.bpmn"))


def _pictures(content: bytes) -> None:
    for picture in depicted(content, "thu.bpmn").pictures:
        etree.fromstring(picture.svg.encode())


def _layout(content: bytes) -> None:
    read_drawing(laid_out(content, "thu.bpmn"), "thu.bpmn")


def _layout_stays(content: bytes) -> None:
    """Laid out twice it stays as it is, and says what it said."""
    drawn = laid_out(content, "thu.bpmn")
    if laid_out(drawn, "thu.bpmn") != drawn:
        raise AssertionError("laid out again it moves")
    before, after = read_drawing(content, "thu.bpmn"), read_drawing(drawn, "thu.bpmn")
    if before.nodes.keys() != after.nodes.keys() or before.flows.keys() != after.flows.keys():
        raise AssertionError("laid out it is another drawing")


def _tells(findings: Sequence[Finding]) -> None:
    """In every form that findings are told in."""
    told = sarif.document(findings, "http://localhost", "1")["runs"][0]["results"]
    for finding, result in zip(findings, told, strict=True):
        plain = json.dumps([finding.to_json(), finding.stored(), result], ensure_ascii=False)
        if not str(finding.message) or not str(finding.remedy) or len(plain) > 60_000:
            raise AssertionError(f"{finding.rule} says nothing, or too much")
        if finding.rule not in PAGES:
            raise AssertionError(f"{finding.rule} has no page")


def _source(chance: Random) -> tuple[bytes, Around]:
    """A drawing to spoil: the smaller the likelier, so that more of them are run."""
    kind = chance.random()
    if kind < 0.2:
        return chance.choice(_sketches()).encode(), _of_the_sketch()
    if kind < 0.6:
        return random_procedure(chance), _of_random_procedures()
    sizes = sorted(DRAWINGS, key=lambda path: len(library.content(path)))
    return library.content(sizes[int(len(sizes) * chance.random() ** 2)]), _of_the_house()


@cache
def _sketches() -> tuple[str, ...]:
    """The sound sketch; with a decision table in it; with timers that repeat and take over."""
    step = '<bpmn:userTask id="B2" name="Xử lý" camunda:dueDate="2 ngày làm việc" />'
    asks = '<bpmn:businessRuleTask id="B2" name="Xử lý" camunda:decisionRef="muc" />'
    timers = END + nhac("mỗi 5 ngày, 2 lần", "Cycle") + handler("30 ngày")
    return SOUND, spoiled((step, asks), ("cùng hạn B2", "3 ngày")), spoiled((END, timers))


@cache
def _of_the_sketch() -> Around:
    table_text = table(("> 5", "1"), ("<= 5", "2"))
    drawings = {"B1": SOUND.encode(), "x": b"<a"}
    around = Surroundings(decisions={"muc": table_text}, drawings=drawings)
    decisions = {"muc": table_text.encode()}
    return Around(around.vocabulary(), lambda content: ({"thu": content}, decisions))


@cache
def _of_random_procedures() -> Around:
    texts = {"phan": PART}, {"muc": TABLE.encode()}
    return Around(surroundings().vocabulary(), lambda _content: texts)


@cache
def _of_the_house() -> Around:
    sources = Sources(
        files=(),
        roles=library.roles(),
        compiler=JsonFormCompiler(),
        forms_dir=FORMS_DIR,
        drawings_dir=BPMN_DIR,
        print_dir=PRINT_DIR,
    )

    def texts(content: bytes) -> tuple[Files, Files]:
        found = sources.texts(content)
        return found.called, found.decisions

    return Around(sources.vocabulary, texts)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Stops what takes longer. Signals reach the main thread only: elsewhere nothing is stopped."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"more than {seconds} s")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _megabytes() -> float:
    """The most memory that this process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
