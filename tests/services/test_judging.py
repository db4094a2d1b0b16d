"""Files are judged before a deployment takes its turn at writing, and it holds when they go in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from engine.domain.errors import DrawingRefused
from engine.persistence.versions import version_texts
from engine.ports import Form, FormCompiler
from engine.services import deploying, judging
from tests.factories import World
from tests.services.test_catalogue import APPLICANTS, part, procedure
from tests.services.test_periods import DON

CALLER, PART = procedure("goi", APPLICANTS, call="chung-x"), part("chung-x")
REDRAWN = (PART[0], PART[1].replace(b'name="P1"', 'name="Xác minh"'.encode()))
WAIT = 20.0  # seconds, for what comes at once


@dataclass
class Watched:
    """A compiler of forms that tells when it is asked: each judgement compiles the form anew."""

    compiler: FormCompiler
    when_asked: Callable[[], object] = lambda: None
    asked: list[str] = field(default_factory=list)

    def compile(self, text: str) -> Form:
        self.asked.append(text)
        self.when_asked()
        return self.compiler.compile(text)


@pytest.fixture
def watched(small_town: World) -> Watched:
    return Watched(small_town.app.ports.forms)


@pytest.fixture
def town(small_town: World, watched: Watched) -> World:
    ports = replace(small_town.app.ports, forms=watched)
    return replace(small_town, app=replace(small_town.app, ports=ports))


def judged(town: World, *files: tuple[str, bytes]) -> judging.Judged:
    with town.act("vinh", write=False) as act:
        return judging.judge(act, list(files))


def put_in_force(town: World, what: judging.Judged) -> list[deploying.Deployed]:
    with town.act("vinh") as act:
        return deploying.put_in_force(act, what)


def test_others_go_on_working_while_a_drawing_is_judged(town: World, watched: Watched) -> None:
    begun, worked_on = threading.Event(), threading.Event()
    outcome: list[object] = []

    def is_judged() -> None:
        begun.set()
        outcome.append(worked_on.wait(WAIT))

    watched.when_asked = is_judged
    analyst = threading.Thread(
        target=lambda: outcome.append(put_in_force(town, judged(town, CALLER, PART, DON)))
    )
    analyst.start()
    assert begun.wait(WAIT)
    watched.when_asked = lambda: None
    town.file()  # a whole act of writing, in another connection, before the judgement is done
    worked_on.set()
    analyst.join(WAIT)
    assert outcome[0] is True
    assert [(one.key, one.new) for one in outcome[-1]] == [("goi", True), ("chung-x", True)]


def test_what_still_stands_is_not_judged_again(town: World, watched: Watched) -> None:
    found = judged(town, CALLER, PART, DON)
    times = len(watched.asked)
    put_in_force(town, found)
    assert len(watched.asked) == times


def test_what_was_changed_meanwhile_is_judged_again(town: World) -> None:
    put_in_force(town, judged(town, PART))
    town.clock.advance(timedelta(days=1))
    found = judged(town, CALLER, DON)
    put_in_force(town, judged(town, REDRAWN))
    (caller,) = put_in_force(town, found)
    with town.act(write=False) as act:
        assert version_texts(act.session, caller.version.id).called == {"chung-x": REDRAWN[1]}


def test_what_was_missing_and_came_meanwhile_is_found(town: World) -> None:
    found = judged(town, CALLER, DON)
    assert {one.rule for one in found.findings} == {"unknown-call"}
    put_in_force(town, judged(town, PART))
    assert put_in_force(town, found)[0].new


def test_what_is_refused_is_refused_with_everything_found(town: World) -> None:
    found = judged(town, CALLER, DON)
    with pytest.raises(DrawingRefused) as refused:
        put_in_force(town, found)
    assert [one.rule for one in refused.value.findings] == ["unknown-call"]
