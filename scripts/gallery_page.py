"""The gallery: docs/procedures.md with a picture of every drawing, by field.

The pictures come from the drawings' own layout by the renderer that the pages use; no browser.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.role_file import read_roles
from engine.bpmn.decisions import read_decisions
from engine.bpmn.model import HUMAN, Drawing, Kind
from engine.bpmn.pictures import svg
from engine.bpmn.reading.dialect import read_drawing
from engine.domain import brochures
from engine.domain.brochures import read_brochure

HOUSE = Path(__file__).resolve().parent.parent
BPMN, DOCS = HOUSE / "bpmn", HOUSE / "docs"
PICTURES = DOCS / "pictures" / "procedures"
PAGE = DOCS / "procedures.md"
EXPECTED = "none stated; the date is *dự kiến*"

HEAD = """\
# The procedures

Every drawing of `bpmn/`, as its layout sets it. Made by `scripts/gallery` from the drawings
themselves: change a drawing, run it again. What the project added to the sources is marked in the
documentation of each element and in the section *Bổ sung của dự án* of each procedure's page.
"""


@dataclass(frozen=True)
class Picture:
    """A drawing of the gallery; its file names it, for two versions share a key."""

    path: Path
    drawing: Drawing

    @property
    def id(self) -> str:
        return self.path.stem

    @property
    def address(self) -> Path:
        return PICTURES / f"{self.id}.svg"


def gallery() -> dict[Path, str]:
    """Every file of the gallery with what it ought to hold."""
    pictures = [
        Picture(path, read_drawing(path.read_bytes(), path.name))
        for path in sorted(BPMN.rglob("*.bpmn"))
    ]
    files = {one.address: _readable(svg.render(one.drawing)) for one in pictures}
    return {**files, PAGE: "\n".join(_page(pictures)) + "\n"}


def stale(files: Mapping[Path, str]) -> list[Path]:
    """What is missing, differs, or is there of a drawing that is not."""
    differing = [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    return [*differing, *(path for path in PICTURES.glob("*.svg") if path not in files)]


def _readable(picture: str) -> str:
    """Each shape on a line of its own, so that a change shows as what it is."""
    return re.sub(r"(</g>|</svg>)(?=<)", r"\1\n", picture) + "\n"


def _page(pictures: list[Picture]) -> Iterator[str]:
    yield HEAD
    fields = read_roles(BPMN / "roles.toml").fields
    groups = [
        *(
            (name, [p for p in pictures if p.drawing.field_id == key])
            for key, name in fields.items()
        ),
        ("Parts that procedures call", [p for p in pictures if not p.drawing.startable]),
    ]
    tables = _tables()
    yield from _contents(groups)
    for name, shown in groups:
        if shown:
            yield f"## {name}\n"
        for picture in sorted(shown, key=lambda one: (one.drawing.name, one.id)):
            yield from _entry(picture, pictures, tables)


def _contents(groups: Iterable[tuple[str, list[Picture]]]) -> Iterator[str]:
    yield "| field | drawings |\n|---|---|"
    for name, shown in groups:
        if shown:
            yield f"| {name} | {len(shown)} |"
    yield ""


def _entry(picture: Picture, pictures: list[Picture], tables: Mapping[str, str]) -> Iterator[str]:
    drawing = picture.drawing
    brochure = read_brochure(drawing.documentation)
    yield f"### {drawing.name}\n"
    yield f"`{picture.path.relative_to(HOUSE).as_posix()}`{_period(drawing)}\n"
    if brochure.introduction:
        yield f"- Source: {_line(brochure.introduction.removeprefix('Nguồn:'))}"
    basis = brochure.text(brochures.LEGAL_BASIS)
    if basis:
        yield f"- Legal basis: {_line(basis)}"
    if drawing.startable:
        yield f"- Term: {_term(drawing)}"
    steps = sum(node.kind in HUMAN for node in drawing.nodes.values())
    yield f"- Steps: {steps}, in {len(drawing.lanes)} lanes"
    called = sorted({n.called or "" for n in drawing.nodes.values() if n.kind is Kind.RULE_TASK})
    if called:
        yield f"- Decision tables: {', '.join(f'{tables.get(k, k)} (`{k}`)' for k in called)}"
    parts = sorted({call.called or "" for call in drawing.calls()})
    if parts:
        yield f"- Calls: {', '.join(_named(key, pictures) for key in parts)}"
    callers = [p for p in pictures if drawing.key in {c.called for c in p.drawing.calls()}]
    if callers and not drawing.startable:
        yield f"- Called by: {', '.join(one.drawing.name for one in callers)}"
    link = picture.address.relative_to(DOCS).as_posix()
    yield f"\n[![{drawing.name}]({link})]({link})\n"


def _period(drawing: Drawing) -> str:
    begins, ends = drawing.properties.get("effective_from"), drawing.properties.get("effective_to")
    return "".join((f", in force from {begins}" if begins else "", f" to {ends}" if ends else ""))


def _term(drawing: Drawing) -> str:
    if not drawing.legal_term:
        return EXPECTED
    parts = [f"{authority}: {text}" for authority, text in drawing.authority_terms.items()]
    return "; ".join((drawing.legal_term, *parts))


def _named(key: str, pictures: list[Picture]) -> str:
    return next((one.drawing.name for one in pictures if one.drawing.key == key), key)


def _tables() -> dict[str, str]:
    """The names of the decision tables, by id."""
    return {
        key: table.name or key
        for path in sorted(BPMN.rglob("*.dmn"))
        for key, table in read_decisions(path.read_bytes(), path.name)[0].items()
    }


def _line(text: str) -> str:
    """Lines of a list or paragraph as one line."""
    lines = (re.sub(r"^[-–•]\s+|[;.]$", "", line.strip()) for line in text.splitlines())
    return "; ".join(filter(None, lines))


def main(arguments: list[str]) -> int:
    files = gallery()
    old = stale(files)
    if "--check" in arguments:
        for path in old:
            print(f"stale: {path.relative_to(HOUSE)} (run scripts/gallery)")
        return 1 if old else 0
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in old:
        if path in files:
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
    print(f"{len(files) - 1} drawings, {len(old)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
