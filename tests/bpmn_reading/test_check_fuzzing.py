"""Drawings spoiled at random are read and checked, or refused; never anything else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.findings import Finding
from tests.bpmn_reading.sketching import SOUND, Surroundings, found_in, spoiled, table
from tests.bpmn_reading.spoilings import END, handler, nhac

ROUNDS = 120
VALUES = [
    "", " ", "x", "B1", "f1", "Start", "thu", "40 ngày", "PT5H", "P5D", "a == 'b'", "${", "((((",
    "1 ngày khi", "; ;", "cùng hạn", "cùng hạn B3", "2026-13-45", "paused", "true", "NaN", "ệ" * 50,
    "tns:B2", "0", "-1", "%s %(x)s", "khi khi khi", "'", "\u200b", "false", "mỗi 5 ngày, 3 lần",
    "mỗi tháng", "31/12/2026", "${ty_le}", "R3/P5D",
]  # fmt: skip
TAGS = [
    "userTask", "startEvent", "endEvent", "subProcess", "exclusiveGateway", "callActivity",
    "boundaryEvent", "businessRuleTask", "inclusiveGateway", "eventBasedGateway", "laneSet",
    "lane", "sequenceFlow", "process", "transaction", "timerEventDefinition", "participant",
    "timeDate", "timeCycle", "timeDuration", "intermediateCatchEvent",
]  # fmt: skip


def mutate(text: str, chance: random.Random) -> bytes:
    root = etree.fromstring(text.encode())
    for _ in range(chance.randint(1, 6)):
        elements = [e for e in root.iter() if isinstance(e.tag, str)]
        element = chance.choice(elements)
        parent = element.getparent()
        match chance.randint(0, 6):
            case 0 if parent is not None:
                parent.remove(element)
            case 1 if parent is not None:
                parent.append(etree.fromstring(etree.tostring(element)))
            case 2 if element.attrib:
                element.set(chance.choice(sorted(element.attrib)), chance.choice(VALUES))
            case 3 if element.attrib:
                del element.attrib[chance.choice(sorted(element.attrib))]
            case 4:
                space = etree.QName(element).namespace
                element.tag = f"{{{space}}}{chance.choice(TAGS)}"
            case 5:
                element.text = chance.choice(VALUES)
            case _:
                target = chance.choice(elements)
                if target is not element and element not in target.iterancestors():
                    target.append(element)
    return etree.tostring(root)


def drawings() -> list[str]:
    drawn = Path(__file__).resolve().parents[2].joinpath("bpmn").rglob("*.bpmn")
    rule = spoiled(
        (
            '<bpmn:userTask id="B2" name="Xử lý" camunda:dueDate="2 ngày làm việc" />',
            '<bpmn:businessRuleTask id="B2" camunda:decisionRef="muc" />',
        )
    )
    timed = spoiled((END, END + nhac("mỗi 5 ngày, 2 lần", "Cycle") + handler("30 ngày")))
    return [SOUND, rule, timed, *(path.read_text() for path in sorted(drawn)[:1])]


@pytest.mark.parametrize("seed", range(3))
def test_a_spoiled_drawing_never_makes_the_checks_fail(seed):
    chance = random.Random(seed)  # noqa: S311
    around = Surroundings(
        decisions={"muc": table(("> 5", "1"))}, drawings={"B1": SOUND.encode(), "x": b"<a"}
    )
    texts = drawings()
    for _ in range(ROUNDS):
        content = mutate(chance.choice(texts), chance)
        findings = found_in(content.decode(), around)
        for finding in findings:
            assert isinstance(finding, Finding)
            assert finding.to_json()["message"]


def test_bytes_cut_and_swapped_are_refused_or_read():
    chance = random.Random(7)  # noqa: S311
    content = bytearray(SOUND.encode())
    for _ in range(300):
        spoiled_bytes = bytearray(content)
        for _ in range(chance.randint(1, 5)):
            spoiled_bytes[chance.randrange(len(spoiled_bytes))] = chance.randrange(256)
        text = bytes(spoiled_bytes[: chance.randint(1, len(spoiled_bytes) * 2)])
        found_in(text.decode("latin-1"))
