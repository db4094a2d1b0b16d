"""Every drawing of the repository is valid BPMN, passes the checks, and finds all it names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import SpiffWorkflow
from lxml import etree

from engine.bpmn.checks import Vocabulary, check
from engine.bpmn.expressions import names_in
from engine.bpmn.model import HUMAN, Drawing
from engine.domain.durations import parse_alternatives
from engine.domain.roles import RoleRegister
from forms.compiling import JsonFormCompiler
from tests.drawings.files import DRAWINGS, FORMS, ROOT, form_named

#: Facts of the case and of the task, which no form sets.
KNOWN = {"kenh", "lan_thu"}


@lru_cache(maxsize=1)
def bpmn_schema() -> etree.XMLSchema:
    folder = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema"
    return etree.XMLSchema(etree.parse(str(folder / "BPMN20.xsd")))


def test_it_is_valid_against_the_schema_of_bpmn(path: Path) -> None:
    schema = bpmn_schema()
    valid = schema.validate(etree.parse(str(path)))
    assert valid, schema.error_log


def test_it_passes_every_check(path: Path, roles: RoleRegister) -> None:
    vocabulary = Vocabulary(
        roles=roles, form=form_named, decision=lambda _: None, drawing=lambda _: None
    )
    findings = check(path.read_bytes(), path.name, vocabulary)
    assert [finding.to_json() for finding in findings] == []


def test_its_lanes_name_roles_of_the_register(drawing: Drawing, roles: RoleRegister) -> None:
    assert [lane.name for lane in drawing.lanes.values() if roles.find(lane.name) is None] == []


def test_every_element_stands_in_a_lane_and_says_what_it_is(drawing: Drawing) -> None:
    assert [node.id for node in drawing.nodes.values() if node.lane is None] == []
    assert [node.id for node in drawing.nodes.values() if not node.documentation] == []
    assert [node.id for node in drawing.nodes.values() if not node.name] == []


def test_every_piece_of_work_has_a_form_that_compiles(drawing: Drawing) -> None:
    works = [node for node in drawing.nodes.values() if node.kind in HUMAN]
    assert [node.id for node in works if node.form is None or form_named(node.form) is None] == []


def test_what_conditions_read_is_asked_in_a_form(drawing: Drawing) -> None:
    asked = {
        name
        for node in drawing.nodes.values()
        if node.form and (form := form_named(node.form))
        for name in form.names
    }
    read = set[str]()
    for flow in drawing.flows.values():
        read |= names_in(flow.condition) if flow.condition else set()
    texts = [*drawing.properties.values(), *(node.due for node in drawing.nodes.values())]
    for text in filter(None, texts):
        if " khi " in text:
            for alternative in parse_alternatives(text):
                read |= names_in(alternative.condition) if alternative.condition else set()
    assert read - asked - KNOWN == set()


def test_every_form_is_used_by_a_drawing() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DRAWINGS]
    names = [path.relative_to(ROOT / "forms").with_suffix("").as_posix() for path in FORMS]
    assert [name for name in names if not any(f'"{name}"' in text for text in texts)] == []


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_compiles_and_its_plainest_answers_are_valid(path: Path) -> None:
    form = JsonFormCompiler().compile(path.read_text(encoding="utf-8"))
    known = {"lan_thu": 1, "kenh": "counter"}
    assert form.validate(form.defaults(known), known)
    assert form.title != form.id


def test_forms_do_not_share_an_id() -> None:
    ids = [JsonFormCompiler().compile(path.read_text(encoding="utf-8")).id for path in FORMS]
    assert len(ids) == len(set(ids))
