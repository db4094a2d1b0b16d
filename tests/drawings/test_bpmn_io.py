"""Drawings open in bpmn.io without a warning and come back the same; bpmnlint finds nothing.

One Node.js process lints all files, one page of one browser opens them all.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.bpmn.model import Drawing
from engine.bpmn.reading.dialect import read_drawing
from tests.drawings.files import DRAWINGS, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FRONT_END = ROOT / "web" / "frontend"
MODELER = FRONT_END / "node_modules" / "bpmn-js" / "dist" / "bpmn-modeler.production.min.js"
CAMUNDA = FRONT_END / "node_modules" / "camunda-bpmn-moddle" / "resources" / "camunda.json"

#: Opens a drawing as bpmn.io does, without Camunda's extensions, and with them as Camunda Modeler
#: does; says what was warned of, and what is saved.
OPEN = """async ([text, camunda]) => {
  const told = {};
  for (const [name, moddleExtensions] of [["bpmn.io", {}], ["camunda", { camunda }]]) {
    const modeler = new BpmnJS({ container: "#canvas", moddleExtensions });
    try {
      const { warnings } = await modeler.importXML(text);
      const { xml } = await modeler.saveXML({ format: true });
      told[name] = { warnings: warnings.map((warning) => String(warning.message)), xml };
    } finally {
      modeler.destroy();
    }
  }
  return told;
}"""


@cache
def linted() -> dict[str, list[dict[str, str | None]]]:
    node = shutil.which("node") or str(ROOT / ".node" / "bin" / "node")
    command = [node, "drawings.mjs", *map(str, DRAWINGS)]
    done = subprocess.run(command, cwd=FRONT_END, capture_output=True, check=True, timeout=120)
    told: dict[str, list[dict[str, str | None]]] = json.loads(done.stdout)
    return told


def test_bpmnlint_finds_nothing(path: Path) -> None:
    assert linted()[str(path)] == []


def test_bpmnlint_would_find_something(tmp_path: Path) -> None:
    """The rules are at work: a drawing whose end is taken away, a forking join."""
    text = DRAWINGS[0].read_text(encoding="utf-8")
    broken = tmp_path / "broken.bpmn"
    broken.write_text(text.replace("endEvent", "task"), encoding="utf-8")
    node = shutil.which("node") or str(ROOT / ".node" / "bin" / "node")
    done = subprocess.run(
        [node, "drawings.mjs", str(broken)], cwd=FRONT_END, capture_output=True, check=True
    )
    rules = {finding["rule"] for finding in json.loads(done.stdout)[str(broken)]}
    assert {"end-event-required", "no-implicit-end"} <= rules


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    opened.set_content('<div id="canvas" style="width:800px;height:600px"></div>')
    opened.add_script_tag(path=str(MODELER))
    yield opened
    opened.close()


@pytest.mark.browser
def test_it_opens_without_a_warning_and_is_saved_unchanged(path: Path, page: Page) -> None:
    camunda = json.loads(CAMUNDA.read_text(encoding="utf-8"))
    told = page.evaluate(OPEN, [path.read_text(encoding="utf-8"), camunda])
    before = meaning(read_drawing(path.read_bytes(), path.name))
    for modeller, answer in told.items():
        assert answer["warnings"] == [], modeller
        assert meaning(read_drawing(answer["xml"].encode(), path.name)) == before, modeller


def meaning(drawing: Drawing) -> dict[str, object]:
    """Everything read out of a drawing but the lines of the file where it stands."""
    lineless = replace(
        drawing,
        line=0,
        nodes={key: replace(node, line=0) for key, node in drawing.nodes.items()},
        flows={key: replace(flow, line=0) for key, flow in drawing.flows.items()},
        lanes={key: replace(lane, line=0) for key, lane in drawing.lanes.items()},
    )
    return asdict(lineless)
