"""Drawings spoiled at random: no crash, no hang, and what the checks pass runs to an end."""

from __future__ import annotations

import json
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from random import Random
from types import FrameType

from engine.bootstrap import BPMN_DIR, FORMS_DIR, PRINT_DIR
from engine.bpmn.checks import Vocabulary, check
from engine.bpmn.execution.specs import Spec, parse_spec
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.layout import laid_out
from engine.bpmn.pictures.svg import render
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.errors import DrawingRefused
from engine.services.sources import Sources
from forms.compiling import JsonFormCompiler
from scripts.soaking.running import runs_to_an_end
from tests.bpmn_reading.mutations import garble, mutate
from tests.bpmn_reading.random_procedures import random_procedure, surroundings
from tests.bpmn_reading.sketching import SOUND, Surroundings, spoiled, table
from tests.bpmn_reading.spoilings import END, handler, nhac
from tests.drawings import library
from tests.drawings.files import DRAWINGS

#: What one spoiled drawing may take.
SECONDS = 20
MEGABYTES = 400
#: One in so many is spoiled byte by byte.
GARBLED = 10


class TookTooLong(AssertionError):
    """A spoiled drawing kept the checks, the parser or the engine busy without end."""


@dataclass(frozen=True)
class Around:
    """What a drawing's names stand for: for the checks, and for running it."""

    vocabulary: Vocabulary
    spec: Callable[[bytes], Spec]


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


def look_at(content: bytes, around: Around, chance: Random) -> bool:
    """Everything that the product does with a file somebody hands in; whether it could be run."""
    findings = check(content, "thu.bpmn", around.vocabulary)
    for finding in findings:
        _tells(finding)
    try:
        render(read_drawing(content, "thu.bpmn"))
        laid_out(content, "thu.bpmn")
    except DrawingRefused as refused:
        if not refused.findings:
            raise AssertionError("refused without a reason") from refused
    passed = not any(finding.severity is Severity.ERROR for finding in findings)
    if passed:
        spec = around.spec(content)
        runs_to_an_end(spec, around.vocabulary.form, chance, surely=not findings)
    return passed


def _tells(finding: Finding) -> None:
    told = json.dumps(finding.to_json(), ensure_ascii=False)
    if not str(finding.message) or not str(finding.remedy) or len(told) > 20_000:
        raise AssertionError(f"{finding.rule} says nothing, or too much")


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
    return SOUND, spoiled((step, asks)), spoiled((END, timers))


@cache
def _of_the_sketch() -> Around:
    table_text = table(("> 5", "1"), ("<= 5", "2"))
    drawings = {"B1": SOUND.encode(), "x": b"<a"}
    around = Surroundings(decisions={"muc": table_text}, drawings=drawings)
    decisions = {"muc": table_text.encode()}
    return Around(
        around.vocabulary(), lambda content: parse_spec(content, {"thu": content}, decisions)
    )


@cache
def _of_random_procedures() -> Around:
    return Around(surroundings().vocabulary(), parse_spec)


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

    def spec(content: bytes) -> Spec:
        texts = sources.texts(content)
        return parse_spec(content, texts.called, texts.decisions)

    return Around(sources.vocabulary, spec)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Stops what takes longer. Signals reach the main thread only: elsewhere nothing is stopped."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"more than {seconds} s")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _megabytes() -> float:
    """The most memory that this process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
