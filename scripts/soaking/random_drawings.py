"""Random drawings: sound ones walked against an interpreter, Quy trình 02 spoiled and checked."""

from __future__ import annotations

import json
from random import Random

from engine.bpmn import execution
from engine.bpmn.checks import check
from engine.bpmn.findings import Severity
from engine.bpmn.specs import parse_spec
from engine.domain.errors import ExecutionFailed
from tests.bpmn_execution.test_random_drawings import (
    test_a_random_drawing_goes_as_the_interpreter_says,
)
from tests.bpmn_reading.sketching import Surroundings, table
from tests.bpmn_reading.test_check_fuzzing import drawings, mutate

MOST_STEPS = 60


def walk_a_drawing(seed: int) -> None:
    """A random block-structured drawing, walked at random, goes as the interpreter says."""
    test_a_random_drawing_goes_as_the_interpreter_says(seed)


def spoil_a_drawing(seed: int) -> None:
    """A drawing spoiled at random: findings, or it can be parsed and walked."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    around = Surroundings(decisions={"muc": table(("> 5", "1"))})
    content = mutate(chance.choice(drawings()), chance)
    findings = check(content, "thu.bpmn", around.vocabulary())
    for finding in findings:
        if not finding.to_json()["message"]:
            raise AssertionError(f"{finding.rule} says nothing")
        json.dumps(finding.to_json())
    if not any(finding.severity is Severity.ERROR for finding in findings):
        _walk(content, around, chance)


def _walk(content: bytes, around: Surroundings, chance: Random) -> None:
    """What the checks let through is executed; only a drawing's own dead ends may stop it."""
    decisions = {name: text.encode() for name, text in around.decisions.items()}
    spec = parse_spec(content, {}, decisions)
    data = {"ket_qua": chance.choice(["du", "tu_choi"]), "hu_hai": False, "ty_le": 7}
    try:
        advance = execution.start(spec, data)
        for _ in range(MOST_STEPS):
            if advance.finished:
                return
            works, waits = execution.waiting(spec, advance.state)
            chosen = chance.choice([*works, *waits])
            act = execution.complete if chosen in works else execution.fire
            advance = act(spec, advance.state, data, chosen.token)
    except ExecutionFailed as stopped:
        if not str(stopped):
            raise AssertionError("a case stopped without saying why") from stopped
