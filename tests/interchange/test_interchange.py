"""What other tools export gets a verdict: never a crash, no word about decoration, in no time.

The samples are ours, each short, in the manner of the tool whose name it bears: its prefixes,
encodings, ids, extensions and habits.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
import SpiffWorkflow.bpmn.parser
from lxml import etree

from engine.bpmn.checks import FILE_RULES, check, schema
from engine.bpmn.checks.teaching import examples_of
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.pictures import depicted
from engine.bpmn.reading import BPMN, read_xml
from engine.bpmn.reading.dialect import read_tree
from engine.domain.errors import DrawingRefused

SAMPLES = Path(__file__).parent
SOUND = SAMPLES / "sound"  # what BPMN has: each construct where it may stand, and all of it sound
SCHEMA = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema" / "BPMN20.xsd"
BY_SCHEMA = etree.XMLSchema(etree.parse(SCHEMA))
OF_ANY_FILE = {rule.id for rule in (*FILE_RULES, *schema.RULES)}
SKETCH = {"no-executable-process", "outside-dialect"}  # a drawing made to be looked at

OURS = {"filing-form"}  # no tool knows of our forms
UNMANNED = {"no-lane"}  # tools whose people are no lanes

#: Sample → the errors that stand against it, neither more nor less.
VERDICTS: dict[str, set[str]] = {
    "activiti-note": {"no-process"},
    "adonis": SKETCH,
    "aris": SKETCH,
    "bizagi": SKETCH | {"unknown-lane"},
    "bpmn-io": SKETCH | {"way-without-condition"},
    "camunda-8": {"foreign-form", "foreign-performer"} | UNMANNED,
    "camunda-modeler": set(),
    "eclipse-bpmn2-modeler": SKETCH,
    "enterprise-architect": SKETCH,
    "flowable": {"foreign-form", "foreign-performer"} | UNMANNED,
    "ibm": SKETCH,
    "igrafx": SKETCH,
    "jbpm": UNMANNED,
    "mid-innovator": SKETCH,
    "oracle": {"must-understand", "unknown-lane"},
    "phoi-hop": {"no-process"},
    "signavio": SKETCH,
    "trisotech": SKETCH | {"unknown-lane"},
    "trisotech-data": {"no-executable-process", "first-step", "unknown-call"},
    "visual-paradigm": SKETCH | {"unreachable"},
    "w4": SKETCH,
    "yaoqiang": {"outside-dialect"},
}

#: Errors on what a tool writes beside the model, which rules may or may not go on to raise.
OF_THE_TOOL: dict[str, set[str]] = {
    "activiti-note": {"plane-element"},
    "mid-innovator": {"unknown-element", "diagram-namespace"},
    "oracle": {"no-lane", "foreign-performer"},
}

DECORATION = (
    "association", "category", "categoryValue", "dataInputAssociation", "dataObject",
    "dataObjectReference", "dataOutputAssociation", "dataStore", "dataStoreReference",
    "documentation", "extensionElements", "group", "messageFlow", "textAnnotation",
)  # fmt: skip


def found_in(content: bytes) -> tuple[Finding, ...]:
    examples = examples_of("unknown-lane")
    assert examples is not None
    return check(content, "x.bpmn", examples.vocabulary)


def content_of(sample: str) -> bytes:
    return (SAMPLES / f"{sample}.bpmn").read_bytes()


@pytest.mark.parametrize("sample", sorted(SOUND.glob("*.bpmn")), ids=lambda path: path.stem)
def test_every_sound_construct_passes(sample):
    content = sample.read_bytes()
    assert BY_SCHEMA.validate(etree.fromstring(content)), BY_SCHEMA.error_log
    told = [(one.rule, str(one.message)) for one in found_in(content) if one.rule in OF_ANY_FILE]
    assert not told


def test_no_sample_is_left_out():
    assert {path.stem for path in SAMPLES.glob("*.bpmn")} == {*VERDICTS, "moi-ky-hieu"}


@pytest.mark.parametrize("sample", VERDICTS)
def test_each_tool_gets_its_verdict(sample):
    begun = time.process_time()
    found = found_in(content_of(sample))
    assert time.process_time() - begun < 1
    errors = {one.rule for one in found if one.severity is Severity.ERROR}
    assert errors - OF_THE_TOOL.get(sample, set()) - OURS == VERDICTS[sample]


@pytest.mark.parametrize("sample", VERDICTS)
def test_nothing_is_said_of_decoration(sample):
    content = content_of(sample)
    root = read_xml(content, "x")
    beside = {
        one.get("id"): etree.QName(one).localname
        for one in root.iter(*(f"{{{BPMN}}}{tag}" for tag in DECORATION))
        if one.get("id")
    }
    told = [(one.rule, str(one.message)) for one in found_in(content) if one.element in beside]
    assert not told


@pytest.mark.parametrize("sample", [*VERDICTS, "moi-ky-hieu"])
def test_no_rule_floods(sample):
    content = content_of(sample)
    elements = sum(1 for _ in read_xml(content, "x").iter(f"{{{BPMN}}}*"))
    counts = Counter((one.rule, one.element) for one in found_in(content))
    assert sum(counts.values()) <= 2 + 1.5 * elements
    assert max(counts.values(), default=0) <= 3


@pytest.mark.parametrize("sample", [*VERDICTS, "moi-ky-hieu"])
def test_every_file_that_is_bpmn_can_be_looked_at(sample):
    seen = depicted(content_of(sample), "x.bpmn")
    assert seen.pictures or seen.remarks


def test_data_that_bizagi_lists_in_a_lane_is_no_matter():
    assert not {"lane-content", "unknown-extension"} & {
        one.rule for one in found_in(content_of("bizagi"))
    }


def test_of_several_processes_the_one_with_something_in_it_is_spoken_of():
    assert read_tree(content_of("bizagi"), "x").drawing.name == "Cấp giấy xác nhận"


def test_a_folded_sub_process_with_a_page_of_its_own_makes_two_pictures():
    pictures = depicted(content_of("visual-paradigm"), "x").pictures
    assert [one.name for one in pictures] == ["Cấp giấy xác nhận", "Thẩm tra tại thôn"]


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """The file with a few things dropped, doubled, renamed or pointing elsewhere."""
    root = read_xml(content, "x")
    elements = [one for one in root.iter(etree.Element) if one is not root]
    keys = [one.get("id") for one in elements if one.get("id")]
    for _ in range(chance.randint(1, 6)):
        one = chance.choice(elements)
        parent = one.getparent()
        match chance.randrange(6):
            case 0 if parent is not None:
                parent.remove(one)
            case 1 if parent is not None:
                parent.append(etree.fromstring(etree.tostring(one)))
            case 2 if one.attrib:
                del one.attrib[chance.choice(list(one.attrib))]
            case 3 if one.attrib:
                one.attrib[chance.choice(list(one.attrib))] = chance.choice(
                    ["", "-1", "1e400", "NaN", "true", "x:y:z", "ố", *keys[:5]]
                )
            case 4:
                one.tag = f"{{{BPMN}}}{chance.choice(['task', 'lane', 'participant', 'group'])}"
            case 5:
                one.text = chance.choice(["", "\n", "9" * 400, *keys[:5]])
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


@pytest.mark.parametrize("seed", range(60))
def test_spoiled_exports_are_judged_and_drawn_all_the_same(seed):
    chance = random.Random(seed)  # noqa: S311
    content = spoiled(content_of(chance.choice([*VERDICTS, "moi-ky-hieu"])), chance)
    for one in found_in(content):
        assert str(one.message)
    with suppress(DrawingRefused):
        depicted(content, "x.bpmn")
