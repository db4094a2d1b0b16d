"""Every drawing of the repository is valid BPMN, passes the checks, and finds all it names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import SpiffWorkflow
from lxml import etree

from engine.bootstrap import BPMN_DIR, FORMS_DIR, PRINT_DIR
from engine.bpmn.decisions import read_decisions
from engine.bpmn.expressions import names_in
from engine.bpmn.findings import Finding
from engine.bpmn.layout import laid_out
from engine.bpmn.model import GATEWAYS, HUMAN, Drawing, Kind, Node
from engine.domain.durations import parse_alternatives
from engine.domain.roles import RoleRegister
from engine.services.sources import Sources
from forms.compiling import JsonFormCompiler
from tests.drawings import library
from tests.drawings.files import DECISIONS, DRAWINGS, FORMS, ROOT, form_named
from tests.drawings.library import PIECES, Piece

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


@lru_cache(maxsize=1)
def everything_found() -> tuple[Finding, ...]:
    """What the checks say of all drawings and decision tables, handed in together."""
    paths = (*DRAWINGS, *DECISIONS)
    sources = Sources(
        files=[(str(path), path.read_bytes()) for path in paths],
        roles=library.roles(),
        compiler=JsonFormCompiler(),
        forms_dir=FORMS_DIR,
        drawings_dir=BPMN_DIR,
        print_dir=PRINT_DIR,
    )
    return sources.findings()


@pytest.mark.parametrize("path", [*DRAWINGS, *DECISIONS], ids=lambda path: path.name)
def test_it_passes_every_check(path: Path) -> None:
    found = [finding for finding in everything_found() if finding.file == str(path)]
    assert [finding.to_json() for finding in found] == []


def test_it_is_laid_out(path: Path) -> None:
    """As `quytrinh layout` draws it: running that again would change nothing."""
    assert laid_out(path.read_bytes(), path.name) == path.read_bytes()


def test_rule_tasks_call_tables_that_are_there(path: Path) -> None:
    known = {key for each in DECISIONS for key in read_decisions(each.read_bytes(), each.name)[0]}
    called = {n.called for n in library.drawing(path).nodes.values() if n.kind is Kind.RULE_TASK}
    assert called <= known


def test_its_lanes_name_roles_of_the_register(drawing: Drawing, roles: RoleRegister) -> None:
    assert [lane.name for lane in drawing.lanes.values() if roles.find(lane.name) is None] == []


def test_every_element_stands_in_a_lane_and_says_what_it_is(drawing: Drawing) -> None:
    assert [node.id for node in drawing.nodes.values() if node.lane is None] == []
    telling = [node for node in drawing.nodes.values() if not joins(node)]
    assert [node.id for node in telling if not node.documentation] == []
    assert [node.id for node in telling if not node.name] == []


def joins(node: Node) -> bool:
    """Whether a gateway only brings ways together, or sets out all of them: it asks nothing."""
    return node.kind is Kind.PARALLEL or (node.kind in GATEWAYS and len(node.outgoing) == 1)


def test_every_piece_of_work_has_a_form_that_compiles(drawing: Drawing) -> None:
    works = [node for node in drawing.nodes.values() if node.kind in HUMAN]
    assert [node.id for node in works if node.form is None or form_named(node.form) is None] == []


def test_what_conditions_read_is_asked_in_a_form_or_decided_by_a_table(path: Path) -> None:
    drawings = [library.drawing(each) for each in (path, *Piece(path).called)]
    callers = [one for one in PIECES if path in one.called]  # a part reads what they have asked
    for caller in callers:
        drawings += [library.drawing(each) for each in (caller.path, *caller.called)]
    asked = {
        name
        for drawing in drawings
        for node in drawing.nodes.values()
        for name in (*asked_by(node), *decided_by(node))
    }
    assert set(read_by(library.drawing(path))) - asked - KNOWN == set()


def asked_by(node: Node) -> frozenset[str]:
    form = form_named(node.form) if node.form else None
    return form.names if form else frozenset()


def decided_by(node: Node) -> tuple[str, ...]:
    if node.kind is not Kind.RULE_TASK:
        return ()
    tables = [read_decisions(each.read_bytes(), each.name)[0] for each in DECISIONS]
    return next((found[node.called].outputs for found in tables if node.called in found), ())


def read_by(drawing: Drawing) -> Iterator[str]:
    """The names in conditions of flows, durations, terms and lists of documents."""
    for flow in drawing.flows.values():
        yield from names_in(flow.condition) if flow.condition else ()
    texts = [*drawing.properties.values()]
    for node in drawing.nodes.values():
        texts += filter(None, (node.due, node.timer, node.documents, node.list))
    for text in texts:
        if " khi " in text:
            for alternative in parse_alternatives(text):
                yield from names_in(alternative.condition) if alternative.condition else ()


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
